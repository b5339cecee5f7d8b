#include "crypto/certificate.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A certificate's model is a few times its size; a hostile one may ask for more. */
#define MODEL_MAX ((size_t)4 << 20)
/* Bytes of either end of a certificate that its place in the cache depends on. */
#define SAMPLE ((size_t)96)
/* Certificates in one bucket; at the cap the one that came first goes. */
#define BUCKET_MAX 8u

void cert_cache_init(struct hl_cert_cache *cache, uint64_t seed)
{
    memset(cache, 0, sizeof *cache);
    cache->seed = seed;
}

void certificate_free(struct hl_certificate *certificate)
{
    if (certificate == NULL || --certificate->holders > 0)
        return;
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

/* Of the serial number in front and the signature at the end: no two honest certificates share
 * them. Whoever makes some that do gains nothing but a full bucket, and equality is decided by all bytes. */
static uint64_t hash_certificate(struct hl_span der, uint64_t seed)
{
    size_t n = der.len < SAMPLE ? der.len : SAMPLE;
    uint64_t hash = hash_bytes((struct hl_span){ der.ptr, n }, seed ^ der.len);

    return hash_bytes((struct hl_span){ der.ptr + der.len - n, n }, hash);
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

static void drop(struct hl_cert_cache *cache, struct hl_certificate *certificate)
{
    struct hl_certificate **link = bucket_of(cache, certificate->hash);

    while (*link != certificate)
        link = &(*link)->chained;
    *link = certificate->chained;
    unlink_age(cache, certificate);
    cache->count--;
    cache->bytes -= size_of(certificate);
    certificate_free(certificate);
}

/* Keep a bucket short, whatever somebody fills it with. */
static void trim_bucket(struct hl_cert_cache *cache, uint64_t hash, uint64_t handshake)
{
    struct hl_certificate *last = *bucket_of(cache, hash);
    unsigned count = 1;

    for (; last != NULL && last->chained != NULL; last = last->chained)
        count++;
    if (count > BUCKET_MAX && last->pinned != handshake)
        drop(cache, last);
}

struct hl_certificate *certificate_new(struct hl_span der)
{
    struct hl_certificate *certificate = calloc(1, sizeof *certificate);

    if (certificate == NULL)
        return NULL;
    certificate->holders = 1;
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

/* Holders are counted in the certificate, which is constant to everybody else. */
struct hl_certificate *certificate_hold(const struct hl_certificate *certificate)
{
    struct hl_certificate *held = (struct hl_certificate *)certificate;

    held->holders++;
    return held;
}

bool certificate_is(const struct hl_certificate *a, const struct hl_certificate *b)
{
    return a == b || memcmp(a->sha256, b->sha256, SHA256_LENGTH) == 0;
}

const struct hl_certificate *cert_cache_get(struct hl_cert_cache *cache, struct hl_span der, uint64_t handshake)
{
    uint64_t hash = hash_certificate(der, cache->seed);
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
    trim_bucket(cache, hash, handshake);
    while ((cache->count > HL_CERT_CACHE_ENTRIES || cache->bytes > HL_CERT_CACHE_BYTES)
           && cache->oldest->pinned != handshake)
        drop(cache, cache->oldest);
    return certificate;
}

bool cert_cache_is_first_proof(struct hl_cert_cache *cache, const struct hl_certificate *certificate)
{
    struct hl_certificate *own = *bucket_of(cache, certificate->hash);

    while (own != NULL && own != certificate)
        own = own->chained;
    if (own == NULL || own->proved)
        return own == NULL;
    own->proved = true;
    return true;
}
