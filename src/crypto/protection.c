#include "crypto/wolfcrypt.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/arc4.h>
#include <wolfssl/wolfcrypt/camellia.h>
#include <wolfssl/wolfcrypt/des3.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

#include "crypto/aead.h"
#include "crypto/prf.h"
#include "crypto/protection.h"
#include "crypto/record_parts.h"
#include "wire/version.h"

#include <string.h>

#define RECORD_MAX 0xffff   /* what a record's length can say */

/* One call of protection_open(). */
struct opening {
    struct record_context record;
    uint8_t *out;
    struct hl_span content; /* in `out` */
};

/* --- MACs ------------------------------------------------------------------ */

/* The MAC of `content` stands right behind it. */
static enum protection_result check_mac(const struct opening *o, struct hl_span content)
{
    uint8_t mac[DIGEST_LENGTH_MAX];
    size_t length = record_mac_length(o->record.p);

    if (length == 0)
        return PROTECTION_OPENED;
    if (record_mac(&o->record, content, mac) < length)
        return PROTECTION_UNAVAILABLE;
    return memcmp(content.ptr + content.len, mac, length) == 0 ? PROTECTION_OPENED : PROTECTION_WRONG;
}

/* --- stream ciphers, and none ---------------------------------------------- */

/* What is behind the MAC is nothing, whatever deciphered it. */
static enum protection_result take_content(struct opening *o, size_t length)
{
    if (length < record_mac_length(o->record.p))
        return PROTECTION_WRONG;
    o->content = (struct hl_span){ o->out, length - record_mac_length(o->record.p) };
    return check_mac(o, o->content);
}

static enum protection_result open_null(struct opening *o, struct hl_span fragment)
{
    if (fragment.len > 0)
        memcpy(o->out, fragment.ptr, fragment.len);
    return take_content(o, fragment.len);
}

#ifndef NO_RC4
_Static_assert(sizeof(Arc4) <= PROTECTION_RC4_MAX, "room for RC4's state");

static enum protection_result open_rc4(struct opening *o, struct hl_span fragment,
                                       uint8_t after[PROTECTION_RC4_MAX])
{
    Arc4 state;
    int error = 0;

    memcpy(&state, o->record.p->rc4, sizeof state);
    if (fragment.len > 0)
        error = wc_Arc4Process(&state, o->out, fragment.ptr, (word32)fragment.len);
    memset(after, 0, PROTECTION_RC4_MAX);
    memcpy(after, &state, sizeof state);
    wipe(&state, sizeof state);
    return error == 0 ? take_content(o, fragment.len) : PROTECTION_UNAVAILABLE;
}

static bool start_rc4(struct protection *p)
{
    Arc4 state;

    bool made = wc_Arc4Init(&state, NULL, INVALID_DEVID) == 0
                && wc_Arc4SetKey(&state, p->key, p->spec.key_length) == 0;
    memcpy(p->rc4, &state, sizeof state);
    wipe(&state, sizeof state);
    return made;
}

/* The key stream does not depend on what it was used for. */
static bool step_rc4(struct protection *p, size_t length)
{
    uint8_t bytes[256] = { 0 };
    int error = 0;
    Arc4 state;

    memcpy(&state, p->rc4, sizeof state);
    for (size_t n; error == 0 && length > 0; length -= n) {
        n = length < sizeof bytes ? length : sizeof bytes;
        error = wc_Arc4Process(&state, bytes, bytes, (word32)n);
    }
    memcpy(p->rc4, &state, sizeof state);
    wipe(&state, sizeof state);
    wipe(bytes, sizeof bytes);
    return error == 0;
}
#else
static enum protection_result open_rc4(struct opening *o, struct hl_span fragment,
                                       uint8_t after[PROTECTION_RC4_MAX])
{
    (void)o, (void)fragment, (void)after;
    return PROTECTION_UNAVAILABLE;
}

static bool start_rc4(struct protection *p)
{
    (void)p;
    return false;
}

static bool step_rc4(struct protection *p, size_t length)
{
    (void)p, (void)length;
    return false;
}
#endif

/* --- CBC ------------------------------------------------------------------- */

/* These decipher whole blocks; 0 is success. */

#if !defined(NO_AES) && defined(HAVE_AES_CBC) && defined(HAVE_AES_DECRYPT)
static int decipher_aes(const struct protection *p, const uint8_t *iv, struct hl_span in, uint8_t *out)
{
    Aes aes;
    int error = wc_AesInit(&aes, NULL, INVALID_DEVID);

    if (error == 0)
        error = wc_AesSetKey(&aes, p->key, p->spec.key_length, iv, AES_DECRYPTION);
    if (error == 0)
        error = wc_AesCbcDecrypt(&aes, out, in.ptr, (word32)in.len);
    wipe(&aes, sizeof aes);
    return error;
}
#endif

#ifdef HAVE_CAMELLIA
static int decipher_camellia(const struct protection *p, const uint8_t *iv, struct hl_span in, uint8_t *out)
{
    Camellia camellia;
    int error = wc_CamelliaSetKey(&camellia, p->key, p->spec.key_length, iv);

    if (error == 0)
        error = wc_CamelliaCbcDecrypt(&camellia, out, in.ptr, (word32)in.len);
    wipe(&camellia, sizeof camellia);
    return error;
}
#endif

