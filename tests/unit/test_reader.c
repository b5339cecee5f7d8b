/* The one cursor over untrusted bytes: what each read gives, and what the first failure says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/reader.h"
#include "support/make_bytes.h"
#include "support/walk_text.h"

static const uint8_t counting[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };

static struct hl_reader over(size_t n, struct hl_fault *fault)
{
    return rd_init((struct hl_span){ counting, n }, fault);
}

static void expect_fault(const struct hl_fault *fault, enum hl_fault_kind kind, const char *field, size_t offset,
                         size_t need, size_t have)
{
    assert_int_equal(fault->kind, kind);
    assert_string_equal(fault->field, field);
    assert_int_equal(fault->offset, offset);
    assert_int_equal(fault->need, need);
    assert_int_equal(fault->have, have);
}

static void numbers(void **state)
{
    struct hl_fault fault;
    struct hl_reader r = over(10, &fault);

    (void)state;
    assert_int_equal(rd_u8(&r, "a"), 0x01);
    assert_int_equal(rd_u16(&r, "b"), 0x0203);
    assert_int_equal(rd_u24(&r, "c"), 0x040506);
    assert_int_equal(rd_u32(&r, "d"), 0x0708090a);
    assert_true(rd_end(&r, "all"));
    r = over(10, &fault);
    assert_true(rd_u64(&r, "e") == 0x0102030405060708u);
    assert_int_equal(rd_left(&r), 2);
    r = over(10, &fault);
    assert_int_equal(rd_u16le(&r, "f"), 0x0201);
    assert_int_equal(rd_u32le(&r, "g"), 0x06050403);
    assert_int_equal(rd_left(&r), 4);
    assert_true(rd_ok(&r));
}

static void every_number_too_short(void **state)
{
    (void)state;
    for (unsigned width = 1; width <= 8; width++) {
        for (size_t have = 0; have < width; have++) {
            struct hl_fault fault;
            uint8_t *exact = exact_copy(counting, have);
            struct hl_reader r = rd_init((struct hl_span){ exact, have }, &fault);
            assert_true(rd_uint(&r, width, "number") == 0);
            expect_fault(&fault, HL_FAULT_TRUNCATED, "number", 0, width, have);
            assert_int_equal(rd_left(&r), 0);
            free(exact);
        }
    }
}

static void first_failure_sticks(void **state)
{
    struct hl_fault fault;
    struct hl_reader r = over(4, &fault);

    (void)state;
    assert_int_equal(rd_u24(&r, "first"), 0x010203);
    assert_int_equal(rd_u16(&r, "second"), 0);
    assert_int_equal(rd_u8(&r, "third"), 0); /* although a byte was there */
    assert_int_equal(rd_bytes(&r, 0, "fourth").len, 0);
    assert_int_equal(rd_rest(&r).len, 0);
    assert_false(rd_ok(&r));
    assert_false(rd_more(&r));
    rd_reject(&r, 1, 7, "fifth");
    assert_false(rd_end(&r, "all"));
    expect_fault(&fault, HL_FAULT_TRUNCATED, "second", 3, 2, 1);
}

static void nothing_to_read(void **state)
{
    struct hl_fault fault = { .kind = HL_FAULT_VALUE };
    struct hl_reader r = rd_init((struct hl_span){ NULL, 0 }, &fault);

    (void)state;
    assert_int_equal(fault.kind, HL_FAULT_NONE); /* cleared */
    assert_true(rd_ok(&r));
    assert_false(rd_more(&r));
    assert_int_equal(rd_left(&r), 0);
    assert_int_equal(rd_bytes(&r, 0, "nothing").len, 0);
    assert_int_equal(rd_span(&r).len, 0);
    assert_true(rd_end(&r, "all"));
}

static void bytes_and_rest(void **state)
{
    struct hl_fault fault;
    struct hl_reader r = over(10, &fault);

    (void)state;
    struct hl_span three = rd_bytes(&r, 3, "three");
    assert_ptr_equal(three.ptr, counting);
    assert_int_equal(three.len, 3);
    assert_ptr_equal(rd_span(&r).ptr, counting + 3);
    assert_int_equal(rd_left(&r), 7);
    struct hl_span rest = rd_rest(&r);
    assert_ptr_equal(rest.ptr, counting + 3);
    assert_int_equal(rest.len, 7);
    assert_int_equal(rd_rest(&r).len, 0);
    assert_true(rd_end(&r, "all"));
    r = over(10, &fault);
    assert_int_equal(rd_bytes(&r, SIZE_MAX, "huge").len, 0);
    expect_fault(&fault, HL_FAULT_TRUNCATED, "huge", 0, SIZE_MAX, 10);
}

static void trailing(void **state)
{
    struct hl_fault fault;
    struct hl_reader r = over(10, &fault);

    (void)state;
    rd_u32(&r, "a");
    assert_false(rd_end(&r, "message"));
    expect_fault(&fault, HL_FAULT_TRAILING, "message", 4, 0, 6);
}

