/* secrets.h - everything that was given to open handshakes with: key logs, private keys, pre-shared keys.
 *
 * Filled by inspect/secrets.c, and with what captures bring along; asked by session/. The readers below take
 * NULL for "none", change nothing and may run in several threads, as long as nobody writes meanwhile.
 * Whoever gets a secret wipes it: wipe() of prf.h. */
#ifndef HL_CRYPTO_SECRETS_H
#define HL_CRYPTO_SECRETS_H

#include "crypto/key_log.h"
#include "crypto/private_key.h"

#define SECRET_PSK_MAX 512u
/* Of RSA; or of a pre-shared key and another secret (RFC 4279, section 2), each behind its length: the
 * largest is that of a finite field of 4096 bits. */
#define SECRET_PREMASTER_MAX 1100u

struct secrets_psk;
struct secrets_block;
struct secrets_file;

struct hl_secrets {
    struct key_log log;
    struct private_key **keys;
    size_t key_count;
    struct secrets_psk *psks; /* the newest first */
    size_t psk_count;
    uint64_t generation;          /* goes up with everything that is added */
    struct secrets_block *blocks; /* copies of key logs, the newest first */
    size_t copied;                /* bytes in them */
    struct secrets_file *files;   /* of inspect/secrets.c, which frees them */
    bool following;               /* one of them is still written */
};

void secrets_init(struct hl_secrets *secrets, uint64_t seed);
/* Wipes all copies. */
void secrets_cleanup(struct hl_secrets *secrets);

/* --- for those who fill it --- */

/* A key log, of which a copy is kept: a block of a capture, a text. `counts` goes on from what is in it;
 * NULL: nobody wants to know. False when memory has run out, or beyond HL_SECRETS_COPIED_MAX. */
bool secrets_add_key_log(struct hl_secrets *secrets, struct hl_span text, struct key_log_counts *counts);
/* `size` bytes for a piece of key log, wiped and freed with the rest; NULL as above. */
uint8_t *secrets_room(struct hl_secrets *secrets, size_t size);
/* Index a text that stays where it is: key_log_add(), and a new generation where secrets came. */
bool secrets_index(struct hl_secrets *secrets, struct hl_span text, bool whole, struct key_log_counts *counts,
                   size_t *used);
/* Takes `key` over. False (and it is freed) when memory has run out, or beyond HL_SECRET_KEYS_MAX. */
bool secrets_add_private_key(struct hl_secrets *secrets, struct private_key *key);
/* `identity` empty: it fits every identity. False when the key is empty or longer than SECRET_PSK_MAX, beyond
 * HL_SECRET_KEYS_MAX, and when memory has run out. */
bool secrets_add_psk(struct hl_secrets *secrets, struct hl_span identity, struct hl_span key);

/* --- for those who ask --- */

/* Is there anything at all, or may there be later? */
bool secrets_any(const struct hl_secrets *secrets);
/* May there be more later? */
bool secrets_may_come(const struct hl_secrets *secrets);
/* Changes when something was added; 0: nothing ever was. What was not found need not be asked for again
 * until it has. */
uint64_t secrets_generation(const struct hl_secrets *secrets);
/* A secret of a key log: key_log_find(). */
size_t secrets_find(const struct hl_secrets *secrets, enum key_log_label label, struct hl_span id, uint8_t *out,
                    size_t size);
/* The premaster secret of an RSA key exchange: `encrypted` is what ClientKeyExchange has, without a length in
 * front. Looks into key logs, then uses the private key of the server's public key, or, where that is not known
 * (NULL), one after the other. PREMASTER_LENGTH or 0; `source` is a static text that says where it was found,
 * or why it was not. May take milliseconds a private key. */
size_t secrets_premaster(const struct hl_secrets *secrets, struct hl_span encrypted,
                         const struct hl_x509_key *server_key, uint8_t out[PREMASTER_LENGTH], const char **source);
/* The pre-shared keys that may be those of `identity`, one a call: those with this identity, then those that fit
 * every identity; of each the last added first. Start with *cursor = 0; an empty span is the end. The bytes are
 * borrowed until secrets_cleanup(). */
struct hl_span secrets_psk_next(const struct hl_secrets *secrets, struct hl_span identity, size_t *cursor);
/* The first of them. */
struct hl_span secrets_psk(const struct hl_secrets *secrets, struct hl_span identity);

#endif
