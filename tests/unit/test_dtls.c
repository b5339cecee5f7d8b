/* Datagrams to messages: session/dtls.h. What comes out is written down as a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "session/dtls.h"
#include "support/make_dtls.h"

enum { CLIENT, SERVER };
enum { HELLO_REQUEST = 0, CLIENT_HELLO = 1, SERVER_HELLO = 2, HELLO_VERIFY_REQUEST = 3, CERTIFICATE = 11,
       KEY_EXCHANGE = 12, SERVER_DONE = 14, FINISHED = 20 };
enum { CCS = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION_DATA = 23 };

struct test {
    struct hl_dtls *dtls;
    enum hl_protection protection[2];
    struct hl_records_sink sink;
    struct hl_buffer log;      /* "c1.0(30) s2.0(40) ..." */
    struct hl_buffer datagram; /* under construction */
    uint64_t record[2];        /* number of the next one */
    bool opens;                /* encrypted handshake records hold what they say: the first fragment byte is theirs */
    uint64_t frame;
};

/* A message: side, type, message_seq, length; "!" and what is there of it when it was cut. */
static void on_message(void *ctx, unsigned direction, const struct hl_raw_message *m)
{
    struct test *t = ctx;

    buf_printf(&t->log, "%s%c%u.%u(%u)", t->log.len > 0 ? " " : "", direction == CLIENT ? 'c' : 's', m->type,
               m->message_seq, m->length);
    if (m->cut)
        buf_printf(&t->log, "!%zu", m->body.len);
    for (size_t i = 0; i < m->body.len; i++) { /* bodies are made so that each byte tells where it stood */
        if (m->body.ptr[i] != (uint8_t)(m->type + i))
            buf_string(&t->log, "?");
    }
}

static void on_record(void *ctx, unsigned direction, const struct hl_raw_record *record)
{
    struct test *t = ctx;

    if (t->opens && record->encrypted && record->header.type == HANDSHAKE) {
        dtls_push_opened(t->dtls, direction, record, record->fragment, &t->sink);
        return;
    }
    buf_printf(&t->log, "%s%c[%u]", t->log.len > 0 ? " " : "", direction == CLIENT ? 'c' : 's', record->header.type);
}

static void on_settled(void *ctx, unsigned direction, struct hl_moment at)
{
    (void)ctx, (void)direction, (void)at;
    fail();
}

static void on_lost(void *ctx, unsigned direction, struct hl_moment at)
{
    struct test *t = ctx;

    (void)at;
    buf_printf(&t->log, "%s%c-lost", t->log.len > 0 ? " " : "", direction == CLIENT ? 'c' : 's');
}

static void on_again(void *ctx, unsigned direction, uint16_t message_seq)
{
    struct test *t = ctx;

    buf_printf(&t->log, "%s%c-again%u", t->log.len > 0 ? " " : "", direction == CLIENT ? 'c' : 's', message_seq);
}

static int set_up(void **state)
{
    struct test *t = calloc(1, sizeof *t);

    assert_non_null(t);
    t->sink = (struct hl_records_sink){ t, on_message, on_record, on_settled, on_lost, on_again };
    t->log = make_buffer();
    t->datagram = make_buffer();
    t->dtls = dtls_new(&t->protection[0], &t->protection[1]);
    assert_non_null(t->dtls);
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct test *t = *state;

    dtls_free(t->dtls);
    buf_cleanup(&t->log);
    buf_cleanup(&t->datagram);
    free(t);
    return 0;
}

static void start_again(struct test *t)
{
    dtls_free(t->dtls);
    t->dtls = dtls_new(&t->protection[0], &t->protection[1]);
    t->log.len = 0;
    t->record[0] = t->record[1] = 0;
}

/* `n` bytes from `offset` on of a message of this length, in a record of its own in the datagram. */
static void piece(struct test *t, unsigned from, unsigned epoch, unsigned type, unsigned seq, size_t length, size_t offset,
                  size_t n)
{
    uint8_t body[4096];

    for (size_t i = 0; i < sizeof body; i++)
        body[i] = (uint8_t)(type + i);
    assert_true(length <= sizeof body);
    put_dtls_piece(&t->datagram, epoch, t->record[from]++, type, seq, (struct hl_span){ body, length }, offset, n);
}

