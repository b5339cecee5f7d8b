/* kept.h - the packets of connections whose handshakes have not been told yet.
 *
 * Only where somebody asked for them. A connection's list hangs off its flow, from the first packet on, and goes
 * with it; `hl_connection.kept` lets those see it who are told of the handshake. What does not fit under
 * HL_KEPT_CONNECTION_MAX, HL_KEPT_AFTER_MAX and HL_KEPT_MAX is left out, and counted. */
#ifndef HL_NET_KEPT_H
#define HL_NET_KEPT_H

#include "base/stream.h"

#include <handlens/span.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A packet as it was captured: the outermost layer. */
struct hl_frame {
    struct hl_moment at;
    uint32_t link_type;
    uint32_t length; /* on the wire */
    struct hl_span data;
};

struct hl_kept_packet {
    struct hl_kept_packet *next;
    struct hl_moment at;
    uint32_t link_type;
    uint32_t length;   /* on the wire */
    uint32_t captured; /* bytes in `data` */
    bool fragment;     /* a part of the segment only, or the segment lies in a tunnel that came in parts */
    uint8_t direction;
    uint32_t seq;      /* of the first byte of payload; 0 in UDP */
    uint32_t segment_length; /* of the payload, as captured */
    /* Unless it is a fragment, where in `data` are: */
    uint32_t network;   /* the innermost IP header */
    uint32_t transport; /* the header of TCP or UDP */
    uint32_t payload;
    uint8_t data[];
};

/* The packets of a connection, in the order of the capture. */
struct hl_kept {
    struct hl_kept_packet *first, **end;
    size_t bytes;          /* of memory */
    size_t after;          /* ... since its handshake is over */
    bool over;             /* set by whoever knows that it is */
    uint32_t left_out;     /* packets */
    struct hl_moment left_out_at; /* the first of them */
    uint32_t tls[2];       /* by direction: the sequence number of the first byte of TLS, where it is known */
    bool tls_known[2];
};

struct hl_segment; /* decode.h */

struct hl_keeper {
    size_t bytes; /* of memory, over all connections */
};

/* A copy of `frame`; NULL when memory has run out. */
struct hl_kept_packet *kept_packet_new(const struct hl_frame *frame);
void kept_packets_free(struct hl_kept_packet *list);
/* Add `list` (which it takes over) to those of a connection, made when `*kept` is NULL. `at` is when. */
void keeper_add(struct hl_keeper *keeper, struct hl_kept **kept, struct hl_kept_packet *list, struct hl_moment at);
/* Add the packet, or packets, that `segment` came in; it must have a frame. */
void keeper_take(struct hl_keeper *keeper, struct hl_kept **kept, struct hl_segment *segment, unsigned direction);
/* Forget those of a connection. */
void keeper_drop(struct hl_keeper *keeper, struct hl_kept **kept);

#endif
