#include "session/crypto_stream.h"

#include <string.h>

void crypto_stream_init(struct crypto_stream *s)
{
    *s = (struct crypto_stream){ .taken = 0 };
    buf_init(&s->bytes, HL_CRYPTO_STREAM_MAX);
}

void crypto_stream_cleanup(struct crypto_stream *s)
{
    buf_cleanup(&s->bytes);
}

/* Room up to the offset `end`, with zeros where nothing came yet. */
static bool make_room(struct crypto_stream *s, uint64_t end)
{
    const uint64_t length = end - s->taken;

    if (length <= s->bytes.len)
        return true;
    if (length > HL_CRYPTO_STREAM_MAX || !buf_reserve(&s->bytes, (size_t)length - s->bytes.len))
        return false;
    memset(s->bytes.data + s->bytes.len, 0, (size_t)length - s->bytes.len);
    s->bytes.len = (size_t)length;
    return true;
}

/* Bytes that were not there before. */
static void put(struct crypto_stream *s, uint64_t offset, const uint8_t *data, uint64_t n)
{
    memcpy(s->bytes.data + (offset - s->taken), data, (size_t)n);
}

/* Make the pieces from `first` on, `touched` of them, one with [begin, end). */
static void merge(struct crypto_stream *s, unsigned first, unsigned touched, uint64_t begin, uint64_t end)
{
    if (touched > 0) {
        const struct crypto_piece *a = &s->pieces[first], *b = &s->pieces[first + touched - 1];
        begin = begin < a->begin ? begin : a->begin;
        end = end > b->end ? end : b->end;
    }
    memmove(s->pieces + first + 1, s->pieces + first + touched, (s->count - first - touched) * sizeof s->pieces[0]);
    s->count = s->count - touched + 1;
    s->pieces[first] = (struct crypto_piece){ begin, end };
}

bool crypto_stream_push(struct crypto_stream *s, uint64_t offset, struct hl_span data)
{
    const uint64_t end = offset + data.len;
    unsigned first = 0, touched = 0;

    if (data.len == 0 || end <= s->taken)
        return false;
    if (offset < s->taken) {
        data = (struct hl_span){ data.ptr + (s->taken - offset), (size_t)(end - s->taken) };
        offset = s->taken;
    }
    while (first < s->count && s->pieces[first].end < offset)
        first++;
    while (first + touched < s->count && s->pieces[first + touched].begin <= end)
        touched++;
    if ((touched == 0 && s->count == HL_CRYPTO_PIECES_MAX) || !make_room(s, end)) {
        s->lost = true;
        return true;
    }
    if (touched == 1 && s->pieces[first].begin <= offset && s->pieces[first].end >= end)
        return false;
    uint64_t at = offset;
    for (unsigned i = first; i < first + touched && at < end; i++) { /* the holes between the pieces */
        const uint64_t hole_end = s->pieces[i].begin < end ? s->pieces[i].begin : end;
        if (at < hole_end)
            put(s, at, data.ptr + (at - offset), hole_end - at);
        at = at > s->pieces[i].end ? at : s->pieces[i].end;
    }
    if (at < end)
        put(s, at, data.ptr + (at - offset), end - at);
    merge(s, first, touched, offset, end);
    return true;
}

struct hl_span crypto_stream_ready(const struct crypto_stream *s)
{
    if (s->count == 0 || s->pieces[0].begin > s->taken)
        return (struct hl_span){ NULL, 0 };
    return (struct hl_span){ s->bytes.data, (size_t)(s->pieces[0].end - s->taken) };
}

void crypto_stream_take(struct crypto_stream *s, size_t n)
{
    s->taken += n;
    s->bytes.len -= n;
    memmove(s->bytes.data, s->bytes.data + n, s->bytes.len);
    s->pieces[0].begin = s->taken;
    if (s->pieces[0].end > s->taken)
        return;
    s->count--;
    memmove(s->pieces, s->pieces + 1, s->count * sizeof s->pieces[0]);
}
