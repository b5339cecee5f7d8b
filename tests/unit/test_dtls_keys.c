/* Records of DTLS 1.3 (RFC 9147, section 4) and with connection ids (RFC 9146, section 5), sealed by another program: Python's
 * cryptography, with HKDF, nonce, number and additional data put together there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/dtls13_keys.h"
#include "support/der_text.h"

#include <stdio.h>

#define DTLS_1_2 0xfefd
#define DTLS_1_3 0xfefc

static struct hl_span hex(const char *text)
{
    struct hl_span bytes = { NULL, 0 };

    bytes.ptr = der_text(text, &bytes.len);
    return bytes;
}

static void drop(struct hl_span bytes)
{
    free((void *)bytes.ptr);
}

/* Secrets and keys are 00 01 02 ... */
static void count_up(uint8_t *out, size_t n, uint8_t first)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(first + i);
}

/* --- DTLS 1.3 ------------------------------------------------------------------ */

struct row {
    const char *name;
    uint16_t suite;
    uint64_t number;
    size_t sequence_offset, sequence_length;
    size_t header; /* bytes before what is sealed */
    uint8_t type;
    const char *content, *record;
};

static const struct row rows[] = {
    { "AES-128-GCM, 16 bits, length", 0x1301, 5, 1, 2, 5, 23, "68656c6c6f",
      "2ec0cb0016489888043232321dadec053f15cdee9fd677222bd588" },
    { "8 bits, no length", 0x1301, 7, 1, 1, 2, 22, "612068616e647368616b65",
      "22ea2b783769f2f06d4caca7bfae24bd5e6fa286018513f24097981989de" },
    { "padding", 0x1301, 0, 1, 2, 5, 21, "78",
      "2ef5ab0026a39a6595645f158e48023752f2357b6287519aa8e7ed48c78aa0a92532dbe696bf7cd3ae4f0c" },
    { "AES-256-GCM, far along", 0x1302, 0x123456, 1, 2, 5, 23, "64617461",
      "2fb6820015353c68f944f32912fae6acb8f238a3d1594bcd24cc" },
    { "ChaCha20", 0x1303, 300, 1, 1, 2, 23, "64617461", "2362f2619282d4e216078f6d9bfc01e4238109030339ee" },
    { "AES-128-CCM", 0x1304, 1, 1, 2, 5, 26, "64617461", "2fd17b0015041074b9d4f1d31d62dd6e9644cf6d66a12ff91d4a" },
    { "a connection id", 0x1301, 9, 4, 2, 8, 23, "64617461", "3faabbcca74f0015e46bd45a932738cdb1d58122edbe4ea24a0f28ae33" },
};

static void make_keys(uint16_t suite, struct dtls13_keys *keys)
{
    struct cipher_spec spec;
    uint8_t secret[48];

    count_up(secret, sizeof secret, 0);
    assert_true(cipher_spec_of(suite, DTLS_1_3, &spec));
    assert_null(spec.unavailable);
    assert_true(dtls13_keys_of(&spec, (struct hl_span){ secret, suite == 0x1302 ? 48 : 32 }, keys));
}

static enum protection_result open_row(const struct row *row, struct hl_span record, uint64_t expected, uint64_t *number,
                                       uint8_t *out, struct hl_span *content, uint8_t *type)
{
    struct dtls13_keys keys;
    const struct dtls13_record sealed = {
        .header = { record.ptr, row->header }, .sequence_offset = row->sequence_offset,
        .sequence_length = row->sequence_length, .sealed = { record.ptr + row->header, record.len - row->header },
    };

    make_keys(row->suite, &keys);
    return dtls13_open(&keys, &sealed, expected, out, 100, number, content, type);
}

static void a_record_opens(void **state)
{
    const struct row *row = *state;
    const struct hl_span record = hex(row->record), right = hex(row->content);
    uint8_t out[100], type;
    uint64_t number;
    struct hl_span content;

    /* What is expected may be some way before it or behind it. */
    for (uint64_t expected = row->number > 100 ? row->number - 100 : 0; expected < row->number + 100; expected++) {
        assert_int_equal(open_row(row, record, expected, &number, out, &content, &type), PROTECTION_OPENED);
        assert_int_equal(number, row->number);
        assert_int_equal(type, row->type);
        assert_int_equal(content.len, right.len);
        assert_memory_equal(content.ptr, right.ptr, right.len);
    }
    drop(record);
    drop(right);
}

