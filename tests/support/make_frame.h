/* make_frame.h - frames for tests, from a line of text.
 *
 * Words from the outermost layer to the innermost; a number behind ':' is the next protocol or the port:
 *
 *   eth:0800          Ethernet, the type in hex
 *   ip4:6  oip4:47    IPv4 from 10.0.0.1 to 10.0.0.2; an outer one (192.0.2.1 to 192.0.2.2)
 *   ip4opt:6          with options; ip4tso:6 with a total length of 0
 *   ip6:6  oip6:4     IPv6 from 2001:db8::1 to 2001:db8::2; an outer one (fe80::)
 *   udp:4789          UDP to that port; udpfrom:3544 from it
 *   tcp  tcpopt       TCP from port 40000 to 443 with FRAME_TEXT as its payload; with options
 *   pad:6             bytes behind it all, that no length counts
 *   0a0b0c            bytes as they are */
#ifndef HL_TESTS_MAKE_FRAME_H
#define HL_TESTS_MAKE_FRAME_H

#include "support/make_bytes.h"

#define FRAME_TEXT "hello, this is tcp"
enum { FRAME_SEQ = 0x01020304, FRAME_ACK = 0x0a0b0c0d, FRAME_FLAGS = 0x18 };

void put_frame(struct hl_buffer *out, const char *words);

#endif
