/* certificate.h - a certificate with its digests; those seen before are not decoded again.
 *
 * Traffic repeats the same certificates: they are remembered by their bytes
 * (a fast hash of their ends finds them, a comparison makes sure), with their decoded
 * model and their digests. At HL_CERT_CACHE_ENTRIES or HL_CERT_CACHE_BYTES the
 * one that was not used for longest goes. */
#ifndef HL_CRYPTO_CERTIFICATE_H
#define HL_CRYPTO_CERTIFICATE_H

#include "base/limits.h"
#include "crypto/digest.h"
#include "x509/x509.h"

struct hl_certificate {
    struct hl_x509 x509;
    bool decoded; /* x509_parse() came through */
    uint8_t sha256[SHA256_LENGTH], sha1[SHA1_LENGTH], spki_sha256[SHA256_LENGTH];
    struct hl_span der; /* the cache's copy */
    struct hl_arena arena;
    unsigned holders; /* who may still use it: certificate_hold(), certificate_free() */
    /* the cache's own: */
    uint64_t hash;
    bool proved;     /* cert_cache_is_first_proof() was asked */
    uint64_t pinned; /* the handshake that used it last: not dropped while that one is open */
    struct hl_certificate *newer, *older, *chained;
};

/* Decode a certificate, from a copy of `der`; NULL when memory has run out. */
struct hl_certificate *certificate_new(struct hl_span der);
/* One holder less; the last one frees it. NULL is allowed. */
void certificate_free(struct hl_certificate *certificate);
/* One more who keeps it, beyond what the cache does. */
struct hl_certificate *certificate_hold(const struct hl_certificate *certificate);
/* The same bytes, told by their SHA-256. */
bool certificate_is(const struct hl_certificate *a, const struct hl_certificate *b);

struct hl_cert_cache {
    struct hl_certificate *buckets[HL_CERT_CACHE_ENTRIES];
    struct hl_certificate *newest, *oldest;
    size_t count, bytes;
    uint64_t seed;
    uint64_t hits, misses;
};

void cert_cache_init(struct hl_cert_cache *cache, uint64_t seed);
void cert_cache_cleanup(struct hl_cert_cache *cache);
/* The certificate with these bytes; NULL when memory has run out. Valid as long as no other
 * `handshake` id asks. */
const struct hl_certificate *cert_cache_get(struct hl_cert_cache *cache, struct hl_span der, uint64_t handshake);
/* True the first time it is asked about a certificate of the cache. */
bool cert_cache_is_first_proof(struct hl_cert_cache *cache, const struct hl_certificate *certificate);

#endif
