#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "x509/sct.h"

#include "../support/der_text.h"
#include "../support/walk_text.h"

#define LOG "R32(aa)"
#define LOG_HEX "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define TIME "0000018bcfe56800" /* 1700000000000 */
#define SCT "0033 0031 00" LOG TIME "0000 0403 0002 3000"

struct row {
    const char *name, *bytes, *walk;
    enum hl_fault_kind kind;
    const char *field;
    size_t offset;
};

static const struct row rows[] = {
    { "one", SCT,
      "scts:[{version:1,log_id:<" LOG_HEX ">,timestamp_ms:1700000000000,"
      "timestamp:\"2023-11-14T22:13:20Z\",scheme:ecdsa_secp256r1_sha256,signature:<3000>}]",
      HL_FAULT_NONE, NULL, 0 },
    { "with extensions, signed with RSA", "0034 0032 00" LOG TIME "0003 010203 0401 0000",
      "scts:[{version:1,log_id:<" LOG_HEX ">,timestamp_ms:1700000000000,timestamp:\"2023-11-14T22:13:20Z\","
      "extensions:<010203>,scheme:rsa_pkcs1_sha256,signature:<>}]",
      HL_FAULT_NONE, NULL, 0 },
    { "at the end of time", "0031 002f 00" LOG "ffffffffffffffff 0000 0403 0000",
      "scts:[{version:1,log_id:<" LOG_HEX ">,timestamp_ms:9223372036854775807,"
      "timestamp:\"9999-12-31T23:59:59Z\",scheme:ecdsa_secp256r1_sha256,signature:<>}]",
      HL_FAULT_NONE, NULL, 0 },
    { "of a later version", "000c 0003 010203 0005 ff00000000",
      "scts:[{version:2,raw:<010203>},{version:256,raw:<ff00000000>}]", HL_FAULT_NONE, NULL, 0 },

    { "nothing", "", "scts:[]", HL_FAULT_TRUNCATED, "sct_list", 0 },
    { "half a length", "00", "scts:[]", HL_FAULT_TRUNCATED, "sct_list", 0 },
    { "an empty list", "0000", "scts:[]", HL_FAULT_BOUNDS, "sct_list", 2 },
    { "an empty SCT", "0002 0000", "scts:[]", HL_FAULT_BOUNDS, "SerializedSCT", 4 },
    { "an SCT that is too long", "0003 0002 01", "scts:[]", HL_FAULT_OVERRUN, "SerializedSCT", 4 },
    { "a short log", "0003 0001 00", "scts:[]", HL_FAULT_OVERRUN, "LogID", 5 },
    { "no timestamp", "0023 0021 00" LOG, "scts:[]", HL_FAULT_OVERRUN, "timestamp", 37 },
    { "no extensions", "002b 0029 00" LOG TIME, "scts:[]", HL_FAULT_OVERRUN, "CtExtensions", 45 },
    { "no signature", "002f 002d 00" LOG TIME "0000 0403", "scts:[]", HL_FAULT_OVERRUN, "signature", 49 },
    { "bytes after the signature", "0034 0032 00" LOG TIME "0000 0403 0002 3000 00", "scts:[]",
      HL_FAULT_TRAILING, "SignedCertificateTimestamp", 53 },
    { "bytes after the list", "0005 0003 010203 00", "scts:[{version:2,raw:<010203>}]", HL_FAULT_TRAILING,
      "SignedCertificateTimestampList", 7 },
    { "what stood before", "0008 0003 010203 0001 00", "scts:[{version:2,raw:<010203>}]", HL_FAULT_OVERRUN,
      "LogID", 10 },
};

static bool parse(struct hl_span bytes, struct hl_arena *arena, struct hl_x509_scts *out,
                  struct hl_fault *fault)
{
    struct hl_reader r = rd_init(bytes, fault);

    *out = (struct hl_x509_scts){ .count = 0 };
    return sct_list_parse(&r, arena, out);
}

