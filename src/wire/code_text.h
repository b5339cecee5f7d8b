/* code_text.h - a code point as fields of the object that is open.
 *
 * "id", "name" and, for GREASE, "grease": as v_code() shows one, for objects that go on with
 * fields of their own (an extension, a transport parameter). */
#ifndef HL_WIRE_CODE_TEXT_H
#define HL_WIRE_CODE_TEXT_H

#include "base/visit.h"

void code_fields(struct hl_code code, const struct hl_visitor *v);

#endif
