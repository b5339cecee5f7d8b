/* A fixed number of places: what is remembered is the newest, whatever the hashes are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/places.h"

enum { COUNT = 8, THINGS = 100 };

static void none_yet(void **state)
{
    struct places places = { .list = NULL };

    (void)state;
    assert_int_equal(places_find(&places, 1), PLACE_NONE);
    assert_true(places_make(&places, COUNT));
    assert_int_equal(places_find(&places, 0), PLACE_NONE);
    places_cleanup(&places);
}

/* `step` COUNT: all fall on the same place. */
static void the_newest_stay(void **state)
{
    static const uint64_t steps[] = { 1, COUNT, 3 * COUNT, 0x9e3779b97f4a7c15u };

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct places places = { .list = NULL };
        uint64_t things[COUNT];
        bool fresh;

        assert_true(places_make(&places, COUNT));
        for (uint64_t thing = 0; thing < THINGS; thing++) {
            const uint32_t place = places_take(&places, thing * steps[i], &fresh);
            assert_true(fresh);
            assert_in_range(place, 0, COUNT - 1);
            things[place] = thing;
            assert_int_equal(places_take(&places, thing * steps[i], &fresh), place);
            assert_false(fresh);
        }
        for (uint64_t thing = 0; thing < THINGS; thing++) {
            const uint32_t place = places_find(&places, thing * steps[i]);
            if (thing < THINGS - COUNT) {
                assert_int_equal(place, PLACE_NONE);
                continue;
            }
            assert_in_range(place, 0, COUNT - 1);
            assert_int_equal(things[place], thing);
        }
        places_cleanup(&places);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(none_yet), cmocka_unit_test(the_newest_stay) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
