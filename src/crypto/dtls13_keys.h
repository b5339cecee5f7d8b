/* dtls13_keys.h - the keys of one epoch of a direction in DTLS 1.3 (RFC 9147, section 4), and records opened with them.
 *
 * Secrets are those of TLS 1.3, expanded with labels of DTLS's own. Who holds keys wipes them: wipe() of prf.h. */
#ifndef HL_CRYPTO_DTLS13_KEYS_H
#define HL_CRYPTO_DTLS13_KEYS_H

#include "crypto/protection.h"

struct dtls13_keys {
    struct cipher_spec spec;
    uint8_t key[PROTECTION_KEY_MAX];
    uint8_t iv[12];
    uint8_t sn[PROTECTION_KEY_MAX]; /* of the record numbers; spec.key_length bytes, as `key` */
};

/* A record with the unified header. */
struct dtls13_record {
    struct hl_span header;   /* all before `sealed`, as it came */
    size_t sequence_offset;  /* where the number is in it ... */
    size_t sequence_length;  /* ... 1 or 2 bytes */
    struct hl_span sealed;
};

/* Of a traffic secret (early, handshake, application). False when the cipher is not there. */
bool dtls13_keys_of(const struct cipher_spec *spec, struct hl_span traffic, struct dtls13_keys *out);

/* `expected` is the number after the highest one that was opened; `*number` comes out as the one nearest to it that
 * fits (RFC 9147, section 4.2.2). `out` has room for sealed.len bytes; `*content` lies in it, and `*type` is the inner
 * one. */
enum protection_result dtls13_open(const struct dtls13_keys *keys, const struct dtls13_record *record,
                                   uint64_t expected, uint8_t *out, size_t out_size, uint64_t *number,
                                   struct hl_span *content, uint8_t *type);

#endif
