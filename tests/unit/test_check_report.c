/* Reports of checks: whatever a target, a policy or a verdict says, and however many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "policy/result.h"

#define ALL_MAX ((size_t)64 << 20)
#define HOSTILE "<script>alert('1')</script>\"&\x01\x1b[31m\r\n\xff\xc3(\xe2\x80\xae\xef\xbf\xbf]](http://x)`|*{0}]]>-->"

static struct hl_policy *read_policy(const char *json)
{
    struct hl_policy *policy = hl_policy_parse(span_of(json), "test", NULL);

    assert_non_null(policy);
    return policy;
}

static const char hostile_policy[] = "{\"id\":\"a<script>\\u001b\\uffff\\\"'&]]>`|\",\"version\":\"<b>\\u0007\",\"title\":\"</title><script>\\u202e\","
                                     "\"versions\":{\"allowed\":[\"TLS 1.3\"],\"required\":[\"TLS 1.3\"]},\"certificate\":{\"name\":\"required\"}}";

static bool collect(void *user, const void *bytes, size_t n)
{
    buf_put(user, bytes, n);
    return true;
}

/* A verdict of each kind, as far as the policy has rules. */
static struct hl_check_result result_of(const struct hl_policy *policy, struct policy_verdicts *verdicts, const char *target, enum hl_check_status status)
{
    const struct policy_rule *rules[POLICY_RULES_MAX];
    struct hl_check_result result = { .target = target, .policy = policy, .verdicts = verdicts, .status = status, .duration_ns = 1234567890,
                                      .start_ns = 1700000000000000000, .connections = 3 };
    const unsigned count = policy_rules(rules);

    memset(verdicts, 0, sizeof *verdicts);
    if (status == HL_CHECK_UNREACHABLE)
        strcpy(result.why, HOSTILE);
    for (unsigned i = 0; status != HL_CHECK_UNREACHABLE && i < count; i++) {
        if (rules[i]->applies == NULL || !rules[i]->applies(policy))
            continue;
        static const enum policy_result results[] = { POLICY_FAIL, POLICY_WARN, POLICY_UNKNOWN };
        verdicts->list[verdicts->count] = (struct policy_verdict){ rules[i], results[verdicts->count % 3], span_of(HOSTILE) };
        verdicts->count++;
    }
    return result;
}

static struct hl_buffer report_of(enum hl_check_format format, const struct hl_policy *policy, unsigned targets, const char *target, bool complete)
{
    const struct hl_check_report_options options = { .format = format, .policy = policy };
    struct policy_verdicts verdicts;
    struct hl_buffer all;

    buf_init(&all, ALL_MAX);
    struct hl_check_report *report = hl_check_report_new(&options, collect, &all);
    assert_non_null(report);
    for (unsigned i = 0; i < targets; i++) {
        const struct hl_check_result result = result_of(policy, &verdicts, target, i % 2 == 0 ? HL_CHECK_FAILED : HL_CHECK_UNREACHABLE);
        assert_true(hl_check_report_add(report, &result));
    }
    assert_true(hl_check_report_end(report, complete));
    hl_check_report_free(report);
    assert_false(all.failed);
    return all;
}

static void nothing_gets_through(void **state)
{
    struct hl_policy *policy = read_policy(hostile_policy);
    enum hl_check_format format;

    (void)state;
    for (format = HL_CHECK_HUMAN; hl_check_format_name(format) != NULL; format++) {
        struct hl_buffer all = report_of(format, policy, 4, HOSTILE, true);
        for (struct hl_span rest = buf_view(&all); rest.len > 0;) {
            uint32_t c = 0;
            const size_t n = utf8_next(rest, &c);
            assert_true(n > 0);
            assert_true(c == '\n' || !code_point_is_unsafe(c));
            rest.ptr += n;
            rest.len -= n;
        }
        if (format == HL_CHECK_HTML || format == HL_CHECK_JUNIT)
            assert_false(span_contains_nocase(buf_view(&all), "<script") || span_contains_nocase(buf_view(&all), "<b>")
                         || span_contains_nocase(buf_view(&all), "]]>"));
        buf_cleanup(&all);
    }
    struct hl_buffer messages = report_of(HL_CHECK_SARIF, policy, 1, "a", true); /* in a message that would be a link */
    assert_true(span_contains_nocase(buf_view(&messages), "] (http") && !span_contains_nocase(buf_view(&messages), "](http"));
    buf_cleanup(&messages);
    hl_policy_free(policy);
}

