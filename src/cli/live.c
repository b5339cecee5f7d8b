#include "cli/live.h"

#include "cli/live_counters.h"
#include "cli/output.h"
#include "cli/pcap.h"
#include "cli/privileges.h"
#include "cli/publisher.h"
#include "cli/rotation.h"
#include "cli/sandbox.h"
#include "cli/trust.h"
#include "cli/workers.h"

#include <handlens/live.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FINDING = 1, EXIT_TROUBLE = 2 };

#define FILTER_MAX 4096u
/* Of a filter that makes no sense, so much is shown before the place, and in all. */
#define FAULT_BEFORE 50u
#define FAULT_WIDTH 76
/* Seconds between two looks of the status line; a person reads no faster. */
#define STATUS_INTERVAL 0.25

struct watching {
    const struct cli_options *options;
    struct cli_output output;
    struct workers workers;
    struct hl_printer *printer; /* of the summary */
    struct hl_trust *trust;
    struct cli_pcap *pcap, *failed_pcap; /* NULL: packets are not written */
    struct cli_rotation rotation;
    double started, status_at, stats_at; /* seconds on the monotonic clock */
    bool status;      /* a line of it may be shown */
    bool status_shown;
};

static struct workers *interrupted_workers;
static struct cli_output *interrupted_output;
static volatile sig_atomic_t counters_wanted, reopening_wanted;

static void on_interrupt(int number)
{
    (void)number;
    workers_stop(interrupted_workers);
    output_hurry(interrupted_output);
}

static void on_counters(int number)
{
    (void)number;
    counters_wanted = 1;
}

static void on_reopening(int number)
{
    (void)number;
    reopening_wanted = 1;
}

static void on_signal(int number, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };

    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* --- on standard error -------------------------------------------------------------------- */

static void clear_status(void *user)
{
    struct watching *watching = user;

    if (watching->status_shown)
        fputs("\r\033[K", stderr);
    watching->status_shown = false;
}

static void count(struct watching *watching, struct live_counters *out)
{
    workers_count(&watching->workers, out);
    out->seconds = now() - watching->started;
    pthread_mutex_lock(&watching->workers.lock);
    out->lost = watching->output.lost;
    out->publishing = watching->output.publisher != NULL;
    if (out->publishing)
        publisher_counters(watching->output.publisher, &out->published);
    if (watching->pcap != NULL)
        out->lost += cli_pcap_output(watching->pcap)->lost;
    if (watching->failed_pcap != NULL)
        out->lost += cli_pcap_output(watching->failed_pcap)->lost;
    pthread_mutex_unlock(&watching->workers.lock);
}

static void put_counters(struct watching *watching, const char *end)
{
    struct live_counters counters;

    count(watching, &counters);
    live_counters_put(stderr, &counters);
    fputs(end, stderr);
}

static void write_stats(struct watching *watching)
{
    struct live_counters counters;

    count(watching, &counters);
    pthread_mutex_lock(&watching->workers.lock);
    const bool written = live_counters_write(&watching->output, &counters) || watching->output.patient;
    pthread_mutex_unlock(&watching->workers.lock);
    if (!written)
        workers_stop(&watching->workers);
}

/* Files have their size, or their time. */
static void after_record(void *user)
{
    struct watching *watching = user;

    cli_rotation_check(&watching->rotation, now(), false);
}

static bool on_tick(void *user)
{
    struct watching *watching = user;
    const struct cli_options *options = watching->options;
    const double time = now();

    pthread_mutex_lock(&watching->workers.lock);
    cli_rotation_check(&watching->rotation, time, reopening_wanted != 0);
    reopening_wanted = 0;
    pthread_mutex_unlock(&watching->workers.lock);
    if (counters_wanted) {
        counters_wanted = 0;
        clear_status(watching);
        put_counters(watching, "\n");
    }
    if (watching->status && time - watching->status_at >= STATUS_INTERVAL) {
        fputs("\r\033[K", stderr);
        put_counters(watching, "");
        watching->status_shown = true;
        watching->status_at = time;
    }
    if (options->stats_s > 0 && options->format == HL_FORMAT_JSON && time - watching->stats_at >= options->stats_s) {
        write_stats(watching);
        watching->stats_at = time;
    }
    return options->duration_s <= 0 || time - watching->started < options->duration_s;
}

/* --- beginning ---------------------------------------------------------------------------- */

static void on_interface(void *user, const char *name, const char *about)
{
    (void)user;
    printf("%-16s%s%s\n", name, about[0] != '\0' ? " " : "", about);
}

