/* ech.h - the inner ClientHello of an Encrypted ClientHello (RFC 9849), opened with ECH_SECRET and ECH_CONFIG of a
 * key log (RFC 9850, section 3). */
#ifndef HL_SESSION_ECH_H
#define HL_SESSION_ECH_H

#include "base/arena.h"
#include "crypto/secrets.h"
#include "session/handshake.h"

/* Once the server's hello is there: open the client's hellos, as far as secrets for it were given, and tell whether the
 * server took the inner one. Sets `inner` of the messages, and what `hs` has of ECH; nothing where there is no ECH, it
 * is GREASE, or no secret fits. Memory comes from `arena`. */
void ech_open(struct hl_handshake *hs, const struct hl_secrets *secrets, struct hl_arena *arena);

#endif
