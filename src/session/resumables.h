/* resumables.h - session ids and tickets that were given out in this capture, to know them when they come back.
 *
 * HL_RESUMABLES_MAX places; a new one takes the place of the oldest. Before
 * TLS 1.3 a resumed handshake has the master secret of the one that made the
 * session: where that is known, it is kept here, and wiped. */
#ifndef HL_SESSION_RESUMABLES_H
#define HL_SESSION_RESUMABLES_H

#include "base/places.h"
#include "base/stream.h"
#include "crypto/schedule.h"

#include <stdbool.h>

/* Enough of an id to know it by: a session id is no longer, a ticket begins with the server's key name and a nonce. */
#define RESUMABLE_HEAD 64u

struct resumable {
    size_t length; /* of the id */
    uint8_t head[RESUMABLE_HEAD];
    struct hl_moment origin; /* the message that gave it out */
    bool has_master;
    uint8_t master[MASTER_SECRET_LENGTH];
};

struct resumables {
    struct resumable *entries; /* NULL until the first one is kept */
    struct places places;      /* of them, by the hash of the whole id */
    uint64_t seed;
};

void resumables_init(struct resumables *resumables, uint64_t seed);
void resumables_cleanup(struct resumables *resumables);
/* `id` (a session id or ticket) was given out in the message at `origin`. `master`: MASTER_SECRET_LENGTH bytes, or NULL when it is
 * not known. */
void resumables_add(struct resumables *resumables, struct hl_span id, struct hl_moment origin, const uint8_t *master);
/* NULL when it was not given out here, or is forgotten. */
const struct resumable *resumables_find(const struct resumables *resumables, struct hl_span id);

#endif
