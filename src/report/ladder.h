/* ladder.h - what happened in a handshake for a terminal: the client on the left, the server on the right. */
#ifndef HL_REPORT_LADDER_H
#define HL_REPORT_LADDER_H

#include "report/line.h"
#include "session/handshake.h"

/* Within the line's width; where that is too narrow for two columns, in one. */
void ladder_put(struct hl_line *line, const struct hl_handshake *hs);

#endif
