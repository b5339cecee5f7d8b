/* fingerprints.h - JA3, JA3S and JA4 of the hellos.
 *
 * JA3 and JA3S by Salesforce's description, JA4 by FoxIO's (the client
 * fingerprint, which is BSD-licensed). GREASE counts nowhere. */
#ifndef HL_SESSION_FINGERPRINTS_H
#define HL_SESSION_FINGERPRINTS_H

#include "session/handshake.h"

void fingerprints_make(struct hl_handshake *hs, struct hl_arena *arena);

#endif
