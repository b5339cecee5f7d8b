/* The record layer: bytes in any pieces to messages and records, also around what is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "session/records.h"
#include "support/make_tls.h"

/* What the sink is told, as text: "m11:300 " a message of type 11 with 300 bytes, "m11:300!20/cut" one
 * of which 20 bytes are there, "+3" behind it when it was spread over 3 records, "ssl2 " before it;
 * "r21:2=0228 " a record, "e22:40=aabb " an encrypted one, with its first bytes; "; " settled. */
struct told {
    struct hl_buffer text;
    struct hl_buffer bodies; /* of the messages */
};

static void on_message(void *ctx, unsigned direction, const struct hl_raw_message *message)
{
    struct told *told = ctx;

    assert_int_equal(direction, 1);
    assert_true(message->body.len <= message->length);
    assert_true(message->cut || message->body.len == message->length);
    buf_printf(&told->text, "%sm%u:%u", message->ssl2 ? "ssl2 " : "", message->type, (unsigned)message->length);
    if (message->cut)
        buf_printf(&told->text, "!%zu", message->body.len);
    if (message->records != 1)
        buf_printf(&told->text, "+%u", message->records);
    buf_string(&told->text, " ");
    buf_span(&told->bodies, message->body);
}

static void on_record(void *ctx, unsigned direction, const struct hl_raw_record *record)
{
    struct told *told = ctx;

    assert_int_equal(direction, 1);
    buf_printf(&told->text, "%c%u:%u=", record->encrypted ? 'e' : 'r', record->header.type, record->header.length);
    buf_hex(&told->text, (struct hl_span){ record->content, record->content_length });
    buf_string(&told->text, " ");
}

static void on_settled(void *ctx, unsigned direction, struct hl_moment at)
{
    (void)ctx;
    (void)at;
    assert_int_equal(direction, 1);
}

static void told_init(struct told *told)
{
    *told = (struct told){ make_buffer(), make_buffer() };
}

static const char *text_of(struct told *told)
{
    put_uint(&told->text, 1, 0);
    told->text.len--;
    return (const char *)told->text.data;
}

static void told_cleanup(struct told *told)
{
    buf_cleanup(&told->text);
    buf_cleanup(&told->bodies);
}

static void push(struct hl_records *records, struct told *told, struct hl_span bytes, size_t piece, uint64_t gap)
{
    const struct hl_records_sink sink = { told, on_message, on_record, on_settled, NULL, NULL };

    if (gap > 0)
        records_push(records, 1, &(struct hl_chunk){ .gap = gap }, &sink);
    for (size_t at = 0; at < bytes.len; at += piece) {
        size_t n = bytes.len - at < piece ? bytes.len - at : piece;
        uint8_t *exact = malloc(n);
        assert_non_null(exact);
        memcpy(exact, bytes.ptr + at, n);
        records_push(records, 1, &(struct hl_chunk){ .bytes = { exact, n } }, &sink);
        free(exact);
    }
}

static void finish(struct hl_records *records, struct told *told)
{
    const struct hl_records_sink sink = { told, on_message, on_record, on_settled, NULL, NULL };

    records_finish(records, 1, (struct hl_moment){ .frame = 1 }, &sink);
    records_cleanup(records);
}

/* --- rows ------------------------------------------------------------------ */

/* 42 bytes */
#define HELLO42 "01 000026 0303 0000000000000000000000000000000000000000000000000000000000000000 00 0000 00"

struct row {
    const char *name;
    enum hl_protection protection;
    const char *script; /* hex; | begins another chunk, and after G12 12 bytes are missing */
    const char *expect;
    bool whole_chunks;  /* the answer depends on where chunks end */
};

