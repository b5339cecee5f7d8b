#include "cli/text.h"

#include <stdlib.h>
#include <string.h>

bool text_add(void *ctx, const void *bytes, size_t n)
{
    struct cli_text *text = ctx;

    if (n > text->room - text->length) {
        const size_t room = 2 * text->length + n;
        char *more = realloc(text->bytes, room);
        if (more == NULL)
            return false;
        text->bytes = more;
        text->room = room;
    }
    memcpy(text->bytes + text->length, bytes, n);
    text->length += n;
    return true;
}
