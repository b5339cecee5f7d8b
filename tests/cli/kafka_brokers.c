/* Brokers that speak Kafka's protocol, in one process: librdkafka's mock cluster, told what to do on standard input.
 *
 *   kafka_brokers COUNT        writes HOST:PORT,... and then "ok" for each line that it is given:
 *   down|up BROKER             connections end and are refused, until it is up again; 0: all of them
 *   topic NAME PARTITIONS      topics that are asked for are made by themselves, with four
 *   topic-error NAME CODE      metadata say that
 *   refuse COUNT CODE          so many requests to produce are answered with that error
 *   slow MS                    until an answer
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRODUCE 0 /* the number of that kind of request */
#define REFUSALS_MAX 64u

static void each_broker(rd_kafka_mock_cluster_t *cluster, int count, int broker, int value,
                        rd_kafka_resp_err_t (*act)(rd_kafka_mock_cluster_t *, int32_t, int))
{
    for (int i = 1; i <= count; i++) {
        if (broker == 0 || broker == i)
            (void)act(cluster, i, value);
    }
}

static rd_kafka_resp_err_t set_up(rd_kafka_mock_cluster_t *cluster, int32_t broker, int up)
{
    return up != 0 ? rd_kafka_mock_broker_set_up(cluster, broker) : rd_kafka_mock_broker_set_down(cluster, broker);
}

static rd_kafka_resp_err_t set_slow(rd_kafka_mock_cluster_t *cluster, int32_t broker, int ms)
{
    return rd_kafka_mock_broker_set_rtt(cluster, broker, ms);
}

static void refuse(rd_kafka_mock_cluster_t *cluster, int count, rd_kafka_resp_err_t code)
{
    rd_kafka_resp_err_t codes[REFUSALS_MAX];
    const size_t n = count < 0 || (unsigned)count > REFUSALS_MAX ? REFUSALS_MAX : (size_t)count;

    for (size_t i = 0; i < n; i++)
        codes[i] = code;
    rd_kafka_mock_push_request_errors_array(cluster, PRODUCE, n, codes);
}

static void act(rd_kafka_mock_cluster_t *cluster, int count, const char *line)
{
    char name[128];
    int a, b;

    if (sscanf(line, "down %d", &a) == 1)
        each_broker(cluster, count, a, 0, set_up);
    else if (sscanf(line, "up %d", &a) == 1)
        each_broker(cluster, count, a, 1, set_up);
    else if (sscanf(line, "topic %127s %d", name, &a) == 2)
        (void)rd_kafka_mock_topic_create(cluster, name, a, count);
    else if (sscanf(line, "topic-error %127s %d", name, &a) == 2)
        rd_kafka_mock_topic_set_error(cluster, name, (rd_kafka_resp_err_t)a);
    else if (sscanf(line, "refuse %d %d", &a, &b) == 2)
        refuse(cluster, a, (rd_kafka_resp_err_t)b);
    else if (sscanf(line, "slow %d", &a) == 1)
        each_broker(cluster, count, 0, a, set_slow);
    else
        exit(2);
}

int main(int argc, char **argv)
{
    const int count = argc > 1 ? atoi(argv[1]) : 3;
    char line[256];
    rd_kafka_conf_t *quiet = rd_kafka_conf_new();
    (void)rd_kafka_conf_set(quiet, "log_level", "0", NULL, 0);
    rd_kafka_t *any = rd_kafka_new(RD_KAFKA_PRODUCER, quiet, NULL, 0);
    rd_kafka_mock_cluster_t *cluster = any != NULL ? rd_kafka_mock_cluster_new(any, count) : NULL;

    if (cluster == NULL)
        return 1;
    puts(rd_kafka_mock_cluster_bootstraps(cluster));
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        act(cluster, count, line);
        puts("ok");
        fflush(stdout);
    }
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(any);
    return 0;
}