static void whole(struct test *t, unsigned from, unsigned type, unsigned seq, size_t length)
{
    piece(t, from, 0, type, seq, length, 0, length);
}

static void record(struct test *t, unsigned from, unsigned type, unsigned epoch, size_t length)
{
    static const uint8_t zeros[1024];

    put_dtls_record(&t->datagram, type, epoch, t->record[from]++, (struct hl_span){ zeros, length });
}

static void send_cut(struct test *t, unsigned from, size_t cut)
{
    struct hl_chunk chunk = { .gap = cut, .at = { .frame = ++t->frame } };
    uint8_t *exact = malloc(t->datagram.len - cut);

    assert_non_null(exact); /* one byte too far shows under ASan */
    memcpy(exact, t->datagram.data, t->datagram.len - cut);
    chunk.bytes = (struct hl_span){ exact, t->datagram.len - cut };
    dtls_push(t->dtls, from, &chunk, &t->sink);
    free(exact);
    t->datagram.len = 0;
}

static void send(struct test *t, unsigned from)
{
    send_cut(t, from, 0);
}

static void say(struct test *t, unsigned from, unsigned type, unsigned seq, size_t length)
{
    whole(t, from, type, seq, length);
    send(t, from);
}

static void finish(struct test *t)
{
    dtls_finish(t->dtls, 0, &t->sink);
    dtls_finish(t->dtls, 1, &t->sink);
}

static void must_be(struct test *t, const char *log)
{
    buf_char(&t->log, '\0');
    assert_string_equal((const char *)t->log.data, log);
    t->log.len--;
}

/* --- order ------------------------------------------------------------------------ */

static void in_order(void **state)
{
    struct test *t = *state;

    say(t, CLIENT, CLIENT_HELLO, 0, 30);
    whole(t, SERVER, SERVER_HELLO, 0, 40);
    whole(t, SERVER, CERTIFICATE, 1, 500);
    whole(t, SERVER, SERVER_DONE, 2, 0);
    send(t, SERVER);
    must_be(t, "c1.0(30) s2.0(40) s11.1(500) s14.2(0)");
    finish(t);
    must_be(t, "c1.0(30) s2.0(40) s11.1(500) s14.2(0)");
    assert_int_equal(t->dtls->gaps + t->dtls->conflicts + t->dtls->skipped + t->dtls->resent[0] + t->dtls->resent[1], 0);
}

static unsigned permute(unsigned index, unsigned n, unsigned order[])
{
    for (unsigned i = 0; i < n; i++)
        order[i] = i;
    for (unsigned i = n; i > 1; index /= i, i--) {
        unsigned k = index % i, held = order[k];
        order[k] = order[i - 1];
        order[i - 1] = held;
    }
    return index;
}

/* Three messages in two pieces each: every order of the six datagrams. */
static void in_any_order(void **state)
{
    struct test *t = *state;
    static const unsigned types[] = { SERVER_HELLO, CERTIFICATE, KEY_EXCHANGE };

    for (unsigned index = 0; index < 720; index++) {
        unsigned order[6];
        permute(index, 6, order);
        start_again(t);
        for (unsigned i = 0; i < 6; i++) {
            unsigned message = order[i] / 2, half = order[i] % 2;
            /* What comes first says where the direction begins, unless it is in the middle. */
            piece(t, SERVER, 0, types[message], message, 100, half * 60, half ? 40 : 60);
            send(t, SERVER);
        }
        must_be(t, "s2.0(100) s11.1(100) s12.2(100)");
        assert_int_equal(t->dtls->resent[SERVER], 0);
    }
}

static void overlaps(void **state)
{
    struct test *t = *state;

    piece(t, SERVER, 0, CERTIFICATE, 0, 100, 10, 50);
    send(t, SERVER);
    piece(t, SERVER, 0, CERTIFICATE, 0, 100, 0, 30);
    piece(t, SERVER, 0, CERTIFICATE, 0, 100, 50, 50);
    send(t, SERVER);
    must_be(t, "s11.0(100)");
    assert_int_equal(t->dtls->conflicts, 0);
    assert_int_equal(t->dtls->resent[SERVER], 0);
}

