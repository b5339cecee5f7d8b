#include "base/reader.h"

static void fail(struct hl_reader *r, enum hl_fault_kind kind, size_t need, const char *field)
{
    if (r->fault->kind == HL_FAULT_NONE) {
        *r->fault = (struct hl_fault){
            .kind = kind,
            .field = field,
            .offset = (size_t)(r->pos - r->base),
            .need = need,
            .have = (size_t)(r->end - r->pos),
        };
    }
    r->pos = r->end;
}

/* The end a value ran into belongs to the message or to a vector inside it. */
static enum hl_fault_kind short_kind(const struct hl_reader *r)
{
    return r->nested && r->end != r->cut ? HL_FAULT_OVERRUN : HL_FAULT_TRUNCATED;
}

void rd_fail_short(struct hl_reader *r, size_t need, const char *field)
{
    fail(r, short_kind(r), need, field);
}

static struct hl_reader read_vector(struct hl_reader *r, size_t width, size_t floor, size_t ceiling,
                                    const char *field)
{
    size_t len = (size_t)rd_uint(r, width, field);

    if (rd_ok(r) && (len < floor || len > ceiling)) {
        fail(r, HL_FAULT_BOUNDS, len, field);
        len = 0;
    }
    if (r->end == r->cut && len > rd_left(r))
        len = rd_left(r);
    return rd_within(r, rd_bytes(r, len, field));
}

struct hl_reader rd_init(struct hl_span msg, struct hl_fault *fault)
{
    static const uint8_t nothing[1]; /* NULL + 0 is undefined in C */
    const uint8_t *base = msg.len > 0 ? msg.ptr : nothing;

    *fault = (struct hl_fault){ .kind = HL_FAULT_NONE };
    return (struct hl_reader){ .base = base, .pos = base, .end = base + msg.len, .fault = fault };
}

struct hl_reader rd_init_cut(struct hl_span msg, struct hl_fault *fault)
{
    struct hl_reader r = rd_init(msg, fault);

    r.cut = r.end;
    return r;
}

struct hl_reader rd_within(const struct hl_reader *outer, struct hl_span body)
{
    struct hl_reader inner = *outer;

    inner.pos = body.ptr;
    inner.end = body.ptr + body.len;
    inner.nested = true;
    return inner;
}

struct hl_span rd_rest(struct hl_reader *r)
{
    struct hl_span out = rd_span(r);

    r->pos = r->end;
    return out;
}

struct hl_reader rd_vec8(struct hl_reader *r, size_t floor, size_t ceiling, const char *field)
{
    return read_vector(r, 1, floor, ceiling, field);
}

struct hl_reader rd_vec16(struct hl_reader *r, size_t floor, size_t ceiling, const char *field)
{
    return read_vector(r, 2, floor, ceiling, field);
}

struct hl_reader rd_vec24(struct hl_reader *r, size_t floor, size_t ceiling, const char *field)
{
    return read_vector(r, 3, floor, ceiling, field);
}

struct hl_span rd_opaque8(struct hl_reader *r, size_t floor, size_t ceiling, const char *field)
{
    struct hl_reader body = rd_vec8(r, floor, ceiling, field);

    return rd_span(&body);
}

struct hl_span rd_opaque16(struct hl_reader *r, size_t floor, size_t ceiling, const char *field)
{
    struct hl_reader body = rd_vec16(r, floor, ceiling, field);

    return rd_span(&body);
}

struct hl_span rd_opaque24(struct hl_reader *r, size_t floor, size_t ceiling, const char *field)
{
    struct hl_reader body = rd_vec24(r, floor, ceiling, field);

    return rd_span(&body);
}

struct hl_span rd_span(const struct hl_reader *r)
{
    return (struct hl_span){ .ptr = r->pos, .len = rd_left(r) };
}

size_t rd_left(const struct hl_reader *r)
{
    return (size_t)(r->end - r->pos);
}

bool rd_ok(const struct hl_reader *r)
{
    return r->fault->kind == HL_FAULT_NONE;
}

bool rd_more(const struct hl_reader *r)
{
    return rd_ok(r) && r->pos < r->end;
}

void rd_reject(struct hl_reader *r, size_t width, size_t value, const char *field)
{
    if (!rd_ok(r))
        return;
    fail(r, HL_FAULT_VALUE, value, field);
    r->fault->have = 0;
    r->fault->offset = r->fault->offset >= width ? r->fault->offset - width : 0;
}

bool rd_end(struct hl_reader *r, const char *what)
{
    if (rd_more(r))
        fail(r, HL_FAULT_TRAILING, 0, what);
    if (rd_ok(r) && r->cut != NULL && r->end == r->cut)
        fail(r, HL_FAULT_TRUNCATED, 0, what);
    return rd_ok(r);
}

const char *hl_fault_kind_name(enum hl_fault_kind kind)
{
    static const char *const names[] = {
        [HL_FAULT_NONE] = "none",         [HL_FAULT_TRUNCATED] = "truncated",
        [HL_FAULT_OVERRUN] = "overrun",   [HL_FAULT_BOUNDS] = "bounds",
        [HL_FAULT_TRAILING] = "trailing", [HL_FAULT_VALUE] = "value",
    };

    return names[kind];
}
