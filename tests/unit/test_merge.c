/* Texts of several threads, in the order of their times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/merge.h"

static char pop(struct merge *merge, int wait_ms)
{
    struct told *told = merge_pop(merge, wait_ms);
    const char text = told != NULL ? told->text[0] : '-';

    free(told);
    return text;
}

static void in_order(void **state)
{
    struct merge merge;

    (void)state;
    merge_init(&merge, 2);
    assert_true(merge_push(&merge, 0, 10, "a", 1));
    assert_true(merge_push(&merge, 0, 30, "c", 1));
    assert_int_equal(pop(&merge, 0), '-'); /* the other may still have something earlier */
    assert_true(merge_push(&merge, 1, 20, "b", 1));
    assert_int_equal(pop(&merge, 0), 'a');
    assert_int_equal(pop(&merge, 0), 'b');
    assert_int_equal(pop(&merge, 0), '-'); /* it has come as far as 20 */
    merge_seen(&merge, 1, 29);
    assert_int_equal(pop(&merge, 0), '-');
    merge_seen(&merge, 1, 30);
    assert_int_equal(pop(&merge, 0), 'c');
    assert_false(merge_is_over(&merge));
    merge_over(&merge, 0);
    assert_true(merge_push(&merge, 1, 40, "d", 1));
    assert_int_equal(pop(&merge, 0), 'd'); /* nobody is before it any more */
    merge_over(&merge, 1);
    assert_true(merge_is_over(&merge));
    assert_int_equal(pop(&merge, 10000), '-'); /* at once */
    merge_cleanup(&merge);
}

/* One that does not come on is waited for, but not for ever. */
static void patience(void **state)
{
    struct merge merge;

    (void)state;
    merge_init(&merge, 2);
    merge_seen(&merge, 1, 1);
    assert_true(merge_push(&merge, 0, 10, "a", 1));
    assert_int_equal(pop(&merge, 0), '-');
    assert_int_equal(pop(&merge, 2 * MERGE_PATIENCE_MS), 'a');
    assert_true(merge_push(&merge, 0, 20, "b", 1)); /* left: freed by merge_cleanup() */
    merge_cleanup(&merge);
}

static void *push_much(void *ctx)
{
    struct merge *merge = ctx;
    char *text = calloc(1, MERGE_BYTES_MAX / 2 + 1);

    for (int64_t i = 0; text != NULL && i < 6; i++)
        (void)merge_push(merge, 0, i, text, MERGE_BYTES_MAX / 2 + 1);
    free(text);
    merge_over(merge, 0);
    return NULL;
}

/* Who pushes too much waits for who takes. */
static void room(void **state)
{
    struct merge merge;
    pthread_t thread;
    unsigned count = 0;

    (void)state;
    merge_init(&merge, 1);
    assert_int_equal(pthread_create(&thread, NULL, push_much, &merge), 0);
    while (!merge_is_over(&merge)) {
        struct told *told = merge_pop(&merge, 100);
        if (told == NULL)
            continue;
        assert_int_equal(told->at_ns, count);
        assert_true(merge.bytes <= MERGE_BYTES_MAX);
        count++;
        free(told);
    }
    assert_int_equal(count, 6);
    pthread_join(thread, NULL);
    merge_cleanup(&merge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order),
        cmocka_unit_test(patience),
        cmocka_unit_test(room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
