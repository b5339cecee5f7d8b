#include "inspect/dump.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdio.h>

bool dump_is_text(struct hl_span bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        const uint8_t c = bytes.ptr[i];
        if ((c < ' ' && (c < '\t' || c > '\r')) || c == 0x7f)
            return false;
    }
    return bytes.len > 0;
}

int dump_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool dump_line(struct hl_span *rest, struct hl_span *line)
{
    if (rest->len == 0)
        return false;
    if (span_line(rest, line))
        return true;
    *line = *rest;
    rest->len = 0;
    return true;
}

bool dump_is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

struct hl_span dump_skip_blanks(struct hl_span s)
{
    while (s.len > 0 && dump_is_blank(s.ptr[0]))
        s = (struct hl_span){ s.ptr + 1, s.len - 1 };
    return s;
}

void dump_byte(struct dump *d, unsigned value)
{
    if (d->bytes.len >= HL_DECODE_BYTES_MAX) {
        d->result->too_long = true;
        return;
    }
    buf_char(&d->bytes, (char)value);
}

void dump_flush(struct dump *d)
{
    if (d->bytes.len > 0) {
        d->piece.bytes = buf_view(&d->bytes);
        d->result->pieces++;
        d->on_piece(d->ctx, &d->piece);
    }
    d->bytes.len = 0;
    d->piece = (struct dump_piece){ .label = DUMP_ANY };
}

void dump_problem(struct dump *d, size_t line, size_t column, const char *what)
{
    if (d->result->problem[0] != '\0')
        return;
    d->result->line = line;
    d->result->column = column;
    snprintf(d->result->problem, sizeof d->result->problem, "%s", what);
}

void dump_read(struct hl_span text, bool msg_only, dump_piece_fn *on_piece, void *ctx, struct dump_result *result)
{
    static const struct {
        enum dump_form form;
        bool (*read)(struct dump *d, struct hl_span text);
    } forms[] = {
        { DUMP_MSG, dump_msg },       { DUMP_OFFSETS, dump_offsets }, { DUMP_ESCAPES, dump_escapes },
        { DUMP_HEX, dump_hex },       { DUMP_BASE64, dump_base64 },
    };
    struct dump d = { .on_piece = on_piece, .ctx = ctx, .result = result };

    *result = (struct dump_result){ .form = DUMP_NONE };
    if (span_starts(text, "\xef\xbb\xbf")) /* as some editors begin */
        text = (struct hl_span){ text.ptr + 3, text.len - 3 };
    buf_init(&d.bytes, HL_DECODE_BYTES_MAX + 1);
    const size_t count = msg_only ? 1 : sizeof forms / sizeof forms[0];
    for (size_t i = 0; i < count && result->form == DUMP_NONE; i++) {
        if (forms[i].read(&d, text))
            result->form = forms[i].form;
        else
            d.bytes.len = 0;
    }
    buf_cleanup(&d.bytes);
}
