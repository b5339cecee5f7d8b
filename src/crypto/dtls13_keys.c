#include "crypto/aead.h"
#include "crypto/dtls13_keys.h"

#include "crypto/number_mask.h"
#include "crypto/prf.h"

#include <string.h>

#define HEADER_MAX 260u /* flags, a connection id, number and length */
#define DTLS_1_3 0xfefc

bool dtls13_keys_of(const struct cipher_spec *spec, struct hl_span traffic, struct dtls13_keys *out)
{
    static const struct hl_span nothing = { NULL, 0 };

    memset(out, 0, sizeof *out);
    if (spec->version != DTLS_1_3 || spec->unavailable != NULL || spec->kind != CIPHER_AEAD
        || spec->key_length > sizeof out->key || spec->fixed_iv_length != sizeof out->iv)
        return false;
    out->spec = *spec;
    bool made = hkdf_expand_label(spec->prf, traffic, HKDF_DTLS13, "key", nothing, out->key, spec->key_length)
                && hkdf_expand_label(spec->prf, traffic, HKDF_DTLS13, "iv", nothing, out->iv, sizeof out->iv)
                && hkdf_expand_label(spec->prf, traffic, HKDF_DTLS13, "sn", nothing, out->sn, spec->key_length);
    if (!made)
        wipe(out, sizeof *out);
    return made;
}

/* RFC 9147, section 4.2.2. */
static uint64_t nearest(uint64_t low, unsigned bits, uint64_t expected)
{
    const uint64_t window = (uint64_t)1 << bits, half = window / 2;
    uint64_t number = (expected & ~(window - 1)) | low;

    if (number + half <= expected)
        return number + window;
    return number >= window && number > expected + half ? number - window : number;
}

enum protection_result dtls13_open(const struct dtls13_keys *keys, const struct dtls13_record *record,
                                   uint64_t expected, uint8_t *out, size_t out_size, uint64_t *number,
                                   struct hl_span *content, uint8_t *type)
{
    uint8_t header[HEADER_MAX], mask[NUMBER_MASK_LENGTH], nonce[12];
    const struct hl_span sealed = record->sealed;
    uint64_t low = 0;

    *content = (struct hl_span){ NULL, 0 };
    if (record->sequence_length > 2 || record->sequence_offset + record->sequence_length > record->header.len
        || record->header.len > sizeof header || out_size < sealed.len)
        return PROTECTION_UNAVAILABLE;
    if (sealed.len < NUMBER_SAMPLE_LENGTH) /* section 4.2.3: such a record must be thrown away */
        return PROTECTION_WRONG;
    if (!number_mask(&keys->spec, keys->sn, (struct hl_span){ sealed.ptr, NUMBER_SAMPLE_LENGTH }, mask))
        return PROTECTION_UNAVAILABLE;
    memcpy(header, record->header.ptr, record->header.len);
    for (size_t i = 0; i < record->sequence_length; i++) {
        header[record->sequence_offset + i] ^= mask[i];
        low = low << 8 | header[record->sequence_offset + i];
    }
    *number = nearest(low, 8 * (unsigned)record->sequence_length, expected);
    memcpy(nonce, keys->iv, sizeof nonce);
    for (unsigned i = 0; i < 8; i++)
        nonce[4 + i] ^= (uint8_t)(*number >> (56 - 8 * i));
    const struct hl_span aad = { header, record->header.len }; /* as it was before its number was hidden (section 4) */
    enum protection_result result = aead_open(&keys->spec, keys->key, nonce, aad, sealed, out);
    wipe(nonce, sizeof nonce);
    if (result != PROTECTION_OPENED)
        return result;
    *content = (struct hl_span){ out, sealed.len - keys->spec.tag_length };
    return protection_take_inner(content, type);
}
