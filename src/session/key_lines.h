/* key_lines.h - the secrets of one handshake as lines of a key log (RFC 9850). */
#ifndef HL_SESSION_KEY_LINES_H
#define HL_SESSION_KEY_LINES_H

#include "base/buffer.h"
#include "session/handshake.h"

/* No handshake has more: five lines of TLS 1.3, two of Encrypted ClientHello, one an exchange. */
#define KEY_LINES_MAX ((size_t)16 << 10)

/* Puts what opens `hs` into `out`, which must have room for KEY_LINES_MAX: so that no copy is left behind when it grows.
 * Whoever owns it wipes it. */
void key_lines_put(const struct hl_handshake *hs, struct hl_buffer *out);

#endif
