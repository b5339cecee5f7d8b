/* From a frame to a TCP segment: every link type, every tunnel, fragments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/decode.h"
#include "support/make_frame.h"

enum { TEXT_LENGTH = sizeof FRAME_TEXT - 1 };

struct row {
    const char *name;
    uint32_t link_type;
    const char *frame; /* see make_frame.h */
    int family;        /* of the segment: 4, 6; 0: there is none */
    uint16_t vlan;
};

#define DOT11 "0000 020000000001 020000000002 020000000003 0000 "
#define SNAP "aaaa03 000000 0800 "

static const struct row rows[] = {
    { "Ethernet", 1, "eth:0800 ip4:6 tcp", 4, 0 },
    { "Ethernet, padded", 1, "eth:0800 ip4:6 tcp pad:6", 4, 0 },
    { "Ethernet, IPv6", 1, "eth:86dd ip6:6 tcp pad:4", 6, 0 },
    { "Ethernet, another type", 1, "eth:0806 ip4:6 tcp", 0, 0 },
    { "IPv4 with options", 1, "eth:0800 ip4opt:6 tcp", 4, 0 },
    { "IPv4 without a length", 1, "eth:0800 ip4tso:6 tcp", 4, 0 },
    { "TCP with options", 1, "eth:0800 ip4:6 tcpopt", 4, 0 },
    { "IEEE 802.3 with SNAP", 1, "eth:0042 " SNAP "ip4:6 tcp", 4, 0 },
    { "IEEE 802.3 with LLC", 1, "eth:0042 060603 ip4:6 tcp", 4, 0 },
    { "IEEE 802.3 with NLPID", 1, "eth:0042 fefe03 cc ip4:6 tcp", 4, 0 },
    { "IEEE 802.3, another SAP", 1, "eth:0042 424203 ip4:6 tcp", 0, 0 },
    { "VLAN", 1, "eth:8100 0064 0800 ip4:6 tcp", 4, 100 },
    { "VLAN with a priority", 1, "eth:8100 e064 86dd ip6:6 tcp", 6, 100 },
    { "VLAN before LLC", 1, "eth:8100 0064 0042 " SNAP "ip4:6 tcp", 4, 100 },
    { "QinQ", 1, "eth:88a8 0064 8100 00c8 0800 ip4:6 tcp", 4, 100 },
    { "QinQ as it was before", 1, "eth:9100 0064 8100 00c8 0800 ip4:6 tcp", 4, 100 },
    { "three tags", 1, "eth:9200 0001 88a8 0064 8100 00c8 0800 ip4:6 tcp", 4, 1 },
    { "MPLS", 1, "eth:8847 00064140 ip4:6 tcp", 4, 0 },
    { "MPLS, three labels", 1, "eth:8847 00064040 00065040 00066140 ip6:6 tcp", 6, 0 },
    { "MPLS multicast", 1, "eth:8848 00064140 ip4:6 tcp", 4, 0 },
    { "MPLS, Ethernet with a control word", 1, "eth:8847 00064140 00000000 eth:0800 ip4:6 tcp", 4, 0 },
    { "MPLS, Ethernet", 1, "eth:8847 00064140 a20000000001 a20000000002 0800 ip4:6 tcp", 4, 0 },
    { "PPPoE", 1, "eth:8864 110000010000 0021 ip4:6 tcp", 4, 0 },
    { "PPPoE, IPv6", 1, "eth:8864 110000010000 0057 ip6:6 tcp", 6, 0 },
    { "PPPoE, link control", 1, "eth:8864 110000010000 c021 ip4:6 tcp", 0, 0 },
    { "PPPoE, discovery", 1, "eth:8863 110900000000 ip4:6 tcp", 0, 0 },
    { "PPPoE in a VLAN", 1, "eth:8100 0007 8864 110000010000 0021 ip4:6 tcp", 4, 7 },
    { "Cisco metadata", 1, "eth:8909 0101 00010064 0800 ip4:6 tcp", 4, 0 },
    { "transparent bridging", 1, "eth:6558 eth:0800 ip4:6 tcp", 4, 0 },

    { "PPP", 9, "ff03 0021 ip4:6 tcp", 4, 0 },
    { "PPP, compressed", 9, "21 ip4:6 tcp", 4, 0 },
    { "PPP without address and control", 9, "0057 ip6:6 tcp", 6, 0 },
    { "PPP with MPLS", 50, "ff03 0281 00064140 ip4:6 tcp", 4, 0 },
    { "PPPoE by itself", 51, "110000010000 0021 ip4:6 tcp", 4, 0 },
    { "Cisco HDLC", 104, "0f00 0800 ip4:6 tcp", 4, 0 },
    { "Cisco HDLC, PPP", 104, "ff03 0021 ip4:6 tcp", 4, 0 },
    { "frame relay", 107, "1841 03 cc ip4:6 tcp", 4, 0 },
    { "frame relay, IPv6, four bytes of address", 107, "18405041 03 8e ip6:6 tcp", 6, 0 },
    { "frame relay, SNAP", 107, "1841 03 00 80 000000 0800 ip4:6 tcp", 4, 0 },
    { "Linux cooked", 113, "0000 0001 0006 0200000000010000 0800 ip4:6 tcp", 4, 0 },
    { "Linux cooked, VLAN", 113, "0000 0001 0006 0200000000010000 8100 0064 86dd ip6:6 tcp", 6, 100 },
    { "Linux cooked 2", 276, "0800 0000 00000002 0001 00 06 0200000000010000 ip4:6 tcp", 4, 0 },
    { "Linux cooked 2, IPv6", 276, "86dd 0000 00000002 0001 00 06 0200000000010000 ip6:6 tcp", 6, 0 },
    { "NULL, little-endian", 0, "02000000 ip4:6 tcp", 4, 0 },
    { "NULL, big-endian", 0, "00000002 ip4:6 tcp", 4, 0 },
    { "NULL, IPv6 of NetBSD", 0, "18000000 ip6:6 tcp", 6, 0 },
    { "NULL, IPv6 of FreeBSD", 0, "1c000000 ip6:6 tcp", 6, 0 },
    { "NULL, IPv6 of macOS", 0, "0000001e ip6:6 tcp", 6, 0 },
    { "NULL, another family", 0, "07000000 ip4:6 tcp", 0, 0 },
    { "NULL, an EtherType", 0, "00000800 ip4:6 tcp", 4, 0 },
    { "loopback", 108, "00000002 ip4:6 tcp", 4, 0 },
    { "raw, IPv4", 101, "ip4:6 tcp", 4, 0 },
    { "raw, IPv6", 101, "ip6:6 tcp", 6, 0 },
    { "raw, neither", 101, "00000000 ip4:6 tcp", 0, 0 },
    { "raw by its older numbers", 12, "ip4:6 tcp", 4, 0 },
    { "raw by OpenBSD's number", 14, "ip6:6 tcp", 6, 0 },
    { "IPv4 by itself", 228, "ip4:6 tcp", 4, 0 },
    { "IPv6 by itself", 229, "ip6:6 tcp", 6, 0 },

    { "802.11", 105, "0800 " DOT11 SNAP "ip4:6 tcp pad:4", 4, 0 },
    { "802.11 to the network", 105, "0801 " DOT11 SNAP "ip4:6 tcp", 4, 0 },
    { "802.11 with QoS", 105, "8801 " DOT11 "0000 " SNAP "ip4:6 tcp", 4, 0 },
    { "802.11 with QoS and HT control", 105, "8881 " DOT11 "0000 00000000 " SNAP "ip4:6 tcp", 4, 0 },
    { "802.11, four addresses", 105, "0803 " DOT11 "020000000004 " SNAP "ip4:6 tcp", 4, 0 },
    { "802.11, aggregated", 105, "8802 " DOT11 "8000 020000000001020000000002 0042 " SNAP "ip4:6 tcp", 4, 0 },
    { "802.11, encrypted", 105, "0840 " DOT11 SNAP "ip4:6 tcp", 0, 0 },
    { "802.11, no data", 105, "4800 " DOT11 SNAP "ip4:6 tcp", 0, 0 },
    { "802.11, a beacon", 105, "8000 " DOT11 SNAP "ip4:6 tcp", 0, 0 },
    { "radiotap", 127, "0000 0800 00000000 0800 " DOT11 SNAP "ip4:6 tcp pad:4", 4, 0 },
    { "radiotap with fields", 127, "0000 0c00 00000000 11223344 8802 " DOT11 "0000 " SNAP "ip4:6 tcp", 4, 0 },
    { "radiotap, impossible length", 127, "0000 0700 00000000 0800 " DOT11 SNAP "ip4:6 tcp", 0, 0 },
    { "NFLOG", 239, "02000000 3e00 0900 ip4:6 tcp pad:2", 4, 0 },
    { "NFLOG, other values before", 239, "02000000 0500 0a00 61000000 0800 0100 00000000 3e00 0900 ip4:6 tcp pad:2",
      4, 0 },
    { "NFLOG without a packet", 239, "02000000 0500 0a00 61000000", 0, 0 },
    { "NFLOG, impossible length", 239, "02000000 0300 0900 ip4:6 tcp", 0, 0 },
    { "PPI", 192, "0000 0800 01000000 eth:0800 ip4:6 tcp", 4, 0 },
    { "PPI with fields and 802.11", 192, "0000 0c00 69000000 aabbccdd 0800 " DOT11 SNAP "ip4:6 tcp", 4, 0 },
    { "PPI, impossible length", 192, "0000 0700 01000000 eth:0800 ip4:6 tcp", 0, 0 },
    { "pktap", 258, "10000000 01000000 01000000 00000000 eth:0800 ip4:6 tcp", 4, 0 },
    { "pktap by Apple's own number", 149, "0c000000 01000000 65000000 ip6:6 tcp", 6, 0 },
    { "pktap, impossible length", 258, "04000000 01000000 01000000 eth:0800 ip4:6 tcp", 0, 0 },

    { "IPv4 in IPv4", 101, "oip4:4 ip4:6 tcp", 4, 0 },
    { "IPv6 in IPv4", 101, "oip4:41 ip6:6 tcp", 6, 0 },
    { "IPv4 in IPv6", 101, "oip6:4 ip4:6 tcp", 4, 0 },
    { "IPv6 in IPv6", 101, "oip6:41 ip6:6 tcp", 6, 0 },
    { "MPLS in IPv4", 101, "oip4:137 00064140 ip4:6 tcp", 4, 0 },
    { "Ethernet in IPv6", 101, "oip6:143 eth:0800 ip4:6 tcp", 4, 0 },
    { "GRE", 1, "eth:0800 oip4:47 0000 0800 ip4:6 tcp", 4, 0 },
    { "GRE, IPv6 over IPv6", 1, "eth:86dd oip6:47 0000 86dd ip6:6 tcp", 6, 0 },
    { "GRE with all of its fields", 1, "eth:0800 oip4:47 b000 0800 00000000 00000001 00000002 ip4:6 tcp", 4, 0 },
    { "GRE, Ethernet", 1, "eth:0800 oip4:47 2000 6558 00000100 eth:0800 ip4:6 tcp", 4, 0 },
    { "GRE, MPLS", 1, "eth:0800 oip4:47 0000 8847 00064140 ip4:6 tcp", 4, 0 },
    { "GRE of PPTP", 1, "eth:0800 oip4:47 3081 880b 00000001 00000001 00000002 ff03 0021 ip4:6 tcp", 4, 0 },
    { "GRE of PPTP, nothing acknowledged", 1, "eth:0800 oip4:47 3001 880b 00000001 00000001 0021 ip4:6 tcp", 4, 0 },
    { "ERSPAN I", 1, "eth:0800 oip4:47 0000 88be eth:0800 ip4:6 tcp", 4, 0 },
    { "ERSPAN II", 1, "eth:0800 oip4:47 1000 88be 00000001 10640001 00000002 eth:0800 ip4:6 tcp", 4, 0 },
    { "ERSPAN III", 1, "eth:0800 oip4:47 1000 22eb 00000001 20640001 00000002 0000 0000 eth:0800 ip4:6 tcp", 4, 0 },
    { "ERSPAN III with a subheader", 1,
      "eth:0800 oip4:47 1000 22eb 00000001 20640001 00000002 0000 0001 0000000000000000 eth:0800 ip4:6 tcp", 4, 0 },
    { "VXLAN", 1, "eth:0800 oip4:17 udp:4789 08000000 00006400 eth:0800 ip4:6 tcp", 4, 0 },
    { "VXLAN, the answer", 1, "eth:0800 oip4:17 udpfrom:4789 08000000 00006400 eth:0800 ip4:6 tcp", 4, 0 },
    { "VXLAN on Linux's first port", 1, "eth:0800 oip4:17 udp:8472 08000000 00006400 eth:86dd ip6:6 tcp", 6, 0 },
    { "VXLAN, a VLAN inside", 1, "eth:8100 0005 0800 oip4:17 udp:4789 08000000 00006400 eth:8100 0006 0800 ip4:6 tcp",
      4, 5 },
    { "VXLAN without a network", 1, "eth:0800 oip4:17 udp:4789 00000000 00006400 eth:0800 ip4:6 tcp", 0, 0 },
    { "VXLAN-GPE, IPv4", 1, "eth:0800 oip4:17 udp:4790 0c000001 00006400 ip4:6 tcp", 4, 0 },
    { "VXLAN-GPE, Ethernet", 1, "eth:0800 oip4:17 udp:4790 0c000003 00006400 eth:0800 ip4:6 tcp", 4, 0 },
    { "VXLAN-GPE, another protocol", 1, "eth:0800 oip4:17 udp:4790 0c000004 00006400 ip4:6 tcp", 0, 0 },
    { "Geneve", 1, "eth:0800 oip4:17 udp:6081 0000 6558 00006400 eth:0800 ip4:6 tcp", 4, 0 },
    { "Geneve with options", 1, "eth:86dd oip6:17 udp:6081 0200 0800 00006400 0102800100000000 ip4:6 tcp", 4, 0 },
    { "Geneve, another version", 1, "eth:0800 oip4:17 udp:6081 4000 0800 00006400 ip4:6 tcp", 0, 0 },
    { "GTP-U", 1, "eth:0800 oip4:17 udp:2152 30ff 003a 00000001 ip4:6 tcp", 4, 0 },
    { "GTP-U with a sequence number", 1, "eth:0800 oip4:17 udp:2152 32ff 003e 00000001 00010000 ip4:6 tcp", 4, 0 },
    { "GTP-U with extension headers", 1,
      "eth:0800 oip4:17 udp:2152 34ff 0046 00000001 00000085 01100085 02110000000000 00 ip6:6 tcp", 6, 0 },
    { "GTP-U, an empty extension header", 1,
      "eth:0800 oip4:17 udp:2152 34ff 0046 00000001 00000085 00 ip4:6 tcp", 0, 0 },
    { "GTP-U, an echo request", 1, "eth:0800 oip4:17 udp:2152 3201 0004 00000001 00010000", 0, 0 },
    { "Teredo", 1, "eth:0800 oip4:17 udp:3544 ip6:6 tcp", 6, 0 },
    { "Teredo from its port", 1, "eth:0800 oip4:17 udpfrom:3544 ip6:6 tcp", 6, 0 },
    { "Teredo with an origin", 1, "eth:0800 oip4:17 udp:3544 0000 1234 c0000201 ip6:6 tcp", 6, 0 },
    { "Teredo with an authentication", 1, "eth:0800 oip4:17 udp:3544 0001 0000 0000000000000000 00 ip6:6 tcp", 6, 0 },
    { "Teredo with both", 1,
      "eth:0800 oip4:17 udp:3544 0001 0201 aabb cc 0000000000000000 00 0000 1234 c0000201 ip6:6 tcp", 6, 0 },
    { "CAPWAP", 1, "eth:0800 oip4:17 udp:5247 00 100100 00000000 0800 " DOT11 SNAP "ip4:6 tcp", 4, 0 },
    { "CAPWAP, swapped frame control", 1, "eth:0800 oip4:17 udp:5247 00 100100 00000000 0108 " DOT11 SNAP "ip4:6 tcp",
      4, 0 },
    { "CAPWAP, Ethernet", 1, "eth:0800 oip4:17 udp:5247 00 180000 00000000 11223344 eth:0800 ip4:6 tcp", 4, 0 },
    { "CAPWAP, a fragment", 1, "eth:0800 oip4:17 udp:5247 00 100180 00000000 0800 " DOT11 SNAP "ip4:6 tcp", 0, 0 },
    { "CAPWAP with DTLS", 1, "eth:0800 oip4:17 udp:5247 01 000000 16feff", 0, 0 },
    { "MPLS in UDP", 1, "eth:0800 oip4:17 udp:6635 00064140 ip4:6 tcp", 4, 0 },
    { "GRE in UDP", 1, "eth:0800 oip4:17 udp:4754 0000 0800 ip4:6 tcp", 4, 0 },
    { "UDP of something else", 1, "eth:0800 oip4:17 udp:53 ip4:6 tcp", 0, 0 },
    { "authentication header", 101, "ip4:51 0604 0000 00000001 00000001 000000000000000000000000 tcp", 4, 0 },
    { "encapsulating security payload", 101, "ip4:50 00000001 00000001 00112233", 0, 0 },
    { "ICMP", 101, "ip4:1 0800 0000 00000000", 0, 0 },

    { "IPv6, hop-by-hop options", 101, "ip6:0 0600 010400000000 tcp", 6, 0 },
    { "IPv6, long options", 101, "ip6:60 0601 010c000000000000000000000000 tcp", 6, 0 },
    { "IPv6, routing", 101, "ip6:43 0602 0201 00000000 20010db8000000000000000000000003 tcp", 6, 0 },
    { "IPv6, all of them", 101,
      "ip6:0 3c00 010400000000 2b00 010400000000 8700 000000000000 3300 000000000000 "
      "0604 0000 00000001 00000001 000000000000000000000000 tcp", 6, 0 },
    { "IPv6, an atomic fragment", 101, "ip6:44 0600 0000 00000001 tcp", 6, 0 },
    { "IPv6, nothing follows", 101, "ip6:59 tcp", 0, 0 },

    { "tunnels in tunnels", 101,
      "oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 ip4:6 tcp", 4, 0 },
    { "too many tunnels", 101,
      "oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 ip4:6 tcp", 0, 0 },
    { "an unknown link type", 147, "ip4:6 tcp", 0, 0 },
    { "a TCP header that is too short", 101, "ip4:6 9c40 01bb 01020304 0a0b0c0d 4018 000000000000", 0, 0 },
    { "a TCP header longer than the packet", 101, "ip4:6 9c40 01bb 01020304 0a0b0c0d f018 000000000000 00", 0, 0 },
    { "an IPv4 header that is too short", 101, "44000028 00000000 40060000 0a000001 0a000002 00000000", 0, 0 },
    { "an IPv4 length that is too short", 101, "45000010 00000000 40060000 0a000001 0a000002 00000000", 0, 0 },
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static bool push(struct hl_decoder *decoder, struct hl_span frame, size_t length, uint32_t link_type,
                 struct hl_segment *out)
{
    const struct hl_moment at = { 1700000000000000000, decoder->packets + 1, 0 };

    return decoder_push(decoder, frame, (uint32_t)length, link_type, at, out) && !out->datagram;
}

static void check_ends(const struct hl_segment *s, int family)
{
    static const uint8_t v4[4] = { 10, 0, 0, 1 }, v6[4] = { 0x20, 1, 0x0d, 0xb8 };
    size_t length = family == 4 ? 4 : 16;

    assert_int_equal(s->source.address.length, length);
    assert_int_equal(s->destination.address.length, length);
    assert_memory_equal(s->source.address.bytes, family == 4 ? v4 : v6, 4);
    assert_int_equal(s->source.address.bytes[length - 1], 1);
    assert_int_equal(s->destination.address.bytes[length - 1], 2);
    assert_int_equal(s->source.port, 40000);
    assert_int_equal(s->destination.port, 443);
    assert_int_equal(s->seq, FRAME_SEQ);
    assert_int_equal(s->ack, FRAME_ACK);
    assert_int_equal(s->flags, FRAME_FLAGS);
}

/* Each beginning of the frame, as a snap length would leave it: nothing, or the segment with less of its payload. */
static void check_prefixes(const struct row *row, struct hl_span frame)
{
    for (size_t n = 0; n < frame.len; n++) {
        struct hl_decoder decoder;
        struct hl_segment s;
        uint8_t *exact = malloc(n > 0 ? n : 1);
        assert_non_null(exact);
        memcpy(exact, frame.ptr, n);
        decoder_init(&decoder);
        if (push(&decoder, (struct hl_span){ exact, n }, frame.len, row->link_type, &s)) {
            check_ends(&s, row->family);
            assert_int_equal(s.length, TEXT_LENGTH);
            assert_true(s.payload.len <= TEXT_LENGTH);
            assert_memory_equal(s.payload.ptr, FRAME_TEXT, s.payload.len);
        }
        decoder_cleanup(&decoder);
        free(exact);
    }
}

/* Any byte may be wrong: then the answer may be, too, but a segment lies inside the frame. */
static void check_mutations(const struct row *row, struct hl_span frame)
{
    static const uint8_t flips[] = { 0x01, 0x80, 0xff, 0x40, 0x0f };
    uint8_t *exact = malloc(frame.len > 0 ? frame.len : 1);
    struct hl_decoder decoder;

    assert_non_null(exact);
    decoder_init(&decoder);
    for (size_t i = 0; i < frame.len * sizeof flips; i++) {
        struct hl_segment s;
        size_t at = i / sizeof flips;
        memcpy(exact, frame.ptr, frame.len);
        exact[at] ^= flips[i % sizeof flips];
        if (push(&decoder, (struct hl_span){ exact, frame.len }, frame.len, row->link_type, &s)) {
            assert_true(s.payload.len <= frame.len);
            assert_true(s.length >= s.payload.len);
        }
    }
    decoder_cleanup(&decoder);
    free(exact);
}

static void check_row(void **state)
{
    const struct row *row = *state;
    struct hl_buffer frame = make_buffer();
    struct hl_decoder decoder;
    struct hl_segment s;

    put_frame(&frame, row->frame);
    decoder_init(&decoder);
    bool found = push(&decoder, buf_view(&frame), frame.len, row->link_type, &s);
    assert_int_equal(found, row->family != 0);
    assert_int_equal(decoder.tcp, found);
    if (found) {
        check_ends(&s, row->family);
        assert_int_equal(s.vlan, row->vlan);
        assert_int_equal(s.length, TEXT_LENGTH);
        assert_int_equal(s.payload.len, TEXT_LENGTH);
        assert_memory_equal(s.payload.ptr, FRAME_TEXT, TEXT_LENGTH);
        assert_int_equal(s.at.frame, 1);
    }
    decoder_cleanup(&decoder);
    if (found)
        check_prefixes(row, buf_view(&frame));
    check_mutations(row, buf_view(&frame));
    buf_cleanup(&frame);
}

static void counted(void **state)
{
    struct hl_buffer frame = make_buffer();
    struct hl_decoder decoder;
    struct hl_segment s;

    (void)state;
    decoder_init(&decoder);
    put_frame(&frame, "oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 oip4:4 ip4:6 tcp");
    assert_false(push(&decoder, buf_view(&frame), frame.len, 101, &s));
    assert_int_equal(decoder.too_deep, 1);
    assert_false(push(&decoder, buf_view(&frame), frame.len, 999, &s));
    assert_int_equal(decoder.unknown_link, 1);
    assert_int_equal(decoder.unknown_link_type, 999);
    assert_int_equal(decoder.packets, 2);
    assert_int_equal(decoder.tcp, 0);
    decoder_cleanup(&decoder);
    buf_cleanup(&frame);
}

/* --- fragments ------------------------------------------------------------- */

enum { DATAGRAM = 20 + 100, PARTS = 4 };

/* The datagram that is cut: a TCP segment with 100 bytes. */
static void put_datagram(struct hl_buffer *out)
{
    put_frame(out, "tcp");
    out->len = 20;
    put_pattern(out, 9, 100);
}

struct part {
    size_t begin, end;
    bool more;
};

static const struct part parts[PARTS] = { { 0, 32, true }, { 32, 64, true }, { 64, 96, true }, { 96, 120, false } };

static void put_fragment(struct hl_buffer *out, bool v6, uint32_t id, const struct part *part, struct hl_span body)
{
    out->len = 0;
    if (v6) {
        put_uint(out, 4, 0x60000000);
        put_uint(out, 2, 8 + body.len);
        put_uint(out, 2, 0x2c40);
        put_hex(out, "20010db8000000000000000000000001 20010db8000000000000000000000002");
        put_uint(out, 2, 0x0600);
        put_uint(out, 2, part->begin | part->more);
        put_uint(out, 4, id);
    } else {
        put_uint(out, 2, 0x4500);
        put_uint(out, 2, 20 + body.len);
        put_uint(out, 2, id);
        put_uint(out, 2, (part->more ? 0x2000 : 0) | part->begin / 8);
        put_hex(out, "40060000 0a000001 0a000002");
    }
    buf_span(out, body);
}

struct fragments {
    struct hl_decoder decoder;
    struct hl_buffer datagram, packet;
    struct hl_segment segment;
    uint8_t *exact;
};

static void fragments_begin(struct fragments *f)
{
    *f = (struct fragments){ .datagram = make_buffer(), .packet = make_buffer() };
    decoder_init(&f->decoder);
    put_datagram(&f->datagram);
}

static void fragments_end(struct fragments *f)
{
    decoder_cleanup(&f->decoder);
    buf_cleanup(&f->datagram);
    buf_cleanup(&f->packet);
    free(f->exact);
}

static bool push_body(struct fragments *f, bool v6, uint32_t id, const struct part *part, struct hl_span body,
                      int64_t time_ns, size_t cut)
{
    const struct hl_moment at = { time_ns, f->decoder.packets + 1, 0 };

    put_fragment(&f->packet, v6, id, part, body);
    free(f->exact);
    f->exact = malloc(f->packet.len - cut);
    assert_non_null(f->exact);
    memcpy(f->exact, f->packet.data, f->packet.len - cut);
    return decoder_push(&f->decoder, (struct hl_span){ f->exact, f->packet.len - cut }, (uint32_t)f->packet.len, 101,
                        at, &f->segment);
}

static bool push_part(struct fragments *f, bool v6, uint32_t id, const struct part *part)
{
    struct hl_span body = { f->datagram.data + part->begin, part->end - part->begin };

    return push_body(f, v6, id, part, body, 1700000000000000000, 0);
}

static void check_whole(const struct fragments *f, bool v6)
{
    const struct hl_segment *s = &f->segment;

    check_ends(s, v6 ? 6 : 4);
    assert_int_equal(s->length, 100);
    assert_int_equal(s->payload.len, 100);
    assert_memory_equal(s->payload.ptr, f->datagram.data + 20, 100);
}

/* Four fragments in each of their 24 orders, with each of them sent twice or not. */
static void every_order(void **state)
{
    (void)state;
    for (unsigned code = 0; code < 4 * 4 * 4 * 4 * 2; code++) {
        unsigned order[PARTS] = { code % 4, code / 4 % 4, code / 16 % 4, code / 64 % 4 };
        bool twice = code >= 256;
        if (((1u << order[0]) | (1u << order[1]) | (1u << order[2]) | (1u << order[3])) != 15)
            continue;
        for (unsigned v6 = 0; v6 < 2; v6++) {
            struct fragments f;
            fragments_begin(&f);
            for (unsigned i = 0; i < PARTS; i++) {
                if (twice && i < PARTS - 1)
                    assert_false(push_part(&f, v6, 77, &parts[order[i]]));
                assert_int_equal(push_part(&f, v6, 77, &parts[order[i]]), i == PARTS - 1);
            }
            check_whole(&f, v6);
            assert_int_equal(f.decoder.fragments.count, 0);
            fragments_end(&f);
        }
    }
}

static void overlapping(void **state)
{
    static const struct part wide[] = { { 0, 64, true }, { 32, 96, true }, { 64, 120, false } };

    (void)state;
    for (unsigned v6 = 0; v6 < 2; v6++) {
        struct fragments f;
        fragments_begin(&f);
        assert_false(push_part(&f, v6, 1, &wide[1]));
        assert_false(push_part(&f, v6, 1, &wide[0]));
        assert_false(push_part(&f, v6, 2, &wide[2])); /* of another datagram */
        assert_true(push_part(&f, v6, 1, &wide[2]));
        check_whole(&f, v6);
        fragments_end(&f);
    }
}

static void first_copy_wins(void **state)
{
    struct fragments f;
    uint8_t other[64];

    (void)state;
    memset(other, 0x55, sizeof other);
    fragments_begin(&f);
    assert_false(push_part(&f, false, 1, &parts[1]));
    assert_false(push_body(&f, false, 1, &parts[1], (struct hl_span){ other, 32 }, 1700000000000000000, 0));
    assert_false(push_part(&f, false, 1, &parts[0]));
    assert_false(push_part(&f, false, 1, &parts[3]));
    assert_true(push_body(&f, false, 1, &(struct part){ 48, 96, true },
                          (struct hl_span){ f.datagram.data + 48, 48 }, 1700000000000000000, 0));
    check_whole(&f, false);
    fragments_end(&f);
}

static void mixed_up(void **state)
{
    struct fragments f;

    (void)state;
    fragments_begin(&f);
    for (unsigned i = 0; i < PARTS; i++) { /* four datagrams of either kind at once */
        for (uint32_t id = 1; id <= 4; id++) {
            for (unsigned v6 = 0; v6 < 2; v6++) {
                assert_int_equal(push_part(&f, v6, id, &parts[i]), i == PARTS - 1);
                if (i == PARTS - 1)
                    check_whole(&f, v6);
            }
        }
    }
    assert_int_equal(f.decoder.fragments.count, 0);
    fragments_end(&f);
}

/* A fragment that the snap length cut cannot complete its datagram; one that comes again can. */
static void cut_fragment(void **state)
{
    struct fragments f;

    (void)state;
    fragments_begin(&f);
    for (unsigned i = 0; i < PARTS; i++) {
        struct hl_span body = { f.datagram.data + parts[i].begin, parts[i].end - parts[i].begin };
        assert_false(push_body(&f, false, 1, &parts[i], body, 1700000000000000000, 5));
    }
    for (unsigned i = 0; i < PARTS; i++)
        assert_int_equal(push_part(&f, false, 1, &parts[i]), i == PARTS - 1);
    check_whole(&f, false);
    fragments_end(&f);
}

/* Two fragments that both say they are the last: bytes that nobody sent are never told. */
static void two_ends(void **state)
{
    static const struct part orders[][PARTS] = {
        { { 96, 115, false }, { 96, 100, false }, { 0, 96, true }, { 104, 112, true } },
        { { 96, 100, false }, { 96, 115, false }, { 104, 112, true }, { 0, 96, true } },
        { { 96, 100, false }, { 104, 115, false }, { 0, 96, true }, { 96, 104, true } },
    };
    static const size_t ends[] = { 115, 100, 100 };

    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct fragments f;
        bool done = false;
        fragments_begin(&f);
        for (unsigned k = 0; k < PARTS && !done; k++)
            done = push_part(&f, false, 1, &orders[i][k]);
        if (done) {
            assert_int_equal(f.segment.payload.len, ends[i] - 20);
            assert_memory_equal(f.segment.payload.ptr, f.datagram.data + 20, ends[i] - 20);
        }
        fragments_end(&f);
    }
}

