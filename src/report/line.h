/* line.h - lines for people, never wider than the terminal.
 *
 * A line is put together from pieces, each with a role; what would not fit is
 * continued on the next line with an indent, and so is a piece that alone is
 * too long. Widths count characters, not bytes or colours. */
#ifndef HL_REPORT_LINE_H
#define HL_REPORT_LINE_H

#include "report/style.h"

#include <handlens/print.h>
#include <handlens/span.h>

struct hl_line {
    struct hl_buffer *out;
    bool color;
    bool ascii;      /* what is not ASCII is written in it: arrows as -> and <-, anything else by its number */
    unsigned width;  /* columns */
    unsigned indent; /* of continuation lines */
    unsigned column;
};

/* One as the caller's options want it; of their width 0 means 80 columns. */
struct hl_line line_for(struct hl_buffer *out, const struct hl_print_options *options, unsigned indent);
/* Characters of well-formed UTF-8. */
unsigned text_columns(struct hl_span text);

/* A piece, separated from what stands before it by `gap` spaces. */
void line_put(struct hl_line *line, unsigned gap, enum hl_role role, const char *text);
/* The same with what stands in `text`, which is emptied: it must be safe to show. */
void line_put_built(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_buffer *text);
/* The same with bytes from the wire: made safe here. */
void line_put_wire(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_span text);
/* The same word by word, so that lines break between words. */
void line_put_words(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_span text);
/* Spaces up to `column`; nothing when it is passed. */
void line_tab(struct hl_line *line, unsigned column);
void line_end(struct hl_line *line);

#endif
