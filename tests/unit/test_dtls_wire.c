/* Headers of DTLS records and of handshake fragments: wire/dtls.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/make_bytes.h"
#include "wire/dtls.h"
#include "wire/hello.h"

#define UNKNOWN DTLS_CID_UNKNOWN

/* --- records --------------------------------------------------------------------- */

struct row {
    const char *name, *hex;
    size_t cid_length;
    size_t header; /* bytes before the fragment */
    struct hl_dtls_record right;
};

static const struct row rows[] = {
    { "DTLS 1.2", "16 fefd 0001 000000000005 0003 010203", UNKNOWN, 13,
      { .type = 22, .version = 0xfefd, .epoch = 1, .sequence = 5, .length = 3 } },
    { "DTLS 1.0, a large number", "17 feff 0102 a1b2c3d4e5f6 0001 01", UNKNOWN, 13,
      { .type = 23, .version = 0xfeff, .epoch = 0x102, .sequence = 0xa1b2c3d4e5f6, .length = 1 } },
    { "before DTLS 1.0", "14 0100 0000 000000000000 0001 01", UNKNOWN, 13, { .type = 20, .version = 0x0100, .length = 1 } },
    { "empty", "17 fefd 0001 000000000001 0000", UNKNOWN, 13,
      { .type = 23, .version = 0xfefd, .epoch = 1, .sequence = 1 } },
    { "a connection id", "19 fefd 0001 000000000001 aabbcc 0002 0102", 3, 16,
      { .type = 25, .version = 0xfefd, .epoch = 1, .sequence = 1, .length = 2, .cid = { NULL, 3 } } },
    { "an empty connection id", "19 fefd 0001 000000000001 0002 0102", 0, 13,
      { .type = 25, .version = 0xfefd, .epoch = 1, .sequence = 1, .length = 2 } },
    { "DTLS 1.3, 16 bits and a length", "2e 1234 0002 0102", UNKNOWN, 5,
      { .unified = true, .type = 23, .version = 0xfefd, .epoch = 2, .sequence = 0x1234, .sequence_length = 2,
        .sequence_offset = 1, .length = 2 } },
    { "DTLS 1.3, 8 bits and no length", "23 12 010203", UNKNOWN, 2,
      { .unified = true, .type = 23, .version = 0xfefd, .epoch = 3, .sequence = 0x12, .sequence_length = 1,
        .sequence_offset = 1, .length = 3 } },
    { "DTLS 1.3 with a connection id", "3d aabb 1234 0002 0102", 2, 7,
      { .unified = true, .type = 23, .version = 0xfefd, .epoch = 1, .sequence = 0x1234, .sequence_length = 2,
        .sequence_offset = 3, .length = 2, .cid = { NULL, 2 } } },
    { "DTLS 1.3 with a connection id of which nobody knows how long it is", "3d aabb 1234 0002 0102", UNKNOWN, 1,
      { .unified = true, .cid_unknown = true, .type = 23, .version = 0xfefd, .epoch = 1, .length = 8 } },
    { "a connection id of which nobody knows how long it is", "19 fefd 0001 000000000001 aabbcc 0002 0102", UNKNOWN, 11,
      { .cid_unknown = true, .type = 25, .version = 0xfefd, .epoch = 1, .sequence = 1, .length = 7 } },
};

static void a_record(void **state)
{
    const struct row *row = *state;
    struct hl_buffer bytes = make_buffer();
    struct hl_dtls_record record;
    struct hl_fault fault;

    put_hex(&bytes, row->hex);
    struct hl_reader r = rd_init(buf_view(&bytes), &fault);
    assert_true(dtls_record_read(&r, row->cid_length, false, &record));
    assert_false(rd_more(&r));
    assert_int_equal(record.unified, row->right.unified);
    assert_int_equal(record.type, row->right.type);
    assert_int_equal(record.version, row->right.version);
    assert_int_equal(record.epoch, row->right.epoch);
    assert_true(record.sequence == row->right.sequence);
    assert_int_equal(record.sequence_length, row->right.sequence_length);
    assert_int_equal(record.sequence_offset, row->right.sequence_offset);
    assert_int_equal(record.cid_unknown, row->right.cid_unknown);
    assert_int_equal(record.cid.len, row->right.cid.len);
    assert_int_equal(record.length, row->right.length);
    assert_ptr_equal(record.header.ptr, bytes.data);
    assert_int_equal(record.header.len, row->header);
    assert_ptr_equal(record.fragment.ptr, bytes.data + row->header);
    assert_int_equal(record.fragment.len, record.length);
    buf_cleanup(&bytes);
}

/* Every beginning of it, in memory of exactly that size: whole never, but where it has no end of its own. */
static void every_prefix(void **state)
{
    const struct row *row = *state;
    struct hl_buffer bytes = make_buffer();

    put_hex(&bytes, row->hex);
    for (size_t n = 0; n < bytes.len; n++) {
        uint8_t *exact = malloc(n > 0 ? n : 1);
        struct hl_dtls_record record;
        struct hl_fault fault;
        assert_non_null(exact);
        if (n > 0)
            memcpy(exact, bytes.data, n);
        struct hl_reader r = rd_init((struct hl_span){ exact, n }, &fault);
        bool endless = row->right.cid_unknown || (row->right.unified && (bytes.data[0] & 0x04) == 0);
        assert_int_equal(dtls_record_read(&r, row->cid_length, false, &record), endless && n >= row->header);
        assert_int_equal(fault.kind, endless && n >= row->header ? HL_FAULT_NONE : HL_FAULT_TRUNCATED);
        r = rd_init((struct hl_span){ exact, n }, &fault); /* the capture cut it: the header must be there */
        assert_int_equal(dtls_record_read(&r, row->cid_length, true, &record), n >= row->header);
        free(exact);
    }
    buf_cleanup(&bytes);
}

