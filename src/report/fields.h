/* fields.h - every field of a handshake, indented, for people (-vv). */
#ifndef HL_REPORT_FIELDS_H
#define HL_REPORT_FIELDS_H

#include "report/line.h"
#include "session/handshake.h"

void fields_put(struct hl_line *line, const struct hl_handshake *hs);

#endif