static void too_late(void **state)
{
    struct fragments f;
    const int64_t begin = 1700000000000000000;

    (void)state;
    fragments_begin(&f);
    for (unsigned i = 0; i < PARTS; i++) {
        struct hl_span body = { f.datagram.data + parts[i].begin, parts[i].end - parts[i].begin };
        int64_t when = begin + (i == PARTS - 1 ? HL_FRAGMENT_TIMEOUT_NS + 1 : 0);
        assert_false(push_body(&f, false, 1, &parts[i], body, when, 0));
    }
    assert_int_equal(f.decoder.fragments.count, 1);
    fragments_end(&f);
}

static void too_many(void **state)
{
    struct fragments f;

    (void)state;
    fragments_begin(&f);
    for (uint32_t id = 0; id < 3 * HL_FRAGMENT_DATAGRAMS_MAX; id++)
        assert_false(push_part(&f, true, id, &parts[0]));
    assert_int_equal(f.decoder.fragments.count, HL_FRAGMENT_DATAGRAMS_MAX);
    for (unsigned i = 1; i < PARTS; i++) /* the oldest has gone, the newest is there */
        assert_false(push_part(&f, true, 0, &parts[i]));
    for (unsigned i = 1; i < PARTS; i++)
        assert_int_equal(push_part(&f, true, 3 * HL_FRAGMENT_DATAGRAMS_MAX - 1, &parts[i]), i == PARTS - 1);
    check_whole(&f, true);
    fragments_end(&f);
}

