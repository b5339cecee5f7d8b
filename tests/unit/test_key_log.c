/* Key logs (crypto/key_log.h): a text a row, what is found in it, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "crypto/key_log.h"

#define R1 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define R2 "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define S32 "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
#define S48 S32 "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
#define T48 "1111111111111111111111111111111111111111111111111111111111111111" "11111111111111111111111111111111"

struct row {
    const char *name, *text;
    enum key_log_label label;
    const char *id, *secret; /* hex; secret NULL: not there */
    uint64_t secrets, unknown, malformed, first_malformed;
};

static const struct row rows[] = {
    { "one line", "CLIENT_RANDOM " R1 " " S48 "\n", KEY_LOG_CLIENT_RANDOM, R1, S48, 1, 0, 0, 0 },
    { "no line feed at the end", "CLIENT_RANDOM " R1 " " S48, KEY_LOG_CLIENT_RANDOM, R1, S48, 1, 0, 0, 0 },
    { "the other label", "CLIENT_RANDOM " R1 " " S48 "\n", KEY_LOG_PMS_CLIENT_RANDOM, R1, NULL, 1, 0, 0, 0 },
    { "the other random", "CLIENT_RANDOM " R1 " " S48 "\n", KEY_LOG_CLIENT_RANDOM, R2, NULL, 1, 0, 0, 0 },
    { "CRLF, comments, blank lines", "# a log\r\n\r\nCLIENT_RANDOM " R1 " " S48 "\r\n#\n", KEY_LOG_CLIENT_RANDOM, R1, S48, 1,
      0, 0, 0 },
    { "upper case", "CLIENT_RANDOM 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F " S48 "\n",
      KEY_LOG_CLIENT_RANDOM, R1, S48, 1, 0, 0, 0 },
    { "the last of two", "CLIENT_RANDOM " R1 " " S48 "\nCLIENT_RANDOM " R1 " " T48 "\n", KEY_LOG_CLIENT_RANDOM, R1, T48, 2, 0, 0,
      0 },
    { "the server's of TLS 1.3", "CLIENT_HANDSHAKE_TRAFFIC_SECRET " R1 " " S48 "\nSERVER_HANDSHAKE_TRAFFIC_SECRET " R1 " " S32
      "\n", KEY_LOG_SERVER_HANDSHAKE_TRAFFIC, R1, S32, 2, 0, 0, 0 },
    { "QUIC's", "QUIC_SERVER_TRAFFIC_SECRET_0 " R1 " " S32 "\n", KEY_LOG_SERVER_TRAFFIC_0, R1, S32, 1, 0, 0, 0 },
    { "QUIC's twice", "QUIC_QUIC_SERVER_TRAFFIC_SECRET_0 " R1 " " S32 "\n", KEY_LOG_SERVER_TRAFFIC_0, R1, NULL, 0, 1, 0, 0 },
    { "QUIC's of TLS 1.2", "QUIC_CLIENT_RANDOM " R1 " " S48 "\n", KEY_LOG_CLIENT_RANDOM, R1, NULL, 0, 1, 0, 0 },
    { "an older name", "EARLY_EXPORTER_MASTER_SECRET " R1 " " S32 "\n", KEY_LOG_EARLY_EXPORTER, R1, S32, 1, 0, 0, 0 },
    { "ECH", "ECH_SECRET " R1 " " S32 "\nECH_CONFIG " R1 " fe0d0001aa\n", KEY_LOG_ECH_CONFIG, R1, "fe0d0001aa", 2, 0, 0, 0 },
    { "RSA", "RSA 0011223344556677 " S48 "\n", KEY_LOG_RSA, "0011223344556677", S48, 1, 0, 0, 0 },
    { "a session id", "RSA Session-ID:0102 Master-Key:" S48 "\n", KEY_LOG_RSA_SESSION_ID, "0102", S48, 1, 0, 0, 0 },
    { "unknown labels", "NEW_SECRET " R1 " " S48 "\nCLIENT_RANDOM " R1 " " S48 "\n", KEY_LOG_CLIENT_RANDOM, R1, S48, 1, 1, 0, 0 },
    { "half a line", "CLIENT_RANDOM " R1 "\nCLIENT_RANDOM " R2 " " S48 "\n", KEY_LOG_CLIENT_RANDOM, R1, NULL, 1, 0, 1, 1 },
    { "an odd digit", "#\nCLIENT_RANDOM " R1 " " S48 "a\n", KEY_LOG_CLIENT_RANDOM, R1, NULL, 0, 0, 1, 2 },
    { "no hex", "CLIENT_RANDOM " R1 " g0" S32 "c1c2c3c4c5c6c7c8c9cacbcccdcecf\n", KEY_LOG_CLIENT_RANDOM, R1, NULL, 0, 0, 1, 1 },
    { "a short random", "CLIENT_RANDOM 0001 " S48 "\n", KEY_LOG_CLIENT_RANDOM, "0001", NULL, 0, 0, 1, 1 },
    { "a short master secret", "CLIENT_RANDOM " R1 " " S32 "\n", KEY_LOG_CLIENT_RANDOM, R1, NULL, 0, 0, 1, 1 },
    { "too many words", "CLIENT_RANDOM " R1 " " S48 " 00\n", KEY_LOG_CLIENT_RANDOM, R1, NULL, 0, 0, 1, 1 },
    { "something else", "-----BEGIN CERTIFICATE-----\n", KEY_LOG_CLIENT_RANDOM, R1, NULL, 0, 0, 1, 1 },
    { "nothing", "", KEY_LOG_CLIENT_RANDOM, R1, NULL, 0, 0, 0, 0 },
};

