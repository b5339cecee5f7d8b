/* record_parts.h - what opening and sealing a record have in common: its MAC, its nonce, its additional data.
 *
 * Of protection.c and sealing.c; nothing is kept. */
#ifndef HL_CRYPTO_RECORD_PARTS_H
#define HL_CRYPTO_RECORD_PARTS_H

#include "crypto/digest.h"
#include "crypto/protection.h"

#define RECORD_AAD_MAX (8 + 1 + 1 + 1 + 2 + 8 + UINT8_MAX + 2)

/* One record. */
struct record_context {
    const struct protection *p; /* its sequence number is the record's */
    uint8_t type;
    uint16_t version;           /* of the record */
    struct hl_span cid;         /* DTLS: of a connection id; ptr NULL: a record without one */
};

bool record_is_ssl3(const struct protection *p);
/* CBC whose first block follows on the last one of the record before (SSL 3.0, TLS 1.0). */
bool record_is_chained(const struct protection *p);
/* Encrypt-then-MAC (RFC 7366). */
bool record_mac_goes_last(const struct protection *p);
/* As it stands in the record, in bytes; 0: there is none. */
size_t record_mac_length(const struct protection *p);
/* The MAC of `content`, not truncated. Its length; 0 when wolfCrypt lacks the hash. */
size_t record_mac(const struct record_context *r, struct hl_span content, uint8_t mac[DIGEST_LENGTH_MAX]);
/* `explicit_part`: the nonce's bytes that the record carries (spec.record_iv_length). */
void record_nonce(const struct protection *p, const uint8_t *explicit_part, uint8_t nonce[12]);
/* `fragment` and `plain`: bytes of the record's fragment, and of what is in it. The result lies in `aad`. */
struct hl_span record_aad(const struct record_context *r, size_t fragment, size_t plain, uint8_t aad[RECORD_AAD_MAX]);

#endif
