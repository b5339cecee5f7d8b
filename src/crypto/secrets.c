#include "crypto/secrets.h"

#include "base/limits.h"
#include "crypto/prf.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void secrets_init(struct hl_secrets *secrets, uint64_t seed)
{
    memset(secrets, 0, sizeof *secrets);
    key_log_init(&secrets->log, seed);
}

static void text_free(struct secret_text *text)
{
    if (text->mapped) {
        munmap(text->bytes, text->length);
    } else {
        wipe(text->bytes, text->length);
        free(text->bytes);
    }
    free(text);
}

void secrets_cleanup(struct hl_secrets *secrets)
{
    for (struct secret_text *text = secrets->texts, *next; text != NULL; text = next) {
        next = text->next;
        text_free(text);
    }
    for (struct secret_psk *psk = secrets->psks, *next; psk != NULL; psk = next) {
        next = psk->next;
        wipe(psk, sizeof *psk);
        free(psk);
    }
    for (unsigned i = 0; i < secrets->key_count; i++)
        private_key_free(secrets->keys[i]);
    key_log_cleanup(&secrets->log);
    secrets_init(secrets, 0);
}

bool secrets_add_text(struct hl_secrets *secrets, uint8_t *bytes, size_t length, bool mapped)
{
    struct secret_text *text = malloc(sizeof *text);

    if (text == NULL)
        return false;
    *text = (struct secret_text){ .next = secrets->texts, .bytes = bytes, .length = length, .mapped = mapped };
    secrets->texts = text;
    secrets->generation++;
    return key_log_add(&secrets->log, (struct hl_span){ bytes, length }, true, &secrets->counts, NULL);
}

bool secrets_add_key(struct hl_secrets *secrets, struct private_key *key)
{
    if (secrets->key_count == HL_SECRET_KEYS_MAX)
        return false;
    secrets->keys[secrets->key_count++] = key;
    secrets->generation++;
    return true;
}

bool secrets_add_psk(struct hl_secrets *secrets, struct hl_span identity, struct hl_span key)
{
    if (identity.len > SECRET_IDENTITY_MAX || key.len > SECRET_PSK_MAX || key.len == 0
        || secrets->psk_count == HL_SECRET_KEYS_MAX)
        return false;
    struct secret_psk *psk = calloc(1, sizeof *psk);
    if (psk == NULL)
        return false;
    psk->next = secrets->psks;
    psk->identity_length = identity.len;
    psk->key_length = key.len;
    if (identity.len > 0)
        memcpy(psk->identity, identity.ptr, identity.len);
    memcpy(psk->key, key.ptr, key.len);
    secrets->psks = psk;
    secrets->psk_count++;
    secrets->generation++;
    return true;
}

size_t secrets_find(const struct hl_secrets *secrets, enum key_log_label label, struct hl_span id, uint8_t *out, size_t size)
{
    return key_log_find(&secrets->log, label, id, out, size);
}

size_t secrets_premaster(const struct hl_secrets *secrets, struct hl_span encrypted, const struct hl_x509_key *server_key,
                         uint8_t out[PREMASTER_LENGTH], const char **source)
{
    bool fits = false;

    *source = "key log";
    if (encrypted.len >= 8
        && secrets_find(secrets, KEY_LOG_RSA, (struct hl_span){ encrypted.ptr, 8 }, out, PREMASTER_LENGTH)
               == PREMASTER_LENGTH)
        return PREMASTER_LENGTH;
    *source = "private key";
    for (unsigned i = 0; i < secrets->key_count; i++) {
        if (server_key != NULL && !private_key_fits(secrets->keys[i], server_key))
            continue;
        fits = true;
        if (private_key_premaster(secrets->keys[i], encrypted, out))
            return PREMASTER_LENGTH;
    }
    *source = secrets->key_count == 0 ? "no secret of this connection was given"
              : fits                  ? "the private key does not open the premaster secret"
                                      : "no private key that was given belongs to the server's certificate";
    return 0;
}

struct hl_span secrets_psk(const struct hl_secrets *secrets, struct hl_span identity)
{
    const struct secret_psk *any = NULL;

    for (const struct secret_psk *psk = secrets->psks; psk != NULL; psk = psk->next) {
        if (psk->identity_length == 0)
            any = psk;
        else if (psk->identity_length == identity.len && memcmp(psk->identity, identity.ptr, identity.len) == 0)
            return (struct hl_span){ psk->key, psk->key_length };
    }
    return any != NULL ? (struct hl_span){ any->key, any->key_length } : (struct hl_span){ NULL, 0 };
}
