/* Numbers as people, tables and logs write them. */
#include "analyze/words/words.h"
#include "base/text.h"

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Digits at the front, at most eight. */
static unsigned take_hex(struct hl_span *s, uint32_t *value)
{
    unsigned digits = 0;

    *value = 0;
    if (span_starts_nocase(*s, "0x"))
        *s = (struct hl_span){ s->ptr + 2, s->len - 2 };
    for (; s->len > 0 && hex_digit(s->ptr[0]) >= 0 && digits < 8; digits++) {
        *value = *value << 4 | (uint32_t)hex_digit(s->ptr[0]);
        *s = (struct hl_span){ s->ptr + 1, s->len - 1 };
    }
    return digits;
}

/* {0xC0,0x2F}, C0,2F, C0:2F, as tables of cipher suites write them. */
static bool take_pair(struct hl_span s, struct word_number *out)
{
    uint32_t high, low;

    if (s.len > 1 && s.ptr[0] == '{' && s.ptr[s.len - 1] == '}')
        s = (struct hl_span){ s.ptr + 1, s.len - 2 };
    if (take_hex(&s, &high) != 2 || s.len < 2 || (s.ptr[0] != ',' && s.ptr[0] != ':'))
        return false;
    s = (struct hl_span){ s.ptr + 1, s.len - 1 };
    while (s.len > 0 && s.ptr[0] == ' ')
        s = (struct hl_span){ s.ptr + 1, s.len - 1 };
    if (take_hex(&s, &low) != 2 || s.len > 0)
        return false;
    out->pair = out->hex = true;
    out->as_hex = high << 8 | low;
    out->hex_digits = 4;
    return true;
}

bool word_number(struct hl_span text, struct word_number *out)
{
    struct hl_span s = text;
    const bool marked = span_starts_nocase(text, "0x");

    *out = (struct word_number){ .decimal = false };
    if (take_pair(text, out))
        return true;
    out->hex_digits = take_hex(&s, &out->as_hex);
    out->hex = s.len == 0 && out->hex_digits > 0 && (marked || out->hex_digits == 4);
    if (!marked && text.len > 0 && text.len <= 7) {
        out->decimal = true;
        for (size_t i = 0; i < text.len; i++) {
            out->decimal &= text.ptr[i] >= '0' && text.ptr[i] <= '9';
            out->as_decimal = 10 * out->as_decimal + (uint32_t)(text.ptr[i] - '0');
        }
    }
    return out->hex || out->decimal;
}
