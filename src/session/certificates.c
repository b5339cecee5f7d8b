#include "session/certificates.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A certificate's model is a few times its size; a hostile one may ask for more. */
#define MODEL_MAX ((size_t)4 << 20)

void cert_cache_init(struct hl_cert_cache *cache, uint64_t seed)
{
    memset(cache, 0, sizeof *cache);
    cache->seed = seed;
}

static void certificate_free(struct hl_certificate *certificate)
{
    arena_cleanup(&certificate->arena);
    free(certificate);
}

void cert_cache_cleanup(struct hl_cert_cache *cache)
{
    struct hl_certificate *certificate = cache->newest;

    while (certificate != NULL) {
        struct hl_certificate *older = certificate->older;
        certificate_free(certificate);
        certificate = older;
    }
    cert_cache_init(cache, cache->seed);
}

static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Fast, and different from run to run; equality is decided by the bytes. */
static uint64_t hash_bytes(struct hl_span bytes, uint64_t seed)
{
    uint64_t lane[2] = { seed ^ bytes.len, ~seed };
    size_t i = 0;

    for (uint64_t word[4]; bytes.len - i >= sizeof word; i += sizeof word) {
        memcpy(word, bytes.ptr + i, sizeof word);
        lane[0] = fold(word[0] ^ lane[0], word[1] ^ 0xa0761d6478bd642fu);
        lane[1] = fold(word[2] ^ lane[1], word[3] ^ 0xe7037ed1a0b428dbu);
    }
    uint64_t rest[4] = { 0 };
    memcpy(rest, bytes.ptr + i, bytes.len - i);
    lane[0] = fold(rest[0] ^ lane[0], rest[1] ^ 0xa0761d6478bd642fu);
    lane[1] = fold(rest[2] ^ lane[1], rest[3] ^ 0xe7037ed1a0b428dbu);
    return fold(lane[0] ^ 0x8ebc6af09c88c6e3u, lane[1] ^ 0x589965cc75374cc3u);
}

static struct hl_certificate **bucket_of(struct hl_cert_cache *cache, uint64_t hash)
{
    return &cache->buckets[hash % HL_CERT_CACHE_ENTRIES];
}

static void unlink_age(struct hl_cert_cache *cache, struct hl_certificate *certificate)
{
    if (certificate->newer != NULL)
        certificate->newer->older = certificate->older;
    else
        cache->newest = certificate->older;
    if (certificate->older != NULL)
        certificate->older->newer = certificate->newer;
    else
        cache->oldest = certificate->newer;
}

static void link_newest(struct hl_cert_cache *cache, struct hl_certificate *certificate)
{
    certificate->newer = NULL;
    certificate->older = cache->newest;
    if (cache->newest != NULL)
        cache->newest->newer = certificate;
    else
        cache->oldest = certificate;
    cache->newest = certificate;
}

static size_t size_of(const struct hl_certificate *certificate)
{
    return sizeof *certificate + certificate->arena.reserved;
}

static void drop_oldest(struct hl_cert_cache *cache)
{
    struct hl_certificate *oldest = cache->oldest;
    struct hl_certificate **link = bucket_of(cache, oldest->hash);

    while (*link != oldest)
        link = &(*link)->chained;
    *link = oldest->chained;
    unlink_age(cache, oldest);
    cache->count--;
    cache->bytes -= size_of(oldest);
    certificate_free(oldest);
}

static struct hl_certificate *certificate_new(struct hl_span der)
{
    struct hl_certificate *certificate = calloc(1, sizeof *certificate);

    if (certificate == NULL)
        return NULL;
    arena_init(&certificate->arena, der.len + MODEL_MAX);
    certificate->arena.block_size = der.len + 1536;
    certificate->der = arena_copy(&certificate->arena, der);
    if (certificate->der.len != der.len) {
        certificate_free(certificate);
        return NULL;
    }
    certificate->decoded = x509_parse(certificate->der, &certificate->arena, &certificate->x509);
    digest_sha256(certificate->der, certificate->sha256);
    digest_sha1(certificate->der, certificate->sha1);
    digest_sha256(certificate->x509.key.der, certificate->spki_sha256);
    return certificate;
}

const struct hl_certificate *cert_cache_get(struct hl_cert_cache *cache, struct hl_span der, uint64_t handshake)
{
    uint64_t hash = hash_bytes(der, cache->seed);
    struct hl_certificate *certificate = *bucket_of(cache, hash);

    while (certificate != NULL && !(certificate->hash == hash && span_equal(certificate->der, der)))
        certificate = certificate->chained;
    if (certificate != NULL) {
        cache->hits++;
        certificate->pinned = handshake;
        unlink_age(cache, certificate);
        link_newest(cache, certificate);
        return certificate;
    }
    cache->misses++;
    certificate = certificate_new(der);
    if (certificate == NULL)
        return NULL;
    certificate->hash = hash;
    certificate->pinned = handshake;
    certificate->chained = *bucket_of(cache, hash);
    *bucket_of(cache, hash) = certificate;
    link_newest(cache, certificate);
    cache->count++;
    cache->bytes += size_of(certificate);
    while ((cache->count > HL_CERT_CACHE_ENTRIES || cache->bytes > HL_CERT_CACHE_BYTES)
           && cache->oldest->pinned != handshake)
        drop_oldest(cache);
    return certificate;
}
