#include "crypto/rsa_key.h"

#include "crypto/key_share.h"
#include "crypto/prf.h"

#include <string.h>

/* A large public exponent makes an operation as slow as somebody likes. */
#define RSA_EXPONENT_MAX 8u
#define PADDING_MIN 11u /* RFC 8017, section 7.2.1 */

const char *rsa_key_take(const struct hl_x509_key *public_key, RsaKey *key)
{
    const struct hl_span exponent = public_key->exponent_raw;

    if (public_key->bits > RSA_BITS_MAX)
        return "an RSA key of more than 4096 bits";
    if (public_key->bits < RSA_BITS_MIN)
        return "an RSA key of less than 512 bits";
    if (exponent.len > RSA_EXPONENT_MAX || public_key->exponent < 3 || public_key->exponent % 2 == 0)
        return "an RSA key with an unusual exponent";
    if (wc_InitRsaKey(key, NULL) != 0)
        return "out of memory";
    if (wc_RsaPublicKeyDecodeRaw(public_key->modulus.ptr, (word32)public_key->modulus.len, exponent.ptr, (word32)exponent.len, key) == 0)
        return NULL;
    wc_FreeRsaKey(key);
    return "an RSA key that wolfCrypt does not take";
}

size_t rsa_public_size(const struct hl_x509_key *key)
{
    RsaKey taken;

    if (key->kind != HL_X509_KEY_RSA || rsa_key_take(key, &taken) != NULL)
        return 0;
    wc_FreeRsaKey(&taken);
    return (key->bits + 7u) / 8;
}

bool rsa_public_encrypt(const struct hl_x509_key *key, struct hl_span block, uint8_t out[RSA_BYTES_MAX])
{
    word32 length = RSA_BYTES_MAX;
    RsaKey taken;
    WC_RNG random;

    if (block.len != (key->bits + 7u) / 8 || rsa_key_take(key, &taken) != NULL)
        return false;
    bool done = wc_InitRng(&random) == 0;
    if (done) {
        done = wc_RsaFunction(block.ptr, (word32)block.len, out, &length, RSA_PUBLIC_ENCRYPT, &taken, &random) == 0 && length == block.len;
        wc_FreeRng(&random);
    }
    wc_FreeRsaKey(&taken);
    return done;
}

bool rsa_pad(struct hl_span message, uint8_t *block, size_t size)
{
    if (size < PADDING_MIN || message.len > size - PADDING_MIN)
        return false;
    const size_t padding = size - 3 - message.len;
    block[0] = 0;
    block[1] = 2;
    for (size_t i = 0; i < padding; i++) {
        do {
            if (!random_bytes(&block[2 + i], 1))
                return false;
        } while (block[2 + i] == 0);
    }
    block[2 + padding] = 0;
    if (message.len > 0)
        memcpy(block + 3 + padding, message.ptr, message.len);
    return true;
}
