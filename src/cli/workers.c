#include "cli/workers.h"

#include "cli/secrets.h"
#include "cli/select.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* How long the caller's thread waits for texts before its tick. */
#define WAIT_MS 50

/* --- handshakes --------------------------------------------------------------------------- */

static bool has_failed(const struct hl_handshake *handshake)
{
    const enum hl_outcome outcome = hl_handshake_outcome(handshake);

    return outcome == HL_FAILED || outcome == HL_NOT_TLS;
}

static bool write_packets(struct workers *all, const struct hl_handshake *handshake)
{
    bool written = all->pcap == NULL || cli_pcap_handshake(all->pcap, handshake);

    if (all->failed_pcap != NULL && has_failed(handshake))
        written &= cli_pcap_handshake(all->failed_pcap, handshake);
    return written;
}

/* Under the lock, as it is the same for all. False: nobody wants it any more. */
static bool take(struct workers *all, const struct hl_handshake *handshake)
{
    pthread_mutex_lock(&all->lock);
    const bool taken = !all->full;
    if (taken) {
        all->shown++;
        all->worst = cli_worst(all->worst, handshake);
        all->full = !write_packets(all, handshake) || (all->options->count > 0 && all->shown >= all->options->count);
        all->after_record(all->user);
    }
    pthread_mutex_unlock(&all->lock);
    return taken;
}

/* Its last piece, or all of it, was handed to the output. */
static bool end_text(struct workers *all, bool written)
{
    written &= output_end_record(all->output) || all->output->patient;
    all->after_record(all->user);
    return written;
}

static bool print(struct worker *worker, const struct hl_handshake *handshake)
{
    struct workers *all = worker->all;

    if (all->count > 1) {
        worker->text.length = 0;
        return hl_printer_handshake(worker->printer, handshake)
               && merge_push(&all->merge, worker->number, hl_inspector_now(worker->inspector), worker->text.bytes, worker->text.length);
    }
    all->before_text(all->user);
    pthread_mutex_lock(&all->lock);
    const bool printed = end_text(all, hl_printer_handshake(worker->printer, handshake));
    pthread_mutex_unlock(&all->lock);
    return printed;
}

static void on_handshake(void *user, const struct hl_handshake *handshake)
{
    struct worker *worker = user;

    if (cli_is_wanted(worker->all->options, handshake) && take(worker->all, handshake) && !print(worker, handshake))
        hl_inspector_stop(worker->inspector);
}

/* --- threads ------------------------------------------------------------------------------ */

static void look_at_counters(struct worker *worker)
{
    struct live_counters now = { .shown = 0 };

    hl_inspector_counters(worker->inspector, &now.seen);
    hl_live_counters(worker->live, &now.kernel);
    pthread_mutex_lock(&worker->all->lock);
    worker->counters = now;
    pthread_mutex_unlock(&worker->all->lock);
}

static bool on_worker_tick(void *user)
{
    struct worker *worker = user;

    look_at_counters(worker);
    merge_seen(&worker->all->merge, worker->number, hl_inspector_now(worker->inspector));
    return true; /* it ends when it is stopped */
}

static void *run_worker(void *user)
{
    struct worker *worker = user;
    struct workers *all = worker->all;

    pthread_barrier_wait(&all->barrier); /* it is there, and has what a thread needs ... */
    pthread_barrier_wait(&all->barrier); /* ... and is let go */
    if (!all->cancelled) {
        worker->status = hl_live_run(worker->inspector, worker->live, on_worker_tick, worker, &worker->error);
        hl_inspector_finish(worker->inspector);
        look_at_counters(worker);
    }
    merge_over(&all->merge, worker->number);
    return NULL;
}

