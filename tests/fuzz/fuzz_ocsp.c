/* Any bytes as an OCSP response: parse, walk, and read every byte of what is handed out. */
#include "x509/ocsp.h"

#include "support/walk_check.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned sum;

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void touch(struct hl_span span)
{
    for (size_t i = 0; i < span.len; i++)
        sum += span.ptr[i];
}

static void ask(const struct hl_ocsp *ocsp, bool whole)
{
    touch(ocsp->tbs);
    touch(ocsp->signature);
    touch(ocsp->responder_name.der);
    for (uint32_t i = 0; i < ocsp->certificates.count; i++)
        touch(ocsp->certificates.list[i]);
    for (uint32_t i = 0; i < ocsp->singles.count; i++) {
        const struct hl_ocsp_single *single = &ocsp->singles.list[i];

        touch(single->serial);
        touch(single->issuer_key_hash);
        require(single->status != HL_OCSP_GOOD || !whole || single->this_update.tag != 0);
        require(single->scts.count == 0 || single->scts.list != NULL);
        require(single->reason < 0 || crl_reason_name(single->reason) != NULL);
    }
    require(ocsp->certificates.count <= HL_OCSP_CERTIFICATES_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct walk_check check;
    struct hl_arena arena;
    struct hl_ocsp ocsp;

    arena_init(&arena, (size_t)1 << 20);
    bool whole = ocsp_parse((struct hl_span){ data, size }, &arena, &ocsp);
    require(whole == (ocsp.fault.kind == HL_FAULT_NONE) || ocsp.fault.kind == HL_FAULT_TRAILING);
    require(ocsp.fault.offset <= size);
    walk_check_init(&check, false);
    ocsp_walk(&ocsp, &check.visitor);
    walk_check_finish(&check);
    ocsp_walk(&ocsp, NULL);
    ask(&ocsp, whole);
    arena_cleanup(&arena);
    return 0;
}