/* What came first counts, whatever says otherwise. */
static void conflicts(void **state)
{
    struct test *t = *state;

    piece(t, SERVER, 0, CERTIFICATE, 0, 100, 0, 60);
    send(t, SERVER);
    piece(t, SERVER, 0, CERTIFICATE, 0, 100, 50, 50);
    t->datagram.data[13 + 12] ^= 1;
    send(t, SERVER);
    must_be(t, "s11.0(100)");
    assert_int_equal(t->dtls->conflicts, 1);
    piece(t, SERVER, 0, CERTIFICATE, 1, 100, 0, 60);
    send(t, SERVER);
    piece(t, SERVER, 0, CERTIFICATE, 1, 90, 60, 30); /* another length */
    send(t, SERVER);
    piece(t, SERVER, 0, KEY_EXCHANGE, 1, 100, 60, 40); /* another type */
    send(t, SERVER);
    must_be(t, "s11.0(100)");
    assert_int_equal(t->dtls->conflicts, 3);
}

/* --- again -------------------------------------------------------------------------- */

static void sent_again(void **state)
{
    struct test *t = *state;

    say(t, CLIENT, CLIENT_HELLO, 0, 30);
    say(t, CLIENT, CLIENT_HELLO, 0, 30);
    whole(t, SERVER, SERVER_HELLO, 0, 40);
    whole(t, SERVER, SERVER_DONE, 1, 0);
    send(t, SERVER);
    whole(t, SERVER, SERVER_HELLO, 0, 40);
    whole(t, SERVER, SERVER_DONE, 1, 0);
    send(t, SERVER);
    must_be(t, "c1.0(30) c-again0 s2.0(40) s14.1(0) s-again0 s-again1");
    assert_int_equal(t->dtls->resent[CLIENT], 1);
    assert_int_equal(t->dtls->resent[SERVER], 1);
    whole(t, SERVER, SERVER_HELLO, 0, 40); /* with something new it is no mere repetition */
    whole(t, SERVER, CERTIFICATE, 2, 10);
    send(t, SERVER);
    assert_int_equal(t->dtls->resent[SERVER], 1);
}

/* The capture, or the network, has the datagram twice: then its records have the same numbers. */
static void there_twice(void **state)
{
    struct test *t = *state;

    say(t, CLIENT, CLIENT_HELLO, 0, 30);
    t->record[CLIENT] = 0;
    say(t, CLIENT, CLIENT_HELLO, 0, 30);
    for (unsigned i = 0; i < 2; i++) {
        t->record[CLIENT] = 1;
        record(t, CLIENT, APPLICATION_DATA, 1, 20);
        send(t, CLIENT);
    }
    must_be(t, "c1.0(30) c[23]");
    assert_int_equal(t->dtls->resent[CLIENT], 0);
}

/* Up to DTLS 1.2 nothing but Finished comes first under new keys: one as long is the same. */
static void finished_again(void **state)
{
    struct test *t = *state;
    struct hl_raw_record raw = { .header = { .type = HANDSHAKE, .length = 48 }, .numbered = true, .epoch = 1 };

    assert_false(dtls_is_resent(t->dtls, CLIENT, &raw));
    assert_true(dtls_is_resent(t->dtls, CLIENT, &raw));
    assert_false(dtls_is_resent(t->dtls, SERVER, &raw));
    raw.epoch = 2;
    assert_false(dtls_is_resent(t->dtls, CLIENT, &raw));
    raw.header.length = 50;
    assert_false(dtls_is_resent(t->dtls, CLIENT, &raw));
}

static void change_of_cipher_again(void **state)
{
    struct test *t = *state;

    record(t, CLIENT, CCS, 0, 1);
    send(t, CLIENT);
    record(t, CLIENT, CCS, 0, 1);
    send(t, CLIENT);
    must_be(t, "c[20]");
    assert_int_equal(t->dtls->resent[CLIENT], 1);
}

/* --- cookies ------------------------------------------------------------------------- */

static void cookies(void **state)
{
    struct test *t = *state;

    say(t, CLIENT, CLIENT_HELLO, 0, 30);
    say(t, SERVER, HELLO_VERIFY_REQUEST, 0, 10);
    say(t, CLIENT, CLIENT_HELLO, 1, 40);
    say(t, SERVER, SERVER_HELLO, 1, 40);
    must_be(t, "c1.0(30) s3.0(10) c1.1(40) s2.1(40)");
}

