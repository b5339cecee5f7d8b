#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "x509/der.h"
#include "x509/oid.h"

#include "../support/der_text.h"

/* ---- elements ---- */

struct row {
    const char *name, *der;
    size_t value_len;
    bool non_minimal;
    enum hl_fault_kind kind;
    size_t offset;
};

static const struct row rows[] = {
    { "short form", "0403 010203", 3, false, HL_FAULT_NONE, 0 },
    { "empty value", "0500", 0, false, HL_FAULT_NONE, 0 },
    { "long form", "30{ R130(00) }", 130, false, HL_FAULT_NONE, 0 },
    { "two length bytes", "30{ R300(00) }", 300, false, HL_FAULT_NONE, 0 },
    { "three length bytes", "30{ R70000(00) }", 70000, false, HL_FAULT_NONE, 0 },
    { "long form where the short one does", "048103 010203", 3, true, HL_FAULT_NONE, 0 },
    { "leading zero in the length", "04820003 010203", 3, true, HL_FAULT_NONE, 0 },
    { "four length bytes", "048400000001 01", 1, true, HL_FAULT_NONE, 0 },
    { "nothing", "", 0, false, HL_FAULT_TRUNCATED, 0 },
    { "no length", "04", 0, false, HL_FAULT_TRUNCATED, 1 },
    { "half a length", "048201", 0, false, HL_FAULT_TRUNCATED, 3 },
    { "value cut", "0403 0102", 0, false, HL_FAULT_TRUNCATED, 2 },
    { "the longest length there is", "0484ffffffff 01", 0, false, HL_FAULT_TRUNCATED, 6 },
    { "indefinite length", "3080 0000", 0, false, HL_FAULT_VALUE, 1 },
    { "five length bytes", "04850000000001 01", 0, false, HL_FAULT_VALUE, 1 },
    { "reserved length byte", "04ff", 0, false, HL_FAULT_VALUE, 1 },
    { "high tag number", "1f8101 00", 0, false, HL_FAULT_VALUE, 0 },
    { "high context tag", "bf2100", 0, false, HL_FAULT_VALUE, 0 },
};

static void check_row(void **state)
{
    const struct row *row = *state;
    struct hl_fault fault;
    struct der_tlv tlv;
    size_t len;
    uint8_t *der = der_text(row->der, &len);
    struct hl_reader r = rd_init((struct hl_span){ der, len }, &fault);

    bool ok = der_next(&r, &tlv, "element");
    assert_int_equal(fault.kind, row->kind);
    assert_int_equal(ok, row->kind == HL_FAULT_NONE);
    assert_int_equal(tlv.value.len, row->value_len);
    assert_int_equal(tlv.non_minimal, row->non_minimal);
    if (ok) {
        assert_int_equal(tlv.whole.len, len);
        assert_int_equal(tlv.tag, der[0]);
    } else {
        assert_int_equal(fault.offset, row->offset);
        assert_string_equal(fault.field, "element");
        assert_false(der_next(&r, &tlv, "later"));
    }
    free(der);
}

static void other_tag_is_rejected_where_it_stands(void **state)
{
    (void)state;
    struct hl_fault fault;
    struct der_tlv tlv;
    size_t len;
    uint8_t *der = der_text("30{ 0500 020105 }", &len);
    struct hl_reader r = rd_init((struct hl_span){ der, len }, &fault);
    struct hl_reader body = der_enter(&r, DER_SEQUENCE, "outer");

    assert_false(der_optional(&body, DER_INTEGER, &tlv, "maybe"));
    assert_true(rd_ok(&body));
    assert_false(der_expect(&body, DER_INTEGER, &tlv, "number"));
    assert_int_equal(fault.kind, HL_FAULT_VALUE);
    assert_int_equal(fault.offset, 2);
    assert_int_equal(fault.need, DER_NULL);
    assert_string_equal(fault.field, "number");
    free(der);
}

