#include "base/code_name.h"

static void put_nameless(struct hl_buffer *out, struct hl_code code)
{
    static const char digits[] = "0123456789abcdef";

    buf_string(out, code.grease ? "GREASE (0x" : "unknown (0x");
    for (unsigned i = code.digits; i-- > 0;)
        buf_char(out, digits[code.id >> 4 * i & 15]);
    buf_char(out, ')');
}

void code_name_put(struct hl_buffer *out, struct hl_code code)
{
    if (code.name != NULL)
        buf_string(out, code.name);
    else
        put_nameless(out, code);
}
