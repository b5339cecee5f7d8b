#include "crypto/prf.h"
#include "crypto/schedule.h"
#include "wire/version.h"

#include <string.h>

#define RANDOM_MAX 32 /* RFC 5246, 7.4.1.2 */
#define KEY_BLOCK_MAX (2 * (PROTECTION_MAC_KEY_MAX + PROTECTION_KEY_MAX + PROTECTION_IV_MAX))

static const struct hl_span nothing = { NULL, 0 };

static bool is_ssl3(const struct cipher_spec *spec)
{
    return spec->version == 0x0300;
}

/* Neither TLS 1.3, which has another schedule, nor a PRF that is not known. */
static bool has_prf(const struct cipher_spec *spec)
{
    uint16_t tls = version_as_tls(spec->version);

    return tls != 0 && tls < 0x0304 && (tls < 0x0303 || spec->prf != HL_X509_HASH_NONE);
}

size_t schedule_transcript_hash(const struct cipher_spec *spec, struct hl_span transcript,
                                uint8_t out[DIGEST_LENGTH_MAX])
{
    uint16_t tls = version_as_tls(spec->version);

    memset(out, 0, DIGEST_LENGTH_MAX);
    if (spec->prf != HL_X509_HASH_NONE)
        return digest_parts(spec->prf, &transcript, 1, out);
    if (tls == 0 || tls >= 0x0303)
        return 0;
    uint8_t sha1[DIGEST_LENGTH_MAX]; /* digest_parts() wants room for any */
    bool made = digest_parts(HL_X509_MD5, &transcript, 1, out) == MD5_LENGTH
                && digest_parts(HL_X509_SHA1, &transcript, 1, sha1) == SHA1_LENGTH;
    memcpy(out + MD5_LENGTH, sha1, SHA1_LENGTH);
    return made ? MD5_LENGTH + SHA1_LENGTH : 0;
}

/* --- SSL 3.0 to TLS 1.2 ---------------------------------------------------- */

/* The PRF of the version, over two randoms one behind the other. */
static bool prf_of_randoms(const struct cipher_spec *spec, struct hl_span secret, const char *label,
                           struct hl_span first, struct hl_span second, uint8_t *out, size_t length)
{
    uint8_t seed[2 * RANDOM_MAX];

    memset(out, 0, length);
    if (!has_prf(spec) || first.len > RANDOM_MAX || second.len > RANDOM_MAX)
        return false;
    if (first.len > 0)
        memcpy(seed, first.ptr, first.len);
    if (second.len > 0)
        memcpy(seed + first.len, second.ptr, second.len);
    const struct hl_span both = { seed, first.len + second.len };
    return is_ssl3(spec) ? prf_ssl3(secret, both, out, length)
                         : prf_tls(spec->prf, secret, label, both, out, length);
}

bool schedule_master(const struct cipher_spec *spec, struct hl_span premaster, struct hl_span client_random,
                     struct hl_span server_random, uint8_t master[MASTER_SECRET_LENGTH])
{
    return prf_of_randoms(spec, premaster, "master secret", client_random, server_random, master,
                          MASTER_SECRET_LENGTH);
}

bool schedule_extended_master(const struct cipher_spec *spec, struct hl_span premaster,
                              struct hl_span transcript, uint8_t master[MASTER_SECRET_LENGTH])
{
    uint8_t hash[DIGEST_LENGTH_MAX];
    size_t length = schedule_transcript_hash(spec, transcript, hash);

    memset(master, 0, MASTER_SECRET_LENGTH);
    if (!has_prf(spec) || is_ssl3(spec) || length == 0)
        return false;
    return prf_tls(spec->prf, premaster, "extended master secret", (struct hl_span){ hash, length }, master,
                   MASTER_SECRET_LENGTH);
}

static uint8_t *put_psk_part(uint8_t *to, const uint8_t *bytes, size_t length)
{
    *to++ = (uint8_t)(length >> 8);
    *to++ = (uint8_t)length;
    if (bytes == NULL)
        memset(to, 0, length);
    else
        memcpy(to, bytes, length);
    return to + length;
}

