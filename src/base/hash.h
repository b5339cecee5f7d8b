/* hash.h - fast hashes for tables; equality is always decided by the bytes.
 *
 * Not for anything that must withstand an attack by itself: where the wire
 * chooses the keys, seed it, and bound what a full bucket costs. */
#ifndef HL_BASE_HASH_H
#define HL_BASE_HASH_H

#include <handlens/span.h>

#include <string.h>

/* A seed that the other side cannot guess. */
uint64_t hash_seed(void);

/* Both halves of the product, folded into one. */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_bytes(struct hl_span bytes, uint64_t seed)
{
    uint64_t hash = seed ^ bytes.len * 0x9e3779b97f4a7c15u;

    for (size_t i = 0; i < bytes.len; i += 16) {
        uint64_t word[2] = { 0, 0 };
        memcpy(word, bytes.ptr + i, bytes.len - i < 16 ? bytes.len - i : 16);
        hash = hash_fold(word[0] ^ hash, word[1] ^ 0xa0761d6478bd642fu);
    }
    return hash ^ hash >> 29;
}

#endif
