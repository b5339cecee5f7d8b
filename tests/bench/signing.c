#include <wolfssl/options.h> /* first: the sizes of all others depend on it */

#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/rsa.h>
#include <wolfssl/wolfcrypt/sha256.h>

#include "signing.h"

#include <stdio.h>
#include <stdlib.h>

struct signing_key {
    bool ec;
    RsaKey rsa;
    ecc_key ecc;
};

static WC_RNG *generator(void)
{
    static WC_RNG rng;
    static bool ready;

    if (!ready && wc_InitRng(&rng) != 0)
        exit(1);
    ready = true;
    return &rng;
}

static void must(int result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "workload: %s failed: %d\n", what, result);
        exit(1);
    }
}

struct signing_key *signing_key_new(bool ec)
{
    struct signing_key *key = calloc(1, sizeof *key);

    if (key == NULL)
        exit(1);
    key->ec = ec;
    if (ec) {
        must(wc_ecc_init(&key->ecc), "wc_ecc_init");
        must(wc_ecc_make_key_ex(generator(), 32, &key->ecc, ECC_SECP256R1), "wc_ecc_make_key_ex");
    } else {
        must(wc_InitRsaKey(&key->rsa, NULL), "wc_InitRsaKey");
        must(wc_MakeRsaKey(&key->rsa, 2048, 65537, generator()), "wc_MakeRsaKey");
        must(wc_RsaSetRNG(&key->rsa, generator()), "wc_RsaSetRNG");
    }
    return key;
}

bool signing_key_is_ec(const struct signing_key *key)
{
    return key->ec;
}

size_t signing_key_spki(struct signing_key *key, uint8_t *out, size_t size)
{
    int n = key->ec ? wc_EccPublicKeyToDer(&key->ecc, out, (word32)size, 1)
                    : wc_RsaKeyToPublicDer(&key->rsa, out, (word32)size);

    must(n, "the public key");
    return (size_t)n;
}

size_t signing_sign(struct signing_key *key, const uint8_t *data, size_t n, uint8_t *out, size_t size)
{
    uint8_t digest[WC_SHA256_DIGEST_SIZE], info[128];
    word32 length = (word32)size;

    must(wc_Sha256Hash(data, (word32)n, digest), "wc_Sha256Hash");
    if (key->ec) {
        must(wc_ecc_sign_hash(digest, sizeof digest, out, &length, generator(), &key->ecc), "wc_ecc_sign_hash");
        return length;
    }
    word32 encoded = wc_EncodeSignature(info, digest, sizeof digest, wc_HashGetOID(WC_HASH_TYPE_SHA256));
    int made = wc_RsaSSL_Sign(info, encoded, out, (word32)size, &key->rsa, generator());
    must(made, "wc_RsaSSL_Sign");
    return (size_t)made;
}
