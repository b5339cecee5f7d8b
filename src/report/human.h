/* human.h - a handshake for people: a few lines at a glance, the ladder on request. */
#ifndef HL_REPORT_HUMAN_H
#define HL_REPORT_HUMAN_H

#include "report/line.h"
#include "session/handshake.h"

#include <handlens/print.h>

void human_handshake(struct hl_buffer *out, const struct hl_handshake *hs, const struct hl_print_options *options);
/* `shown` is how many of the handshakes were printed. */
void human_summary(struct hl_buffer *out, const struct hl_counters *counters, uint64_t shown,
                   const struct hl_print_options *options);

#endif
