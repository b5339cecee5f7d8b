/* A check as JUnit's XML: a test suite a target, a test case a rule.
 *
 * There is no one schema of it. What is written fits the strict ones (Ant's order of elements and its attributes, one <failure> or <error>
 * a test case and nothing beside it, times of three decimals), and tells readers that look at nothing but test cases apart by target: the
 * class of a test case is its policy and target. A target is written once it is known; totals of the whole file, which nobody needs, would
 * stand before them all, and are left out. */
#include "report/check_report.h"

#include "base/text.h"
#include "report/html.h"

#define PIECE_MAX ((size_t)64 << 10)
#define HUMAN_MAX ((size_t)4 << 20)
#define HASH_LENGTH 32
enum { NS_PER_MS = 1000000, MS_PER_S = 1000 };

/* What XML forbids even as a reference is not left by html_put(): it is shown by its number, as on a terminal. */
static void put(struct hl_buffer *out, const char *text)
{
    html_put_string(out, text);
}

/* A dot would begin another package. */
static void put_class_part(struct hl_buffer *out, struct hl_span text)
{
    struct hl_buffer part;

    buf_init(&part, PIECE_MAX);
    for (size_t i = 0; i < text.len; i++)
        buf_char(&part, (char)(text.ptr[i] == '.' ? '_' : text.ptr[i]));
    html_put(out, buf_view(&part));
    buf_cleanup(&part);
}

static void put_target(struct hl_check_report *report, const struct hl_check_result *result)
{
    struct hl_buffer name;

    buf_init(&name, PIECE_MAX);
    check_report_put_target(report, &name, result);
    html_put(&report->out, buf_view(&name));
    buf_cleanup(&name);
}

static void put_class(struct hl_check_report *report, const struct hl_check_result *result)
{
    struct hl_buffer name;

    buf_init(&name, PIECE_MAX);
    check_report_put_target(report, &name, result);
    buf_string(&report->out, "handlens.");
    put_class_part(&report->out, span_of(hl_policy_id(result->policy)));
    buf_char(&report->out, '.');
    put_class_part(&report->out, buf_view(&name));
    buf_cleanup(&name);
}

static bool is_failure(const struct hl_check_report *report, enum policy_result result)
{
    return result == POLICY_FAIL || (result == POLICY_WARN && report->options.warnings_fail);
}

/* --- a suite ------------------------------------------------------------------------------ */

static void put_property(struct hl_buffer *out, const char *name, struct hl_span value)
{
    buf_string(out, "      <property name=\"");
    put(out, name);
    buf_string(out, "\" value=\"");
    html_put(out, value);
    buf_string(out, "\"/>\n");
}

static void put_properties(struct hl_buffer *out, const struct hl_check_result *result)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    buf_string(out, "    <properties>\n");
    check_put_policy(&text, result->policy);
    put_property(out, "policy", buf_view(&text));
    text.len = 0;
    buf_hex(&text, (struct hl_span){ hl_policy_hash(result->policy), HASH_LENGTH });
    put_property(out, "policy.sha256", buf_view(&text));
    put_property(out, "status", span_of(check_status_word(result->status)));
    for (unsigned i = 0; i < result->verdicts->count; i++) {
        const struct policy_verdict *verdict = &result->verdicts->list[i];
        if (verdict->result != POLICY_WARN)
            continue;
        text.len = 0;
        buf_printf(&text, "warn.%s", policy_rule_id(verdict->rule));
        buf_char(&text, '\0');
        if (!text.failed)
            put_property(out, (const char *)text.data, verdict->text);
    }
    buf_string(out, "    </properties>\n");
    buf_cleanup(&text);
}

static void put_suite(struct hl_check_report *report, const struct hl_check_result *result)
{
    struct hl_buffer *out = &report->out;
    const long long ms = (long long)(result->duration_ns / NS_PER_MS);
    unsigned n[CHECK_RESULTS];

    check_count(result, n);
    const unsigned unreachable = result->status == HL_CHECK_UNREACHABLE;
    buf_printf(out, "  <testsuite id=\"%u\" package=\"handlens.", check_report_total(report));
    put_class_part(out, span_of(hl_policy_id(result->policy)));
    buf_string(out, "\" name=\"");
    put_target(report, result);
    buf_string(out, "\" hostname=\"");
    put(out, result->target);
    buf_string(out, "\" timestamp=\""); /* UTC, though it cannot say so */
    check_put_second(out, result->start_ns);
    buf_printf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%lld.%03lld\">\n", result->verdicts->count + unreachable,
               n[POLICY_FAIL] + (report->options.warnings_fail ? n[POLICY_WARN] : 0), n[POLICY_UNKNOWN] + unreachable, n[POLICY_WAIVED], ms / MS_PER_S,
               ms % MS_PER_S);
}

