/* rsa_key.h - public RSA keys, as wolfCrypt takes them. Of crypto/ alone. */
#ifndef HL_CRYPTO_RSA_KEY_H
#define HL_CRYPTO_RSA_KEY_H

#include "crypto/rsa_public.h"
#include "crypto/wolfcrypt.h"

#include <wolfssl/wolfcrypt/rsa.h>

/* NULL, and `key` is to be freed with wc_FreeRsaKey(); else why not, a static text. */
const char *rsa_key_take(const struct hl_x509_key *public_key, RsaKey *key);

#endif
