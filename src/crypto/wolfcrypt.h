/* wolfcrypt.h - what the files of crypto/ share of wolfCrypt; nobody else includes it, or wolfSSL. */
#ifndef HL_CRYPTO_WOLFCRYPT_H
#define HL_CRYPTO_WOLFCRYPT_H

#include <wolfssl/options.h> /* first: the sizes of all others depend on it */

#include <wolfssl/wolfcrypt/hash.h>

#include "x509/x509.h"

/* WC_HASH_TYPE_NONE for one that wolfCrypt lacks, or that is not used here. */
enum wc_HashType wolfcrypt_hash(enum hl_x509_hash hash);

#endif