static void one_bit_less(void **state)
{
    const struct row *row = *state;
    const struct hl_span record = hex(row->record);
    uint8_t out[100], type;
    uint64_t number;
    struct hl_span content;

    for (size_t bit = 0; bit < 8 * record.len; bit++) {
        ((uint8_t *)record.ptr)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(open_row(row, record, row->number, &number, out, &content, &type), PROTECTION_WRONG);
        ((uint8_t *)record.ptr)[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    drop(record);
}

/* RFC 9147, section 4.2.2: the one nearest to what is expected. */
static void numbers_are_found_again(void **state)
{
    const struct row *row = &rows[3]; /* 0x123456, of which it says 16 bits */
    const struct hl_span record = hex(row->record);
    static const struct {
        uint64_t expected, number;
    } cases[] = {
        { 0x123456, 0x123456 }, { 0x12b455, 0x123456 }, { 0x12b456, 0x133456 }, { 0x11b457, 0x123456 }, { 0, 0x3456 },
    };
    uint8_t out[100], type;
    uint64_t number;
    struct hl_span content;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool right = cases[i].number == row->number;
        assert_int_equal(open_row(row, record, cases[i].expected, &number, out, &content, &type),
                         right ? PROTECTION_OPENED : PROTECTION_WRONG);
        assert_int_equal(number, cases[i].number);
    }
    drop(record);
}

static void what_cannot_be_opened(void **state)
{
    uint8_t bytes[40] = { 0x2e }, out[100], type;
    const struct dtls13_record no_sample = { { bytes, 5 }, 1, 2, { bytes + 5, 15 } };
    const struct dtls13_record number_outside = { { bytes, 2 }, 1, 2, { bytes + 5, 30 } };
    const struct dtls13_record good = { { bytes, 5 }, 1, 2, { bytes + 5, 30 } };
    struct cipher_spec spec;
    struct dtls13_keys keys;
    struct hl_span content;
    uint64_t number;

    (void)state;
    make_keys(0x1301, &keys);
    assert_int_equal(dtls13_open(&keys, &no_sample, 0, out, sizeof out, &number, &content, &type), PROTECTION_WRONG);
    assert_int_equal(dtls13_open(&keys, &number_outside, 0, out, sizeof out, &number, &content, &type),
                     PROTECTION_UNAVAILABLE);
    assert_int_equal(dtls13_open(&keys, &good, 0, out, 29, &number, &content, &type), PROTECTION_UNAVAILABLE);
    assert_true(cipher_spec_of(0x1301, 0x0304, &spec)); /* TLS has other labels */
    assert_false(dtls13_keys_of(&spec, (struct hl_span){ bytes, 32 }, &keys));
}

/* --- connection ids --------------------------------------------------------------- */

struct cid_row {
    const char *name;
    uint16_t suite;
    unsigned flags;
    const char *cid;
    uint64_t number;
    uint8_t type;
    const char *record;
};

static const struct cid_row cid_rows[] = {
    { "AES-128-GCM, padded", 0xc02f, 0, "aabbcc", 1, 23,
      "00010000000000014059c0cc7ddab540f2ba5549aed1de987d724e9bd3bf0046bd27de" },
    { "an empty one", 0xc02f, 0, "", 2, 22, "0001000000000002ee9ea7b643dc8c2a76f92d13952347f71ae1504aac694078" },
    { "AES-128-CBC, the MAC inside", 0xc013, 0, "aa", 1, 23,
      "101112131415161718191a1b1c1d1e1f30dc0ac19360d3c9a63c3a2496b386b7c631378a4f540199814b8fbccabefd65" },
    { "AES-128-CBC, the MAC outside", 0xc013, PROTECTION_ENCRYPT_THEN_MAC, "aa", 1, 23,
      "101112131415161718191a1b1c1d1e1fa4c48f7083654757ec4234e1e39c22c9ec1671afe7f9b85cd26f155723a9ee8846e98e82" },
};

static void a_connection_id(void **state)
{
    const struct cid_row *row = *state;
    const struct hl_span record = hex(row->record), cid = hex(row->cid);
    uint8_t mac[20], key[16], iv[4], out[100], type;
    struct protection_keys keys = { .key = { key, sizeof key } };
    struct cipher_spec spec;
    struct protection p;
    struct hl_span content;

    count_up(mac, sizeof mac, 0);
    count_up(key, sizeof key, 0);
    count_up(iv, sizeof iv, 0x10);
    assert_true(cipher_spec_of(row->suite, DTLS_1_2, &spec));
    if (spec.mac_length > 0 && spec.kind != CIPHER_AEAD)
        keys.mac_key = (struct hl_span){ mac, sizeof mac };
    else
        keys.iv = (struct hl_span){ iv, sizeof iv };
    assert_true(protection_init(&p, &spec, &keys, row->flags));
    protection_set_sequence(&p, (uint64_t)1 << 48 | row->number);
    assert_int_equal(protection_open_cid(&p, 25, DTLS_1_2, cid, record, out, sizeof out, &content, &type),
                     PROTECTION_OPENED);
    assert_int_equal(type, row->type);
    assert_int_equal(content.len, 7);
    assert_memory_equal(content.ptr, "content", 7);
    /* Without it, and with another one, it is another record. */
    protection_set_sequence(&p, (uint64_t)1 << 48 | row->number);
    assert_int_equal(protection_open(&p, 25, DTLS_1_2, record, out, sizeof out, &content, &type), PROTECTION_WRONG);
    assert_int_equal(protection_open_cid(&p, 25, DTLS_1_2, (struct hl_span){ mac, 4 }, record, out, sizeof out, &content,
                                         &type), PROTECTION_WRONG);
    protection_cleanup(&p);
    drop(record);
    drop(cid);
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof rows[0], CIDS = sizeof cid_rows / sizeof cid_rows[0] };
    struct CMUnitTest tests[2 * ROWS + CIDS + 2];
    size_t n = 0;

    for (size_t i = 0; i < ROWS; i++) {
        tests[n++] = (struct CMUnitTest){ rows[i].name, a_record_opens, NULL, NULL, (void *)(uintptr_t)&rows[i] };
        tests[n++] = (struct CMUnitTest){ rows[i].name, one_bit_less, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    }
    for (size_t i = 0; i < CIDS; i++)
        tests[n++] = (struct CMUnitTest){ cid_rows[i].name, a_connection_id, NULL, NULL, (void *)(uintptr_t)&cid_rows[i] };
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(numbers_are_found_again);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_cannot_be_opened);
    assert_int_equal(n, sizeof tests / sizeof tests[0]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
