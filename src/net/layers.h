/* layers.h - the walk through the layers of one frame, shared by link.c, ip.c and tunnel.c. */
#ifndef HL_NET_LAYERS_H
#define HL_NET_LAYERS_H

#include "base/reader.h"
#include "net/decode.h"

struct hl_layers;
/* Reads its header from `l->r` and sets `l->next`, or leaves it NULL to end the walk. */
typedef void layer_fn(struct hl_layers *l);

struct hl_layers {
    struct hl_reader r; /* what is left of the frame */
    size_t missing;     /* bytes of it that the snap length cut off at the end */
    layer_fn *next;
    struct hl_decoder *decoder;
    struct hl_segment *out;
    bool complete; /* `out` is filled in */
};

/* The layers, by the file that has them. */
layer_fn layer_ethernet, layer_ppp, layer_dot11;                        /* link.c */
layer_fn layer_mpls;                                                    /* link.c */
layer_fn layer_ip, layer_ipv4, layer_ipv6;                              /* ip.c */
layer_fn layer_gre, layer_udp;                                          /* tunnel.c */
layer_fn layer_tcp;                                                     /* decode.c */

/* The layer of a LINKTYPE_* number, an EtherType, a PPP protocol, an IP protocol; NULL: unknown. */
layer_fn *layer_of_link_type(uint32_t link_type);
layer_fn *layer_of_ethertype(uint16_t ethertype);
layer_fn *layer_of_ip_protocol(uint8_t protocol);

/* Bound what is left to `length` bytes as sent, and adjust what is missing. */
void layers_limit(struct hl_layers *l, size_t length);

/* The last layer: what is left is the payload. */
void layers_end(struct hl_layers *l);

struct hl_layer_row {
    uint32_t id;
    layer_fn *layer;
};
layer_fn *layer_find(const struct hl_layer_row *rows, size_t count, uint32_t id);

#endif
