/* Datagrams: what DTLS and QUIC look like, which flows are followed, and when they are over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/datagram.h"
#include "net/decode.h"
#include "net/udp.h"
#include "support/make_bytes.h"
#include "support/make_frame.h"

#define SECOND ((int64_t)1000000000)

/* A first fragment of a ClientHello, message_seq 0: header, then version and random of one byte all over. */
#define HELLO(version, random) "16" version "0000000000000000" "002e" "01000022" "0000" "000000" "000022" "fefd" random
#define R8(x) x x x x x x x x
#define RANDOM_A R8("a1a1a1a1")
#define RANDOM_B R8("b2b2b2b2")

struct row {
    const char *name;
    const char *hex;
    size_t fill; /* zeros behind it */
    enum hl_carrier carrier;
    int client;
    bool begins;
    size_t peeled; /* bytes in front that are not DTLS */
};

static const struct row rows[] = {
    { "DTLS 1.2 ClientHello", HELLO("fefd", RANDOM_A), 0, CARRIER_DTLS, 1, true, 0 },
    { "DTLS 1.0 record version", HELLO("feff", RANDOM_A), 0, CARRIER_DTLS, 1, true, 0 },
    { "the version before DTLS 1.0", HELLO("0100", RANDOM_A), 0, CARRIER_DTLS, 1, true, 0 },
    { "TLS's version", HELLO("0303", RANDOM_A), 0, CARRIER_TCP, -1, false, 0 },
    { "the second ClientHello", "16fefd00000000000000010010" "01000022" "0001" "000000" "000022" "fefda1a1", 0, CARRIER_DTLS,
      1, false, 0 },
    { "HelloVerifyRequest", "16feff0000000000000000000f" "03000003" "0000" "000000" "000003" "feff00", 0, CARRIER_DTLS, 0,
      false, 0 },
    { "an encrypted handshake record", "16fefd00010000000000000004" "01020304", 0, CARRIER_DTLS, -1, false, 0 },
    { "an alert", "15fefd00000000000000020002" "0228", 0, CARRIER_DTLS, -1, false, 0 },
    { "application data alone", "17fefd00010000000000020002" "0228", 0, CARRIER_TCP, -1, false, 0 },
    { "application data, then an alert", "17fefd00010000000000020001" "00" "15fefd00010000000000030001" "00", 0,
      CARRIER_DTLS, -1, false, 0 },
    { "something behind a record", "15fefd00000000000000020002" "0228" "ff", 0, CARRIER_TCP, -1, false, 0 },
    { "half a header", "15fefd0000000000", 0, CARRIER_TCP, -1, false, 0 },
    { "in TURN ChannelData", "4001003b" HELLO("fefd", RANDOM_A), 0, CARRIER_DTLS, 1, true, 4 },
    { "in CAPWAP", "01000000" HELLO("fefd", RANDOM_A), 0, CARRIER_DTLS, 1, true, 4 },
    { "DNS", "1234010000010000000000000361626300000100 01", 0, CARRIER_TCP, -1, false, 0 },
    { "nothing", "", 0, CARRIER_TCP, -1, false, 0 },
    { "QUIC Initial", "c0 00000001 08 0102030405060708 04 11121314", 1200, CARRIER_QUIC, -1, true, 0 },
    { "QUIC version 2 Initial", "d0 6b3343cf 08 0102030405060708 04 11121314", 1200, CARRIER_QUIC, -1, true, 0 },
    { "QUIC draft", "c0 ff00001d 08 0102030405060708 04 11121314", 1200, CARRIER_QUIC, -1, true, 0 },
    { "a reserved version", "c0 1a2a3a4a 08 0102030405060708 04 11121314", 1200, CARRIER_QUIC, -1, true, 0 },
    { "QUIC Handshake", "e0 00000001 08 0102030405060708 04 11121314", 100, CARRIER_QUIC, -1, false, 0 },
    { "an Initial of a server", "c0 00000001 08 0102030405060708 04 11121314", 100, CARRIER_QUIC, -1, false, 0 },
    { "Google QUIC", "c0 51303530 08 0102030405060708 04 11121314", 1200, CARRIER_TCP, -1, false, 0 },
    { "without the fixed bit", "80 00000001 08 0102030405060708 04 11121314", 1200, CARRIER_TCP, -1, false, 0 },
    { "a connection id that is too long", "c0 00000001 15 0102030405060708", 1200, CARRIER_TCP, -1, false, 0 },
    { "Version Negotiation", "80 00000000 04 01020304 04 11121314 00000001", 0, CARRIER_QUIC, 0, false, 0 },
    { "Version Negotiation, an odd list", "80 00000000 04 01020304 04 11121314 000001", 0, CARRIER_TCP, -1, false, 0 },
    { "a short header", "40 010203040506070809", 100, CARRIER_TCP, -1, false, 0 },
};

