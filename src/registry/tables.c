#include "registry/tables.h"

#include "base/text.h"

#define REG_ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define REG_TABLE(key, what, digits) \
    { what, digits, key##_ranges, REG_ROWS(key##_ranges), key##_names, REG_ROWS(key##_names) }

#include "registry/iana_tables.inc"

_Static_assert(REG_ROWS(suite_rows) == REG_ROWS(cipher_suite_names), "a meaning for each suite");

const struct hl_suite *const reg_suites = suite_rows;
const size_t reg_suite_count = REG_ROWS(suite_rows);
const struct reg_alpn_row *const reg_alpns = alpn_rows;
const size_t reg_alpn_count = REG_ROWS(alpn_rows);

bool reg_index(enum reg_table_id table, uint32_t id, size_t *index)
{
    const struct reg_range *ranges = reg_tables[table].ranges;
    size_t low = 0, high = reg_tables[table].range_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (id > ranges[middle].last) {
            low = middle + 1;
        } else if (id < ranges[middle].first) {
            high = middle;
        } else {
            *index = ranges[middle].name + (id - ranges[middle].first);
            return true;
        }
    }
    return false;
}

bool reg_find(enum reg_table_id table, struct hl_span name, uint32_t *id)
{
    const struct reg_table *t = &reg_tables[table];

    for (size_t i = 0; i < t->range_count; i++) {
        const struct reg_range *range = &t->ranges[i];

        for (uint32_t n = 0; n <= range->last - range->first; n++) {
            if (span_equal_nocase(name, span_of(t->names[range->name + n]))) {
                *id = range->first + n;
                return true;
            }
        }
    }
    return false;
}
