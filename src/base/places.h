/* places.h - a fixed number of places for things that are known by a hash; when all are taken, a new thing gets the
 * place of the oldest.
 *
 *     if (!places_make(&places, 4096)) ...
 *     uint32_t place = places_take(&places, hash, &fresh);
 *     table[place] = ...
 *
 * Two hashes that are not the same never share a place: what is remembered does not depend on the seed of the hash. */
#ifndef HL_BASE_PLACES_H
#define HL_BASE_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#define PLACE_NONE UINT32_MAX

struct place {
    uint64_t hash;
    uint32_t first; /* of the places whose hashes fall on this one; PLACE_NONE */
    uint32_t next;  /* the one that follows this among them; PLACE_NONE */
};

/* All zero: none were made. */
struct places {
    struct place *list;
    uint32_t count, used;
    uint32_t oldest; /* that goes next, once all are used */
};

/* `count` of them, unless they are there already. False when memory has run out. */
bool places_make(struct places *places, uint32_t count);
void places_cleanup(struct places *places);
/* The place of `hash`; PLACE_NONE: it has none. */
uint32_t places_find(const struct places *places, uint64_t hash);
/* The place of `hash`, which it gets now if it has none: then `*fresh`, and what is there belongs to another. */
uint32_t places_take(struct places *places, uint64_t hash, bool *fresh);

#endif
