/* private_key.h - RSA private keys of servers, to open what clients encrypted to them (RSA key exchange).
 *
 * By wolfCrypt: PKCS #1 and PKCS #8, in PEM or DER, also encrypted. Wiped when freed. */
#ifndef HL_CRYPTO_PRIVATE_KEY_H
#define HL_CRYPTO_PRIVATE_KEY_H

#include "x509/x509.h"

#define PREMASTER_LENGTH 48u

struct private_key;

enum private_key_result {
    PRIVATE_KEY_OK,
    PRIVATE_KEY_NONE,        /* there is no private key in it */
    PRIVATE_KEY_ENCRYPTED,   /* and no password was given */
    PRIVATE_KEY_NOT_OPENED,  /* the password is wrong, or wolfCrypt lacks the encryption: it does not say which */
    PRIVATE_KEY_OTHER,       /* a key of another kind: nothing can be opened with it */
    PRIVATE_KEY_UNSUPPORTED, /* larger than wolfCrypt can do */
    PRIVATE_KEY_NO_MEMORY,
};

/* `password` may be empty. `*out` is the caller's to free. */
enum private_key_result private_key_new(struct hl_span file, struct hl_span password, struct private_key **out);
void private_key_free(struct private_key *key);
/* Is it the other half of this public key? */
bool private_key_fits(const struct private_key *key, const struct hl_x509_key *public_key);
/* What a client encrypted (RFC 5246, section 7.4.7.1); false when it is none of this key's. */
bool private_key_premaster(struct private_key *key, struct hl_span encrypted, uint8_t out[PREMASTER_LENGTH]);

#endif
