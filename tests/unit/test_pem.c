#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "x509/pem.h"

#include "../support/walk_text.h"

#define BEGIN "-----BEGIN X-----\n"
#define END "-----END X-----\n"

/* What blocks there are: "label:hex" each, "label:" when it is broken. */
struct row {
    const char *name, *text, *blocks;
};

static const struct row rows[] = {
    /* what is read */
    { "nothing", "", "" },
    { "no block", "hello\n-----\nworld\n", "" },
    { "one block", BEGIN "AQID\n" END, "X:010203 " },
    { "no line end at the end", BEGIN "AQID\n-----END X-----", "X:010203 " },
    { "CRLF", "-----BEGIN X-----\r\nAQID\r\nBAUG\r\n-----END X-----\r\n", "X:010203040506 " },
    { "CR", "-----BEGIN X-----\rAQID\rBAUG\r-----END X-----\r", "X:010203040506 " },
    { "two blocks", BEGIN "AQID\n" END "-----BEGIN A B-----\nBAUG\n-----END A B-----\n",
      "X:010203 A B:040506 " },
    { "text around",
      "Bag Attributes\n    friendlyName: x\n" BEGIN "AQID\n" END "# and\n" BEGIN "BAUG\n" END "so on",
      "X:010203 X:040506 " },
    { "blanks everywhere", "  -----BEGIN X-----  \n\n  AQ ID\t\n\n BA\n UG \n\n  -----END X-----\t\n",
      "X:010203040506 " },
    { "lines of any length", BEGIN "A\nQ\nIDBAUGBwgJ\n" END, "X:010203040506070809 " },
    { "one byte", BEGIN "/w==\n" END, "X:ff " },
    { "two bytes", BEGIN "+/8=\n" END, "X:fbff " },
    { "padding on a line of its own", BEGIN "/w\n==\n" END, "X:ff " },
    { "all digits", BEGIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\n" END,
      "X:00108310518720928b30d38f41149351559761969b71d79f8218a39259a7a29aabb2dbafc31cb3d35db7e39ebbf3dfbf " },
    { "an empty body is a body", BEGIN END, "X: " },
    { "an empty label", "-----BEGIN -----\nAQID\n-----END -----\n", ":010203 " },
    { "headers", BEGIN "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAQID\n" END, "X:010203 " },
    { "a header that goes on", BEGIN "Comment: a\n b\n\tc\n\nAQID\n" END, "X:010203 " },
    { "headers without a blank line", BEGIN "Comment: a\nAQID\n" END, "X:010203 " },
    { "a BEGIN inside a line", "x -----BEGIN X-----\nAQID\n" END, "" },
    { "a BEGIN that does not end", "-----BEGIN X\nAQID\n" END BEGIN "BAUG\n" END, "X:040506 " },
    { "an END alone", END BEGIN "BAUG\n" END, "X:040506 " },

    /* what is broken, and what follows it */
    { "no END", BEGIN "AQID\n", "X: " },
    { "nothing behind BEGIN", "-----BEGIN X-----", "X: " },
    { "no END, but another BEGIN", BEGIN "AQID\n" BEGIN "BAUG\n" END, "X: X:040506 " },
    { "another END", BEGIN "AQID\n-----END Y-----\n" BEGIN "BAUG\n" END, "X: X:040506 " },
    { "a character that is not base64", BEGIN "AQ*D\n" END BEGIN "BAUG\n" END, "X: X:040506 " },
    { "base64url", BEGIN "-_8=\n" END, "X: " },
    { "a group cut short", BEGIN "AQIDBA\n" END, "X: " },
    { "one character left", BEGIN "AQIDB\n" END, "X: " },
    { "three times =", BEGIN "A===\n" END, "X: " },
    { "= alone", BEGIN "====\n" END, "X: " },
    { "= too many", BEGIN "AQID=\n" END, "X: " },
    { "= in the middle of a group", BEGIN "AA=A\n" END, "X: " },
    { "a group behind the padding", BEGIN "AA==AQID\n" END, "X: " },
    { "padding twice", BEGIN "AA====\n" END, "X: " },
    { "a header behind data", BEGIN "AQID\nComment: a\n" END BEGIN "BAUG\n" END, "X: X:040506 " },
};

