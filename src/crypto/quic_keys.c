#include "crypto/aead.h"
#include "crypto/number_mask.h"
#include "crypto/prf.h"
#include "crypto/quic_keys.h"

#include <string.h>

#define QUIC_2 0x6b3343cfu
#define INITIAL_SUITE 0x1301 /* TLS_AES_128_GCM_SHA256: RFC 9001, section 5 */

static const struct hl_span nothing = { NULL, 0 };

/* RFC 9001, 5.2; RFC 9369, 3.3.1; the drafts of RFC 9001. */
static const struct {
    uint32_t first, last;
    uint8_t salt[20];
} salts[] = {
    { 1, 1, { 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
              0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a } },
    { QUIC_2, QUIC_2, { 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
                        0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9 } },
    { 0xff000016, 0xff000016, { 0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a,
                                0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a } },
    { 0xff000017, 0xff00001c, { 0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7,
                                0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02 } },
    { 0xff00001d, 0xff000020, { 0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
                                0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99 } },
    { 0xff000021, 0xff000022, { 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                                0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a } },
};

/* Facebook's mvfst numbers its versions itself; they are the drafts 22 and 27. */
static uint32_t draft_of(uint32_t version)
{
    return version == 0xfaceb001 ? 0xff000016 : version == 0xfaceb002 || version == 0xfaceb00e ? 0xff00001b : version;
}

static const uint8_t *salt_of(uint32_t version)
{
    version = draft_of(version);
    for (size_t i = 0; i < sizeof salts / sizeof salts[0]; i++) {
        if (version >= salts[i].first && version <= salts[i].last)
            return salts[i].salt;
    }
    return NULL;
}

bool quic_version_has_keys(uint32_t version)
{
    return salt_of(version) != NULL;
}

/* RFC 9369, 3.3.2: version 2 has labels of its own. */
enum { LABEL_KEY, LABEL_IV, LABEL_HP, LABEL_UPDATE };

static const char *label_of(uint32_t version, unsigned which)
{
    static const char *const labels[][2] = {
        [LABEL_KEY] = { "quic key", "quicv2 key" },
        [LABEL_IV] = { "quic iv", "quicv2 iv" },
        [LABEL_HP] = { "quic hp", "quicv2 hp" },
        [LABEL_UPDATE] = { "quic ku", "quicv2 ku" },
    };

    return labels[which][version == QUIC_2 ? 1 : 0];
}

static bool expand(const struct quic_keys *keys, const char *label, uint8_t *out, size_t length)
{
    return hkdf_expand_label(keys->spec.prf, secret_span(&keys->secret), HKDF_TLS13, label, nothing, out,
                             length);
}

bool quic_keys_of(uint32_t version, const struct cipher_spec *spec, struct hl_span secret,
                  struct quic_keys *out)
{
    memset(out, 0, sizeof *out);
    if (!quic_version_has_keys(version) || spec->unavailable != NULL || spec->kind != CIPHER_AEAD
        || spec->fixed_iv_length != sizeof out->iv || secret.len == 0
        || secret.len > sizeof out->secret.bytes)
        return false;
    out->spec = *spec;
    memcpy(out->secret.bytes, secret.ptr, secret.len);
    out->secret.length = secret.len;
    bool made = expand(out, label_of(version, LABEL_KEY), out->key, spec->key_length)
                && expand(out, label_of(version, LABEL_IV), out->iv, sizeof out->iv)
                && expand(out, label_of(version, LABEL_HP), out->hp, spec->key_length);
    if (!made)
        wipe(out, sizeof *out);
    return made;
}

bool quic_keys_update(uint32_t version, const struct quic_keys *now, struct quic_keys *next)
{
    uint8_t secret[DIGEST_LENGTH_MAX];
    const struct hl_span after = { secret, now->secret.length };

    memset(next, 0, sizeof *next);
    bool made = expand(now, label_of(version, LABEL_UPDATE), secret, now->secret.length)
                && quic_keys_of(version, &now->spec, after, next);
    if (made)
        memcpy(next->hp, now->hp, sizeof next->hp);
    wipe(secret, sizeof secret);
    return made;
}

bool quic_initial_keys(uint32_t version, struct hl_span connection_id, struct quic_keys *client,
                       struct quic_keys *server)
{
    uint8_t initial[DIGEST_LENGTH_MAX], secrets[2][SHA256_LENGTH];
    const uint8_t *salt = salt_of(version);
    struct cipher_spec spec;

    memset(client, 0, sizeof *client);
    memset(server, 0, sizeof *server);
    if (salt == NULL || !cipher_spec_of(INITIAL_SUITE, 0x0304, &spec))
        return false;
    size_t length =
        hkdf_extract(spec.prf, (struct hl_span){ salt, sizeof salts[0].salt }, connection_id, initial);
    const struct hl_span from = { initial, length };
    bool made =
        length > 0
        && hkdf_expand_label(spec.prf, from, HKDF_TLS13, "client in", nothing, secrets[0], SHA256_LENGTH)
        && hkdf_expand_label(spec.prf, from, HKDF_TLS13, "server in", nothing, secrets[1], SHA256_LENGTH)
        && quic_keys_of(version, &spec, (struct hl_span){ secrets[0], SHA256_LENGTH }, client)
        && quic_keys_of(version, &spec, (struct hl_span){ secrets[1], SHA256_LENGTH }, server);
    wipe(initial, sizeof initial);
    wipe(secrets, sizeof secrets);
    if (!made)
        wipe(client, sizeof *client);
    return made;
}

bool quic_header_mask(const struct quic_keys *keys, struct hl_span sample, uint8_t mask[QUIC_MASK_LENGTH])
{
    return number_mask(&keys->spec, keys->hp, sample, mask);
}

enum protection_result quic_open(const struct quic_keys *keys, uint64_t packet_number, struct hl_span header,
                                 struct hl_span sealed, uint8_t *out, size_t out_size,
                                 struct hl_span *content)
{
    uint8_t nonce[12];

    *content = nothing;
    if (keys->spec.kind != CIPHER_AEAD || out_size < sealed.len)
        return PROTECTION_UNAVAILABLE;
    memcpy(nonce, keys->iv, sizeof nonce);
    for (unsigned i = 0; i < 8; i++)
        nonce[4 + i] ^= (uint8_t)(packet_number >> (56 - 8 * i));
    enum protection_result result = aead_open(&keys->spec, keys->key, nonce, header, sealed, out);
    if (result == PROTECTION_OPENED)
        *content = (struct hl_span){ out, sealed.len - keys->spec.tag_length };
    return result;
}