static void an_inner_end_is_an_overrun(void **state)
{
    (void)state;
    struct hl_fault fault;
    struct der_tlv tlv;
    size_t len;
    uint8_t *der = der_text("30{ 0405 01 } 00000000", &len);
    struct hl_reader r = rd_init((struct hl_span){ der, len }, &fault);
    struct hl_reader body = der_enter(&r, DER_SEQUENCE, "outer");

    assert_false(der_next(&body, &tlv, "inner"));
    assert_int_equal(fault.kind, HL_FAULT_OVERRUN);
    free(der);
}

static void a_cut_message_is_read_to_the_cut(void **state)
{
    (void)state;
    struct hl_fault fault;
    struct der_tlv tlv;
    size_t len;
    uint8_t *der = der_text("3010 020105 0405 0102", &len);
    struct hl_reader r = rd_init_cut((struct hl_span){ der, len }, &fault);
    struct hl_reader body = der_enter(&r, DER_SEQUENCE, "outer");

    assert_int_equal(der_small_integer(&body, DER_INTEGER, "number"), 5);
    assert_true(der_next(&body, &tlv, "octets"));
    assert_int_equal(tlv.value.len, 2);
    assert_false(rd_end(&body, "outer"));
    assert_int_equal(fault.kind, HL_FAULT_TRUNCATED);
    free(der);
}

/* ---- values ---- */

static int64_t integer_of(const char *text, struct hl_fault *fault)
{
    size_t len;
    uint8_t *der = der_text(text, &len);
    struct hl_reader r = rd_init((struct hl_span){ der, len }, fault);
    int64_t value = der_small_integer(&r, DER_INTEGER, "integer");

    free(der);
    return value;
}

static void integers(void **state)
{
    (void)state;
    struct hl_fault fault;

    assert_int_equal(integer_of("020100", &fault), 0);
    assert_int_equal(integer_of("02020100", &fault), 256);
    assert_true(integer_of("0208 7fffffffffffffff", &fault) == INT64_MAX);
    assert_int_equal(fault.kind, HL_FAULT_NONE);
    assert_int_equal(integer_of("0209 00ffffffffffffffff", &fault), 0);
    assert_int_equal(fault.kind, HL_FAULT_VALUE);
    assert_int_equal(integer_of("0201ff", &fault), 0);
    assert_int_equal(fault.kind, HL_FAULT_VALUE);
    assert_int_equal(integer_of("0200", &fault), 0);
    assert_int_equal(fault.kind, HL_FAULT_OVERRUN);
}

static void magnitudes(void **state)
{
    (void)state;
    static const uint8_t bytes[] = { 0, 0, 1, 0xff };
    struct hl_span magnitude = der_magnitude((struct hl_span){ bytes, sizeof bytes });

    assert_int_equal(magnitude.len, 2);
    assert_int_equal(der_bit_length(magnitude), 9);
    assert_int_equal(der_bit_length(der_magnitude((struct hl_span){ bytes, 2 })), 0);
    assert_int_equal(der_bit_length((struct hl_span){ NULL, 0 }), 0);
}

static void named_bits(void **state)
{
    (void)state;
    static const struct {
        const char *der;
        uint16_t bits;
        enum hl_fault_kind kind;
    } cases[] = {
        { "03020780", 1, HL_FAULT_NONE },        { "03020106", 0x60, HL_FAULT_NONE },
        { "0303070080", 0x100, HL_FAULT_NONE },  { "030100", 0, HL_FAULT_NONE },
        { "0300", 0, HL_FAULT_OVERRUN },         { "03020880", 0, HL_FAULT_VALUE },
        { "030101", 0, HL_FAULT_VALUE },         { "0201ff", 0, HL_FAULT_VALUE },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hl_fault fault;
        size_t len;
        uint8_t *der = der_text(cases[i].der, &len);
        struct hl_reader r = rd_init((struct hl_span){ der, len }, &fault);

        assert_int_equal(der_named_bits(&r, DER_BIT_STRING, "bits"), cases[i].bits);
        assert_int_equal(fault.kind, cases[i].kind);
        free(der);
    }
}

