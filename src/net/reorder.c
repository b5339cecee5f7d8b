#include "net/reorder.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

void reorder_cleanup(struct hl_reorder *queue)
{
    struct hl_piece *piece;

    while ((piece = reorder_take(queue)) != NULL)
        free(piece);
}

static void insert(struct hl_reorder *queue, struct hl_piece **link, uint32_t seq, struct hl_span bytes, uint32_t cut,
                   struct hl_moment at)
{
    struct hl_piece *piece = malloc(sizeof *piece + bytes.len);

    if (piece == NULL)
        return; /* as if it had not been captured */
    *piece = (struct hl_piece){ .next = *link, .seq = seq, .length = (uint32_t)bytes.len, .cut = cut, .at = at };
    memcpy(piece->data, bytes.ptr, bytes.len);
    *link = piece;
    queue->bytes += bytes.len;
    queue->count++;
}

static bool differs(const struct hl_piece *piece, uint32_t seq, struct hl_span bytes)
{
    int32_t skip = seq_diff(piece->seq, seq);
    size_t mine = skip > 0 ? (size_t)skip : 0;
    size_t theirs = skip < 0 ? (size_t)-skip : 0;

    if (mine >= bytes.len || theirs >= piece->length)
        return false;
    size_t n = bytes.len - mine < piece->length - theirs ? bytes.len - mine : piece->length - theirs;
    return memcmp(bytes.ptr + mine, piece->data + theirs, n) != 0;
}

bool reorder_add(struct hl_reorder *queue, uint32_t seq, struct hl_span bytes, uint32_t cut, struct hl_moment at)
{
    bool conflict = false;
    struct hl_piece **link = &queue->first;

    while (*link != NULL && bytes.len > 0) {
        struct hl_piece *piece = *link;
        int32_t before = seq_diff(piece->seq, seq);
        if (before > 0) { /* what lies before this piece is new */
            size_t n = (size_t)before < bytes.len ? (size_t)before : bytes.len;
            insert(queue, link, seq, (struct hl_span){ bytes.ptr, n }, n == bytes.len ? cut : 0, at);
            link = &(*link)->next;
        }
        conflict |= differs(piece, seq, bytes);
        int32_t behind = seq_diff(piece->seq + piece->length, seq);
        if (behind > 0) { /* go on behind it */
            size_t n = (size_t)behind < bytes.len ? (size_t)behind : bytes.len;
            bytes.ptr += n;
            bytes.len -= n;
            seq += (uint32_t)n;
        }
        if (*link != NULL)
            link = &(*link)->next;
    }
    if (bytes.len > 0)
        insert(queue, link, seq, bytes, cut, at);
    return conflict;
}

struct hl_piece *reorder_take(struct hl_reorder *queue)
{
    struct hl_piece *piece = queue->first;

    if (piece != NULL) {
        queue->first = piece->next;
        queue->bytes -= piece->length;
        queue->count--;
    }
    return piece;
}

bool reorder_full(const struct hl_reorder *queue)
{
    return queue->bytes >= HL_REORDER_BYTES_MAX || queue->count >= HL_REORDER_SEGMENTS_MAX;
}
