/* A check as SARIF 2.1.0: rules of the policy, and a result for each that is not kept.
 *
 * A target is no file. It stands as one all the same, by a relative URI ("tls/www.example.org:443"): GitHub shows nothing without a
 * place, and refuses a whole file with a URI of another scheme than that of its checkout. */
#include "report/check_sarif.h"

#include "base/text.h"
#include "base/visit.h"
#include "crypto/digest.h"
#include "report/format.h"

#include <handlens/handlens.h>

#include <ctype.h>

#define PIECE_MAX ((size_t)1 << 20)
/* GitHub refuses a file with more than 25,000 results. What fails is told as long as there is room; the rest not in its last fifth. */
#define ERRORS_MAX 25000u
#define OTHERS_MAX 20000u
enum { TIME_MILLISECONDS = 23 /* 2026-03-02T10:20:30.123 */ };

static const char schema[] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

static void v_time(const struct hl_visitor *v, const char *key, int64_t time_ns)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    put_time(&text, time_ns);
    if (text.len > TIME_MILLISECONDS)
        text.len = TIME_MILLISECONDS;
    buf_char(&text, 'Z');
    v_text(v, key, buf_view(&text));
    buf_cleanup(&text);
}

static void begin(struct hl_check_report *report)
{
    const struct hl_visitor v = { &json_ops, &report->json };
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    v_object(&v, NULL);
    v_string(&v, "$schema", schema);
    v_string(&v, "version", "2.1.0");
    v_array(&v, "runs");
    v_object(&v, NULL);
    v_object(&v, "tool");
    v_object(&v, "driver");
    v_string(&v, "name", "handlens");
    v_string(&v, "version", hl_version());
    v_string(&v, "semanticVersion", hl_version());
    sarif_walk_rules(&v, report);
    v_end_object(&v);
    v_end_object(&v);
    /* Behind the last slash stands what is another one each time: nothing. */
    buf_string(&text, "handlens/");
    text_put_safe(&text, span_of(hl_policy_id(report->options.policy)));
    buf_char(&text, '/');
    v_object(&v, "automationDetails");
    v_text(&v, "id", buf_view(&text));
    v_end_object(&v);
    v_array(&v, "results");
    buf_cleanup(&text);
}

/* --- results ------------------------------------------------------------------------------ */

/* "www.example.org:443" becomes "tls/www.example.org:443", "smtp://mx.example.org" "smtp/mx.example.org": nothing in it leads elsewhere. */
static void put_uri(struct hl_buffer *out, const char *target)
{
    const char *scheme_end = strstr(target, "://");

    if (scheme_end == NULL)
        buf_string(out, "tls/");
    for (const char *c = target; *c != '\0'; c++) {
        if (c == scheme_end) {
            buf_char(out, '/');
            c += 2;
        } else if (isalnum((unsigned char)*c) || strchr("-._~:", *c) != NULL) {
            buf_char(out, *c);
        } else {
            buf_printf(out, "%%%02X", (unsigned char)*c);
        }
    }
}

/* Of what stays: not the version of the policy, nor what was seen. */
static void walk_fingerprints(const struct hl_visitor *v, const struct hl_check_report *report, const struct hl_check_result *result,
                              const char *rule)
{
    static const char *const names[] = { "handlens/v1", "primaryLocationLineHash" /* the one that GitHub looks at */ };
    uint8_t digest[SHA256_LENGTH];
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    buf_string(&text, hl_policy_id(result->policy));
    buf_printf(&text, "\n%s\n", rule);
    check_report_put_target(report, &text, result);
    digest_sha256(buf_view(&text), digest);
    v_object(v, "partialFingerprints");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        v_bytes(v, names[i], (struct hl_span){ digest, sizeof digest });
    v_end_object(v);
    buf_cleanup(&text);
}

/* The whole of a file with one line and nothing in it: GitHub wants all four. */
static void walk_region(const struct hl_visitor *v)
{
    v_object(v, "region");
    v_number(v, "startLine", 1);
    v_number(v, "startColumn", 1);
    v_number(v, "endLine", 1);
    v_number(v, "endColumn", 1);
    v_end_object(v);
}