static void put_blocks(struct hl_buffer *out, struct hl_span text, size_t cap)
{
    struct hl_buffer der;
    struct hl_span label;

    buf_init(&der, cap);
    while (pem_next(&text, &der, &label)) {
        buf_span(out, label);
        buf_char(out, ':');
        buf_hex(out, buf_view(&der));
        buf_char(out, ' ');
    }
    assert_int_equal(text.len, 0);
    assert_int_equal(der.len, 0);
    buf_cleanup(&der);
}

static void check_row(void **state)
{
    const struct row *row = *state;
    size_t len = strlen(row->text);
    uint8_t *text = exact_copy((const uint8_t *)row->text, len);
    struct hl_buffer blocks;

    buf_init(&blocks, 4096);
    put_blocks(&blocks, (struct hl_span){ text, len }, 4096);
    buf_char(&blocks, '\0');
    assert_string_equal((const char *)blocks.data, row->blocks);
    buf_cleanup(&blocks);
    free(text);
}

static void every_prefix_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t cut = 0; cut < strlen(rows[i].text); cut++) {
            uint8_t *text = exact_copy((const uint8_t *)rows[i].text, cut);
            struct hl_buffer blocks;

            buf_init(&blocks, 4096);
            put_blocks(&blocks, (struct hl_span){ text, cut }, 4096);
            assert_false(blocks.failed);
            buf_cleanup(&blocks);
            free(text);
        }
    }
}

static void what_does_not_fit_is_broken(void **state)
{
    (void)state;
    struct hl_span text = span_of(BEGIN "AQIDBAUG\n" END BEGIN "BAUG\n" END), label;
    struct hl_buffer der;

    buf_init(&der, 4);
    assert_true(pem_next(&text, &der, &label));
    assert_int_equal(der.len, 0);
    assert_true(der.failed);
    assert_true(pem_next(&text, &der, &label));
    assert_int_equal(der.len, 3);
    assert_false(der.failed);
    assert_false(pem_next(&text, &der, &label));
    buf_cleanup(&der);
}

/* Every length, so every padding, and every end of a line: 48 bytes are one. */
static void what_is_written_is_read(void **state)
{
    (void)state;
    uint8_t bytes[200];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37 + 11);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct hl_buffer text, der;
        struct hl_span label;

        buf_init(&text, 4096);
        buf_init(&der, 4096);
        pem_put(&text, "NEW CERTIFICATE REQUEST", (struct hl_span){ bytes, len });
        struct hl_span rest = buf_view(&text), line;
        assert_true(pem_is_text(rest));
        assert_true(pem_next(&rest, &der, &label));
        assert_true(span_equal(label, span_of("NEW CERTIFICATE REQUEST")));
        assert_true(span_equal(buf_view(&der), (struct hl_span){ bytes, len }));
        assert_int_equal(rest.len, 0);
        for (rest = buf_view(&text); span_line(&rest, &line);)
            assert_true(line.len <= 64 || len == 0);
        buf_cleanup(&text);
        buf_cleanup(&der);
    }
}

static void as_openssl_writes_it(void **state)
{
    (void)state;
    static const uint8_t bytes[50] = { 0x30, 0x82 };
    struct hl_buffer text;

    buf_init(&text, 4096);
    pem_put(&text, "CERTIFICATE", (struct hl_span){ bytes, sizeof bytes });
    buf_char(&text, '\0');
    assert_string_equal((const char *)text.data,
                        "-----BEGIN CERTIFICATE-----\n"
                        "MIIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                        "AAA=\n"
                        "-----END CERTIFICATE-----\n");
    buf_cleanup(&text);
}

static void text_or_not(void **state)
{
    (void)state;
    assert_true(pem_is_text(span_of("x\n-----BEGIN X-----")));
    assert_true(pem_is_text(span_of("------BEGIN ")));
    assert_false(pem_is_text(span_of("-----BEGIN")));
    assert_false(pem_is_text(span_of("----- BEGIN X-----")));
    assert_false(pem_is_text((struct hl_span){ NULL, 0 }));
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof rows[0] };
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(every_prefix_ends),
        cmocka_unit_test(what_does_not_fit_is_broken),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(as_openssl_writes_it),
        cmocka_unit_test(text_or_not),
    };
    struct CMUnitTest tests[ROWS + sizeof others / sizeof others[0]];

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ rows[i].name, check_row, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    memcpy(tests + ROWS, others, sizeof others);
    return cmocka_run_group_tests_name("pem", tests, NULL, NULL);
}
