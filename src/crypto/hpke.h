/* hpke.h - opening what Hybrid Public Key Encryption sealed (RFC 9180, base mode), with the shared secret of its KEM:
 * that is what key logs have of an Encrypted ClientHello (RFC 9850, section 3). */
#ifndef HL_CRYPTO_HPKE_H
#define HL_CRYPTO_HPKE_H

#include "crypto/protection.h"

/* Code points of RFC 9180, section 7. */
struct hpke_suite {
    uint16_t kem, kdf, aead;
};

#define HPKE_TAG_LENGTH 16u

struct hpke {
    struct cipher_spec spec;
    uint8_t key[32], base_nonce[12];
    uint64_t sequence; /* messages that were opened */
};

/* KeySchedule (section 5.1). False: an algorithm is not known here. Wiped by hpke_cleanup(). */
bool hpke_begin(struct hpke *hpke, const struct hpke_suite *suite, struct hl_span shared_secret, struct hl_span info);
void hpke_cleanup(struct hpke *hpke);
/* ContextR.Open (section 5.2): the next message, into `out`, which has room for sealed.len - HPKE_TAG_LENGTH bytes.
 * False, and nothing has changed, when it was not sealed like this. */
bool hpke_open(struct hpke *hpke, struct hl_span aad, struct hl_span sealed, uint8_t *out);

#endif
