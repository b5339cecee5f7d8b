/* QUIC: packets and frames as they lie in a datagram, and the order of CRYPTO frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/crypto_stream.h"
#include "session/quic.h"
#include "support/make_bytes.h"
#include "wire/quic.h"

/* --- packets --------------------------------------------------------------- */

struct packet_row {
    const char *name, *hex;
    bool fails;
    enum quic_packet_type type;
    size_t destination, source, token, versions, number_offset, length; /* lengths and places, in bytes */
    bool cut;
    size_t rest; /* of the datagram */
};

static const struct packet_row packet_rows[] = {
    { "Initial", "c0 00000001 04 01020304 02 0506 03 0a0b0c 4005 1111111111", false, QUIC_INITIAL, 4, 2, 3, 0, 19, 24, false, 0 },
    { "Initial without ids and token", "c3 00000001 00 00 00 04 11111111", false, QUIC_INITIAL, 0, 0, 0, 0, 9, 13, false, 0 },
    { "Initial of version 2", "d0 6b3343cf 00 00 00 01 11", false, QUIC_INITIAL, 0, 0, 0, 0, 9, 10, false, 0 },
    { "0-RTT", "d0 00000001 01 aa 00 02 1111", false, QUIC_0RTT, 1, 0, 0, 0, 9, 11, false, 0 },
    { "Handshake", "e0 00000001 01 aa 00 02 1111", false, QUIC_HANDSHAKE, 1, 0, 0, 0, 9, 11, false, 0 },
    { "Handshake of version 2", "f0 6b3343cf 01 aa 00 02 1111", false, QUIC_HANDSHAKE, 1, 0, 0, 0, 9, 11, false, 0 },
    { "Retry of version 2", "c0 6b3343cf 00 00 aabb 00112233445566778899aabbccddeeff", false, QUIC_RETRY, 0, 0, 2, 0, 0, 25, false, 0 },
    { "coalesced", "e0 00000001 01 aa 00 02 1111 e0 00000001", false, QUIC_HANDSHAKE, 1, 0, 0, 0, 9, 11, false, 5 },
    { "cut", "e0 00000001 01 aa 00 4100 1111", false, QUIC_HANDSHAKE, 1, 0, 0, 0, 10, 12, true, 0 },
    { "Retry", "f0 00000001 00 01 aa 0102 00112233445566778899aabbccddeeff", false, QUIC_RETRY, 0, 1, 2, 0, 0, 26, false, 0 },
    { "Retry without its tag", "f0 00000001 00 00 0011223344", true, QUIC_RETRY, 0, 0, 0, 0, 0, 0, false, 0 },
    { "Version Negotiation", "80 00000000 01 aa 01 bb 00000001 6b3343cf", false, QUIC_VERSION_NEGOTIATION, 1, 1, 0, 8, 0, 17, false, 0 },
    { "a short header", "40 0102030405", false, QUIC_1RTT, 0, 0, 0, 0, 1, 6, false, 0 },
    { "a short header without the fixed bit", "00 00000000", false, QUIC_1RTT, 0, 0, 0, 0, 1, 5, false, 0 },
    { "an id that is too long", "c0 00000001 15 000102030405060708090a0b0c0d0e0f1011121314 00 00 01 11", true, QUIC_INITIAL, 0, 0, 0, 0, 0, 0, false, 0 },
    { "an id longer than the packet", "c0 00000001 14 0001", true, QUIC_INITIAL, 0, 0, 0, 0, 0, 0, false, 0 },
    { "a token longer than the packet", "c0 00000001 00 00 ffffffffffffffff 01", true, QUIC_INITIAL, 0, 0, 0, 0, 0, 0, false, 0 },
    { "no length", "c0 00000001 00 00 00", true, QUIC_INITIAL, 0, 0, 0, 0, 0, 0, false, 0 },
    { "nothing", "", true, QUIC_1RTT, 0, 0, 0, 0, 0, 0, false, 0 },
};

static void a_packet(void **state)
{
    const struct packet_row *row = *state;
    struct hl_buffer bytes = make_buffer();
    struct quic_packet packet;

    put_hex(&bytes, row->hex);
    struct hl_span rest = buf_view(&bytes);
    assert_int_equal(quic_packet_next(&rest, &packet), !row->fails);
    if (!row->fails) {
        assert_int_equal(packet.type, row->type);
        assert_int_equal(packet.destination.len, row->destination);
        assert_int_equal(packet.source.len, row->source);
        assert_int_equal(packet.token.len, row->token);
        assert_int_equal(packet.versions.len, row->versions);
        if (row->number_offset > 0)
            assert_int_equal(packet.number_offset, row->number_offset);
        assert_int_equal(packet.bytes.len, row->length);
        assert_int_equal(packet.cut, row->cut);
        assert_int_equal(rest.len, row->rest);
    }
    buf_cleanup(&bytes);
}

/* --- frames ---------------------------------------------------------------- */

struct frame_row {
    const char *name, *hex;
    unsigned frames; /* that are read ... */
    bool whole;      /* ... to the end of the payload */
    uint64_t type, error, frame_type; /* of the last one */
    size_t data;
};

