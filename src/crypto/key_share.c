#include "crypto/key_share.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <wolfssl/options.h>

#include <wolfssl/wolfcrypt/curve25519.h>
#include <wolfssl/wolfcrypt/dh.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>

#define DH_BYTES_MIN 64u
#define DH_BYTES_MAX 512u

struct key_share {
    uint16_t group;
    WC_RNG rng;
    bool has_rng;
    ecc_key ecc;
    curve25519_key x25519;
    DhKey dh;
    uint8_t dh_private[KEY_SHARE_PUBLIC_MAX];
    word32 dh_private_length;
    uint8_t prime[DH_BYTES_MAX];
    size_t prime_length;
    bool has_key;
    uint8_t public[KEY_SHARE_PUBLIC_MAX];
    word32 public_length;
};

static const struct curve {
    uint16_t group;
    int id;   /* wolfCrypt's; 0: X25519 */
    int size; /* of a coordinate, in bytes */
} curves[] = {
    { GROUP_X25519, 0, CURVE25519_KEYSIZE },
    { GROUP_SECP256R1, ECC_SECP256R1, 32 },
    { GROUP_SECP384R1, ECC_SECP384R1, 48 },
    { GROUP_SECP521R1, ECC_SECP521R1, 66 },
};

static const struct curve *curve_of(uint16_t group)
{
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        if (curves[i].group == group)
            return &curves[i];
    }
    return NULL;
}

bool key_share_is_known(uint16_t group)
{
    return curve_of(group) != NULL;
}

bool random_bytes(uint8_t *out, size_t n)
{
    while (n > 0) {
        const ssize_t got = getrandom(out, n, 0);
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0) {
            out += got;
            n -= (size_t)got;
        }
    }
    return true;
}

static bool make_x25519(struct key_share *share)
{
    if (wc_curve25519_init(&share->x25519) != 0)
        return false;
    share->has_key = true;
    return wc_curve25519_make_key(&share->rng, CURVE25519_KEYSIZE, &share->x25519) == 0
           && wc_curve25519_export_public_ex(&share->x25519, share->public, &share->public_length, EC25519_LITTLE_ENDIAN) == 0;
}

static bool make_ecc(struct key_share *share, const struct curve *curve)
{
    if (wc_ecc_init(&share->ecc) != 0)
        return false;
    share->has_key = true;
    return wc_ecc_make_key_ex(&share->rng, curve->size, &share->ecc, curve->id) == 0 && wc_ecc_set_rng(&share->ecc, &share->rng) == 0
           && wc_ecc_export_x963(&share->ecc, share->public, &share->public_length) == 0;
}

struct key_share *key_share_new(uint16_t group)
{
    const struct curve *curve = curve_of(group);
    struct key_share *share = curve != NULL ? calloc(1, sizeof *share) : NULL;

    if (share == NULL)
        return NULL;
    share->group = group;
    share->public_length = sizeof share->public;
    share->has_rng = wc_InitRng(&share->rng) == 0;
    if (share->has_rng && (curve->id == 0 ? make_x25519(share) : make_ecc(share, curve)))
        return share;
    key_share_free(share);
    return NULL;
}

static struct hl_span without_zeros(struct hl_span number)
{
    while (number.len > 0 && number.ptr[0] == 0)
        number = (struct hl_span){ number.ptr + 1, number.len - 1 };
    return number;
}

/* 1 < number < prime - 1: what the others generate has one element, or two (RFC 7919, section 5.1). Both without leading zeros, the prime
 * odd. */
static bool is_in_group(struct hl_span number, struct hl_span prime)
{
    const size_t last = prime.len - 1;

    if (number.len == 0 || (number.len == 1 && number.ptr[0] == 1))
        return false;
    if (number.len != prime.len)
        return number.len < prime.len;
    const int order = memcmp(number.ptr, prime.ptr, last);
    return order < 0 || (order == 0 && number.ptr[last] + 1 < prime.ptr[last]);
}

static bool make_dh(struct key_share *share, struct hl_span prime, struct hl_span generator)
{
    if (wc_InitDhKey(&share->dh) != 0)
        return false;
    share->has_key = true;
    share->dh_private_length = sizeof share->dh_private;
    return wc_DhSetKey(&share->dh, prime.ptr, (word32)prime.len, generator.ptr, (word32)generator.len) == 0
           && wc_DhGenerateKeyPair(&share->dh, &share->rng, share->dh_private, &share->dh_private_length, share->public, &share->public_length) == 0;
}

