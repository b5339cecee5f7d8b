/* Any bytes as a CRL: parse, walk, go through its entries, and look for each of them. */
#include "x509/crl.h"

#include "base/text.h"
#include "support/walk_check.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Looking for every entry of a long list takes the square of its length. */
#define LOOKED_FOR 64u

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void walk_entry(const struct hl_crl_entry *entry)
{
    struct walk_check check;

    walk_check_init(&check, false);
    crl_entry_walk(entry, &check.visitor);
    walk_check_finish(&check);
}

static void look(const struct hl_crl *crl)
{
    struct hl_crl_cursor cursor = { 0 };
    struct hl_crl_entry entry, found;
    size_t count = 0;

    while (crl_next(crl, &cursor, &entry)) {
        walk_entry(&entry);
        require(!entry.own_certificate_issuer || crl->entries_with_issuer);
        require(!entry.unknown_critical_extension || crl->unknown_critical_extension);
        if (count++ < LOOKED_FOR)
            require(crl_find(crl, entry.serial, &found) && span_equal(entry.serial, found.serial));
    }
    require(count == crl->entry_count);
    require(cursor.at == crl->revoked_entries.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct walk_check check;
    struct hl_arena arena;
    struct hl_crl_entry entry;
    struct hl_crl crl;

    arena_init(&arena, (size_t)1 << 20);
    bool whole = crl_parse((struct hl_span){ data, size }, &arena, &crl);
    require(whole == (crl.fault.kind == HL_FAULT_NONE) || crl.fault.kind == HL_FAULT_TRAILING);
    require(crl.fault.offset <= size);
    walk_check_init(&check, false);
    crl_walk(&crl, &check.visitor);
    walk_check_finish(&check);
    crl_walk(&crl, NULL);
    look(&crl);
    (void)crl_find(&crl, (struct hl_span){ data, size < 20 ? size : 20 }, &entry);
    arena_cleanup(&arena);
    return 0;
}