/* --- a case ------------------------------------------------------------------------------- */

static void put_remedy(void *ctx, const char *program, struct hl_span line)
{
    struct hl_buffer *out = ctx;

    put(out, program);
    buf_string(out, ": ");
    html_put(out, line);
    buf_char(out, '\n');
}

static void begin_case(struct hl_check_report *report, const struct hl_check_result *result, const char *name)
{
    struct hl_buffer *out = &report->out;

    buf_string(out, "    <testcase classname=\"");
    put_class(report, result);
    buf_string(out, "\" name=\"");
    put(out, name);
    buf_string(out, "\" time=\"0.000\"");
}

/* <failure> or <error>: the message, and more about it. */
static void begin_trouble(struct hl_buffer *out, const char *element, const char *type, struct hl_span message)
{
    buf_printf(out, ">\n      <%s type=\"%s\" message=\"", element, type);
    html_put(out, message);
    buf_string(out, "\">");
}

static void end_trouble(struct hl_buffer *out, const char *element)
{
    buf_printf(out, "</%s>\n    </testcase>\n", element);
}

static void put_case(struct hl_check_report *report, const struct hl_check_result *result, const struct policy_verdict *verdict)
{
    struct hl_buffer *out = &report->out;
    const bool failure = is_failure(report, verdict->result);
    const char *element = failure ? "failure" : "error";

    begin_case(report, result, policy_rule_id(verdict->rule));
    if (verdict->result == POLICY_WAIVED) {
        buf_string(out, ">\n      <skipped message=\"");
        html_put(out, verdict->text);
        buf_string(out, "\"/>\n    </testcase>\n");
        return;
    }
    if (!failure && verdict->result != POLICY_UNKNOWN) {
        buf_string(out, "/>\n");
        return;
    }
    begin_trouble(out, element, policy_result_name(verdict->result), verdict->text);
    put(out, result->target);
    buf_string(out, ": ");
    put(out, policy_rule_title(verdict->rule));
    buf_string(out, ": ");
    html_put(out, verdict->text);
    buf_char(out, '\n');
    if (failure)
        check_tell_remedies(result->policy, verdict->rule, put_remedy, out);
    end_trouble(out, element);
}

/* What people would read, line by line. */
static void put_human(struct hl_buffer *out, const struct hl_check_result *result)
{
    struct hl_buffer text;

    buf_init(&text, HUMAN_MAX);
    check_put_human(&text, result, &(struct hl_print_options){ .verbosity = 1 });
    html_put_safe(out, buf_view(&text));
    buf_cleanup(&text);
}

/* --- the file ----------------------------------------------------------------------------- */

static void begin(struct hl_check_report *report)
{
    buf_string(&report->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
}

static void add(struct hl_check_report *report, const struct hl_check_result *result)
{
    struct hl_buffer *out = &report->out;

    put_suite(report, result);
    put_properties(out, result);
    if (result->status == HL_CHECK_UNREACHABLE) {
        begin_case(report, result, "reachable");
        begin_trouble(out, "error", "unreachable", span_of(result->why));
        put(out, result->target);
        buf_string(out, ": ");
        put(out, result->why);
        end_trouble(out, "error");
    }
    for (unsigned i = 0; i < result->verdicts->count; i++)
        put_case(report, result, &result->verdicts->list[i]);
    buf_string(out, "    <system-out>");
    put_human(out, result);
    buf_string(out, "</system-out>\n    <system-err></system-err>\n  </testsuite>\n");
}

/* A suite of its own says that the file is not all there is. */
static void end(struct hl_check_report *report, bool complete)
{
    struct hl_buffer *out = &report->out;

    if (!complete) {
        buf_printf(out, "  <testsuite id=\"%u\" package=\"handlens\" name=\"handlens\" hostname=\"localhost\" timestamp=\"",
                   check_report_total(report));
        check_put_second(out, report->end_ns);
        buf_string(out, "\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0.000\">\n    <properties>\n"
                        "      <property name=\"status\" value=\"incomplete\"/>\n    </properties>\n"
                        "    <testcase classname=\"handlens\" name=\"complete\" time=\"0.000\"");
        begin_trouble(out, "error", "incomplete", span_of("not every target was checked"));
        end_trouble(out, "error");
        buf_string(out, "    <system-out></system-out>\n    <system-err></system-err>\n  </testsuite>\n");
    }
    buf_string(out, "</testsuites>\n");
}

const struct check_face check_junit = { "junit", begin, add, end, 0, 0 };