static void words_are_there(void **state)
{
    static const struct { enum hl_check_format format; const char *words; } rows[] = {
        { HL_CHECK_JUNIT, "tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\" time=\"1.234\"" },
        { HL_CHECK_JUNIT, "tests=\"1\" failures=\"0\" errors=\"1\"" }, /* unreachable */
        { HL_CHECK_JUNIT, "classname=\"handlens.p.www_example_org:443\" name=\"versions.allowed\"" },
        { HL_CHECK_JUNIT, "timestamp=\"2023-11-14T22:13:20\"" },
        { HL_CHECK_SARIF, "\"uri\":\"tls/www.example.org:443\"" },
        { HL_CHECK_SARIF, "\"startTimeUtc\":\"2023-11-14T22:13:20.000Z\"" },
        { HL_CHECK_SARIF, "\"executionSuccessful\":false" },
        { HL_CHECK_SARIF, "\"id\":\"certificate.days_left_min\",\"name\":\"TlsCertificateDaysLeftMin\"" },
        { HL_CHECK_SARIF, "\"tags\":[\"security\",\"tls\"],\"precision\":\"very-high\",\"security-severity\":\"7.5\"" },
        { HL_CHECK_SARIF, "\"region\":{\"startLine\":1,\"startColumn\":1,\"endLine\":1,\"endColumn\":1}" },
        { HL_CHECK_MARKDOWN, "## TLS check: 2 targets: 1 failed, 1 unreachable" },
        { HL_CHECK_MARKDOWN, "| `www.example.org:443` | **failed** | 1 | 1 | 1 | 0 |" },
        { HL_CHECK_MARKDOWN, "ssl_protocols TLSv1.3;" },
        { HL_CHECK_HTML, "2 targets: 1 failed, 1 unreachable" },
        { HL_CHECK_HUMAN, "2 targets: 1 failed, 1 unreachable" },
        { HL_CHECK_JSON, "\"status\":\"unreachable\"" },
    };
    struct hl_policy *policy = read_policy("{\"id\":\"p\",\"version\":\"1\",\"versions\":{\"allowed\":[\"TLS 1.3\"],\"required\":[\"TLS 1.3\"]},"
                                           "\"certificate\":{\"name\":\"required\"}}");

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hl_buffer all = report_of(rows[i].format, policy, 2, "www.example.org:443", true);
        if (!span_contains_nocase(buf_view(&all), rows[i].words))
            fail_msg("%s is not in: %.*s", rows[i].words, (int)all.len, (const char *)all.data);
        buf_cleanup(&all);
    }
    hl_policy_free(policy);
}

static unsigned times_of(struct hl_span text, const char *word)
{
    const size_t length = strlen(word);
    unsigned times = 0;

    for (size_t i = 0; i + length <= text.len; i++)
        times += text.ptr[i] == (uint8_t)word[0] && memcmp(text.ptr + i, word, length) == 0;
    return times;
}

/* What is missing is said wherever there is a place for it, and that without any target, too. */
static void incomplete_reports(void **state)
{
    struct hl_policy *policy = read_policy("{\"id\":\"p\",\"version\":\"1\"}");

    (void)state;
    for (enum hl_check_format format = HL_CHECK_HUMAN; hl_check_format_name(format) != NULL; format++) {
        for (unsigned targets = 0; targets < 2; targets++) {
            struct hl_buffer all = report_of(format, policy, targets, "a", false), whole = report_of(format, policy, targets, "a", true);
            const bool has_place = format != HL_CHECK_JSON && (format != HL_CHECK_HUMAN || targets > 0);
            assert_true(!has_place || span_contains_nocase(buf_view(&all), "not every target was checked"));
            assert_false(span_contains_nocase(buf_view(&whole), "not every target was checked"));
            buf_cleanup(&all);
            buf_cleanup(&whole);
        }
    }
    hl_policy_free(policy);
}

