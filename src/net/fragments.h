/* fragments.h - IP datagrams put together from their fragments.
 *
 * Any order, first copy of a byte wins. At most HL_FRAGMENT_DATAGRAMS_MAX
 * datagrams wait at once, each at most HL_FRAGMENT_TIMEOUT_NS of capture time;
 * the oldest goes first. */
#ifndef HL_NET_FRAGMENTS_H
#define HL_NET_FRAGMENTS_H

#include "base/limits.h"
#include "base/stream.h"
#include "net/kept.h"

struct hl_fragment {
    struct hl_address source, destination;
    uint32_t id;
    uint8_t protocol; /* IPv4: part of the identity; IPv6: the next header, of the first fragment */
    uint16_t offset;  /* bytes, a multiple of 8 */
    bool more;        /* more fragments follow this one */
    struct hl_span data;
    size_t missing; /* bytes at its end that the snap length cut off: it cannot complete */
    int64_t time_ns;
    struct hl_kept_packet *frames; /* packets that brought it, of the caller's before and after; NULL: not kept */
};

struct hl_datagram;

struct hl_fragments {
    struct hl_datagram *waiting[HL_FRAGMENT_DATAGRAMS_MAX];
    size_t count;
    struct hl_datagram *complete; /* the one handed out last */
};

void fragments_cleanup(struct hl_fragments *fragments);
/* True when this fragment completed its datagram; the payload is valid until
 * the next one is completed. `protocol` is that of the first fragment. fragment->frames are taken over; of a
 * datagram that is complete, those of all its fragments take their place. */
bool fragments_push(struct hl_fragments *fragments, struct hl_fragment *fragment, struct hl_span *payload,
                    uint8_t *protocol);

#endif
