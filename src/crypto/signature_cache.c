#include "crypto/signature_cache.h"

#include <stdlib.h>
#include <string.h>

void signature_cache_init(struct signature_cache *cache)
{
    *cache = (struct signature_cache){ .entries = NULL };
}

void signature_cache_cleanup(struct signature_cache *cache)
{
    free(cache->entries);
    signature_cache_init(cache);
}

/* Digests are as good as random: a piece of one is a place. */
static struct signature_cache_entry *place_of(struct signature_cache *cache, const uint8_t issuer_key[SHA256_LENGTH],
                                              const uint8_t object[SHA256_LENGTH])
{
    uint32_t a, b;

    if (cache->entries == NULL)
        cache->entries = calloc(HL_SIGNATURE_CACHE_ENTRIES, sizeof *cache->entries);
    if (cache->entries == NULL)
        return NULL;
    memcpy(&a, issuer_key, sizeof a);
    memcpy(&b, object, sizeof b);
    return &cache->entries[(a ^ b) % HL_SIGNATURE_CACHE_ENTRIES];
}

enum sig_result signature_cached(struct signature_cache *cache, const struct hl_certificate *issuer,
                                 const uint8_t object[SHA256_LENGTH], const struct sig_algorithm *algorithm,
                                 struct hl_span tbs, struct hl_span signature)
{
    struct signature_cache_entry *entry = cache != NULL ? place_of(cache, issuer->spki_sha256, object) : NULL;

    if (entry == NULL)
        return sig_verify(&issuer->x509.key, algorithm, &tbs, 1, signature, NULL);
    if (!entry->used || memcmp(entry->issuer_key, issuer->spki_sha256, SHA256_LENGTH) != 0
        || memcmp(entry->object, object, SHA256_LENGTH) != 0) {
        entry->result = (uint8_t)sig_verify(&issuer->x509.key, algorithm, &tbs, 1, signature, NULL);
        memcpy(entry->issuer_key, issuer->spki_sha256, SHA256_LENGTH);
        memcpy(entry->object, object, SHA256_LENGTH);
        entry->used = true;
        cache->checked++;
    }
    return (enum sig_result)entry->result;
}

enum sig_result certificate_signature(struct signature_cache *cache, const struct hl_certificate *issuer,
                                      const struct hl_certificate *subject)
{
    const struct sig_algorithm algorithm = sig_of_x509(&subject->x509.signature_algorithm);

    return signature_cached(cache, issuer, subject->sha256, &algorithm, subject->x509.tbs, subject->x509.signature);
}
