/* Buffers with a cap, and arenas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"

static void expect_text(const struct hl_buffer *buf, const char *text)
{
    assert_int_equal(buf->len, strlen(text));
    assert_memory_equal(buf->data, text, buf->len);
}

static void buffer_grows(void **state)
{
    struct hl_buffer buf;

    (void)state;
    buf_init(&buf, 100000);
    assert_null(buf.data);
    for (unsigned i = 0; i < 1000; i++)
        buf_put(&buf, "0123456789", 10);
    assert_int_equal(buf.len, 10000);
    assert_false(buf.failed);
    for (unsigned i = 0; i < 10000; i++)
        assert_int_equal(buf.data[i], '0' + i % 10);
    assert_int_equal(buf_view(&buf).len, 10000);
    buf_cleanup(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.cap, 100000);
    buf_string(&buf, "again");
    expect_text(&buf, "again");
    buf_cleanup(&buf);
}

static void buffer_cap(void **state)
{
    struct hl_buffer buf;

    (void)state;
    buf_init(&buf, 70);
    for (unsigned i = 0; i < 70; i++)
        buf_char(&buf, 'x');
    assert_false(buf.failed);
    assert_int_equal(buf.len, 70);
    buf_char(&buf, 'y');
    assert_true(buf.failed);
    assert_int_equal(buf.len, 70);
    assert_true(buf.size <= 70);
    buf.len = 0; /* failed stays failed where room is short */
    assert_false(buf_grow(&buf, 71));
    buf_cleanup(&buf);
    assert_false(buf.failed);

    buf_init(&buf, 10);
    buf_put(&buf, "123456", 6);
    buf_put(&buf, "123456", 6); /* all or nothing */
    expect_text(&buf, "123456");
    assert_true(buf.failed);
    buf_cleanup(&buf);

    buf_init(&buf, 0);
    buf_put(&buf, NULL, 0);
    assert_false(buf.failed);
    buf_char(&buf, 'x');
    assert_true(buf.failed);
    assert_null(buf.data);
    buf_init(&buf, 10);
    assert_false(buf_grow(&buf, SIZE_MAX));
    assert_true(buf.failed);
}

static void buffer_formats(void **state)
{
    struct hl_buffer buf;
    char longest[600];

    (void)state;
    buf_init(&buf, 10000);
    buf_number(&buf, 0);
    buf_char(&buf, ' ');
    buf_number(&buf, INT64_MAX);
    buf_char(&buf, ' ');
    buf_number(&buf, INT64_MIN);
    buf_char(&buf, ' ');
    buf_number(&buf, -1);
    expect_text(&buf, "0 9223372036854775807 -9223372036854775808 -1");
    buf.len = 0;
    buf_hex(&buf, (struct hl_span){ (const uint8_t *)"\x00\x9f\xff", 3 });
    buf_hex(&buf, (struct hl_span){ NULL, 0 });
    expect_text(&buf, "009fff");
    buf.len = 0;
    buf_printf(&buf, "%s-%04x", "a", 0x2bu);
    expect_text(&buf, "a-002b");
    memset(longest, 'z', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    buf.len = 0;
    buf_printf(&buf, "%s", longest); /* cut, not overrun */
    assert_int_equal(buf.len, 511);
    buf_cleanup(&buf);
}

static void arena_gives_zeroed_aligned_memory(void **state)
{
    struct hl_arena arena;

    (void)state;
    arena_init(&arena, (size_t)1 << 20);
    for (size_t n = 1; n < 3000; n = n * 2 + 1) {
        uint8_t *raw = arena_alloc_raw(&arena, n);
        memset(raw, 0xff, n);
    }
    arena_reset(&arena);
    for (size_t n = 1; n < 30000; n = n * 2 + 1) {
        uint8_t *zeroed = arena_alloc(&arena, n);
        assert_int_equal((uintptr_t)zeroed % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(zeroed[i], 0);
        memset(zeroed, 0xee, n);
    }
    arena_cleanup(&arena);
}

static void arena_cap(void **state)
{
    struct hl_arena arena;

    (void)state;
    arena_init(&arena, 1000);
    assert_null(arena_alloc(&arena, 1001));
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_null(arena_alloc(&arena, SIZE_MAX - 7));
    assert_non_null(arena_alloc(&arena, 600));
    assert_null(arena_alloc(&arena, 600));
    assert_non_null(arena_alloc(&arena, 300));
    assert_int_equal(arena_copy(&arena, (struct hl_span){ (const uint8_t *)"0123456789", 10 }).len, 10);
    assert_true(arena.used <= 1000);
    while (arena_alloc(&arena, 16) != NULL)
        assert_true(arena.used <= 1008);
    assert_int_equal(arena_copy(&arena, span_of("more than sixteen bytes of text")).len, 0);
    assert_string_equal(arena_string(&arena, "more than sixteen bytes of text"), "");
    arena_reset(&arena);
    assert_int_equal(arena.used, 0);
    assert_non_null(arena_alloc(&arena, 1000));
    arena_cleanup(&arena);
    assert_int_equal(arena.cap, 1000);
}

static void arena_blocks(void **state)
{
    struct hl_arena arena;
    uint8_t *pieces[400];

    (void)state;
    arena_init(&arena, (size_t)4 << 20);
    arena_reset(&arena); /* nothing to reset */
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 400; i++) {
            size_t n = i % 50 == 49 ? 20000 : 100;
            pieces[i] = arena_alloc_raw(&arena, n);
            memset(pieces[i], (int)(i & 0xff), n);
        }
        for (unsigned i = 0; i < 400; i++) {
            assert_int_equal(pieces[i][0], i & 0xff);
            assert_int_equal(pieces[i][99], i & 0xff);
        }
        assert_true(arena.reserved >= arena.used);
        arena_reset(&arena);
        assert_true(arena.reserved < 20000); /* the first block only */
    }
    arena_cleanup(&arena);
}

static void arena_copies(void **state)
{
    struct hl_arena arena;
    char text[] = "text";

    (void)state;
    arena_init(&arena, 1000);
    struct hl_span copy = arena_copy(&arena, span_of(text));
    const char *string = arena_string(&arena, text);
    text[0] = 'n';
    assert_true(span_equal(copy, span_of("text")));
    assert_string_equal(string, "text");
    assert_int_equal(arena_copy(&arena, (struct hl_span){ NULL, 0 }).len, 0);
    assert_string_equal(arena_string(&arena, ""), "");
    arena_cleanup(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer_grows), cmocka_unit_test(buffer_cap),   cmocka_unit_test(buffer_formats),
        cmocka_unit_test(arena_cap),    cmocka_unit_test(arena_blocks), cmocka_unit_test(arena_copies),
        cmocka_unit_test(arena_gives_zeroed_aligned_memory),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
