/* outbox.h - messages between handlens and Kafka: in memory while they are on their way, in the spill file while the brokers
 * are away, and in their order.
 *
 * A message is kept until it is acknowledged. When memory is full, or nothing is acknowledged for OUTBOX_STALL_S, what is on
 * its way is written to the spill file as well, and new messages go there only; they are read again as those before them are
 * delivered. Times are the caller's, in seconds on the monotonic clock. */
#ifndef HL_CLI_OUTBOX_H
#define HL_CLI_OUTBOX_H

#include "cli/kafka.h"
#include "cli/spill.h"

/* Messages in memory: beyond it, they go to the spill file, wait (outbox_put) or are lost. */
#define OUTBOX_BYTES_MAX ((size_t)64 << 20)
#define OUTBOX_MESSAGES_MAX 50000u
#define OUTBOX_STALL_S 5.0
/* What was not taken is sent again after that. */
#define OUTBOX_AGAIN_S 2.0

struct outbox_counters {
    uint64_t delivered;
    uint64_t spilled;  /* written to the file, by this run */
    uint64_t replayed; /* delivered, and in the file before */
    uint64_t lost;     /* refused, damaged, or without room */
};

struct outbox_message;

struct outbox {
    struct kafka *kafka;
    struct spill *spill; /* NULL: none */
    struct outbox_counters counters;
    /* Those not yet delivered, and what was delivered behind them: first those that are in the file, too, then the others. */
    struct outbox_message *first, *last, *first_unspilled;
    size_t bytes, messages;
    size_t on_the_way; /* of them: with librdkafka */
    size_t to_repeat;  /* ... and those that were not taken */
    double time;       /* of the last outbox_work() */
    double progress_at, repeat_at, renew_at;
    bool stalled;
    unsigned long damaged; /* of the file, as far as counted */
};

/* `how->told` and `how->user` are set here; `how` is borrowed. False with one line on standard error. */
bool outbox_open(struct outbox *outbox, struct kafka_how *how, struct spill *spill, double time);
/* `bytes` is copied. False: there is no room, and may be soon; with `lossy` the message is lost then, and counted. */
bool outbox_put(struct outbox *outbox, const char *key, size_t key_length, const char *bytes, size_t length, bool lossy);
/* Send, and learn what has become of what was sent; waits for that up to `ms`. */
void outbox_work(struct outbox *outbox, double time, int ms);
bool outbox_is_empty(const struct outbox *outbox);
/* What is left goes to the file; what does not fit is lost. How many are kept in the file. */
uint64_t outbox_close(struct outbox *outbox);

#endif