static const struct frame_row frame_rows[] = {
    { "PADDING alone", "000000", 0, true, 0, 0, 0, 0 },
    { "CRYPTO", "06 00 03 aabbcc", 1, true, QUIC_FRAME_CRYPTO, 0, 0, 3 },
    { "CRYPTO between PADDING", "0000 06 4010 4002 aabb 0000", 1, true, QUIC_FRAME_CRYPTO, 0, 0, 2 },
    { "PING, ACK, CRYPTO", "01 02 05 00 01 00 00 01 06 00 01 aa", 3, true, QUIC_FRAME_CRYPTO, 0, 0, 1 },
    { "ACK with ECN", "03 05 00 00 00 01 02 03 1e", 2, true, QUIC_FRAME_HANDSHAKE_DONE, 0, 0, 0 },
    { "ACK with more ranges than there are", "02 05 00 ffffffffffffffff 00 00 00", 0, false, 0x02, 0, 0, 0 },
    { "CONNECTION_CLOSE", "1c 4128 06 02 6e6f", 1, true, QUIC_FRAME_CONNECTION_CLOSE, 0x128, 6, 2 },
    { "a close of the application", "1d 05 00", 1, true, QUIC_FRAME_APPLICATION_CLOSE, 5, 0, 0 },
    { "STREAM to the end", "08 04 aabbcc", 1, true, 0x08, 0, 0, 0 },
    { "STREAM with offset and length, then PING", "0f 04 10 02 aabb 01", 2, true, 0x01, 0, 0, 0 },
    { "NEW_CONNECTION_ID", "18 01 00 04 01020304 000102030405060708090a0b0c0d0e0f 1e", 2, true, QUIC_FRAME_HANDSHAKE_DONE, 0, 0, 0 },
    { "NEW_TOKEN, DATAGRAM", "07 02 aabb 31 01 cc 30 dddd", 3, true, 0x30, 0, 0, 0 },
    { "flow control", "04 01 02 03 05 01 02 10 01 11 01 02 12 01 13 01 14 01 15 01 02 16 01 17 01 19 01 1e", 12, true, QUIC_FRAME_HANDSHAKE_DONE, 0, 0, 0 },
    { "PATH_CHALLENGE, PATH_RESPONSE", "1a 0001020304050607 1b 0001020304050607", 2, true, 0x1b, 0, 0, 0 },
    { "CRYPTO longer than the payload", "06 00 05 aabbcc", 0, false, QUIC_FRAME_CRYPTO, 0, 0, 0 },
    { "CRYPTO of a length beyond all", "06 00 ffffffffffffffff aabbcc", 0, false, QUIC_FRAME_CRYPTO, 0, 0, 0 },
    { "an unknown frame", "06 00 01 aa 21 06 00 01 aa", 1, false, 0x21, 0, 0, 0 },
};

static void frames(void **state)
{
    const struct frame_row *row = *state;
    struct hl_buffer bytes = make_buffer();
    struct quic_frame frame, last = { .type = 0 };
    struct hl_fault fault;
    unsigned count = 0;

    put_hex(&bytes, row->hex);
    struct hl_reader r = rd_init(buf_view(&bytes), &fault);
    while (quic_frame_next(&r, &frame)) {
        last = frame;
        count++;
    }
    assert_int_equal(count, row->frames);
    assert_int_equal(rd_ok(&r) && rd_left(&r) == 0, row->whole);
    if (row->whole) {
        assert_int_equal(last.type, row->type);
        assert_int_equal(last.error_code, row->error);
        assert_int_equal(last.frame_type, row->frame_type);
        assert_int_equal(last.data.len, row->data);
    }
    buf_cleanup(&bytes);
}

/* Each beginning of each row, in memory of exactly that size. */
static void every_prefix(void **state)
{
    enum { PACKETS = sizeof packet_rows / sizeof packet_rows[0], FRAMES = sizeof frame_rows / sizeof frame_rows[0] };

    (void)state;
    for (size_t i = 0; i < PACKETS + FRAMES; i++) {
        struct hl_buffer bytes = make_buffer();
        put_hex(&bytes, i < PACKETS ? packet_rows[i].hex : frame_rows[i - PACKETS].hex);
        for (size_t n = 1; n <= bytes.len; n++) {
            uint8_t *exact = malloc(n);
            struct hl_span rest = { exact, n };
            struct quic_packet packet;
            struct quic_frame frame;
            struct hl_fault fault;
            assert_non_null(exact);
            memcpy(exact, bytes.data, n);
            while (quic_packet_next(&rest, &packet))
                assert_true(packet.bytes.len <= n && rest.len < n);
            struct hl_reader r = rd_init((struct hl_span){ exact, n }, &fault);
            while (quic_frame_next(&r, &frame))
                assert_true(frame.data.len <= n);
            free(exact);
        }
        buf_cleanup(&bytes);
    }
}

