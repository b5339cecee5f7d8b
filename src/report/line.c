#include "report/line.h"

#include "base/text.h"

#define DEFAULT_WIDTH 80u
#define PIECE_MAX ((size_t)512 << 10)

struct hl_line line_for(struct hl_buffer *out, const struct hl_print_options *options, unsigned indent)
{
    return (struct hl_line){
        .out = out,
        .color = options->color,
        .ascii = options->ascii,
        .width = options->width > 0 ? options->width : DEFAULT_WIDTH,
        .indent = indent,
    };
}

unsigned text_columns(struct hl_span text)
{
    unsigned columns = 0;

    for (size_t i = 0; i < text.len; i++)
        columns += (text.ptr[i] & 0xc0) != 0x80;
    return columns;
}

static void put_spaces(struct hl_line *line, unsigned count)
{
    line->column += count;
    while (count-- > 0)
        buf_char(line->out, ' ');
}

/* The first `columns` characters. */
static struct hl_span first_columns(struct hl_span text, unsigned columns)
{
    size_t n = 0;

    while (n < text.len && (columns > 0 || (text.ptr[n] & 0xc0) == 0x80)) {
        columns -= (text.ptr[n] & 0xc0) != 0x80;
        n++;
    }
    while (n > 0 && n < text.len && (text.ptr[n] & 0xc0) == 0x80)
        n++;
    return (struct hl_span){ text.ptr, n };
}

/* Characters that still fit on the line. */
static unsigned room(const struct hl_line *line)
{
    return line->width > line->column ? line->width - line->column : 1;
}

static void continue_line(struct hl_line *line)
{
    line_end(line);
    put_spaces(line, line->indent);
}

/* The characters that handlens itself uses, and what stands for them on a terminal without UTF-8. */
static const struct {
    uint32_t code_point;
    const char *ascii;
} replacements[] = {
    { 0x2192, "->" }, { 0x2190, "<-" }, { 0x2500, "-" }, { 0x2504, "." }, { 0x25b6, ">" },
    { 0x25c0, "<" },  { 0x2717, "x" },  { 0xb5, "u" },   { 0x2026, "..." },
};

static void put_ascii(struct hl_buffer *out, struct hl_span text)
{
    while (text.len > 0) {
        uint32_t c = text.ptr[0];
        const char *ascii = NULL;
        const size_t n = utf8_next(text, &c);
        for (size_t i = 0; i < sizeof replacements / sizeof replacements[0]; i++)
            ascii = replacements[i].code_point == c ? replacements[i].ascii : ascii;
        if (c < 0x80)
            buf_char(out, (char)c);
        else if (ascii != NULL)
            buf_string(out, ascii);
        else
            buf_printf(out, "\\u{%x}", (unsigned)c);
        text.ptr += n > 0 ? n : 1;
        text.len -= n > 0 ? n : 1;
    }
}

static void put_text(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_span text)
{
    unsigned columns = text_columns(text);

    if (columns == 0)
        return;
    if (line->column > line->indent && line->column + gap + columns > line->width)
        continue_line(line);
    else
        put_spaces(line, gap);
    while (text.len > 0) {
        struct hl_span part = first_columns(text, room(line));
        style_begin(line->out, line->color, role);
        buf_span(line->out, part);
        style_end(line->out, line->color, role);
        line->column += text_columns(part);
        text = (struct hl_span){ text.ptr + part.len, text.len - part.len };
        if (text.len > 0)
            continue_line(line);
    }
}

static void put_piece(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_span text)
{
    struct hl_buffer ascii;

    if (!line->ascii) {
        put_text(line, gap, role, text);
        return;
    }
    buf_init(&ascii, PIECE_MAX);
    put_ascii(&ascii, text);
    put_text(line, gap, role, buf_view(&ascii));
    buf_cleanup(&ascii);
}

void line_put(struct hl_line *line, unsigned gap, enum hl_role role, const char *text)
{
    put_piece(line, gap, role, span_of(text));
}

void line_put_built(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_buffer *text)
{
    put_piece(line, gap, role, buf_view(text));
    text->len = 0;
}

void line_put_wire(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_span text)
{
    struct hl_buffer safe;

    buf_init(&safe, PIECE_MAX);
    text_put_safe(&safe, text);
    put_piece(line, gap, role, buf_view(&safe));
    buf_cleanup(&safe);
}

/* A word ends before a space that stands alone: others are part of what was written. */
static size_t word_length(struct hl_span text)
{
    for (size_t i = 1; i + 1 < text.len; i++) {
        if (text.ptr[i] == ' ' && text.ptr[i - 1] != ' ' && text.ptr[i + 1] != ' ')
            return i;
    }
    return text.len;
}

void line_put_words(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_span text)
{
    while (text.len > 0) {
        size_t length = word_length(text);
        line_put_wire(line, gap, role, (struct hl_span){ text.ptr, length });
        gap = 1;
        length += length < text.len;
        text = (struct hl_span){ text.ptr + length, text.len - length };
    }
}

void line_tab(struct hl_line *line, unsigned column)
{
    if (line->column < column)
        put_spaces(line, column - line->column);
}

void line_end(struct hl_line *line)
{
    buf_char(line->out, '\n');
    line->column = 0;
}
