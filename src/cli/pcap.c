#include "cli/pcap.h"

#include "cli/output.h"

#include <handlens/packets.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct cli_pcap {
    struct cli_output output;
    struct hl_packet_writer *writer;
    unsigned flags; /* of the writer */
};

static bool refuse(const char *path, const char *why, const char *hint)
{
    fprintf(stderr, "handlens: %s: %s; %s\n", path, why, hint);
    return false;
}

static bool is_standard_stream(const struct stat *file)
{
    struct stat stream;

    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fstat(fd, &stream) == 0 && stream.st_dev == file->st_dev && stream.st_ino == file->st_ino)
            return true;
    }
    return false;
}

/* Secrets go into a file that only its owner reads, unless somebody wants it otherwise. */
static bool is_place_for_secrets(int fd, const char *path, bool show_secrets)
{
    struct stat file;

    if (fstat(fd, &file) != 0)
        return refuse(path, strerror(errno), "secrets are written to files only");
    if (S_ISREG(file.st_mode) && fchmod(fd, S_IRUSR | S_IWUSR) != 0)
        return refuse(path, strerror(errno), "its mode must be 0600, as there may be secrets in it");
    bool seen = S_ISFIFO(file.st_mode) || S_ISSOCK(file.st_mode) || isatty(fd) == 1
                || (is_standard_stream(&file) && strcmp(path, "/dev/null") != 0);
    if (seen && !show_secrets)
        return refuse(path, "secrets would be shown: this is no file of its own", "name one, or give --show-secrets");
    return true;
}

/* O_TRUNC comes later: what was there is lost only when the place is right. */
int cli_pcap_place(const char *path, bool secrets, bool show_secrets)
{
    if (strcmp(path, "-") == 0)
        return STDOUT_FILENO;
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) {
        fprintf(stderr, "handlens: %s: %s\n", path, strerror(errno));
        return -1;
    }
    if ((!secrets || is_place_for_secrets(fd, path, show_secrets)) && (ftruncate(fd, 0) == 0 || errno == EINVAL))
        return fd;
    close(fd);
    return -1;
}

const char *cli_pcap_path(const struct cli_options *options)
{
    return options->decrypted_pcap != NULL ? options->decrypted_pcap : options->write_pcap;
}

/* A section of the file: more than one may follow each other in it. */
static bool begin_section(struct cli_pcap *pcap)
{
    struct hl_error error;

    pcap->writer = hl_packet_writer_new(pcap->flags, output_write, &pcap->output, &error);
    if (pcap->writer == NULL && pcap->output.error == 0)
        cli_complain(&error, false);
    return pcap->writer != NULL;
}

/* Says what the section lacks. */
static void end_section(struct cli_pcap *pcap)
{
    struct hl_error warning;

    for (size_t i = 0; pcap->writer != NULL && hl_packet_writer_warning(pcap->writer, i, &warning); i++)
        cli_complain(&warning, true);
    hl_packet_writer_free(pcap->writer);
    pcap->writer = NULL;
}

struct cli_pcap *cli_pcap_open(const struct cli_options *options, const char *path, bool secrets)
{
    struct cli_pcap *pcap = calloc(1, sizeof *pcap);
    const int fd = pcap != NULL ? cli_pcap_place(path, secrets, options->show_secrets) : -1;

    if (fd < 0 || !output_open_fd(&pcap->output, fd, path)) {
        free(pcap);
        return NULL;
    }
    pcap->flags = (secrets ? HL_WRITE_SECRETS : 0u) | (options->redact ? HL_WRITE_REDACTED : 0u);
    pcap->output.prompt = options->command == COMMAND_LIVE; /* it may be looked at, or everything end, at any time */
    if (!begin_section(pcap)) {
        (void)output_close(&pcap->output); /* which says what went wrong with writing */
        free(pcap);
        return NULL;
    }
    pcap->output.patient = pcap->output.prompt && pcap->output.regular;
    return pcap;
}

struct cli_output *cli_pcap_output(struct cli_pcap *pcap)
{
    return &pcap->output;
}

bool cli_pcap_anew(struct cli_pcap *pcap)
{
    end_section(pcap);
    return begin_section(pcap);
}

bool cli_pcap_handshake(struct cli_pcap *pcap, const struct hl_handshake *handshake)
{
    if (hl_packet_writer_handshake(pcap->writer, handshake, NULL) != HL_OK)
        return false;
    /* What was left out may be what the rest of the section needs. */
    return output_end_record(&pcap->output) || (pcap->output.patient && cli_pcap_anew(pcap));
}

bool cli_pcap_close(struct cli_pcap *pcap)
{
    end_section(pcap);
    bool written = output_close(&pcap->output);
    free(pcap);
    return written;
}
