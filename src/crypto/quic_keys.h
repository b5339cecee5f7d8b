/* quic_keys.h - the keys of QUIC packets (RFC 9001, section 5; version 2: RFC 9369; drafts).
 *
 * Initial packets are protected with keys that anybody can make from the first Destination Connection ID.
 * Those of later packets come from traffic secrets of TLS 1.3. Secrets are wiped by who holds them: wipe() of
 * prf.h. */
#ifndef HL_CRYPTO_QUIC_KEYS_H
#define HL_CRYPTO_QUIC_KEYS_H

#include "crypto/protection.h"
#include "crypto/schedule.h"

#define QUIC_SAMPLE_LENGTH 16
#define QUIC_MASK_LENGTH 5

struct quic_keys {
    struct cipher_spec spec;         /* of the suite, in TLS 1.3 */
    struct secret secret;            /* the traffic secret that they are made from */
    uint8_t key[PROTECTION_KEY_MAX]; /* spec.key_length bytes, as hp */
    uint8_t iv[12];
    uint8_t hp[PROTECTION_KEY_MAX];
};

/* That this version of QUIC has keys here: versions 1 and 2, drafts 22 to 34, and what was built on these. */
bool quic_version_has_keys(uint32_t version);

/* RFC 9001, 5.2: of the Destination Connection ID in the client's first Initial packet (after a Retry: of the
 * one behind it). False for other versions. */
bool quic_initial_keys(uint32_t version, struct hl_span connection_id, struct quic_keys *client,
                       struct quic_keys *server);

/* Of a traffic secret (early, handshake, application), and the suite that was chosen: RFC 9001, 5.1. */
bool quic_keys_of(uint32_t version, const struct cipher_spec *spec, struct hl_span secret,
                  struct quic_keys *out);

/* RFC 9001, 6.1: the keys of the next key phase; the header protection key stays. */
bool quic_keys_update(uint32_t version, const struct quic_keys *now, struct quic_keys *next);

/* RFC 9001, 5.4.1: what hides the first byte and the packet number. `sample` has QUIC_SAMPLE_LENGTH bytes. */
bool quic_header_mask(const struct quic_keys *keys, struct hl_span sample, uint8_t mask[QUIC_MASK_LENGTH]);

/* RFC 9001, 5.3: open a packet's payload (`sealed`: ciphertext and tag). `header` is the packet up to and
 * with the packet number, its protection taken off; `packet_number` is the whole one (RFC 9000, A.3). `out`
 * must have room for sealed.len bytes. */
enum protection_result quic_open(const struct quic_keys *keys, uint64_t packet_number, struct hl_span header,
                                 struct hl_span sealed, uint8_t *out, size_t out_size,
                                 struct hl_span *content);

#endif
