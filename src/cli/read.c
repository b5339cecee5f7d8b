#include "cli/read.h"

#include "cli/archive.h"
#include "cli/kafka_url.h"
#include "cli/output.h"
#include "cli/page.h"
#include "cli/pcap.h"
#include "cli/printers.h"
#include "cli/secrets.h"
#include "cli/select.h"
#include "cli/trust.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FINDING = 1, EXIT_UNREADABLE = 2, EXIT_INTERRUPTED = 130 };

struct reading {
    const struct cli_options *options;
    struct cli_output output;
    struct hl_inspector *inspector;
    struct printers *printers;
    struct hl_trust *trust;
    struct hl_secrets *secrets;
    struct cli_archive *archive; /* NULL: certificates are not stored */
    struct cli_pcap *pcap;       /* NULL: packets are not written */
    struct cli_page *page;       /* NULL: no page is written */
    int worst;                   /* enum hl_severity of the findings shown; -1: none */
    struct timespec started;
    bool progress;       /* may be shown */
    bool progress_shown; /* a line of it stands there */
};

static struct hl_inspector *interrupted_inspector;
static struct cli_output *interrupted_output;
static volatile sig_atomic_t was_interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    was_interrupted = 1;
    hl_inspector_stop(interrupted_inspector);
    output_hurry(interrupted_output);
}

/* Without SA_RESTART: a read that waits for input ends, too. */
static void on_signal(int number, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };

    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
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

    if (!cli_is_wanted(reading->options, handshake))
        return;
    if (reading->output.terminal)
        clear_progress(reading);
    reading->worst = cli_worst(reading->worst, handshake);
    bool stored = reading->archive == NULL || archive_handshake(reading->archive, handshake);
    stored &= reading->pcap == NULL || cli_pcap_handshake(reading->pcap, handshake);
    stored &= reading->page == NULL || page_handshake(reading->page, handshake);
    if (!printers_handshake(reading->printers, handshake) || !stored)
        hl_inspector_stop(reading->inspector);
}

static void complain(struct reading *reading, const struct hl_error *error, bool warning)
{
    clear_progress(reading);
    cli_complain(error, warning);
}

