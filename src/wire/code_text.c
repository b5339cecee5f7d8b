#include "wire/code_text.h"

#include <stdio.h>

void code_fields(struct hl_code code, const struct hl_visitor *v)
{
    char text[40];

    v_number(v, "id", code.id);
    if (code.name != NULL && !code.grease) {
        v_string(v, "name", code.name);
        return;
    }
    int digits = code.digits < 8 ? code.digits : 8;
    (void)snprintf(text, sizeof text, "%s (0x%0*lx)", code.grease ? "GREASE" : "unknown", digits,
                   (unsigned long)code.id & 0xffffffff);
    v_string(v, "name", text);
    if (code.grease)
        v_bool(v, "grease", true);
}
