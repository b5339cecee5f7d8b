/* check_sarif.h - text and rules in SARIF. */
#ifndef HL_REPORT_CHECK_SARIF_H
#define HL_REPORT_CHECK_SARIF_H

#include "report/check_report.h"

/* The id of the rule behind those of the policy: that a target can be reached. */
extern const char sarif_reachable[];

/* Any bytes, as text of a message: nothing in it is a link or a placeholder. */
void sarif_put(struct hl_buffer *out, struct hl_span text);
/* {"text": ...}; `text` is emptied. */
void sarif_message(const struct hl_visitor *v, const char *key, struct hl_buffer *text);
/* The rules of the policy in their order, and "reachable". */
void sarif_walk_rules(const struct hl_visitor *v, const struct hl_check_report *report);

#endif
