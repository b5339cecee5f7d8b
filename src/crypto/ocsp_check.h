/* ocsp_check.h - what a stapled OCSP response is worth (RFC 6960, 3.2 and 4.2.2).
 *
 * It must be about this very certificate, from somebody who may speak for its
 * issuer, signed, and of the right time. A response for another certificate is
 * nothing, however good it looks. */
#ifndef HL_CRYPTO_OCSP_CHECK_H
#define HL_CRYPTO_OCSP_CHECK_H

#include "crypto/signature_cache.h"
#include "x509/ocsp.h"

enum ocsp_state {
    OCSP_GOOD,
    OCSP_REVOKED,
    OCSP_UNKNOWN,       /* the responder does not know the certificate */
    OCSP_OTHER,         /* about another certificate */
    OCSP_STALE,         /* a newer one was due */
    OCSP_NOT_YET,       /* of a time to come */
    OCSP_FORGED,        /* its signature is wrong, or nobody who may speak for the issuer made it */
    OCSP_NO_ANSWER,     /* the responder says that it cannot answer */
    OCSP_MALFORMED,
    OCSP_NOT_CHECKABLE, /* `why`: the issuer is not known, or an algorithm is missing */
};

struct ocsp_answer {
    enum ocsp_state state;
    const char *why;       /* static; NULL where the state says it all */
    const char *signed_by; /* "issuer" or "delegate"; NULL: not known */
    const struct hl_ocsp_single *single; /* the answer about this certificate; NULL: there is none */
};

/* "good", "revoked", ... */
const char *ocsp_state_name(enum ocsp_state state);

/* `whole`: what ocsp_parse() returned. `issuer` may be NULL when it is not known. `at`: seconds since 1970.
 * `cache` may be NULL. */
struct ocsp_answer ocsp_check(const struct hl_ocsp *ocsp, bool whole, const struct hl_certificate *subject,
                              const struct hl_certificate *issuer, int64_t at, struct signature_cache *cache);

#endif
