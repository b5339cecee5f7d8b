/* content.h - where application data lie in the bytes of a connection, for those who must leave them out.
 *
 * Kept only where the packets are. Offsets count the bytes of a direction from the first one of TLS on, those that
 * the capture lacks included. */
#ifndef HL_SESSION_CONTENT_H
#define HL_SESSION_CONTENT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* The fragment of one record: what stands behind its header. */
struct hl_content_range {
    struct hl_content_range *next;
    uint64_t begin, end;
};

/* Of one direction. */
struct hl_content {
    struct hl_content_range *first, *last; /* in the order in which they were read */
    uint64_t other; /* where the last record ends that is no application data */
    uint64_t cut;   /* from here on there is nothing but application data, and one record of them stands before it */
    uint64_t rest;  /* what comes from here on was not looked at, and is application data */
};

void content_add(struct hl_content *content, struct hl_arena *arena, uint64_t record, uint32_t length);
/* A record that is none, perhaps against what was thought of it before. */
void content_add_other(struct hl_content *content, uint64_t record, uint32_t length);
/* Set `cut` and `rest`, which is UINT64_MAX where there is none. */
void content_conclude(struct hl_content *content, uint64_t rest);

#endif
