#include "crypto/certificate_compression.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

enum { ZLIB = 1, BROTLI = 2, ZSTANDARD = 3 };

static bool expand_zlib(struct hl_span data, uint8_t *out, size_t length)
{
    uLongf written = length;
    uLong taken = data.len;

    return uncompress2(out, &written, data.ptr, &taken) == Z_OK && written == length && taken == data.len;
}

static bool expand_brotli(struct hl_span data, uint8_t *out, size_t length)
{
    size_t written = length;

    return BrotliDecoderDecompress(data.len, data.ptr, &written, out) == BROTLI_DECODER_RESULT_SUCCESS
           && written == length;
}

/* An error is a length that no buffer has. */
static bool expand_zstandard(struct hl_span data, uint8_t *out, size_t length)
{
    return ZSTD_decompress(out, length, data.ptr, data.len) == length;
}

enum expansion certificate_expand(uint16_t algorithm, struct hl_span data, uint8_t *out, size_t length)
{
    bool expanded;

    switch (algorithm) {
    case ZLIB: expanded = expand_zlib(data, out, length); break;
    case BROTLI: expanded = expand_brotli(data, out, length); break;
    case ZSTANDARD: expanded = expand_zstandard(data, out, length); break;
    default: return EXPANSION_UNKNOWN;
    }
    return expanded ? EXPANDED : EXPANSION_DAMAGED;
}
