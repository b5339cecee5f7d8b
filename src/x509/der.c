#include "x509/der.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Certificates nest about eight deep; what is deeper is not looked into. */
#define DEPTH_MAX 24

uint8_t der_peek(const struct hl_reader *r)
{
    struct hl_reader ahead = *r;

    return rd_more(r) ? rd_u8(&ahead, "tag") : 0;
}

/* X.690, 8.1.3. The long form counts its own bytes in the low bits of the first. */
static size_t read_length(struct hl_reader *r, bool *non_minimal, const char *field)
{
    uint8_t first = rd_u8(r, field);

    if (first < 0x80)
        return first;
    uint8_t width = first & 0x7f;
    if (width == 0 || width > 4) { /* indefinite, or beyond any certificate */
        rd_reject(r, 1, first, field);
        return 0;
    }
    size_t len = 0;
    for (uint8_t i = 0; i < width; i++) {
        len = len << 8 | rd_u8(r, field);
        *non_minimal |= len == 0;
    }
    *non_minimal |= len < 0x80;
    return len;
}

bool der_next(struct hl_reader *r, struct der_tlv *out, const char *field)
{
    struct hl_span all = rd_span(r);

    *out = (struct der_tlv){ .tag = rd_u8(r, field) };
    if ((out->tag & 0x1f) == 0x1f) /* the tag goes on in further bytes: X.690, 8.1.2.4 */
        rd_reject(r, 1, out->tag, field);
    size_t len = read_length(r, &out->non_minimal, field);
    if (r->cut == r->end && len > rd_left(r))
        len = rd_left(r);
    out->value = rd_bytes(r, len, field);
    if (!rd_ok(r)) {
        *out = (struct der_tlv){ .value = { r->end, 0 }, .whole = { r->end, 0 } };
        return false;
    }
    out->whole = (struct hl_span){ all.ptr, all.len - rd_left(r) };
    return true;
}

bool der_expect(struct hl_reader *r, uint8_t tag, struct der_tlv *out, const char *field)
{
    uint8_t seen = der_peek(r);

    if (rd_more(r) && seen != tag) {
        rd_reject(r, 0, seen, field);
        *out = (struct der_tlv){ .value = { r->end, 0 }, .whole = { r->end, 0 } };
        return false;
    }
    return der_next(r, out, field);
}

bool der_optional(struct hl_reader *r, uint8_t tag, struct der_tlv *out, const char *field)
{
    return rd_more(r) && der_peek(r) == tag && der_next(r, out, field);
}

struct hl_reader der_enter(struct hl_reader *r, uint8_t tag, const char *field)
{
    struct der_tlv tlv;

    der_expect(r, tag, &tlv, field);
    return rd_within(r, tlv.value);
}

struct hl_reader der_apart(const struct hl_reader *outer, struct hl_span body, struct hl_fault *fault)
{
    struct hl_reader r = rd_within(outer, body);

    *fault = (struct hl_fault){ .kind = HL_FAULT_NONE };
    r.fault = fault;
    return r;
}

size_t der_count(const struct hl_reader *outer, struct hl_span body)
{
    struct hl_fault ignored;
    struct hl_reader r = der_apart(outer, body, &ignored);
    struct der_tlv tlv;
    size_t n = 0;

    while (rd_more(&r) && der_next(&r, &tlv, "element"))
        n++;
    return n;
}

static bool non_minimal_within(const struct hl_reader *outer, struct hl_span body, unsigned depth)
{
    struct hl_fault ignored;
    struct hl_reader r = der_apart(outer, body, &ignored);
    struct der_tlv tlv;

    while (rd_more(&r) && der_next(&r, &tlv, "element")) {
        if (tlv.non_minimal)
            return true;
        if ((tlv.tag & 0x20) != 0 && depth < DEPTH_MAX && non_minimal_within(outer, tlv.value, depth + 1))
            return true;
    }
    return false;
}

bool der_has_non_minimal(const struct hl_reader *outer, struct hl_span body)
{
    return body.len > 0 && non_minimal_within(outer, body, 0);
}

/* X.690, 8.2 and 11.1: DER knows only 0xff for true, BER anything but 0. */
bool der_boolean(struct hl_reader *r, uint8_t tag, const char *field)
{
    struct hl_reader body = der_enter(r, tag, field);
    uint8_t value = rd_u8(&body, field);

    return rd_end(&body, field) && value != 0;
}

