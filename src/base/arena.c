#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_BLOCK_SIZE ((size_t)8 << 10)
#define ALIGNMENT _Alignof(max_align_t)

struct hl_arena_block {
    struct hl_arena_block *next;
    size_t size, used;
    max_align_t data[];
};

static struct hl_arena_block *block_new(size_t size)
{
    struct hl_arena_block *block = malloc(sizeof *block + size);

    if (block != NULL) {
        block->next = NULL;
        block->size = size;
        block->used = 0;
    }
    return block;
}

static void free_blocks(struct hl_arena_block *block)
{
    while (block != NULL) {
        struct hl_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_init(struct hl_arena *arena, size_t cap)
{
    *arena = (struct hl_arena){ .cap = cap, .block_size = DEFAULT_BLOCK_SIZE };
}

void arena_cleanup(struct hl_arena *arena)
{
    free_blocks(arena->first);
    *arena = (struct hl_arena){ .cap = arena->cap, .block_size = arena->block_size };
}

void arena_reset(struct hl_arena *arena)
{
    arena->full = false;
    if (arena->first == NULL)
        return;
    free_blocks(arena->first->next);
    arena->first->next = NULL;
    arena->first->used = 0;
    arena->current = arena->first;
    arena->used = 0;
    arena->reserved = arena->first->size;
}

static void *refuse(struct hl_arena *arena)
{
    arena->full = true;
    return NULL;
}

void *arena_alloc_raw(struct hl_arena *arena, size_t size)
{
    if (size > arena->cap || arena->used > arena->cap - size)
        return refuse(arena);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

    struct hl_arena_block *block = arena->current;
    if (block == NULL || block->size - block->used < size) {
        block = block_new(size > arena->block_size ? size : arena->block_size);
        if (block == NULL)
            return refuse(arena);
        arena->reserved += block->size;
        if (arena->current != NULL)
            arena->current->next = block;
        else
            arena->first = block;
        arena->current = block;
    }

    void *out = (uint8_t *)block->data + block->used;
    block->used += size;
    arena->used += size;
    return out;
}

void *arena_alloc(struct hl_arena *arena, size_t size)
{
    void *out = arena_alloc_raw(arena, size);

    return out != NULL ? memset(out, 0, size) : NULL;
}

struct hl_span arena_copy(struct hl_arena *arena, struct hl_span src)
{
    uint8_t *copy = src.len > 0 ? arena_alloc_raw(arena, src.len) : NULL;

    if (copy == NULL)
        return (struct hl_span){ NULL, 0 };
    memcpy(copy, src.ptr, src.len);
    return (struct hl_span){ copy, src.len };
}

const char *arena_string(struct hl_arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = arena_alloc_raw(arena, size);

    return copy != NULL ? memcpy(copy, text, size) : "";
}
