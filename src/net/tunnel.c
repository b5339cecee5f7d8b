/* Tunnels: packets inside GRE and inside UDP; and UDP itself. */
#include "net/layers.h"

#include <string.h>

/* ERSPAN type II and III (draft-foschiano-erspan): a mirrored Ethernet frame. */
static void layer_erspan2(struct hl_layers *l)
{
    rd_bytes(&l->r, 8, "ERSPAN Type II header");
    l->next = layer_ethernet;
}

static void layer_erspan3(struct hl_layers *l)
{
    rd_bytes(&l->r, 10, "ERSPAN Type III header");
    bool subheader = (rd_u16(&l->r, "flags") & 1) != 0;
    if (subheader)
        rd_bytes(&l->r, 8, "platform specific subheader");
    l->next = layer_ethernet;
}

/* RFC 2784, RFC 2890; version 1 is that of PPTP (RFC 2637). */
void layer_gre(struct hl_layers *l)
{
    uint16_t flags = rd_u16(&l->r, "Flags, Version");
    uint16_t protocol = rd_u16(&l->r, "Protocol Type");
    unsigned version = flags & 7;
    bool sequenced = (flags & 0x1000) != 0;

    if (flags & 0xc000 && version == 0)
        rd_bytes(&l->r, 4, "Checksum, Offset");
    if (flags & 0x2000)
        rd_bytes(&l->r, 4, "Key");
    if (sequenced)
        rd_bytes(&l->r, 4, "Sequence Number");
    if (flags & 0x0080 && version == 1)
        rd_bytes(&l->r, 4, "Acknowledgment Number");

    if (protocol == 0x88be) /* type I has neither a sequence number nor a header of its own */
        l->next = sequenced ? layer_erspan2 : layer_ethernet;
    else if (protocol == 0x22eb)
        l->next = layer_erspan3;
    else
        l->next = layer_of_ethertype(protocol);
}

/* RFC 7348, section 5. */
static void layer_vxlan(struct hl_layers *l)
{
    uint8_t flags = rd_u8(&l->r, "Flags");
    struct hl_span rest = rd_bytes(&l->r, 7, "Reserved, VNI, Reserved");

    if ((flags & 0x08) == 0 || rest.len != 7)
        return;
    if ((flags & 0x04) == 0) {
        l->next = layer_ethernet;
        return;
    }
    static const struct hl_layer_row protocols[] = { /* draft-ietf-nvo3-vxlan-gpe */
        { 1, layer_ip }, { 2, layer_ip }, { 3, layer_ethernet }, { 5, layer_mpls },
    };
    l->next = layer_find(protocols, sizeof protocols / sizeof protocols[0], rest.ptr[2]);
}

/* RFC 8926, section 3.4. */
static void layer_geneve(struct hl_layers *l)
{
    uint8_t first = rd_u8(&l->r, "Ver, Opt Len");

    rd_bytes(&l->r, 1, "O, C, Rsvd.");
    uint16_t protocol = rd_u16(&l->r, "Protocol Type");
    rd_bytes(&l->r, 4 + (first & 0x3f) * 4u, "VNI, Reserved, Options");
    l->next = first >> 6 == 0 ? layer_of_ethertype(protocol) : NULL;
}

/* 3GPP TS 29.281, section 5.1: GTP-U. */
static void layer_gtp(struct hl_layers *l)
{
    enum { G_PDU = 255 };
    uint8_t flags = rd_u8(&l->r, "Version, flags");
    uint8_t type = rd_u8(&l->r, "Message Type");

    rd_bytes(&l->r, 6, "Length, TEID");
    if (flags >> 5 != 1 || (flags & 0x10) == 0 || type != G_PDU)
        return;
    if (flags & 7) {
        rd_bytes(&l->r, 3, "Sequence Number, N-PDU Number");
        uint8_t extension = rd_u8(&l->r, "Next Extension Header Type");
        while (extension != 0 && rd_more(&l->r)) {
            unsigned length = rd_u8(&l->r, "Extension Header Length") * 4u;
            if (length == 0)
                return;
            rd_bytes(&l->r, length - 2, "Extension Header Content");
            extension = rd_u8(&l->r, "Next Extension Header Type");
        }
    }
    l->next = layer_ip;
}

/* RFC 4380, section 5.1.1: IPv6, after indications that may stand before it. */
static void layer_teredo(struct hl_layers *l)
{
    struct hl_reader look = l->r;
    uint16_t indicator = rd_u16(&look, "indicator");

    if (indicator == 0x0001) { /* authentication */
        unsigned id = rd_u8(&look, "ID-len");
        unsigned value = rd_u8(&look, "AU-len");
        rd_bytes(&look, id + value + 9, "Client identifier to Confirmation");
        l->r = look;
        indicator = rd_u16(&look, "indicator");
    }
    if (indicator == 0x0000) { /* origin */
        rd_bytes(&look, 6, "Origin Port, Address");
        l->r = look;
        indicator = rd_u16(&look, "first bytes");
    }
    if (indicator >> 12 == 6)
        l->next = layer_ip;
}

/* RFC 5415, section 4.3: data of a wireless access point. */
static void layer_capwap(struct hl_layers *l)
{
    uint8_t preamble = rd_u8(&l->r, "Preamble");
    uint32_t flags = rd_u24(&l->r, "HLEN to Flags");
    unsigned length = (flags >> 19) * 4u;
    bool is_fragment = (flags & 0x80) != 0, native = (flags & 0x100) != 0;

    if (preamble != 0 || length < 8 || is_fragment)
        return;
    rd_bytes(&l->r, length - 4, "Fragment ID to Wireless Specific Information");
    l->next = native ? layer_dot11 : layer_ethernet;
}

/* RFC 768; a tunnel is known by its port, everything else is a datagram for whoever wants it. */
void layer_udp(struct hl_layers *l)
{
    static const struct hl_layer_row ports[] = {
        { 4789, layer_vxlan }, { 8472, layer_vxlan }, { 4790, layer_vxlan }, { 6081, layer_geneve },
        { 2152, layer_gtp },   { 3544, layer_teredo }, { 6635, layer_mpls },  { 4754, layer_gre },
        { 5247, layer_capwap },
    };
    enum { COUNT = sizeof ports / sizeof ports[0] };
    enum { HEADER = 8 };
    struct hl_segment *out = l->out;
    const uint8_t *transport = l->r.pos;
    uint16_t source = rd_u16(&l->r, "Source Port");
    uint16_t destination = rd_u16(&l->r, "Destination Port");
    size_t length = rd_u16(&l->r, "Length");

    rd_bytes(&l->r, 2, "Checksum");
    if (!rd_ok(&l->r))
        return;
    l->next = layer_find(ports, COUNT, destination);
    if (l->next == NULL && (source == 3544 || source == 2152 || source == 4789 || source == 5247))
        l->next = layer_find(ports, COUNT, source);
    if (l->next != NULL)
        return;
    if (length >= HEADER) /* 0: a jumbogram, or left to the network card */
        layers_limit(l, length - HEADER);
    out->datagram = true;
    out->transport = transport;
    out->source.port = source;
    out->destination.port = destination;
    layers_end(l);
}
