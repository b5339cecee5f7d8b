/* human.h - a handshake for people: a few lines at a glance, the ladder on request. */
#ifndef HL_REPORT_HUMAN_H
#define HL_REPORT_HUMAN_H

#include "report/causes.h"
#include "report/line.h"
#include "session/handshake.h"

#include <handlens/print.h>

void human_handshake(struct hl_buffer *out, const struct hl_handshake *hs, const struct hl_print_options *options);
/* "completed", "FAILED", ... */
const char *outcome_name(enum hl_outcome outcome);
/* One line: why it did not complete, and where to look; nothing when it did. */
void human_reason(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text);
/* One line: version, cipher suite and what else was agreed on, or what was offered. */
void human_negotiated(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text);
/* `shown` is how many of the handshakes were printed. */
void human_summary(struct hl_buffer *out, const struct hl_counters *counters, uint64_t shown,
                   const struct hl_print_options *options);
/* Behind it: what several handshakes have as their cause, a line each. */
void human_causes(struct hl_buffer *out, const struct causes *causes, const struct hl_print_options *options);

#endif
