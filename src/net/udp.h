/* udp.h - datagrams in, those of DTLS and QUIC out.
 *
 * Which protocol a flow speaks is told by the datagram with which it begins; anything else on UDP is passed over at
 * the price of a look at its first bytes. UDP has no end: a flow is over when its handshake has been told, when it was
 * silent for HL_ASSOCIATION_IDLE_NS, when the capture ends, or when a client begins anew on its addresses and ports.
 *
 *   udp_init(&udp, &sink, seed); udp_push(&udp, &segment) ...; udp_finish(&udp); udp_cleanup(&udp); */
#ifndef HL_NET_UDP_H
#define HL_NET_UDP_H

#include "net/tcp.h"

struct hl_udp {
    struct hl_flow_table flows;
    struct hl_stream_sink sink;
    struct hl_tcp_counters counters;
    struct hl_keeper keeper; /* of the packets of open flows, when segments come with theirs */
    struct hl_association *idlest, *latest; /* all of them, in the order in which they were seen last */
};

/* `sink` gets a datagram a call, with connection->carrier to tell what it holds; `missed` is not called. */
void udp_init(struct hl_udp *udp, const struct hl_stream_sink *sink, uint64_t seed);
/* Takes over segment->frames, if it wants them. */
void udp_push(struct hl_udp *udp, struct hl_segment *segment);
/* No datagram came up to `now_ns`: tell those that were silent for too long. */
void udp_idle(struct hl_udp *udp, int64_t now_ns);
/* The capture ends: tell what is open. */
void udp_finish(struct hl_udp *udp);
void udp_cleanup(struct hl_udp *udp);

#endif
