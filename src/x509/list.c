#include "base/limits.h"
#include "x509/parse.h"

#include <string.h>

struct list list_start(struct hl_arena *arena, size_t item_size, size_t room)
{
    size_t most = room < HL_X509_NAMES_MAX ? room : HL_X509_NAMES_MAX;

    return (struct list){
        .arena = arena,
        .size = item_size,
        .room = (uint32_t)most,
        .cap = HL_X509_NAMES_MAX,
    };
}

/* The first item allocates what was expected; a wrong guess is doubled. */
static bool grow(struct list *list)
{
    uint32_t room = list->items == NULL ? list->room : 2 * list->room;

    if (room < 4)
        room = 4;
    if (room > list->cap)
        room = list->cap;
    uint8_t *items = arena_alloc(list->arena, room * list->size);
    if (items == NULL)
        return false;
    if (list->count > 0)
        memcpy(items, list->items, list->count * list->size);
    list->items = items;
    list->room = room;
    return true;
}

void *list_add(struct list *list)
{
    if (list->count >= list->cap
        || ((list->items == NULL || list->count == list->room) && !grow(list))) {
        list->dropped++;
        return NULL;
    }
    return list->items + list->count++ * list->size;
}
