/* der_text.h - DER written by hand, for tests.
 *
 *     30{ 02{ 05 } 0c{ 'text' } }
 *
 * Two hex digits are a byte, quotes hold ASCII, braces hold what the byte
 * before them is the tag of: the length is put in. Spaces mean nothing.
 * `R<n>(...)` repeats what is in the parentheses. */
#ifndef HL_TESTS_DER_TEXT_H
#define HL_TESTS_DER_TEXT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DER_TEXT_MAX ((size_t)1 << 20)

static inline unsigned der_text_digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* Builds up to `close` (or the end); *text is moved behind it. */
static inline size_t der_text_part(const char **text, char close, uint8_t *out)
{
    size_t n = 0;

    while (**text != '\0' && **text != close) {
        char c = *(*text)++;

        if (c == ' ' || c == '\n') {
            continue;
        } else if (c == '\'') {
            while (**text != '\'')
                out[n++] = (uint8_t) * (*text)++;
            (*text)++;
        } else if (c == 'R') {
            char *end = NULL;
            unsigned long times = strtoul(*text, &end, 10);
            const char *body = end + 1;
            for (*text = body; times > 0; times--) {
                *text = body;
                n += der_text_part(text, ')', out + n);
            }
        } else if (c == '{') {
            uint8_t *body = malloc(DER_TEXT_MAX);
            size_t len = der_text_part(text, '}', body);
            if (len < 0x80) {
                out[n++] = (uint8_t)len;
            } else {
                out[n++] = len < 0x100 ? 0x81 : len < 0x10000 ? 0x82 : 0x83;
                for (unsigned shift = len < 0x100 ? 0 : len < 0x10000 ? 8 : 16;; shift -= 8) {
                    out[n++] = (uint8_t)(len >> shift);
                    if (shift == 0)
                        break;
                }
            }
            memcpy(out + n, body, len);
            n += len;
            free(body);
        } else {
            out[n++] = (uint8_t)(der_text_digit(c) << 4 | der_text_digit(*(*text)++));
        }
    }
    if (**text != '\0')
        (*text)++;
    return n;
}

/* The bytes, in an allocation of exactly their size: one too far shows under ASan. */
static inline uint8_t *der_text(const char *text, size_t *len)
{
    uint8_t *all = malloc(DER_TEXT_MAX);
    *len = der_text_part(&text, '\0', all);
    uint8_t *exact = malloc(*len > 0 ? *len : 1);

    memcpy(exact, all, *len);
    free(all);
    return exact;
}

#endif
