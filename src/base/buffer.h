/* buffer.h - bytes that grow up to a cap.
 *
 * Used for what is written out and for what is put together from pieces. When
 * the cap is reached or memory runs out, `failed` is set and stays set, and
 * nothing is added any more: check it once, at the end. */
#ifndef HL_BASE_BUFFER_H
#define HL_BASE_BUFFER_H

#include <handlens/span.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct hl_buffer {
    uint8_t *data;
    size_t len, size;
    size_t cap;
    bool failed;
};

void buf_init(struct hl_buffer *buf, size_t cap);
void buf_cleanup(struct hl_buffer *buf);
/* Make room for `n` more bytes; false at the cap. */
bool buf_grow(struct hl_buffer *buf, size_t n);
void buf_printf(struct hl_buffer *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A decimal number. */
void buf_number(struct hl_buffer *buf, int64_t value);
/* Lowercase hex. */
void buf_hex(struct hl_buffer *buf, struct hl_span bytes);
/* A vector of TLS (RFC 8446, section 3.4): room for its length of `width` bytes (4 at the most), which buf_end_vector() fills in once
 * what follows is there. */
size_t buf_begin_vector(struct hl_buffer *buf, unsigned width);
void buf_end_vector(struct hl_buffer *buf, size_t begin, unsigned width);
void buf_vector(struct hl_buffer *buf, unsigned width, struct hl_span bytes);

static inline bool buf_reserve(struct hl_buffer *buf, size_t n)
{
    return buf->size - buf->len >= n || buf_grow(buf, n);
}

static inline void buf_put(struct hl_buffer *buf, const void *bytes, size_t n)
{
    if (n > 0 && buf_reserve(buf, n)) {
        memcpy(buf->data + buf->len, bytes, n);
        buf->len += n;
    }
}

static inline void buf_char(struct hl_buffer *buf, char c)
{
    if (buf_reserve(buf, 1))
        buf->data[buf->len++] = (uint8_t)c;
}

/* In network order. */
static inline void buf_u8(struct hl_buffer *buf, unsigned value)
{
    buf_char(buf, (char)(uint8_t)value);
}

static inline void buf_u16(struct hl_buffer *buf, unsigned value)
{
    const uint8_t raw[2] = { (uint8_t)(value >> 8), (uint8_t)value };

    buf_put(buf, raw, sizeof raw);
}

static inline void buf_u32(struct hl_buffer *buf, uint32_t value)
{
    buf_u16(buf, value >> 16);
    buf_u16(buf, value);
}

static inline void buf_string(struct hl_buffer *buf, const char *text)
{
    buf_put(buf, text, strlen(text));
}

static inline void buf_span(struct hl_buffer *buf, struct hl_span span)
{
    buf_put(buf, span.ptr, span.len);
}

static inline struct hl_span buf_view(const struct hl_buffer *buf)
{
    return (struct hl_span){ buf->data, buf->len };
}

#endif
