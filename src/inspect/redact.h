/* redact.h - packets of handshakes with other addresses and names.
 *
 *   struct redactor *redactor = redactor_new(seed);
 *   if (redact_begin(redactor, hs))                             // false: it cannot be written
 *       for each kept packet, trimmed into `copy`: redact_packet(redactor, packet, &copy, &out) ...
 *   redactor_free(redactor);
 *
 * Of a packet, what is kept is Ethernet with VLAN tags, Linux cooked headers, or nothing but IP; tunnels, options of IP
 * and those of TCP that may hold addresses go. Names are those of redact_text.h. What cannot be gone over as a whole
 * is left out, and counted. */
#ifndef HL_INSPECT_REDACT_H
#define HL_INSPECT_REDACT_H

#include "base/buffer.h"
#include "capture/capture.h"
#include "net/kept.h"
#include "session/handshake.h"

struct redactor;

struct redact_counters {
    uint64_t packets_left_out;    /* fragments, and packets that were cut within their headers */
    uint64_t handshakes_left_out; /* their bytes in the clear are not all there, or cannot be read */
};

struct redactor *redactor_new(uint64_t seed);
void redactor_free(struct redactor *redactor);
/* Find the names of `hs` in its packets. */
bool redact_begin(struct redactor *redactor, const struct hl_handshake *hs);
/* `copy` is what packet_trim() made of a packet of that handshake. out->data is valid until the next call. False when
 * the packet is to be left out. */
bool redact_packet(struct redactor *redactor, const struct hl_kept_packet *packet, struct hl_buffer *copy,
                   struct hl_packet *out);
const struct redact_counters *redactor_counters(const struct redactor *redactor);
/* Memory has run out. */
bool redactor_failed(const struct redactor *redactor);

#endif
