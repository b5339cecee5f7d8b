#include "net/flow.h"

#include "base/hash.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_FLOWS 1024u
#define NO_FLOW UINT32_MAX

void flows_init(struct hl_flow_table *table, uint64_t seed)
{
    *table = (struct hl_flow_table){ .seed = seed };
}

void flows_cleanup(struct hl_flow_table *table)
{
    for (size_t i = 0; i < table->block_count; i++)
        free(table->blocks[i]);
    free(table->blocks);
    free(table->index);
    free(table->free_list);
    flows_init(table, table->seed);
}

static struct hl_flow *flow_at(const struct hl_flow_table *table, uint32_t number)
{
    return &table->blocks[number / BLOCK_FLOWS][number % BLOCK_FLOWS];
}

static uint64_t load64(const uint8_t *bytes)
{
    uint64_t value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint32_t hash_of(const struct hl_flow_table *table, const struct hl_flow_key *key)
{
    uint64_t h = table->seed ^ ((uint64_t)key->port[0] << 16 | key->port[1]);

    for (size_t end = 0; end < 2; end++) {
        for (size_t i = 0; i < 16; i += 8)
            h = hash_fold(h ^ load64(key->address[end] + i), 0x9e3779b97f4a7c15u + end);
    }
    h = hash_fold(h, 0xd6e8feb86659fd93u);
    return (uint32_t)(h ^ h >> 32);
}

/* Any order will do that is the same for both directions. */
static bool is_swapped(const struct hl_segment *segment)
{
    for (size_t i = 0; i < 16; i += 8) {
        uint64_t a = load64(segment->source.address.bytes + i), b = load64(segment->destination.address.bytes + i);
        if (a != b)
            return a > b;
    }
    return segment->source.port > segment->destination.port;
}

static unsigned key_of(const struct hl_segment *segment, struct hl_flow_key *key)
{
    unsigned direction = is_swapped(segment);
    const struct hl_endpoint *first = direction == 0 ? &segment->source : &segment->destination;
    const struct hl_endpoint *second = direction == 0 ? &segment->destination : &segment->source;

    memcpy(key->address[0], first->address.bytes, 16);
    memcpy(key->address[1], second->address.bytes, 16);
    key->port[0] = first->port;
    key->port[1] = second->port;
    key->address_length = segment->source.address.length;
    return direction;
}

static bool same_key(const struct hl_flow_key *a, const struct hl_flow_key *b)
{
    uint64_t difference = 0;

    for (size_t end = 0; end < 2; end++) {
        for (size_t i = 0; i < 16; i += 8)
            difference |= load64(a->address[end] + i) ^ load64(b->address[end] + i);
    }
    return difference == 0 && a->port[0] == b->port[0] && a->port[1] == b->port[1]
           && a->address_length == b->address_length;
}

static void index_put(struct hl_flow_table *table, uint32_t hash, uint32_t number)
{
    size_t mask = table->index_size - 1;
    size_t slot = hash & mask;

    while (table->index[slot].number != 0)
        slot = (slot + 1) & mask;
    table->index[slot] = (struct hl_flow_slot){ number + 1, hash };
}

static bool index_grow(struct hl_flow_table *table)
{
    size_t old_size = table->index_size;
    struct hl_flow_slot *old = table->index;
    size_t size = old_size > 0 ? 2 * old_size : 1024;

    table->index = calloc(size, sizeof *table->index);
    if (table->index == NULL) {
        table->index = old;
        return false;
    }
    table->index_size = size;
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].number != 0)
            index_put(table, old[i].hash, old[i].number - 1);
    }
    free(old);
    return true;
}

/* The number of an unused flow; NO_FLOW when memory has run out. */
static uint32_t take_number(struct hl_flow_table *table)
{
    if (table->free_count > 0)
        return table->free_list[--table->free_count];
    if (table->made == table->block_count * BLOCK_FLOWS) {
        struct hl_flow **blocks = realloc(table->blocks, (table->block_count + 1) * sizeof *blocks);
        if (blocks == NULL)
            return NO_FLOW;
        table->blocks = blocks;
        blocks[table->block_count] = calloc(BLOCK_FLOWS, sizeof **blocks);
        if (blocks[table->block_count] == NULL)
            return NO_FLOW;
        table->block_count++;
    }
    return (uint32_t)table->made++;
}

static struct hl_flow *find(const struct hl_flow_table *table, const struct hl_flow_key *key, uint32_t hash)
{
    size_t mask = table->index_size - 1;

    if (table->index_size == 0)
        return NULL;
    for (size_t slot = hash & mask; table->index[slot].number != 0; slot = (slot + 1) & mask) {
        if (table->index[slot].hash != hash)
            continue;
        struct hl_flow *flow = flow_at(table, table->index[slot].number - 1);
        if (same_key(&flow->key, key))
            return flow;
    }
    return NULL;
}

struct hl_flow *flows_find(struct hl_flow_table *table, const struct hl_segment *segment, bool add,
                           unsigned *direction)
{
    struct hl_flow_key key;

    *direction = key_of(segment, &key);
    uint32_t hash = hash_of(table, &key);
    struct hl_flow *flow = find(table, &key, hash);
    if (flow != NULL || !add)
        return flow;
    if ((table->count + 1) * 4 > table->index_size * 3 && !index_grow(table))
        return NULL;
    uint32_t number = take_number(table);
    if (number == NO_FLOW)
        return NULL;
    flow = flow_at(table, number);
    *flow = (struct hl_flow){
        .key = key, .state = FLOW_OPEN, .initiator = INITIATOR_UNKNOWN, .is_new = true, .hash = hash,
    };
    index_put(table, hash, number);
    table->count++;
    return flow;
}

/* Take slot `hole` out and close the run of entries behind it (linear probing without tombstones). */
static void index_remove(struct hl_flow_table *table, size_t hole)
{
    size_t mask = table->index_size - 1;

    for (size_t slot = (hole + 1) & mask; table->index[slot].number != 0; slot = (slot + 1) & mask) {
        size_t home = table->index[slot].hash & mask;
        if (((slot - home) & mask) >= ((slot - hole) & mask)) {
            table->index[hole] = table->index[slot];
            hole = slot;
        }
    }
    table->index[hole].number = 0;
}

void flows_remove(struct hl_flow_table *table, struct hl_flow *flow)
{
    size_t mask = table->index_size - 1;
    size_t slot = flow->hash & mask;

    while (flow_at(table, table->index[slot].number - 1) != flow)
        slot = (slot + 1) & mask;
    uint32_t number = table->index[slot].number - 1;
    index_remove(table, slot);
    flow->state = FLOW_FREE;
    table->count--;

    if (table->free_count == table->free_size) {
        size_t size = table->free_size > 0 ? 2 * table->free_size : 256;
        uint32_t *larger = realloc(table->free_list, size * sizeof *larger);
        if (larger == NULL)
            return; /* the flow's memory stays unused until the end */
        table->free_list = larger;
        table->free_size = size;
    }
    table->free_list[table->free_count++] = number;
}

struct hl_flow *flows_next(struct hl_flow_table *table, size_t *i)
{
    while (*i < table->made) {
        struct hl_flow *flow = flow_at(table, (uint32_t)(*i)++);
        if (flow->state != FLOW_FREE)
            return flow;
    }
    return NULL;
}