static const struct row rows[] = {
    { "one message", 0, "16 0303 0004 0e000000", "m14:0 ", false },
    { "two in one record", 0, "16 0303 0009 0e000000 10000001aa", "m14:0 m16:1 ", false },
    { "one over two records", 0, "16 0303 0003 100000 16 0303 0003 02aabb", "m16:2+2 ", false },
    { "one byte a record", 0,
      "1603030001 10 1603030001 00 1603030001 00 1603030001 02 1603030001 aa 1603030001 bb", "m16:2+6 ", false },
    { "an end and a beginning in one record", 0,
      "16 0303 0005 10000002aa 16 0303 0003 bb1000 16 0303 0004 0001cc0e 16 0303 0003 000000",
      "m16:2+2 m16:1+2 m14:0+2 ",
      false },
    { "an empty record amid a message", 0, "16 0303 0004 10000001 16 0303 0000 16 0303 0001 aa", "m16:1+3 ", false },
    { "an alert", 0, "15 0303 0002 0228", "r21:2=0228 ", false },
    { "half an alert", 0, "15 0303 0001 02", "", false },
    { "an alert over two records", 0, "15 0303 0001 02 15 0303 0001 28", "r21:2=0228 ", false },
    { "two alerts in a record", 0, "15 0303 0004 0100 0228", "r21:2=0100 r21:2=0228 ", false },
    { "an unknown record between messages", 0, "16 0303 0004 0e000000 63 0303 0002 aabb 16 0303 0004 0e000000",
      "m14:0 r99:2=aabb m14:0 ", false },
    { "a change of cipher", 0, "14 0303 0001 01", "r20:1=01 ", false },
    { "application data", 0, "17 0303 0004 11223344 17 0303 0000", "e23:4=1122 e23:0= ", false },
    { "a heartbeat", 0, "18 0303 0003 010000", "r24:3=0100 ", false },
    { "an alert amid a message", 0, "16 0303 0005 10000002aa 15 0303 0002 0100 16 0303 0001 bb",
      "r21:2=0100 m16:2+2 ", false },
    { "encrypted messages", PROTECTION_ON, "16 0303 0006 0e0000000000 16 0303 0002 aabb",
      "e22:6=0e00 e22:2=aabb ", false },
    { "an encrypted alert", PROTECTION_ON, "15 0303 0004 aabbccdd", "e21:4=aabb ", false },
    { "what cannot be a message is encrypted", 0, "16 0303 0006 ff0000000000", "e22:6=ff00 ", false },
    { "a message too large to be believed", 0, "16 0303 0006 02ffffff0000", "e22:6=02ff ", false },
    { "NULL cipher: a MAC behind the message", PROTECTION_MAC,
      "16 0303 0014 14 00000c 0102030405060708090a0b0c deadbeef 15 0303 0006 0100 deadbeef",
      "m20:12 r21:6=0100 ", false },
    { "a change of cipher in doubt: a hello is still a hello", PROTECTION_DOUBTFUL, "16 0303 002a " HELLO42, "m1:38 ",
      false },
    { "a change of cipher in doubt: anything else is not", PROTECTION_DOUBTFUL, "16 0303 0004 0e000000",
      "e22:4=0e00 ", false },
    { "an SSL 2.0 client", 0, "80 13 01 0002 0003 0000 0008 010080 1122334455667788 0102", "ssl2 m1:18 ", false },
    { "an SSL 2.0 hello for TLS, then records", 0,
      "80 14 01 0303 0003 0000 0008 000035 1122334455667788 16 0303 0004 0e000000",
      "ssl2 m1:19 m14:0 ", false },
    { "SSL 2.0 all the way", 0, "80 03 01 0002 80 04 02 aabbcc 80 03 05 1122", "ssl2 m1:2 ssl2 m2:3 ssl2 m5:2 ",
      false },
    { "SSL 2.0 with a length of nothing", 0, "80 00 01 0002", "", true },
    { "no record at all", 0, "ff 0303 0004 0e000000", "", true },
    { "a record of another version", 0, "16 0403 0004 0e000000", "", true },
    { "a record too long to be one", 0, "16 0303 4801 0e000000", "", true },
    { "the message ends too early", 0, "16 0303 0008 10 0000ff 11223344", "m16:255!4 ", false },
    { "the header ends too early", 0, "16 0303 0003 100000", "", false },
    { "the record ends too early", 0, "16 0303 00ff 100000f0 aabb", "m16:240!2 ", false },

    { "missing inside a message", 0, "16 0303 000c 10 000008 1122 G4 7788 16 0303 0004 0e000000",
      "m16:8!2 m14:0 ", false },
    { "missing to the end of a message", 0, "16 0303 000c 10 000008 1122 G6 16 0303 0004 0e000000",
      "m16:8!2 m14:0 ", false },
    { "missing to the end of a message, another follows", 0, "16 0303 0010 10 000008 1122 G6 0e000000",
      "m16:8!2 m14:0 ", false },
    { "missing over the end of a message: its record tells no more", 0,
      "16 0303 0010 10 000008 1122 G8 0000 16 0303 0004 0e000000", "m16:8!2 m14:0 ", false },
    { "missing at the beginning of a message", 0,
      "16 0303 0010 G6 00000000000000000000 16 0303 0004 0e000000", "m14:0 ", false },
    { "missing inside application data", 0, "17 0303 0008 1122 G4 5566 16 0303 0004 0e000000",
      "e23:8=1122 m14:0 ", false },
    { "a whole record is missing", 0, "16 0303 0004 0e000000 G9 16 0303 0004 0e000000", "m14:0 m14:0 ", true },
    { "missing over the end of a record", 0, "16 0303 0008 10 000004 11 G10 16 0303 0004 0e000000",
      "m16:4!1 m14:0 ", true },
    { "after a gap the bytes begin inside a record", 0,
      "16 0303 0008 10 000004 11 G10 aabbccdd 16 0303 0004 0e000000", "m16:4!1 m14:0 ", true },
    { "after a gap, two records in a row are believed", 0,
      "16 0303 0008 10 000004 11 G10 aa16030300 16 0303 0004 0e000000 14 0303 0001 01", "m16:4!1 m14:0 r20:1=01 ",
      true },
    { "missing inside of a record's header", 0, "16 03 G3 0e000000 | 16 0303 0004 0e000000", "m14:0 ", true },
    { "missing at the very beginning", 0, "G100 16 0303 0004 0e000000", "m14:0 ", true },
    { "missing at the very end", 0, "16 0303 0008 10 000004 1122 G2", "m16:4!2 ", false },
    { "more missing than any record holds", 0, "16 0303 0008 10 000004 11 G9999999999 16 0303 0004 0e000000",
      "m16:4!1 m14:0 ", true },
};