static void what_it_is(void **state)
{
    const struct row *row = *state;
    struct hl_buffer bytes = make_buffer();

    put_hex(&bytes, row->hex);
    put_fill(&bytes, 0, row->fill);
    const struct hl_datagram look = datagram_look(buf_view(&bytes));
    assert_int_equal(look.carrier, row->carrier);
    assert_int_equal(look.client, row->client);
    assert_int_equal(look.begins, row->begins);
    if (row->carrier != CARRIER_TCP) {
        assert_ptr_equal(look.tls.ptr, bytes.data + row->peeled);
        const struct hl_span content = datagram_content(buf_view(&bytes), row->carrier);
        assert_ptr_equal(content.ptr, look.tls.ptr);
        assert_int_equal(content.len, look.tls.len);
    }
    buf_cleanup(&bytes);
}

/* Each beginning of it, in memory of exactly that size. */
static void every_prefix(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hl_buffer bytes = make_buffer();
        put_hex(&bytes, rows[i].hex);
        for (size_t n = 0; n <= bytes.len; n++) {
            uint8_t *exact = malloc(n > 0 ? n : 1);
            assert_non_null(exact);
            if (n > 0)
                memcpy(exact, bytes.data, n);
            const struct hl_datagram look = datagram_look((struct hl_span){ exact, n });
            assert_true(look.tls.len <= n);
            free(exact);
        }
        buf_cleanup(&bytes);
    }
}

/* --- flows ----------------------------------------------------------------- */

struct told {
    unsigned opened, closed, datagrams;
    uint64_t cut;
    struct hl_closing closing;
    const struct hl_connection *live;
    bool refuse, stop;
};

static void *on_opened(void *ctx, const struct hl_connection *connection)
{
    struct told *told = ctx;

    told->opened++;
    told->live = connection;
    return told->refuse ? NULL : told;
}

static bool on_data(void *session, unsigned direction, const struct hl_chunk *chunk)
{
    struct told *told = session;

    (void)direction;
    assert_true(chunk->bytes.len > 0);
    told->datagrams++;
    told->cut += chunk->gap;
    return !told->stop;
}

static void on_closed(void *session, const struct hl_closing *closing)
{
    struct told *told = session;

    told->closed++;
    told->closing = *closing;
}

struct lab {
    struct hl_udp udp;
    struct told told;
    int64_t now;
};

static int set_up(void **state)
{
    struct lab *lab = calloc(1, sizeof *lab);

    assert_non_null(lab);
    udp_init(&lab->udp, &(struct hl_stream_sink){ &lab->told, on_opened, on_data, on_closed, NULL }, 7);
    lab->now = 1700000000 * SECOND;
    *state = lab;
    return 0;
}

static int tear_down(void **state)
{
    struct lab *lab = *state;

    udp_cleanup(&lab->udp);
    free(lab);
    return 0;
}

static void push_cut(struct lab *lab, uint16_t port, bool answer, const char *hex, uint32_t cut)
{
    struct hl_buffer bytes = make_buffer();
    const struct hl_endpoint client = { { { 10, 0, 0, 1 }, 4 }, port }, server = { { { 10, 0, 0, 2 }, 4 }, 443 };

    put_hex(&bytes, hex);
    struct hl_segment segment = {
        .datagram = true,
        .source = answer ? server : client,
        .destination = answer ? client : server,
        .payload = buf_view(&bytes),
        .length = (uint32_t)bytes.len + cut,
        .at = { lab->now, 1, 0 },
    };
    lab->now += SECOND;
    udp_push(&lab->udp, &segment);
    buf_cleanup(&bytes);
}

static void push(struct lab *lab, uint16_t port, bool answer, const char *hex)
{
    push_cut(lab, port, answer, hex, 0);
}

#define CLIENT_A HELLO("fefd", RANDOM_A)
#define CLIENT_B HELLO("fefd", RANDOM_B)
#define DATA "17fefd00010000000000020002" "0228"
#define STUN "0001000c2112a442"

static void a_flow_is_followed(void **state)
{
    struct lab *lab = *state;

    push(lab, 40000, false, STUN);
    push(lab, 40000, false, DATA);
    assert_int_equal(lab->told.opened, 0);
    push(lab, 40000, false, CLIENT_A);
    push(lab, 40000, true, DATA);
    push(lab, 40000, true, STUN); /* beside it (RFC 7983) */
    push(lab, 40000, false, CLIENT_A); /* once more */
    push_cut(lab, 40000, true, DATA, 7);
    assert_int_equal(lab->told.opened, 1);
    assert_int_equal(lab->told.datagrams, 4);
    assert_int_equal(lab->told.cut, 7);
    assert_int_equal(lab->told.live->carrier, CARRIER_DTLS);
    assert_true(lab->told.live->truncated);
    assert_true(lab->told.live->answered);
    assert_int_equal(lab->told.live->ends[lab->told.live->initiator].port, 40000);
    assert_int_equal(lab->told.closed, 0);
    udp_finish(&lab->udp);
    assert_int_equal(lab->told.closed, 1);
    assert_int_equal(lab->told.closing.how, CLOSE_END_OF_CAPTURE);
}

