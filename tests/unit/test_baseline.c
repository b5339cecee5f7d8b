/* Baselines: what is as it was, what is not, and what must never become one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "policy/baseline.h"
#include "policy/result.h"

#define ALL_MAX ((size_t)1 << 20)
#define HOSTILE "\x01\x1b[31m\xff\xc3(\xe2\x80\xae\"\\{}"

static const struct policy_rule *rule_named(const char *id)
{
    const struct policy_rule *rules[POLICY_RULES_MAX];
    const unsigned count = policy_rules(rules);

    for (unsigned i = 0; i < count; i++) {
        if (strcmp(policy_rule_id(rules[i]), id) == 0)
            return rules[i];
    }
    fail_msg("no rule %s", id);
    return NULL;
}

static struct policy_verdicts one_verdict(const char *rule, enum policy_result result, const char *text)
{
    struct policy_verdicts verdicts = { .count = 1 };

    verdicts.list[0] = (struct policy_verdict){ rule_named(rule), result, span_of(text) };
    return verdicts;
}

static bool collect(void *user, const void *bytes, size_t n)
{
    buf_put(user, bytes, n);
    return true;
}

static struct hl_baseline *parse(const char *text)
{
    struct hl_baseline *baseline = baseline_parse(span_of(text), "test", NULL);

    assert_non_null(baseline);
    return baseline;
}

#define LINE(target, rule, result, text)                                                                                                         \
    "{\"destination\":{\"address\":\"" target "\"},\"handlens\":{\"check\":{\"verdicts\":[{\"rule\":\"" rule "\",\"result\":\"" result           \
    "\",\"text\":\"" text "\"}]}}}\n"

static void what_is_as_it_was(void **state)
{
    static const struct {
        const char *target, *rule, *text;
        enum policy_result result;
        bool accepted;
    } rows[] = {
        { "a:443", "versions.allowed", "TLS 1.0", POLICY_FAIL, true },
        { "a:443", "versions.allowed", "TLS 1.1", POLICY_FAIL, true }, /* of another line about it */
        { "a:443", "versions.allowed", "TLS 1.0", POLICY_WARN, false },
        { "a:443", "versions.allowed", "TLS 1.0, TLS 1.1", POLICY_FAIL, false },
        { "a:443", "versions.required", "TLS 1.0", POLICY_FAIL, false },
        { "a:4430", "versions.allowed", "TLS 1.0", POLICY_FAIL, false },
        { "A:443", "versions.allowed", "TLS 1.0", POLICY_FAIL, false },
        { "0", "versions.allowed", "TLS 1.0", POLICY_FAIL, false },
        { "z", "versions.allowed", "TLS 1.0", POLICY_FAIL, false },
        { "b:443", "certificate.days_left_min", "it expires in 12 days; 15 must be left", POLICY_FAIL, true },
        { "b:443", "certificate.days_left_min", "it expires in 1 days; 15 must be left", POLICY_FAIL, true },
        { "b:443", "certificate.days_left_min", "it expires in some days; 15 must be left", POLICY_FAIL, true },
        { "b:443", "certificate.days_left_min", "it expires in 12 days; 30 must be left", POLICY_FAIL, false },
        { "b:443", "certificate.days_left_min", "it has expired", POLICY_FAIL, false },
        { "c:443", "certificate.days_left_min", "it has expired", POLICY_FAIL, true },
        { "c:443", "certificate.days_left_min", "it expires in 12 days; 15 must be left", POLICY_FAIL, false },
        { "d:443", "versions.required", "no answer", POLICY_UNKNOWN, true }, /* of a report */
        { "e:443", "certificate.name", HOSTILE, POLICY_FAIL, true },
    };
    struct hl_baseline *baseline = parse(LINE("e:443", "certificate.name", "fail", "\\u0001\\u001b[31m\\ufffd\\ufffd(\xe2\x80\xae\\\"\\\\{}")
                                         LINE("a:443", "versions.allowed", "fail", "TLS 1.1") LINE("a:443", "versions.allowed", "fail", "TLS 1.0")
                                         LINE("b:443", "certificate.days_left_min", "fail", "it expires in 13 days; 15 must be left")
                                         LINE("d:443", "versions.required", "unknown", "no answer") LINE("c:443", "certificate.days_left_min", "fail", "it has expired"));

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct policy_verdicts verdicts = one_verdict(rows[i].rule, rows[i].result, rows[i].text);
        struct hl_arena arena;
        arena_init(&arena, ALL_MAX);
        const struct policy_verdicts *compared = baseline_compare(baseline, rows[i].target, &verdicts, &arena);
        assert_non_null(compared);
        if ((compared->list[0].result == POLICY_WAIVED) != rows[i].accepted)
            fail_msg("row %zu: %s, %s", i, rows[i].rule, policy_result_name(compared->list[0].result));
        assert_ptr_equal(compared->accepted[0], rows[i].accepted ? &verdicts.list[0] : NULL);
        arena_cleanup(&arena);
    }
    hl_baseline_free(baseline);
}