static int list_interfaces(void)
{
    struct hl_error error;

    if (hl_live_interfaces(on_interface, NULL, &error) == HL_OK)
        return EXIT_DONE;
    cli_complain(&error, false);
    return EXIT_TROUBLE;
}

/* The words behind the options are one filter. False: it is too long. */
static bool join_filter(const struct cli_options *options, char out[FILTER_MAX])
{
    size_t used = 0;

    out[0] = '\0';
    for (int i = 0; i < options->file_count; i++) {
        const size_t n = strlen(options->files[i]);
        if (used + n + 2 > FILTER_MAX) {
            fputs("handlens: the filter is too long\n", stderr);
            return false;
        }
        if (i > 0)
            out[used++] = ' ';
        memcpy(out + used, options->files[i], n + 1);
        used += n;
    }
    return true;
}

/* The filter, and a caret under the place where it goes wrong; of a long one what is around that. */
static void show_fault(const char *filter)
{
    size_t at, first;

    if (!hl_live_filter_fault(filter, &at))
        return;
    first = at > FAULT_BEFORE ? at - FAULT_BEFORE : 0;
    fprintf(stderr, "  %.*s\n  %*s^\n", FAULT_WIDTH, filter + first, (int)(at - first), "");
}

/* Every worker has all interfaces, and a share of what comes by them. */
static bool open_interfaces(struct watching *watching)
{
    struct hl_live *lives[HL_LIVE_WORKERS_MAX];
    const struct cli_options *options = watching->options;
    const unsigned count = options->interfaces.count > 0 ? options->interfaces.count : 1;
    char filter[FILTER_MAX];
    struct hl_error error;

    if (!join_filter(options, filter))
        return false;
    const struct hl_live_options how = {
        .filter = filter[0] != '\0' ? filter : NULL,
        .snap_length = options->snap_length,
        .buffer_mib = options->buffer_mib,
        .promiscuous = options->promiscuous,
    };
    for (unsigned i = 0; i < count * watching->workers.count; i++) {
        const char *name = options->interfaces.count > 0 ? options->interfaces.list[i % count] : NULL;
        lives[i / count] = watching->workers.list[i / count].live;
        if (hl_live_add(lives[i / count], name, &how, &error) != HL_OK) {
            cli_complain(&error, false);
            if (error.status == HL_ERR_USAGE && how.filter != NULL)
                show_fault(filter);
            return false;
        }
    }
    if (watching->workers.count > 1 && hl_live_spread(lives, watching->workers.count, &error) != HL_OK) {
        cli_complain(&error, false);
        return false;
    }
    if (options->interfaces.count == 0 && !options->quiet)
        fprintf(stderr, "handlens: capturing on %s; -i names another interface\n", hl_live_name(lives[0], 0));
    return true;
}

/* --- files -------------------------------------------------------------------------------- */

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool is_named_twice(const struct cli_options *options)
{
    const char *pcap = cli_pcap_path(options), *failed = options->write_failed;
    const char *path = is_same(options->output, pcap) || is_same(options->output, failed) ? options->output
                       : is_same(options->spill, pcap) || is_same(options->spill, failed) ? options->spill
                       : is_same(pcap, failed) ? pcap : NULL;

    if (path != NULL)
        fprintf(stderr, "handlens: %s is named for two things; give each a file of its own\n", path);
    return path != NULL;
}

static bool clear_places(const struct cli_options *options)
{
    const char *pcap = cli_pcap_path(options);

    return cli_rotation_clear(options, options->output) && cli_rotation_clear(options, is_same(pcap, "-") ? NULL : pcap)
           && cli_rotation_clear(options, options->write_failed);
}

static bool open_pcaps(struct watching *watching)
{
    const struct cli_options *options = watching->options;
    const char *path = cli_pcap_path(options);

    if (path != NULL && (watching->pcap = cli_pcap_open(options, path, options->decrypted_pcap != NULL)) == NULL)
        return false;
    if (options->write_failed != NULL && (watching->failed_pcap = cli_pcap_open(options, options->write_failed, false)) == NULL)
        return false;
    return true;
}

static bool begin_rotation(struct watching *watching)
{
    struct cli_rotation *rotation = &watching->rotation;

    rotation->options = watching->options;
    cli_rotation_add(rotation, &watching->output, NULL, 0666);
    if (watching->pcap != NULL)
        cli_rotation_add(rotation, cli_pcap_output(watching->pcap), watching->pcap, 0600);
    if (watching->failed_pcap != NULL)
        cli_rotation_add(rotation, cli_pcap_output(watching->failed_pcap), watching->failed_pcap, 0600);
    return cli_rotation_begin(rotation, now());
}