enum { ROWS = sizeof rows / sizeof rows[0] };

/* Take a chunk off the script; the bytes missing before it are told in `gap`. */
static bool next_chunk(const char **script, struct hl_buffer *bytes, uint64_t *gap)
{
    char hex[1024];

    bytes->len = 0;
    *gap = 0;
    while (**script == ' ' || **script == '|')
        ++*script;
    if (**script == '\0')
        return false;
    if (**script == 'G') {
        char *end;
        *gap = strtoull(*script + 1, &end, 10);
        *script = end;
    }
    size_t n = strcspn(*script, "G|");
    assert_true(n < sizeof hex);
    memcpy(hex, *script, n);
    hex[n] = '\0';
    put_hex(bytes, hex);
    *script += n;
    return true;
}

static void run(const struct row *row, size_t piece)
{
    struct hl_records records;
    struct hl_buffer bytes = make_buffer();
    struct told told;
    const char *script = row->script;
    uint64_t gap;

    records_init(&records);
    records.protection = row->protection;
    told_init(&told);
    while (next_chunk(&script, &bytes, &gap))
        push(&records, &told, buf_view(&bytes), piece, gap);
    finish(&records, &told);
    assert_string_equal(text_of(&told), row->expect);
    told_cleanup(&told);
    buf_cleanup(&bytes);
}

static void check_row(void **state)
{
    const struct row *row = *state;

    run(row, 100000);
    for (size_t piece = 1; !row->whole_chunks && piece < 12; piece++)
        run(row, piece);
}

/* --- many and large -------------------------------------------------------- */

static void put_flight(struct hl_buffer *out)
{
    put_client_hello(out, &(struct hello){ .extensions = EXT_SERVER_NAME });
    put_server_hello(out, &(struct hello){ .extensions = EXT_TICKET_EMPTY });
    put_certificate(out, (const size_t[]){ 900, 1300, 2000, 0 });
    put_server_key_exchange(out);
    put_message(out, 14, "");
}

