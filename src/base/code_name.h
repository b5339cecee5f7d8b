/* code_name.h - what a code point is called: its name, "GREASE (0x1a1a)" or "unknown (0x1234)". */
#ifndef HL_BASE_CODE_NAME_H
#define HL_BASE_CODE_NAME_H

#include "base/buffer.h"

#include <handlens/visitor.h>

void code_name_put(struct hl_buffer *out, struct hl_code code);

#endif
