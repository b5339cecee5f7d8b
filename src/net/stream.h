/* stream.h - what a connection needs as long as its bytes are followed; tcp.c fills it. */
#ifndef HL_NET_STREAM_H
#define HL_NET_STREAM_H

#include "base/buffer.h"
#include "net/preamble.h"
#include "net/reorder.h"
#include "net/tcp.h"

struct tcp_side {
    struct hl_reorder queue;
    struct hl_buffer history; /* delivered bytes, to compare retransmissions with */
    uint32_t history_seq;     /* of its first byte */
    uint32_t delivered;       /* sequence number behind the bytes that are being delivered */
    unsigned waited;          /* segments seen since the receiver acknowledged what is missing */
};

/* What an open connection needs beyond its flow. */
struct hl_stream {
    struct hl_connection connection;
    struct hl_preamble preamble;
    struct tcp_side side[2];
    struct hl_closing closing;
    void *session; /* the sink's; NULL until TLS begins */
    struct hl_stream *next_spare;
};

/* For `flow`, from a spare one if there is one; NULL when memory has run out. */
struct hl_stream *stream_new(struct hl_tcp *tcp, const struct hl_flow *flow, uint16_t vlan);
/* What the flow knows of its connection. */
void stream_fill_connection(struct hl_connection *connection, const struct hl_flow *flow, uint16_t vlan);
/* From now on the flow is stepped over. */
void stream_drop(struct hl_tcp *tcp, struct hl_flow *flow);
/* Give back the memory of the spare ones. */
void streams_cleanup(struct hl_tcp *tcp);

#endif
