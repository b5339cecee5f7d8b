/* wire_items.h - records and messages that were decoded by themselves (analyze/item.h), for people and as JSON. */
#ifndef HL_REPORT_WIRE_ITEMS_H
#define HL_REPORT_WIRE_ITEMS_H

#include "analyze/item.h"
#include "report/line.h"

void human_record(struct hl_line *line, const struct hl_wire_record *record);
void human_message(struct hl_line *line, const struct hl_wire_message *message);
/* The members of "record" and "message". */
void walk_wire_record(const struct hl_wire_record *record, const struct hl_visitor *v);
void walk_wire_message(const struct hl_wire_message *message, const struct hl_visitor *v);

#endif
