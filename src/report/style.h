/* style.h - colour by role, when the output is a terminal.
 *
 * Only the eight basic colours and bold/dim, which every terminal theme keeps
 * readable, light or dark. */
#ifndef HL_REPORT_STYLE_H
#define HL_REPORT_STYLE_H

#include "base/buffer.h"

enum hl_role {
    ROLE_PLAIN,
    ROLE_STRONG,  /* what the eye should find first: names */
    ROLE_QUIET,   /* labels and numbers that are rarely needed */
    ROLE_GOOD,
    ROLE_BAD,
    ROLE_DOUBT,
    ROLE_VALUE,   /* protocol values */
};

/* Begin and end a role; nothing without `color`. */
void style_begin(struct hl_buffer *out, bool color, enum hl_role role);
void style_end(struct hl_buffer *out, bool color, enum hl_role role);

#endif