size_t schedule_psk_premaster(struct hl_span other, struct hl_span psk, uint8_t *out, size_t out_size)
{
    size_t first = other.ptr == NULL ? psk.len : other.len;

    if (first > 0xffff || psk.len > 0xffff || out_size < 4 + first + psk.len)
        return 0;
    put_psk_part(put_psk_part(out, other.ptr, first), psk.ptr, psk.len);
    return 4 + first + psk.len;
}

static struct hl_span cut(struct hl_span *rest, size_t length)
{
    struct hl_span piece = { rest->ptr, length };

    rest->ptr += length;
    rest->len -= length;
    return piece;
}

/* RFC 5246, 6.3: MAC keys, keys, IVs, the client's first of each. */
static bool cut_key_block(const struct cipher_spec *spec, struct hl_span block, unsigned flags,
                          struct protection *client, struct protection *server)
{
    struct protection_keys c, s;

    c.mac_key = cut(&block, spec->mac_length);
    s.mac_key = cut(&block, spec->mac_length);
    c.key = cut(&block, spec->key_length);
    s.key = cut(&block, spec->key_length);
    c.iv = cut(&block, spec->fixed_iv_length);
    s.iv = cut(&block, spec->fixed_iv_length);
    if (!protection_init(client, spec, &c, flags))
        return false;
    if (protection_init(server, spec, &s, flags))
        return true;
    protection_cleanup(client);
    return false;
}

bool schedule_key_block(const struct cipher_spec *spec, struct hl_span master, struct hl_span client_random,
                        struct hl_span server_random, unsigned flags, struct protection *client,
                        struct protection *server)
{
    uint8_t block[KEY_BLOCK_MAX];
    size_t length = 2 * ((size_t)spec->mac_length + spec->key_length + spec->fixed_iv_length);

    if (spec->unavailable != NULL || length == 0) /* length 0: TLS_NULL_WITH_NULL_NULL */
        return cut_key_block(spec, (struct hl_span){ block, sizeof block }, flags, client, server);
    if (length > sizeof block
        || !prf_of_randoms(spec, master, "key expansion", server_random, client_random, block, length))
        return false;
    bool made = cut_key_block(spec, (struct hl_span){ block, length }, flags, client, server);
    wipe(block, sizeof block);
    return made;
}

/* RFC 6101, 5.6.9: hash(master + pad2 + hash(messages + sender + master + pad1)). */
static bool ssl3_finished(enum hl_x509_hash hash, struct hl_span master, const char *sender,
                          struct hl_span transcript, uint8_t out[DIGEST_LENGTH_MAX])
{
    uint8_t pad1[48], pad2[48], inner[DIGEST_LENGTH_MAX];
    size_t pad = hash == HL_X509_MD5 ? 48 : 40;

    memset(pad1, 0x36, sizeof pad1);
    memset(pad2, 0x5c, sizeof pad2);
    const struct hl_span first[] = { transcript, { (const uint8_t *)sender, 4 }, master, { pad1, pad } };
    size_t length = digest_parts(hash, first, 4, inner);
    const struct hl_span second[] = { master, { pad2, pad }, { inner, length } };
    bool made = length > 0 && digest_parts(hash, second, 3, out) == length;
    wipe(inner, sizeof inner);
    return made;
}

size_t schedule_finished(const struct cipher_spec *spec, struct hl_span master, bool server,
                         struct hl_span transcript, uint8_t out[FINISHED_LENGTH_MAX])
{
    uint8_t hash[DIGEST_LENGTH_MAX];

    memset(out, 0, FINISHED_LENGTH_MAX);
    if (!has_prf(spec))
        return 0;
    if (is_ssl3(spec)) {
        const char *sender = server ? "SRVR" : "CLNT";
        if (!ssl3_finished(HL_X509_MD5, master, sender, transcript, out)
            || !ssl3_finished(HL_X509_SHA1, master, sender, transcript, hash))
            return 0;
        memcpy(out + MD5_LENGTH, hash, SHA1_LENGTH);
        return MD5_LENGTH + SHA1_LENGTH;
    }
    size_t length = schedule_transcript_hash(spec, transcript, hash);
    const char *label = server ? "server finished" : "client finished";
    bool made = length > 0 && prf_tls(spec->prf, master, label, (struct hl_span){ hash, length }, out, 12);
    return made ? 12 : 0;
}

