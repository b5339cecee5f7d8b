/* checksum.h - the checksums of IP, TCP and UDP (RFC 1071), made anew in packets that were changed. */
#ifndef HL_NET_CHECKSUM_H
#define HL_NET_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Of the IPv4 header at `header`, `length` bytes. */
void checksum_ipv4(uint8_t *header, size_t length);
/* Of the TCP segment at `tcp`, `length` bytes, 20 or more; `addresses` are those of the IP header: source and
 * destination, `address_bytes` in all. */
void checksum_tcp(uint8_t *tcp, size_t length, const uint8_t *addresses, size_t address_bytes);

/* Of the UDP datagram at `udp`, `length` bytes, 8 or more; the same. */
void checksum_udp(uint8_t *udp, size_t length, const uint8_t *addresses, size_t address_bytes);

#endif
