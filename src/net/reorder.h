/* reorder.h - segments that came before their turn.
 *
 * Sorted by sequence number, never overlapping: of bytes that came twice the
 * first copy is kept, and a second one that differs is noted. */
#ifndef HL_NET_REORDER_H
#define HL_NET_REORDER_H

#include "base/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hl_piece {
    struct hl_piece *next;
    uint32_t seq;
    uint32_t length; /* bytes in `data` */
    uint32_t cut;    /* bytes behind them that the snap length cut off */
    struct hl_moment at;
    uint8_t data[];
};

struct hl_reorder {
    struct hl_piece *first;
    size_t bytes;
    unsigned count;
};

void reorder_cleanup(struct hl_reorder *queue);
/* Keep what is new of these bytes. Returns true when some of them contradict a copy that was there. */
bool reorder_add(struct hl_reorder *queue, uint32_t seq, struct hl_span bytes, uint32_t cut, struct hl_moment at);
/* Take the first piece off; the caller frees it. NULL when there is none. */
struct hl_piece *reorder_take(struct hl_reorder *queue);
/* At HL_REORDER_BYTES_MAX or HL_REORDER_SEGMENTS_MAX. */
bool reorder_full(const struct hl_reorder *queue);

/* The distance from b to a in sequence space (RFC 9293, section 3.4). */
static inline int32_t seq_diff(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

#endif
