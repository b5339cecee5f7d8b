/* sealing.h - the other way round: content in, protected records out, for connections in which we are the client.
 *
 * The struct protection is that of the client's direction; its sequence number, and the chained block of CBC, go on. */
#ifndef HL_CRYPTO_SEALING_H
#define HL_CRYPTO_SEALING_H

#include "base/buffer.h"
#include "crypto/protection.h"

/* Can records of this kind be made? AEAD, and CBC with AES, Camellia or 3DES from TLS 1.0 on. */
bool sealing_is_possible(const struct cipher_spec *spec);
/* One record with its header behind what is in `out`; `content` has 2^14 bytes at the most. `version` is the record's, as the
 * protocol wants it (TLS 1.3: 0x0303). False when it cannot be made; then `out` may have a part of it. */
bool seal_record(struct protection *p, uint8_t type, uint16_t version, struct hl_span content, struct hl_buffer *out);

#endif