static void a_client_begins_anew(void **state)
{
    struct lab *lab = *state;

    push(lab, 40000, false, CLIENT_A);
    push(lab, 40000, false, CLIENT_B);
    assert_int_equal(lab->told.opened, 2);
    assert_int_equal(lab->told.closed, 1);
    assert_int_equal(lab->told.closing.how, CLOSE_REUSED);
    push(lab, 40000, true, CLIENT_A); /* not the client's side */
    assert_int_equal(lab->told.opened, 2);
}

static void what_is_told_is_stepped_over(void **state)
{
    struct lab *lab = *state;

    lab->told.stop = true;
    push(lab, 40000, false, CLIENT_A);
    push(lab, 40000, false, CLIENT_A);
    push(lab, 40000, true, DATA);
    assert_int_equal(lab->told.datagrams, 1);
    push(lab, 40000, false, CLIENT_B);
    assert_int_equal(lab->told.opened, 2);
    assert_int_equal(lab->told.datagrams, 2);
    udp_finish(&lab->udp);
    assert_int_equal(lab->told.closed, 0);
}

static void silence_ends_it(void **state)
{
    struct lab *lab = *state;

    push(lab, 40000, false, CLIENT_A);
    lab->now += HL_ASSOCIATION_IDLE_NS;
    push(lab, 40001, false, CLIENT_A);
    assert_int_equal(lab->told.closed, 1);
    assert_int_equal(lab->udp.flows.count, 1);
}

static void there_is_a_cap(void **state)
{
    struct lab *lab = *state;

    for (size_t i = 0; i < HL_ASSOCIATIONS_MAX + 10; i++) {
        struct hl_endpoint client = { { { 10, 1, 0, 1 }, 4 }, (uint16_t)i }, server = { { { 10, 0, 0, 2 }, 4 }, 443 };
        struct hl_buffer bytes = make_buffer();
        client.address.bytes[1] = (uint8_t)(i >> 16);
        put_hex(&bytes, CLIENT_A);
        udp_push(&lab->udp, &(struct hl_segment){ .datagram = true, .source = client, .destination = server,
                                                  .payload = buf_view(&bytes), .length = (uint32_t)bytes.len,
                                                  .at = { lab->now + (int64_t)i, 1, 0 } });
        buf_cleanup(&bytes);
    }
    assert_int_equal(lab->udp.flows.count, HL_ASSOCIATIONS_MAX);
    assert_int_equal(lab->told.closed, 10);
    assert_int_equal(lab->udp.counters.evicted, 10);
}

static void nobody_wants_it(void **state)
{
    struct lab *lab = *state;

    lab->told.refuse = true;
    push(lab, 40000, false, CLIENT_A);
    push(lab, 40000, true, DATA);
    assert_int_equal(lab->told.opened, 1);
    assert_int_equal(lab->told.datagrams, 0);
}

/* --- from frames ----------------------------------------------------------- */

static void a_frame_is_a_datagram(void **state)
{
    struct hl_buffer frame = make_buffer();
    struct hl_decoder decoder;
    struct hl_segment s;

    (void)state;
    put_frame(&frame, "eth:0800 ip4:17 udp:443 16fefd pad:6");
    decoder_init(&decoder);
    assert_true(decoder_push(&decoder, buf_view(&frame), (uint32_t)frame.len, 1, (struct hl_moment){ 1, 1, 0 }, &s));
    assert_true(s.datagram);
    assert_int_equal(s.payload.len, 3);
    assert_int_equal(s.length, 3);
    assert_int_equal(s.source.port, 50000);
    assert_int_equal(s.destination.port, 443);
    assert_int_equal(decoder.tcp, 0);
    decoder_cleanup(&decoder);
    buf_cleanup(&frame);
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof rows[0] };
    struct CMUnitTest tests[ROWS];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(every_prefix),
        cmocka_unit_test(a_frame_is_a_datagram),
        cmocka_unit_test_setup_teardown(a_flow_is_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_begins_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_told_is_stepped_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silence_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(there_is_a_cap, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_wants_it, set_up, tear_down),
    };

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ rows[i].name, what_it_is, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("what a datagram is", tests, NULL, NULL)
           + cmocka_run_group_tests_name("flows of datagrams", others, NULL, NULL);
}
