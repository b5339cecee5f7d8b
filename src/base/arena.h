/* arena.h - memory that is freed in one go.
 *
 * One arena a handshake. arena_reset() keeps the first block, so a stream of
 * handshakes costs no malloc. Allocations are aligned for any object. */
#ifndef HL_BASE_ARENA_H
#define HL_BASE_ARENA_H

#include <handlens/span.h>

#include <stdbool.h>
#include <stddef.h>

struct hl_arena_block;

struct hl_arena {
    struct hl_arena_block *first, *current;
    size_t used;       /* bytes handed out, over all blocks */
    size_t reserved;   /* bytes taken from the system */
    size_t cap;        /* no more than this is handed out */
    bool full;         /* something was asked for that was not to be had */
    size_t block_size; /* of a block, unless one allocation needs more; may be set after arena_init() */
};

void arena_init(struct hl_arena *arena, size_t cap);
void arena_cleanup(struct hl_arena *arena);
/* Everything handed out becomes invalid. */
void arena_reset(struct hl_arena *arena);
/* Zeroed memory, or NULL at the cap or when memory has run out. */
void *arena_alloc(struct hl_arena *arena, size_t size);
/* The same, with whatever was in it before. */
void *arena_alloc_raw(struct hl_arena *arena, size_t size);
/* A copy of `src`; an empty span at the cap. */
struct hl_span arena_copy(struct hl_arena *arena, struct hl_span src);
/* A NUL-terminated copy; "" at the cap. */
const char *arena_string(struct hl_arena *arena, const char *text);

#endif
