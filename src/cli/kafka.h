/* kafka.h - messages to one topic of Kafka: the only user of librdkafka.
 *
 * Whoever sends a message keeps its bytes until its fate is told: by the answer of kafka_send(), or in kafka_wait() and
 * kafka_close(), through `told`. The brokers acknowledge for all replicas, repeat nothing by themselves (an idempotent
 * producer), and are tried for ever: when to give up is the caller's business. */
#ifndef HL_CLI_KAFKA_H
#define HL_CLI_KAFKA_H

#include <stdbool.h>
#include <stddef.h>

enum kafka_fate {
    KAFKA_WAITS,     /* it will be told */
    KAFKA_DELIVERED,
    KAFKA_AGAIN,     /* it was not delivered, as far as is known, and may be later */
    KAFKA_NEVER,     /* no broker will take it */
};

struct kafka_how {
    const char *brokers, *topic;
    const char *config;    /* a file of librdkafka's properties, KEY=VALUE; NULL: none */
    size_t messages_max;   /* that may wait at a time */
    size_t bytes_max;
    void (*told)(void *user, void *message, enum kafka_fate fate);
    void *user;
};

struct kafka;

/* Is there a librdkafka in this build? */
bool kafka_is_there(void);
/* `how` is borrowed. Reads the files that the configuration names; brokers need not be there. NULL with one line on standard
 * error, which has no value of the configuration in it. */
struct kafka *kafka_open(const struct kafka_how *how);
/* `message` comes back when its fate is told. KAFKA_WAITS, KAFKA_AGAIN or KAFKA_NEVER. */
enum kafka_fate kafka_send(struct kafka *kafka, const char *key, size_t key_length, const char *bytes, size_t length, void *message);
/* Tell fates; waits for one up to `ms`. */
void kafka_wait(struct kafka *kafka, int ms);
/* The producer has failed for good, and says so: only kafka_renew() helps. */
bool kafka_is_broken(const struct kafka *kafka);
/* A new producer: nothing is on its way any more; of that, what is told was told before this returns. False with a line. */
bool kafka_renew(struct kafka *kafka);
/* The same, without a new one. Frees it; NULL is allowed. */
void kafka_close(struct kafka *kafka);

#endif
