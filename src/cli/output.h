/* output.h - where the text goes: standard output or a file, buffered. */
#ifndef HL_CLI_OUTPUT_H
#define HL_CLI_OUTPUT_H

#include "cli/options.h"

#include <stdbool.h>
#include <stddef.h>

struct cli_output {
    int fd;
    const char *name;
    bool terminal;
    bool prompt; /* hand on each piece at once: somebody is waiting for it */
    bool broken; /* the reader of a pipe went away: nothing more is wanted */
    int error;   /* errno of a write that failed */
    char *buffer;
    size_t used;
};

/* `path` NULL is standard output. False with one line on standard error when that fails. */
bool output_open(struct cli_output *output, const char *path);
/* The same for a descriptor, which it closes unless it is that of standard output. */
bool output_open_fd(struct cli_output *output, int fd, const char *name);
/* Fits hl_write_fn. */
bool output_write(void *output, const void *bytes, size_t n);
/* Write what is left. False when anything could not be written (said on standard error); a
 * reader that went away is no mistake. */
bool output_close(struct cli_output *output);

/* Columns of the terminal; 0 when it is none. */
unsigned output_width(const struct cli_output *output);
/* The terminal's locale is named, and is not one of UTF-8. */
bool output_ascii(const struct cli_output *output);
/* As --color and NO_COLOR say. */
bool output_color(const struct cli_output *output, enum cli_color color);
/* The severity of the worst finding of a handshake, if it is worse than `worst`, which may be -1: none. */
int cli_worst(int worst, const struct hl_handshake *handshake);
/* One line on standard error. */
void cli_complain(const struct hl_error *error, bool warning);

#endif
