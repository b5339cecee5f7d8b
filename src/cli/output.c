#include "cli/output.h"

#include "cli/kafka_url.h"
#include "cli/publisher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE ((size_t)64 << 10)
/* A piece as large as this is worth a system call of its own, more than a copy. */
#define DIRECT_SIZE ((size_t)4 << 10)

bool output_open(struct cli_output *output, const char *path)
{
    const int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : STDOUT_FILENO;

    if (fd >= 0)
        return output_open_fd(output, fd, path != NULL ? path : "standard output");
    fprintf(stderr, "handlens: %s: %s\n", path, strerror(errno));
    return false;
}

bool output_open_for(struct cli_output *output, const struct cli_options *options)
{
    if (!kafka_url_is(options->output))
        return output_open(output, options->output);
    *output = (struct cli_output){ .fd = -1, .name = options->output, .publisher = publisher_start(options) };
    return output->publisher != NULL;
}

bool output_open_fd(struct cli_output *output, int fd, const char *name)
{
    const off_t size = lseek(fd, 0, SEEK_CUR); /* of a pipe there is none */
    struct stat file;

    *output = (struct cli_output){ .fd = fd, .name = name, .size = size > 0 ? (uint64_t)size : 0 };
    output->whole = output->size;
    output->terminal = isatty(output->fd) == 1;
    output->regular = fstat(fd, &file) == 0 && S_ISREG(file.st_mode);
    output->prompt = output->terminal;
    output->buffer = malloc(BUFFER_SIZE);
    if (output->buffer == NULL) {
        fputs("handlens: out of memory\n", stderr);
        return false;
    }
    return true;
}

static bool write_all(struct cli_output *output, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t written = write(output->fd, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            output->broken = errno == EPIPE;
            output->error = errno;
            return false;
        }
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

static bool flush(struct cli_output *output)
{
    size_t used = output->used;

    output->used = 0;
    return output->error == 0 && write_all(output, output->buffer, used);
}

bool output_write(void *ctx, const void *bytes, size_t n)
{
    struct cli_output *output = ctx;

    if (output->error != 0)
        return output->patient;
    if (output->publisher != NULL) {
        output->error = publisher_write(output->publisher, bytes, n) ? 0 : errno;
        return output->error == 0;
    }
    output->size += n;
    bool direct = n >= DIRECT_SIZE;
    if ((direct || n > BUFFER_SIZE - output->used) && output->used > 0 && !flush(output))
        return output->patient;
    if (direct)
        return write_all(output, bytes, n) || output->patient;
    memcpy(output->buffer + output->used, bytes, n);
    output->used += n;
    return !output->prompt || flush(output) || output->patient;
}

bool output_end_record(struct cli_output *output)
{
    if (output->error == 0) {
        output->whole = output->size;
        output->records++;
    }
    if (output->error == 0 || !output->patient)
        return output->error == 0;
    if (output->lost++ == 0)
        fprintf(stderr, "handlens: %s: %s; what cannot be written is left out, and counted\n", output->name, strerror(output->error));
    output->used = 0;
    output->size = output->whole;
    const off_t whole = (off_t)output->whole;
    output->error = ftruncate(output->fd, whole) == 0 && lseek(output->fd, whole, SEEK_SET) == whole ? 0 : errno;
    return false;
}

void output_change(struct cli_output *output, int fd)
{
    const off_t size = lseek(fd, 0, SEEK_END);

    flush(output);
    if (output->fd != STDOUT_FILENO)
        close(output->fd);
    output->fd = fd;
    output->error = 0;
    output->records = 0;
    output->size = output->whole = size > 0 ? (uint64_t)size : 0;
}

bool output_settle(struct cli_output *output)
{
    return output->publisher == NULL || publisher_finish(output->publisher);
}

void output_hurry(struct cli_output *output)
{
    if (output->publisher != NULL)
        publisher_hurry(output->publisher);
}

bool output_is_open(const struct cli_output *output)
{
    return output->buffer != NULL || output->publisher != NULL;
}

static bool close_publisher(struct cli_output *output)
{
    const bool settled = output_settle(output);
    struct publisher *publisher = output->publisher;

    output->publisher = NULL; /* before a signal handler could find it */
    publisher_free(publisher);
    return settled && output->error == 0; /* what went wrong was said */
}

bool output_close(struct cli_output *output)
{
    if (output->publisher != NULL)
        return close_publisher(output);
    flush(output);
    explicit_bzero(output->buffer, BUFFER_SIZE); /* there may be secrets in it */
    free(output->buffer);
    if (output->fd != STDOUT_FILENO && close(output->fd) != 0 && output->error == 0)
        output->error = errno;
    if (output->error == 0 || output->broken)
        return true;
    fprintf(stderr, "handlens: %s: %s; what came before was written\n", output->name, strerror(output->error));
    return false;
}

unsigned output_width(const struct cli_output *output)
{
    struct winsize size;

    return output->terminal && ioctl(output->fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20 ? size.ws_col : 0;
}

static bool is_utf8(const char *locale)
{
    for (; *locale != '\0'; locale++) {
        if (strncasecmp(locale, "UTF-8", 5) == 0 || strncasecmp(locale, "UTF8", 4) == 0)
            return true;
    }
    return false;
}

bool output_ascii(const struct cli_output *output)
{
    static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" }; /* the first one that is set counts */

    for (size_t i = 0; output->terminal && i < sizeof variables / sizeof variables[0]; i++) {
        const char *locale = getenv(variables[i]);
        if (locale != NULL && locale[0] != '\0')
            return !is_utf8(locale);
    }
    return false;
}

bool output_color(const struct cli_output *output, enum cli_color color)
{
    const char *no_color = getenv("NO_COLOR");

    if (color == COLOR_AUTO)
        return output->terminal && (no_color == NULL || no_color[0] == '\0');
    return color == COLOR_ALWAYS;
}

int cli_worst(int worst, const struct hl_handshake *handshake)
{
    if (hl_handshake_finding_count(handshake) == 0)
        return worst;
    int severity = (int)hl_handshake_finding_severity(handshake, 0);
    return severity > worst ? severity : worst;
}

void cli_complain(const struct hl_error *error, bool warning)
{
    fprintf(stderr, "handlens: %s%s%s%s\n", warning ? "warning: " : "", error->message,
            error->hint[0] != '\0' ? "; " : "", error->hint);
}
