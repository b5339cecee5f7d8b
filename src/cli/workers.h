/* workers.h - who looks at the packets of live: one, in the caller's thread, or several, each in a thread of its own with an
 * inspector, a share of the packets and a printer of its own; what those print is merged in the order of time.
 *
 *   workers_open(), then interfaces may be spread; workers_start() makes the threads, which wait: they inherit what rights
 *   there are then; workers_run() lets them go, and returns when all is told; workers_cleanup().
 *
 * Files are written, and handshakes counted, under one lock. */
#ifndef HL_CLI_WORKERS_H
#define HL_CLI_WORKERS_H

#include "cli/live_counters.h"
#include "cli/merge.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/pcap.h"
#include "cli/text.h"

#include <handlens/live.h>

#include <pthread.h>

struct workers;

struct worker {
    struct workers *all;
    unsigned number;
    struct hl_live *live;
    struct hl_inspector *inspector;
    struct hl_printer *printer;
    struct hl_secrets *secrets; /* its own: they may grow */
    struct cli_text text; /* of one handshake, on its way to the merge */
    struct live_counters counters; /* as it saw them last; under the lock */
    enum hl_status status;
    struct hl_error error;
    pthread_t thread;
    bool started;
};

struct workers {
    const struct cli_options *options;
    struct cli_output *output;           /* borrowed */
    struct cli_pcap *pcap, *failed_pcap; /* borrowed; NULL: packets are not written */
    struct worker list[HL_LIVE_WORKERS_MAX];
    unsigned count;
    void (*before_text)(void *user); /* called before something is written to the output, in the caller's thread */
    void (*after_record)(void *user); /* ... after something was, to any file; under the lock */
    hl_tick_fn *on_tick;             /* at least every 50 ms, in the caller's thread; false: end */
    void *user;
    pthread_mutex_t lock;
    pthread_barrier_t barrier; /* of all threads and the caller's */
    struct merge merge;
    bool cancelled;      /* before they were let go */
    unsigned long shown; /* handshakes that were wanted */
    int worst;           /* enum hl_severity of the findings shown; -1: none */
    bool full;           /* as many as were wanted, or what is needed cannot be written */
};

/* `options`, `output`, `pcap`, `failed_pcap`, before_text, on_tick and user are set. False with one line on standard error. */
bool workers_open(struct workers *workers, const struct hl_print_options *print, const struct hl_trust *trust);
/* The same. */
bool workers_start(struct workers *workers);
/* Returns when everything was told. The worst status of all, with its error. */
enum hl_status workers_run(struct workers *workers, struct hl_error *error);
/* Let those end that are running; safe in a signal handler. */
void workers_stop(struct workers *workers);
/* What all of them count; but for what could not be written. */
void workers_count(struct workers *workers, struct live_counters *out);
void workers_cleanup(struct workers *workers);

#endif