/* --- TLS 1.3 --------------------------------------------------------------- */

static bool is_before_draft20(uint16_t version)
{
    return version >> 8 == 0x7f && (version & 0xff) < 20;
}

static const char *label_prefix(uint16_t version)
{
    if (version == 0xfefc)
        return HKDF_DTLS13;
    return is_before_draft20(version) ? HKDF_TLS13_OLD : HKDF_TLS13;
}

static size_t hash_length(const struct cipher_spec *spec)
{
    uint8_t hash[DIGEST_LENGTH_MAX];

    return version_is_tls13(spec->version) ? schedule_transcript_hash(spec, nothing, hash) : 0;
}

/* A secret as long as the hash, of another. */
static bool expand(const struct cipher_spec *spec, struct hl_span from, const char *label,
                   struct hl_span context, struct secret *out)
{
    memset(out, 0, sizeof *out);
    out->length = hash_length(spec);
    if (out->length > 0
        && hkdf_expand_label(spec->prf, from, label_prefix(spec->version), label, context, out->bytes,
                             out->length))
        return true;
    wipe(out, sizeof *out);
    return false;
}

/* HKDF-Extract, where nothing is as many zeros as the hash is long. */
static bool extract(const struct cipher_spec *spec, struct hl_span salt, struct hl_span key,
                    struct secret *out)
{
    static const uint8_t zeros[DIGEST_LENGTH_MAX];
    size_t length = hash_length(spec);

    memset(out, 0, sizeof *out);
    if (length > 0)
        out->length =
            hkdf_extract(spec->prf, salt, key.len > 0 ? key : (struct hl_span){ zeros, length }, out->bytes);
    return out->length > 0;
}

/* From one level to the next. Before draft 19 there was no "derived" between them, and drafts before 20 have
 * labels that are not here. */
static bool next_level(const struct cipher_spec *spec, struct hl_span from, struct hl_span key,
                       struct secret *out)
{
    uint8_t empty[DIGEST_LENGTH_MAX];
    size_t length = schedule_transcript_hash(spec, nothing, empty);
    struct secret derived;

    memset(out, 0, sizeof *out);
    bool made = !is_before_draft20(spec->version)
                && expand(spec, from, "derived", (struct hl_span){ empty, length }, &derived)
                && extract(spec, secret_span(&derived), key, out);
    wipe(&derived, sizeof derived);
    return made;
}

bool tls13_early_secret(const struct cipher_spec *spec, struct hl_span psk, struct secret *out)
{
    return extract(spec, nothing, psk, out);
}

bool tls13_handshake_secret(const struct cipher_spec *spec, struct hl_span early, struct hl_span shared,
                            struct secret *out)
{
    return next_level(spec, early, shared, out);
}

bool tls13_master_secret(const struct cipher_spec *spec, struct hl_span handshake, struct secret *out)
{
    return next_level(spec, handshake, nothing, out);
}

bool tls13_derive(const struct cipher_spec *spec, enum tls13_secret which, struct hl_span from,
                  struct hl_span transcript_hash, struct secret *out)
{
    static const char *const labels[] = {
        [TLS13_EXTERNAL_BINDER] = "ext binder",
        [TLS13_RESUMPTION_BINDER] = "res binder",
        [TLS13_CLIENT_EARLY_TRAFFIC] = "c e traffic",
        [TLS13_EARLY_EXPORTER] = "e exp master",
        [TLS13_CLIENT_HANDSHAKE_TRAFFIC] = "c hs traffic",
        [TLS13_SERVER_HANDSHAKE_TRAFFIC] = "s hs traffic",
        [TLS13_CLIENT_APPLICATION_TRAFFIC] = "c ap traffic",
        [TLS13_SERVER_APPLICATION_TRAFFIC] = "s ap traffic",
        [TLS13_EXPORTER] = "exp master",
        [TLS13_RESUMPTION] = "res master",
    };
    uint8_t empty[DIGEST_LENGTH_MAX];