/* Returns the exit status so far. */
static int read_files(struct reading *reading)
{
    const struct cli_options *options = reading->options;
    struct hl_error error;
    int status = EXIT_DONE;

    for (int i = 0; i < options->file_count; i++) {
        const enum hl_status result = hl_inspector_read_file(reading->inspector, options->files[i], &error);
        (void)printers_drain(reading->printers); /* what fails is said when the output is closed */
        switch (result) {
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

static void warn_of_packets(struct reading *reading, const struct hl_counters *counters)
{
    clear_progress(reading);
    if (counters->unknown_link > 0)
        fprintf(stderr, "handlens: warning: %llu packets of link type %u, which handlens does not know, were passed over\n",
                (unsigned long long)counters->unknown_link, counters->unknown_link_type);
    if (counters->too_deep > 0)
        fprintf(stderr, "handlens: warning: %llu packets with too many layers inside each other were passed over\n",
                (unsigned long long)counters->too_deep);
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat one, other;

    return a != NULL && b != NULL && stat(a, &one) == 0 && S_ISREG(one.st_mode) && stat(b, &other) == 0
           && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* The output must not be one of the inputs: opening it would empty that. */
static bool is_taken(const struct cli_options *options, const char *path, const char *option)
{
    for (int i = 0; i < options->file_count; i++) {
        if (is_same_file(path, options->files[i])) {
            fprintf(stderr, "handlens: %s is to be read and written; give another file to %s\n", path, option);
            return true;
        }
    }
    return false;
}

/* Two outputs in one file would overwrite each other; the later one of the two is told to go elsewhere. */
static bool is_named_twice(const char *path, const char *other, const char *option)
{
    if (!is_same_file(path, other))
        return false;
    fprintf(stderr, "handlens: %s is named twice for output; give another file to %s\n", path, option);
    return true;
}

static bool set_up(struct reading *reading)
{
    const struct cli_options *options = reading->options;
    struct hl_error error;

    if (is_taken(options, options->output, "-o") || is_taken(options, cli_pcap_path(options), options->decrypted_pcap != NULL ? "--decrypted-pcap" : "--write")
        || is_taken(options, options->html, "--html"))
        return false;
    if (kafka_url_is(options->output) && !output_open_for(&reading->output, options))
        return false;
    reading->trust = cli_trust(options);
    reading->secrets = reading->trust != NULL ? cli_secrets(options) : NULL;
    if (reading->secrets == NULL)
        return false;
    if (options->write_certs != NULL && (reading->archive = archive_open(options->write_certs)) == NULL)
        return false;
    if (!output_is_open(&reading->output) && !output_open_for(&reading->output, options))
        return false;
    const char *pcap = cli_pcap_path(options), *pcap_option = options->decrypted_pcap != NULL ? "--decrypted-pcap" : "--write";
    if (is_named_twice(options->output, pcap, pcap_option) || is_named_twice(options->output, options->html, "--html")
        || is_named_twice(options->spill, pcap, pcap_option) || is_named_twice(options->spill, options->html, "--html"))
        return false;
    if (cli_pcap_path(options) != NULL && (reading->pcap = cli_pcap_open(options, cli_pcap_path(options), options->decrypted_pcap != NULL)) == NULL)
        return false;
    if (is_named_twice(cli_pcap_path(options), options->html, "--html"))
        return false;
    if (options->html != NULL && (reading->page = page_open(options)) == NULL)
        return false;
    for (int i = 0; i < options->file_count; i++)
        reading->output.prompt |= strcmp(options->files[i], "-") == 0;
    const struct hl_print_options print = {
        .format = options->format,
        .verbosity = options->verbosity,
        .files = options->file_count > 1,
        .color = output_color(&reading->output, options->color),
        .width = output_width(&reading->output),
        .ascii = output_ascii(&reading->output),
    };
    reading->inspector = hl_inspector_new(on_handshake, reading, &error);
    if (reading->inspector == NULL) {
        fputs("handlens: out of memory\n", stderr);
        return false;
    }
    /* Where somebody waits for each handshake, none waits for others. */
    const unsigned threads = options->workers > 0 && !reading->output.prompt ? options->workers - 1 : 0;
    reading->printers = printers_new(&print, &reading->output, threads);
    if (reading->printers == NULL)
        return false;
    reading->progress = options->progress || isatty(STDERR_FILENO) == 1;
    clock_gettime(CLOCK_MONOTONIC, &reading->started);
    hl_inspector_trust(reading->inspector, reading->trust);
    if (options->port != 0)
        hl_inspector_expect_port(reading->inspector, (uint16_t)options->port);
    hl_inspector_secrets(reading->inspector, reading->secrets);
    hl_inspector_keep_packets(reading->inspector, reading->pcap != NULL);
    hl_inspector_check_signatures(reading->inspector, options->signatures);
    hl_inspector_on_progress(reading->inspector, on_progress, reading);
    return true;
}

int cli_read(const struct cli_options *options)
{
    struct reading reading = { .options = options, .worst = -1 };
    struct hl_counters counters = { 0 };
    int status = EXIT_UNREADABLE;

    if (set_up(&reading)) {
        interrupted_inspector = reading.inspector;
        interrupted_output = &reading.output;
        signal(SIGPIPE, SIG_IGN);
        on_signal(SIGINT, on_interrupt);
        on_signal(SIGTERM, on_interrupt);
        status = read_files(&reading);
        clear_progress(&reading);
        hl_inspector_finish(reading.inspector);
        (void)printers_drain(reading.printers);
        hl_inspector_counters(reading.inspector, &counters);
        warn_of_packets(&reading, &counters);
        if (!options->quiet && counters.files > 0)
            printers_summary(reading.printers, &counters);
        (void)output_settle(&reading.output); /* what is lost counts when it is closed */
        on_signal(SIGINT, SIG_DFL);
        on_signal(SIGTERM, SIG_DFL);
        if (status == EXIT_DONE && options->fail_on >= 0 && reading.worst >= options->fail_on)
            status = EXIT_FINDING;
        if (was_interrupted)
            status = EXIT_INTERRUPTED;
    }
    printers_free(reading.printers);
    if (output_is_open(&reading.output) && !output_close(&reading.output))
        status = EXIT_UNREADABLE;
    if (reading.pcap != NULL && !cli_pcap_close(reading.pcap))
        status = EXIT_UNREADABLE;
    if (reading.page != NULL && !page_close(reading.page, &counters))
        status = EXIT_UNREADABLE;
    if (reading.archive != NULL && !archive_close(reading.archive))
        status = EXIT_UNREADABLE;
    hl_inspector_free(reading.inspector);
    hl_trust_free(reading.trust);
    hl_secrets_free(reading.secrets);
    return status;
}
