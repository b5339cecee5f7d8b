#include "session/content.h"

#include "wire/record.h"

/* Behind all that a capture can hold. */
#define CONTENT_FAR ((uint64_t)1 << 62)

void content_add(struct hl_content *content, struct hl_arena *arena, uint64_t record, uint32_t length)
{
    struct hl_content_range *range = arena_alloc(arena, sizeof *range);
    struct hl_content_range *last = content->last;

    if (range == NULL) { /* rather too much than too little */
        if (last != NULL)
            last->end = CONTENT_FAR;
        return;
    }
    *range = (struct hl_content_range){ NULL, record + RECORD_HEADER_LENGTH, record + RECORD_HEADER_LENGTH + length };
    if (last != NULL)
        last->next = range;
    else
        content->first = range;
    content->last = range;
}

static void content_remove(struct hl_content *content, uint64_t begin)
{
    struct hl_content_range *before = NULL;

    for (struct hl_content_range *range = content->first; range != NULL; before = range, range = range->next) {
        if (range->begin != begin)
            continue;
        if (before != NULL)
            before->next = range->next;
        else
            content->first = range->next;
        if (content->last == range)
            content->last = before;
        return;
    }
}

void content_add_other(struct hl_content *content, uint64_t record, uint32_t length)
{
    uint64_t end = record + RECORD_HEADER_LENGTH + length;

    if (content->last != NULL && content->last->begin > record)
        content_remove(content, record + RECORD_HEADER_LENGTH);
    if (end > content->other)
        content->other = end;
}

void content_conclude(struct hl_content *content, uint64_t rest)
{
    content->cut = content->rest = rest;
    for (const struct hl_content_range *range = content->first; range != NULL; range = range->next) {
        if (range->begin - RECORD_HEADER_LENGTH >= content->other && range->end < content->cut)
            content->cut = range->end; /* that there are some may be what proves that the handshake is over */
    }
}
