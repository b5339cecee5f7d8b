#include "crypto/wolfcrypt.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/camellia.h>
#include <wolfssl/wolfcrypt/des3.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

#include "crypto/aead.h"
#include "crypto/key_share.h"
#include "crypto/prf.h"
#include "crypto/record_parts.h"
#include "crypto/sealing.h"
#include "wire/record.h"
#include "wire/version.h"

#include <string.h>

#define CONTENT_MAX 16384u /* RFC 8446, section 5.1 */

/* --- CBC ------------------------------------------------------------------- */

/* These encipher whole blocks in place; 0 is success. */

static int encipher_aes(const struct protection *p, const uint8_t *iv, uint8_t *bytes, size_t n)
{
    Aes aes;
    int error = wc_AesInit(&aes, NULL, INVALID_DEVID);

    if (error == 0)
        error = wc_AesSetKey(&aes, p->key, p->spec.key_length, iv, AES_ENCRYPTION);
    if (error == 0)
        error = wc_AesCbcEncrypt(&aes, bytes, bytes, (word32)n);
    wipe(&aes, sizeof aes);
    return error;
}

#ifdef HAVE_CAMELLIA
static int encipher_camellia(const struct protection *p, const uint8_t *iv, uint8_t *bytes, size_t n)
{
    Camellia camellia;
    int error = wc_CamelliaSetKey(&camellia, p->key, p->spec.key_length, iv);

    if (error == 0)
        error = wc_CamelliaCbcEncrypt(&camellia, bytes, bytes, (word32)n);
    wipe(&camellia, sizeof camellia);
    return error;
}
#endif

#ifndef NO_DES3
static int encipher_3des(const struct protection *p, const uint8_t *iv, uint8_t *bytes, size_t n)
{
    Des3 des;
    int error = wc_Des3Init(&des, NULL, INVALID_DEVID);

    if (error == 0)
        error = wc_Des3_SetKey(&des, p->key, iv, DES_ENCRYPTION);
    if (error == 0)
        error = wc_Des3_CbcEncrypt(&des, bytes, bytes, (word32)n);
    wipe(&des, sizeof des);
    return error;
}
#endif

static int encipher(const struct protection *p, const uint8_t *iv, uint8_t *bytes, size_t n)
{
    switch (p->spec.algorithm) {
    case CIPHER_AES: return encipher_aes(p, iv, bytes, n);
#ifdef HAVE_CAMELLIA
    case CIPHER_CAMELLIA: return encipher_camellia(p, iv, bytes, n);
#endif
#ifndef NO_DES3
    case CIPHER_3DES: return encipher_3des(p, iv, bytes, n);
#endif
    default: return NOT_COMPILED_IN;
    }
}

/* RFC 5246, section 6.2.3.2: content and MAC, padding to whole blocks; RFC 7366, section 3: the MAC behind all of it, the IV included. */
static bool seal_cbc(struct protection *p, const struct record_context *r, struct hl_span content, struct hl_buffer *out)
{
    const size_t block = p->spec.block_length, begin = out->len, mac_length = record_mac_length(p);
    const bool chained = record_is_chained(p), mac_last = record_mac_goes_last(p);
    uint8_t iv[PROTECTION_IV_MAX], mac[DIGEST_LENGTH_MAX];

    if (chained)
        memcpy(iv, p->iv, block);
    else if (!random_bytes(iv, block))
        return false;
    else
        buf_put(out, iv, block);
    const size_t inside = out->len;
    buf_span(out, content);
    if (!mac_last) {
        if (record_mac(r, content, mac) < mac_length)
            return false;
        buf_put(out, mac, mac_length);
    }
    const size_t padding = block - 1 - (out->len - inside) % block;
    for (size_t i = 0; i <= padding; i++)
        buf_u8(out, (unsigned)padding);
    if (out->failed || encipher(p, iv, out->data + inside, out->len - inside) != 0)
        return false;
    if (chained)
        memcpy(p->iv, out->data + out->len - block, block);
    if (!mac_last)
        return true;
    if (record_mac(r, (struct hl_span){ out->data + begin, out->len - begin }, mac) < mac_length)
        return false;
    buf_put(out, mac, mac_length);
    return !out->failed;
}

/* --- AEAD ------------------------------------------------------------------ */

/* RFC 5246, section 6.2.3.3; RFC 8446, section 5.2: there the type stands behind the content. */
static bool seal_aead(struct protection *p, const struct record_context *r, uint8_t inner_type, struct hl_span content, struct hl_buffer *out)
{
    const bool tls13 = version_is_tls13(p->spec.version);
    const size_t front = p->spec.record_iv_length, plain = content.len + tls13, fragment = front + plain + p->spec.tag_length;
    uint8_t nonce[12], aad[RECORD_AAD_MAX], explicit_part[8];

    for (unsigned i = 0; i < 8; i++)
        explicit_part[i] = (uint8_t)(p->sequence >> (56 - 8 * i));
    if (!buf_reserve(out, fragment))
        return false;
    record_nonce(p, explicit_part, nonce);
    buf_put(out, explicit_part, front);
    uint8_t *const sealed = out->data + out->len;
    buf_span(out, content);
    if (tls13)
        buf_u8(out, inner_type);
    const bool done = aead_seal(&p->spec, p->key, nonce, record_aad(r, fragment, plain, aad), sealed, plain);
    out->len += p->spec.tag_length;
    wipe(nonce, sizeof nonce);
    return done;
}

/* --- records --------------------------------------------------------------- */

bool sealing_is_possible(const struct cipher_spec *spec)
{
    if (spec->unavailable != NULL || spec->version == 0x0300)
        return false;
    if (spec->kind == CIPHER_AEAD)
        return true;
    if (spec->kind != CIPHER_CBC)
        return false;
#ifdef HAVE_CAMELLIA
    if (spec->algorithm == CIPHER_CAMELLIA)
        return true;
#endif
#ifndef NO_DES3
    if (spec->algorithm == CIPHER_3DES)
        return true;
#endif
    return spec->algorithm == CIPHER_AES;
}

bool seal_record(struct protection *p, uint8_t type, uint16_t version, struct hl_span content, struct hl_buffer *out)
{
    const bool tls13 = version_is_tls13(p->spec.version);
    const struct record_context context = { .p = p, .type = tls13 ? CONTENT_APPLICATION_DATA : type, .version = version };

    if (!sealing_is_possible(&p->spec) || content.len > CONTENT_MAX)
        return false;
    buf_u8(out, context.type);
    buf_u16(out, version);
    const size_t length_at = out->len;
    buf_u16(out, 0);
    const bool sealed = p->spec.kind == CIPHER_AEAD ? seal_aead(p, &context, type, content, out) : seal_cbc(p, &context, content, out);
    if (!sealed || out->failed)
        return false;
    const size_t fragment = out->len - length_at - 2;
    out->data[length_at] = (uint8_t)(fragment >> 8);
    out->data[length_at + 1] = (uint8_t)fragment;
    p->sequence++;
    return true;
}