int64_t der_small_integer(struct hl_reader *r, uint8_t tag, const char *field)
{
    struct hl_reader body = der_enter(r, tag, field);
    uint64_t value = 0;

    if ((der_peek(&body) & 0x80) != 0) /* negative */
        rd_reject(&body, 0, der_peek(&body), field);
    do { /* at least one byte: X.690, 8.3.1 */
        if (value > INT64_MAX >> 8)
            rd_reject(&body, 0, (size_t)value, field);
        value = value << 8 | rd_u8(&body, field);
    } while (rd_more(&body));
    return rd_ok(&body) ? (int64_t)value : 0;
}

struct hl_span der_magnitude(struct hl_span integer)
{
    struct hl_fault ignored;
    struct hl_reader r = rd_init(integer, &ignored);

    while (rd_more(&r) && der_peek(&r) == 0)
        (void)rd_u8(&r, "integer");
    return rd_span(&r);
}

uint32_t der_bit_length(struct hl_span magnitude)
{
    struct hl_fault ignored;
    struct hl_reader r = rd_init(magnitude, &ignored);
    uint32_t top = 0;

    for (uint8_t first = der_peek(&r); first != 0; first >>= 1)
        top++;
    if (magnitude.len == 0 || magnitude.len > UINT32_MAX / 8)
        return 0;
    return (uint32_t)(magnitude.len - 1) * 8 + top;
}

/* X.690, 8.6.2: the first byte counts the unused bits of the last. */
struct hl_span der_bit_string(struct hl_reader *r, uint8_t tag, uint8_t *unused, const char *field)
{
    struct hl_reader body = der_enter(r, tag, field);
    uint8_t count = rd_u8(&body, field);

    if (count > 7 || (count > 0 && rd_left(&body) == 0 && body.end != body.cut))
        rd_reject(&body, 1, count, field);
    if (unused != NULL)
        *unused = count;
    return rd_rest(&body);
}

uint16_t der_named_bits(struct hl_reader *r, uint8_t tag, const char *field)
{
    uint8_t unused = 0;
    struct hl_span bits = der_bit_string(r, tag, &unused, field);
    struct hl_reader body = rd_within(r, bits);
    uint16_t out = 0;

    for (unsigned n = 0; n < 16 && rd_more(&body); n += 8) {
        uint8_t byte = rd_u8(&body, field);

        if (!rd_more(&body)) /* X.690, 8.6.2.3: in BER they may be anything */
            byte &= (uint8_t)(0xffu << unused);
        for (unsigned i = 0; i < 8; i++) /* bit 0 of the list is the most significant one */
            out |= (uint16_t)(((unsigned)byte >> (7 - i) & 1u) << (n + i));
    }
    return out;
}

/* X.690, 8.19: base 128, the high bit says that the arc goes on. */
static bool read_arc(struct hl_reader *r, uint64_t *arc)
{
    uint8_t byte = der_peek(r);

    *arc = 0;
    if (byte == 0x80) /* a leading zero */
        return false;
    do {
        byte = rd_u8(r, "arc");
        if (!rd_ok(r) || *arc > UINT64_MAX >> 7)
            return false;
        *arc = *arc << 7 | (byte & 0x7f);
    } while ((byte & 0x80) != 0);
    return true;
}

/* The first two arcs share a number: 40 * a + b, with a no more than 2. */
static bool dotted(struct hl_span oid, char *text, size_t size)
{
    struct hl_fault ignored;
    struct hl_reader r = rd_init(oid, &ignored);
    uint64_t arc;

    if (!rd_more(&r) || !read_arc(&r, &arc))
        return false;
    unsigned top = arc < 40 ? 0 : arc < 80 ? 1 : 2;
    size_t n = (size_t)snprintf(text, size, "%u.%" PRIu64, top, arc - 40 * top);
    while (rd_more(&r)) {
        if (!read_arc(&r, &arc))
            return false;
        n += (size_t)snprintf(text + n, size - n, ".%" PRIu64, arc);
        if (n >= size)
            return false;
    }
    return true;
}

bool der_oid_text(struct hl_span oid, char text[DER_OID_TEXT])
{
    if (dotted(oid, text, DER_OID_TEXT))
        return true;

    struct hl_fault ignored;
    struct hl_reader r = rd_init(oid, &ignored);
    size_t n = 0;
    text[0] = '\0';
    while (rd_more(&r) && n + 3 <= DER_OID_TEXT)
        n += (size_t)snprintf(text + n, DER_OID_TEXT - n, "%02x", rd_u8(&r, "oid"));
    return false;
}
