/* Packets that are kept: within their bounds, which are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "net/kept.h"

static uint8_t bytes[60000];

static void add(struct hl_keeper *keeper, struct hl_kept **kept, uint64_t frame)
{
    const struct hl_moment at = { .frame = frame };
    const struct hl_frame packet = { .at = at, .link_type = 1, .data = { bytes, sizeof bytes } };

    keeper_add(keeper, kept, kept_packet_new(&packet), at);
}

static void one_connection(void **state)
{
    struct hl_keeper keeper = { 0 };
    struct hl_kept *kept = NULL;
    uint64_t frame = 0;

    (void)state;
    while (kept == NULL || kept->left_out == 0)
        add(&keeper, &kept, ++frame);
    assert_true(kept->bytes <= HL_KEPT_CONNECTION_MAX && kept->bytes + 2 * sizeof bytes > HL_KEPT_CONNECTION_MAX);
    assert_int_equal(kept->left_out_at.frame, frame);
    add(&keeper, &kept, ++frame);
    assert_int_equal(kept->left_out, 2);
    assert_int_equal(kept->left_out_at.frame, frame - 1);
    assert_int_equal(kept->first->at.frame, 1);
    assert_int_equal(kept->first->length, sizeof bytes);
    keeper_drop(&keeper, &kept);
    assert_null(kept);
    assert_int_equal(keeper.bytes, 0);
}

static void after_the_handshake(void **state)
{
    struct hl_keeper keeper = { 0 };
    struct hl_kept *kept = NULL;

    (void)state;
    for (uint64_t frame = 1; frame <= 3; frame++)
        add(&keeper, &kept, frame);
    kept->over = true;
    for (uint64_t frame = 4; frame <= 6; frame++)
        add(&keeper, &kept, frame);
    assert_true(kept->after <= HL_KEPT_AFTER_MAX);
    assert_int_equal(kept->left_out, 2);
    keeper_drop(&keeper, &kept);
}

static void all_connections(void **state)
{
    enum { MANY = 200 };
    struct hl_keeper keeper = { 0 };
    struct hl_kept *kept[MANY] = { NULL };
    unsigned left_out = 0;

    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        for (uint64_t frame = 1; frame <= 30; frame++)
            add(&keeper, &kept[i], frame);
        assert_true(keeper.bytes <= HL_KEPT_MAX + MANY * sizeof **kept);
        left_out += kept[i]->left_out;
    }
    assert_true(left_out > 0);
    keeper_drop(&keeper, &kept[0]);
    add(&keeper, &kept[1], 31); /* there is room again */
    assert_int_equal(kept[1]->left_out, 0);
    for (unsigned i = 0; i < MANY; i++)
        keeper_drop(&keeper, &kept[i]);
    assert_int_equal(keeper.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_connection),
        cmocka_unit_test(after_the_handshake),
        cmocka_unit_test(all_connections),
    };

    return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
