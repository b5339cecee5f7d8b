/* Bytes from the wire as text: UTF-8 at its edges, and what a terminal or a JSON document may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/text.h"
#include "support/make_bytes.h"
#include "support/walk_text.h"

struct row {
    const char *name;
    const char *hex;
    const char *safe;
    const char *json;
};

static const struct row rows[] = {
    { "nothing", "", "", "" },
    { "plain", "6578616d706c65", "example", "example" },
    { "quote and backslash", "22 5c", "\"\\\\", "\\\"\\\\" },
    { "NUL", "61 00 62", "a\\u{0}b", "a\\u0000b" },
    { "newline, tab, return", "0a 09 0d", "\\u{a}\\u{9}\\u{d}", "\\n\\u0009\\u000d" },
    { "escape sequence", "1b5b33316d", "\\u{1b}[31m", "\\u001b[31m" },
    { "DEL and C1", "7f c280 c29f", "\\u{7f}\\u{80}\\u{9f}", "\\u007f\\u0080\\u009f" },
    { "first after C1", "c2a0", "\xc2\xa0", "\xc2\xa0" },
    { "two bytes", "c3a9", "\xc3\xa9", "\xc3\xa9" },
    { "three bytes", "e282ac", "\xe2\x82\xac", "\xe2\x82\xac" },
    { "four bytes", "f09f9880", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
    { "soft hyphen", "c2ad", "\\u{ad}", "\\u00ad" },
    { "bidi override", "e280ae", "\\u{202e}", "\\u202e" },
    { "bidi isolates", "e281a6 e281a9", "\\u{2066}\\u{2069}", "\\u2066\\u2069" },
    { "line separator", "e280a8", "\\u{2028}", "\\u2028" },
    { "zero width", "e2808b e2808d efbbbf", "\\u{200b}\\u{200d}\\u{feff}", "\\u200b\\u200d\\ufeff" },
    { "tag characters", "f3a08081", "\\u{e0001}", "\xf3\xa0\x80\x81" },
    { "bad lead", "ff fe 80 bf", "\\xff\\xfe\\x80\\xbf", "\\ufffd\\ufffd\\ufffd\\ufffd" },
    { "too short", "c3", "\\xc3", "\\ufffd" },
    { "cut in the middle", "e282 41", "\\xe2\\x82A", "\\ufffd\\ufffdA" },
    { "overlong slash", "c0af", "\\xc0\\xaf", "\\ufffd\\ufffd" },
    { "overlong NUL", "e08080", "\\xe0\\x80\\x80", "\\ufffd\\ufffd\\ufffd" },
    { "surrogate", "eda080", "\\xed\\xa0\\x80", "\\ufffd\\ufffd\\ufffd" },
    { "beyond Unicode", "f4908080", "\\xf4\\x90\\x80\\x80", "\\ufffd\\ufffd\\ufffd\\ufffd" },
    { "after what is broken", "ff 61", "\\xffa", "\\ufffda" },
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static const char *terminated(struct hl_buffer *out)
{
    put_uint(out, 1, 0);
    out->len--;
    return (const char *)out->data;
}

static void check_row(void **state)
{
    const struct row *row = *state;
    struct hl_buffer safe = make_buffer(), json = make_buffer();
    struct hl_span text;
    uint8_t *exact = unhex(row->hex, &text.len);

    text.ptr = exact;
    text_put_safe(&safe, text);
    assert_string_equal(terminated(&safe), row->safe);
    text_put_json(&json, text);
    assert_string_equal(terminated(&json), row->json);
    buf_cleanup(&safe);
    buf_cleanup(&json);
    free(exact);
}

/* Every code point goes out and comes back; every other value becomes U+FFFD. */
static void every_code_point(void **state)
{
    struct hl_buffer out = make_buffer();

    (void)state;
    for (uint32_t c = 0; c < 0x110400; c += c < 0x11000 || c > 0x10f000 ? 1 : 97) {
        uint32_t back = 0;
        out.len = 0;
        utf8_put(&out, c);
        size_t n = utf8_next(buf_view(&out), &back);
        bool valid = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        assert_int_equal(n, out.len);
        assert_int_equal(back, valid ? c : 0xfffd);
        assert_int_equal(n, back < 0x80 ? 1 : back < 0x800 ? 2 : back < 0x10000 ? 3 : 4);
        for (size_t cut = 1; cut < n; cut++)
            assert_int_equal(utf8_next((struct hl_span){ out.data, cut }, &back), 0);
    }
    buf_cleanup(&out);
}

/* All pairs of bytes: the result is a JSON string, and nothing in it is a control character. */
static void every_pair_of_bytes(void **state)
{
    struct hl_buffer json = make_buffer(), safe = make_buffer();

    (void)state;
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        const uint8_t bytes[] = { (uint8_t)(pair >> 8), (uint8_t)pair };
        json.len = safe.len = 0;
        buf_char(&json, '"');
        text_put_json(&json, (struct hl_span){ bytes, 2 });
        buf_char(&json, '"');
        cJSON *item = cJSON_Parse(terminated(&json));
        assert_true(cJSON_IsString(item));
        cJSON_Delete(item);
        text_put_safe(&safe, (struct hl_span){ bytes, 2 });
        for (struct hl_span rest = buf_view(&safe); rest.len > 0;) {
            uint32_t c;
            size_t n = utf8_next(rest, &c);
            assert_true(n > 0);
            assert_false(code_point_is_unsafe(c));
            rest.ptr += n;
            rest.len -= n;
        }
    }
    buf_cleanup(&json);
    buf_cleanup(&safe);
}

