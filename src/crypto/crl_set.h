/* crl_set.h - certificate revocation lists at hand, and what they say (RFC 5280, 6.3).
 *
 * A list counts for the certificates of the issuer whose name it has and whose key
 * signed it. Those that cannot be relied upon - signed by somebody else, of another
 * time, partial in a way that is not processed here - say so, and are never good. */
#ifndef HL_CRYPTO_CRL_SET_H
#define HL_CRYPTO_CRL_SET_H

#include "crypto/signature_cache.h"
#include "x509/crl.h"

struct crl_item {
    struct hl_crl crl;
    struct hl_arena arena;
    uint8_t sha256[SHA256_LENGTH];
    struct crl_item *next;
};

struct crl_set {
    struct crl_item *first;
    uint32_t count;
};

enum crl_status {
    CRL_NONE,     /* no list of this issuer is at hand */
    CRL_GOOD,     /* not on it */
    CRL_REVOKED,
    CRL_UNUSABLE, /* there is one, but it cannot be relied upon: `why` */
};

struct crl_answer {
    enum crl_status status;
    const char *why; /* static; of CRL_UNUSABLE */
    const struct hl_crl *crl;
    int64_t revoked_at; /* seconds since 1970 */
    int reason;         /* CRLReason; -1: none given */
};

void crl_set_init(struct crl_set *set);
void crl_set_cleanup(struct crl_set *set);
/* One list in DER; a copy is kept. False when it cannot be read, or memory has run out. */
bool crl_set_add(struct crl_set *set, struct hl_span der);
/* What is known about `subject`, of `issuer`. `strict`: a list must have a CRLNumber that is not critical
 * (5.2.3), which no client minds. `cache` may be NULL. */
struct crl_answer crl_set_ask(const struct crl_set *set, struct signature_cache *cache,
                              const struct hl_certificate *issuer, const struct hl_certificate *subject, int64_t at,
                              bool strict);

#endif
