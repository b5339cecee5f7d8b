/* causes.h - the primary diagnoses of handshakes, counted: how many, whose fault, between whom.
 *
 * Takes the same room however many there are. */
#ifndef HL_REPORT_CAUSES_H
#define HL_REPORT_CAUSES_H

#include "analyze/diagnosis.h"

/* Which addresses: the first one, and how much of it all have in common. */
struct extent {
    struct hl_endpoint first;
    unsigned common_bits; /* of the address; as many as it has: all are the same */
    bool mixed;           /* of both families, or nothing in common worth telling */
    bool same_port;
};

struct cause {
    uint64_t count;
    bool blamed[HL_BLAME_PEER_UNKNOWN + 1]; /* by enum hl_blame */
    struct extent clients, servers;
};

struct causes {
    struct cause of[FINDING_COUNT]; /* by enum finding_code */
};

/* One without a diagnosis counts for nothing. */
void causes_add(struct causes *causes, const struct hl_handshake *hs);
/* Those of `other` as well. */
void causes_join(struct causes *causes, const struct causes *other);
/* Their codes, most frequent first; returns how many have `least` handshakes or more. */
unsigned causes_sort(const struct causes *causes, uint64_t least, enum finding_code order[FINDING_COUNT]);
/* "client, server": whom they blame. */
void cause_put_blamed(struct hl_buffer *out, const struct cause *cause);
/* "10.1.2.3", "10.1.2.0/24", "[2001:db8::1]:443", ... */
void extent_put(struct hl_buffer *out, const struct extent *extent, bool with_port);

#endif
