/* flow.h - the connections that are open, and finding one by its addresses.
 *
 * A flow that has nothing left to tell is kept small (a finished connection
 * costs one look-up a packet); what reassembly and recognition need hangs off
 * it in `stream` only as long as it is needed. Flows live in blocks that never
 * move; the index is a hash table of their numbers. */
#ifndef HL_NET_FLOW_H
#define HL_NET_FLOW_H

#include "base/stream.h"
#include "net/decode.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hl_stream;      /* tcp.c */
struct hl_association; /* udp.c */

enum hl_flow_state {
    FLOW_FREE,
    FLOW_OPEN, /* of interest: its bytes are followed */
    FLOW_DONE, /* told, or not TLS: its bytes are stepped over */
};

/* One direction's place in the sequence space (RFC 9293, section 3.4). */
struct hl_half {
    uint32_t next;       /* sequence number expected next */
    uint32_t acked;      /* the most the other side has acknowledged */
    bool started : 1;    /* `next` is known */
    bool assumed : 1;    /* ... from the other side's acknowledgment only */
    bool has_acked : 1;
    bool has_data : 1;   /* bytes of it were delivered */
    bool fin : 1;        /* a FIN was seen ... */
    bool fin_reached : 1;/* ... and all bytes before it */
    uint32_t fin_seq;
    uint8_t ttl; /* of its first packet that is no reset; 0: none was seen */
};

/* Both directions have one key: the ends in an order of their own. */
struct hl_flow_key {
    uint8_t address[2][16];
    uint16_t port[2];
    uint8_t address_length;
};

struct hl_flow {
    struct hl_flow_key key;
    uint8_t state; /* enum hl_flow_state */
    int8_t initiator;
    bool is_new;  /* made by the last flows_find() */
    bool lingers; /* closed, and kept for segments that come late */
    bool missed;  /* that it never came to TLS has been told */
    uint8_t syns; /* of the initiator */
    bool reset;   /* by a RST: what the other side had sent before may still arrive */
    uint32_t hash;
    uint32_t seen_s; /* capture time of the last packet, for eviction */
    struct hl_half half[2];
    union {
        struct hl_stream *stream; /* of TCP; NULL when there is nothing to follow */
        struct hl_association *association; /* of UDP */
    };
    struct hl_kept *packets;     /* those that are kept; NULL: none */
    struct hl_moment first;      /* first packet */
    int64_t syn_ns;              /* 0: not seen */
    uint32_t syn_frame;
    uint32_t rtt_us;             /* 0: not seen */
    uint32_t server_rtt_us;      /* the same */
};

struct hl_flow_table {
    struct hl_flow **blocks;
    size_t block_count;
    struct hl_flow_slot {
        uint32_t number; /* of the flow, plus 1; 0: empty */
        uint32_t hash;
    } *index; /* linear probing */
    size_t index_size, count;
    uint32_t *free_list;
    size_t free_count, free_size, made;
    uint64_t seed;
};

/* `seed` makes the hash differ from run to run, so that nobody can aim at it. */
void flows_init(struct hl_flow_table *table, uint64_t seed);
void flows_cleanup(struct hl_flow_table *table);
/* The flow between the two ends of `segment`, and which direction the segment
 * is. NULL when there is none; with `add`, a new one, or NULL when memory has run out. */
struct hl_flow *flows_find(struct hl_flow_table *table, const struct hl_segment *segment, bool add,
                           unsigned *direction);
void flows_remove(struct hl_flow_table *table, struct hl_flow *flow);
/* Walk all flows: start with *i = 0; NULL at the end. Removing the flow returned is allowed. */
struct hl_flow *flows_next(struct hl_flow_table *table, size_t *i);

#endif