static void rejected(void **state)
{
    struct hl_fault fault;
    struct hl_reader r = over(10, &fault);

    (void)state;
    rd_u16(&r, "a");
    uint16_t value = rd_u16(&r, "b");
    rd_reject(&r, 2, value, "b");
    expect_fault(&fault, HL_FAULT_VALUE, "b", 2, 0x0304, 0);
    assert_false(rd_more(&r));
    assert_false(rd_end(&r, "all"));
    r = over(10, &fault); /* wider than what was read */
    rd_reject(&r, 4, 9, "c");
    expect_fault(&fault, HL_FAULT_VALUE, "c", 0, 9, 0);
}

/* --- vectors --------------------------------------------------------------- */

struct row {
    const char *name;
    const char *hex;
    unsigned width;
    size_t floor, ceiling;
    bool cut;
    size_t length; /* of what is read */
    enum hl_fault_kind kind;
    size_t offset, need, have;
};

static const struct row rows[] = {
    { "8: fits", "02 aabb", 1, 0, 255, false, 2, HL_FAULT_NONE, 0, 0, 0 },
    { "8: empty", "00", 1, 0, 255, false, 0, HL_FAULT_NONE, 0, 0, 0 },
    { "16: fits", "0003 aabbcc", 2, 3, 3, false, 3, HL_FAULT_NONE, 0, 0, 0 },
    { "24: fits", "000001 aa", 3, 1, 1, false, 1, HL_FAULT_NONE, 0, 0, 0 },
    { "8: no length", "", 1, 0, 255, false, 0, HL_FAULT_TRUNCATED, 0, 1, 0 },
    { "16: half a length", "00", 2, 0, 255, false, 0, HL_FAULT_TRUNCATED, 0, 2, 1 },
    { "24: two thirds of a length", "0000", 3, 0, 255, false, 0, HL_FAULT_TRUNCATED, 0, 3, 2 },
    { "8: too short", "03 aabb", 1, 0, 255, false, 0, HL_FAULT_TRUNCATED, 1, 3, 2 },
    { "16: too short", "ffff aabb", 2, 0, 65535, false, 0, HL_FAULT_TRUNCATED, 2, 65535, 2 },
    { "24: too short", "ffffff aabb", 3, 0, 0xffffff, false, 0, HL_FAULT_TRUNCATED, 3, 0xffffff, 2 },
    { "below the floor", "01 aa", 1, 2, 255, false, 0, HL_FAULT_BOUNDS, 1, 1, 1 },
    { "above the ceiling", "0003 aabbcc", 2, 0, 2, false, 0, HL_FAULT_BOUNDS, 2, 3, 3 },
    { "out of bounds and too short: bounds", "ff aa", 1, 0, 32, false, 0, HL_FAULT_BOUNDS, 1, 255, 1 },
    { "cut: ends where the bytes end", "05 aabb", 1, 0, 255, true, 2, HL_FAULT_NONE, 0, 0, 0 },
    { "cut: nothing of it", "05", 1, 1, 255, true, 0, HL_FAULT_NONE, 0, 0, 0 },
    { "cut: still within its bounds", "05 aabb", 1, 0, 4, true, 0, HL_FAULT_BOUNDS, 1, 5, 2 },
    { "cut: in its length", "00", 2, 0, 255, true, 0, HL_FAULT_TRUNCATED, 0, 2, 1 },
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static void check_row(void **state)
{
    const struct row *row = *state;

    for (unsigned opaque = 0; opaque < 2; opaque++) {
        struct hl_reader (*const vectors[])(struct hl_reader *, size_t, size_t, const char *) = { rd_vec8, rd_vec16,
                                                                                                 rd_vec24 };
        struct hl_span (*const opaques[])(struct hl_reader *, size_t, size_t, const char *) = {
            rd_opaque8, rd_opaque16, rd_opaque24
        };
        struct hl_fault fault;
        struct hl_span msg, got;
        uint8_t *exact = unhex(row->hex, &msg.len);
        msg.ptr = exact;
        struct hl_reader r = row->cut ? rd_init_cut(msg, &fault) : rd_init(msg, &fault);
        if (opaque) {
            got = opaques[row->width - 1](&r, row->floor, row->ceiling, "v");
        } else {
            struct hl_reader inner = vectors[row->width - 1](&r, row->floor, row->ceiling, "v");
            got = rd_rest(&inner);
        }
        assert_int_equal(got.len, row->length);
        if (row->kind != HL_FAULT_NONE) {
            expect_fault(&fault, row->kind, "v", row->offset, row->need, row->have);
        } else {
            assert_ptr_equal(got.ptr, exact + row->width);
            assert_int_equal(rd_end(&r, "all"), !row->cut);
        }
        free(exact);
    }
}

static void inside_a_vector(void **state)
{
    static const uint8_t bytes[] = { 0, 3, 0xaa, 0xbb, 0xcc, 0xdd };
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ bytes, sizeof bytes }, &fault);
    struct hl_reader v = rd_vec16(&r, 0, 10, "vector");

    (void)state;
    assert_int_equal(rd_u16(&v, "a"), 0xaabb);
    assert_int_equal(rd_u16(&v, "b"), 0); /* the peer is wrong, not the capture */
    expect_fault(&fault, HL_FAULT_OVERRUN, "b", 4, 2, 1);
    assert_int_equal(rd_u8(&r, "after"), 0); /* the message is broken as a whole */
    assert_false(rd_ok(&r));
}

