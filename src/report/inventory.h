/* inventory.h - everything that a server takes, for people and as JSON. */
#ifndef HL_REPORT_INVENTORY_H
#define HL_REPORT_INVENTORY_H

#include "policy/inventory.h"
#include "report/line.h"

#include <handlens/visitor.h>

void human_inventory(struct hl_line *line, const struct inventory *inventory, const struct policy_facts *facts);
void walk_inventory(const struct hl_visitor *v, const struct inventory *inventory, const struct policy_facts *facts);

#endif
