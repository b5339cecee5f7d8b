/* ladder.h - the messages of a handshake, one a line, with their direction. */
#ifndef HL_REPORT_LADDER_H
#define HL_REPORT_LADDER_H

#include "report/line.h"
#include "session/handshake.h"

void ladder_put(struct hl_line *line, const struct hl_handshake *hs);
/* A fault in words: "extensions: truncated at byte 97 (needs 40 bytes, has 12)". */
void fault_text(struct hl_buffer *out, const struct hl_fault *fault);

#endif
