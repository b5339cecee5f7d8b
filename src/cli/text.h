/* text.h - text that is kept for a while on its way to an output. */
#ifndef HL_CLI_TEXT_H
#define HL_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct cli_text {
    char *bytes; /* to be freed */
    size_t length, room;
};

/* Fits hl_write_fn. False when memory has run out. */
bool text_add(void *text, const void *bytes, size_t n);

#endif
