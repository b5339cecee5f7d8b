/* Link layers: what stands before IP in a frame. */
#include "net/layers.h"

#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void by_ethertype(struct hl_layers *l)
{
    l->next = layer_of_ethertype(rd_u16(&l->r, "EtherType"));
}

/* IEEE 802.2 LLC with a SNAP header, as on 802.3 and 802.11. */
static void layer_llc(struct hl_layers *l)
{
    struct hl_span head = rd_bytes(&l->r, 3, "LLC");

    if (head.len == 3 && memcmp(head.ptr, "\xaa\xaa\x03", 3) == 0) {
        rd_bytes(&l->r, 3, "OUI");
        by_ethertype(l);
    } else if (head.len == 3 && memcmp(head.ptr, "\x06\x06\x03", 3) == 0) {
        l->next = layer_ip;
    } else if (head.len == 3 && memcmp(head.ptr, "\xfe\xfe\x03", 3) == 0) { /* NLPID, RFC 2427 */
        l->next = rd_u8(&l->r, "NLPID") == 0xcc ? layer_ip : NULL;
    }
}

/* An EtherType, or a length up to 1500 that LLC follows (IEEE 802.3, clause 3.2.6). */
static void by_type_or_length(struct hl_layers *l)
{
    uint16_t type = rd_u16(&l->r, "Length/Type");

    l->next = type <= 1500 ? layer_llc : layer_of_ethertype(type);
}

void layer_ethernet(struct hl_layers *l)
{
    rd_bytes(&l->r, 12, "Destination Address, Source Address");
    by_type_or_length(l);
}

/* IEEE 802.1Q, clause 9.6; a tag may follow a tag. */
static void layer_vlan(struct hl_layers *l)
{
    uint16_t type;

    do {
        uint16_t id = rd_u16(&l->r, "Tag Control Information") & 0x0fff;
        if (l->out->vlan == 0)
            l->out->vlan = id;
        type = rd_u16(&l->r, "Length/Type");
    } while (rd_ok(&l->r) && layer_of_ethertype(type) == layer_vlan);
    l->next = type <= 1500 ? layer_llc : layer_of_ethertype(type);
}

/* RFC 3032, section 2.1, to the bottom of the stack; what follows is not said and must be guessed. */
void layer_mpls(struct hl_layers *l)
{
    while (rd_more(&l->r) && (rd_u32(&l->r, "Label Stack Entry") & 0x100) == 0)
        continue;

    struct hl_reader look = l->r;
    unsigned nibble = rd_u8(&look, "first nibble") >> 4;
    if (nibble == 4 || nibble == 6) {
        l->next = layer_ip;
        return;
    }
    if (nibble == 0) /* RFC 4385: a control word before an Ethernet frame */
        rd_bytes(&l->r, 4, "Control Word");
    l->next = layer_ethernet;
}

/* RFC 1661, section 2, and RFC 1662: address and control may be left out, and so may the
 * first byte of the protocol. */
void layer_ppp(struct hl_layers *l)
{
    static const struct hl_layer_row protocols[] = {
        { 0x0021, layer_ip },
        { 0x0057, layer_ip },
        { 0x0281, layer_mpls },
    };
    struct hl_reader look = l->r;

    if (rd_u16(&look, "Address, Control") == 0xff03)
        l->r = look;
    uint16_t protocol = rd_u8(&l->r, "Protocol");
    if ((protocol & 1) == 0)
        protocol = (uint16_t)(protocol << 8 | rd_u8(&l->r, "Protocol"));
    l->next = layer_find(protocols, COUNT(protocols), protocol);
}

/* RFC 2516, section 4. */
static void layer_pppoe(struct hl_layers *l)
{
    rd_bytes(&l->r, 1, "VER, TYPE");
    uint8_t code = rd_u8(&l->r, "CODE");
    rd_bytes(&l->r, 4, "SESSION_ID, LENGTH");
    l->next = code == 0 ? layer_ppp : NULL;
}

/* Cisco HDLC: address, control, EtherType. */
static void layer_chdlc(struct hl_layers *l)
{
    struct hl_reader look = l->r;

    if (rd_u8(&look, "Address") == 0xff) { /* PPP in HDLC framing on the same link type */
        l->next = layer_ppp;
        return;
    }
    rd_bytes(&l->r, 2, "Address, Control");
    by_ethertype(l);
}

/* RFC 2427. */
static void layer_frame_relay(struct hl_layers *l)
{
    while (rd_more(&l->r) && (rd_u8(&l->r, "Q.922 Address") & 1) == 0)
        continue;
    rd_bytes(&l->r, 1, "Control");
    uint8_t nlpid = rd_u8(&l->r, "NLPID");
    if (nlpid == 0)
        nlpid = rd_u8(&l->r, "NLPID");
    if (nlpid == 0x80) {
        rd_bytes(&l->r, 3, "OUI");
        by_ethertype(l);
    } else if (nlpid == 0xcc || nlpid == 0x8e) {
        l->next = layer_ip;
    }
}

static void layer_sll(struct hl_layers *l)
{
    rd_bytes(&l->r, 14, "Packet type, ARPHRD_ type, address");
    by_type_or_length(l);
}

static void layer_sll2(struct hl_layers *l)
{
    uint16_t protocol = rd_u16(&l->r, "Protocol type");

    rd_bytes(&l->r, 18, "interface, ARPHRD_ type, packet type, address");
    l->next = layer_of_ethertype(protocol);
}

