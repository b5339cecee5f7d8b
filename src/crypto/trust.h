/* trust.h - what certificates are judged by: a value, not a process.
 *
 * Filled once (inspect/trust.c), then only read: it may be shared by threads. */
#ifndef HL_CRYPTO_TRUST_H
#define HL_CRYPTO_TRUST_H

#include "crypto/crl_set.h"
#include "crypto/ct.h"
#include "crypto/store.h"

/* Which table of checks refuses; the others are told as remarks. */
enum trust_profile {
    PROFILE_CLIENT = 1 << 0,  /* what TLS clients in use refuse */
    PROFILE_RFC5280 = 1 << 1, /* every MUST of RFC 5280, for issuers too */
    PROFILE_WEBPKI = 1 << 2,  /* the CA/Browser Forum's Baseline Requirements, as far as a client can see them */
};

struct hl_trust {
    struct cert_store anchors;
    struct cert_store intermediates; /* not sent, but known */
    struct crl_set crls;
    struct ct_logs logs;
    bool has_anchors;                /* false: nobody said whom to trust, so nothing is judged */
    enum trust_profile profile;
    bool at_given;   /* judge at `at`, not at the time of the handshake */
    int64_t at;      /* seconds since 1970 */
    struct hl_span host; /* judge for this name, not for the one the client asked for; empty: none given */
    char host_text[256]; /* where it is kept */
};

void trust_init(struct hl_trust *trust);
void trust_cleanup(struct hl_trust *trust);

#endif
