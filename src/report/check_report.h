/* check_report.h - a report of several targets, and the faces it may have.
 *
 * A face writes into `out`, which is handed on after each call. What a face can write only behind all targets, but which comes before
 * them, is kept by check_report_keep(): a row and a section a target, the worst targets first. */
#ifndef HL_REPORT_CHECK_REPORT_H
#define HL_REPORT_CHECK_REPORT_H

#include "report/check.h"
#include "report/json.h"

struct check_face {
    const char *name;
    void (*begin)(struct hl_check_report *report); /* may be NULL */
    void (*add)(struct hl_check_report *report, const struct hl_check_result *result);
    void (*end)(struct hl_check_report *report, bool complete);
    size_t rows_max, sections_max; /* bytes that are kept */
};

struct hl_check_report {
    const struct check_face *face;
    struct hl_check_report_options options;
    hl_write_fn *write;
    void *user;
    const struct policy_rule *rules[POLICY_RULES_MAX]; /* all that there are */
    unsigned rule_count;
    unsigned targets[CHECK_STATUSES];                  /* by status */
    unsigned verdicts[POLICY_RULES_MAX][CHECK_RESULTS]; /* by rule and result */
    int64_t start_ns, end_ns;                          /* of the first target, and of the last one */
    struct hl_buffer out;
    struct hl_buffer rows[CHECK_STATUSES], sections[CHECK_STATUSES];
    unsigned rows_missing, sections_missing; /* left out at the caps */
    unsigned results, results_missing;       /* SARIF: written, and left out */
    struct hl_json json;                     /* SARIF: where it stands */
    bool begun, failed;
};

extern const struct check_face check_human, check_json, check_markdown, check_junit, check_sarif, check_html;

unsigned check_report_total(const struct hl_check_report *report);
/* "www.example.org:443", and behind it " (192.0.2.7)" where there is a result for each address: any bytes. */
void check_report_put_target(const struct hl_check_report *report, struct hl_buffer *out, const struct hl_check_result *result);
/* The number of a rule. */
unsigned check_report_rule(const struct hl_check_report *report, const struct policy_rule *rule);
/* The verdicts of one target, by result. */
void check_count(const struct hl_check_result *result, unsigned out[CHECK_RESULTS]);
/* "3 targets: 1 failed, 1 unreachable, 1 passed" */
void check_report_put_headline(const struct hl_check_report *report, struct hl_buffer *out);
/* `row` and `section` are emptied. */
void check_report_keep(struct hl_check_report *report, enum hl_check_status status, struct hl_buffer *row, struct hl_buffer *section);
/* What was kept, the worst status first: rows or sections. */
void check_report_put_kept(struct hl_check_report *report, const struct hl_buffer kept[CHECK_STATUSES]);

#endif