static void unsafe_edges(void **state)
{
    static const struct { uint32_t first, last; } ranges[] = {
        { 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
        { 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xfffe, 0xffff }, { 0xe0000, 0x10ffff },
    };

    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        assert_true(code_point_is_unsafe(ranges[i].first));
        assert_true(code_point_is_unsafe(ranges[i].last));
        assert_false(ranges[i].first > 0 && code_point_is_unsafe(ranges[i].first - 1));
        assert_false(ranges[i].last < 0x10ffff && code_point_is_unsafe(ranges[i].last + 1));
    }
}

static void comparing(void **state)
{
    struct hl_span nothing = { NULL, 0 };

    (void)state;
    assert_true(span_equal(nothing, nothing));
    assert_true(span_equal(nothing, span_of("")));
    assert_true(span_equal(span_of("ab"), span_of("ab")));
    assert_false(span_equal(span_of("ab"), span_of("aB")));
    assert_false(span_equal(span_of("ab"), span_of("abc")));
    assert_true(span_equal_nocase(span_of("aZ[@`{9"), span_of("Az[@`{9")));
    assert_false(span_equal_nocase(span_of("["), span_of("{"))); /* 0x20 apart, but no letters */
    assert_false(span_equal_nocase(span_of("a"), span_of("ab")));
    assert_true(span_starts(span_of("abc"), "ab"));
    assert_true(span_starts(span_of("abc"), "abc"));
    assert_true(span_starts(span_of("abc"), ""));
    assert_false(span_starts(span_of("ab"), "abc"));
    assert_false(span_starts(span_of("ABC"), "ab"));
    assert_true(span_starts_nocase(span_of("ABc"), "abC"));
    assert_false(span_starts_nocase(span_of("A"), "ab"));
    assert_false(span_starts_nocase(nothing, "a"));
}

static void lines(void **state)
{
    struct hl_span rest = span_of("one\r\ntwo\n\n\r\nr\rs\nend"), line;
    static const char *const expect[] = { "one", "two", "", "", "r\rs" };

    (void)state;
    for (size_t i = 0; i < sizeof expect / sizeof expect[0]; i++) {
        assert_true(span_line(&rest, &line));
        assert_true(span_equal(line, span_of(expect[i])));
    }
    assert_false(span_line(&rest, &line));
    assert_true(span_equal(rest, span_of("end")));
    rest = (struct hl_span){ NULL, 0 };
    assert_false(span_line(&rest, &line));
}

static void errors(void **state)
{
    char name[1000];
    struct hl_error error;

    (void)state;
    assert_int_equal(error_set(NULL, HL_ERR_IO, NULL, "x"), HL_ERR_IO);
    assert_int_equal(error_set(&error, HL_ERR_FORMAT, "hint", "%s: %d", "a\x1b" "b", 7), HL_ERR_FORMAT);
    assert_int_equal(error.status, HL_ERR_FORMAT);
    assert_string_equal(error.message, "a\\u{1b}b: 7");
    assert_string_equal(error.hint, "hint");
    memset(name, '\x01', sizeof name - 1); /* grows when it is made safe */
    name[sizeof name - 1] = '\0';
    error_set(&error, HL_ERR_IO, NULL, "%s", name);
    assert_true(strlen(error.message) < sizeof error.message);
    assert_string_equal(error.hint, "");
}

static void answers(void **state)
{
    static const struct {
        const char *server, *client, *answer;
    } cases[] = {
        { "220 mail\r\n454 no\r\n", "EHLO x\r\nSTARTTLS\r\n", "454 no" },
        { "220 mail\r\n454 no\r\n221 bye\r\n", "STARTTLS\r\nquit\r\n", "454 no" },
        { "220 mail\r\n454 no\r\n", "STARTTLS\r\nQUIT\r\n", "454 no" },
        { "+OK\r\n-ERR no\r\n+OK bye\r\n", "STLS\r\nQUIT\r\n", "-ERR no" },
        { "+OK\r\n+OK begin\r\n+OK bye\r\n", "STLS\r\nQUIT\r\n", "+OK begin" },
        { "* OK\r\na NO no\r\n* BYE\r\nb OK done\r\n", "a STARTTLS\r\nb LOGOUT\r\n", "a NO no" },
        { "* OK\r\na NO no\r\n* BYE\r\n", "a STARTTLS\r\nb LOGOUT\r\n", "a NO no" },
        { "221 bye\r\n", "QUIT\r\n", "" },
        { "", "QUIT\r\n", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hl_span line = span_last_answer(span_of(cases[i].server), span_of(cases[i].client));
        if (!span_equal(line, span_of(cases[i].answer)))
            fail_msg("row %zu: \"%.*s\"", i, (int)line.len, line.len > 0 ? (const char *)line.ptr : "");
    }

    /* PostgreSQL: one byte, whatever follows it. */
    static const uint8_t request[] = { 0, 0, 0, 8, 4, 210, 22, 47, 0, 0, 0, 9 }, answer[] = "NR\n\0";
    const struct hl_span asked = { request, sizeof request }, answered = { answer, sizeof answer };
    assert_true(span_equal(span_last_answer(answered, asked), span_of("N")));
    assert_int_equal(span_last_answer((struct hl_span){ answer, 0 }, asked).len, 0);
}

int main(void)
{
    enum { OTHERS = 7 };
    struct CMUnitTest tests[ROWS + OTHERS] = {
        cmocka_unit_test(every_code_point), cmocka_unit_test(every_pair_of_bytes), cmocka_unit_test(unsafe_edges),
        cmocka_unit_test(comparing),        cmocka_unit_test(lines),               cmocka_unit_test(errors),
        cmocka_unit_test(answers),
    };

    for (size_t i = 0; i < ROWS; i++)
        tests[OTHERS + i] = (struct CMUnitTest){ .name = rows[i].name,
                                                 .test_func = check_row,
                                                 .initial_state = (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
