/* reader.h - the only place that touches untrusted bytes.
 *
 * A reader walks one message. The first value that does not fit is noted in
 * the fault the reader was made with; from then on every read returns 0 or an
 * empty span and rd_more() is false. A parser therefore needs no check per
 * field: it reads like the RFC and ends in rd_end(). Nothing is copied or
 * allocated; spans point into the message.
 *
 * The end of the outermost reader is TRUNCATED (the capture is short), that
 * of a vector's reader OVERRUN (the peer is wrong). Of a message known to be
 * cut short, vectors end where the bytes end, so that all that was captured is
 * still decoded; the verdict is TRUNCATED all the same. */
#ifndef HL_BASE_READER_H
#define HL_BASE_READER_H

#include <handlens/fault.h>
#include <handlens/span.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HL_MUST_USE __attribute__((warn_unused_result))
/* These are called for every field of every packet. */
#define HL_INLINE static inline __attribute__((always_inline))

struct hl_reader {
    const uint8_t *base, *pos, *end;
    const uint8_t *cut; /* where the capture cut the message short; NULL when it is whole */
    struct hl_fault *fault;
    bool nested;
};

/* A reader over `msg`; `fault` is cleared and must outlive the reader. */
struct hl_reader rd_init(struct hl_span msg, struct hl_fault *fault);
/* The same over the first bytes of a longer message. */
struct hl_reader rd_init_cut(struct hl_span msg, struct hl_fault *fault);
/* A reader over `body`, a part of what `outer` reads: same fault, offsets from the same start. */
struct hl_reader rd_within(const struct hl_reader *outer, struct hl_span body);

/* Note that a value of `need` bytes does not fit; kept out of line, off the usual path. */
void rd_fail_short(struct hl_reader *r, size_t need, const char *field);

HL_INLINE struct hl_span rd_bytes(struct hl_reader *r, size_t n, const char *field)
{
    if (r->fault->kind != HL_FAULT_NONE || n > (size_t)(r->end - r->pos)) {
        rd_fail_short(r, n, field);
        return (struct hl_span){ .ptr = r->end, .len = 0 };
    }
    struct hl_span out = { .ptr = r->pos, .len = n };
    r->pos += n;
    return out;
}

/* A big-endian number of `width` bytes; 0 when it does not fit. */
HL_INLINE uint64_t rd_uint(struct hl_reader *r, size_t width, const char *field)
{
    uint64_t value = 0;
    struct hl_span raw = rd_bytes(r, width, field);

    for (size_t i = 0; i < raw.len; i++)
        value = value << 8 | raw.ptr[i];
    return value;
}

static inline uint8_t rd_u8(struct hl_reader *r, const char *field)
{
    return (uint8_t)rd_uint(r, 1, field);
}

static inline uint16_t rd_u16(struct hl_reader *r, const char *field)
{
    return (uint16_t)rd_uint(r, 2, field);
}

static inline uint32_t rd_u24(struct hl_reader *r, const char *field)
{
    return (uint32_t)rd_uint(r, 3, field);
}

static inline uint32_t rd_u32(struct hl_reader *r, const char *field)
{
    return (uint32_t)rd_uint(r, 4, field);
}

static inline uint64_t rd_u64(struct hl_reader *r, const char *field)
{
    return rd_uint(r, 8, field);
}

static inline uint16_t rd_u16le(struct hl_reader *r, const char *field)
{
    return __builtin_bswap16(rd_u16(r, field));
}

static inline uint32_t rd_u32le(struct hl_reader *r, const char *field)
{
    return __builtin_bswap32(rd_u32(r, field));
}

struct hl_span rd_rest(struct hl_reader *r); /* all that is left; never faults */
/* A length of 1, 2 or 3 bytes in <floor..ceiling>, and a reader over what it counts. */
struct hl_reader rd_vec8(struct hl_reader *r, size_t floor, size_t ceiling, const char *field);
struct hl_reader rd_vec16(struct hl_reader *r, size_t floor, size_t ceiling, const char *field);
struct hl_reader rd_vec24(struct hl_reader *r, size_t floor, size_t ceiling, const char *field);
/* The same, as the span of the vector's bytes. */
struct hl_span rd_opaque8(struct hl_reader *r, size_t floor, size_t ceiling, const char *field);
struct hl_span rd_opaque16(struct hl_reader *r, size_t floor, size_t ceiling, const char *field);
struct hl_span rd_opaque24(struct hl_reader *r, size_t floor, size_t ceiling, const char *field);

struct hl_span rd_span(const struct hl_reader *r); /* what is left, unread */
size_t rd_left(const struct hl_reader *r);
bool rd_ok(const struct hl_reader *r);   /* no fault so far */
bool rd_more(const struct hl_reader *r); /* no fault, and bytes left */
/* Note a value that is not allowed; the field is the one just read, `width` bytes back. */
void rd_reject(struct hl_reader *r, size_t width, size_t value, const char *field);
/* The verdict: no fault, and no bytes left. */
HL_MUST_USE bool rd_end(struct hl_reader *r, const char *what);

#endif
