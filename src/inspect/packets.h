/* packets.h - the packets of a handshake, less application data. */
#ifndef HL_INSPECT_PACKETS_H
#define HL_INSPECT_PACKETS_H

#include "base/buffer.h"
#include "net/kept.h"
#include "session/handshake.h"

/* What `packet` is without application data: in `copy`, emptied before. False when nothing of it is to be shown, or
 * memory has run out (copy->failed). */
bool packet_trim(const struct hl_handshake *hs, const struct hl_kept_packet *packet, struct hl_buffer *copy);
/* Where the packet's payload begins among the bytes of TLS of its direction (before them: negative); false when that is
 * not known. */
bool packet_offset(const struct hl_handshake *hs, const struct hl_kept_packet *packet, int64_t *offset);
/* Make the checksums of IP and TCP (with `datagram`, UDP) fit, of a packet that is there as a whole. `data` is its,
 * `network` and `transport` are places in it. */
void packet_checksums(uint8_t *data, size_t size, size_t network, size_t transport, bool datagram);

#endif
