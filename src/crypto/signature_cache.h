/* signature_cache.h - signatures on certificates, CRLs and OCSP responses that were checked before.
 *
 * Traffic shows the same certificates again and again. Found by the SHA-256 of
 * the issuer's key and of what was signed; a fixed number of places. */
#ifndef HL_CRYPTO_SIGNATURE_CACHE_H
#define HL_CRYPTO_SIGNATURE_CACHE_H

#include "base/limits.h"
#include "crypto/certificate.h"
#include "crypto/signature.h"

struct signature_cache_entry {
    uint8_t issuer_key[SHA256_LENGTH], object[SHA256_LENGTH];
    uint8_t result; /* enum sig_result */
    bool used;
};

struct signature_cache {
    struct signature_cache_entry *entries; /* HL_SIGNATURE_CACHE_ENTRIES; NULL until the first is kept */
    uint64_t checked;                      /* signatures that were not remembered */
};

void signature_cache_init(struct signature_cache *cache);
void signature_cache_cleanup(struct signature_cache *cache);
/* Is `signature` over `tbs` that of `issuer`'s key? `object` is the SHA-256 of all that was signed with its
 * signature: the same is not checked again. `cache` may be NULL. */
enum sig_result signature_cached(struct signature_cache *cache, const struct hl_certificate *issuer,
                                 const uint8_t object[SHA256_LENGTH], const struct sig_algorithm *algorithm,
                                 struct hl_span tbs, struct hl_span signature);
/* Is `subject` signed with the key of `issuer`? */
enum sig_result certificate_signature(struct signature_cache *cache, const struct hl_certificate *issuer,
                                      const struct hl_certificate *subject);

#endif
