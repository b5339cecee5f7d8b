/* Reports of several targets: what all of them do. */
#include "report/check_report.h"

#include "report/format.h"

#include <stdlib.h>

#define OUT_MAX ((size_t)256 << 20)

static const struct check_face *const faces[] = {
    [HL_CHECK_HUMAN] = &check_human, [HL_CHECK_JSON] = &check_json,   [HL_CHECK_MARKDOWN] = &check_markdown,
    [HL_CHECK_JUNIT] = &check_junit, [HL_CHECK_SARIF] = &check_sarif, [HL_CHECK_HTML] = &check_html,
};

static const enum hl_check_status worst_first[] = { HL_CHECK_FAILED, HL_CHECK_UNREACHABLE, HL_CHECK_INCONCLUSIVE, HL_CHECK_PASSED };

const char *hl_check_format_name(enum hl_check_format format)
{
    return (size_t)format < sizeof faces / sizeof faces[0] ? faces[format]->name : NULL;
}

struct hl_check_report *hl_check_report_new(const struct hl_check_report_options *options, hl_write_fn *write, void *user)
{
    struct hl_check_report *report = calloc(1, sizeof *report);

    if (report == NULL)
        return NULL;
    report->face = faces[options->format];
    report->options = *options;
    report->write = write;
    report->user = user;
    report->rule_count = policy_rules(report->rules);
    buf_init(&report->out, OUT_MAX);
    report->json.out = &report->out;
    for (size_t i = 0; i < CHECK_STATUSES; i++) {
        buf_init(&report->rows[i], report->face->rows_max);
        buf_init(&report->sections[i], report->face->sections_max);
    }
    return report;
}

void hl_check_report_free(struct hl_check_report *report)
{
    if (report == NULL)
        return;
    for (size_t i = 0; i < CHECK_STATUSES; i++) {
        buf_cleanup(&report->rows[i]);
        buf_cleanup(&report->sections[i]);
    }
    buf_cleanup(&report->out);
    free(report);
}

/* --- what faces ask ----------------------------------------------------------------------- */

unsigned check_report_total(const struct hl_check_report *report)
{
    unsigned total = 0;

    for (size_t i = 0; i < CHECK_STATUSES; i++)
        total += report->targets[i];
    return total;
}

void check_report_put_target(const struct hl_check_report *report, struct hl_buffer *out, const struct hl_check_result *result)
{
    buf_string(out, result->target);
    if (!report->options.all_addresses || result->server.address.length == 0)
        return;
    buf_string(out, " (");
    put_address(out, &result->server.address);
    buf_char(out, ')');
}

unsigned check_report_rule(const struct hl_check_report *report, const struct policy_rule *rule)
{
    unsigned number = 0;

    while (number + 1 < report->rule_count && report->rules[number] != rule)
        number++;
    return number;
}

void check_count(const struct hl_check_result *result, unsigned out[CHECK_RESULTS])
{
    memset(out, 0, CHECK_RESULTS * sizeof out[0]);
    for (unsigned i = 0; i < result->verdicts->count; i++)
        out[result->verdicts->list[i].result]++;
}

void check_report_put_headline(const struct hl_check_report *report, struct hl_buffer *out)
{
    const unsigned total = check_report_total(report);
    const char *separator = ": ";

    buf_printf(out, "%u target%s", total, total == 1 ? "" : "s");
    for (size_t i = 0; i < CHECK_STATUSES; i++) {
        if (report->targets[worst_first[i]] == 0)
            continue;
        buf_printf(out, "%s%u %s", separator, report->targets[worst_first[i]], check_status_word(worst_first[i]));
        separator = ", ";
    }
}

/* --- what is kept ------------------------------------------------------------------------- */

static size_t kept_bytes(const struct hl_buffer kept[CHECK_STATUSES])
{
    size_t bytes = 0;

    for (size_t i = 0; i < CHECK_STATUSES; i++)
        bytes += kept[i].len;
    return bytes;
}

static bool keep(struct hl_buffer kept[CHECK_STATUSES], enum hl_check_status status, struct hl_buffer *text, size_t most)
{
    const bool fits = !text->failed && kept_bytes(kept) + text->len <= most;

    if (fits)
        buf_span(&kept[status], buf_view(text));
    text->len = 0;
    return fits;
}

void check_report_keep(struct hl_check_report *report, enum hl_check_status status, struct hl_buffer *row, struct hl_buffer *section)
{
    report->rows_missing += !keep(report->rows, status, row, report->face->rows_max);
    report->sections_missing += !keep(report->sections, status, section, report->face->sections_max);
}

void check_report_put_kept(struct hl_check_report *report, const struct hl_buffer kept[CHECK_STATUSES])
{
    for (size_t i = 0; i < CHECK_STATUSES; i++) {
        report->failed |= kept[worst_first[i]].failed;
        buf_span(&report->out, buf_view(&kept[worst_first[i]]));
    }
}

/* --- one behind the other ----------------------------------------------------------------- */

static bool hand_on(struct hl_check_report *report)
{
    struct hl_buffer *out = &report->out;

    if (!report->failed && (out->failed || (out->len > 0 && !report->write(report->user, out->data, out->len))))
        report->failed = true;
    out->len = 0;
    return !report->failed;
}

static void begin(struct hl_check_report *report)
{
    if (!report->begun && report->face->begin != NULL)
        report->face->begin(report);
    report->begun = true;
}

bool hl_check_report_add(struct hl_check_report *report, const struct hl_check_result *result)
{
    if (report->failed)
        return false;
    begin(report);
    if (check_report_total(report) == 0)
        report->start_ns = result->start_ns;
    report->end_ns = result->start_ns + result->duration_ns;
    for (unsigned i = 0; i < result->verdicts->count; i++)
        report->verdicts[check_report_rule(report, result->verdicts->list[i].rule)][result->verdicts->list[i].result]++;
    report->face->add(report, result);
    report->targets[result->status]++;
    return hand_on(report);
}

bool hl_check_report_end(struct hl_check_report *report, bool complete)
{
    if (report->failed)
        return false;
    begin(report);
    report->face->end(report, complete);
    return hand_on(report);
}
