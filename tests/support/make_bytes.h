/* make_bytes.h - messages and packets for tests, written field by field.
 *
 * Everything goes to the end of a buffer; a vector is begun, filled and ended,
 * and gets its length then. */
#ifndef HL_TESTS_MAKE_BYTES_H
#define HL_TESTS_MAKE_BYTES_H

#include "base/buffer.h"

/* A buffer without a cap that matters. */
struct hl_buffer make_buffer(void);
/* Big-endian, `width` bytes; and little-endian. */
void put_uint(struct hl_buffer *out, unsigned width, uint64_t value);
void put_uint_le(struct hl_buffer *out, unsigned width, uint64_t value);
/* Bytes written in hex; spaces are passed over. */
void put_hex(struct hl_buffer *out, const char *hex);
void put_fill(struct hl_buffer *out, unsigned byte, size_t n);
/* `n` bytes of a pattern that does not repeat soon, from `seed` on. */
void put_pattern(struct hl_buffer *out, unsigned seed, size_t n);

/* vec_begin() leaves room for a length of `width` bytes; vec_end() fills it in. */
size_t vec_begin(struct hl_buffer *out, unsigned width);
void vec_end(struct hl_buffer *out, unsigned width, size_t begin);

/* A generator of numbers that is the same everywhere. */
uint32_t next_random(uint32_t *state);

#endif