static struct hl_span bytes_of(const char *hex, uint8_t *out)
{
    size_t n = strlen(hex) / 2;

    for (size_t i = 0; i < n; i++) {
        unsigned value;
        sscanf(hex + 2 * i, "%2x", &value);
        out[i] = (uint8_t)value;
    }
    return (struct hl_span){ out, n };
}

/* An allocation of exactly this size, so that the sanitizer sees what is read beyond. */
static struct hl_span exact(const char *text, size_t n)
{
    uint8_t *copy = malloc(n > 0 ? n : 1);

    assert_non_null(copy);
    memcpy(copy, text, n);
    return (struct hl_span){ copy, n };
}

static void check_row(void **state)
{
    const struct row *row = *state;
    struct key_log_counts counts = { .lines = 0 };
    uint8_t id[64], wanted[64], found[64];
    struct key_log log;
    struct hl_span text = exact(row->text, strlen(row->text));

    key_log_init(&log, 7);
    assert_true(key_log_add(&log, text, true, &counts, NULL));
    assert_int_equal(counts.secrets, row->secrets);
    assert_int_equal(counts.unknown, row->unknown);
    assert_int_equal(counts.malformed, row->malformed);
    assert_int_equal(counts.first_malformed, row->first_malformed);
    size_t n = key_log_find(&log, row->label, bytes_of(row->id, id), found, sizeof found);
    if (row->secret != NULL) {
        struct hl_span secret = bytes_of(row->secret, wanted);
        assert_int_equal(n, secret.len);
        assert_memory_equal(found, wanted, n);
        assert_int_equal(key_log_find(&log, row->label, bytes_of(row->id, id), found, n - 1), 0);
    } else {
        assert_int_equal(n, 0);
    }
    key_log_cleanup(&log);
    free((void *)text.ptr);
}

/* A line may be as long as a capture: it must not cost stack. */
static void endless_labels(void **state)
{
    enum { TIMES = 3000000 };
    char *text = malloc(5 * (size_t)TIMES);
    struct key_log_counts counts = { .lines = 0 };
    struct key_log log;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < TIMES; i++)
        memcpy(text + 5 * i, "QUIC_", 5);
    key_log_init(&log, 1);
    text[5 * (size_t)TIMES - 1] = '\n';
    assert_true(key_log_add(&log, (struct hl_span){ (const uint8_t *)text, 5 * (size_t)TIMES }, true, &counts, NULL));
    assert_int_equal(counts.malformed, 1);
    key_log_cleanup(&log);
    free(text);
}

/* Wherever a text ends: no more is read, and what stood before the end counts. */
static void every_prefix(void **state)
{
    static const char text[] = "# log\nCLIENT_RANDOM " R1 " " S48 "\r\nRSA Session-ID:0102 Master-Key:" S48 "\nSERVER_TRAFFIC_SECRET_0 " R1
                               " " S32 "\n";

    (void)state;
    for (size_t n = 0; n < sizeof text; n++) {
        struct key_log_counts counts = { .lines = 0 };
        struct key_log log;
        struct hl_span cut = exact(text, n);
        uint8_t id[64], found[64];
        size_t used = 0;
        key_log_init(&log, n);
        assert_true(key_log_add(&log, cut, false, &counts, &used));
        assert_true(used <= n);
        bool there = key_log_find(&log, KEY_LOG_CLIENT_RANDOM, bytes_of(R1, id), found, sizeof found) == 48;
        assert_int_equal(there, n >= strlen("# log\nCLIENT_RANDOM " R1 " " S48 "\r\n"));
        key_log_cleanup(&log);
        free((void *)cut.ptr);
    }
}

/* A file that grows: texts go away, and come again with more in them. */
static void many_texts(void **state)
{
    char line[300];
    struct key_log_counts counts = { .lines = 0 };
    struct key_log log;
    struct hl_span texts[300];
    uint8_t id[64], found[64], last[32] = { 0 };

    (void)state;
    key_log_init(&log, 1);
    for (unsigned i = 0; i < 300; i++) {
        int n = snprintf(line, sizeof line, "CLIENT_RANDOM %04x%s %s\n", i, &R1[4], S48);
        texts[i] = exact(line, (size_t)n);
        assert_true(key_log_add(&log, texts[i], false, &counts, NULL));
    }
    assert_int_equal(counts.secrets, 300);
    for (unsigned i = 0; i < 300; i++) {
        snprintf(line, sizeof line, "%04x%s", i, &R1[4]);
        assert_int_equal(key_log_find(&log, KEY_LOG_CLIENT_RANDOM, bytes_of(line, id), found, sizeof found), 48);
    }
    key_log_drop(&log, texts[299]);
    assert_int_equal(key_log_find(&log, KEY_LOG_CLIENT_RANDOM, bytes_of(line, id), found, sizeof found), 0);
    assert_int_equal(key_log_find(&log, KEY_LOG_CLIENT_RANDOM, (struct hl_span){ last, 0 }, found, sizeof found), 0);
    key_log_cleanup(&log);
    for (unsigned i = 0; i < 300; i++)
        free((void *)texts[i].ptr);
}

#define ROWS (sizeof rows / sizeof rows[0])

int main(void)
{
    struct CMUnitTest tests[ROWS + 3] = { cmocka_unit_test(endless_labels), cmocka_unit_test(every_prefix),
                                          cmocka_unit_test(many_texts) };

    for (size_t i = 0; i < ROWS; i++)
        tests[3 + i] = (struct CMUnitTest){ .name = rows[i].name, .test_func = check_row,
                                            .initial_state = (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("key log", tests, NULL, NULL);
}
