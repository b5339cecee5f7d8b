/* enumerate_parts.h - for the files that enumerate: lists (enumerate.c), and what whole handshakes show (enumerate_whole.c). */
#ifndef HL_PROBE_ENUMERATE_PARTS_H
#define HL_PROBE_ENUMERATE_PARTS_H

#include "probe/enumerate.h"
#include "probe/questions.h"

/* NULL: there is no such version. */
struct inventory_version *inventory_version_of(struct inventory *inventory, uint16_t version);
/* The newest version before TLS 1.3 that is taken; 0: none. */
uint16_t inventory_newest_older(const struct inventory *inventory);
/* Is there a suite in this version that needs such a key? */
bool inventory_has_key(struct inventory *inventory, uint16_t version, const char *authentication);

/* Once the lists are known; `older` 0: there is no version before TLS 1.3. */
void enumerate_whole(struct scan *scan, struct inventory *out, uint16_t older, uint16_t newest);

#endif
