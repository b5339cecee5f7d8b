/* hello_proofs.h - what the hellos show without any secret: nothing was changed, and nothing was lost. */
#ifndef HL_SESSION_HELLO_PROOFS_H
#define HL_SESSION_HELLO_PROOFS_H

#include "session/handshake.h"
#include "session/resumables.h"

/* The second ClientHello and the ServerHello are as the HelloRetryRequest wants them (RFC 8446, sections 4.1.2 to 4.1.4). */
struct hl_proof prove_hello_retry(const struct hl_handshake *hs);
/* A server that was talked into an old version marks its random (RFC 8446, section 4.1.3). */
struct hl_proof prove_no_downgrade(const struct hl_handshake *hs);
/* The session that is resumed was made in this capture. */
struct hl_proof prove_resumption(const struct hl_handshake *hs, const struct resumables *resumables);

#endif