/* A server that keeps nothing counts from 0 again, and may ask twice (RFC 6347, section 4.2.1). */
static void a_server_that_forgets(void **state)
{
    struct test *t = *state;

    say(t, CLIENT, CLIENT_HELLO, 0, 30);
    say(t, SERVER, HELLO_VERIFY_REQUEST, 0, 10);
    say(t, SERVER, HELLO_VERIFY_REQUEST, 0, 10);
    say(t, CLIENT, CLIENT_HELLO, 1, 40);
    say(t, SERVER, HELLO_VERIFY_REQUEST, 0, 12);
    say(t, CLIENT, CLIENT_HELLO, 2, 40);
    say(t, SERVER, SERVER_HELLO, 0, 40);
    say(t, SERVER, CERTIFICATE, 1, 40);
    must_be(t, "c1.0(30) s3.0(10) s-again0 c1.1(40) s3.0(12) c1.2(40) s2.0(40) s11.1(40)");
}

/* The capture begins behind the first hello: nothing is missing before this one. */
static void it_begins_with_the_cookie(void **state)
{
    struct test *t = *state;

    say(t, CLIENT, CLIENT_HELLO, 1, 40);
    say(t, SERVER, SERVER_HELLO, 1, 40);
    must_be(t, "c1.1(40) s2.1(40)");
}

/* --- what is missing ------------------------------------------------------------------ */

static void one_is_missing(void **state)
{
    struct test *t = *state;

    say(t, CLIENT, CLIENT_HELLO, 0, 30);
    say(t, SERVER, SERVER_HELLO, 0, 40);
    say(t, SERVER, KEY_EXCHANGE, 2, 50);
    say(t, SERVER, SERVER_DONE, 3, 0);
    say(t, CLIENT, CLIENT_HELLO, 0, 30); /* again: it has not all */
    must_be(t, "c1.0(30) s2.0(40) c-again0");
    say(t, CLIENT, 16, 1, 33); /* it goes on: so it has all, and the capture has not */
    must_be(t, "c1.0(30) s2.0(40) c-again0 s-lost s12.2(50) s14.3(0) c16.1(33)");
    assert_int_equal(t->dtls->gaps, 1);
    say(t, SERVER, CERTIFICATE, 1, 40); /* too late */
    must_be(t, "c1.0(30) s2.0(40) c-again0 s-lost s12.2(50) s14.3(0) c16.1(33) s-again1");
}

static void it_comes_later(void **state)
{
    struct test *t = *state;

    say(t, SERVER, SERVER_HELLO, 0, 40);
    piece(t, SERVER, 0, CERTIFICATE, 1, 100, 0, 50);
    send(t, SERVER);
    say(t, SERVER, SERVER_DONE, 2, 0);
    record(t, SERVER, CCS, 0, 1);
    record(t, SERVER, HANDSHAKE, 1, 48);
    send(t, SERVER);
    must_be(t, "s2.0(40)");
    whole(t, SERVER, CERTIFICATE, 1, 100);
    send(t, SERVER);
    must_be(t, "s2.0(40) s11.1(100) s14.2(0) s[20] s[22]");
    assert_int_equal(t->dtls->gaps, 0);
}

static void it_never_comes(void **state)
{
    struct test *t = *state;

    piece(t, SERVER, 0, CERTIFICATE, 0, 100, 0, 50);
    piece(t, SERVER, 0, CERTIFICATE, 0, 100, 70, 30);
    send(t, SERVER);
    record(t, SERVER, CCS, 0, 1);
    send(t, SERVER);
    say(t, SERVER, SERVER_DONE, 2, 0);
    must_be(t, "");
    finish(t);
    must_be(t, "s11.0(100)!50 s-lost s14.2(0) s[20]");
    assert_int_equal(t->dtls->gaps, 2);
}

/* In the middle of a handshake nothing is missing before the first message. */
static void it_begins_anywhere(void **state)
{
    struct test *t = *state;

    t->dtls->mid_stream = true;
    say(t, SERVER, KEY_EXCHANGE, 3, 50);
    must_be(t, "s12.3(50)");
}

static void the_datagram_is_cut(void **state)
{
    struct test *t = *state;

    whole(t, SERVER, SERVER_HELLO, 0, 40);
    whole(t, SERVER, CERTIFICATE, 1, 500);
    send_cut(t, SERVER, 300);
    must_be(t, "s2.0(40)");
    finish(t);
    must_be(t, "s2.0(40) s11.1(500)!200");
    assert_int_equal(t->dtls->skipped, 0);
}