bool workers_start(struct workers *workers)
{
    sigset_t every, before;

    if (workers->count == 1)
        return true;
    sigfillset(&every);
    pthread_sigmask(SIG_BLOCK, &every, &before); /* signals are for the caller's thread */
    for (unsigned i = 0; i < workers->count; i++) {
        struct worker *worker = &workers->list[i];
        worker->started = pthread_create(&worker->thread, NULL, run_worker, worker) == 0;
        if (!worker->started) { /* those that wait for all of them wait for good: this ends the program */
            fprintf(stderr, "handlens: %u threads cannot be started\n", workers->count);
            exit(2);
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_barrier_wait(&workers->barrier);
    return true;
}

void workers_stop(struct workers *workers)
{
    for (unsigned i = 0; i < workers->count; i++)
        hl_inspector_stop(workers->list[i].inspector);
}

/* --- one, here ---------------------------------------------------------------------------- */

static bool is_full(struct workers *all)
{
    pthread_mutex_lock(&all->lock);
    const bool full = all->full;
    pthread_mutex_unlock(&all->lock);
    return full;
}

static bool on_tick_alone(void *user)
{
    struct workers *all = user;

    look_at_counters(&all->list[0]);
    return all->on_tick(all->user) && !is_full(all);
}

static void run_alone(struct workers *workers)
{
    struct worker *worker = &workers->list[0];

    worker->status = hl_live_run(worker->inspector, worker->live, on_tick_alone, workers, &worker->error);
    hl_inspector_finish(worker->inspector);
    look_at_counters(worker);
}

/* --- several ------------------------------------------------------------------------------ */

static void run_several(struct workers *workers)
{
    bool wanted = true;

    pthread_barrier_wait(&workers->barrier);
    while (!merge_is_over(&workers->merge)) {
        struct told *told = merge_pop(&workers->merge, WAIT_MS);
        if (told != NULL) {
            workers->before_text(workers->user);
            pthread_mutex_lock(&workers->lock);
            wanted &= end_text(workers, output_write(workers->output, told->text, told->length));
            pthread_mutex_unlock(&workers->lock);
            free(told);
        }
        wanted &= workers->on_tick(workers->user) && !is_full(workers);
        if (!wanted)
            workers_stop(workers);
    }
    for (unsigned i = 0; i < workers->count; i++)
        pthread_join(workers->list[i].thread, NULL);
}

enum hl_status workers_run(struct workers *workers, struct hl_error *error)
{
    enum hl_status status = HL_OK;

    if (workers->count == 1)
        run_alone(workers);
    else
        run_several(workers);
    for (unsigned i = 0; i < workers->count; i++) {
        const struct worker *worker = &workers->list[i];
        workers->list[i].started = false;
        if (worker->status == HL_OK)
            continue;
        status = worker->status;
        *error = worker->error;
    }
    return status;
}

void workers_count(struct workers *workers, struct live_counters *out)
{
    pthread_mutex_lock(&workers->lock);
    *out = (struct live_counters){ .shown = workers->shown };
    for (unsigned i = 0; i < workers->count; i++) {
        const struct live_counters *one = &workers->list[i].counters;
        hl_counters_add(&out->seen, &one->seen);
        out->kernel.received += one->kernel.received;
        out->kernel.dropped += one->kernel.dropped;
        out->kernel.interface_dropped += one->kernel.interface_dropped;
    }
    pthread_mutex_unlock(&workers->lock);
}

/* --- life --------------------------------------------------------------------------------- */

static bool open_worker(struct worker *worker, const struct hl_print_options *how, const struct hl_trust *trust)
{
    struct workers *all = worker->all;
    const struct cli_options *options = all->options;
    struct hl_error error;

    worker->secrets = cli_secrets(options);
    if (worker->secrets == NULL)
        return false;
    worker->live = hl_live_new();
    worker->inspector = hl_inspector_new(on_handshake, worker, &error);
    worker->printer = all->count > 1 ? hl_printer_new(how, text_add, &worker->text) : hl_printer_new(how, output_write, all->output);
    if (worker->live == NULL || worker->inspector == NULL || worker->printer == NULL) {
        fputs("handlens: out of memory\n", stderr);
        return false;
    }
    hl_inspector_trust(worker->inspector, trust);
    hl_inspector_secrets(worker->inspector, worker->secrets);
    hl_inspector_check_signatures(worker->inspector, options->signatures);
    hl_inspector_keep_packets(worker->inspector, all->pcap != NULL || all->failed_pcap != NULL);
    hl_inspector_share_numbers(worker->inspector, all->list[0].inspector);
    if (options->port != 0)
        hl_inspector_expect_port(worker->inspector, (uint16_t)options->port);
    return true;
}

bool workers_open(struct workers *workers, const struct hl_print_options *print_options, const struct hl_trust *trust)
{
    workers->count = workers->options->workers > 0 ? workers->options->workers : 1;
    workers->worst = -1;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_barrier_init(&workers->barrier, NULL, workers->count + 1);
    merge_init(&workers->merge, workers->count);
    for (unsigned i = 0; i < workers->count; i++) {
        workers->list[i] = (struct worker){ .all = workers, .number = i };
        if (!open_worker(&workers->list[i], print_options, trust))
            return false;
    }
    return true;
}

void workers_cleanup(struct workers *workers)
{
    if (workers->count == 0)
        return;
    if (workers->list[0].started) { /* they still wait to be let go */
        workers->cancelled = true;
        pthread_barrier_wait(&workers->barrier);
        for (unsigned i = 0; i < workers->count; i++)
            pthread_join(workers->list[i].thread, NULL);
    }
    for (unsigned i = workers->count; i > 0; i--) { /* the first one's numbers are everybody's */
        struct worker *worker = &workers->list[i - 1];
        hl_printer_free(worker->printer);
        hl_inspector_free(worker->inspector);
        hl_live_free(worker->live);
        hl_secrets_free(worker->secrets);
        free(worker->text.bytes);
    }
    merge_cleanup(&workers->merge);
    pthread_barrier_destroy(&workers->barrier);
    pthread_mutex_destroy(&workers->lock);
}