static bool open_workers(struct watching *watching)
{
    const struct cli_options *options = watching->options;
    const struct hl_print_options print = {
        .format = options->format,
        .verbosity = options->verbosity,
        .color = output_color(&watching->output, options->color),
        .width = output_width(&watching->output),
        .ascii = output_ascii(&watching->output),
    };
    struct workers *workers = &watching->workers;

    workers->options = options;
    workers->output = &watching->output;
    workers->pcap = watching->pcap;
    workers->failed_pcap = watching->failed_pcap;
    workers->before_text = clear_status;
    workers->after_record = after_record;
    workers->on_tick = on_tick;
    workers->user = watching;
    watching->printer = hl_printer_new(&print, output_write, &watching->output);
    if (watching->printer == NULL)
        fputs("handlens: out of memory\n", stderr);
    return watching->printer != NULL && workers_open(workers, &print, watching->trust);
}

static bool give_up_rights(const struct cli_options *options)
{
    return options->no_sandbox || privileges_give_up(options->user);
}

static bool set_up(struct watching *watching)
{
    const struct cli_options *options = watching->options;

    watching->trust = cli_trust(options);
    if (watching->trust == NULL || is_named_twice(options) || !clear_places(options)
        || !output_open_for(&watching->output, options))
        return false;
    watching->output.prompt = true; /* somebody waits for each handshake */
    watching->output.patient = watching->output.regular && options->output != NULL;
    /* Everything that needs a right is opened, threads are made without rights, and then no packet was looked at yet. */
    return open_pcaps(watching) && open_workers(watching) && open_interfaces(watching) && begin_rotation(watching)
           && give_up_rights(options) && workers_start(&watching->workers) && (options->no_sandbox || sandbox_enter());
}

/* --- the whole ---------------------------------------------------------------------------- */

static void sum_up(struct watching *watching)
{
    struct live_counters counters;

    for (unsigned i = 0; i < watching->workers.count; i++)
        hl_printer_join(watching->printer, watching->workers.list[i].printer);
    count(watching, &counters);
    hl_printer_summary(watching->printer, &counters.seen);
    put_counters(watching, "\n");
}

static int watch(struct watching *watching)
{
    const struct cli_options *options = watching->options;
    struct hl_error error;
    int status = EXIT_DONE;

    interrupted_workers = &watching->workers;
    interrupted_output = &watching->output;
    signal(SIGPIPE, SIG_IGN);
    on_signal(SIGINT, on_interrupt);
    on_signal(SIGTERM, on_interrupt);
    on_signal(SIGUSR1, on_counters);
    if (watching->rotation.count > 0)
        on_signal(SIGHUP, on_reopening);
    watching->status = isatty(STDERR_FILENO) == 1 && !options->quiet;
    watching->started = watching->stats_at = now();
    if (workers_run(&watching->workers, &error) != HL_OK) {
        clear_status(watching);
        cli_complain(&error, false);
        status = EXIT_TROUBLE;
    }
    clear_status(watching);
    if (!output_settle(&watching->output))
        status = EXIT_TROUBLE;
    if (!options->quiet)
        sum_up(watching);
    if (status == EXIT_DONE && options->fail_on >= 0 && watching->workers.worst >= options->fail_on)
        status = EXIT_FINDING;
    return status;
}

static int end(struct watching *watching, int status)
{
    if (output_is_open(&watching->output) && !output_close(&watching->output))
        status = EXIT_TROUBLE;
    if (watching->pcap != NULL && !cli_pcap_close(watching->pcap))
        status = EXIT_TROUBLE;
    if (watching->failed_pcap != NULL && !cli_pcap_close(watching->failed_pcap))
        status = EXIT_TROUBLE;
    cli_rotation_end(&watching->rotation);
    hl_printer_free(watching->printer);
    workers_cleanup(&watching->workers);
    hl_trust_free(watching->trust);
    free(watching);
    return status;
}

int cli_live(const struct cli_options *options)
{
    if (options->list_interfaces)
        return list_interfaces();
    struct watching *watching = calloc(1, sizeof *watching);
    if (watching == NULL) {
        fputs("handlens: out of memory\n", stderr);
        return EXIT_TROUBLE;
    }
    watching->options = options;
    return end(watching, set_up(watching) ? watch(watching) : EXIT_TROUBLE);
}
