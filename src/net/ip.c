/* IPv4, IPv6 and the extension headers between them and TCP. */
#include "net/layers.h"

#include <string.h>

static layer_fn layer_extension, layer_fragment, layer_authentication;

static void read_address(struct hl_reader *r, uint8_t length, struct hl_address *out, const char *field)
{
    struct hl_span raw = rd_bytes(r, length, field);

    *out = (struct hl_address){ .length = length };
    if (raw.len == 4)
        memcpy(out->bytes, raw.ptr, 4);
    else if (raw.len == 16)
        memcpy(out->bytes, raw.ptr, 16);
}

/* Go on with a datagram that was put together, or wait for its other fragments. */
static void push_fragment(struct hl_layers *l, struct hl_fragment *fragment)
{
    struct hl_span payload;
    uint8_t protocol;

    fragment->source = l->out->source.address;
    fragment->destination = l->out->destination.address;
    fragment->time_ns = l->out->at.time_ns;
    fragment->missing = l->missing;
    fragment->data = rd_rest(&l->r);
    fragment->frames = NULL;
    if (l->decoder->keep)
        fragment->frames = l->decoder->frames != NULL ? l->decoder->frames : kept_packet_new(&l->decoder->frame);
    l->decoder->frames = NULL;
    if (!fragments_push(&l->decoder->fragments, fragment, &payload, &protocol))
        return;
    l->decoder->frames = fragment->frames;
    l->r = rd_init(payload, l->r.fault);
    l->missing = 0;
    l->next = layer_of_ip_protocol(protocol);
}

/* RFC 791, section 3.1. */
void layer_ipv4(struct hl_layers *l)
{
    struct hl_fragment fragment;
    size_t start = rd_left(&l->r);
    l->out->network = l->r.pos;
    uint32_t first = rd_u32(&l->r, "Version, IHL, Type of Service, Total Length");
    uint32_t second = rd_u32(&l->r, "Identification, Flags, Fragment Offset");
    uint32_t third = rd_u32(&l->r, "Time to Live, Protocol, Header Checksum");
    unsigned header = (first >> 24 & 15) * 4u;
    size_t total = first & 0xffff;
    unsigned flags = second & 0xffff;
    fragment.id = second >> 16;
    fragment.protocol = (uint8_t)(third >> 16);
    l->out->ttl = (uint8_t)(third >> 24);
    read_address(&l->r, 4, &l->out->source.address, "Source Address");
    read_address(&l->r, 4, &l->out->destination.address, "Destination Address");
    if (header < 20)
        return;
    rd_bytes(&l->r, header - 20, "Options");
    if (!rd_ok(&l->r))
        return;

    if (total == 0) /* left to the network card to fill in: the frame says it */
        total = start + l->missing;
    if (total < header)
        return;
    layers_limit(l, total - header);
    fragment.offset = (uint16_t)((flags & 0x1fff) * 8);
    fragment.more = (flags & 0x2000) != 0;
    if (fragment.more || fragment.offset != 0)
        push_fragment(l, &fragment);
    else
        l->next = layer_of_ip_protocol(fragment.protocol);
}

/* RFC 8200, section 3. */
void layer_ipv6(struct hl_layers *l)
{
    l->out->network = l->r.pos;
    rd_bytes(&l->r, 4, "Version, Traffic Class, Flow Label");
    size_t length = rd_u16(&l->r, "Payload Length");
    uint8_t next = rd_u8(&l->r, "Next Header");
    l->out->ttl = rd_u8(&l->r, "Hop Limit");
    read_address(&l->r, 16, &l->out->source.address, "Source Address");
    read_address(&l->r, 16, &l->out->destination.address, "Destination Address");
    if (length > 0) /* 0: a jumbogram, or left to the network card */
        layers_limit(l, length);
    l->next = layer_of_ip_protocol(next);
}

void layer_ip(struct hl_layers *l)
{
    struct hl_reader look = l->r;
    unsigned version = rd_u8(&look, "Version") >> 4;

    l->next = version == 4 ? layer_ipv4 : version == 6 ? layer_ipv6 : NULL;
}

/* RFC 8200, section 4: a next header and a length in units of 8 bytes. */
static void layer_extension(struct hl_layers *l)
{
    uint8_t next = rd_u8(&l->r, "Next Header");
    unsigned length = rd_u8(&l->r, "Hdr Ext Len");

    rd_bytes(&l->r, 6 + 8 * length, "Options");
    l->next = layer_of_ip_protocol(next);
}

/* RFC 4302, section 2: the length counts 4 bytes, less 2. */
static void layer_authentication(struct hl_layers *l)
{
    uint8_t next = rd_u8(&l->r, "Next Header");
    unsigned length = rd_u8(&l->r, "Payload Len");

    rd_bytes(&l->r, 6 + 4 * length, "Reserved to ICV");
    l->next = layer_of_ip_protocol(next);
}

/* RFC 8200, section 4.5. */
static void layer_fragment(struct hl_layers *l)
{
    struct hl_fragment fragment;

    fragment.protocol = rd_u8(&l->r, "Next Header");
    rd_bytes(&l->r, 1, "Reserved");
    unsigned offset = rd_u16(&l->r, "Fragment Offset");
    fragment.id = rd_u32(&l->r, "Identification");
    fragment.offset = (uint16_t)(offset & 0xfff8);
    fragment.more = (offset & 1) != 0;
    if (!rd_ok(&l->r))
        return;
    if (fragment.more || fragment.offset != 0)
        push_fragment(l, &fragment);
    else
        l->next = layer_of_ip_protocol(fragment.protocol);
}

layer_fn *layer_of_ip_protocol(uint8_t protocol)
{
    static const struct hl_layer_row rows[] = {
        { 6, layer_tcp },        { 17, layer_udp },        { 4, layer_ip },
        { 41, layer_ip },        { 47, layer_gre },        { 44, layer_fragment },
        { 0, layer_extension },  { 43, layer_extension },  { 60, layer_extension },
        { 135, layer_extension }, { 139, layer_extension }, { 140, layer_extension },
        { 51, layer_authentication }, { 137, layer_mpls }, { 143, layer_ethernet },
    };

    return layer_find(rows, sizeof rows / sizeof rows[0], protocol);
}
