#include "wire/code_text.h"

#include "base/code_name.h"

void code_fields(struct hl_code code, const struct hl_visitor *v)
{
    uint8_t room[40]; /* "unknown (0x12345678)" is the longest */
    struct hl_buffer text = { .data = room, .size = sizeof room, .cap = sizeof room };

    v_number(v, "id", code.id);
    if (code.name != NULL) {
        v_string(v, "name", code.name);
    } else {
        code_name_put(&text, code);
        v_text(v, "name", buf_view(&text));
    }
    if (code.grease)
        v_bool(v, "grease", true);
}
