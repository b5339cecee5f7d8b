#include "report/code_name.h"

void code_name_put(struct hl_buffer *out, struct hl_code code)
{
    if (code.name != NULL)
        buf_string(out, code.name);
    else
        buf_printf(out, "%s (0x%0*x)", code.grease ? "GREASE" : "unknown", code.digits, (unsigned)code.id);
}
