/* Messages on their way to brokers that take them, refuse them, go away and come back; these are made of lists here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "cli/outbox.h"

/* --- a Kafka ------------------------------------------------------------------------------ */

#define TAKEN_MAX 4096

struct kafka {
    const struct kafka_how *how;
    void *waiting[TAKEN_MAX];
    int numbers[TAKEN_MAX];
    unsigned count;
    int delivered[TAKEN_MAX]; /* numbers, in the order of acknowledgements */
    unsigned delivered_count;
    bool away, broken;
    enum kafka_fate answer; /* to what is sent */
    enum kafka_fate fate;   /* told later */
};

static struct kafka brokers;

bool kafka_is_there(void)
{
    return true;
}

struct kafka *kafka_open(const struct kafka_how *how)
{
    brokers = (struct kafka){ .how = how, .answer = KAFKA_WAITS, .fate = KAFKA_DELIVERED };
    return &brokers;
}

enum kafka_fate kafka_send(struct kafka *kafka, const char *key, size_t key_length, const char *bytes, size_t length, void *message)
{
    char text[32] = "";

    (void)key;
    (void)key_length;
    if (kafka->broken)
        return KAFKA_AGAIN;
    if (kafka->answer != KAFKA_WAITS)
        return kafka->answer;
    memcpy(text, bytes, length < 31 ? length : 31);
    kafka->waiting[kafka->count] = message;
    kafka->numbers[kafka->count++] = atoi(text + 5);
    assert_true(kafka->count < TAKEN_MAX);
    return KAFKA_WAITS;
}

void kafka_wait(struct kafka *kafka, int ms)
{
    (void)ms;
    if (kafka->away || kafka->broken)
        return;
    for (unsigned i = 0; i < kafka->count; i++) {
        if (kafka->fate == KAFKA_DELIVERED)
            kafka->delivered[kafka->delivered_count++] = kafka->numbers[i];
        kafka->how->told(kafka->how->user, kafka->waiting[i], kafka->fate);
    }
    kafka->count = 0;
}

bool kafka_is_broken(const struct kafka *kafka)
{
    return kafka->broken;
}

bool kafka_renew(struct kafka *kafka)
{
    kafka->broken = false;
    kafka->count = 0; /* and nothing is told */
    return true;
}

void kafka_close(struct kafka *kafka)
{
    for (unsigned i = 0; i < kafka->count; i++)
        kafka->how->told(kafka->how->user, kafka->waiting[i], KAFKA_AGAIN);
    kafka->count = 0;
}

/* --- cases -------------------------------------------------------------------------------- */

#define FILE_SIZE ((uint64_t)1 << 20)

static char path[] = "/tmp/handlens-outbox-XXXXXX";
static struct kafka_how how;
static struct spill spill;

static void begin(struct outbox *outbox, bool spilling, uint64_t limit)
{
    if (spilling) {
        memcpy(path + strlen(path) - 6, "XXXXXX", 6);
        const int fd = mkstemp(path);
        assert_true(fd >= 0);
        close(fd);
        assert_true(spill_open(&spill, path, limit));
    }
    assert_true(outbox_open(outbox, &how, spilling ? &spill : NULL, 0));
}

static void open_again(struct outbox *outbox)
{
    assert_true(spill_open(&spill, path, FILE_SIZE));
    assert_true(outbox_open(outbox, &how, &spill, 0));
}

static bool put(struct outbox *outbox, int number, bool lossy)
{
    char text[32];
    const int n = snprintf(text, sizeof text, "{\"n\":%d}", number);

    return outbox_put(outbox, "key", 3, text, (size_t)n, lossy);
}

/* 0, 1, 2, ... each once. */
static void expect_delivered(unsigned count)
{
    assert_int_equal(brokers.delivered_count, count);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(brokers.delivered[i], (int)i);
}

static void expect_counters(const struct outbox *outbox, uint64_t delivered, uint64_t spilled, uint64_t replayed, uint64_t lost)
{
    assert_int_equal(outbox->counters.delivered, delivered);
    assert_int_equal(outbox->counters.spilled, spilled);
    assert_int_equal(outbox->counters.replayed, replayed);
    assert_int_equal(outbox->counters.lost, lost);
}

