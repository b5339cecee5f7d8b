#include "crypto/wolfcrypt.h"

#include <wolfssl/wolfcrypt/hmac.h>

#include "crypto/prf.h"

#include <string.h>

static const uint8_t nothing[1];

void wipe(void *secret, size_t length)
{
    explicit_bzero(secret, length);
}

size_t hmac_parts(enum hl_x509_hash hash, struct hl_span key, const struct hl_span *parts, size_t count,
                  uint8_t out[DIGEST_LENGTH_MAX])
{
    enum wc_HashType type = wolfcrypt_hash(hash);
    int length = type != WC_HASH_TYPE_NONE ? wc_HashGetDigestSize(type) : 0;
    Hmac state;

    if (length <= 0 || length > DIGEST_LENGTH_MAX || key.len > UINT32_MAX
        || wc_HmacInit(&state, NULL, INVALID_DEVID) != 0)
        return 0;
    bool whole = wc_HmacSetKey(&state, (int)type, key.len > 0 ? key.ptr : nothing, (word32)key.len) == 0;
    for (size_t i = 0; whole && i < count; i++) {
        if (parts[i].len > 0)
            whole = wc_HmacUpdate(&state, parts[i].ptr, (word32)parts[i].len) == 0;
    }
    whole = whole && wc_HmacFinal(&state, out) == 0;
    wc_HmacFree(&state);
    wipe(&state, sizeof state);
    return whole ? (size_t)length : 0;
}

/* One block: MD5(secret + SHA1(letters + secret + seed)). */
static bool ssl3_block(unsigned letter, struct hl_span secret, struct hl_span seed,
                       uint8_t block[DIGEST_LENGTH_MAX])
{
    uint8_t letters[26], inner[DIGEST_LENGTH_MAX];

    memset(letters, (int)('A' + letter), sizeof letters);
    const struct hl_span first[] = { { letters, letter + 1 }, secret, seed };
    const struct hl_span second[] = { secret, { inner, SHA1_LENGTH } };
    bool made = digest_parts(HL_X509_SHA1, first, 3, inner) == SHA1_LENGTH
                && digest_parts(HL_X509_MD5, second, 2, block) == MD5_LENGTH;
    wipe(inner, sizeof inner);
    return made;
}

bool prf_ssl3(struct hl_span secret, struct hl_span seed, uint8_t *out, size_t length)
{
    uint8_t block[DIGEST_LENGTH_MAX];
    bool made = length <= (size_t)26 * MD5_LENGTH;

    memset(out, 0, length);
    for (size_t at = 0; made && at < length; at += MD5_LENGTH) {
        made = ssl3_block((unsigned)(at / MD5_LENGTH), secret, seed, block);
        if (made)
            memcpy(out + at, block, length - at < MD5_LENGTH ? length - at : MD5_LENGTH);
    }
    wipe(block, sizeof block);
    if (!made)
        wipe(out, length);
    return made;
}

/* P_hash (RFC 5246, section 5), exclusive-ored onto `out`: TLS 1.0 has two of them in one. */
static bool p_hash(enum hl_x509_hash hash, struct hl_span secret, struct hl_span label, struct hl_span seed,
                   uint8_t *out, size_t length)
{
    uint8_t a[DIGEST_LENGTH_MAX], block[DIGEST_LENGTH_MAX];
    const struct hl_span first[] = { label, seed };
    size_t digest = hmac_parts(hash, secret, first, 2, a); /* A(1) */
    const struct hl_span parts[] = { { a, digest }, label, seed };
    bool made = digest > 0;

    for (size_t at = 0; made && at < length; at += digest) {
        made = hmac_parts(hash, secret, parts, 3, block) == digest;
        for (size_t i = 0; made && i < digest && at + i < length; i++)
            out[at + i] ^= block[i];
        made = made && hmac_parts(hash, secret, parts, 1, a) == digest; /* A(i + 1) */
    }
    wipe(a, sizeof a);
    wipe(block, sizeof block);
    return made;
}

bool prf_tls(enum hl_x509_hash hash, struct hl_span secret, const char *label, struct hl_span seed,
             uint8_t *out, size_t length)
{
    const struct hl_span text = { (const uint8_t *)label, strlen(label) };
    bool made;

    memset(out, 0, length);
    if (hash != HL_X509_HASH_NONE) {
        made = p_hash(hash, secret, text, seed, out, length);
    } else { /* the halves of the secret share its middle byte, if it has one */
        size_t half = (secret.len + 1) / 2;
        const struct hl_span one = { secret.ptr, half };
        const struct hl_span two = { secret.len > 0 ? secret.ptr + secret.len - half : NULL, half };
        made = p_hash(HL_X509_MD5, one, text, seed, out, length)
               && p_hash(HL_X509_SHA1, two, text, seed, out, length);
    }
    if (!made)
        wipe(out, length);
    return made;
}

size_t hkdf_extract(enum hl_x509_hash hash, struct hl_span salt, struct hl_span key,
                    uint8_t out[DIGEST_LENGTH_MAX])
{
    size_t length = hmac_parts(hash, salt, &key, 1, out);

    if (length == 0)
        wipe(out, DIGEST_LENGTH_MAX);
    return length;
}

bool hkdf_expand(enum hl_x509_hash hash, struct hl_span secret, const struct hl_span *info, size_t count, uint8_t *out,
                 size_t length)
{
    struct hl_span parts[1 + HKDF_PARTS_MAX + 1]; /* T(i - 1), info, i */
    uint8_t block[DIGEST_LENGTH_MAX];
    size_t digest = 0;
    bool made = count <= HKDF_PARTS_MAX;

    for (size_t i = 0; made && i < count; i++)
        parts[1 + i] = info[i];
    for (size_t at = 0, i = 1; made && at < length; at += digest, i++) {
        const uint8_t counter = (uint8_t)i;
        parts[0] = (struct hl_span){ block, digest }; /* T(0) is empty */
        parts[1 + count] = (struct hl_span){ &counter, 1 };
        digest = hmac_parts(hash, secret, parts, count + 2, block);
        made = digest > 0 && i <= 255;
        if (made)
            memcpy(out + at, block, length - at < digest ? length - at : digest);
    }
    wipe(block, sizeof block);
    if (!made)
        wipe(out, length);
    return made;
}

bool hkdf_expand_label(enum hl_x509_hash hash, struct hl_span secret, const char *prefix, const char *label,
                       struct hl_span context, uint8_t *out, size_t length)
{
    uint8_t info[2 + 1 + 255 + 1 + 255]; /* struct HkdfLabel */
    size_t front = strlen(prefix), back = strlen(label), n = 0;

    memset(out, 0, length);
    if (length > 0xffff || front + back > 255 || context.len > 255)
        return false;
    info[n++] = (uint8_t)(length >> 8);
    info[n++] = (uint8_t)length;
    info[n++] = (uint8_t)(front + back);
    memcpy(info + n, prefix, front);
    memcpy(info + n + front, label, back);
    n += front + back;
    info[n++] = (uint8_t)context.len;
    if (context.len > 0)
        memcpy(info + n, context.ptr, context.len);
    n += context.len;
    bool made = hkdf_expand(hash, secret, &(struct hl_span){ info, n }, 1, out, length);
    wipe(info, sizeof info);
    return made;
}
