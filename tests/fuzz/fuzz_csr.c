/* Any bytes as a certification request: parse and walk. */
#include "x509/csr.h"

#include "support/walk_check.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct walk_check check;
    struct hl_arena arena;
    struct hl_csr csr;

    arena_init(&arena, (size_t)1 << 20);
    bool whole = csr_parse((struct hl_span){ data, size }, &arena, &csr);
    if ((!whole && csr.request.fault.kind == HL_FAULT_NONE) || csr.request.fault.offset > size)
        abort();
    walk_check_init(&check, false);
    csr_walk(&csr, &check.visitor);
    walk_check_finish(&check);
    csr_walk(&csr, NULL);
    arena_cleanup(&arena);
    return 0;
}
