/* Dumps that are digits, escapes or base64, with anything usual between them. */
#include "inspect/dump.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* Fewer digits are a word, not a dump. */
#define HEX_MIN 4u
#define BASE64_MIN 8u

/* Where in the text we are. */
struct place {
    struct hl_span text;
    size_t at, line, line_start;
};

static int peek(const struct place *p, size_t ahead)
{
    return p->at + ahead < p->text.len ? p->text.ptr[p->at + ahead] : -1;
}

static void step(struct place *p)
{
    if (p->text.ptr[p->at++] == '\n') {
        p->line++;
        p->line_start = p->at;
    }
}

static size_t column(const struct place *p)
{
    return p->at - p->line_start + 1;
}

static bool is_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* --- "\x16\x03\x01" --------------------------------------------------------------- */

static void take_escape(struct dump *d, struct place *p)
{
    static const char letters[] = "abfnrtv0\\'\"", values[] = "\a\b\f\n\r\t\v\0\\'\"";
    const int c = peek(p, 1);
    const char *letter = c > 0 ? strchr(letters, c) : NULL;

    if (c == 'x' && peek(p, 2) > 0 && dump_digit((uint8_t)peek(p, 2)) >= 0) {
        int value = dump_digit((uint8_t)peek(p, 2));
        const int low = peek(p, 3) > 0 ? dump_digit((uint8_t)peek(p, 3)) : -1;
        p->at += low >= 0 ? 4 : 3;
        dump_byte(d, (unsigned)(low >= 0 ? value << 4 | low : value));
    } else if (letter != NULL) {
        p->at += 2;
        dump_byte(d, (uint8_t)values[letter - letters]);
    } else if (is_space(c)) { /* a line that goes on */
        step(p);
    } else {
        dump_problem(d, p->line, column(p), "an escape that is not known");
        p->at++;
    }
}

/* Strings of C, Python and JavaScript: inside of quotes letters stand for themselves; without quotes, too. */
bool dump_escapes(struct dump *d, struct hl_span text)
{
    struct place p = { .text = text, .line = 1 };
    int quote = 0;

    if (!span_contains_nocase(text, "\\x"))
        return false;
    const bool quoted = memchr(text.ptr, '"', text.len) != NULL || memchr(text.ptr, '\'', text.len) != NULL;
    d->piece.line = 1;
    while (p.at < text.len) {
        const int c = peek(&p, 0);
        if (c == '\\' && (!quoted || quote != 0)) {
            take_escape(d, &p);
            continue;
        }
        if (quote != 0 ? c == quote : quoted && (c == '"' || c == '\''))
            quote = quote != 0 ? 0 : c;
        else if (quote != 0 || (!quoted && !is_space(c)))
            dump_byte(d, (unsigned)c);
        else if (c == ';')
            dump_flush(d);
        step(&p);
        if (d->bytes.len == 0)
            d->piece.line = p.line;
    }
    dump_flush(d);
    return d->result->pieces > 0;
}

/* --- 16 03 01, 16:03:01, 0x16, 0x03, { 0x16 } ---------------------------------------- */

/* Comments of C and scripts; true when there was one. */
static bool skip_comment(struct place *p)
{
    const bool block = peek(p, 0) == '/' && peek(p, 1) == '*';
    const bool line = peek(p, 0) == '#' || (peek(p, 0) == '/' && peek(p, 1) == '/');

    if (!block && !line)
        return false;
    while (p->at < p->text.len) {
        if (block && peek(p, 0) == '*' && peek(p, 1) == '/') {
            p->at += 2;
            break;
        }
        if (line && peek(p, 0) == '\n')
            break;
        step(p);
    }
    return true;
}

/* "static const uint8_t hello[517] = {": to the brace. Only where there is one. */
static bool skip_declaration(struct place *p)
{
    while (p->at < p->text.len && peek(p, 0) != '{') {
        if (!skip_comment(p))
            step(p);
    }
    if (p->at == p->text.len)
        return false;
    step(p);
    return true;
}

static bool is_separator(int c)
{
    return is_space(c) || strchr(":,;-._|'\"[]()", c) != NULL;
}

static bool parts_bytes(int c)
{
    return c == ':' || c == ',';
}

