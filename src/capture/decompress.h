/* decompress.h - gzip, Zstandard and LZ4 frames as a stream, one after another. */
#ifndef HL_CAPTURE_DECOMPRESS_H
#define HL_CAPTURE_DECOMPRESS_H

#include <handlens/span.h>

#include <stdbool.h>
#include <stdint.h>

struct hl_decompressor;

/* One for the format that `start` (4 bytes or more) begins; NULL with `*known` false when it
 * is none of them, with `*known` true when memory has run out. */
struct hl_decompressor *decompressor_new(struct hl_span start, bool *known);
void decompressor_free(struct hl_decompressor *d);
const char *decompressor_name(const struct hl_decompressor *d);

/* Decompress from `*in` (advanced past what was used) into `out`. Returns the
 * bytes written; 0 when more input is needed. `*damaged` is set for good when
 * the data is not what its format promises. */
size_t decompressor_run(struct hl_decompressor *d, struct hl_span *in, uint8_t *out, size_t size, bool *damaged);
/* Between two frames: the end of the file is allowed here. */
bool decompressor_complete(const struct hl_decompressor *d);

#endif