/* Whatever the size of records and chunks: the same messages. */
static void any_record_size(void **state)
{
    static const size_t sizes[] = { 1, 2, 3, 4, 5, 7, 63, 64, 512, 1000, 4096, 16384 };
    static const size_t pieces[] = { 1, 2, 3, 5, 6, 100, 1460, 100000 };
    enum { SIZES = sizeof sizes / sizeof sizes[0], PIECES = sizeof pieces / sizeof pieces[0] };
    struct hl_buffer flight = make_buffer();

    (void)state;
    put_flight(&flight);
    for (size_t i = 0; i < SIZES * PIECES; i++) {
        struct talk talk;
        struct told told;
        struct hl_records records;
        talk_init(&talk);
        talk_records(&talk, HL_SERVER, 22, buf_view(&flight), sizes[i % SIZES]);
        records_init(&records);
        told_init(&told);
        push(&records, &told, buf_view(&talk.bytes[HL_SERVER]), pieces[i / SIZES], 0);
        const char *text = text_of(&told);
        char *next;
        static const unsigned types[] = { 1, 2, 11, 12, 14 };
        size_t bodies = 0;
        for (size_t k = 0; k < 5; k++) {
            assert_int_equal(*text, 'm');
            assert_int_equal(strtoul(text + 1, &next, 10), types[k]);
            size_t length = strtoul(next + 1, &next, 10);
            assert_true(*next == '+' || *next == ' ');
            assert_memory_equal(told.bodies.data + bodies, flight.data + bodies + 4 * (k + 1), length);
            bodies += length;
            text = strchr(next, ' ') + 1;
        }
        assert_int_equal(*text, '\0');
        assert_int_equal(bodies + 20, flight.len);
        assert_int_equal(records.skipped, 0);
        finish(&records, &told);
        told_cleanup(&told);
        talk_cleanup(&talk);
    }
    buf_cleanup(&flight);
}

static void large_certificate(size_t size, size_t record, size_t piece, const char *expect)
{
    struct hl_buffer message = make_buffer();
    struct hl_records records;
    struct told told;
    struct talk talk;

    talk_init(&talk);
    put_certificate(&message, (const size_t[]){ size, 0 });
    put_message(&message, 14, "");
    talk_records(&talk, HL_SERVER, 22, buf_view(&message), record);
    records_init(&records);
    told_init(&told);
    push(&records, &told, buf_view(&talk.bytes[HL_SERVER]), piece, 0);
    finish(&records, &told);
    assert_memory_equal(text_of(&told), expect, strlen(expect));
    assert_memory_equal(told.bodies.data, message.data + 4, told.bodies.len);
    told_cleanup(&told);
    talk_cleanup(&talk);
    buf_cleanup(&message);
}

static void half_a_megabyte(void **state)
{
    (void)state;
    large_certificate(512 << 10, 0, 1460, "m11:524294+33 m14:0 ");
    large_certificate(512 << 10, 512, 70000, "m11:524294+1025 m14:0 ");
}

static void over_the_cap(void **state)
{
    (void)state;
    large_certificate(HL_MESSAGE_MAX - 6, 0, 4000, "m11:1048576+65 m14:0 ");
    large_certificate(HL_MESSAGE_MAX, 0, 4000, "m11:1048582!10"); /* cut */
}

/* A stream cut anywhere by a gap of any length: nothing is told that was not there. */
static void gap_anywhere(void **state)
{
    struct hl_buffer flight = make_buffer();
    struct talk talk;
    struct told told;

    (void)state;
    talk_init(&talk);
    put_message(&flight, 16, "0102030405060708");
    put_message(&flight, 14, "");
    put_message(&flight, 20, "000102030405060708090a0b");
    for (unsigned i = 0; i < 3; i++)
        talk_records(&talk, HL_SERVER, 22, buf_view(&flight), 10);
    struct hl_span all = buf_view(&talk.bytes[HL_SERVER]);
    for (size_t begin = 0; begin < all.len; begin++) {
        for (size_t n = 1; begin + n <= all.len; n++) {
            struct hl_records records;
            records_init(&records);
            told_init(&told);
            push(&records, &told, (struct hl_span){ all.ptr, begin }, 1000, 0);
            push(&records, &told, (struct hl_span){ all.ptr + begin + n, all.len - begin - n }, 1000, n);
            finish(&records, &told);
            told_cleanup(&told);
        }
    }
    buf_cleanup(&flight);
    talk_cleanup(&talk);
}

int main(void)
{
    struct CMUnitTest tests[ROWS + 4] = {
        cmocka_unit_test(any_record_size),
        cmocka_unit_test(half_a_megabyte),
        cmocka_unit_test(over_the_cap),
        cmocka_unit_test(gap_anywhere),
    };

    for (size_t i = 0; i < ROWS; i++)
        tests[4 + i] = (struct CMUnitTest){ .name = rows[i].name,
                                            .test_func = check_row,
                                            .initial_state = (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
