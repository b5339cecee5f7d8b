/* A check as an HTML page: all targets in a table, each with a section, and what to change, once for all of them. */
#include "report/check_report.h"

#include "base/limits.h"
#include "report/html.h"

#include <handlens/handlens.h>

#define PIECE_MAX ((size_t)1 << 20)
#define HASH_LENGTH 32

/* How the pages of handshakes show outcomes: classes of html_style.c. */
static const char *status_class(enum hl_check_status status)
{
    static const char *const classes[CHECK_STATUSES] = { [HL_CHECK_PASSED] = "completed", [HL_CHECK_INCONCLUSIVE] = "incomplete",
                                                         [HL_CHECK_FAILED] = "failed", [HL_CHECK_UNREACHABLE] = "failed" };

    return classes[status];
}

static const char *result_class(enum policy_result result)
{
    static const char *const classes[CHECK_RESULTS] = { [POLICY_PASS] = "passed", [POLICY_WARN] = "medium", [POLICY_FAIL] = "high",
                                                        [POLICY_UNKNOWN] = "medium",  [POLICY_WAIVED] = "info" };

    return classes[result];
}

/* Of columns of numbers: what a phone leaves out stands in the section of the target. */
static const char *column_class(enum policy_result result)
{
    return result == POLICY_PASS || result == POLICY_UNKNOWN || result == POLICY_WAIVED ? "number wide" : "number";
}

/* --- a target ----------------------------------------------------------------------------- */

static void put_row(struct hl_buffer *out, const struct hl_check_result *result, unsigned number)
{
    unsigned n[CHECK_RESULTS];

    check_count(result, n);
    buf_printf(out, "<tr><th scope=\"row\"><a href=\"#t%u\">", number);
    html_put_string(out, result->target);
    buf_printf(out, "</a></th><td class=\"outcome %s\">%s</td>", status_class(result->status), check_status_word(result->status));
    for (size_t i = 0; i < CHECK_RESULTS; i++)
        buf_printf(out, "<td class=\"%s\">%u</td>", column_class(check_order[i]), n[check_order[i]]);
    buf_string(out, "</tr>\n");
}

static void put_verdict(struct hl_buffer *out, const struct hl_check_report *report, const struct policy_verdict *verdict)
{
    buf_printf(out, "<li><span class=\"severity %s\">%s</span> <span class=\"strong\">%s</span> <code class=\"quiet\">%s</code><br>",
               result_class(verdict->result), policy_result_name(verdict->result), policy_rule_title(verdict->rule),
               policy_rule_id(verdict->rule));
    html_put(out, verdict->text);
    if (verdict->result == POLICY_FAIL || verdict->result == POLICY_WARN)
        buf_printf(out, " <a href=\"#r%u\">what to change</a>", check_report_rule(report, verdict->rule));
    buf_string(out, "</li>\n");
}

/* Those of one result, the passing ones or the others. */
static void put_verdicts(struct hl_buffer *out, const struct hl_check_report *report, const struct hl_check_result *result, bool passing)
{
    buf_string(out, "<ul class=\"findings\">\n");
    for (size_t i = 0; i < CHECK_RESULTS; i++) {
        for (unsigned j = 0; j < result->verdicts->count; j++) {
            const struct policy_verdict *verdict = &result->verdicts->list[j];
            if (verdict->result == check_order[i] && (verdict->result == POLICY_PASS) == passing)
                put_verdict(out, report, verdict);
        }
    }
    buf_string(out, "</ul>\n");
}

static void put_section(struct hl_buffer *out, const struct hl_check_report *report, const struct hl_check_result *result, unsigned number)
{
    unsigned n[CHECK_RESULTS];
    struct hl_buffer work;

    check_count(result, n);
    buf_init(&work, PIECE_MAX);
    check_put_work(&work, result);
    buf_printf(out, "<details class=\"h %s\" id=\"t%u\"%s><summary><h3>", status_class(result->status), number,
               result->status == HL_CHECK_PASSED ? "" : " open");
    html_put_string(out, result->target);
    buf_printf(out, "</h3> <span class=\"outcome %s\">%s</span>", status_class(result->status), check_status_word(result->status));
    for (size_t i = 0; i < CHECK_RESULTS; i++) {
        if (check_order[i] != POLICY_PASS && n[check_order[i]] > 0)
            buf_printf(out, " <span class=\"quiet\">%u %s</span>", n[check_order[i]], policy_result_name(check_order[i]));
    }
    buf_string(out, "</summary>\n<div class=\"body\">\n<p class=\"quiet\">");
    html_put(out, buf_view(&work));
    buf_string(out, "</p>\n");
    if (result->why[0] != '\0') {
        buf_string(out, "<p>");
        html_put_string(out, result->why);
        buf_string(out, "</p>\n");
    }
    if (n[POLICY_PASS] < result->verdicts->count)
        put_verdicts(out, report, result, false);
    if (n[POLICY_PASS] > 0) {
        buf_printf(out, "<details><summary>%u of %u rules pass</summary>\n", n[POLICY_PASS], result->verdicts->count);
        put_verdicts(out, report, result, true);
        buf_string(out, "</details>\n");
    }
    buf_string(out, "</div></details>\n");
    buf_cleanup(&work);
}