static void walk_location(const struct hl_visitor *v, const struct hl_check_report *report, const struct hl_check_result *result)
{
    struct hl_buffer text, name;

    buf_init(&text, PIECE_MAX);
    buf_init(&name, PIECE_MAX);
    v_array(v, "locations");
    v_object(v, NULL);
    v_object(v, "physicalLocation");
    v_object(v, "artifactLocation");
    put_uri(&text, result->target);
    v_text(v, "uri", buf_view(&text));
    v_end_object(v);
    walk_region(v);
    v_end_object(v);
    v_array(v, "logicalLocations");
    v_object(v, NULL);
    text.len = 0;
    check_report_put_target(report, &name, result);
    text_put_safe(&text, buf_view(&name));
    v_text(v, "name", buf_view(&text));
    v_text(v, "fullyQualifiedName", buf_view(&text));
    v_string(v, "kind", "resource");
    v_end_object(v);
    v_end_array(v);
    v_end_object(v);
    v_end_array(v);
    buf_cleanup(&text);
    buf_cleanup(&name);
}

/* `title` and `what`: the message, behind the target. */
static void walk_result(struct hl_check_report *report, const struct hl_check_result *result, const char *rule, unsigned number,
                        const char *level, const char *title, struct hl_span what)
{
    const struct hl_visitor v = { &json_ops, &report->json };
    struct hl_buffer text, name;

    if (report->results >= (strcmp(level, "error") == 0 ? ERRORS_MAX : OTHERS_MAX)) {
        report->results_missing++;
        return;
    }
    report->results++;
    buf_init(&text, PIECE_MAX);
    buf_init(&name, PIECE_MAX);
    check_report_put_target(report, &name, result);
    sarif_put(&text, buf_view(&name));
    buf_printf(&text, ": %s: ", title);
    sarif_put(&text, what);
    v_object(&v, NULL);
    v_string(&v, "ruleId", rule);
    v_number(&v, "ruleIndex", number);
    v_string(&v, "level", level);
    sarif_message(&v, "message", &text);
    walk_location(&v, report, result);
    walk_fingerprints(&v, report, result, rule);
    v_end_object(&v);
    buf_cleanup(&text);
    buf_cleanup(&name);
}

static void add(struct hl_check_report *report, const struct hl_check_result *result)
{
    static const char *const levels[CHECK_RESULTS] = { [POLICY_FAIL] = "error", [POLICY_WARN] = "warning", [POLICY_UNKNOWN] = "note" };

    if (result->status == HL_CHECK_UNREACHABLE)
        walk_result(report, result, sarif_reachable, report->rule_count, "error", "it could not be reached", span_of(result->why));
    for (size_t i = 0; i < CHECK_RESULTS; i++) {
        for (unsigned j = 0; j < result->verdicts->count; j++) {
            const struct policy_verdict *verdict = &result->verdicts->list[j];
            if (verdict->result == check_order[i] && levels[verdict->result] != NULL)
                walk_result(report, result, policy_rule_id(verdict->rule), check_report_rule(report, verdict->rule), levels[verdict->result],
                            policy_rule_title(verdict->rule), verdict->text);
        }
    }
}

static void walk_notification(const struct hl_visitor *v, const char *level, struct hl_buffer *text)
{
    if (text->len == 0)
        return;
    v_object(v, NULL);
    v_string(v, "level", level);
    sarif_message(v, "message", text);
    v_end_object(v);
}

/* Did it do all that it was to do? */
static void walk_invocation(const struct hl_visitor *v, const struct hl_check_report *report, bool complete)
{
    const unsigned unreachable = report->targets[HL_CHECK_UNREACHABLE];
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    v_object(v, NULL);
    v_bool(v, "executionSuccessful", complete && unreachable == 0);
    if (check_report_total(report) > 0) {
        v_time(v, "startTimeUtc", report->start_ns);
        v_time(v, "endTimeUtc", report->end_ns);
    }
    v_array(v, "toolExecutionNotifications");
    if (unreachable > 0)
        buf_printf(&text, "%u target%s could not be reached%s", unreachable, unreachable == 1 ? "" : "s", complete ? "" : "; ");
    if (!complete)
        buf_string(&text, "not every target was checked");
    walk_notification(v, "error", &text);
    if (report->results_missing > 0)
        buf_printf(&text, "%u result%s left out, as readers refuse a file with more than %u", report->results_missing,
                   report->results_missing == 1 ? " was" : "s were", ERRORS_MAX);
    walk_notification(v, "warning", &text);
    v_end_array(v);
    v_end_object(v);
    buf_cleanup(&text);
}

static void end(struct hl_check_report *report, bool complete)
{
    const struct hl_visitor v = { &json_ops, &report->json };

    v_end_array(&v);
    v_array(&v, "invocations");
    walk_invocation(&v, report, complete);
    v_end_array(&v);
    v_end_object(&v);
    v_end_array(&v);
    v_end_object(&v);
    buf_char(&report->out, '\n');
}

const struct check_face check_sarif = { "sarif", begin, add, end, 0, 0 };
