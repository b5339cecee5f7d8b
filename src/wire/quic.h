/* quic.h - QUIC packets and frames, as far as a handshake needs them (RFC 9000, sections 17 and 19).
 *
 * A packet is read up to its packet number, which is protected; its payload is frames, once it was opened. */
#ifndef HL_WIRE_QUIC_H
#define HL_WIRE_QUIC_H

#include "base/reader.h"

#include <stdbool.h>
#include <stdint.h>

/* RFC 9000, section 17.2: of versions 1 and 2. */
#define QUIC_CONNECTION_ID_MAX 20

enum quic_packet_type {
    QUIC_INITIAL,
    QUIC_0RTT,
    QUIC_HANDSHAKE,
    QUIC_RETRY,
    QUIC_VERSION_NEGOTIATION,
    QUIC_1RTT, /* the short header */
};

struct quic_packet {
    enum quic_packet_type type;
    uint32_t version;           /* 0: of a short header, or Version Negotiation */
    struct hl_span destination; /* connection ids; of a short header there is none: its length is not told */
    struct hl_span source;
    struct hl_span token;       /* of Initial and Retry */
    struct hl_span versions;    /* of Version Negotiation: uint32 each */
    struct hl_span bytes;       /* all of it */
    size_t number_offset;       /* of the packet number in `bytes`; of a short header: with an id of length 0 */
    bool fixed_bit;             /* is set; the two ends may agree to let it be anything (RFC 9287) */
    bool cut;                   /* `bytes` ends before the packet does */
};

/* The next packet of a datagram, taken off its front (RFC 9000, section 12.2). False when there is none, or what is
 * there is no packet. */
bool quic_packet_next(struct hl_span *datagram, struct quic_packet *out);

enum quic_frame_type {
    QUIC_FRAME_CRYPTO = 0x06,
    QUIC_FRAME_CONNECTION_CLOSE = 0x1c,
    QUIC_FRAME_APPLICATION_CLOSE = 0x1d,
    QUIC_FRAME_HANDSHAKE_DONE = 0x1e,
};

struct quic_frame {
    uint64_t type;       /* STREAM frames: 0x08 */
    uint64_t offset;     /* CRYPTO */
    struct hl_span data; /* CRYPTO: data; a close: its reason phrase */
    uint64_t error_code; /* a close */
    uint64_t frame_type; /* CONNECTION_CLOSE: that caused it */
};

/* RFC 9000, section 20.1, and RFC 9368, section 8: of a transport error; NULL: it has none. */
const char *quic_error_name(uint64_t code);

/* The next frame of a payload. False at its end, and where a frame is not known or does not fit. */
bool quic_frame_next(struct hl_reader *r, struct quic_frame *out);

#endif