static void end_spill(void)
{
    spill_close(&spill);
    unlink(path);
}

static void straight_through(void **state)
{
    struct outbox outbox;

    (void)state;
    begin(&outbox, false, 0);
    for (int i = 0; i < 10; i++)
        assert_true(put(&outbox, i, true));
    assert_false(outbox_is_empty(&outbox));
    outbox_work(&outbox, 1, 0);
    assert_true(outbox_is_empty(&outbox));
    expect_delivered(10);
    assert_int_equal(outbox_close(&outbox), 0);
    expect_counters(&outbox, 10, 0, 0, 0);
}

/* What is on its way, and what comes meanwhile, is in the file; each is delivered once, in order. */
static void away_and_back(void **state)
{
    struct outbox outbox;

    (void)state;
    begin(&outbox, true, FILE_SIZE);
    brokers.away = true;
    for (int i = 0; i < 10; i++)
        assert_true(put(&outbox, i, true));
    outbox_work(&outbox, 1, 0);
    assert_int_equal(spill_count(&spill), 0);
    outbox_work(&outbox, 6, 0);
    assert_int_equal(spill_count(&spill), 10);
    for (int i = 10; i < 20; i++)
        assert_true(put(&outbox, i, true));
    outbox_work(&outbox, 7, 0);
    assert_int_equal(spill_count(&spill), 20);
    brokers.away = false;
    outbox_work(&outbox, 8, 0);
    for (int i = 20; i < 25; i++)
        assert_true(put(&outbox, i, true));
    outbox_work(&outbox, 9, 0);
    outbox_work(&outbox, 10, 0);
    expect_delivered(25);
    assert_true(outbox_is_empty(&outbox));
    assert_int_equal(outbox_close(&outbox), 0);
    expect_counters(&outbox, 25, 20, 20, 0);
    end_spill();
}

/* The next run begins with what the last one kept. */
static void kept_for_another_run(void **state)
{
    struct outbox outbox;

    (void)state;
    begin(&outbox, true, FILE_SIZE);
    brokers.away = true;
    for (int i = 0; i < 5; i++)
        assert_true(put(&outbox, i, true));
    assert_int_equal(outbox_close(&outbox), 5);
    expect_counters(&outbox, 0, 5, 0, 0);
    spill_close(&spill);
    open_again(&outbox);
    for (int i = 5; i < 8; i++)
        assert_true(put(&outbox, i, true)); /* behind the others */
    for (int i = 0; i < 3; i++)
        outbox_work(&outbox, 1 + i, 0);
    expect_delivered(8);
    assert_int_equal(outbox_close(&outbox), 0);
    expect_counters(&outbox, 8, 3, 8, 0);
    end_spill();
}

/* Those who may not wait lose the newest; those who may, are told to. */
static void file_is_full(void **state)
{
    struct outbox outbox;
    unsigned kept = 0;

    (void)state;
    begin(&outbox, true, 500);
    brokers.away = true;
    assert_true(put(&outbox, 0, true));
    outbox_work(&outbox, 6, 0);
    for (int i = 1; i < 100; i++)
        assert_true(put(&outbox, i, true));
    kept = (unsigned)spill_count(&spill);
    assert_true(kept > 5 && kept < 50);
    expect_counters(&outbox, 0, kept, 0, 100 - kept);
    assert_false(put(&outbox, 100, false));
    brokers.away = false;
    outbox_work(&outbox, 7, 0);
    outbox_work(&outbox, 8, 0);
    expect_delivered(kept);
    assert_true(put(&outbox, 100, false));
    assert_int_equal(outbox_close(&outbox), 1);
    expect_counters(&outbox, kept, kept + 1, kept, 100 - kept);
    end_spill();
}

