#include "net/checksum.h"

enum { IPV4_CHECKSUM = 10, TCP_CHECKSUM = 16, UDP_CHECKSUM = 6, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

static uint64_t add(uint64_t sum, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        sum += i % 2 == 0 ? (uint64_t)bytes[i] << 8 : bytes[i];
    return sum;
}

static void put(uint8_t *place, uint64_t sum)
{
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    place[0] = (uint8_t)(~sum >> 8);
    place[1] = (uint8_t)~sum;
}

void checksum_ipv4(uint8_t *header, size_t length)
{
    header[IPV4_CHECKSUM] = header[IPV4_CHECKSUM + 1] = 0;
    put(header + IPV4_CHECKSUM, add(0, header, length));
}

/* RFC 9293, section 3.1: over the segment, and a header in front of it that is not sent. */
void checksum_tcp(uint8_t *tcp, size_t length, const uint8_t *addresses, size_t address_bytes)
{
    tcp[TCP_CHECKSUM] = tcp[TCP_CHECKSUM + 1] = 0;
    put(tcp + TCP_CHECKSUM, add(add(length + PROTOCOL_TCP, addresses, address_bytes), tcp, length));
}

/* RFC 768; 0 stands for none. */
void checksum_udp(uint8_t *udp, size_t length, const uint8_t *addresses, size_t address_bytes)
{
    uint8_t *place = udp + UDP_CHECKSUM;

    place[0] = place[1] = 0;
    put(place, add(add(length + PROTOCOL_UDP, addresses, address_bytes), udp, length));
    if (place[0] == 0 && place[1] == 0)
        place[0] = place[1] = 0xff;
}