/* What was written is read again as it was, whatever is in it, and whatever the order; a second time it is the same. */
static void written_and_read(void **state)
{
    static const char *const targets[] = { "b:443", "a:443", "c:443", "a:443" };
    struct hl_buffer out[2], again;

    (void)state;
    for (unsigned turn = 0; turn < 2; turn++) {
        struct hl_baseline_writer *writer = hl_baseline_writer_new();
        buf_init(&out[turn], ALL_MAX);
        for (unsigned i = 0; i < 4; i++) {
            const unsigned number = turn == 0 ? i : 3 - i;
            const struct policy_verdicts verdicts = number == 2 ? one_verdict("versions.allowed", POLICY_PASS, "TLS 1.3")
                                                                : one_verdict("certificate.name", number == 0 ? POLICY_WARN : POLICY_FAIL, HOSTILE);
            const struct hl_check_result result = { .target = targets[number], .verdicts = &verdicts, .status = HL_CHECK_FAILED,
                                                    .start_ns = (int64_t)turn * 1000000007, .connections = turn };
            assert_true(hl_baseline_writer_add(writer, &result));
        }
        assert_null(hl_baseline_writer_refusal(writer));
        const struct hl_baseline_counts n = hl_baseline_writer_counts(writer);
        assert_true(n.targets == 3 && n.failures == 1 && n.warnings == 1);
        assert_true(hl_baseline_writer_write(writer, collect, &out[turn]));
        hl_baseline_writer_free(writer);
    }
    assert_true(span_equal(buf_view(&out[0]), buf_view(&out[1])));

    struct hl_baseline *baseline = baseline_parse(buf_view(&out[0]), "test", NULL);
    struct hl_baseline_writer *writer = hl_baseline_writer_new();
    buf_init(&again, ALL_MAX);
    assert_true(hl_baseline_writer_keep(writer, baseline) && hl_baseline_writer_write(writer, collect, &again));
    assert_true(span_equal(buf_view(&out[0]), buf_view(&again)));
    const struct policy_verdicts verdicts = one_verdict("certificate.name", POLICY_FAIL, HOSTILE);
    struct hl_arena arena;
    arena_init(&arena, ALL_MAX);
    assert_int_equal(baseline_compare(baseline, "a:443", &verdicts, &arena)->list[0].result, POLICY_WAIVED);
    assert_int_equal(baseline_compare(baseline, "c:443", &verdicts, &arena)->list[0].result, POLICY_FAIL);
    arena_cleanup(&arena);
    hl_baseline_writer_free(writer);
    hl_baseline_free(baseline);
    buf_cleanup(&again);
    buf_cleanup(&out[0]);
    buf_cleanup(&out[1]);
}

/* What nobody has seen: not written, also when an earlier baseline had it; the others' lines stay. */
static void what_is_none(void **state)
{
    struct hl_baseline *before = parse(LINE("a:443", "versions.allowed", "unknown", "no answer") LINE("b:443", "versions.allowed", "fail", "TLS 1.0")
                                       LINE("c:443", "versions.required", "unknown", "no answer"));
    struct hl_baseline_writer *writer = hl_baseline_writer_new();
    const struct policy_verdicts verdicts = one_verdict("versions.allowed", POLICY_UNKNOWN, "no answer"), none = { .count = 0 };
    struct hl_arena arena;
    struct hl_buffer out;

    (void)state;
    buf_init(&out, ALL_MAX);
    arena_init(&arena, ALL_MAX);
    struct hl_check_result result = { .target = "a:443", .baseline = before, .arena = &arena };
    check_set_verdicts(&result, &verdicts);
    assert_int_equal(result.status, HL_CHECK_PASSED); /* it is as it was; but that is no reason to accept it anew */
    assert_true(hl_baseline_writer_add(writer, &result));
    assert_string_equal(hl_baseline_writer_refusal(writer), "a:443: versions.allowed is not known: no answer");
    const struct hl_check_result gone = { .target = "\x1b[31m", .verdicts = &none, .status = HL_CHECK_UNREACHABLE };
    assert_true(hl_baseline_writer_add(writer, &gone));
    assert_string_equal(hl_baseline_writer_refusal(writer), "a:443: versions.allowed is not known: no answer, and 1 more like it");
    assert_string_equal(hl_baseline_writer_refusal(writer), "a:443: versions.allowed is not known: no answer, and 1 more like it");
    assert_false(hl_baseline_writer_write(writer, collect, &out));
    assert_int_equal(out.len, 0);
    hl_baseline_writer_free(writer);

    writer = hl_baseline_writer_new();
    assert_true(hl_baseline_writer_add(writer, &gone));
    assert_string_equal(hl_baseline_writer_refusal(writer), "\\u{1b}[31m could not be reached: ");
    hl_baseline_writer_free(writer);

    writer = hl_baseline_writer_new();
    assert_true(hl_baseline_writer_keep(writer, before) && hl_baseline_writer_write(writer, collect, &out));
    assert_true(span_contains_nocase(buf_view(&out), "TLS 1.0") && !span_contains_nocase(buf_view(&out), "no answer"));
    hl_baseline_writer_free(writer);
    hl_baseline_writer_free(NULL);
    hl_baseline_free(before);
    arena_cleanup(&arena);
    buf_cleanup(&out);
}

static void cut_lines(void **state)
{
    static const char whole[] = LINE("a:443", "versions.allowed", "fail", "TLS 1.0");

    (void)state;
    for (size_t n = 1; n + 2 < sizeof whole; n++) {
        struct hl_error error;
        assert_null(baseline_parse((struct hl_span){ (const uint8_t *)whole, n }, "cut", &error));
        assert_int_equal(error.status, HL_ERR_FORMAT);
    }
    hl_baseline_free(parse(whole));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_as_it_was),
        cmocka_unit_test(written_and_read),
        cmocka_unit_test(what_is_none),
        cmocka_unit_test(cut_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
