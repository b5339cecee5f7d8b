/* publisher.h - a second process that talks to Kafka, for one that may not open sockets any more.
 *
 * It is started before anything from outside is looked at, gets whole lines through a pipe, and has no rights either: it may
 * connect, and write to the spill file, which it opened first. What it counts stands in memory that both see. It ends when the
 * one that started it does. */
#ifndef HL_CLI_PUBLISHER_H
#define HL_CLI_PUBLISHER_H

#include "cli/options.h"

struct publisher;

struct publisher_counters {
    uint64_t delivered; /* acknowledged by all replicas */
    uint64_t waiting;   /* in memory, on their way */
    uint64_t spilled;   /* written to the spill file */
    uint64_t replayed;  /* ... and delivered later */
    uint64_t lost;      /* not delivered, and not kept */
};

/* `options->output` is a URL. NULL with one line on standard error. */
struct publisher *publisher_start(const struct cli_options *options);
/* Lines, in pieces: each line is a message, keyed with its community id. False with errno: the other process is gone. */
bool publisher_write(struct publisher *publisher, const void *bytes, size_t n);
void publisher_counters(const struct publisher *publisher, struct publisher_counters *out);
/* The first time: waiting for room is over, what does not fit is lost. The second time: so is waiting for the end. Safe in a signal
 * handler. */
void publisher_hurry(struct publisher *publisher);
/* Nothing more comes: waits until it is delivered, kept, or lost; says on standard error what is not delivered. False when
 * something is lost. */
bool publisher_finish(struct publisher *publisher);
/* NULL is allowed. */
void publisher_free(struct publisher *publisher);

#endif