#ifndef NO_DES3
static int decipher_des(const struct protection *p, const uint8_t *iv, struct hl_span in, uint8_t *out)
{
    Des des;
    int error = wc_Des_SetKey(&des, p->key, iv, DES_DECRYPTION);

    if (error == 0)
        error = wc_Des_CbcDecrypt(&des, out, in.ptr, (word32)in.len);
    wipe(&des, sizeof des);
    return error;
}

static int decipher_3des(const struct protection *p, const uint8_t *iv, struct hl_span in, uint8_t *out)
{
    Des3 des;
    int error = wc_Des3Init(&des, NULL, INVALID_DEVID);

    if (error == 0)
        error = wc_Des3_SetKey(&des, p->key, iv, DES_DECRYPTION);
    if (error == 0)
        error = wc_Des3_CbcDecrypt(&des, out, in.ptr, (word32)in.len);
    wipe(&des, sizeof des);
    return error;
}
#endif

static int decipher(const struct protection *p, const uint8_t *iv, struct hl_span in, uint8_t *out)
{
    switch (p->spec.algorithm) {
#if !defined(NO_AES) && defined(HAVE_AES_CBC) && defined(HAVE_AES_DECRYPT)
    case CIPHER_AES: return decipher_aes(p, iv, in, out);
#endif
#ifdef HAVE_CAMELLIA
    case CIPHER_CAMELLIA: return decipher_camellia(p, iv, in, out);
#endif
#ifndef NO_DES3
    case CIPHER_DES: return decipher_des(p, iv, in, out);
    case CIPHER_3DES: return decipher_3des(p, iv, in, out);
#endif
    default: return NOT_COMPILED_IN;
    }
}

/* The last byte counts those before it. TLS: all are the same (RFC 5246, 6.2.3.2). SSL 3.0: they are
 * anything, but within a block (RFC 6101, 5.2.3.2). `behind` is what must fit beside them. */
static bool padding_is_right(const struct protection *p, const uint8_t *plain, size_t length, size_t behind)
{
    uint8_t padding = plain[length - 1];

    if ((size_t)padding + 1 + behind > length)
        return false;
    if (record_is_ssl3(p))
        return padding < p->spec.block_length;
    for (size_t i = 0; i < padding; i++) {
        if (plain[length - 2 - i] != padding)
            return false;
    }
    return true;
}

static enum protection_result open_cbc(struct opening *o, struct hl_span fragment, uint8_t *next_iv)
{
    const struct protection *p = o->record.p;
    size_t block = p->spec.block_length, mac = record_mac_length(p), inside = record_mac_goes_last(p) ? 0 : mac;
    const uint8_t *iv = p->iv;

    if (record_mac_goes_last(p)) { /* RFC 7366, section 3: over the IV too, which check_mac() sees as content */
        if (fragment.len < mac)
            return PROTECTION_WRONG;
        fragment.len -= mac;
        enum protection_result result = check_mac(o, fragment);
        if (result != PROTECTION_OPENED)
            return result;
    }
    if (!record_is_chained(p)) {
        if (fragment.len < block)
            return PROTECTION_WRONG;
        iv = fragment.ptr;
        fragment = (struct hl_span){ fragment.ptr + block, fragment.len - block };
    }
    if (fragment.len == 0 || fragment.len % block != 0)
        return PROTECTION_WRONG;
    if (decipher(p, iv, fragment, o->out) != 0)
        return PROTECTION_UNAVAILABLE;
    if (!padding_is_right(p, o->out, fragment.len, inside))
        return PROTECTION_WRONG;
    memcpy(next_iv, fragment.ptr + fragment.len - block, block);
    o->content = (struct hl_span){ o->out, fragment.len - o->out[fragment.len - 1] - 1 - inside };
    return record_mac_goes_last(p) ? PROTECTION_OPENED : check_mac(o, o->content);
}

/* --- AEAD ------------------------------------------------------------------ */

enum protection_result protection_take_inner(struct hl_span *content, uint8_t *type)
{
    size_t n = content->len;

    while (n > 0 && content->ptr[n - 1] == 0)
        n--;
    if (n == 0)
        return PROTECTION_WRONG;
    *type = content->ptr[n - 1];
    content->len = n - 1;
    return PROTECTION_OPENED;
}

static enum protection_result open_aead(struct opening *o, struct hl_span fragment)
{
    const struct protection *p = o->record.p;
    size_t front = p->spec.record_iv_length, around = front + p->spec.tag_length;
    uint8_t nonce[12], aad[RECORD_AAD_MAX];

    if (fragment.len < around)
        return PROTECTION_WRONG;
    const struct hl_span sealed = { fragment.ptr + front, fragment.len - front };
    record_nonce(p, fragment.ptr, nonce);
    o->content = (struct hl_span){ o->out, fragment.len - around };
    enum protection_result result =
        aead_open(&p->spec, p->key, nonce, record_aad(&o->record, fragment.len, o->content.len, aad), sealed, o->out);
    wipe(nonce, sizeof nonce);
    bool hides_type = version_is_tls13(p->spec.version);
    return result == PROTECTION_OPENED && hides_type ? protection_take_inner(&o->content, &o->record.type) : result;
}