static void add(struct hl_check_report *report, const struct hl_check_result *result)
{
    const unsigned number = check_report_total(report) + 1;
    struct hl_buffer row, section;

    buf_init(&row, PIECE_MAX);
    buf_init(&section, PIECE_MAX);
    put_row(&row, result, number);
    put_section(&section, report, result, number);
    check_report_keep(report, result->status, &row, &section);
    buf_cleanup(&row);
    buf_cleanup(&section);
}

/* --- what to change ----------------------------------------------------------------------- */

static void put_remedy(void *ctx, const char *program, struct hl_span line)
{
    struct hl_buffer *out = ctx;

    buf_string(out, "<dt>");
    html_put_string(out, program);
    buf_string(out, "</dt><dd><pre>");
    html_put(out, line);
    buf_string(out, "</pre></dd>\n");
}

static void put_change(struct hl_check_report *report, unsigned rule)
{
    const unsigned targets = report->verdicts[rule][POLICY_FAIL] + report->verdicts[rule][POLICY_WARN];
    struct hl_buffer *out = &report->out, lines;

    if (targets == 0)
        return;
    buf_init(&lines, PIECE_MAX);
    check_tell_remedies(report->options.policy, report->rules[rule], put_remedy, &lines);
    buf_printf(out, "<h3 id=\"r%u\">%s <code class=\"quiet\">%s</code></h3>\n<p class=\"quiet\">%u target%s</p>\n", rule,
               policy_rule_title(report->rules[rule]), policy_rule_id(report->rules[rule]), targets, targets == 1 ? "" : "s");
    if (lines.len > 0) {
        buf_string(out, "<dl class=\"remedies\">\n");
        buf_span(out, buf_view(&lines));
        buf_string(out, "</dl>\n");
    } else {
        buf_string(out, "<p>No setting does that alone: see what was seen.</p>\n");
    }
    report->failed |= lines.failed;
    buf_cleanup(&lines);
}

static void put_changes(struct hl_check_report *report)
{
    unsigned count = 0;

    for (unsigned i = 0; i < report->rule_count; i++)
        count += report->verdicts[i][POLICY_FAIL] + report->verdicts[i][POLICY_WARN];
    if (count == 0)
        return;
    buf_string(&report->out, "<section aria-labelledby=\"change\">\n<h2 id=\"change\">What to change</h2>\n");
    for (unsigned i = 0; i < report->rule_count; i++)
        put_change(report, i);
    buf_string(&report->out, "</section>\n");
}

/* --- the page ----------------------------------------------------------------------------- */

static void put_header(struct hl_check_report *report, bool complete)
{
    const struct hl_policy *policy = report->options.policy;
    struct hl_buffer *out = &report->out, name, title;

    buf_init(&name, PIECE_MAX);
    buf_init(&title, PIECE_MAX);
    check_put_policy(&name, policy);
    html_put(&title, buf_view(&name));
    html_put_head(out, buf_view(&title));
    buf_string(out, "<body>\n<header>\n<h1>TLS servers and ");
    buf_span(out, buf_view(&title));
    buf_string(out, "</h1>\n<p class=\"strong\">");
    check_report_put_headline(report, out);
    buf_string(out, "</p>\n<p class=\"quiet\">");
    html_put_string(out, hl_policy_title(policy));
    buf_string(out, "; SHA-256 <code>");
    buf_hex(out, (struct hl_span){ hl_policy_hash(policy), HASH_LENGTH });
    buf_string(out, "</code></p>\n");
    if (!complete)
        buf_string(out, "<p class=\"doubt\">Not every target was checked.</p>\n");
    buf_string(out, "</header>\n<main>\n");
    buf_cleanup(&title);
    buf_cleanup(&name);
}

static void put_missing(struct hl_buffer *out, unsigned count, const char *what)
{
    if (count > 0)
        buf_printf(out, "<p class=\"doubt\">%u more %s left out here.</p>\n", count, what);
}

static void end(struct hl_check_report *report, bool complete)
{
    struct hl_buffer *out = &report->out;

    put_header(report, complete);
    if (check_report_total(report) > 0) {
        buf_string(out, "<section aria-labelledby=\"targets\">\n<h2 id=\"targets\">Targets</h2>\n<table class=\"targets\">\n"
                        "<thead><tr><th scope=\"col\">target</th><th scope=\"col\">status</th>");
        for (size_t i = 0; i < CHECK_RESULTS; i++)
            buf_printf(out, "<th scope=\"col\" class=\"%s\">%s</th>", column_class(check_order[i]), policy_result_name(check_order[i]));
        buf_string(out, "</tr></thead>\n<tbody>\n");
        check_report_put_kept(report, report->rows);
        buf_string(out, "</tbody></table>\n");
        put_missing(out, report->rows_missing, "targets are");
        buf_string(out, "</section>\n<section aria-labelledby=\"details\">\n<h2 id=\"details\">One by one</h2>\n");
        check_report_put_kept(report, report->sections);
        put_missing(out, report->sections_missing, "targets' details are");
        buf_string(out, "</section>\n");
        put_changes(report);
    }
    buf_printf(out, "</main>\n<footer><p>Written by handlens %s", hl_version());
    if (check_report_total(report) > 0) {
        buf_string(out, "; checked at ");
        check_put_second(out, report->start_ns);
        buf_char(out, 'Z');
    }
    buf_string(out, ".</p></footer>\n</body>\n</html>\n");
}

const struct check_face check_html = { "html", NULL, add, end, HL_CHECK_PAGE_ROWS_MAX, HL_CHECK_PAGE_SECTIONS_MAX };
