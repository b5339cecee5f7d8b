#include "cli/kafka.h"

#include <stdio.h>

#ifdef HANDLENS_KAFKA

#include <errno.h>
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The same kind of trouble is told once in so many seconds. */
#define SILENCE 60.0
/* Codes of errors, shifted: the library's own are negative. */
#define CODE_SHIFT 256
#define CODES 512
/* How long acknowledgements that are on their way are waited for when a producer ends. */
#define LAST_REPORTS_MS 1000
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

struct kafka {
    const struct kafka_how *how;
    rd_kafka_conf_t *conf; /* each producer has a copy */
    rd_kafka_t *producer;  /* NULL: there is none, for now */
    rd_kafka_topic_t *topic;
    bool broken;
    double said_at[CODES]; /* 0: never */
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

bool kafka_is_there(void)
{
    return true;
}

/* --- what is said ------------------------------------------------------------------------- */

/* Text that a broker may have chosen: of it only what is printable. */
static void put_line(const char *what, const char *text)
{
    char clean[512];
    size_t n = 0;

    for (; text[n] != '\0' && n + 1 < sizeof clean; n++)
        clean[n] = text[n] >= ' ' && text[n] <= '~' ? text[n] : '?';
    clean[n] = '\0';
    fprintf(stderr, "handlens: kafka: %s%s\n", what, clean);
}

static void say(struct kafka *kafka, rd_kafka_resp_err_t code, const char *what, const char *text)
{
    const int place = (int)code + CODE_SHIFT;
    const double time = now();

    if (place < 0 || place >= CODES || (kafka->said_at[place] > 0 && time - kafka->said_at[place] < SILENCE))
        return;
    kafka->said_at[place] = time;
    put_line(what, text);
}

static void on_error(rd_kafka_t *producer, int code, const char *reason, void *user)
{
    struct kafka *kafka = user;
    char why[256];

    if (code != RD_KAFKA_RESP_ERR__FATAL) {
        if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) /* each of them was told */
            say(kafka, (rd_kafka_resp_err_t)code, "", reason);
        return;
    }
    kafka->broken = true;
    code = rd_kafka_fatal_error(producer, why, sizeof why);
    say(kafka, (rd_kafka_resp_err_t)code, "the producer is made anew: ", why);
}

/* Only with the property "debug": what matters comes as an error. */
static void on_log(const rd_kafka_t *producer, int level, const char *facility, const char *text)
{
    (void)producer;
    (void)level;
    (void)facility;
    put_line("", text);
}

static void no_log(const rd_kafka_t *producer, int level, const char *facility, const char *text)
{
    (void)producer;
    (void)level;
    (void)facility;
    (void)text;
}

/* --- fates -------------------------------------------------------------------------------- */

static enum kafka_fate fate_of(struct kafka *kafka, rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        return KAFKA_DELIVERED;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
        say(kafka, code, "a message is refused, and lost: ", rd_kafka_err2str(code));
        return KAFKA_NEVER;
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
    case RD_KAFKA_RESP_ERR__FATAL: /* told by on_error() */
        return KAFKA_AGAIN;
    default:
        say(kafka, code, "messages are not taken, and tried again: ", rd_kafka_err2str(code));
        return KAFKA_AGAIN;
    }
}

static void on_report(rd_kafka_t *producer, const rd_kafka_message_t *message, void *user)
{
    struct kafka *kafka = user;

    (void)producer;
    kafka->how->told(kafka->how->user, message->_private, fate_of(kafka, message->err));
}

bool kafka_is_broken(const struct kafka *kafka)
{
    return kafka->broken || kafka->topic == NULL;
}

enum kafka_fate kafka_send(struct kafka *kafka, const char *key, size_t key_length, const char *bytes, size_t length, void *message)
{
    if (kafka_is_broken(kafka))
        return KAFKA_AGAIN;
    /* Neither copied nor freed by the library: librdkafka's prototype lacks a const. */
    if (rd_kafka_produce(kafka->topic, RD_KAFKA_PARTITION_UA, 0, (void *)(uintptr_t)bytes, length, key_length > 0 ? key : NULL, key_length,
                         message) == 0)
        return KAFKA_WAITS;
    const rd_kafka_resp_err_t code = rd_kafka_last_error();
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? KAFKA_AGAIN : fate_of(kafka, code);
}

