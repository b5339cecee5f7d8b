/* exchange.h - the master secret of a handshake of SSL 3.0 to TLS 1.2, and the keys that it stands for. */
#ifndef HL_SESSION_EXCHANGE_H
#define HL_SESSION_EXCHANGE_H

#include "crypto/schedule.h"
#include "crypto/secrets.h"
#include "session/handshake.h"
#include "session/resumables.h"

/* Where secrets come from; all of it the caller's. */
struct exchange_sources {
    const struct hl_secrets *secrets;
    struct resumables *resumables;
    struct hl_cert_cache *certificates;
};

/* SSL 3.0 to TLS 1.2: a master secret and what belongs to it. The first handshake, then each renegotiation. */
struct exchange {
    const struct hl_message *first; /* its ClientHello */
    uint16_t version;
    struct cipher_spec spec;
    uint8_t master[MASTER_SECRET_LENGTH];
    bool has_master;
    bool from_premaster; /* computed from the premaster secret and this very transcript */
    bool extended;       /* RFC 7627 was agreed on */
    bool has_keys;       /* both protections below wait for their change of cipher */
    struct protection keys[2]; /* by direction */
    const char *source;  /* what `master` comes from, or why it is not there; static */
};

/* What began with `first`, a ClientHello: the keys, as far as they can be known. */
void exchange_make(const struct exchange_sources *from, struct exchange *x, const struct hl_handshake *hs,
                   const struct hl_message *first);

#endif
