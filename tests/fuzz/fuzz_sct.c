/* Any bytes as a list of SCTs, whole and as one that the capture cut short. */
#include "x509/sct.h"

#include "support/walk_check.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void parse(struct hl_reader r, size_t size, bool cut)
{
    struct hl_x509_scts scts = { .count = 0 };
    struct walk_check check;
    struct hl_arena arena;

    arena_init(&arena, (size_t)1 << 20);
    bool whole = sct_list_parse(&r, &arena, &scts);
    require(whole == (r.fault->kind == HL_FAULT_NONE));
    require(!whole || (scts.count > 0 && !cut));
    require(r.fault->offset <= size);
    walk_check_init(&check, false);
    sct_list_walk(&scts, "scts", &check.visitor);
    walk_check_finish(&check);
    sct_list_walk(&scts, "scts", NULL);
    arena_cleanup(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_fault fault;

    parse(rd_init((struct hl_span){ data, size }, &fault), size, false);
    parse(rd_init_cut((struct hl_span){ data, size }, &fault), size, true);
    return 0;
}
