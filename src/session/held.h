/* held.h - encrypted records that could not be opened when they came: the server's hello, or the secret, comes
 * later. In the order of arrival, in the arena of their handshake, up to HL_HELD_BYTES_MAX. */
#ifndef HL_SESSION_HELD_H
#define HL_SESSION_HELD_H

#include "base/arena.h"
#include "session/handshake.h"
#include "session/records.h"

struct held_record {
    struct held_record *next;
    unsigned direction;
    struct hl_raw_record record;
    struct hl_message *message; /* that stands for it in the list; NULL */
    struct hl_alert_event *alert; /* the same */
};

/* All zero: nothing is held. */
struct held_records {
    struct held_record *first, **end; /* `end` is NULL as long as nothing was ever held */
    size_t bytes;                     /* that were ever held */
    bool incomplete[2];               /* by direction: records that should be among them were not kept */
};

/* Keep a copy. What is beyond the cap, or not whole, is not kept. */
void held_push(struct held_records *held, struct hl_arena *arena, unsigned direction,
               const struct hl_raw_record *record, struct hl_message *message, struct hl_alert_event *alert);

#endif
