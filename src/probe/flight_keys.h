/* flight_keys.h - the keys of a TLS 1.3 handshake in which one half of the key exchange is ours (RFC 8446, section 7.1). */
#ifndef HL_PROBE_FLIGHT_KEYS_H
#define HL_PROBE_FLIGHT_KEYS_H

#include "crypto/key_share.h"
#include "crypto/secrets.h"
#include "crypto/schedule.h"
#include "session/handshake.h"

struct flight_keys {
    struct cipher_spec spec;
    struct secret handshake;      /* Handshake Secret: the master secret comes from it */
    struct secret client, server; /* handshake traffic secrets */
};

/* The ServerHello is the last message of `hs`. `psk`: the key that the server took; empty: none. False when that cannot be:
 * another group, a share that is no point, an unknown suite. */
bool flight_keys_make(struct flight_keys *keys, const struct hl_handshake *hs, struct key_share *const *shares, unsigned count,
                      struct hl_span psk);
/* What the handshake traffic secrets are goes to `secrets`, so that the session opens what follows, and to `key_log`, unless that
 * is NULL; whoever has it wipes it. */
bool flight_keys_give(const struct flight_keys *keys, const struct hl_handshake *hs, struct hl_secrets *secrets, struct hl_buffer *key_log);
void flight_keys_wipe(struct flight_keys *keys);

#endif
