/* tls_ports.h - TCP ports on which servers are expected to speak TLS from the first byte on. */
#ifndef HL_INSPECT_TLS_PORTS_H
#define HL_INSPECT_TLS_PORTS_H

#include <stdbool.h>
#include <stdint.h>

struct tls_ports {
    uint8_t bits[65536 / 8];
};

/* Those that IANA's registry, or wide use, gives to TLS. */
void tls_ports_init(struct tls_ports *ports);

static inline void tls_ports_add(struct tls_ports *ports, uint16_t port)
{
    ports->bits[port / 8] |= (uint8_t)(1u << port % 8);
}

static inline bool tls_ports_has(const struct tls_ports *ports, uint16_t port)
{
    return (ports->bits[port / 8] >> port % 8 & 1) != 0;
}

#endif
