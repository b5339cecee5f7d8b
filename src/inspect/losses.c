#include "inspect/losses.h"

#include <string.h>

void losses_add(struct losses *losses, int64_t from_ns, int64_t to_ns)
{
    struct loss *last = losses->count > 0 ? &losses->list[losses->count - 1] : NULL;

    if (last != NULL && from_ns <= last->to_ns) {
        last->to_ns = to_ns > last->to_ns ? to_ns : last->to_ns;
        return;
    }
    if (losses->count == HL_LOSSES_MAX) { /* the two oldest become one that spans both */
        losses->list[1].from_ns = losses->list[0].from_ns;
        memmove(&losses->list[0], &losses->list[1], (HL_LOSSES_MAX - 1) * sizeof losses->list[0]);
        losses->count--;
    }
    losses->list[losses->count++] = (struct loss){ .from_ns = from_ns, .to_ns = to_ns };
}

bool losses_overlap(const struct losses *losses, int64_t from_ns, int64_t to_ns)
{
    for (unsigned i = losses->count; i > 0; i--) { /* what is asked for is near the end */
        const struct loss *loss = &losses->list[i - 1];
        if (loss->to_ns < from_ns)
            return false;
        if (loss->from_ns <= to_ns)
            return true;
    }
    return false;
}
