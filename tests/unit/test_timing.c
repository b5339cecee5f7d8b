/* Where the time of a handshake went: turns, shares, round trips. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/timing.h"
#include "wire/record.h"

#define MS ((int64_t)1000000)

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, CERTIFICATE = 11, KEY_EXCHANGE = 16, FINISHED = 20, COUNT_MAX = 40 };

struct made {
    struct hl_handshake hs;
    struct hl_message messages[COUNT_MAX];
    unsigned count;
};

static struct hl_message *say(struct made *m, uint8_t direction, uint8_t type, int64_t at_ms)
{
    struct hl_message *message = &m->messages[m->count++];

    *message = (struct hl_message){ .content_type = CONTENT_HANDSHAKE, .type = type, .direction = direction, .length = 96,
                                    .at = { at_ms * MS, m->count, 0 } };
    if (m->count > 1)
        m->messages[m->count - 2].next = message;
    m->hs.messages = m->messages;
    m->hs.end = message->at;
    return message;
}

/* SYN at 1 s, its answer 30 ms later, the ACK after 40 ms. */
static void begin(struct made *m, uint16_t version)
{
    *m = (struct made){ .hs.version = version };
    m->hs.connection.syn = (struct hl_moment){ 1000 * MS, 1, 0 };
    m->hs.connection.rtt_ns = 40 * MS;
    m->hs.connection.server_rtt_ns = 30 * MS;
}

static void tls12(struct made *m)
{
    begin(m, 0x0303);
    m->hs.client_hello_message = say(m, 0, CLIENT_HELLO, 1041);
    m->hs.server_hello_message = say(m, 1, SERVER_HELLO, 1091); /* 30 of network, 20 of its own */
    say(m, 1, CERTIFICATE, 1092);
    say(m, 0, KEY_EXCHANGE, 1109); /* 10 of network, 7 of its own */
    say(m, 1, FINISHED, 1130);     /* less than the way: all of it is network */
    m->hs.start = m->messages[0].at;
}

static void shares(void **state)
{
    struct hl_timing timing;
    struct made m;

    (void)state;
    tls12(&m);
    timing_of(&m.hs, &timing);
    assert_int_equal(timing.turn_count, 4);
    assert_int_equal(timing.turns[0].think_ns, 1 * MS);
    assert_int_equal(timing.turns[1].messages, 2);
    assert_int_equal(timing.turns[1].bytes, 200);
    assert_int_equal(timing.turns[1].network_ns, 30 * MS);
    assert_int_equal(timing.turns[1].think_ns, 20 * MS);
    assert_int_equal(timing.turns[2].network_ns, 10 * MS);
    assert_int_equal(timing.turns[2].think_ns, 7 * MS);
    assert_int_equal(timing.turns[3].network_ns, 21 * MS);
    assert_int_equal(timing.turns[3].think_ns, 0);
    assert_int_equal(timing.network_ns, (40 + 30 + 10 + 21) * MS);
    assert_int_equal(timing.think_ns[0], 8 * MS);
    assert_int_equal(timing.think_ns[1], 21 * MS); /* with what it takes to send the flight */
    assert_int_equal(timing.round_trips, 3);
    assert_string_equal(timing.reasons[0], "TCP: connection");
    assert_string_equal(timing.reasons[2], "Finished of both sides, before TLS 1.3");
}

static void without_tcp(void **state)
{
    struct hl_timing timing;
    struct made m;

    (void)state;
    tls12(&m);
    m.hs.connection.syn = (struct hl_moment){ 0 };
    m.hs.connection.rtt_ns = m.hs.connection.server_rtt_ns = 0;
    timing_of(&m.hs, &timing);
    assert_int_equal(timing.network_ns, 0);
    assert_int_equal(timing.turns[1].think_ns, 50 * MS);
    assert_int_equal(timing.round_trips, 2);
    assert_int_equal(timing.vantage, VANTAGE_UNKNOWN);
}

static void a_retry_is_a_round_trip(void **state)
{
    struct hl_timing timing;
    struct made m;

    (void)state;
    begin(&m, 0x0304);
    m.hs.client_hello_message = say(&m, 0, CLIENT_HELLO, 1041);
    m.hs.retry_message = say(&m, 1, SERVER_HELLO, 1080);
    say(&m, 0, CLIENT_HELLO, 1100);
    m.hs.server_hello_message = say(&m, 1, SERVER_HELLO, 1140);
    say(&m, 0, FINISHED, 1160);
    timing_of(&m.hs, &timing);
    assert_int_equal(timing.round_trips, 3);
    assert_string_equal(timing.reasons[1], "HelloRetryRequest: another key share, or a cookie");
    assert_string_equal(timing.reasons[2], "hellos: version, keys, certificates");
}

static void what_comes_after_does_not_count(void **state)
{
    struct hl_timing timing;
    struct made m;

    (void)state;
    tls12(&m);
    const struct hl_moment end = m.hs.end;
    say(&m, 0, 4, 5000);
    m.hs.end = end;
    timing_of(&m.hs, &timing);
    assert_int_equal(timing.turn_count, 4);
}

static void turns_have_a_cap(void **state)
{
    struct hl_timing timing;
    struct made m;

    (void)state;
    begin(&m, 0x0303);
    for (unsigned i = 0; i < COUNT_MAX; i++)
        say(&m, (uint8_t)(i % 2), FINISHED, 1100 + i);
    timing_of(&m.hs, &timing);
    assert_int_equal(timing.turn_count, TURNS_MAX);
    assert_int_equal(timing.turns[TURNS_MAX - 1].messages, COUNT_MAX - TURNS_MAX + 1);
}

static void where_it_was_captured(void **state)
{
    static const struct {
        int64_t rtt, server;
        enum hl_vantage vantage;
    } rows[] = {
        { 40 * MS, 39 * MS, VANTAGE_CLIENT }, { 40 * MS, 1 * MS, VANTAGE_SERVER }, { 40 * MS, 20 * MS, VANTAGE_BETWEEN },
        { 100000, 90000, VANTAGE_UNKNOWN },   { 40 * MS, 0, VANTAGE_UNKNOWN },     { 40 * MS, 50 * MS, VANTAGE_UNKNOWN },
    };
    struct hl_timing timing;
    struct made m;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tls12(&m);
        m.hs.connection.rtt_ns = rows[i].rtt;
        m.hs.connection.server_rtt_ns = rows[i].server;
        timing_of(&m.hs, &timing);
        assert_int_equal(timing.vantage, rows[i].vantage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares),
        cmocka_unit_test(without_tcp),
        cmocka_unit_test(a_retry_is_a_round_trip),
        cmocka_unit_test(what_comes_after_does_not_count),
        cmocka_unit_test(turns_have_a_cap),
        cmocka_unit_test(where_it_was_captured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
