#include "net/decode.h"

#include "net/layers.h"

#include <string.h>

void decoder_init(struct hl_decoder *decoder)
{
    memset(decoder, 0, sizeof *decoder);
}

void decoder_cleanup(struct hl_decoder *decoder)
{
    fragments_cleanup(&decoder->fragments);
    kept_packets_free(decoder->frames);
    decoder->frames = NULL;
}

layer_fn *layer_find(const struct hl_layer_row *rows, size_t count, uint32_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].id == id)
            return rows[i].layer;
    }
    return NULL;
}

void layers_limit(struct hl_layers *l, size_t length)
{
    size_t left = rd_left(&l->r);

    if (length <= left) { /* what follows is padding or a checksum of the link */
        struct hl_span body = { l->r.pos, length };
        l->r = rd_within(&l->r, body);
        l->missing = 0;
    } else {
        l->missing = length - left;
    }
}

/* RFC 9293, section 3.1. */
void layer_tcp(struct hl_layers *l)
{
    struct hl_segment *out = l->out;

    out->transport = l->r.pos;
    out->source.port = rd_u16(&l->r, "Source Port");
    out->destination.port = rd_u16(&l->r, "Destination Port");
    out->seq = rd_u32(&l->r, "Sequence Number");
    out->ack = rd_u32(&l->r, "Acknowledgment Number");
    uint32_t word = rd_u32(&l->r, "Data Offset, Control bits, Window");
    unsigned header = (word >> 28) * 4u;
    out->flags = (uint8_t)(word >> 16);
    rd_bytes(&l->r, 4, "Checksum, Urgent Pointer");
    if (header < 20)
        return;
    rd_bytes(&l->r, header - 20, "Options");
    if (!rd_ok(&l->r))
        return;

    layers_end(l);
}

void layers_end(struct hl_layers *l)
{
    struct hl_segment *out = l->out;

    out->payload = rd_rest(&l->r);
    size_t length = out->payload.len + l->missing;
    out->length = length < UINT32_MAX ? (uint32_t)length : UINT32_MAX;
    l->complete = true;
}

static void keep_frame(struct hl_decoder *decoder, struct hl_span frame, uint32_t length, uint32_t link_type,
                       struct hl_moment at)
{
    kept_packets_free(decoder->frames);
    decoder->frames = NULL;
    decoder->frame = (struct hl_frame){ at, link_type, length, frame };
}

static void hand_over_frame(struct hl_decoder *decoder, struct hl_segment *out)
{
    out->frame = &decoder->frame;
    out->frames = decoder->frames;
    decoder->frames = NULL;
}

bool decoder_push(struct hl_decoder *decoder, struct hl_span frame, uint32_t length, uint32_t link_type,
                  struct hl_moment at, struct hl_segment *out)
{
    struct hl_fault fault;
    struct hl_layers l = {
        .r = rd_init(frame, &fault),
        .missing = length > frame.len ? length - frame.len : 0,
        .next = layer_of_link_type(link_type),
        .decoder = decoder,
        .out = out,
    };

    decoder->packets++;
    out->datagram = false;
    out->vlan = 0;
    out->at = at;
    out->network = NULL;
    out->frame = NULL;
    out->frames = NULL;
    if (decoder->keep)
        keep_frame(decoder, frame, length, link_type, at);
    if (l.next == NULL) {
        decoder->unknown_link++;
        decoder->unknown_link_type = link_type;
        return false;
    }
    for (unsigned depth = 0; l.next != NULL && rd_ok(&l.r); depth++) {
        layer_fn *layer = l.next;
        if (depth == HL_ENCAPSULATION_MAX) {
            decoder->too_deep++;
            return false;
        }
        l.next = NULL;
        layer(&l);
    }
    decoder->tcp += l.complete && !out->datagram;
    if (decoder->keep && l.complete)
        hand_over_frame(decoder, out);
    return l.complete;
}
