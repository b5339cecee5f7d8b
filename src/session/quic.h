/* quic.h - one QUIC connection, from datagrams to handshake messages (RFC 9000, RFC 9001).
 *
 * Initial packets are opened with keys that anybody can make; others with traffic secrets, where the sink has them.
 * What the frames say of the handshake is told, everything else is stepped over. A packet that cannot be opened is
 * told as such: the owner may keep it, and try again with quic_packet_open() and quic_content(). */
#ifndef HL_SESSION_QUIC_H
#define HL_SESSION_QUIC_H

#include "crypto/quic_keys.h"
#include "session/opening.h"
#include "session/records.h"
#include "wire/quic.h"

struct quic;

/* What may be opened, in the order of the handshake: each has its own keys and CRYPTO frames (RFC 9001, section 4). */
enum quic_level { QUIC_LEVEL_INITIAL, QUIC_LEVEL_HANDSHAKE, QUIC_LEVEL_APPLICATION, QUIC_LEVELS };

struct quic_sink {
    void *ctx;
    /* The traffic secret of a direction; false when it is not known (yet). */
    bool (*secret)(void *ctx, unsigned direction, enum epoch epoch, struct cipher_spec *spec, struct secret *secret);
    void (*message)(void *ctx, unsigned direction, const struct hl_raw_message *message);
    /* A close, or HANDSHAKE_DONE; `decrypted`: in a packet that a secret opened. */
    void (*frame)(void *ctx, unsigned direction, const struct quic_frame *frame, bool decrypted, struct hl_moment at);
    /* A packet whose part of the handshake was there before: it is sent again. */
    void (*again)(void *ctx, unsigned direction);
    /* Each packet, before its frames. `opened` is false for those of which only the header can be read. */
    void (*packet)(void *ctx, unsigned direction, const struct quic_packet *packet, bool opened, struct hl_moment at);
};

/* `plain` is the owner's: RECORD_LENGTH_MAX bytes for what was opened last. NULL when memory has run out. */
struct quic *quic_new(uint8_t plain[RECORD_LENGTH_MAX]);
void quic_free(struct quic *q);

/* A datagram; what the snap length cut off is not needed. */
void quic_push(struct quic *q, unsigned direction, const struct hl_chunk *chunk, const struct quic_sink *sink);
/* Open a packet: true, and its frames (valid until the next call). */
bool quic_packet_open(struct quic *q, unsigned direction, const struct quic_packet *packet, const struct quic_sink *sink,
                      enum quic_level *level, struct hl_span *content);
void quic_content(struct quic *q, unsigned direction, enum quic_level level, struct hl_span content, struct hl_moment at,
                  const struct quic_sink *sink);
/* The connection ends: messages that were begun are told as cut. */
void quic_finish(struct quic *q, struct hl_moment at, const struct quic_sink *sink);

#endif
