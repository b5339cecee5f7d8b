/* input.h - the bytes of a capture file, decompressed on the way.
 *
 * Plain, gzip, Zstandard and LZ4 files are told apart by their first bytes;
 * standard input is read once, front to back. A window over the stream hands
 * out contiguous pieces: one large read, no copy per packet. */
#ifndef HL_CAPTURE_INPUT_H
#define HL_CAPTURE_INPUT_H

#include <handlens/error.h>
#include <handlens/span.h>

#include <stdbool.h>
#include <stdint.h>

struct hl_input;

/* Open `path`; "-" is standard input. NULL with `error` set when that fails. */
struct hl_input *input_new(const char *path, struct hl_error *error);
void input_free(struct hl_input *input);

/* The next `n` bytes without taking them, or fewer at the end of the stream.
 * Valid until the next call. `n` is at most HL_SECRETS_BLOCK_MAX. */
struct hl_span input_peek(struct hl_input *input, size_t n);
/* Take `n` bytes that were peeked. */
void input_skip(struct hl_input *input, size_t n);
/* A plain file can be gone over before it is read. */
bool input_can_rewind(const struct hl_input *input);
/* Take `n` bytes, whether they were peeked or not, or all that are left; in a plain file only. */
void input_jump(struct hl_input *input, uint64_t n);
/* Back to the first byte of a plain file, as if nothing had been read. */
void input_rewind(struct hl_input *input);
/* Bytes taken so far, after decompression. */
uint64_t input_offset(const struct hl_input *input);
/* Bytes of the file read so far and its size on disk (0 when unknown). */
uint64_t input_consumed(const struct hl_input *input);
uint64_t input_size(const struct hl_input *input);
/* Reading or decompressing failed: what had come before was delivered. */
bool input_failed(const struct hl_input *input, struct hl_error *error);

#endif
