/* prf.h - how TLS stretches secrets: the PRFs of SSL 3.0 to TLS 1.2, and HKDF for TLS 1.3 and QUIC.
 *
 * Everything is built on hashes and HMAC, by wolfCrypt: its own PRF has caps on secrets and outputs that
 * handshakes exceed. Nothing is kept from call to call. All write exactly `length` bytes, or return false
 * and leave zeros: the hash is not there, or an argument is beyond what the RFC can express. */
#ifndef HL_CRYPTO_PRF_H
#define HL_CRYPTO_PRF_H

#include "crypto/digest.h"

#include <stdbool.h>

/* What goes in front of a label (RFC 8446, 7.1; RFC 9147, 5.9: no space, so that it fits a block). */
#define HKDF_TLS13 "tls13 "
#define HKDF_DTLS13 "dtls13"
/* Before draft 20 of TLS 1.3, and with it longer labels. */
#define HKDF_TLS13_OLD "TLS 1.3, "

/* HMAC over `parts`, one behind the other (RFC 2104); its length in bytes, 0 when wolfCrypt lacks it. */
size_t hmac_parts(enum hl_x509_hash hash, struct hl_span key, const struct hl_span *parts, size_t count,
                  uint8_t out[DIGEST_LENGTH_MAX]);

/* MD5(secret + SHA1('A' + secret + seed)) + MD5(secret + SHA1('BB' + ...)) + ...: RFC 6101, 6.1 and
 * 6.2.2. `length` is 416 (26 letters) at most. */
bool prf_ssl3(struct hl_span secret, struct hl_span seed, uint8_t *out, size_t length);

/* PRF(secret, label, seed): with a hash RFC 5246, section 5, with HL_X509_HASH_NONE the MD5 and SHA-1 of
 * TLS 1.0 and 1.1 (RFC 2246, section 5). */
bool prf_tls(enum hl_x509_hash hash, struct hl_span secret, const char *label, struct hl_span seed,
             uint8_t *out, size_t length);

/* HKDF-Extract (RFC 5869, 2.2). An empty salt or key is what the RFC says: zeros, nothing. Its length. */
size_t hkdf_extract(enum hl_x509_hash hash, struct hl_span salt, struct hl_span key,
                    uint8_t out[DIGEST_LENGTH_MAX]);

/* HKDF-Expand (RFC 5869, 2.3) with `info` in parts, HKDF_PARTS_MAX at most. */
#define HKDF_PARTS_MAX 6
bool hkdf_expand(enum hl_x509_hash hash, struct hl_span secret, const struct hl_span *info, size_t count, uint8_t *out,
                 size_t length);

/* HKDF-Expand-Label (RFC 8446, 7.1): `prefix` is one of the above. */
bool hkdf_expand_label(enum hl_x509_hash hash, struct hl_span secret, const char *prefix, const char *label,
                       struct hl_span context, uint8_t *out, size_t length);

/* Overwrite a secret, in a way that the compiler keeps. */
void wipe(void *secret, size_t length);

#endif
