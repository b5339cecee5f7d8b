#include "report/style.h"

static const char *const codes[] = {
    [ROLE_PLAIN] = NULL,        [ROLE_STRONG] = "\033[1m", [ROLE_QUIET] = "\033[2m", [ROLE_GOOD] = "\033[32m",
    [ROLE_BAD] = "\033[1;31m",  [ROLE_DOUBT] = "\033[33m", [ROLE_VALUE] = "\033[36m",
};

void style_begin(struct hl_buffer *out, bool color, enum hl_role role)
{
    if (color && codes[role] != NULL)
        buf_string(out, codes[role]);
}

void style_end(struct hl_buffer *out, bool color, enum hl_role role)
{
    if (color && codes[role] != NULL)
        buf_string(out, "\033[0m");
}
