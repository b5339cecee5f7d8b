#include "crypto/secrets.h"

#include "base/limits.h"
#include "base/text.h"
#include "crypto/prf.h"

#include <stdlib.h>
#include <string.h>

struct secrets_psk {
    struct secrets_psk *next;
    size_t identity_length, key_length;
    uint8_t bytes[]; /* the identity, then the key */
};

struct secrets_block {
    struct secrets_block *next;
    size_t size;
    uint8_t bytes[];
};

void secrets_init(struct hl_secrets *secrets, uint64_t seed)
{
    *secrets = (struct hl_secrets){ .generation = 0 };
    key_log_init(&secrets->log, seed);
}

void secrets_cleanup(struct hl_secrets *secrets)
{
    key_log_cleanup(&secrets->log);
    for (struct secrets_block *block = secrets->blocks, *next; block != NULL; block = next) {
        next = block->next;
        wipe(block->bytes, block->size);
        free(block);
    }
    for (struct secrets_psk *psk = secrets->psks, *next; psk != NULL; psk = next) {
        next = psk->next;
        wipe(psk->bytes, psk->identity_length + psk->key_length);
        free(psk);
    }
    for (size_t i = 0; i < secrets->key_count; i++)
        private_key_free(secrets->keys[i]);
    free(secrets->keys);
    secrets_init(secrets, 0);
}

/* --- filling it ---------------------------------------------------------------- */

uint8_t *secrets_room(struct hl_secrets *secrets, size_t size)
{
    if (size > HL_SECRETS_COPIED_MAX || secrets->copied > HL_SECRETS_COPIED_MAX - size)
        return NULL;
    struct secrets_block *block = malloc(sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->next = secrets->blocks;
    block->size = size;
    secrets->blocks = block;
    secrets->copied += size;
    return block->bytes;
}

bool secrets_index(struct hl_secrets *secrets, struct hl_span text, bool whole, struct key_log_counts *counts,
                   size_t *used)
{
    const uint32_t before = secrets->log.count;
    bool complete = key_log_add(&secrets->log, text, whole, counts, used);

    secrets->generation += secrets->log.count != before;
    return complete;
}

bool secrets_add_key_log(struct hl_secrets *secrets, struct hl_span text, struct key_log_counts *counts)
{
    struct key_log_counts unwanted = { 0 };

    if (text.len == 0)
        return true;
    uint8_t *copy = secrets_room(secrets, text.len);
    if (copy == NULL)
        return false;
    memcpy(copy, text.ptr, text.len);
    return secrets_index(secrets, (struct hl_span){ copy, text.len }, true, counts != NULL ? counts : &unwanted, NULL);
}

bool secrets_add_private_key(struct hl_secrets *secrets, struct private_key *key)
{
    struct private_key **keys = NULL;

    if (secrets->key_count < HL_SECRET_KEYS_MAX)
        keys = realloc(secrets->keys, (secrets->key_count + 1) * sizeof(struct private_key *));
    if (keys == NULL) {
        private_key_free(key);
        return false;
    }
    secrets->keys = keys;
    keys[secrets->key_count++] = key;
    secrets->generation++;
    return true;
}

bool secrets_add_psk(struct hl_secrets *secrets, struct hl_span identity, struct hl_span key)
{
    if (key.len == 0 || key.len > SECRET_PSK_MAX || identity.len > UINT16_MAX
        || secrets->psk_count == HL_SECRET_KEYS_MAX)
        return false;
    struct secrets_psk *psk = malloc(sizeof *psk + identity.len + key.len);
    if (psk == NULL)
        return false;
    *psk = (struct secrets_psk){ secrets->psks, identity.len, key.len };
    if (identity.len > 0)
        memcpy(psk->bytes, identity.ptr, identity.len);
    memcpy(psk->bytes + identity.len, key.ptr, key.len);
    secrets->psks = psk;
    secrets->psk_count++;
    secrets->generation++;
    return true;
}

/* --- asking ---------------------------------------------------------------------- */

bool secrets_any(const struct hl_secrets *secrets)
{
    return secrets != NULL
           && (secrets->log.count > 0 || secrets->key_count > 0 || secrets->psk_count > 0 || secrets->following);
}

bool secrets_may_come(const struct hl_secrets *secrets)
{
    return secrets != NULL && secrets->following;
}

uint64_t secrets_generation(const struct hl_secrets *secrets)
{
    return secrets != NULL ? secrets->generation : 0;
}

size_t secrets_find(const struct hl_secrets *secrets, enum key_log_label label, struct hl_span id, uint8_t *out,
                    size_t size)
{
    return secrets != NULL ? key_log_find(&secrets->log, label, id, out, size) : 0;
}

static size_t by_private_key(const struct hl_secrets *secrets, struct hl_span encrypted,
                             const struct hl_x509_key *server_key, uint8_t out[PREMASTER_LENGTH], const char **source)
{
    bool tried = false;

    for (size_t i = 0; i < secrets->key_count; i++) {
        if (server_key != NULL && !private_key_fits(secrets->keys[i], server_key))
            continue;
        tried = true;
        if (private_key_premaster(secrets->keys[i], encrypted, out)) {
            *source = "private key";
            return PREMASTER_LENGTH;
        }
    }
    if (tried)
        *source = "the private key does not open the premaster secret";
    else if (secrets->key_count > 0)
        *source = "no private key that was given belongs to the server's certificate";
    return 0;
}

size_t secrets_premaster(const struct hl_secrets *secrets, struct hl_span encrypted,
                         const struct hl_x509_key *server_key, uint8_t out[PREMASTER_LENGTH], const char **source)
{
    *source = "no secret of this connection was given";
    if (secrets == NULL)
        return 0;
    if (encrypted.len >= 8
        && secrets_find(secrets, KEY_LOG_RSA, (struct hl_span){ encrypted.ptr, 8 }, out, PREMASTER_LENGTH) > 0) {
        *source = "key log";
        return PREMASTER_LENGTH;
    }
    return by_private_key(secrets, encrypted, server_key, out, source);
}

static bool is_of(const struct secrets_psk *psk, struct hl_span identity)
{
    return span_equal((struct hl_span){ psk->bytes, psk->identity_length }, identity);
}

/* The cursor counts over all of them twice: first come those of the identity, then those without one. */
struct hl_span secrets_psk_next(const struct hl_secrets *secrets, struct hl_span identity, size_t *cursor)
{
    const struct hl_span nobody = { NULL, 0 };
    size_t at = 0;

    for (int round = 0; round < 2 && secrets != NULL; round++) {
        const struct hl_span wanted = round == 0 ? identity : nobody;
        for (const struct secrets_psk *psk = secrets->psks; psk != NULL; psk = psk->next) {
            if (at++ < *cursor || (round == 0 && identity.len == 0) || !is_of(psk, wanted))
                continue;
            *cursor = at;
            return (struct hl_span){ psk->bytes + psk->identity_length, psk->key_length };
        }
    }
    return nobody;
}

struct hl_span secrets_psk(const struct hl_secrets *secrets, struct hl_span identity)
{
    size_t cursor = 0;

    return secrets_psk_next(secrets, identity, &cursor);
}