static void check_row(void **state)
{
    const struct row *row = *state;
    struct hl_arena arena;
    struct hl_x509_scts scts;
    struct hl_fault fault;
    struct walk_text walk;
    size_t len;
    uint8_t *bytes = der_text(row->bytes, &len);

    arena_init(&arena, (size_t)1 << 20);
    walk_text_init(&walk);
    assert_int_equal(parse((struct hl_span){ bytes, len }, &arena, &scts, &fault),
                     row->kind == HL_FAULT_NONE);
    sct_list_walk(&scts, "scts", &walk.visitor);
    assert_string_equal(walk_text_string(&walk), row->walk);
    assert_int_equal(fault.kind, row->kind);
    if (row->kind != HL_FAULT_NONE) {
        assert_string_equal(fault.field, row->field);
        assert_int_equal(fault.offset, row->offset);
    }
    walk_text_cleanup(&walk);
    arena_cleanup(&arena);
    free(bytes);
}

static void every_prefix_is_broken(void **state)
{
    (void)state;
    size_t len;
    uint8_t *bytes = der_text("0066"
                              "0031 00" LOG TIME "0000 0403 0002 3000"
                              "0031 00" LOG TIME "0000 0403 0002 3000",
                              &len);

    for (size_t cut = 0; cut <= len; cut++) {
        uint8_t *exact = exact_copy(bytes, cut);
        struct hl_arena arena;
        struct hl_x509_scts scts;
        struct hl_fault fault;

        arena_init(&arena, (size_t)1 << 20);
        assert_int_equal(parse((struct hl_span){ exact, cut }, &arena, &scts, &fault), cut == len);
        assert_true(fault.offset <= cut);
        sct_list_walk(&scts, "scts", NULL);
        arena_cleanup(&arena);
        free(exact);
    }
    free(bytes);
}

/* Of a list that is known to be cut short, all that was captured is decoded. */
static void a_cut_list_is_read_to_the_cut(void **state)
{
    (void)state;
    size_t len;
    uint8_t *bytes = der_text("0066 0031 00" LOG TIME "0000 0403 0002 3000 0031 00" LOG, &len);
    struct hl_arena arena;
    struct hl_x509_scts scts = { .count = 0 };
    struct hl_fault fault;
    struct hl_reader r = rd_init_cut((struct hl_span){ bytes, len }, &fault);

    arena_init(&arena, (size_t)1 << 20);
    assert_false(sct_list_parse(&r, &arena, &scts));
    assert_int_equal(fault.kind, HL_FAULT_TRUNCATED);
    assert_int_equal(scts.count, 1);
    arena_cleanup(&arena);
    free(bytes);
}

static void more_than_the_cap_are_counted(void **state)
{
    (void)state;
    size_t len;
    uint8_t *bytes = der_text("0e10 R1200(0001 01)", &len);
    struct hl_arena arena;
    struct hl_x509_scts scts;
    struct hl_fault fault;

    arena_init(&arena, (size_t)4 << 20);
    assert_true(parse((struct hl_span){ bytes, len }, &arena, &scts, &fault));
    assert_int_equal(scts.count, HL_X509_NAMES_MAX);
    assert_int_equal(scts.dropped, 1200 - HL_X509_NAMES_MAX);
    arena_cleanup(&arena);
    arena_init(&arena, 64);
    assert_true(parse((struct hl_span){ bytes, len }, &arena, &scts, &fault));
    assert_int_equal(scts.count, 0);
    assert_int_equal(scts.dropped, 1200);
    arena_cleanup(&arena);
    free(bytes);
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof rows[0] };
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(every_prefix_is_broken),
        cmocka_unit_test(a_cut_list_is_read_to_the_cut),
        cmocka_unit_test(more_than_the_cap_are_counted),
    };
    struct CMUnitTest tests[ROWS + sizeof others / sizeof others[0]];

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ rows[i].name, check_row, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    memcpy(tests + ROWS, others, sizeof others);
    return cmocka_run_group_tests_name("sct", tests, NULL, NULL);
}