/* Ends beyond 65535 (the "ping of death"), and a last fragment before what others brought. */
static void impossible(void **state)
{
    struct fragments f;

    (void)state;
    fragments_begin(&f);
    for (unsigned v6 = 0; v6 < 2; v6++) {
        const struct part beyond = { 65528, 65528 + 32, false };
        assert_false(push_body(&f, v6, 1, &beyond, (struct hl_span){ f.datagram.data, 32 }, 1700000000000000000, 0));
        assert_false(push_part(&f, v6, 2, &parts[2]));
        assert_false(push_part(&f, v6, 2, &parts[0]));
        const struct part end = { 32, 40, false };
        (void)push_part(&f, v6, 2, &end);
        const struct part empty = { 0, 0, true };
        assert_false(push_part(&f, v6, 3, &empty));
    }
    fragments_end(&f);
}

/* Datagrams in fragments inside datagrams in fragments end, too. */
static void fragments_inside_fragments(void **state)
{
    struct hl_buffer inner = make_buffer(), packet = make_buffer();
    struct hl_decoder decoder;
    struct hl_segment s;
    const struct part whole = { 0, 0, false };

    (void)state;
    decoder_init(&decoder);
    put_frame(&inner, "ip4:6 tcp");
    for (unsigned depth = 0; depth < 30; depth++) {
        put_fragment(&packet, false, depth + 1, &whole, buf_view(&inner));
        packet.data[9] = 4; /* IPv4 in IPv4 */
        packet.data[6] = 0x20; /* more follow, that never come */
        assert_false(push(&decoder, buf_view(&packet), packet.len, 101, &s));
        inner.len = 0;
        buf_span(&inner, buf_view(&packet));
    }
    decoder_cleanup(&decoder);
    buf_cleanup(&inner);
    buf_cleanup(&packet);
}

