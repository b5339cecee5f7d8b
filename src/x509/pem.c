/* Textual encodings: RFC 7468; the base64 is RFC 4648's, 4. */
#include "x509/pem.h"

#include "base/text.h"

#include <string.h>

#define LINE_BYTES 48u /* 64 characters */

static void advance(struct hl_span *s, size_t n)
{
    s->ptr += n;
    s->len -= n;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

/* The first line, without what ends it (CRLF, CR or LF); the last one needs no end. */
static bool next_line(struct hl_span *rest, struct hl_span *line)
{
    size_t n = 0;

    if (rest->len == 0)
        return false;
    while (n < rest->len && rest->ptr[n] != '\n' && rest->ptr[n] != '\r')
        n++;
    *line = (struct hl_span){ rest->ptr, n };
    advance(rest, n);
    if (rest->len >= 2 && rest->ptr[0] == '\r' && rest->ptr[1] == '\n')
        advance(rest, 2);
    else if (rest->len > 0)
        advance(rest, 1);
    return true;
}

/* preeb and posteb (3): `prefix`, the label, five dashes; blanks around them. */
static bool boundary(struct hl_span line, const char *prefix, struct hl_span *label)
{
    while (line.len > 0 && is_blank(line.ptr[0]))
        advance(&line, 1);
    while (line.len > 0 && is_blank(line.ptr[line.len - 1]))
        line.len--;
    if (!span_starts(line, prefix))
        return false;
    advance(&line, strlen(prefix));
    if (line.len < 5 || memcmp(line.ptr + line.len - 5, "-----", 5) != 0)
        return false;
    *label = (struct hl_span){ line.ptr, line.len - 5 };
    return true;
}

static int base64_value(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Characters come a line at a time; four of them are three bytes. */
struct base64 {
    uint32_t bits;
    unsigned count, padding; /* characters of the group under way, and how many of them are '=' */
    bool broken, ended;
};

static void base64_take(struct base64 *b, struct hl_buffer *out, uint8_t c)
{
    int value = c == '=' ? 0 : base64_value(c);

    if (value < 0 || b->ended || (c != '=' && b->padding > 0) || (c == '=' && b->count < 2)) {
        b->broken = true;
        return;
    }
    b->bits = b->bits << 6 | (uint32_t)value;
    b->padding += c == '=' ? 1 : 0;
    if (++b->count < 4)
        return;
    const uint8_t bytes[] = { (uint8_t)(b->bits >> 16), (uint8_t)(b->bits >> 8), (uint8_t)b->bits };
    buf_put(out, bytes, 3 - b->padding);
    b->ended = b->padding > 0;
    b->bits = b->count = b->padding = 0;
}

static void base64_line(struct base64 *b, struct hl_buffer *out, struct hl_span line)
{
    for (size_t i = 0; i < line.len && !b->broken; i++) {
        if (!is_blank(line.ptr[i]))
            base64_take(b, out, line.ptr[i]);
    }
}

/* Headers stand at the front: "Name: value", and lines that begin with a blank go on (RFC 1421, 4.4). */
static bool is_header(struct hl_span line, bool after_header)
{
    return line.len > 0
           && (memchr(line.ptr, ':', line.len) != NULL || (after_header && is_blank(line.ptr[0])));
}

/* The lines of a block, up to its END or the BEGIN of the next; false when it is broken. */
static bool read_body(struct hl_span *rest, struct hl_buffer *out, struct hl_span label)
{
    struct base64 base64 = { 0 };
    struct hl_span before = *rest, line, other;
    bool in_front = true, header = false;

    for (; next_line(rest, &line); before = *rest) {
        if (boundary(line, "-----END ", &other))
            return !base64.broken && base64.count == 0 && !out->failed && span_equal(label, other);
        if (boundary(line, "-----BEGIN ", &other)) {
            *rest = before;
            return false;
        }
        header = in_front && is_header(line, header);
        in_front = in_front && (header || line.len == 0);
        if (!header)
            base64_line(&base64, out, line);
    }
    return false;
}

bool pem_next(struct hl_span *rest, struct hl_buffer *out, struct hl_span *label)
{
    struct hl_span line;

    out->len = 0;
    out->failed = false;
    while (next_line(rest, &line)) {
        if (!boundary(line, "-----BEGIN ", label))
            continue;
        if (!read_body(rest, out, *label))
            out->len = 0;
        return true;
    }
    return false;
}

static void put_boundary(struct hl_buffer *out, const char *what, const char *label)
{
    buf_string(out, what);
    buf_string(out, label);
    buf_string(out, "-----\n");
}

void base64_put(struct hl_buffer *out, struct hl_span bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        uint32_t bits = (uint32_t)bytes.ptr[i] << 16 | (left > 1 ? (uint32_t)bytes.ptr[i + 1] << 8 : 0)
                        | (left > 2 ? bytes.ptr[i + 2] : 0);

        buf_char(out, digits[bits >> 18]);
        buf_char(out, digits[bits >> 12 & 63]);
        buf_char(out, left > 1 ? digits[bits >> 6 & 63] : '=');
        buf_char(out, left > 2 ? digits[bits & 63] : '=');
    }
}

void pem_put(struct hl_buffer *out, const char *label, struct hl_span der)
{
    put_boundary(out, "-----BEGIN ", label);
    while (der.len > 0) {
        size_t n = der.len < LINE_BYTES ? der.len : LINE_BYTES;

        base64_put(out, (struct hl_span){ der.ptr, n });
        buf_char(out, '\n');
        advance(&der, n);
    }
    put_boundary(out, "-----END ", label);
}

bool pem_is_text(struct hl_span text)
{
    while (text.len > 0) {
        const uint8_t *dash = memchr(text.ptr, '-', text.len);

        if (dash == NULL)
            return false;
        advance(&text, (size_t)(dash - text.ptr));
        if (span_starts(text, "-----BEGIN "))
            return true;
        advance(&text, 1);
    }
    return false;
}