struct key_share *key_share_new_dh(struct hl_span prime, struct hl_span generator)
{
    struct key_share *share;

    prime = without_zeros(prime);
    generator = without_zeros(generator);
    if (prime.len < DH_BYTES_MIN || prime.len > DH_BYTES_MAX || prime.ptr[prime.len - 1] % 2 == 0 || !is_in_group(generator, prime))
        return NULL;
    share = calloc(1, sizeof *share);
    if (share == NULL)
        return NULL;
    memcpy(share->prime, prime.ptr, prime.len);
    share->prime_length = prime.len;
    share->public_length = sizeof share->public;
    share->has_rng = wc_InitRng(&share->rng) == 0;
    if (share->has_rng && make_dh(share, prime, generator))
        return share;
    key_share_free(share);
    return NULL;
}

void key_share_free(struct key_share *share)
{
    if (share == NULL)
        return;
    if (share->has_key && share->prime_length > 0)
        wc_FreeDhKey(&share->dh);
    else if (share->has_key && share->group == GROUP_X25519)
        wc_curve25519_free(&share->x25519);
    else if (share->has_key) {
        wc_ecc_free(&share->ecc);
        wc_ecc_fp_free(); /* tables of this thread, which cost more than they save, and are nobody's when it ends */
    }
    if (share->has_rng)
        wc_FreeRng(&share->rng);
    explicit_bzero(share, sizeof *share);
    free(share);
}

uint16_t key_share_group(const struct key_share *share)
{
    return share->group;
}

struct hl_span key_share_public(const struct key_share *share)
{
    return (struct hl_span){ share->public, share->public_length };
}

/* --- agreeing ----------------------------------------------------------------------------- */

static size_t agree_x25519(struct key_share *share, struct hl_span peer, uint8_t *out)
{
    curve25519_key theirs;
    word32 length = CURVE25519_KEYSIZE;

    if (wc_curve25519_init(&theirs) != 0)
        return 0;
    const bool agreed = wc_curve25519_import_public_ex(peer.ptr, (word32)peer.len, &theirs, EC25519_LITTLE_ENDIAN) == 0
                        && wc_curve25519_shared_secret_ex(&share->x25519, &theirs, out, &length, EC25519_LITTLE_ENDIAN) == 0;
    wc_curve25519_free(&theirs);
    return agreed ? length : 0;
}

static size_t agree_ecc(struct key_share *share, const struct curve *curve, struct hl_span peer, uint8_t *out)
{
    ecc_key theirs;
    word32 length = (word32)curve->size;

    if (wc_ecc_init(&theirs) != 0)
        return 0;
    const bool agreed = wc_ecc_import_x963_ex(peer.ptr, (word32)peer.len, &theirs, curve->id) == 0 && wc_ecc_check_key(&theirs) == 0
                        && wc_ecc_shared_secret(&share->ecc, &theirs, out, &length) == 0;
    wc_ecc_free(&theirs);
    return agreed ? length : 0;
}

static size_t agree_dh(struct key_share *share, struct hl_span peer, uint8_t *out)
{
    word32 length = KEY_SHARE_SECRET_MAX;

    peer = without_zeros(peer);
    if (!is_in_group(peer, (struct hl_span){ share->prime, share->prime_length })
        || wc_DhAgree(&share->dh, out, &length, share->dh_private, share->dh_private_length, peer.ptr, (word32)peer.len) != 0)
        return 0;
    const struct hl_span secret = without_zeros((struct hl_span){ out, length });
    if (secret.len > 0)
        memmove(out, secret.ptr, secret.len);
    return secret.len;
}

size_t key_share_agree(struct key_share *share, struct hl_span peer, uint8_t out[KEY_SHARE_SECRET_MAX])
{
    const struct curve *curve = curve_of(share->group);
    uint8_t any = 0;
    size_t length;

    if (share->prime_length > 0)
        length = agree_dh(share, peer, out);
    else if (curve->id == 0)
        length = peer.len == CURVE25519_KEYSIZE ? agree_x25519(share, peer, out) : 0;
    else
        length = peer.len == 1 + 2 * (size_t)curve->size ? agree_ecc(share, curve, peer, out) : 0;
    for (size_t i = 0; i < length; i++)
        any |= out[i];
    return any != 0 ? length : 0;
}
