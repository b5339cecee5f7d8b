/* fields.h - every field of a handshake, indented, for people (-vv). */
#ifndef HL_REPORT_FIELDS_H
#define HL_REPORT_FIELDS_H

#include "report/line.h"
#include "session/handshake.h"

void fields_put(struct hl_line *line, const struct hl_handshake *hs);

/* The same for anything else that can be walked, into no object of its own. */
typedef void fields_walk_fn(const void *subject, const struct hl_visitor *v);
void fields_put_walk(struct hl_line *line, fields_walk_fn *walk, const void *subject);

#endif
