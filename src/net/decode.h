/* decode.h - from a captured frame to a TCP segment or a UDP datagram.
 *
 * Link layers, tunnels, IP fragments and extension headers are peeled off one
 * after another; each layer is a small function that reads its header and
 * names the next layer. What is none of our business ends the walk. */
#ifndef HL_NET_DECODE_H
#define HL_NET_DECODE_H

#include "base/stream.h"
#include "net/fragments.h"
#include "net/kept.h"

#include <stdbool.h>
#include <stdint.h>

enum hl_tcp_flag { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

/* A TCP segment, or a UDP datagram that is no tunnel. */
struct hl_segment {
    bool datagram; /* UDP: without what is TCP's alone */
    struct hl_endpoint source, destination;
    uint32_t seq, ack;
    uint8_t flags; /* enum hl_tcp_flag */
    uint8_t ttl;   /* or hop limit, of the innermost IP header */
    uint16_t vlan;
    struct hl_span payload; /* as captured */
    uint32_t length;        /* as sent; more than payload.len when cut by the snap length */
    struct hl_moment at;
    const uint8_t *network;        /* the innermost IP header, and that of TCP or UDP; in another buffer than the frame */
    const uint8_t *transport;      /* where fragments were put together */
    const struct hl_frame *frame;  /* the packet it came in; NULL: packets are not kept */
    struct hl_kept_packet *frames; /* all packets it came in, where it came in fragments: whoever takes them sets NULL */
};

struct hl_decoder {
    bool keep; /* set by the owner: segments are told with their packets */
    struct hl_frame frame;         /* with `keep`: what is being decoded ... */
    struct hl_kept_packet *frames; /* ... and, of fragments, all packets with what is being decoded */
    struct hl_fragments fragments;
    uint64_t packets;
    uint64_t tcp; /* segments */
    uint64_t unknown_link; /* frames of a link type that is not known */
    uint32_t unknown_link_type;
    uint64_t too_deep; /* frames with more than HL_ENCAPSULATION_MAX layers */
};

void decoder_init(struct hl_decoder *decoder);
void decoder_cleanup(struct hl_decoder *decoder);
/* True when the frame carried a segment or datagram; its payload is valid until the next call or
 * until `frame` is gone. */
bool decoder_push(struct hl_decoder *decoder, struct hl_span frame, uint32_t length, uint32_t link_type,
                  struct hl_moment at, struct hl_segment *out);

#endif