static void no_record(void **state)
{
    static const struct {
        const char *hex;
        enum hl_fault_kind kind;
        const char *field;
        size_t offset;
    } cases[] = {
        { "16 0303 0000 000000000000 0000", HL_FAULT_VALUE, "legacy_record_version", 1 },
        { "16 fefd 0000 000000000000 0003 0102", HL_FAULT_TRUNCATED, "fragment", 13 },
        { "2e 1234 0003 0102", HL_FAULT_TRUNCATED, "fragment", 5 },
        { "16 fefd 0000 00000000", HL_FAULT_TRUNCATED, "sequence_number", 5 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hl_buffer bytes = make_buffer();
        struct hl_dtls_record record;
        struct hl_fault fault;
        put_hex(&bytes, cases[i].hex);
        struct hl_reader r = rd_init(buf_view(&bytes), &fault);
        assert_false(dtls_record_read(&r, UNKNOWN, false, &record));
        assert_int_equal(fault.kind, cases[i].kind);
        assert_string_equal(fault.field, cases[i].field);
        assert_int_equal(fault.offset, cases[i].offset);
        buf_cleanup(&bytes);
    }
}

/* --- fragments ------------------------------------------------------------------- */

static void fragments(void **state)
{
    static const struct {
        const char *hex;
        bool cut, ok;
        enum hl_fault_kind kind;
        const char *field;
        size_t offset, bytes;
    } cases[] = {
        { "0b 000005 0002 000001 000003 010203", false, true, HL_FAULT_NONE, NULL, 0, 3 },
        { "0e 000000 0004 000000 000000", false, true, HL_FAULT_NONE, NULL, 0, 0 },
        { "0b 000005 0002 000005 000000", false, true, HL_FAULT_NONE, NULL, 0, 0 },
        { "0b 000005 0002 000006 000000", false, false, HL_FAULT_VALUE, "fragment_offset", 6, 0 },
        { "0b 000005 0002 000003 000003 010203", false, false, HL_FAULT_VALUE, "fragment_length", 9, 0 },
        { "0b ffffff 0002 fffffd 000002 0102", false, true, HL_FAULT_NONE, NULL, 0, 2 },
        { "0b 000005 0002 000001 000003 0102", false, false, HL_FAULT_TRUNCATED, "body", 12, 0 },
        { "0b 000005 0002 000001 000003 0102", true, true, HL_FAULT_NONE, NULL, 0, 2 },
        { "0b 000005 0002 0000", true, false, HL_FAULT_TRUNCATED, "fragment_offset", 6, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hl_buffer bytes = make_buffer();
        struct hl_dtls_fragment fragment;
        struct hl_fault fault;
        put_hex(&bytes, cases[i].hex);
        struct hl_reader r = rd_init(buf_view(&bytes), &fault);
        assert_int_equal(dtls_fragment_read(&r, cases[i].cut, &fragment), cases[i].ok);
        assert_int_equal(fault.kind, cases[i].kind);
        if (cases[i].field != NULL) {
            assert_string_equal(fault.field, cases[i].field);
            assert_int_equal(fault.offset, cases[i].offset);
        }
        assert_int_equal(cases[i].ok ? fragment.bytes.len : 0, cases[i].bytes);
        buf_cleanup(&bytes);
    }
}

static void a_header_of_a_transcript(void **state)
{
    static const uint8_t right[] = { 0x0b, 0x01, 0x02, 0x03, 0x04, 0x05, 0, 0, 0, 0x01, 0x02, 0x03 };
    uint8_t header[DTLS_HANDSHAKE_HEADER];

    (void)state;
    dtls_message_header(11, 0x010203, 0x0405, header);
    assert_memory_equal(header, right, sizeof right);
}

/* --- ClientHello ------------------------------------------------------------------- */

/* The cookie stands between session id and suites, where the version is one of DTLS's. */
static void a_hello_with_a_cookie(void **state)
{
    struct hl_buffer bytes = make_buffer();
    struct hl_client_hello hello;

    (void)state;
    put_hex(&bytes, "fefd");
    put_pattern(&bytes, 1, 32);
    put_hex(&bytes, "01 aa 03 c1c2c3 0002 c02b 01 00");
    assert_true(client_hello_parse(buf_view(&bytes), false, &hello));
    assert_true(hello.has_cookie);
    assert_int_equal(hello.cookie.len, 3);
    assert_memory_equal(hello.cookie.ptr, "\xc1\xc2\xc3", 3);
    assert_int_equal(hello.cipher_suites.len, 2);
    for (size_t n = 0; n < bytes.len; n++) {
        uint8_t *exact = malloc(n > 0 ? n : 1);
        assert_non_null(exact);
        memcpy(exact, bytes.data, n);
        assert_false(client_hello_parse((struct hl_span){ exact, n }, false, &hello));
        assert_int_equal(hello.fault.kind, HL_FAULT_TRUNCATED);
        free(exact);
    }
    bytes.data[0] = bytes.data[1] = 3; /* in TLS there is none: what follows is no list of suites */
    assert_false(client_hello_parse(buf_view(&bytes), false, &hello));
    assert_false(hello.has_cookie);
    buf_cleanup(&bytes);
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof rows[0] };
    struct CMUnitTest tests[2 * ROWS + 4];
    size_t n = 0;

    for (size_t i = 0; i < ROWS; i++) {
        tests[n++] = (struct CMUnitTest){ rows[i].name, a_record, NULL, NULL, (void *)(uintptr_t)&rows[i] };
        tests[n++] = (struct CMUnitTest){ rows[i].name, every_prefix, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    }
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(no_record);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(fragments);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_header_of_a_transcript);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_hello_with_a_cookie);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
