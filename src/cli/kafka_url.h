/* kafka_url.h - where -o kafka://BROKER[,BROKER...]/TOPIC leads. */
#ifndef HL_CLI_KAFKA_URL_H
#define HL_CLI_KAFKA_URL_H

#include <stdbool.h>

#define KAFKA_BROKERS_MAX 2048u
#define KAFKA_TOPIC_MAX 249u /* Kafka's own */

struct kafka_url {
    char brokers[KAFKA_BROKERS_MAX]; /* as librdkafka takes them: host:port,host:port */
    char topic[KAFKA_TOPIC_MAX + 1];
};

/* NULL, which is standard output, is none. */
bool kafka_url_is(const char *path);
/* NULL, or what is wrong with it, in words. */
const char *kafka_url_parse(const char *url, struct kafka_url *out);

#endif
