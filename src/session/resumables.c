#include "session/resumables.h"

#include "base/hash.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

void resumables_init(struct resumables *resumables, uint64_t seed)
{
    *resumables = (struct resumables){ .seed = seed };
}

void resumables_cleanup(struct resumables *resumables)
{
    if (resumables->entries != NULL)
        explicit_bzero(resumables->entries, HL_RESUMABLES_MAX * sizeof *resumables->entries);
    free(resumables->entries);
    resumables->entries = NULL;
    places_cleanup(&resumables->places);
}

static size_t head_of(struct hl_span id)
{
    return id.len < RESUMABLE_HEAD ? id.len : RESUMABLE_HEAD;
}

static bool is_it(const struct resumable *entry, struct hl_span id)
{
    return entry->length == id.len && memcmp(entry->head, id.ptr, head_of(id)) == 0;
}

void resumables_add(struct resumables *resumables, struct hl_span id, struct hl_moment origin, const uint8_t *master)
{
    if (id.len == 0)
        return;
    if (resumables->entries == NULL)
        resumables->entries = calloc(HL_RESUMABLES_MAX, sizeof *resumables->entries);
    if (resumables->entries == NULL || !places_make(&resumables->places, HL_RESUMABLES_MAX))
        return;
    bool fresh;
    struct resumable *entry = &resumables->entries[places_take(&resumables->places, hash_bytes(id, resumables->seed), &fresh)];
    if (!fresh && is_it(entry, id) && master == NULL)
        return; /* it was given out again; what is known of it stays */
    *entry = (struct resumable){ .length = id.len, .origin = origin, .has_master = master != NULL };
    memcpy(entry->head, id.ptr, head_of(id));
    if (master != NULL)
        memcpy(entry->master, master, MASTER_SECRET_LENGTH);
}

const struct resumable *resumables_find(const struct resumables *resumables, struct hl_span id)
{
    if (id.len == 0)
        return NULL;
    const uint32_t place = places_find(&resumables->places, hash_bytes(id, resumables->seed));
    if (place == PLACE_NONE)
        return NULL;
    const struct resumable *entry = &resumables->entries[place];
    return is_it(entry, id) ? entry : NULL;
}
