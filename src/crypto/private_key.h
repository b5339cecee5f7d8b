/* private_key.h - RSA private keys, which open the key exchange "RSA" of SSL 3.0 to TLS 1.2.
 *
 * Read from PEM or DER: PKCS #1 (RFC 8017, A.1.2), PKCS #8 (RFC 5958), encrypted or not. A key is kept in
 * one piece of memory that is wiped when it is freed. Nothing in it changes after private_key_new(): it may
 * be used by several threads. */
#ifndef HL_CRYPTO_PRIVATE_KEY_H
#define HL_CRYPTO_PRIVATE_KEY_H

#include "x509/x509.h"

#include <handlens/span.h>

#include <stdbool.h>
#include <stdint.h>

#define PREMASTER_LENGTH 48u /* of the RSA key exchange (RFC 5246, 7.4.7.1) */

struct private_key;

enum private_key_result {
    PRIVATE_KEY_OK,
    PRIVATE_KEY_NONE,        /* there is no private key in it, or a broken one */
    PRIVATE_KEY_ENCRYPTED,   /* and no password was given */
    PRIVATE_KEY_NOT_OPENED,  /* the password is wrong, or wolfCrypt lacks the encryption: it does not say which */
    PRIVATE_KEY_OTHER,       /* a private key of another kind: *kind says which */
    PRIVATE_KEY_UNSUPPORTED, /* an RSA key of more than 4096 bits */
    PRIVATE_KEY_NO_MEMORY,
};

/* The first private key of a file's bytes; other blocks of PEM before it (certificates, parameters) are
 * passed over. `password` empty: none was given. `*out` is the caller's to free. `kind`, which may be NULL,
 * becomes a static text that says what was found ("EC", "PKCS #12"); NULL where that is not known. */
enum private_key_result private_key_new(struct hl_span file, struct hl_span password, struct private_key **out,
                                        const char **kind);
/* NULL is allowed. */
void private_key_free(struct private_key *key);

/* Is it the other half of this public key? */
bool private_key_fits(const struct private_key *key, const struct hl_x509_key *public_key);
/* Decrypt the premaster secret of a ClientKeyExchange, without a length in front (PKCS #1 v1.5). False when
 * it is not encrypted to this key, or does not have 48 bytes. Takes milliseconds. */
bool private_key_premaster(const struct private_key *key, struct hl_span encrypted,
                           uint8_t out[PREMASTER_LENGTH]);

#endif
