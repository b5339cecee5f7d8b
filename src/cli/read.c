#include "cli/read.h"

#include "cli/output.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_UNREADABLE = 2, EXIT_INTERRUPTED = 130 };

struct reading {
    const struct cli_options *options;
    struct cli_output output;
    struct hl_inspector *inspector;
    struct hl_printer *printer;
    struct timespec started;
    bool progress;       /* may be shown */
    bool progress_shown; /* a line of it stands there */
};

static struct hl_inspector *interrupted_inspector;
static volatile sig_atomic_t was_interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    was_interrupted = 1;
    hl_inspector_stop(interrupted_inspector);
}

/* --- which handshakes ------------------------------------------------------- */

static bool matches_name(const char *glob, struct hl_span name)
{
    char pattern[256], text[256];

    if (name.len >= sizeof text || strlen(glob) >= sizeof pattern)
        return false;
    for (size_t i = 0; i < name.len; i++)
        text[i] = (char)tolower(name.ptr[i]);
    text[name.len] = '\0';
    if (strlen(text) != name.len) /* a NUL inside: no host name */
        return false;
    size_t length = strlen(glob);
    for (size_t i = 0; i <= length; i++)
        pattern[i] = (char)tolower((unsigned char)glob[i]);
    return fnmatch(pattern, text, FNM_NOESCAPE) == 0;
}

static bool is_wanted(const struct cli_options *options, const struct hl_handshake *handshake)
{
    if (options->only != 0 && (options->only >> hl_handshake_outcome(handshake) & 1) == 0)
        return false;
    if (options->port != 0 && hl_handshake_port(handshake, HL_SERVER) != options->port)
        return false;
    return options->sni == NULL || matches_name(options->sni, hl_handshake_server_name(handshake));
}

/* --- progress, on standard error -------------------------------------------- */

static double seconds_since(const struct timespec *start)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static void clear_progress(struct reading *reading)
{
    if (reading->progress_shown)
        fputs("\r\033[K", stderr);
    reading->progress_shown = false;
}

static void on_progress(void *user, const char *path, double part)
{
    struct reading *reading = user;
    struct hl_counters counters;

    if (!reading->progress || seconds_since(&reading->started) < 1)
        return;
    hl_inspector_counters(reading->inspector, &counters);
    const char *name = strrchr(path, '/');
    fprintf(stderr, "\r\033[K%.40s", name != NULL ? name + 1 : path);
    if (part >= 0)
        fprintf(stderr, "  %3.0f %%", part * 100);
    fprintf(stderr, "  %llu packets  %llu handshakes", (unsigned long long)counters.packets,
            (unsigned long long)counters.handshakes);
    reading->progress_shown = true;
}

/* --- reading ----------------------------------------------------------------- */

static void on_handshake(void *user, const struct hl_handshake *handshake)
{
    struct reading *reading = user;

    if (!is_wanted(reading->options, handshake))
        return;
    if (reading->output.terminal)
        clear_progress(reading);
    if (!hl_printer_handshake(reading->printer, handshake))
        hl_inspector_stop(reading->inspector);
}

static unsigned terminal_width(int fd)
{
    struct winsize size;

    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40 ? size.ws_col : 0;
}

static bool wants_color(const struct cli_options *options, bool terminal)
{
    const char *no_color = getenv("NO_COLOR");

    if (options->color == COLOR_AUTO)
        return terminal && (no_color == NULL || no_color[0] == '\0');
    return options->color == COLOR_ALWAYS;
}

static void complain(struct reading *reading, const struct hl_error *error, bool warning)
{
    clear_progress(reading);
    fprintf(stderr, "handlens: %s%s%s%s\n", warning ? "warning: " : "", error->message,
            error->hint[0] != '\0' ? "; " : "", error->hint);
}

/* Returns the exit status so far. */
static int read_files(struct reading *reading)
{
    const struct cli_options *options = reading->options;
    struct hl_error error;
    int status = EXIT_DONE;

    for (int i = 0; i < options->file_count; i++) {
        switch (hl_inspector_read_file(reading->inspector, options->files[i], &error)) {
        case HL_OK:
            break;
        case HL_ERR_STOPPED:
            return status;
        default: /* a damaged capture was read up to the damage; anything else was not read */
            complain(reading, &error, hl_inspector_file_recognised(reading->inspector));
            if (!hl_inspector_file_recognised(reading->inspector))
                status = EXIT_UNREADABLE;
        }
    }
    return status;
}

static bool set_up(struct reading *reading)
{
    const struct cli_options *options = reading->options;
    struct hl_error error;

    if (!output_open(&reading->output, options->output))
        return false;
    for (int i = 0; i < options->file_count; i++)
        reading->output.prompt |= strcmp(options->files[i], "-") == 0;
    const struct hl_print_options print = {
        .format = options->format,
        .verbosity = options->verbosity,
        .color = wants_color(options, reading->output.terminal),
        .width = reading->output.terminal ? terminal_width(reading->output.fd) : 0,
    };
    reading->inspector = hl_inspector_new(on_handshake, reading, &error);
    reading->printer = hl_printer_new(&print, output_write, &reading->output);
    if (reading->inspector == NULL || reading->printer == NULL) {
        fputs("handlens: out of memory\n", stderr);
        return false;
    }
    reading->progress = options->progress || isatty(STDERR_FILENO) == 1;
    clock_gettime(CLOCK_MONOTONIC, &reading->started);
    hl_inspector_on_progress(reading->inspector, on_progress, reading);
    return true;
}

int cli_read(const struct cli_options *options)
{
    struct reading reading = { .options = options };
    struct hl_counters counters;
    int status = EXIT_UNREADABLE;

    if (set_up(&reading)) {
        interrupted_inspector = reading.inspector;
        signal(SIGPIPE, SIG_IGN);
        signal(SIGINT, on_interrupt);
        signal(SIGTERM, on_interrupt);
        status = read_files(&reading);
        clear_progress(&reading);
        hl_inspector_finish(reading.inspector);
        hl_inspector_counters(reading.inspector, &counters);
        if (!options->quiet && counters.files > 0)
            hl_printer_summary(reading.printer, &counters);
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
        if (was_interrupted)
            status = EXIT_INTERRUPTED;
    }
    if (reading.output.buffer != NULL && !output_close(&reading.output))
        status = EXIT_UNREADABLE;
    hl_printer_free(reading.printer);
    hl_inspector_free(reading.inspector);
    return status;
}
