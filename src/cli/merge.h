/* merge.h - texts from several threads, in the order of their times.
 *
 * Each thread has a lane, pushes texts whose times only grow, and says how far it has come. What no other lane can still
 * precede is handed out. A lane that lags behind is waited for no longer than MERGE_PATIENCE_MS: its clock may have been set
 * back, or it may have much to do. */
#ifndef HL_CLI_MERGE_H
#define HL_CLI_MERGE_H

#include <handlens/live.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MERGE_PATIENCE_MS 80
/* Bytes that wait for their turn; at the cap the lanes' threads wait, and the kernel's buffer fills. */
#define MERGE_BYTES_MAX ((size_t)64 << 20)

struct told {
    struct told *next;
    int64_t at_ns;     /* its place */
    int64_t pushed_ms; /* on the monotonic clock */
    size_t length;
    char text[];
};

struct merge {
    pthread_mutex_t lock;
    pthread_cond_t changed, room;
    struct lane {
        struct told *first, *last;
        int64_t seen_ns; /* nothing earlier will come */
        bool over;
    } lanes[HL_LIVE_WORKERS_MAX];
    unsigned count;
    size_t bytes; /* of texts that wait, MERGE_BYTES_MAX at the most */
};

void merge_init(struct merge *merge, unsigned count);
void merge_cleanup(struct merge *merge);

/* In a lane's thread. A copy is taken; waits while too much does. False when memory has run out. */
bool merge_push(struct merge *merge, unsigned lane, int64_t at_ns, const void *text, size_t length);
void merge_seen(struct merge *merge, unsigned lane, int64_t now_ns);
/* Nothing more will come. */
void merge_over(struct merge *merge, unsigned lane);

/* The next text, to be freed; waits for one up to `wait_ms`. NULL: none yet. */
struct told *merge_pop(struct merge *merge, int wait_ms);
/* All lanes are over, and everything was handed out. */
bool merge_is_over(struct merge *merge);

#endif