static void trailing_in_a_vector(void **state)
{
    static const uint8_t bytes[] = { 2, 0xaa, 0xbb, 0xcc };
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ bytes, sizeof bytes }, &fault);
    struct hl_reader v = rd_vec8(&r, 0, 10, "vector");

    (void)state;
    rd_u8(&v, "a");
    assert_false(rd_end(&v, "vector"));
    expect_fault(&fault, HL_FAULT_TRAILING, "vector", 2, 0, 1);
}

static void within(void **state)
{
    struct hl_fault fault;
    struct hl_reader r = over(10, &fault);
    struct hl_reader part = rd_within(&r, (struct hl_span){ counting + 4, 3 });

    (void)state;
    assert_int_equal(rd_u24(&part, "a"), 0x050607);
    assert_true(rd_end(&part, "part"));
    rd_u8(&part, "b");
    expect_fault(&fault, HL_FAULT_OVERRUN, "b", 7, 1, 0);
}

/* Of a message that is cut, vectors inside vectors end where the bytes end; the verdict is TRUNCATED. */
static void cut_in_the_depth(void **state)
{
    static const uint8_t bytes[] = { 0, 9, 0, 6, 4, 1, 2 }; /* 9 { 6 { 4 { 1, 2 ... */
    struct hl_fault fault;
    struct hl_reader r = rd_init_cut((struct hl_span){ bytes, sizeof bytes }, &fault);
    struct hl_reader outer = rd_vec16(&r, 0, 100, "outer");
    struct hl_reader middle = rd_vec16(&outer, 0, 100, "middle");
    struct hl_reader inner = rd_vec8(&middle, 0, 100, "inner");

    (void)state;
    assert_int_equal(rd_u16(&inner, "value"), 0x0102);
    assert_true(rd_ok(&inner));
    assert_false(rd_more(&inner));
    assert_false(rd_end(&inner, "inner"));
    assert_int_equal(fault.kind, HL_FAULT_TRUNCATED);
    assert_int_equal(fault.offset, 7);
}

/* A vector that lies wholly before the cut is judged like any other. */
static void whole_before_the_cut(void **state)
{
    static const uint8_t bytes[] = { 2, 0xaa, 0xbb, 5, 1 };
    struct hl_fault fault;
    struct hl_reader r = rd_init_cut((struct hl_span){ bytes, sizeof bytes }, &fault);
    struct hl_reader first = rd_vec8(&r, 0, 10, "first");

    (void)state;
    rd_u16(&first, "a");
    assert_true(rd_end(&first, "first"));
    rd_u8(&first, "b");
    assert_int_equal(fault.kind, HL_FAULT_OVERRUN);
    r = rd_init_cut((struct hl_span){ bytes, sizeof bytes }, &fault);
    rd_vec8(&r, 0, 10, "first");
    struct hl_reader second = rd_vec8(&r, 0, 10, "second");
    rd_u16(&second, "c");
    assert_int_equal(fault.kind, HL_FAULT_TRUNCATED);
}

static void names_of_kinds(void **state)
{
    (void)state;
    assert_string_equal(hl_fault_kind_name(HL_FAULT_NONE), "none");
    assert_string_equal(hl_fault_kind_name(HL_FAULT_TRUNCATED), "truncated");
    assert_string_equal(hl_fault_kind_name(HL_FAULT_OVERRUN), "overrun");
    assert_string_equal(hl_fault_kind_name(HL_FAULT_BOUNDS), "bounds");
    assert_string_equal(hl_fault_kind_name(HL_FAULT_TRAILING), "trailing");
    assert_string_equal(hl_fault_kind_name(HL_FAULT_VALUE), "value");
}

int main(void)
{
    enum { OTHERS = 13 };
    struct CMUnitTest tests[ROWS + OTHERS] = {
        cmocka_unit_test(numbers),          cmocka_unit_test(every_number_too_short),
        cmocka_unit_test(first_failure_sticks), cmocka_unit_test(nothing_to_read),
        cmocka_unit_test(bytes_and_rest),   cmocka_unit_test(trailing),
        cmocka_unit_test(rejected),         cmocka_unit_test(inside_a_vector),
        cmocka_unit_test(trailing_in_a_vector), cmocka_unit_test(within),
        cmocka_unit_test(cut_in_the_depth), cmocka_unit_test(whole_before_the_cut),
        cmocka_unit_test(names_of_kinds),
    };

    for (size_t i = 0; i < ROWS; i++)
        tests[OTHERS + i] = (struct CMUnitTest){ .name = rows[i].name,
                                                 .test_func = check_row,
                                                 .initial_state = (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
