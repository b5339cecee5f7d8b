/* A check in Markdown: for tickets, and the summaries of CI, of which GitHub shows no more than 1 MiB a step. */
#include "report/check_report.h"

#include "base/text.h"
#include "report/markdown.h"

#define PIECE_MAX ((size_t)512 << 10)
#define ROWS_MAX ((size_t)192 << 10)
#define SECTIONS_MAX ((size_t)512 << 10)

/* As a code span. */
static void put_name(struct hl_buffer *out, struct hl_span name)
{
    struct hl_buffer safe;

    buf_init(&safe, PIECE_MAX);
    text_put_safe(&safe, name);
    markdown_put_code(out, buf_view(&safe));
    buf_cleanup(&safe);
}

/* --- a target ----------------------------------------------------------------------------- */

static void put_row(struct hl_buffer *out, const struct hl_check_result *result)
{
    unsigned n[CHECK_RESULTS];

    check_count(result, n);
    buf_string(out, "| ");
    put_name(out, span_of(result->target));
    buf_printf(out, " | %s%s%s | %u | %u | %u | %u |\n", result->status == HL_CHECK_PASSED ? "" : "**", check_status_word(result->status),
               result->status == HL_CHECK_PASSED ? "" : "**", n[POLICY_FAIL], n[POLICY_UNKNOWN], n[POLICY_WARN], n[POLICY_PASS]);
}

static void put_verdict(struct hl_buffer *out, const struct policy_verdict *verdict)
{
    buf_printf(out, "- **%s** %s `%s`: ", policy_result_name(verdict->result), policy_rule_title(verdict->rule), policy_rule_id(verdict->rule));
    markdown_put(out, verdict->text);
    buf_char(out, '\n');
}

/* Nothing where every rule passes. */
static void put_section(struct hl_buffer *out, const struct hl_check_result *result)
{
    unsigned n[CHECK_RESULTS];

    check_count(result, n);
    if (result->status == HL_CHECK_PASSED && n[POLICY_WARN] == 0)
        return;
    buf_string(out, "### ");
    put_name(out, span_of(result->target));
    buf_printf(out, ": %s\n\n", check_status_word(result->status));
    if (result->why[0] != '\0') {
        markdown_put(out, span_of(result->why));
        buf_string(out, "\n\n");
    }
    for (size_t i = 0; i < CHECK_RESULTS; i++) {
        for (unsigned j = 0; j < result->verdicts->count; j++) {
            const struct policy_verdict *verdict = &result->verdicts->list[j];
            if (verdict->result == check_order[i] && verdict->result != POLICY_PASS)
                put_verdict(out, verdict);
        }
    }
    if (result->verdicts->count > 0)
        buf_char(out, '\n');
}

static void add(struct hl_check_report *report, const struct hl_check_result *result)
{
    struct hl_buffer row, section;

    buf_init(&row, PIECE_MAX);
    buf_init(&section, PIECE_MAX);
    put_row(&row, result);
    put_section(&section, result);
    check_report_keep(report, result->status, &row, &section);
    buf_cleanup(&row);
    buf_cleanup(&section);
}

/* --- what to change ----------------------------------------------------------------------- */

/* A line of configuration holds nothing from the wire, and no fence. */
static void put_remedy(void *ctx, const char *program, struct hl_span line)
{
    struct hl_buffer *out = ctx;

    buf_printf(out, "%s:\n\n```text\n", program);
    buf_span(out, line);
    buf_string(out, "\n```\n\n");
}

/* Once for all targets: what a rule needs is the policy's. */
static void put_change(struct hl_check_report *report, unsigned rule, bool *first)
{
    const unsigned fails = report->verdicts[rule][POLICY_FAIL], warns = report->verdicts[rule][POLICY_WARN];
    struct hl_buffer *out = &report->out, lines;

    if (fails + warns == 0)
        return;
    buf_init(&lines, PIECE_MAX);
    check_tell_remedies(report->options.policy, report->rules[rule], put_remedy, &lines);
    if (lines.len > 0) {
        buf_string(out, *first ? "## What to change\n\n" : "");
        *first = false;
        buf_printf(out, "### %s `%s`\n\n", policy_rule_title(report->rules[rule]), policy_rule_id(report->rules[rule]));
        buf_printf(out, "%u target%s\n\n", fails + warns, fails + warns == 1 ? "" : "s");
        buf_span(out, buf_view(&lines));
    }
    report->failed |= lines.failed;
    buf_cleanup(&lines);
}

/* --- the document ------------------------------------------------------------------------- */

static void put_policy(struct hl_buffer *out, const struct hl_policy *policy)
{
    struct hl_buffer name;

    buf_init(&name, PIECE_MAX);
    check_put_policy(&name, policy);
    put_name(out, buf_view(&name));
    buf_cleanup(&name);
}

static void put_missing(struct hl_buffer *out, unsigned count, const char *what)
{
    if (count > 0)
        buf_printf(out, "%u more %s left out here: --report json or html has all.\n\n", count, what);
}

static void end(struct hl_check_report *report, bool complete)
{
    struct hl_buffer *out = &report->out;
    bool first = true;

    buf_string(out, "## TLS check: ");
    check_report_put_headline(report, out);
    buf_string(out, "\n\nPolicy ");
    put_policy(out, report->options.policy);
    buf_string(out, complete ? "\n\n" : "\n\n**Not every target was checked.**\n\n");
    if (check_report_total(report) > 0) {
        buf_string(out, "| target | status | fail | unknown | warn | pass |\n|---|---|--:|--:|--:|--:|\n");
        check_report_put_kept(report, report->rows);
        buf_char(out, '\n');
    }
    put_missing(out, report->rows_missing, "targets are");
    check_report_put_kept(report, report->sections);
    put_missing(out, report->sections_missing, "targets' details are");
    for (unsigned i = 0; i < report->rule_count; i++)
        put_change(report, i, &first);
}

const struct check_face check_markdown = { "markdown", NULL, add, end, ROWS_MAX, SECTIONS_MAX };
