#include "session/fingerprints.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A hello whose lists are longer than this is not remembered. */
#define KEY_MAX ((size_t)2 << 10)

struct hl_fingerprint {
    uint64_t hash;
    struct hl_fingerprints prints; /* strings point behind this struct */
    struct hl_span key;
    uint8_t bytes[];
};

void fingerprint_cache_init(struct hl_fingerprint_cache *cache)
{
    memset(cache, 0, sizeof *cache);
    buf_init(&cache->key, KEY_MAX);
}

void fingerprint_cache_cleanup(struct hl_fingerprint_cache *cache)
{
    for (size_t i = 0; i < FINGERPRINT_CACHE_ENTRIES; i++)
        free(cache->entries[i]);
    buf_cleanup(&cache->key);
    fingerprint_cache_init(cache);
}

static void put_list(struct hl_buffer *key, struct hl_span list)
{
    const uint8_t length[2] = { (uint8_t)(list.len >> 8), (uint8_t)list.len };

    buf_put(key, length, sizeof length);
    buf_span(key, list);
}

static void put_types(struct hl_buffer *key, struct hl_span extensions)
{
    uint16_t type;
    struct hl_span data;

    while (extension_next(&extensions, &type, &data))
        buf_u16(key, type);
    buf_u16(key, 0xffff); /* the end */
}

/* All that the fingerprints of both hellos are made of, and nothing else. */
static bool make_key(const struct hl_handshake *hs, struct hl_buffer *key)
{
    const struct hl_client_hello *client = &hs->client_hello;
    const struct hl_server_hello *server = &hs->server_hello;
    struct hl_span protocols = client->alpn, first = { NULL, 0 };

    key->len = 0;
    key->failed = false;
    buf_u16(key, client->legacy_version);
    put_list(key, client->cipher_suites);
    put_types(key, client->extensions);
    put_list(key, client->supported_groups);
    put_list(key, client->point_formats);
    put_list(key, client->signature_algorithms);
    put_list(key, client->supported_versions);
    (void)alpn_next(&protocols, &first);
    put_list(key, first);
    buf_u16(key, server->legacy_version);
    buf_u16(key, server->cipher_suite);
    put_types(key, server->extensions);
    buf_char(key, (char)hs->connection.carrier);
    buf_char(key, (char)(hs->client_hello_message != NULL));
    buf_char(key, (char)(hs->server_hello_message != NULL));
    return !key->failed;
}

static struct hl_span keep(struct hl_fingerprint *entry, size_t *used, struct hl_span text)
{
    struct hl_span copy = { entry->bytes + *used, text.len };

    if (text.len > 0)
        memcpy(entry->bytes + *used, text.ptr, text.len);
    *used += text.len;
    return copy;
}

static void remember(struct hl_fingerprint **slot, uint64_t hash, struct hl_span key, const struct hl_fingerprints *prints)
{
    size_t used = 0;
    struct hl_fingerprint *entry = malloc(sizeof *entry + key.len + prints->ja3_string.len + prints->ja3s_string.len
                                          + prints->ja4_r.len);

    if (entry == NULL)
        return;
    entry->hash = hash;
    entry->prints = *prints;
    entry->key = keep(entry, &used, key);
    entry->prints.ja3_string = keep(entry, &used, prints->ja3_string);
    entry->prints.ja3s_string = keep(entry, &used, prints->ja3s_string);
    entry->prints.ja4_r = keep(entry, &used, prints->ja4_r);
    free(*slot);
    *slot = entry;
}

void fingerprints_make(struct hl_handshake *hs, struct hl_fingerprint_cache *cache, struct hl_arena *arena)
{
    bool plain = !hs->client_hello.ssl2 && !hs->server_hello.ssl2 && hs->client_hello.fault.kind == HL_FAULT_NONE
                 && hs->server_hello.fault.kind == HL_FAULT_NONE;

    if (!plain || !make_key(hs, &cache->key)) {
        fingerprints_compute(hs, arena);
        return;
    }
    struct hl_span key = buf_view(&cache->key);
    uint64_t hash = hash_bytes(key, 0);
    struct hl_fingerprint **slot = &cache->entries[hash % FINGERPRINT_CACHE_ENTRIES];
    if (*slot == NULL || (*slot)->hash != hash || !span_equal((*slot)->key, key)) {
        fingerprints_compute(hs, arena);
        remember(slot, hash, key, &hs->fingerprints);
        return;
    }
    hs->fingerprints = (*slot)->prints; /* valid as long as the handshake: one at a time is told */
}
