#include "crypto/record_parts.h"

#include "crypto/digest.h"
#include "crypto/prf.h"
#include "wire/version.h"

#include <string.h>

#define TRUNCATED_LENGTH 10 /* RFC 6066, section 7 */

bool record_is_ssl3(const struct protection *p)
{
    return p->spec.version == 0x0300;
}

bool record_is_chained(const struct protection *p)
{
    return p->spec.kind == CIPHER_CBC && p->spec.record_iv_length == 0;
}

bool record_mac_goes_last(const struct protection *p)
{
    return (p->flags & PROTECTION_ENCRYPT_THEN_MAC) != 0;
}

/* In a record: the key keeps its length (RFC 6066, section 7). */
size_t record_mac_length(const struct protection *p)
{
    bool cut = (p->flags & PROTECTION_TRUNCATED_HMAC) != 0 && p->spec.mac_length > TRUNCATED_LENGTH;

    return cut ? TRUNCATED_LENGTH : p->spec.mac_length;
}

static uint8_t *put(uint8_t *to, uint64_t value, unsigned bytes)
{
    for (unsigned shift = bytes * 8; shift > 0; shift -= 8)
        *to++ = (uint8_t)(value >> (shift - 8));
    return to;
}

/* --- MACs ------------------------------------------------------------------ */

/* RFC 6101, 5.2.3.1: hash(key + pad2 + hash(key + pad1 + seq + type + length + content)). */
static size_t ssl3_mac(const struct record_context *r, struct hl_span content, uint8_t mac[DIGEST_LENGTH_MAX])
{
    const struct cipher_spec *spec = &r->p->spec;
    uint8_t pad1[48], pad2[48], header[11], inner[DIGEST_LENGTH_MAX];
    size_t pad = spec->mac == HL_X509_MD5 ? 48 : 40;
    const struct hl_span key = { r->p->mac_key, spec->mac_length };

    memset(pad1, 0x36, sizeof pad1);
    memset(pad2, 0x5c, sizeof pad2);
    put(put(put(header, r->p->sequence, 8), r->type, 1), content.len, 2);
    const struct hl_span first[] = { key, { pad1, pad }, { header, sizeof header }, content };
    size_t length = digest_parts(spec->mac, first, 4, inner);
    const struct hl_span second[] = { key, { pad2, pad }, { inner, length } };
    return length > 0 ? digest_parts(spec->mac, second, 3, mac) : 0;
}

/* What goes before the content of this length into a MAC or the additional data: RFC 5246, 6.2.3.1 and 6.2.3.3; with a
 * connection id RFC 9146, section 5, where the number stands twice, once as all ones. */
static struct hl_span pseudo_header(const struct record_context *r, size_t length, uint8_t out[RECORD_AAD_MAX])
{
    uint8_t *to = out;

    if (r->cid.ptr != NULL) {
        to = put(put(put(put(to, UINT64_MAX, 8), r->type, 1), r->cid.len, 1), r->type, 1);
        to = put(put(to, r->version, 2), r->p->sequence, 8);
        if (r->cid.len > 0)
            memcpy(to, r->cid.ptr, r->cid.len);
        to += r->cid.len;
    } else {
        to = put(put(put(to, r->p->sequence, 8), r->type, 1), r->version, 2);
    }
    to = put(to, length, 2);
    return (struct hl_span){ out, (size_t)(to - out) };
}

static size_t tls_mac(const struct record_context *r, struct hl_span content, uint8_t mac[DIGEST_LENGTH_MAX])
{
    uint8_t header[RECORD_AAD_MAX];
    const struct hl_span parts[] = { pseudo_header(r, content.len, header), content };

    return hmac_parts(r->p->spec.mac, (struct hl_span){ r->p->mac_key, r->p->spec.mac_length }, parts, 2,
                      mac);
}

size_t record_mac(const struct record_context *r, struct hl_span content, uint8_t mac[DIGEST_LENGTH_MAX])
{
    return record_is_ssl3(r->p) ? ssl3_mac(r, content, mac) : tls_mac(r, content, mac);
}

/* --- AEAD ------------------------------------------------------------------ */

/* Draft 25 of TLS 1.3 brought the record's header into the additional data; before it there was none. Of the
 * numbers in use the second byte is the draft's: 7fxx, and Facebook's fbxx; 7exx are experiments of 2017. */
static bool is_before_header(uint16_t version)
{
    unsigned major = version >> 8;

    return major == 0x7e || ((major == 0x7f || major == 0xfb) && (version & 0xff) < 25);
}

/* The nonce of RFC 5288, section 3 and RFC 6655, section 3; of RFC 7905, section 2 and RFC 8446, 5.3. */
void record_nonce(const struct protection *p, const uint8_t *explicit_part, uint8_t nonce[12])
{
    size_t fixed = p->spec.fixed_iv_length;

    memcpy(nonce, p->iv, fixed);
    if (fixed < 12) {
        memcpy(nonce + fixed, explicit_part, 12 - fixed);
        return;
    }
    for (unsigned i = 0; i < 8; i++)
        nonce[4 + i] ^= (uint8_t)(p->sequence >> (56 - 8 * i));
}

/* RFC 5246, 6.2.3.3; RFC 8446, 5.2. */
struct hl_span record_aad(const struct record_context *r, size_t fragment, size_t plain, uint8_t aad[RECORD_AAD_MAX])
{
    if (!version_is_tls13(r->p->spec.version))
        return pseudo_header(r, plain, aad);
    put(put(put(aad, r->type, 1), r->version, 2), fragment, 2);
    return (struct hl_span){ aad, is_before_header(r->p->spec.version) ? 0 : 5 };
}
