#include "capture/decompress.h"

#include "base/text.h"

#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum format { GZIP, ZSTD, LZ4 };

struct hl_decompressor {
    enum format format;
    bool complete;
    bool zlib_ready;
    z_stream zlib;
    ZSTD_DStream *zstd;
    LZ4F_dctx *lz4;
};

static const struct {
    const char *name;
    const char *magic;
    size_t len;
} formats[] = {
    [GZIP] = { "gzip", "\x1f\x8b", 2 },
    [ZSTD] = { "Zstandard", "\x28\xb5\x2f\xfd", 4 },
    [LZ4] = { "LZ4", "\x04\x22\x4d\x18", 4 },
};

static bool start_format(struct hl_decompressor *d)
{
    switch (d->format) {
    case GZIP:
        d->zlib_ready = inflateInit2(&d->zlib, 16 + MAX_WBITS) == Z_OK;
        return d->zlib_ready;
    case ZSTD:
        d->zstd = ZSTD_createDStream();
        return d->zstd != NULL;
    case LZ4:
        return !LZ4F_isError(LZ4F_createDecompressionContext(&d->lz4, LZ4F_VERSION));
    }
    return false;
}

struct hl_decompressor *decompressor_new(struct hl_span start, bool *known)
{
    *known = false;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (start.len < formats[i].len || memcmp(start.ptr, formats[i].magic, formats[i].len) != 0)
            continue;
        *known = true;
        struct hl_decompressor *d = calloc(1, sizeof *d);
        if (d == NULL)
            return NULL;
        d->format = (enum format)i;
        if (start_format(d))
            return d;
        decompressor_free(d);
        return NULL;
    }
    return NULL;
}

void decompressor_free(struct hl_decompressor *d)
{
    if (d == NULL)
        return;
    if (d->zlib_ready)
        inflateEnd(&d->zlib);
    ZSTD_freeDStream(d->zstd);
    LZ4F_freeDecompressionContext(d->lz4);
    free(d);
}

const char *decompressor_name(const struct hl_decompressor *d)
{
    return formats[d->format].name;
}

static size_t run_gzip(struct hl_decompressor *d, struct hl_span *in, uint8_t *out, size_t size, bool *damaged)
{
    if (d->complete) { /* another member follows */
        inflateReset(&d->zlib);
        d->complete = false;
    }
    d->zlib.next_in = (uint8_t *)(uintptr_t)in->ptr; /* zlib's older signature: it does not write */
    d->zlib.avail_in = (uInt)in->len;
    d->zlib.next_out = out;
    d->zlib.avail_out = (uInt)size;

    int result = inflate(&d->zlib, Z_NO_FLUSH);
    d->complete = result == Z_STREAM_END;
    *damaged = result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR;
    *in = (struct hl_span){ d->zlib.next_in, d->zlib.avail_in };
    return size - d->zlib.avail_out;
}

static size_t run_zstd(struct hl_decompressor *d, struct hl_span *in, uint8_t *out, size_t size, bool *damaged)
{
    ZSTD_inBuffer source = { in->ptr, in->len, 0 };
    ZSTD_outBuffer target = { out, size, 0 };
    size_t result = ZSTD_decompressStream(d->zstd, &target, &source);

    *damaged = ZSTD_isError(result) != 0;
    d->complete = result == 0;
    *in = (struct hl_span){ in->ptr + source.pos, in->len - source.pos };
    return target.pos;
}

static size_t run_lz4(struct hl_decompressor *d, struct hl_span *in, uint8_t *out, size_t size, bool *damaged)
{
    size_t used = in->len, made = size;
    size_t result = LZ4F_decompress(d->lz4, out, &made, in->ptr, &used, NULL);

    if (LZ4F_isError(result)) {
        *damaged = true;
        return 0;
    }
    d->complete = result == 0;
    *in = (struct hl_span){ in->ptr + used, in->len - used };
    return made;
}

size_t decompressor_run(struct hl_decompressor *d, struct hl_span *in, uint8_t *out, size_t size, bool *damaged)
{
    *damaged = false;
    switch (d->format) {
    case GZIP:
        return run_gzip(d, in, out, size, damaged);
    case ZSTD:
        return run_zstd(d, in, out, size, damaged);
    case LZ4:
        return run_lz4(d, in, out, size, damaged);
    }
    return 0;
}

bool decompressor_complete(const struct hl_decompressor *d)
{
    return d->complete;
}
