/* A face of the walk: one field a line, nested by indentation; lists of plain
 * values on one line, wrapped. */
#include "report/fields.h"

#include "base/text.h"
#include "base/code_name.h"
#include "report/walk.h"

#include <string.h>

#define PIECE_MAX ((size_t)1 << 20)
#define STEP 2u
#define BASE 4u /* the fields of a handshake */
/* Longer byte strings are cut in the human view, which says so; JSON has them whole. */
#define BYTES_SHOWN 1024u

struct fields {
    struct hl_line *line;
    unsigned depth;
    bool in_list;    /* inside an array whose elements stand side by side */
    bool after_dash; /* an element of an array was begun: its first field stands beside the dash */
};

static void begin_line(struct fields *f, const char *key)
{
    struct hl_line *line = f->line;

    if (f->after_dash) {
        f->after_dash = false;
        if (key != NULL)
            line_put(line, 1, ROLE_QUIET, key);
        return;
    }
    if (f->in_list && key == NULL) {
        if (line->column == 0)
            line_tab(line, BASE + STEP * f->depth);
        return;
    }
    if (line->column > 0)
        line_end(line);
    f->in_list = false;
    line->indent = BASE + STEP * (f->depth + 1);
    line_tab(line, BASE + STEP * f->depth);
    line_put(line, 0, ROLE_QUIET, key != NULL ? key : "-");
}

static void begin_object(void *ctx, const char *key)
{
    struct fields *f = ctx;

    f->in_list = false;
    begin_line(f, key);
    f->after_dash = key == NULL;
    f->depth++;
}

static void end_object(void *ctx)
{
    struct fields *f = ctx;

    f->depth--;
    f->in_list = f->after_dash = false;
}

static void begin_array(void *ctx, const char *key)
{
    struct fields *f = ctx;

    begin_line(f, key);
    f->depth++;
    f->in_list = true;
}

/* What is not there takes no line. */
static void put_null(void *ctx, const char *key)
{
    (void)ctx;
    (void)key;
}

static void boolean(void *ctx, const char *key, bool value)
{
    struct fields *f = ctx;

    begin_line(f, key);
    line_put(f->line, 2, ROLE_PLAIN, value ? "yes" : "no");
}

static void put_buffer(struct fields *f, const char *key, enum hl_role role, struct hl_buffer *text)
{
    begin_line(f, key);
    buf_char(text, '\0');
    if (!text->failed)
        line_put(f->line, 2, role, (const char *)text->data);
    buf_cleanup(text);
}

static void number(void *ctx, const char *key, int64_t value)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    buf_number(&text, value);
    put_buffer(ctx, key, ROLE_PLAIN, &text);
}

static void text_field(void *ctx, const char *key, struct hl_span value)
{
    struct fields *f = ctx;

    begin_line(f, key);
    line_put_words(f->line, 2, ROLE_PLAIN, value.len > 0 ? value : span_of("(empty)"));
}

static void bytes(void *ctx, const char *key, struct hl_span value)
{
    struct hl_buffer text;
    bool cut = value.len > BYTES_SHOWN;

    buf_init(&text, PIECE_MAX);
    buf_hex(&text, cut ? (struct hl_span){ value.ptr, BYTES_SHOWN / 2 } : value);
    if (cut)
        buf_printf(&text, "\xe2\x80\xa6 (%zu bytes)", value.len);
    if (value.len == 0)
        buf_string(&text, "(empty)");
    put_buffer(ctx, key, ROLE_QUIET, &text);
}

static void code(void *ctx, const char *key, struct hl_code value)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    code_name_put(&text, value);
    if (value.name != NULL)
        buf_printf(&text, " (0x%0*x)", value.digits, (unsigned)value.id);
    put_buffer(ctx, key, ROLE_VALUE, &text);
}

static const struct hl_visitor_ops fields_ops = {
    .begin_object = begin_object,
    .end_object = end_object,
    .begin_array = begin_array,
    .end_array = end_object,
    .null = put_null,
    .boolean = boolean,
    .number = number,
    .text = text_field,
    .bytes = bytes,
    .code = code,
};

void fields_put_walk(struct hl_line *line, fields_walk_fn *walk, const void *subject)
{
    struct fields fields = { .line = line };
    struct hl_visitor visitor = { &fields_ops, &fields };
    unsigned indent = line->indent;

    walk(subject, &visitor);
    if (line->column > 0)
        line_end(line);
    line->indent = indent;
}

static void walk_handshake_fields(const void *subject, const struct hl_visitor *v)
{
    walk_fields(subject, v);
}

void fields_put(struct hl_line *line, const struct hl_handshake *hs)
{
    fields_put_walk(line, walk_handshake_fields, hs);
}
