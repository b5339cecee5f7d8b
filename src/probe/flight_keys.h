/* flight_keys.h - the keys of a TLS 1.3 handshake in which one half of the key exchange is ours. */
#ifndef HL_PROBE_FLIGHT_KEYS_H
#define HL_PROBE_FLIGHT_KEYS_H

#include "crypto/key_share.h"
#include "crypto/secrets.h"
#include "session/handshake.h"

/* The ServerHello is the last message of `hs`: what its handshake traffic secrets are goes to `secrets`, as a key log would have
 * it, so that the session opens what follows. False when that cannot be: another group, a share that is no point, an
 * unknown suite. The lines go to `key_log`, too, unless that is NULL; whoever has it wipes it. */
bool flight_keys_add(struct hl_secrets *secrets, const struct hl_handshake *hs, struct key_share *const *shares, unsigned count,
                     struct hl_buffer *key_log);

#endif
