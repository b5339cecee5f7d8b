#include "support/make_bytes.h"

#include <ctype.h>
#include <stdlib.h>

struct hl_buffer make_buffer(void)
{
    struct hl_buffer out;

    buf_init(&out, (size_t)256 << 20);
    return out;
}

void put_uint(struct hl_buffer *out, unsigned width, uint64_t value)
{
    while (width-- > 0)
        buf_char(out, (char)(uint8_t)(value >> 8 * width));
}

void put_uint_le(struct hl_buffer *out, unsigned width, uint64_t value)
{
    for (; width > 0; width--, value >>= 8)
        buf_char(out, (char)(uint8_t)value);
}

void put_hex(struct hl_buffer *out, const char *hex)
{
    while (*hex != '\0') {
        char pair[3] = { hex[0], hex[1], '\0' };
        if (isspace((unsigned char)*hex)) {
            hex++;
            continue;
        }
        if (!isxdigit((unsigned char)hex[0]) || !isxdigit((unsigned char)hex[1]))
            abort();
        put_uint(out, 1, strtoul(pair, NULL, 16));
        hex += 2;
    }
}

void put_fill(struct hl_buffer *out, unsigned byte, size_t n)
{
    while (n-- > 0)
        put_uint(out, 1, byte);
}

void put_pattern(struct hl_buffer *out, unsigned seed, size_t n)
{
    uint32_t state = seed * 2654435761u + 1;

    while (n-- > 0)
        put_uint(out, 1, next_random(&state) >> 16);
}

size_t vec_begin(struct hl_buffer *out, unsigned width)
{
    size_t begin = out->len;

    put_uint(out, width, 0);
    return begin;
}

void vec_end(struct hl_buffer *out, unsigned width, size_t begin)
{
    size_t length = out->len - begin - width;

    for (unsigned i = 0; i < width; i++)
        out->data[begin + i] = (uint8_t)(length >> 8 * (width - 1 - i));
}

uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}
