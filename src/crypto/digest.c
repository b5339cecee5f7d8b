#include "crypto/wolfcrypt.h"

#include "crypto/digest.h"

#include <string.h>

static const uint8_t nothing[1];

/* These fail only on NULL pointers and on hashes that the library was built without. */
static void digest(enum wc_HashType type, struct hl_span data, uint8_t *out, word32 length)
{
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

enum wc_HashType wolfcrypt_hash(enum hl_x509_hash hash)
{
    switch (hash) {
    case HL_X509_MD5: return WC_HASH_TYPE_MD5;
    case HL_X509_SHA1: return WC_HASH_TYPE_SHA;
    case HL_X509_SHA224: return WC_HASH_TYPE_SHA224;
    case HL_X509_SHA256: return WC_HASH_TYPE_SHA256;
    case HL_X509_SHA384: return WC_HASH_TYPE_SHA384;
    case HL_X509_SHA512: return WC_HASH_TYPE_SHA512;
    case HL_X509_SHA3_224: return WC_HASH_TYPE_SHA3_224;
    case HL_X509_SHA3_256: return WC_HASH_TYPE_SHA3_256;
    case HL_X509_SHA3_384: return WC_HASH_TYPE_SHA3_384;
    case HL_X509_SHA3_512: return WC_HASH_TYPE_SHA3_512;
    default: return WC_HASH_TYPE_NONE;
    }
}

size_t digest_parts(enum hl_x509_hash hash, const struct hl_span *parts, size_t count, uint8_t out[DIGEST_LENGTH_MAX])
{
    enum wc_HashType type = wolfcrypt_hash(hash);
    wc_HashAlg state;
    int length = type != WC_HASH_TYPE_NONE ? wc_HashGetDigestSize(type) : 0;

    if (length <= 0 || length > DIGEST_LENGTH_MAX || wc_HashInit(&state, type) != 0)
        return 0;
    bool whole = true;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0)
            whole &= wc_HashUpdate(&state, type, parts[i].ptr, (word32)parts[i].len) == 0;
    }
    whole &= wc_HashFinal(&state, type, out) == 0;
    (void)wc_HashFree(&state, type);
    return whole ? (size_t)length : 0;
}
