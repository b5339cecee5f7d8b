/* What two sides say before TLS. A byte of how (bit 0: the capture begins amid the connection), then turns:
 * a byte of who (bit 0) and whether bytes are missing (bit 1), two bytes of length, and the bytes. Where
 * nothing depends on segments, the same dialogue byte by byte must come to the same. */
#include "base/limits.h"
#include "base/reader.h"
#include "net/preamble.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct result {
    enum hl_search state[2];
    struct hl_buffer tls[2];
    const char *name[2];
    size_t foreign[2];
    bool lost, tds;
};

static void push(struct hl_preamble *p, struct result *result, unsigned direction, struct hl_span bytes)
{
    struct hl_span tls[2] = { { NULL, 0 }, { NULL, 0 } };
    bool found = result->state[direction] == SEARCH_FOUND;

    if (found)
        tls[0] = tds_unwrap(&p->side[direction].tds, bytes);
    else
        result->state[direction] = preamble_push(p, direction, bytes, tls);
    buf_span(&result->tls[direction], tls[0]);
    buf_span(&result->tls[direction], tls[1]);
}

static void run(struct hl_span input, bool bytewise, struct result *result)
{
    struct hl_preamble p;
    struct hl_fault fault;
    struct hl_reader r = rd_init(input, &fault);

    *result = (struct result){ .lost = (rd_u8(&r, "how") & 1) != 0 };
    buf_init(&result->tls[0], (size_t)16 << 20);
    buf_init(&result->tls[1], (size_t)16 << 20);
    preamble_init(&p, result->lost);
    while (rd_more(&r)) {
        unsigned who = rd_u8(&r, "who");
        size_t length = rd_u16(&r, "length");
        if (who & 2) {
            result->lost = true;
            if (result->state[who & 1] != SEARCH_FOUND)
                preamble_gap(&p, who & 1);
            continue;
        }
        struct hl_span bytes = rd_bytes(&r, length < rd_left(&r) ? length : rd_left(&r), "bytes");
        size_t step = bytewise ? 1 : bytes.len;
        for (size_t at = 0; at < bytes.len; at += step)
            push(&p, result, who & 1, (struct hl_span){ bytes.ptr + at, step });
    }
    for (unsigned i = 0; i < 2; i++) {
        result->name[i] = preamble_name(&p, i);
        result->foreign[i] = preamble_foreign(&p, i).len;
        result->tds |= p.side[i].tds.active;
    }
    preamble_cleanup(&p);
}

static bool same(const struct result *a, const struct result *b)
{
    for (unsigned i = 0; i < 2; i++) {
        bool found = a->state[i] == SEARCH_FOUND;
        if (found != (b->state[i] == SEARCH_FOUND) || a->name[i] != b->name[i] || a->tls[i].len != b->tls[i].len
            || a->foreign[i] != b->foreign[i])
            return false;
        if (a->tls[i].len > 0 && memcmp(a->tls[i].data, b->tls[i].data, a->tls[i].len) != 0)
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_span input = { data, size };
    struct result whole, bytewise;

    if (size < 1)
        return 0;
    run(input, false, &whole);
    run(input, true, &bytewise);
    /* What is forgotten of a long preamble depends on the pieces it came in. */
    if (size < HL_PREAMBLE_MAX && !whole.lost && !whole.tds && !bytewise.tds && !same(&whole, &bytewise))
        abort();
    for (unsigned i = 0; i < 2; i++) {
        buf_cleanup(&whole.tls[i]);
        buf_cleanup(&bytewise.tls[i]);
    }
    return 0;
}
