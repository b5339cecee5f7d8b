/* secrets.h - everything that was given to open handshakes with: key logs, private keys, pre-shared keys.
 *
 * Filled by inspect/secrets.c, asked by session/. Owns all of it, and wipes what
 * it copied. Private keys keep state of wolfCrypt's: one user at a time. */
#ifndef HL_CRYPTO_SECRETS_H
#define HL_CRYPTO_SECRETS_H

#include "base/limits.h"
#include "crypto/key_log.h"
#include "crypto/private_key.h"

/* Of RSA, or of a pre-shared key and another secret, each of up to 512 bytes (RFC 4279, section 2). */
#define SECRET_PREMASTER_MAX 1100u
#define SECRET_PSK_MAX 512u
#define SECRET_IDENTITY_MAX 256u

struct secret_psk {
    struct secret_psk *next;
    size_t identity_length, key_length;
    uint8_t identity[SECRET_IDENTITY_MAX]; /* empty: for any identity */
    uint8_t key[SECRET_PSK_MAX];
};

struct secret_text {
    struct secret_text *next;
    uint8_t *bytes;
    size_t length;
    bool mapped; /* a file's: unmapped, not wiped */
};

struct hl_secrets {
    struct key_log log;
    struct key_log_counts counts; /* of all key logs */
    struct secret_text *texts;
    struct private_key *keys[HL_SECRET_KEYS_MAX];
    unsigned key_count, psk_count;
    struct secret_psk *psks;
    uint64_t generation; /* goes up when secrets are added */
};

void secrets_init(struct hl_secrets *secrets, uint64_t seed);
void secrets_cleanup(struct hl_secrets *secrets);

/* Take over a text that was allocated, or mapped, for it. False when memory has run out. */
bool secrets_add_text(struct hl_secrets *secrets, uint8_t *bytes, size_t length, bool mapped);
/* Take over a key; false at the cap. */
bool secrets_add_key(struct hl_secrets *secrets, struct private_key *key);
/* False when one of them is too long, at the cap, and when memory has run out. */
bool secrets_add_psk(struct hl_secrets *secrets, struct hl_span identity, struct hl_span key);

/* Is there anything in it? NULL is allowed. */
static inline bool secrets_any(const struct hl_secrets *secrets)
{
    return secrets != NULL && (secrets->log.count > 0 || secrets->key_count > 0 || secrets->psk_count > 0);
}

/* Another number whenever something was added. NULL is allowed. */
static inline uint64_t secrets_generation(const struct hl_secrets *secrets)
{
    return secrets != NULL ? secrets->generation : 0;
}

/* What a key log says: the length of the secret, 0 when it has none that fits. */
size_t secrets_find(const struct hl_secrets *secrets, enum key_log_label label, struct hl_span id, uint8_t *out, size_t size);
/* The premaster secret that a client encrypted to the server's key (NULL: not known); its length, or 0. `source` says where
 * it was found, or why it was not; static. */
size_t secrets_premaster(const struct hl_secrets *secrets, struct hl_span encrypted, const struct hl_x509_key *server_key,
                         uint8_t out[PREMASTER_LENGTH], const char **source);
/* The pre-shared key of this identity; empty when there is none. */
struct hl_span secrets_psk(const struct hl_secrets *secrets, struct hl_span identity);

#endif
