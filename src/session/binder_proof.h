/* binder_proof.h - who offers a pre-shared key proves that it knows it (RFC 8446, section 4.2.11.2). */
#ifndef HL_SESSION_BINDER_PROOF_H
#define HL_SESSION_BINDER_PROOF_H

#include "crypto/secrets.h"
#include "session/handshake.h"

/* The binder of the key that the server chose. Only for keys that were given (`secrets` may be NULL): a ticket's comes from
 * the handshake before, and no key log has what it comes from. What is wrong is copied to `arena`. */
struct hl_proof prove_binder(const struct hl_handshake *hs, const struct hl_secrets *secrets, struct hl_arena *arena);

#endif
