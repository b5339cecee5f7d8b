/* aead.h - authenticated encryption by itself: under TLS records, QUIC packets, DTLS 1.3 and HPKE. */
#ifndef HL_CRYPTO_AEAD_H
#define HL_CRYPTO_AEAD_H

#include "crypto/protection.h"

/* Opens `sealed` (ciphertext and tag) into `out`, which has room for
 * sealed.len - spec->tag_length bytes. */
enum protection_result aead_open(const struct cipher_spec *spec, const uint8_t *key, const uint8_t nonce[12],
                                 struct hl_span aad, struct hl_span sealed, uint8_t *out);
/* Seals `length` bytes in place; the tag goes behind them, where there must be room for spec->tag_length bytes. False when
 * wolfCrypt cannot. */
bool aead_seal(const struct cipher_spec *spec, const uint8_t *key, const uint8_t nonce[12], struct hl_span aad, uint8_t *bytes, size_t length);

#endif
