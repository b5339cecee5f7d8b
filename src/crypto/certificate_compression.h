/* certificate_compression.h - certificates that were compressed on the way (RFC 8879): zlib, brotli, Zstandard. */
#ifndef HL_CRYPTO_CERTIFICATE_COMPRESSION_H
#define HL_CRYPTO_CERTIFICATE_COMPRESSION_H

#include <handlens/span.h>

#include <stdbool.h>
#include <stdint.h>

enum expansion {
    EXPANDED,
    EXPANSION_UNKNOWN, /* no such algorithm (section 7.3) */
    EXPANSION_DAMAGED, /* it is not what its algorithm makes, or its length is not the one that was announced */
};

/* Decompress `data` into `out`, of exactly the `length` bytes that were announced: never more are written. */
enum expansion certificate_expand(uint16_t algorithm, struct hl_span data, uint8_t *out, size_t length);

/* What a sender with zlib would come to for `count` certificates, one behind the other; 0: cannot tell. */
size_t certificates_deflated(const struct hl_span *certificates, size_t count);

#endif
