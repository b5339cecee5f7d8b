/* stream.h - what the packet side says to the TLS side: connections and their
 * ordered bytes. net/ makes these, session/ consumes them; neither knows the
 * other. */
#ifndef HL_BASE_STREAM_H
#define HL_BASE_STREAM_H

#include <handlens/span.h>

#include <stdbool.h>
#include <stdint.h>

struct hl_address {
    uint8_t bytes[16]; /* network order; an IPv4 address uses the first four */
    uint8_t length;    /* 4 or 16 */
};

struct hl_endpoint {
    struct hl_address address;
    uint16_t port;
};

/* Where something happened. */
struct hl_moment {
    int64_t time_ns; /* since 1970-01-01 UTC */
    uint64_t frame;  /* in its file, from 1; 0 outside of captures */
    uint32_t file;   /* number of the capture file, from 0 */
};

/* In the order of the capture. */
static inline bool moment_before(struct hl_moment a, struct hl_moment b)
{
    return a.file != b.file ? a.file < b.file : a.frame < b.frame;
}

/* Who spoke first on the transport. */
enum hl_initiator { INITIATOR_UNKNOWN = -1, INITIATOR_0 = 0, INITIATOR_1 = 1 };

/* How TLS is carried. */
enum hl_carrier {
    CARRIER_TCP,  /* its records, in a stream */
    CARRIER_DTLS, /* DTLS records, in datagrams (RFC 6347, RFC 9147) */
    CARRIER_QUIC, /* QUIC packets, in datagrams (RFC 9000) */
};

struct hl_kept; /* net/kept.h */

/* A connection. The packet side owns it and keeps it up to date until it says closed. */
struct hl_connection {
    enum hl_carrier carrier;
    struct hl_endpoint ends[2]; /* direction 0 is what ends[0] sends */
    enum hl_initiator initiator;
    uint16_t vlan;             /* outermost VLAN id; 0: none */
    const char *before_tls;    /* static; what was spoken before TLS; NULL: nothing */
    struct hl_moment first;    /* its first packet */
    struct hl_moment syn;      /* time_ns 0: not seen */
    int64_t rtt_ns;            /* SYN to the ACK that completes the handshake; 0: not seen */
    int64_t server_rtt_ns;     /* of which SYN to its answer: from the place of the capture to the server and back; 0: not seen */
    uint32_t packets[2];       /* by direction, from the first byte of payload on */
    uint32_t out_of_order;     /* segments that came before an earlier one */
    uint32_t retransmitted;    /* segments that brought nothing new */
    uint32_t conflicts;        /* segments whose copy differs from the first one */
    uint32_t gaps;             /* pieces that never came, or were cut off by the snap length */
    uint32_t resent[2];        /* the same, by direction */
    uint32_t unacknowledged[2]; /* by direction: bytes that the other side never acknowledged; set when it closes */
    bool answered;             /* a packet came from the side that did not begin */
    struct hl_span foreign[2]; /* what a direction said instead of TLS; set when it closes */
    struct hl_kept *kept;      /* its packets; NULL: they are not kept */
    bool mid_stream;           /* the capture begins inside the connection */
    bool truncated;            /* packets were cut by the snap length */
    bool dropped;              /* the capture lost packets meanwhile, perhaps of others */
};

static inline bool connection_is_one_sided(const struct hl_connection *connection)
{
    if (connection->packets[0] > 0 && connection->packets[1] > 0)
        return false;
    /* A server without a word to say is there all the same. */
    return !connection->answered || connection->initiator == INITIATOR_UNKNOWN
           || connection->packets[connection->initiator] == 0;
}

/* Why a connection never came to TLS. */
enum hl_no_tls {
    NO_TLS_NONE,             /* it did, or nobody wanted it */
    NO_TLS_REFUSED,          /* a reset answered the SYN */
    NO_TLS_TIMEOUT,          /* nobody answered the SYN, though it was repeated */
    NO_TLS_STARTTLS_REFUSED, /* the client asked for TLS in the protocol's way, and the server did not agree */
    NO_TLS_PROXY_REFUSED,    /* a proxy did not make the connection it was asked for */
    NO_TLS_OTHER_CLIENT,     /* the client said something that is no TLS, and the server had no answer to it */
};

/* The next bytes of one direction. Either `bytes` or `gap` says something. Where datagrams carry TLS, `bytes` is one of
 * them, or what of it belongs to TLS, and `gap` what the snap length cut off its end. */
struct hl_chunk {
    struct hl_span bytes;
    uint64_t gap; /* this many bytes are missing here */
    struct hl_moment at;
};

enum hl_close {
    CLOSE_END_OF_CAPTURE, /* nothing was seen: the capture ends, or the flow was dropped for room */
    CLOSE_FIN,
    CLOSE_RESET,
    CLOSE_REUSED, /* a new connection took the same addresses and ports */
};

struct hl_closing {
    enum hl_close how;
    int direction; /* who closed first; -1: unknown */
    struct hl_moment at;
    uint8_t ttl, usual_ttl; /* of a reset: its time to live (hop limit), and that of what came before from there; 0: not seen */
};

#endif
