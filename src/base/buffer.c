#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct hl_buffer *buf, size_t cap)
{
    *buf = (struct hl_buffer){ .cap = cap };
}

void buf_cleanup(struct hl_buffer *buf)
{
    free(buf->data);
    *buf = (struct hl_buffer){ .cap = buf->cap };
}

bool buf_grow(struct hl_buffer *buf, size_t n)
{
    if (buf->failed || n > buf->cap || buf->len > buf->cap - n) {
        buf->failed = true;
        return false;
    }
    size_t size = buf->size > 0 ? buf->size : 64;
    while (size < buf->len + n)
        size *= 2;
    if (size > buf->cap)
        size = buf->cap;

    uint8_t *data = realloc(buf->data, size);
    if (data == NULL) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->size = size;
    return true;
}

void buf_printf(struct hl_buffer *buf, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n > 0)
        buf_put(buf, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

void buf_number(struct hl_buffer *buf, int64_t value)
{
    char digits[20];
    char *at = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    if (value < 0)
        buf_char(buf, '-');
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    buf_put(buf, at, (size_t)(digits + sizeof digits - at));
}

void buf_hex(struct hl_buffer *buf, struct hl_span bytes)
{
    static const char digits[] = "0123456789abcdef";

    if (bytes.len == 0 || !buf_reserve(buf, 2 * bytes.len)) /* NULL + 0 is undefined in C */
        return;
    uint8_t *out = buf->data + buf->len;
    for (size_t i = 0; i < bytes.len; i++) {
        *out++ = (uint8_t)digits[bytes.ptr[i] >> 4];
        *out++ = (uint8_t)digits[bytes.ptr[i] & 15];
    }
    buf->len += 2 * bytes.len;
}

size_t buf_begin_vector(struct hl_buffer *buf, unsigned width)
{
    const uint8_t room[4] = { 0, 0, 0, 0 };

    buf_put(buf, room, width);
    return buf->len;
}

void buf_end_vector(struct hl_buffer *buf, size_t begin, unsigned width)
{
    size_t length = buf->len - begin;

    for (unsigned i = 1; i <= width && !buf->failed; i++, length >>= 8)
        buf->data[begin - i] = (uint8_t)length;
}

void buf_vector(struct hl_buffer *buf, unsigned width, struct hl_span bytes)
{
    const size_t begin = buf_begin_vector(buf, width);

    buf_span(buf, bytes);
    buf_end_vector(buf, begin, width);
}
