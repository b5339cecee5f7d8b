/* make_dtls.h - datagrams of DTLS, built for a test. */
#ifndef HL_TESTS_MAKE_DTLS_H
#define HL_TESTS_MAKE_DTLS_H

#include "support/make_bytes.h"

/* A record of DTLS 1.2 with what `content` has. */
void put_dtls_record(struct hl_buffer *out, unsigned type, unsigned epoch, uint64_t sequence, struct hl_span content);
/* A piece of a message: `n` bytes of `body` from `offset` on. */
void put_dtls_fragment(struct hl_buffer *out, unsigned type, unsigned message_seq, struct hl_span body, size_t offset,
                       size_t n);
/* A record with such a piece alone. */
void put_dtls_piece(struct hl_buffer *out, unsigned epoch, uint64_t sequence, unsigned type, unsigned message_seq,
                    struct hl_span body, size_t offset, size_t n);

#endif
