#include "report/memo.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

struct piece {
    unsigned kind;
    uint32_t key_length, text_length;
    uint8_t bytes[]; /* the key, then the text */
};

struct slot {
    uint64_t hash; /* of what was seen here last */
    struct piece *piece;
};

struct hl_memo {
    struct hl_json *json;
    struct slot slots[MEMO_SLOTS];
    size_t bytes; /* of all pieces */
    /* the piece being written: */
    struct slot *recording; /* NULL: it is not kept */
    unsigned kind;
    struct hl_span key;
    size_t begin;
};

struct hl_memo *memo_new(struct hl_json *json)
{
    struct hl_memo *memo = calloc(1, sizeof *memo);

    if (memo != NULL)
        memo->json = json;
    return memo;
}

void memo_free(struct hl_memo *memo)
{
    if (memo == NULL)
        return;
    for (size_t i = 0; i < MEMO_SLOTS; i++)
        free(memo->slots[i].piece);
    free(memo);
}

/* 0 means that a slot was never used. */
static uint64_t hash_of(unsigned kind, struct hl_span bytes)
{
    return hash_bytes(bytes, kind) | 1;
}

static bool holds(const struct slot *slot, unsigned kind, struct hl_span key)
{
    const struct piece *piece = slot->piece;

    return piece != NULL && piece->kind == kind && piece->key_length == key.len
           && memcmp(piece->bytes, key.ptr, key.len) == 0;
}

bool memo_begin(struct hl_memo *memo, unsigned kind, struct hl_span key)
{
    if (memo == NULL)
        return true;
    memo->recording = NULL;
    if (key.len == 0 || key.len > MEMO_PIECE_MAX)
        return true;
    struct hl_json *json = memo->json;
    if (json->need_comma) /* a piece is kept without the comma before it */
        buf_char(json->out, ',');
    json->need_comma = false;

    uint64_t hash = hash_of(kind, key);
    struct slot *slot = &memo->slots[hash >> 1 & (MEMO_SLOTS - 1)];
    struct slot *neighbour = slot == memo->slots ? slot + 1 : slot - 1;
    if (slot->hash != hash && (neighbour->hash == hash || slot->piece != NULL))
        slot = neighbour; /* two places for each piece */
    if (slot->hash == hash && holds(slot, kind, key)) {
        buf_put(json->out, slot->piece->bytes + key.len, slot->piece->text_length);
        json->need_comma = true;
        return false;
    }
    if (slot->hash == hash) {
        memo->recording = slot;
        memo->kind = kind;
        memo->key = key;
        memo->begin = json->out->len;
    }
    slot->hash = hash;
    return true;
}

void memo_end(struct hl_memo *memo, bool keep)
{
    if (memo == NULL || memo->recording == NULL)
        return;
    struct slot *slot = memo->recording;
    struct hl_span text = buf_view(memo->json->out);
    memo->recording = NULL;
    if (!keep || memo->json->out->failed || text.len - memo->begin > MEMO_PIECE_MAX || text.len == memo->begin)
        return;
    text.ptr += memo->begin;
    text.len -= memo->begin;

    size_t size = sizeof(struct piece) + memo->key.len + text.len;
    if (slot->piece != NULL) {
        memo->bytes -= sizeof(struct piece) + slot->piece->key_length + slot->piece->text_length;
        free(slot->piece);
        slot->piece = NULL;
    }
    struct piece *piece = memo->bytes + size <= MEMO_BYTES_MAX ? malloc(size) : NULL;
    if (piece == NULL)
        return;
    memo->bytes += size;
    piece->kind = memo->kind;
    piece->key_length = (uint32_t)memo->key.len;
    piece->text_length = (uint32_t)text.len;
    memcpy(piece->bytes, memo->key.ptr, memo->key.len);
    memcpy(piece->bytes + memo->key.len, text.ptr, text.len);
    slot->piece = piece;
}