static void what_is_no_dtls(void **state)
{
    struct test *t = *state;

    whole(t, SERVER, SERVER_HELLO, 0, 40);
    put_hex(&t->datagram, "ff00");
    send(t, SERVER);
    must_be(t, "s2.0(40)");
    assert_int_equal(t->dtls->skipped, 1);
    put_dtls_record(&t->datagram, HANDSHAKE, 0, 9, (struct hl_span){ (const uint8_t *)"\x0b\0\0\5\0\1\0\0\3\0\0\3\1\2\3", 15 });
    send(t, SERVER);
    assert_int_equal(t->dtls->skipped, 2);
}

/* --- encrypted ones ------------------------------------------------------------------ */

/* Its ClientHello is message 0 again, and comes under the keys of the first handshake (RFC 6347, section 4.2.2). */
static void a_renegotiation(void **state)
{
    struct test *t = *state;

    t->opens = true;
    say(t, CLIENT, CLIENT_HELLO, 0, 30);
    say(t, CLIENT, 16, 1, 33);
    record(t, CLIENT, CCS, 0, 1);
    piece(t, CLIENT, 1, FINISHED, 2, 12, 0, 12);
    send(t, CLIENT);
    piece(t, CLIENT, 1, CLIENT_HELLO, 0, 35, 0, 35);
    send(t, CLIENT);
    piece(t, CLIENT, 1, 16, 1, 33, 0, 33);
    piece(t, CLIENT, 2, FINISHED, 2, 12, 0, 12);
    send(t, CLIENT);
    must_be(t, "c1.0(30) c16.1(33) c[20] c20.2(12) c1.0(35) c16.1(33) c20.2(12)");
}

/* Pieces of one message that are encrypted must not wait for each other. */
static void encrypted_pieces(void **state)
{
    struct test *t = *state;

    t->opens = true;
    say(t, SERVER, SERVER_HELLO, 0, 30);
    piece(t, SERVER, 2, CERTIFICATE, 1, 500, 300, 200);
    send(t, SERVER);
    piece(t, SERVER, 2, CERTIFICATE, 1, 500, 0, 300);
    send(t, SERVER);
    must_be(t, "s2.0(30) s11.1(500)");
}

static void unified_headers(void **state)
{
    struct test *t = *state;

    put_hex(&t->datagram, "2e 1234 0010 000102030405060708090a0b0c0d0e0f");
    put_hex(&t->datagram, "23 56 000102030405060708090a0b0c0d0e0f");
    send(t, SERVER);
    must_be(t, "s[23] s[23]");
}

/* A NULL cipher: content, and a MAC behind it. */
static void with_a_mac_only(void **state)
{
    struct test *t = *state;
    struct hl_buffer content = make_buffer();
    uint8_t body[12];

    for (size_t i = 0; i < sizeof body; i++)
        body[i] = (uint8_t)(FINISHED + i);
    t->protection[CLIENT] = PROTECTION_MAC;
    say(t, CLIENT, 16, 0, 33);
    finish(t);
    put_dtls_fragment(&content, FINISHED, 1, (struct hl_span){ body, sizeof body }, 0, sizeof body);
    put_fill(&content, 0xaa, 20);
    put_dtls_record(&t->datagram, HANDSHAKE, 1, 0, buf_view(&content));
    send(t, CLIENT);
    must_be(t, "c16.0(33) c20.1(12)");
    buf_cleanup(&content);
}

/* --- caps ---------------------------------------------------------------------------- */

static void far_ahead(void **state)
{
    struct test *t = *state;

    say(t, SERVER, SERVER_HELLO, 0, 10);
    say(t, SERVER, CERTIFICATE, 1 + HL_DTLS_MESSAGES_MAX, 10);
    assert_int_equal(t->dtls->skipped, 1);
    say(t, SERVER, CERTIFICATE, HL_DTLS_MESSAGES_MAX, 10);
    say(t, SERVER, CERTIFICATE, 1, 10);
    must_be(t, "s2.0(10) s11.1(10)");
    finish(t);
    must_be(t, "s2.0(10) s11.1(10) s-lost s11.64(10)");
}