void kafka_wait(struct kafka *kafka, int ms)
{
    if (kafka->producer != NULL) {
        rd_kafka_poll(kafka->producer, ms);
        return;
    }
    const struct timespec pause = { .tv_nsec = 1000000L * ms };
    nanosleep(&pause, NULL);
}

/* --- configuration ------------------------------------------------------------------------ */

static const char for_delivery[] = "it decides whether messages are delivered, and handlens has set it";
static const char for_waiting[] = "handlens bounds what waits by itself";
static const char in_url[] = "brokers stand in the URL of -o";
static const char no_code[] = "no other program or library is loaded";

static const struct {
    const char *key, *why;
} refused[] = {
    { "acks", for_delivery },
    { "request.required.acks", for_delivery },
    { "enable.idempotence", for_delivery },
    { "enable.gapless.guarantee", for_delivery },
    { "message.timeout.ms", for_delivery },
    { "delivery.timeout.ms", for_delivery },
    { "retries", for_delivery },
    { "message.send.max.retries", for_delivery },
    { "max.in.flight", for_delivery },
    { "max.in.flight.requests.per.connection", for_delivery },
    { "queuing.strategy", for_delivery },
    { "delivery.report.only.error", for_delivery },
    { "transactional.id", for_delivery },
    { "queue.buffering.max.messages", for_waiting },
    { "queue.buffering.max.kbytes", for_waiting },
    { "bootstrap.servers", in_url },
    { "metadata.broker.list", in_url },
    { "plugin.library.paths", no_code },
    { "sasl.kerberos.kinit.cmd", no_code },
};

static char *trim(char *text)
{
    text += strspn(text, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
        length--;
    text[length] = '\0';
    return text;
}

/* NULL, or what is wrong: never with the value, which may be a secret, and which librdkafka's own words have in them. */
static const char *set_property(rd_kafka_conf_t *conf, const char *key, const char *value)
{
    char unused[512];
    const char *bare = strncmp(key, "topic.", 6) == 0 ? key + 6 : key;

    for (size_t i = 0; i < COUNT(refused); i++) {
        if (strcmp(bare, refused[i].key) == 0)
            return refused[i].why;
    }
    if (strcmp(key, "debug") == 0)
        rd_kafka_conf_set_log_cb(conf, on_log);
    const rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, key, value, unused, sizeof unused);
    explicit_bzero(unused, sizeof unused);
    if (result == RD_KAFKA_CONF_UNKNOWN)
        return "librdkafka has no such property";
    return result == RD_KAFKA_CONF_OK ? NULL : "the value is none that librdkafka takes";
}

static bool read_line(rd_kafka_conf_t *conf, const char *path, unsigned number, char *line)
{
    char *key = trim(line);
    char *equals = strchr(key, '=');

    if (key[0] == '\0' || key[0] == '#')
        return true;
    if (equals == NULL) {
        fprintf(stderr, "handlens: %s, line %u: this is no KEY=VALUE\n", path, number);
        return false;
    }
    *equals = '\0';
    key = trim(key);
    const char *wrong = set_property(conf, key, trim(equals + 1));
    if (wrong != NULL)
        fprintf(stderr, "handlens: %s, line %u: %.64s: %s\n", path, number, key, wrong);
    return wrong == NULL;
}

static bool read_config(rd_kafka_conf_t *conf, const char *path)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    bool fine = true;

    if (file == NULL) {
        fprintf(stderr, "handlens: %s: %s\n", path, strerror(errno));
        return false;
    }
    for (unsigned number = 1; fine && getline(&line, &room, file) >= 0; number++)
        fine = read_line(conf, path, number, line);
    if (fine && ferror(file)) {
        fprintf(stderr, "handlens: %s: %s\n", path, strerror(errno));
        fine = false;
    }
    if (line != NULL)
        explicit_bzero(line, room);
    free(line);
    fclose(file);
    return fine;
}

