#include "crypto/aead.h"
#include "crypto/hpke.h"

#include "crypto/prf.h"

#include <string.h>

#define VERSION "HPKE-v1" /* in front of every label */
#define SUITE_ID_LENGTH 10u

static enum hl_x509_hash hash_of(uint16_t kdf)
{
    switch (kdf) {
    case 0x0001: return HL_X509_SHA256;
    case 0x0002: return HL_X509_SHA384;
    case 0x0003: return HL_X509_SHA512;
    default: return HL_X509_HASH_NONE;
    }
}

/* The same ciphers as TLS 1.3 has, by the suites that have them. */
static bool spec_of(uint16_t aead, struct cipher_spec *spec)
{
    static const uint16_t suites[] = { 0, 0x1301, 0x1302, 0x1303 }; /* AES-128-GCM, AES-256-GCM, ChaCha20-Poly1305 */

    return aead >= 1 && aead < sizeof suites / sizeof suites[0] && cipher_spec_of(suites[aead], 0x0304, spec)
           && spec->unavailable == NULL;
}

static void put_suite_id(const struct hpke_suite *suite, uint8_t out[SUITE_ID_LENGTH])
{
    const uint16_t codes[] = { suite->kem, suite->kdf, suite->aead };

    memcpy(out, "HPKE", 4);
    for (size_t i = 0; i < 3; i++) {
        out[4 + 2 * i] = (uint8_t)(codes[i] >> 8);
        out[5 + 2 * i] = (uint8_t)codes[i];
    }
}

/* What LabeledExtract and LabeledExpand have in common (section 4). */
struct labels {
    enum hl_x509_hash hash;
    uint8_t suite_id[SUITE_ID_LENGTH];
};

static struct hl_span text(const char *s)
{
    return (struct hl_span){ (const uint8_t *)s, strlen(s) };
}

static size_t labeled_extract(const struct labels *labels, struct hl_span salt, const char *label, struct hl_span ikm,
                              uint8_t out[DIGEST_LENGTH_MAX])
{
    const struct hl_span parts[] = { text(VERSION), { labels->suite_id, SUITE_ID_LENGTH }, text(label), ikm };

    return hmac_parts(labels->hash, salt, parts, 4, out); /* HKDF-Extract (RFC 5869, section 2.2) */
}

static bool labeled_expand(const struct labels *labels, struct hl_span secret, const char *label, struct hl_span info,
                           uint8_t *out, size_t length)
{
    const uint8_t announced[] = { (uint8_t)(length >> 8), (uint8_t)length };
    const struct hl_span parts[] = { { announced, 2 }, text(VERSION), { labels->suite_id, SUITE_ID_LENGTH }, text(label),
                                     info };

    return hkdf_expand(labels->hash, secret, parts, 5, out, length);
}

bool hpke_begin(struct hpke *hpke, const struct hpke_suite *suite, struct hl_span shared_secret, struct hl_span info)
{
    const struct hl_span nothing = { NULL, 0 };
    struct labels labels = { .hash = hash_of(suite->kdf) };
    uint8_t context[1 + 2 * DIGEST_LENGTH_MAX] = { 0 }; /* mode_base, psk_id_hash, info_hash */
    uint8_t secret[DIGEST_LENGTH_MAX];

    *hpke = (struct hpke){ .sequence = 0 };
    if (labels.hash == HL_X509_HASH_NONE || !spec_of(suite->aead, &hpke->spec))
        return false;
    put_suite_id(suite, labels.suite_id);
    size_t length = labeled_extract(&labels, nothing, "psk_id_hash", nothing, context + 1);
    (void)labeled_extract(&labels, nothing, "info_hash", info, context + 1 + length);
    (void)labeled_extract(&labels, shared_secret, "secret", nothing, secret);
    const struct hl_span from = { secret, length }, about = { context, 1 + 2 * length };
    bool made = length > 0 && labeled_expand(&labels, from, "key", about, hpke->key, hpke->spec.key_length)
                && labeled_expand(&labels, from, "base_nonce", about, hpke->base_nonce, sizeof hpke->base_nonce);
    wipe(secret, sizeof secret);
    return made;
}

void hpke_cleanup(struct hpke *hpke)
{
    wipe(hpke, sizeof *hpke);
}

bool hpke_open(struct hpke *hpke, struct hl_span aad, struct hl_span sealed, uint8_t *out)
{
    uint8_t nonce[12];

    if (sealed.len < HPKE_TAG_LENGTH)
        return false;
    memcpy(nonce, hpke->base_nonce, sizeof nonce);
    for (unsigned i = 0; i < 8; i++)
        nonce[11 - i] ^= (uint8_t)(hpke->sequence >> (8 * i));
    if (aead_open(&hpke->spec, hpke->key, nonce, aad, sealed, out) != PROTECTION_OPENED)
        return false;
    hpke->sequence++;
    return true;
}
