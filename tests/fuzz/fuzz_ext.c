/* The first three bytes: number of the extension and place; the rest is its body, and once more a
 * list of extensions. */
#include "support/walk_check.h"
#include "wire/ext/ext.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk_as_list(struct hl_span body, enum hl_ext_place place, bool cut)
{
    struct walk_check check;
    struct hl_fault fault;
    struct hl_reader r = cut ? rd_init_cut(body, &fault) : rd_init(body, &fault);

    walk_check_init(&check, false);
    ext_walk_list(&r, place, "extensions", &check.visitor);
    walk_check_finish(&check);
    if (rd_end(&r, "extensions") != (fault.kind == HL_FAULT_NONE) || fault.offset > body.len)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ data, size }, &fault);
    uint16_t id = rd_u16(&r, "id");
    enum hl_ext_place place = 1u << (rd_u8(&r, "place") % 7);
    struct hl_span body = rd_rest(&r);
    struct walk_check check;

    if (!rd_ok(&r))
        return 0;
    walk_check_init(&check, true);
    bool ok = ext_walk(id, body, 0, place, &check.visitor);
    walk_check_finish(&check);
    if (ok != ext_walk(id, body, 7, place, NULL))
        abort();
    walk_as_list(body, place, false);
    walk_as_list(body, place, true);
    return 0;
}