static bool configure(const struct kafka_how *how, rd_kafka_conf_t *conf)
{
    char messages[24], kbytes[24];
    const struct {
        const char *key, *value;
    } usual[] = { /* what a file may change */
        { "client.id", "handlens" },
        { "partitioner", "murmur2_random" }, /* a key goes where Java's clients put it */
        { "reconnect.backoff.max.ms", "2000" },
        { "compression.type", "lz4" },
    }, fixed[] = {
        { "bootstrap.servers", how->brokers },
        { "acks", "all" },
        { "enable.idempotence", "true" },
        { "message.timeout.ms", "0" },
        { "queue.buffering.max.messages", messages },
        { "queue.buffering.max.kbytes", kbytes },
    };
    bool fine = true;

    snprintf(messages, sizeof messages, "%zu", how->messages_max);
    snprintf(kbytes, sizeof kbytes, "%zu", how->bytes_max >> 10);
    rd_kafka_conf_set_log_cb(conf, no_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    for (size_t i = 0; i < COUNT(usual); i++)
        fine &= rd_kafka_conf_set(conf, usual[i].key, usual[i].value, NULL, 0) == RD_KAFKA_CONF_OK;
    if (how->config != NULL && !read_config(conf, how->config))
        return false;
    for (size_t i = 0; i < COUNT(fixed); i++)
        fine &= rd_kafka_conf_set(conf, fixed[i].key, fixed[i].value, NULL, 0) == RD_KAFKA_CONF_OK;
    if (!fine)
        fputs("handlens: kafka: this librdkafka lacks a property that is needed\n", stderr);
    return fine;
}

/* --- life --------------------------------------------------------------------------------- */

static bool begin(struct kafka *kafka)
{
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_dup(kafka->conf);

    rd_kafka_conf_set_opaque(conf, kafka);
    kafka->broken = false;
    kafka->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (kafka->producer == NULL) {
        rd_kafka_conf_destroy(conf);
        put_line("", error);
        return false;
    }
    kafka->topic = rd_kafka_topic_new(kafka->producer, kafka->how->topic, NULL);
    if (kafka->topic == NULL)
        put_line("", rd_kafka_err2str(rd_kafka_last_error()));
    return kafka->topic != NULL;
}

static void end(struct kafka *kafka)
{
    if (kafka->producer == NULL)
        return;
    rd_kafka_purge(kafka->producer, RD_KAFKA_PURGE_F_QUEUE); /* what a broker may have already can still be acknowledged */
    (void)rd_kafka_flush(kafka->producer, LAST_REPORTS_MS);
    rd_kafka_purge(kafka->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    (void)rd_kafka_flush(kafka->producer, LAST_REPORTS_MS);
    if (kafka->topic != NULL)
        rd_kafka_topic_destroy(kafka->topic);
    rd_kafka_destroy(kafka->producer);
    kafka->topic = NULL;
    kafka->producer = NULL;
}

struct kafka *kafka_open(const struct kafka_how *how)
{
    struct kafka *kafka = calloc(1, sizeof *kafka);

    if (kafka == NULL) {
        fputs("handlens: out of memory\n", stderr);
        return NULL;
    }
    kafka->how = how;
    kafka->conf = rd_kafka_conf_new();
    if (configure(how, kafka->conf) && begin(kafka))
        return kafka;
    kafka_close(kafka);
    return NULL;
}

bool kafka_renew(struct kafka *kafka)
{
    end(kafka);
    return begin(kafka);
}

void kafka_close(struct kafka *kafka)
{
    if (kafka == NULL)
        return;
    end(kafka);
    rd_kafka_conf_destroy(kafka->conf);
    free(kafka);
}

#else

bool kafka_is_there(void)
{
    return false;
}

struct kafka *kafka_open(const struct kafka_how *how)
{
    (void)how;
    fputs("handlens: this build has no librdkafka\n", stderr);
    return NULL;
}

enum kafka_fate kafka_send(struct kafka *kafka, const char *key, size_t key_length, const char *bytes, size_t length, void *message)
{
    (void)kafka;
    (void)key;
    (void)key_length;
    (void)bytes;
    (void)length;
    (void)message;
    return KAFKA_NEVER;
}

void kafka_wait(struct kafka *kafka, int ms)
{
    (void)kafka;
    (void)ms;
}

bool kafka_is_broken(const struct kafka *kafka)
{
    (void)kafka;
    return false;
}

bool kafka_renew(struct kafka *kafka)
{
    (void)kafka;
    return false;
}

void kafka_close(struct kafka *kafka)
{
    (void)kafka;
}

#endif
