/* datagram.h - is this DTLS, or QUIC? Answered from one datagram, by the forms that do not change with versions. */
#ifndef HL_NET_DATAGRAM_H
#define HL_NET_DATAGRAM_H

#include "base/stream.h"

#include <stdbool.h>
#include <stdint.h>

struct hl_datagram {
    enum hl_carrier carrier; /* CARRIER_TCP: neither */
    struct hl_span tls;      /* the datagram, without what carries it (TURN, CAPWAP) */
    int client;              /* 1: a client sent it, 0: a server did, -1: it does not say */
    bool begins;             /* a client begins with it: its first hello, or the packet with that */
    uint64_t attempt;        /* ... with `begins`: the same when the client says it again */
};

/* Of a flow that is not known yet. */
struct hl_datagram datagram_look(struct hl_span payload);
/* Of a flow that speaks `carrier`: what belongs to it; empty when it is something else (RFC 7983). */
struct hl_span datagram_content(struct hl_span payload, enum hl_carrier carrier);

#endif
