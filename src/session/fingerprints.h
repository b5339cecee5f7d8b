/* fingerprints.h - JA3, JA3S and JA4 of the hellos.
 *
 * JA3 and JA3S by Salesforce's description, JA4 by FoxIO's (the client
 * fingerprint, which is BSD-licensed). GREASE counts nowhere. */
#ifndef HL_SESSION_FINGERPRINTS_H
#define HL_SESSION_FINGERPRINTS_H

#include "base/buffer.h"
#include "session/handshake.h"

#define FINGERPRINT_CACHE_ENTRIES 512u

/* Hellos of one implementation differ in randoms, names and keys, not in what fingerprints are
 * made of: those of the last few hundred kinds are remembered. */
struct hl_fingerprint_cache {
    struct hl_fingerprint *entries[FINGERPRINT_CACHE_ENTRIES];
    struct hl_buffer key; /* scratch */
};

void fingerprint_cache_init(struct hl_fingerprint_cache *cache);
void fingerprint_cache_cleanup(struct hl_fingerprint_cache *cache);

/* Fill in hs->fingerprints; the strings live as long as the handshake. */
void fingerprints_make(struct hl_handshake *hs, struct hl_fingerprint_cache *cache, struct hl_arena *arena);
/* The same without a memory of earlier hellos; strings are in `arena`. */
void fingerprints_compute(struct hl_handshake *hs, struct hl_arena *arena);

#endif
