/* crypto_stream.h - the bytes of QUIC's CRYPTO frames, in order (RFC 9000, sections 7.5 and 19.6).
 *
 * Frames come in any order, more than once, and overlap: what came first counts. The caller takes what is complete off
 * the front. */
#ifndef HL_SESSION_CRYPTO_STREAM_H
#define HL_SESSION_CRYPTO_STREAM_H

#include "base/buffer.h"
#include "base/limits.h"

struct crypto_stream {
    struct hl_buffer bytes; /* from `taken` on; what has not come yet is zeros */
    uint64_t taken;         /* offset of its first byte */
    struct crypto_piece {
        uint64_t begin, end; /* offsets */
    } pieces[HL_CRYPTO_PIECES_MAX]; /* that are there: in order, apart from each other */
    unsigned count;
    bool lost; /* something was dropped at a cap */
};

void crypto_stream_init(struct crypto_stream *s);
void crypto_stream_cleanup(struct crypto_stream *s);
/* False when all of it was there before. */
bool crypto_stream_push(struct crypto_stream *s, uint64_t offset, struct hl_span data);
/* The bytes at the front that are there; valid until the next call. */
struct hl_span crypto_stream_ready(const struct crypto_stream *s);
void crypto_stream_take(struct crypto_stream *s, size_t n);

#endif