/* One run of digits. An odd one goes on behind a space; 0x5, and 3 in 16:3:1, are bytes. */
static void take_run(struct dump *d, struct place *p, int *half)
{
    const bool marked = peek(p, 0) == '0' && (peek(p, 1) == 'x' || peek(p, 1) == 'X');
    const int before = p->at > 0 ? p->text.ptr[p->at - 1] : ' ';
    size_t digits = 0;

    p->at += marked ? 2 : 0;
    while (peek(p, digits) >= 0 && dump_digit((uint8_t)peek(p, digits)) >= 0)
        digits++;
    const bool alone = digits == 1 && (parts_bytes(before) || parts_bytes(peek(p, 1)));
    if (*half < 0 && digits % 2 != 0 && (marked || alone))
        *half = 0;
    for (; digits > 0; digits--, p->at++) {
        const int value = dump_digit((uint8_t)peek(p, 0));
        if (*half >= 0)
            dump_byte(d, (unsigned)(*half << 4 | value));
        *half = *half >= 0 ? -1 : value;
    }
}

static bool at_digits(const struct place *p)
{
    return peek(p, 0) >= 0 && dump_digit((uint8_t)peek(p, 0)) >= 0;
}

/* The first character that is none of a dump; what it was then, if most of the text is hex all the same. */
static bool complain(struct dump *d, const struct place *p)
{
    const int c = peek(p, 0);
    char what[64];
    size_t hex = 0, all = 0;

    for (size_t i = 0; i < p->text.len; i++) {
        hex += dump_digit(p->text.ptr[i]) >= 0;
        all += !is_separator(p->text.ptr[i]);
    }
    /* Words, too, are made of a to f. */
    if (p->at < 2 * HEX_MIN || d->bytes.len < HEX_MIN || 10 * hex < 9 * all)
        return false;
    if (c > ' ' && c < 0x7f)
        snprintf(what, sizeof what, "'%c' is no hex digit", c);
    else
        snprintf(what, sizeof what, "byte 0x%02x is no hex digit", (unsigned)c);
    dump_problem(d, p->line, column(p), what);
    return true;
}

bool dump_hex(struct dump *d, struct hl_span text)
{
    struct place p = { .text = text, .line = 1 };
    const bool braces = memchr(text.ptr, '{', text.len) != NULL;
    int half = -1;

    if (braces && !skip_declaration(&p))
        return false;
    d->piece.line = p.line;
    while (p.at < text.len) {
        if (at_digits(&p)) {
            take_run(d, &p, &half);
        } else if (braces && peek(&p, 0) == '}') {
            dump_flush(d);
            half = -1;
            if (!skip_declaration(&p))
                break;
            d->piece.line = p.line;
        } else if (is_separator(peek(&p, 0))) {
            step(&p);
        } else if (!skip_comment(&p)) {
            if (!complain(d, &p))
                return false;
            break; /* what stood before it is told */
        }
    }
    if (d->bytes.len + d->result->pieces == 0 || (d->result->pieces == 0 && 2 * d->bytes.len < HEX_MIN))
        return false;
    if (half >= 0)
        dump_problem(d, p.line, 0, "an odd number of hex digits: one is missing");
    dump_flush(d);
    return true;
}

/* --- base64 ---------------------------------------------------------------------- */

/* RFC 4648, sections 4 and 5. */
static int base64_value(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool dump_base64(struct dump *d, struct hl_span text)
{
    uint32_t bits = 0;
    unsigned pending = 0;
    size_t digits = 0, padding = 0;

    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = text.ptr[i];
        const int value = base64_value(c);
        if (is_space(c))
            continue;
        padding += c == '=';
        if ((value < 0 && c != '=') || (value >= 0 && padding > 0) || padding > 2)
            return false;
        if (c == '=')
            continue;
        digits++;
        bits = (bits << 6 | (uint32_t)value) & 0xffffff;
        pending += 6;
        if (pending >= 8) {
            pending -= 8;
            dump_byte(d, bits >> pending & 0xff);
        }
    }
    if (digits < BASE64_MIN || digits % 4 == 1)
        return false;
    d->piece.line = 1;
    dump_flush(d);
    return true;
}
