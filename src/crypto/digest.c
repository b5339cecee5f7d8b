#include <wolfssl/options.h> /* first: the sizes of all others depend on it */

#include <wolfssl/wolfcrypt/hash.h>

#include "crypto/digest.h"

#include <string.h>

/* These fail only on NULL pointers and on hashes that the library was built without. */
static void digest(enum wc_HashType type, struct hl_span data, uint8_t *out, word32 length)
{
    static const uint8_t nothing[1];

    memset(out, 0, length);
    (void)wc_Hash(type, data.len > 0 ? data.ptr : nothing, (word32)data.len, out, length);
}

void digest_md5(struct hl_span data, uint8_t out[MD5_LENGTH])
{
    digest(WC_HASH_TYPE_MD5, data, out, MD5_LENGTH);
}

void digest_sha1(struct hl_span data, uint8_t out[SHA1_LENGTH])
{
    digest(WC_HASH_TYPE_SHA, data, out, SHA1_LENGTH);
}

void digest_sha256(struct hl_span data, uint8_t out[SHA256_LENGTH])
{
    digest(WC_HASH_TYPE_SHA256, data, out, SHA256_LENGTH);
}