static void non_minimal_is_found_deep_down(void **state)
{
    (void)state;
    static const char *const texts[] = { "30{ 31{ 30{ 048101 00 } } }", "30{ 31{ 30{ 0401 00 } } }" };

    for (size_t i = 0; i < 2; i++) {
        struct hl_fault fault;
        size_t len;
        uint8_t *der = der_text(texts[i], &len);
        struct hl_reader r = rd_init((struct hl_span){ der, len }, &fault);

        assert_int_equal(der_has_non_minimal(&r, rd_span(&r)), i == 0);
        free(der);
    }
}

/* ---- object identifiers ---- */

static void oids(void **state)
{
    (void)state;
    static const struct {
        const char *hex, *text;
        bool ok;
    } cases[] = {
        { "550403", "2.5.4.3", true },
        { "2a864886f70d010101", "1.2.840.113549.1.1.1", true },
        { "883703", "2.999.3", true },
        { "00", "0.0", true },
        { "2a81ffffffffffffffff7f", "1.2.18446744073709551615", true },
        { "2a83ffffffffffffffff7f", "2a83ffffffffffffffff7f", false },
        { "2a8001", "2a8001", false },
        { "2a81", "2a81", false },
        { "", "", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[DER_OID_TEXT];
        size_t len;
        uint8_t *oid = der_text(cases[i].hex, &len);

        assert_int_equal(der_oid_text((struct hl_span){ oid, len }, text), cases[i].ok);
        assert_string_equal(text, cases[i].text);
        free(oid);
    }
}

static void a_long_oid_is_cut_to_fit(void **state)
{
    (void)state;
    char text[DER_OID_TEXT];
    size_t len;
    uint8_t *oid = der_text("R500(2a)", &len);

    assert_false(der_oid_text((struct hl_span){ oid, len }, text));
    assert_int_equal(strlen(text), DER_OID_TEXT - 2);
    free(oid);
}

static void the_oid_table_is_sorted(void **state)
{
    (void)state;
    const struct oid_info *row;
    size_t n = 0;

    for (; (row = oid_row(n)) != NULL; n++) {
        char text[DER_OID_TEXT];

        assert_ptr_equal(oid_find(row->oid, USE_ANY), row);
        assert_true(der_oid_text(row->oid, text));
        assert_true(row->use != 0 && row->name[0] != '\0');
    }
    assert_true(n > 400);
}

static void an_oid_has_the_name_of_its_use(void **state)
{
    (void)state;
    static const uint8_t cn[] = { 0x55, 4, 3 }, ed25519[] = { 0x2b, 0x65, 0x70 };
    const struct hl_span cn_oid = { cn, sizeof cn }, ed_oid = { ed25519, sizeof ed25519 };

    assert_string_equal(oid_name(cn_oid, USE_ATTRIBUTE), "CN");
    assert_null(oid_name(cn_oid, USE_CURVE));
    assert_non_null(oid_find(ed_oid, USE_KEY));
    assert_non_null(oid_find(ed_oid, USE_SIGNATURE));
    assert_null(oid_find((struct hl_span){ cn, 2 }, USE_ANY));
    assert_null(oid_find((struct hl_span){ NULL, 0 }, USE_ANY));
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof rows[0] };
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(other_tag_is_rejected_where_it_stands),
        cmocka_unit_test(an_inner_end_is_an_overrun),
        cmocka_unit_test(a_cut_message_is_read_to_the_cut),
        cmocka_unit_test(integers),
        cmocka_unit_test(magnitudes),
        cmocka_unit_test(named_bits),
        cmocka_unit_test(non_minimal_is_found_deep_down),
        cmocka_unit_test(oids),
        cmocka_unit_test(a_long_oid_is_cut_to_fit),
        cmocka_unit_test(the_oid_table_is_sorted),
        cmocka_unit_test(an_oid_has_the_name_of_its_use),
    };
    struct CMUnitTest tests[ROWS + sizeof others / sizeof others[0]];

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ rows[i].name, check_row, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    memcpy(tests + ROWS, others, sizeof others);
    return cmocka_run_group_tests_name("der", tests, NULL, NULL);
}
