#include "crypto/certificate_compression.h"

#define ZLIB_CONST /* input is not written to */
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

/* Nobody wants the bytes: only their number. */
static size_t deflate_part(z_stream *stream, struct hl_span part, int flush)
{
    uint8_t out[4096];
    size_t total = 0;

    stream->next_in = part.ptr;
    stream->avail_in = (uInt)part.len;
    do {
        stream->next_out = out;
        stream->avail_out = sizeof out;
        if (deflate(stream, flush) == Z_STREAM_ERROR)
            return 0;
        total += sizeof out - stream->avail_out;
    } while (stream->avail_out == 0);
    return total;
}

size_t certificates_deflated(const struct hl_span *certificates, size_t count)
{
    z_stream stream = { .zalloc = NULL };
    size_t total = 0;

    if (deflateInit(&stream, Z_DEFAULT_COMPRESSION) != Z_OK)
        return 0;
    for (size_t i = 0; i < count; i++)
        total += deflate_part(&stream, certificates[i], Z_NO_FLUSH);
    total += deflate_part(&stream, (struct hl_span){ NULL, 0 }, Z_FINISH);
    deflateEnd(&stream);
    return total;
}
