/* losses.h - when the capture lost packets, and which handshakes may lack some of them. */
#ifndef HL_INSPECT_LOSSES_H
#define HL_INSPECT_LOSSES_H

#include "base/limits.h"

#include <stdbool.h>
#include <stdint.h>

/* In the order of time; where there are too many, the oldest become one. Zero is empty. */
struct losses {
    struct loss {
        int64_t from_ns, to_ns;
    } list[HL_LOSSES_MAX];
    unsigned count;
};

/* Packets were lost at some time from `from_ns` to `to_ns`. Times only grow. */
void losses_add(struct losses *losses, int64_t from_ns, int64_t to_ns);
/* Were some lost between these times? */
bool losses_overlap(const struct losses *losses, int64_t from_ns, int64_t to_ns);

#endif
