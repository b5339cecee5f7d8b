#include "cli/printers.h"

#include "cli/text.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define THREADS_MAX 63u
/* Handshakes that go to a thread together: what waking it up costs is shared. */
#define BATCH_MAX 16u
/* Batches on their way, for each thread. */
#define BATCHES_EACH 3u

struct batch {
    const struct hl_handshake *list[BATCH_MAX];
    unsigned count;
    struct cli_text text;
    bool done, failed; /* under the lock */
};

struct printing {
    struct printers *all;
    struct hl_printer *printer;
    struct batch *batch; /* that it writes to */
    pthread_t thread;
};

struct printers {
    struct cli_output *output;
    struct hl_printer *direct; /* of the caller's thread */
    struct printing list[THREADS_MAX];
    unsigned threads;
    pthread_mutex_t lock;
    pthread_cond_t filled, finished;
    struct batch *ring; /* `size` of them; positions only grow */
    unsigned size;
    unsigned long first; /* the oldest that was not written: the caller's */
    unsigned long next;  /* the next one for a thread */
    unsigned long last;  /* the one that is being filled: the caller's, told to threads under the lock */
    bool over;
    bool failed;
};

static struct batch *batch_at(const struct printers *printers, unsigned long position)
{
    return &printers->ring[position % printers->size];
}

/* --- the threads -------------------------------------------------------------------------- */

/* Fits hl_write_fn. */
static bool write_to_batch(void *ctx, const void *bytes, size_t n)
{
    struct printing *printing = ctx;

    return text_add(&printing->batch->text, bytes, n);
}

static void print_batch(struct printing *printing, struct batch *batch)
{
    bool printed = true;

    printing->batch = batch;
    batch->text.length = 0;
    for (unsigned i = 0; i < batch->count && printed; i++)
        printed = hl_printer_handshake(printing->printer, batch->list[i]);
    batch->failed = !printed;
}

static void *run_printer(void *user)
{
    struct printing *printing = user;
    struct printers *all = printing->all;

    pthread_mutex_lock(&all->lock);
    for (;;) {
        while (all->next == all->last && !all->over)
            pthread_cond_wait(&all->filled, &all->lock);
        if (all->next == all->last)
            break;
        struct batch *batch = batch_at(all, all->next++);
        pthread_mutex_unlock(&all->lock);
        print_batch(printing, batch);
        pthread_mutex_lock(&all->lock);
        batch->done = true;
        pthread_cond_signal(&all->finished);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

/* --- the caller's thread ------------------------------------------------------------------ */

/* Write the oldest batches that are done; those before `until` are waited for. */
static void write_done(struct printers *printers, unsigned long until)
{
    while (printers->first < printers->last) {
        struct batch *batch = batch_at(printers, printers->first);
        pthread_mutex_lock(&printers->lock);
        while (!batch->done && printers->first < until)
            pthread_cond_wait(&printers->finished, &printers->lock);
        const bool done = batch->done;
        pthread_mutex_unlock(&printers->lock);
        if (!done)
            return;
        printers->failed |= batch->failed;
        if (!printers->failed)
            printers->failed = !output_write(printers->output, batch->text.bytes, batch->text.length);
        for (unsigned i = 0; i < batch->count; i++)
            hl_handshake_let_go(batch->list[i]);
        batch->count = 0;
        printers->first++;
    }
}

/* The batch that is being filled is full enough. */
static void hand_over(struct printers *printers)
{
    pthread_mutex_lock(&printers->lock);
    batch_at(printers, printers->last)->done = false;
    printers->last++;
    pthread_cond_signal(&printers->filled);
    pthread_mutex_unlock(&printers->lock);
    /* One place stays free: it is filled next. */
    write_done(printers, printers->last >= printers->size ? printers->last - printers->size + 1 : 0);
}

bool printers_handshake(struct printers *printers, const struct hl_handshake *handshake)
{
    if (printers->threads == 0)
        return hl_printer_handshake(printers->direct, handshake);
    if (printers->failed)
        return false;
    if (!hl_handshake_keep(handshake)) /* in its place, behind those that are kept */
        return printers_drain(printers) && hl_printer_handshake(printers->direct, handshake);
    struct batch *batch = batch_at(printers, printers->last);
    batch->list[batch->count++] = handshake;
    if (batch->count == BATCH_MAX)
        hand_over(printers);
    return !printers->failed;
}

bool printers_drain(struct printers *printers)
{
    if (printers->threads == 0)
        return true;
    if (batch_at(printers, printers->last)->count > 0)
        hand_over(printers);
    write_done(printers, printers->last);
    return !printers->failed;
}

bool printers_summary(struct printers *printers, const struct hl_counters *counters)
{
    for (unsigned i = 0; i < printers->threads; i++)
        hl_printer_join(printers->direct, printers->list[i].printer);
    return hl_printer_summary(printers->direct, counters);
}

/* --- life --------------------------------------------------------------------------------- */

static bool start(struct printers *printers, const struct hl_print_options *options, unsigned threads)
{
    sigset_t every, before;
    bool started = true;

    sigfillset(&every);
    pthread_sigmask(SIG_BLOCK, &every, &before); /* signals are for the caller's thread */
    while (printers->threads < threads && started) {
        struct printing *printing = &printers->list[printers->threads];
        printing->all = printers;
        printing->printer = hl_printer_new(options, write_to_batch, printing);
        started = printing->printer != NULL && pthread_create(&printing->thread, NULL, run_printer, printing) == 0;
        if (started)
            printers->threads++;
        else
            hl_printer_free(printing->printer);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

struct printers *printers_new(const struct hl_print_options *options, struct cli_output *output, unsigned threads)
{
    struct printers *printers = calloc(1, sizeof *printers);
    bool ready = printers != NULL;

    if (ready) {
        printers->output = output;
        printers->size = threads * BATCHES_EACH + 1;
        printers->ring = calloc(printers->size, sizeof *printers->ring);
        printers->direct = hl_printer_new(options, output_write, output);
        pthread_mutex_init(&printers->lock, NULL);
        pthread_cond_init(&printers->filled, NULL);
        pthread_cond_init(&printers->finished, NULL);
        ready = printers->ring != NULL && printers->direct != NULL && start(printers, options, threads);
    }
    if (ready)
        return printers;
    fputs("handlens: out of memory\n", stderr);
    printers_free(printers);
    return NULL;
}

void printers_free(struct printers *printers)
{
    if (printers == NULL)
        return;
    pthread_mutex_lock(&printers->lock);
    printers->over = true;
    pthread_cond_broadcast(&printers->filled);
    pthread_mutex_unlock(&printers->lock);
    for (unsigned i = 0; i < printers->threads; i++) {
        pthread_join(printers->list[i].thread, NULL);
        hl_printer_free(printers->list[i].printer);
    }
    for (unsigned i = 0; printers->ring != NULL && i < printers->size; i++) {
        for (unsigned j = 0; j < printers->ring[i].count; j++)
            hl_handshake_let_go(printers->ring[i].list[j]);
        free(printers->ring[i].text.bytes);
    }
    hl_printer_free(printers->direct);
    free(printers->ring);
    pthread_cond_destroy(&printers->filled);
    pthread_cond_destroy(&printers->finished);
    pthread_mutex_destroy(&printers->lock);
    free(printers);
}