/* A segment in fragments, each of them in a tunnel whose packets are in fragments, too: the inner
 * fragment lies in the datagram that was just put together. */
static void fragments_in_a_fragmented_tunnel(void **state)
{
    struct fragments f;
    struct hl_buffer inner = make_buffer();
    bool complete = false;

    (void)state;
    fragments_begin(&f);
    for (unsigned i = 0; i < PARTS; i++) {
        struct hl_span body = { f.datagram.data + parts[i].begin, parts[i].end - parts[i].begin };
        put_fragment(&inner, false, 7, &parts[i], body);
        const struct part halves[] = { { 0, 24, true }, { 24, inner.len, false } };
        for (unsigned half = 0; half < 2; half++) {
            struct hl_span piece = { inner.data + halves[half].begin, halves[half].end - halves[half].begin };
            put_fragment(&f.packet, false, 100 + i, &halves[half], piece);
            f.packet.data[9] = 4; /* IPv4 in IPv4 */
            assert_false(complete);
            complete = push(&f.decoder, buf_view(&f.packet), f.packet.len, 101, &f.segment);
        }
    }
    assert_true(complete);
    check_whole(&f, false);
    buf_cleanup(&inner);
    fragments_end(&f);
}

int main(void)
{
    enum { OTHERS = 12 };
    struct CMUnitTest tests[ROWS + OTHERS] = {
        cmocka_unit_test(counted),    cmocka_unit_test(every_order),  cmocka_unit_test(overlapping),
        cmocka_unit_test(first_copy_wins), cmocka_unit_test(mixed_up), cmocka_unit_test(cut_fragment),
        cmocka_unit_test(too_late),   cmocka_unit_test(too_many),     cmocka_unit_test(impossible),
        cmocka_unit_test(fragments_inside_fragments), cmocka_unit_test(two_ends),
        cmocka_unit_test(fragments_in_a_fragmented_tunnel),
    };

    for (size_t i = 0; i < ROWS; i++)
        tests[OTHERS + i] = (struct CMUnitTest){ .name = rows[i].name,
                                                 .test_func = check_row,
                                                 .initial_state = (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
