/* number_mask.h - what hides packet numbers of QUIC and record numbers of DTLS 1.3.
 *
 * RFC 9001, section 5.4 and RFC 9147, section 4.2.3 make it alike, of a key of its own and the first bytes of
 * ciphertext. */
#ifndef HL_CRYPTO_NUMBER_MASK_H
#define HL_CRYPTO_NUMBER_MASK_H

#include "crypto/cipher_spec.h"

#include <handlens/span.h>

#define NUMBER_SAMPLE_LENGTH 16
#define NUMBER_MASK_LENGTH 5

/* `key` has spec->key_length bytes, `sample` NUMBER_SAMPLE_LENGTH. False, with zeros in `mask`, when wolfCrypt lacks
 * the cipher, or the sample is too short. */
bool number_mask(const struct cipher_spec *spec, const uint8_t *key, struct hl_span sample,
                 uint8_t mask[NUMBER_MASK_LENGTH]);

#endif
