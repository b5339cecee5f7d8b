#include "x509/oid.h"

#include "x509/x509.h"

#include <string.h>

#define ROW(bytes, text, use, kind, detail, bits) \
    { { (const uint8_t *)(bytes), sizeof(bytes) - 1 }, text, use, kind, detail, bits },
#define ATTRIBUTE(bytes, text) ROW(bytes, text, USE_ATTRIBUTE, 0, 0, 0)
#define SIGNATURE(bytes, text, key, hash) ROW(bytes, text, USE_SIGNATURE, HL_X509_KEY_##key, hash, 0)
#define KEY(bytes, text, key, bits) ROW(bytes, text, USE_KEY, HL_X509_KEY_##key, 0, bits)
#define BOTH(bytes, text, key, hash, bits) \
    ROW(bytes, text, USE_SIGNATURE | USE_KEY, HL_X509_KEY_##key, hash, bits)
#define CURVE(bytes, text, bits) ROW(bytes, text, USE_CURVE, 0, 0, bits)
#define HASH(bytes, text, hash) ROW(bytes, text, USE_HASH, 0, hash, 0)
#define EXT(bytes, text, id) ROW(bytes, text, USE_EXTENSION, 0, HL_X509_EXT_##id, 0)
#define PURPOSE(bytes, text, bit) ROW(bytes, text, USE_PURPOSE, 0, bit, 0)
#define POLICY(bytes, text) ROW(bytes, text, USE_POLICY, 0, 0, 0)
#define ACCESS(bytes, text) ROW(bytes, text, USE_ACCESS, 0, 0, 0)
#define QUALIFIER(bytes, text) ROW(bytes, text, USE_QUALIFIER, 0, 0, 0)
#define STATEMENT(bytes, text) ROW(bytes, text, USE_STATEMENT, 0, 0, 0)
#define OTHER_NAME(bytes, text) ROW(bytes, text, USE_OTHER_NAME, 0, 0, 0)
#define OTHER(bytes, text) ROW(bytes, text, USE_OTHER, 0, 0, 0)

static const struct oid_info table[] = {
#include "x509/oid_table.inc"
};

#define ROWS (sizeof table / sizeof table[0])

static int compare(struct hl_span a, struct hl_span b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n > 0 ? memcmp(a.ptr, b.ptr, n) : 0;

    return order != 0 ? order : a.len < b.len ? -1 : a.len > b.len;
}

const struct oid_info *oid_find(struct hl_span oid, unsigned use)
{
    size_t low = 0, high = ROWS;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(oid, table[middle].oid);

        if (order == 0)
            return (table[middle].use & use) != 0 ? &table[middle] : NULL;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *oid_name(struct hl_span oid, unsigned use)
{
    const struct oid_info *info = oid_find(oid, use);

    return info != NULL ? info->name : NULL;
}

const struct oid_info *oid_row(size_t index)
{
    return index < ROWS ? &table[index] : NULL;
}
