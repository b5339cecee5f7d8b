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
}

static size_t head_of(struct hl_span id)
{
    return id.len < RESUMABLE_HEAD ? id.len : RESUMABLE_HEAD;
}

static bool is_it(const struct resumable *entry, struct hl_span id, uint64_t hash)
{
    return entry->length == id.len && entry->hash == hash && memcmp(entry->head, id.ptr, head_of(id)) == 0;
}

void resumables_add(struct resumables *resumables, struct hl_span id, struct hl_moment origin, const uint8_t *master)
{
    if (id.len == 0)
        return;
    if (resumables->entries == NULL)
        resumables->entries = calloc(HL_RESUMABLES_MAX, sizeof *resumables->entries);
    if (resumables->entries == NULL)
        return;
    uint64_t hash = hash_bytes(id, resumables->seed);
    struct resumable *entry = &resumables->entries[hash % HL_RESUMABLES_MAX];
    if (is_it(entry, id, hash) && master == NULL)
        return; /* it was given out again; what is known of it stays */
    *entry = (struct resumable){ .hash = hash, .length = id.len, .origin = origin, .has_master = master != NULL };
    memcpy(entry->head, id.ptr, head_of(id));
    if (master != NULL)
        memcpy(entry->master, master, MASTER_SECRET_LENGTH);
}

const struct resumable *resumables_find(const struct resumables *resumables, struct hl_span id)
{
    if (id.len == 0 || resumables->entries == NULL)
        return NULL;
    uint64_t hash = hash_bytes(id, resumables->seed);
    const struct resumable *entry = &resumables->entries[hash % HL_RESUMABLES_MAX];
    return is_it(entry, id, hash) ? entry : NULL;
}
