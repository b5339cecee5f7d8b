/* proofs.h - what the messages of a handshake prove: that they belong together, and who made them. */
#ifndef HL_SESSION_PROOFS_H
#define HL_SESSION_PROOFS_H

#include "session/opening.h"
#include "session/session.h"

/* Fill in hs->proofs of a handshake that was concluded. `opening`: NULL when no secrets were given. */
void prove(struct hl_handshake *hs, struct hl_sessions *sessions, const struct opening *opening,
           struct hl_arena *arena);

#endif