/* BSD loopback: an address family in the byte order of the machine it was taken on. */
static void layer_loopback(struct hl_layers *l)
{
    uint32_t family = rd_u32(&l->r, "Protocol type");

    if (family > 0xffff)
        family = __builtin_bswap32(family);
    if (family == 2 || family == 10 || family == 24 || family == 28 || family == 30)
        l->next = layer_ip;
    else if (family > 1500) /* an EtherType, on Windows and OpenBSD */
        l->next = layer_of_ethertype((uint16_t)family);
}

/* IEEE 802.11, clause 9.3.2: data frames that are not encrypted. */
void layer_dot11(struct hl_layers *l)
{
    uint16_t control = rd_u16le(&l->r, "Frame Control");
    if ((control & 3) != 0) /* version 0 is the only one: some controllers swap these bytes in CAPWAP */
        control = __builtin_bswap16(control);
    bool is_data = (control & 0x000c) == 0x0008;
    bool no_data = (control & 0x0040) != 0;
    bool is_protected = (control & 0x4000) != 0;
    bool four_addresses = (control & 0x0300) == 0x0300;
    bool qos = (control & 0x0080) != 0;

    if (!is_data || no_data || is_protected)
        return;
    rd_bytes(&l->r, 22, "Duration, Address 1 to 3, Sequence Control");
    if (four_addresses)
        rd_bytes(&l->r, 6, "Address 4");
    if (qos) {
        bool aggregated = (rd_u16le(&l->r, "QoS Control") & 0x0080) != 0;
        if (control & 0x8000)
            rd_bytes(&l->r, 4, "HT Control");
        if (aggregated) /* the first subframe of an A-MSDU */
            rd_bytes(&l->r, 14, "DA, SA, Length");
    }
    l->next = layer_llc;
}

static void layer_radiotap(struct hl_layers *l)
{
    rd_bytes(&l->r, 2, "it_version, it_pad");
    uint16_t length = rd_u16le(&l->r, "it_len");
    if (length < 8)
        return;
    rd_bytes(&l->r, length - 4u, "radiotap fields");
    l->next = layer_dot11;
}

static void layer_ppi(struct hl_layers *l)
{
    rd_bytes(&l->r, 2, "pph_version, pph_flags");
    uint16_t length = rd_u16le(&l->r, "pph_len");
    uint32_t link_type = rd_u32le(&l->r, "pph_dlt");
    if (length < 8)
        return;
    rd_bytes(&l->r, length - 8u, "PPI fields");
    l->next = layer_of_link_type(link_type);
}

/* Apple's packets with metadata: a header length and a link type in host order. */
static void layer_pktap(struct hl_layers *l)
{
    uint32_t length = rd_u32le(&l->r, "pth_length");

    rd_bytes(&l->r, 4, "pth_type_next");
    uint32_t link_type = rd_u32le(&l->r, "pth_dlt");
    if (length < 12 || length > 1024)
        return;
    rd_bytes(&l->r, length - 12, "pktap fields");
    l->next = layer_of_link_type(link_type);
}

/* Linux netfilter log: TLVs, one of which is the packet. */
static void layer_nflog(struct hl_layers *l)
{
    enum { NFULA_PAYLOAD = 9 };

    rd_bytes(&l->r, 4, "Address family, Version, Resource ID");
    while (rd_more(&l->r)) {
        uint16_t length = rd_u16le(&l->r, "TLV length");
        uint16_t type = rd_u16le(&l->r, "TLV type");
        if (length < 4)
            return;
        if (type == NFULA_PAYLOAD) {
            layers_limit(l, length - 4u);
            l->next = layer_ip;
            return;
        }
        rd_bytes(&l->r, length - 4u, "TLV value");
        rd_bytes(&l->r, (4 - length % 4u) % 4, "TLV padding");
    }
}

layer_fn *layer_of_link_type(uint32_t link_type)
{
    static const struct hl_layer_row rows[] = {
        { 1, layer_ethernet },
        { 0, layer_loopback },
        { 9, layer_ppp },
        { 12, layer_ip }, /* DLT_RAW, as some write it */
        { 14, layer_ip },
        { 50, layer_ppp },
        { 51, layer_pppoe },
        { 101, layer_ip },
        { 104, layer_chdlc },
        { 105, layer_dot11 },
        { 107, layer_frame_relay },
        { 108, layer_loopback },
        { 113, layer_sll },
        { 127, layer_radiotap },
        { 149, layer_pktap }, /* DLT_USER2: how macOS writes it */
        { 192, layer_ppi },
        { 228, layer_ip },
        { 229, layer_ip },
        { 239, layer_nflog },
        { 258, layer_pktap },
        { 276, layer_sll2 },
    };

    return layer_find(rows, COUNT(rows), link_type);
}

/* Cisco MetaData, which carries security group tags: options of four bytes, then an EtherType. */
static void layer_cisco_metadata(struct hl_layers *l)
{
    rd_bytes(&l->r, 1, "Version");
    unsigned options = rd_u8(&l->r, "Length");
    rd_bytes(&l->r, 4 * options, "Options");
    by_ethertype(l);
}

layer_fn *layer_of_ethertype(uint16_t ethertype)
{
    static const struct hl_layer_row rows[] = {
        { 0x0800, layer_ipv4 },     { 0x86dd, layer_ipv6 },   { 0x8100, layer_vlan },
        { 0x88a8, layer_vlan },     { 0x9100, layer_vlan }, { 0x9200, layer_vlan },
        { 0x8847, layer_mpls },     { 0x8848, layer_mpls }, { 0x8864, layer_pppoe },
        { 0x6558, layer_ethernet }, { 0x880b, layer_ppp },  { 0x8909, layer_cisco_metadata },
    };

    return layer_find(rows, COUNT(rows), ethertype);
}