/* A byte of each message, far behind its beginning. */
static void put_far_byte(struct test *t, unsigned seq, size_t offset)
{
    struct hl_buffer content = make_buffer();

    put_uint(&content, 1, CERTIFICATE);
    put_uint(&content, 3, 1000000);
    put_uint(&content, 2, seq);
    put_uint(&content, 3, offset);
    put_uint(&content, 3, 1);
    put_uint(&content, 1, 0);
    put_dtls_record(&t->datagram, HANDSHAKE, 0, t->record[SERVER]++, buf_view(&content));
    buf_cleanup(&content);
    send(t, SERVER);
}

/* Then what is missing before them counts as lost. */
static void too_many_bytes(void **state)
{
    struct test *t = *state;

    for (unsigned seq = 1; seq < HL_DTLS_MESSAGES_MAX; seq++) {
        put_far_byte(t, seq, HL_DTLS_HOLE_MAX);
        assert_true(t->dtls->side[SERVER].bytes <= HL_DTLS_BYTES_MAX);
    }
    assert_memory_equal(t->log.data, "s-lost s11.1(1000000)!0 s11.2(1000000)!0 ", 41);
    assert_true(t->dtls->gaps >= HL_DTLS_BYTES_MAX / (HL_DTLS_HOLE_MAX + 1));
}

static void a_hole_that_is_too_large(void **state)
{
    struct test *t = *state;

    put_far_byte(t, 0, HL_DTLS_HOLE_MAX + 1);
    assert_int_equal(t->dtls->skipped, 1);
    assert_int_equal(t->dtls->side[SERVER].bytes, 0);
    put_far_byte(t, 0, HL_DTLS_HOLE_MAX);
    put_far_byte(t, 0, 2 * HL_DTLS_HOLE_MAX); /* it goes on from the furthest byte */
    assert_int_equal(t->dtls->skipped, 1);
    finish(t);
    must_be(t, "s11.0(1000000)!0");
}

/* More than HL_MESSAGE_MAX: shown cut. */
static void a_long_message(void **state)
{
    struct test *t = *state;
    struct hl_buffer content = make_buffer();

    for (size_t at = 0; at < HL_MESSAGE_MAX + 1024; at += 1024) {
        put_uint(&content, 1, CERTIFICATE);
        put_uint(&content, 3, HL_MESSAGE_MAX + 1024);
        put_uint(&content, 2, 0);
        put_uint(&content, 3, at);
        put_uint(&content, 3, 1024);
        for (size_t i = 0; i < 1024; i++)
            put_uint(&content, 1, (uint8_t)(CERTIFICATE + at + i));
        put_dtls_record(&t->datagram, HANDSHAKE, 0, at, buf_view(&content));
        content.len = 0;
        send(t, SERVER);
    }
    finish(t);
    must_be(t, "s11.0(1049600)!1048576");
    buf_cleanup(&content);
}

static void too_much_waits(void **state)
{
    struct test *t = *state;

    piece(t, SERVER, 0, CERTIFICATE, 0, 100, 0, 50);
    send(t, SERVER);
    for (size_t bytes = 0; bytes + 1000 <= HL_DTLS_WAITING_MAX; bytes += 1000) {
        record(t, SERVER, ALERT, 1, 1000);
        send(t, SERVER);
    }
    must_be(t, "");
    record(t, SERVER, ALERT, 1, 1000);
    send(t, SERVER);
    assert_true(t->log.len > 60 * strlen(" s[21]"));
    assert_memory_equal(t->log.data, "s11.0(100)!50 s[21]", 19);
    assert_int_equal(t->dtls->side[SERVER].waiting_bytes, 0);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(in_order),        CASE(in_any_order),     CASE(overlaps),          CASE(conflicts),
        CASE(sent_again),      CASE(there_twice),      CASE(finished_again),    CASE(change_of_cipher_again),
        CASE(cookies),         CASE(a_server_that_forgets), CASE(it_begins_with_the_cookie),
        CASE(one_is_missing),  CASE(it_comes_later),   CASE(it_never_comes),    CASE(it_begins_anywhere),
        CASE(the_datagram_is_cut), CASE(what_is_no_dtls), CASE(a_renegotiation), CASE(encrypted_pieces),
        CASE(unified_headers), CASE(with_a_mac_only),  CASE(far_ahead),         CASE(too_many_bytes),
        CASE(a_hole_that_is_too_large), CASE(a_long_message), CASE(too_much_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