static void errors_have_names(void **state)
{
    (void)state;
    assert_string_equal(quic_error_name(0), "NO_ERROR");
    assert_string_equal(quic_error_name(0x0b), "INVALID_TOKEN");
    assert_string_equal(quic_error_name(0x11), "VERSION_NEGOTIATION_ERROR");
    assert_string_equal(quic_error_name(0x128), "CRYPTO_ERROR");
    assert_null(quic_error_name(0x12));
    assert_null(quic_error_name(UINT64_MAX));
}

/* --- the order of CRYPTO frames -------------------------------------------- */

enum { TEXT = 500 };

static void check_ready(struct crypto_stream *s, const uint8_t *text, size_t *taken, uint32_t *seed)
{
    const struct hl_span ready = crypto_stream_ready(s);

    assert_true(*taken + ready.len <= TEXT);
    if (ready.len == 0)
        return;
    assert_memory_equal(ready.ptr, text + *taken, ready.len);
    size_t n = next_random(seed) % (ready.len + 1);
    if (n > 0)
        crypto_stream_take(s, n);
    *taken += n;
}

/* Pieces of any length and place, again and again, until all has come. */
static void any_order(void **state)
{
    struct hl_buffer text = make_buffer();
    uint32_t seed = 4711;

    (void)state;
    put_pattern(&text, 1, TEXT);
    for (unsigned round = 0; round < 300; round++) {
        struct crypto_stream s;
        size_t taken = 0;
        crypto_stream_init(&s);
        for (unsigned i = 0; i < 400; i++) {
            size_t begin = next_random(&seed) % TEXT, n = next_random(&seed) % 40;
            n = begin + n > TEXT ? TEXT - begin : n;
            crypto_stream_push(&s, begin, (struct hl_span){ text.data + begin, n });
            check_ready(&s, text.data, &taken, &seed);
        }
        assert_true(crypto_stream_push(&s, 0, (struct hl_span){ text.data, TEXT }) || taken == TEXT || s.pieces[0].end == TEXT);
        assert_false(crypto_stream_push(&s, 0, (struct hl_span){ text.data, TEXT }));
        assert_int_equal(taken + crypto_stream_ready(&s).len, TEXT);
        assert_false(s.lost);
        crypto_stream_cleanup(&s);
    }
    buf_cleanup(&text);
}

/* What came first counts (RFC 9000, section 2.2, forbids another). */
static void the_first_copy_counts(void **state)
{
    static const uint8_t first[] = "..cd..gh", second[] = "ABCDEFGH";
    struct crypto_stream s;

    (void)state;
    crypto_stream_init(&s);
    assert_true(crypto_stream_push(&s, 2, (struct hl_span){ first + 2, 2 }));
    assert_true(crypto_stream_push(&s, 6, (struct hl_span){ first + 6, 2 }));
    assert_true(crypto_stream_push(&s, 0, (struct hl_span){ second, 8 }));
    assert_int_equal(crypto_stream_ready(&s).len, 8);
    assert_memory_equal(crypto_stream_ready(&s).ptr, "ABcdEFgh", 8);
    assert_false(crypto_stream_push(&s, 1, (struct hl_span){ first + 1, 3 }));
    crypto_stream_cleanup(&s);
}

static void there_are_caps(void **state)
{
    static const uint8_t byte = 1;
    struct crypto_stream s;

    (void)state;
    crypto_stream_init(&s);
    for (unsigned i = 0; i <= HL_CRYPTO_PIECES_MAX; i++)
        crypto_stream_push(&s, 10 + 2 * i, (struct hl_span){ &byte, 1 });
    assert_true(s.lost);
    assert_int_equal(s.count, HL_CRYPTO_PIECES_MAX);
    crypto_stream_cleanup(&s);
    crypto_stream_init(&s);
    crypto_stream_push(&s, HL_CRYPTO_STREAM_MAX - 1, (struct hl_span){ &byte, 1 });
    assert_false(s.lost);
    crypto_stream_push(&s, HL_CRYPTO_STREAM_MAX, (struct hl_span){ &byte, 1 });
    crypto_stream_push(&s, (UINT64_C(1) << 62) - 1, (struct hl_span){ &byte, 1 });
    assert_true(s.lost);
    assert_int_equal(s.count, 1);
    crypto_stream_cleanup(&s);
}

int main(void)
{
    enum { PACKETS = sizeof packet_rows / sizeof packet_rows[0], FRAMES = sizeof frame_rows / sizeof frame_rows[0] };
    struct CMUnitTest packets[PACKETS], contents[FRAMES];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(every_prefix),          cmocka_unit_test(errors_have_names), cmocka_unit_test(any_order),
        cmocka_unit_test(the_first_copy_counts), cmocka_unit_test(there_are_caps),
    };

    for (size_t i = 0; i < PACKETS; i++)
        packets[i] = (struct CMUnitTest){ packet_rows[i].name, a_packet, NULL, NULL, (void *)(uintptr_t)&packet_rows[i] };
    for (size_t i = 0; i < FRAMES; i++)
        contents[i] = (struct CMUnitTest){ frame_rows[i].name, frames, NULL, NULL, (void *)(uintptr_t)&frame_rows[i] };
    return cmocka_run_group_tests_name("packets", packets, NULL, NULL)
           + cmocka_run_group_tests_name("frames", contents, NULL, NULL)
           + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
