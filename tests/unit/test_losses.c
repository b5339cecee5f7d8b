/* Times at which the capture lost packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inspect/losses.h"

static void overlaps(void **state)
{
    static const struct {
        int64_t from, to;
        bool overlap;
    } rows[] = {
        { 0, 9, false }, { 0, 10, true }, { 12, 13, true }, { 20, 90, true }, { 21, 39, false }, { 21, 40, true },
        { 50, 60, true }, { 51, 100, false }, { 0, 100, true },
    };
    struct losses losses = { .count = 0 };

    (void)state;
    assert_false(losses_overlap(&losses, INT64_MIN, INT64_MAX));
    losses_add(&losses, 10, 20);
    losses_add(&losses, 40, 45);
    losses_add(&losses, 45, 50); /* goes on */
    assert_int_equal(losses.count, 2);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(losses_overlap(&losses, rows[i].from, rows[i].to), rows[i].overlap);
}

/* Too many: the oldest are one, and none is forgotten. */
static void too_many(void **state)
{
    struct losses losses = { .count = 0 };

    (void)state;
    for (int64_t i = 0; i < 3 * (int64_t)HL_LOSSES_MAX; i++)
        losses_add(&losses, 10 * i, 10 * i + 1);
    assert_int_equal(losses.count, HL_LOSSES_MAX);
    for (int64_t i = 0; i < 3 * (int64_t)HL_LOSSES_MAX; i++)
        assert_true(losses_overlap(&losses, 10 * i, 10 * i));
    assert_false(losses_overlap(&losses, 30 * (int64_t)HL_LOSSES_MAX - 8, INT64_MAX));
    assert_false(losses_overlap(&losses, 30 * (int64_t)HL_LOSSES_MAX - 18, 30 * (int64_t)HL_LOSSES_MAX - 12));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlaps),
        cmocka_unit_test(too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