    memset(out, 0, sizeof *out);
    if (is_before_draft20(spec->version))
        return false;
    if (which == TLS13_EXTERNAL_BINDER || which == TLS13_RESUMPTION_BINDER)
        transcript_hash = (struct hl_span){ empty, schedule_transcript_hash(spec, nothing, empty) };
    return expand(spec, from, labels[which], transcript_hash, out);
}

bool tls13_resumption_psk(const struct cipher_spec *spec, struct hl_span resumption,
                          struct hl_span ticket_nonce, struct secret *out)
{
    return expand(spec, resumption, "resumption", ticket_nonce, out);
}

bool tls13_next_traffic(const struct cipher_spec *spec, struct hl_span traffic, struct secret *out)
{
    const char *label = is_before_draft20(spec->version) ? "application traffic secret" : "traffic upd";

    return expand(spec, traffic, label, nothing, out);
}

bool tls13_protection(const struct cipher_spec *spec, struct hl_span traffic, struct protection *out)
{
    uint8_t key[PROTECTION_KEY_MAX], iv[PROTECTION_IV_MAX];
    const char *prefix = label_prefix(spec->version);
    const struct protection_keys keys = { .key = { key, spec->key_length },
                                          .iv = { iv, spec->fixed_iv_length } };

    if (!version_is_tls13(spec->version))
        return false;
    if (spec->unavailable != NULL)
        return protection_init(out, spec, &keys, 0);
    bool made = spec->key_length <= sizeof key && spec->fixed_iv_length <= sizeof iv
                && hkdf_expand_label(spec->prf, traffic, prefix, "key", nothing, key, spec->key_length)
                && hkdf_expand_label(spec->prf, traffic, prefix, "iv", nothing, iv, spec->fixed_iv_length)
                && protection_init(out, spec, &keys, 0);
    wipe(key, sizeof key);
    wipe(iv, sizeof iv);
    return made;
}

bool tls13_finished(const struct cipher_spec *spec, struct hl_span base_key, struct hl_span transcript_hash,
                    struct secret *out)
{
    struct secret key;

    memset(out, 0, sizeof *out);
    if (expand(spec, base_key, "finished", nothing, &key))
        out->length = hmac_parts(spec->prf, secret_span(&key), &transcript_hash, 1, out->bytes);
    wipe(&key, sizeof key);
    return out->length > 0;
}

size_t tls13_message_hash(const struct cipher_spec *spec, struct hl_span client_hello,
                          uint8_t out[TLS13_MESSAGE_HASH_MAX])
{
    uint8_t hash[DIGEST_LENGTH_MAX];
    size_t length = hash_length(spec) > 0 ? schedule_transcript_hash(spec, client_hello, hash) : 0;

    memset(out, 0, TLS13_MESSAGE_HASH_MAX);
    if (length == 0)
        return 0;
    out[0] = 254; /* message_hash */
    out[3] = (uint8_t)length;
    memcpy(out + 4, hash, length);
    return 4 + length;
}

size_t tls13_certificate_verify_content(bool server, struct hl_span transcript_hash,
                                        uint8_t out[TLS13_SIGNED_MAX])
{
    static const char of_server[] = "TLS 1.3, server CertificateVerify",
                      of_client[] = "TLS 1.3, client CertificateVerify";
    _Static_assert(sizeof of_server == 33 + 1 && sizeof of_client == 33 + 1, "the zero is the string's own");

    if (transcript_hash.len == 0 || transcript_hash.len > DIGEST_LENGTH_MAX)
        return 0;
    memset(out, ' ', 64);
    memcpy(out + 64, server ? of_server : of_client, 33 + 1);
    memcpy(out + 64 + 33 + 1, transcript_hash.ptr, transcript_hash.len);
    return 64 + 33 + 1 + transcript_hash.len;
}