static void without_a_file(void **state)
{
    struct outbox outbox;
    char *large = malloc(OUTBOX_BYTES_MAX);

    (void)state;
    assert_non_null(large);
    memset(large, ' ', OUTBOX_BYTES_MAX);
    begin(&outbox, false, 0);
    brokers.away = true;
    outbox_work(&outbox, 6, 0);
    assert_true(outbox_put(&outbox, "", 0, large, OUTBOX_BYTES_MAX, true));
    assert_false(put(&outbox, 1, false)); /* memory has its bounds */
    assert_true(put(&outbox, 1, true));
    expect_counters(&outbox, 0, 0, 0, 1);
    assert_int_equal(outbox_close(&outbox), 0);
    expect_counters(&outbox, 0, 0, 0, 2);
    free(large);
}

/* Refused for now: sent again, once nothing is on its way that would be overtaken. */
static void refused_for_now(void **state)
{
    struct outbox outbox;

    (void)state;
    begin(&outbox, false, 0);
    brokers.fate = KAFKA_AGAIN;
    for (int i = 0; i < 5; i++)
        assert_true(put(&outbox, i, true));
    outbox_work(&outbox, 1, 0);
    assert_true(put(&outbox, 5, true));
    assert_int_equal(brokers.count, 0);
    outbox_work(&outbox, 2, 0);
    assert_int_equal(brokers.count, 0);
    outbox_work(&outbox, 4, 0);
    assert_int_equal(brokers.count, 6);
    brokers.fate = KAFKA_DELIVERED;
    outbox_work(&outbox, 5, 0);
    expect_delivered(6);
    brokers.answer = KAFKA_AGAIN; /* at once */
    assert_true(put(&outbox, 6, true));
    outbox_work(&outbox, 6, 0);
    brokers.answer = KAFKA_WAITS;
    assert_true(put(&outbox, 7, true));
    outbox_work(&outbox, 9, 0);
    outbox_work(&outbox, 10, 0);
    expect_delivered(8);
    (void)outbox_close(&outbox);
    expect_counters(&outbox, 8, 0, 0, 0);
}

static void refused_for_ever(void **state)
{
    struct outbox outbox;

    (void)state;
    begin(&outbox, false, 0);
    brokers.answer = KAFKA_NEVER;
    assert_true(put(&outbox, 100, true));
    brokers.answer = KAFKA_WAITS;
    assert_true(put(&outbox, 0, true));
    outbox_work(&outbox, 1, 0);
    expect_delivered(1);
    assert_true(outbox_is_empty(&outbox));
    (void)outbox_close(&outbox);
    expect_counters(&outbox, 1, 0, 0, 1);
}

/* A producer that fails for good takes its messages along, and is replaced. */
static void broken_and_renewed(void **state)
{
    struct outbox outbox;

    (void)state;
    begin(&outbox, true, FILE_SIZE);
    brokers.away = true;
    for (int i = 0; i < 5; i++)
        assert_true(put(&outbox, i, true));
    brokers.broken = true;
    outbox_work(&outbox, 1, 0);
    brokers.away = false;
    assert_true(put(&outbox, 5, true));
    outbox_work(&outbox, 4, 0);
    outbox_work(&outbox, 5, 0);
    outbox_work(&outbox, 6, 0);
    expect_delivered(6);
    assert_int_equal(outbox_close(&outbox), 0);
    end_spill();
}

/* Nothing in the file but what is damaged: it is counted once, and cut. */
static void damaged_only(void **state)
{
    struct outbox outbox;

    (void)state;
    begin(&outbox, true, FILE_SIZE);
    assert_int_equal(pwrite(spill.fd, "no record\nnone\n", 15, 38), 15);
    (void)outbox_close(&outbox);
    spill_close(&spill);
    open_again(&outbox);
    outbox_work(&outbox, 1, 0);
    outbox_work(&outbox, 2, 0);
    assert_true(outbox_is_empty(&outbox));
    assert_int_equal(outbox_close(&outbox), 0);
    expect_counters(&outbox, 0, 0, 0, 2);
    end_spill();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(straight_through), cmocka_unit_test(away_and_back),   cmocka_unit_test(kept_for_another_run),
        cmocka_unit_test(file_is_full),     cmocka_unit_test(without_a_file),  cmocka_unit_test(refused_for_now),
        cmocka_unit_test(refused_for_ever), cmocka_unit_test(broken_and_renewed), cmocka_unit_test(damaged_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
