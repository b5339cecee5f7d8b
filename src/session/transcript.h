/* transcript.h - the handshake messages that signatures and Finished are made over.
 *
 * With their headers, in the order of the protocol. Before TLS 1.3 that is the
 * order in which they came; in TLS 1.3 the hellos come first, then what the
 * server said, then the client (RFC 8446, section 4.4.1), however the capture
 * has them. */
#ifndef HL_SESSION_TRANSCRIPT_H
#define HL_SESSION_TRANSCRIPT_H

#include "base/buffer.h"
#include "crypto/schedule.h"
#include "session/handshake.h"

/* A whole handshake has no more bytes. */
#define TRANSCRIPT_MAX HL_HANDSHAKE_ARENA_MAX

/* SSL 3.0 to TLS 1.2: all messages from `first`, a ClientHello, to before `end`; with `end` NULL, all of them. False when
 * one of them is not known whole. */
bool transcript_put(struct hl_buffer *out, const struct hl_message *first, const struct hl_message *end);
/* TLS 1.3: all messages of the handshake to before `end`; with `end` NULL, the whole handshake, both Finished
 * included. An `end` that authenticates the client after the handshake: the whole handshake, and what belongs to this
 * authentication. A first ClientHello that was answered with a HelloRetryRequest goes in as its hash, by `spec`. */
bool transcript_put_tls13(struct hl_buffer *out, const struct hl_handshake *hs, const struct cipher_spec *spec,
                          const struct hl_message *end);
/* One message, as transcripts of TLS, and of DTLS from 1.3 on, have it. False when it is not known whole. */
bool transcript_put_message(struct hl_buffer *out, const struct hl_message *message);
/* The ClientHello with which the exchange of `message` begins: the first one, or one that renegotiates. NULL when
 * it is not there. */
const struct hl_message *transcript_first(const struct hl_handshake *hs, const struct hl_message *message);

#endif
