/* check.h - what the reports of a check have in common: words, order, remedies, and the two that need no document around them.
 *
 * Texts of verdicts, names of targets and of policies may hold any bytes: each face escapes them its own way. */
#ifndef HL_REPORT_CHECK_H
#define HL_REPORT_CHECK_H

#include "base/buffer.h"
#include "policy/result.h"
#include "report/style.h"

enum { CHECK_STATUSES = HL_CHECK_UNREACHABLE + 1, CHECK_RESULTS = POLICY_WAIVED + 1 };

/* The worst first. */
extern const enum policy_result check_order[CHECK_RESULTS];

/* "failed", "fail", and how they look. */
const char *check_status_word(enum hl_check_status status);
enum hl_role check_status_role(enum hl_check_status status);
enum hl_role check_result_role(enum policy_result result);

/* `line` is a line of configuration: never empty, and nothing from the wire. */
typedef void remedy_fn(void *ctx, const char *program, struct hl_span line);
void check_tell_remedies(const struct hl_policy *policy, const struct policy_rule *rule, remedy_fn *tell, void *ctx);

/* "mozilla-intermediate@6.0" */
void check_put_policy(struct hl_buffer *out, const struct hl_policy *policy);
/* "2026-03-02T10:20:30": UTC. */
void check_put_second(struct hl_buffer *out, int64_t time_ns);
/* "127.0.0.1:443, 12 connections, 41.2 ms" */
void check_put_work(struct hl_buffer *out, const struct hl_check_result *result);

void check_put_human(struct hl_buffer *out, const struct hl_check_result *result, const struct hl_print_options *options);
/* One object and a line feed. */
void check_put_json(struct hl_buffer *out, const struct hl_check_result *result);

#endif