/* --- one direction --------------------------------------------------------- */

/* For suites that cannot be opened nothing is kept. */
static bool take_keys(struct protection *p, const struct protection_keys *keys)
{
    const struct cipher_spec *spec = &p->spec;

    if (spec->unavailable != NULL)
        return true;
    if (keys->mac_key.len != spec->mac_length || keys->key.len != spec->key_length
        || keys->iv.len != spec->fixed_iv_length || keys->mac_key.len > sizeof p->mac_key
        || keys->key.len > sizeof p->key || keys->iv.len > sizeof p->iv)
        return false;
    if (keys->mac_key.len > 0)
        memcpy(p->mac_key, keys->mac_key.ptr, keys->mac_key.len);
    if (keys->key.len > 0)
        memcpy(p->key, keys->key.ptr, keys->key.len);
    if (keys->iv.len > 0)
        memcpy(p->iv, keys->iv.ptr, keys->iv.len);
    return spec->kind != CIPHER_STREAM || start_rc4(p);
}

bool protection_init(struct protection *p, const struct cipher_spec *spec, const struct protection_keys *keys,
                     unsigned flags)
{
    memset(p, 0, sizeof *p);
    p->spec = *spec;
    if (spec->kind == CIPHER_AEAD || spec->version == 0x0300)
        flags = 0;
    if (spec->kind != CIPHER_CBC)
        flags &= ~(unsigned)PROTECTION_ENCRYPT_THEN_MAC;
    p->flags = flags;
    if (take_keys(p, keys))
        return true;
    protection_cleanup(p);
    return false;
}

void protection_cleanup(struct protection *p)
{
    wipe(p, sizeof *p);
}

enum protection_result protection_open(struct protection *p, uint8_t type, uint16_t record_version,
                                       struct hl_span fragment, uint8_t *out, size_t out_size,
                                       struct hl_span *content, uint8_t *inner_type)
{
    return protection_open_cid(p, type, record_version, (struct hl_span){ NULL, 0 }, fragment, out, out_size, content,
                               inner_type);
}

enum protection_result protection_open_cid(struct protection *p, uint8_t type, uint16_t record_version,
                                           struct hl_span cid, struct hl_span fragment, uint8_t *out, size_t out_size,
                                           struct hl_span *content, uint8_t *inner_type)
{
    struct opening o = { .record = { .p = p, .type = type, .version = record_version, .cid = cid }, .out = out };
    uint8_t next_iv[PROTECTION_IV_MAX], rc4[PROTECTION_RC4_MAX];
    enum protection_result result = PROTECTION_UNAVAILABLE;

    *content = (struct hl_span){ NULL, 0 };
    *inner_type = type;
    if (p->spec.unavailable != NULL || p->lost || out_size < fragment.len || cid.len > UINT8_MAX)
        return PROTECTION_UNAVAILABLE;
    if (fragment.len > RECORD_MAX)
        return PROTECTION_WRONG;
    switch (p->spec.kind) {
    case CIPHER_NULL: result = open_null(&o, fragment); break;
    case CIPHER_STREAM: result = open_rc4(&o, fragment, rc4); break;
    case CIPHER_CBC: result = open_cbc(&o, fragment, next_iv); break;
    case CIPHER_AEAD: result = open_aead(&o, fragment); break;
    }
    if (result == PROTECTION_OPENED && cid.ptr != NULL) /* RFC 9146, section 4: DTLSInnerPlaintext */
        result = protection_take_inner(&o.content, &o.record.type);
    if (result == PROTECTION_OPENED) { /* only now anything changes */
        p->sequence++;
        if (p->spec.kind == CIPHER_STREAM)
            memcpy(p->rc4, rc4, sizeof rc4);
        if (record_is_chained(p))
            memcpy(p->iv, next_iv, p->spec.block_length);
        *content = o.content;
        *inner_type = o.record.type;
    }
    if (p->spec.kind == CIPHER_STREAM)
        wipe(rc4, sizeof rc4);
    return result;
}

void protection_skip(struct protection *p, struct hl_span last_bytes, size_t length)
{
    size_t block = p->spec.block_length, behind = record_mac_goes_last(p) ? record_mac_length(p) : 0;

    p->sequence++;
    if (p->spec.unavailable != NULL || length == 0)
        return;
    if (p->spec.kind == CIPHER_STREAM && !p->lost)
        p->lost = !step_rc4(p, length);
    if (!record_is_chained(p))
        return;
    p->lost = last_bytes.len < block + behind;
    if (!p->lost)
        memcpy(p->iv, last_bytes.ptr + last_bytes.len - behind - block, block);
}

void protection_lose(struct protection *p)
{
    if (p->spec.kind == CIPHER_STREAM || record_is_chained(p))
        p->lost = true;
}

void protection_set_sequence(struct protection *p, uint64_t sequence)
{
    p->sequence = sequence;
}