static void many_targets(void **state)
{
    struct hl_policy *policy = hl_policy_open("pci-4.0.1", NULL);

    (void)state;
    struct hl_buffer all = report_of(HL_CHECK_MARKDOWN, policy, 8000, "a-name-of-some-length.example.org:443", true);
    assert_true(all.len < (size_t)1 << 20);
    assert_true(span_contains_nocase(buf_view(&all), "8000 targets: 4000 failed, 4000 unreachable"));
    assert_true(span_contains_nocase(buf_view(&all), "more targets are left out") && span_contains_nocase(buf_view(&all), "What to change"));
    buf_cleanup(&all);
    hl_policy_free(policy);
}

/* GitHub refuses a file with more than 25,000 results: what fails has room when the rest has none any more, and what is left out is counted. */
static void too_many_results(void **state)
{
    struct hl_policy *policy = read_policy("{\"id\":\"p\",\"version\":\"1\",\"versions\":{\"allowed\":[\"TLS 1.3\"],\"required\":[\"TLS 1.3\"]},"
                                           "\"certificate\":{\"name\":\"required\"}}");
    static const struct { unsigned targets; const char *word; unsigned times; } rows[] = {
        { 20000, "\"level\":\"error\",\"message\":{\"text\":\"a:443: ", 15000 }, /* 10,000 with one of each kind; 10,000 that are not there */
        { 20000, "\"level\":\"warning\",\"message\":{\"text\":\"a:443: ", 5000 },
        { 20000, "\"level\":\"note\",\"message\":{\"text\":\"a:443: ", 5000 },
        { 20000, "15000 results were left out", 1 },
        { 2, "left out", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hl_buffer all = report_of(HL_CHECK_SARIF, policy, rows[i].targets, "a:443", true);
        assert_int_equal(times_of(buf_view(&all), rows[i].word), rows[i].times);
        assert_true(times_of(buf_view(&all), "\"ruleIndex\":") <= 25000);
        buf_cleanup(&all);
    }
    hl_policy_free(policy);
}

static bool refuse(void *user, const void *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    ++*(unsigned *)user;
    return false;
}

static void nobody_takes_it(void **state)
{
    struct hl_policy *policy = read_policy(hostile_policy);
    struct policy_verdicts verdicts;
    const struct hl_check_result result = result_of(policy, &verdicts, "a", HL_CHECK_FAILED);

    (void)state;
    for (enum hl_check_format format = HL_CHECK_HUMAN; hl_check_format_name(format) != NULL; format++) {
        unsigned calls = 0;
        struct hl_check_report *report = hl_check_report_new(&(struct hl_check_report_options){ .format = format, .policy = policy }, refuse, &calls);
        const bool first = hl_check_report_add(report, &result), second = hl_check_report_add(report, &result);
        assert_true(first == second);
        assert_false(hl_check_report_end(report, true));
        assert_int_equal(calls, 1);
        hl_check_report_free(report);
    }
    hl_check_report_free(NULL);
    hl_policy_free(policy);
}

static void fingerprints_stay(void **state)
{
    struct hl_policy *one = read_policy("{\"id\":\"p\",\"version\":\"1\",\"versions\":{\"allowed\":[\"TLS 1.3\"]}}");
    struct hl_policy *two = read_policy("{\"id\":\"p\",\"version\":\"2\",\"versions\":{\"allowed\":[\"TLS 1.2\"]}}");
    /* printf 'p\nversions.allowed\na:443' | sha256sum */
    static const char sum[] = "\"handlens/v1\":\"ec1f33b7d8cea28e840c4d09594cc95d3772c1e616bd73e40df4f905d143ba4a\"";

    (void)state;
    struct hl_buffer a = report_of(HL_CHECK_SARIF, one, 1, "a:443", true), b = report_of(HL_CHECK_SARIF, two, 1, "a:443", true);
    assert_true(span_contains_nocase(buf_view(&a), sum));
    assert_true(span_contains_nocase(buf_view(&b), sum));
    buf_cleanup(&a);
    buf_cleanup(&b);
    hl_policy_free(one);
    hl_policy_free(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_gets_through), cmocka_unit_test(words_are_there), cmocka_unit_test(incomplete_reports),
        cmocka_unit_test(many_targets),         cmocka_unit_test(nobody_takes_it), cmocka_unit_test(fingerprints_stay),
        cmocka_unit_test(too_many_results),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
