#include "base/places.h"

#include <stddef.h>
#include <stdlib.h>

bool places_make(struct places *places, uint32_t count)
{
    if (places->list != NULL)
        return true;
    places->list = malloc(count * sizeof *places->list);
    if (places->list == NULL)
        return false;
    places->count = count;
    for (uint32_t i = 0; i < count; i++)
        places->list[i].first = PLACE_NONE;
    return true;
}

void places_cleanup(struct places *places)
{
    free(places->list);
    *places = (struct places){ .list = NULL };
}

uint32_t places_find(const struct places *places, uint64_t hash)
{
    if (places->list == NULL)
        return PLACE_NONE;
    uint32_t place = places->list[hash % places->count].first;
    while (place != PLACE_NONE && places->list[place].hash != hash)
        place = places->list[place].next;
    return place;
}

static void leave(struct places *places, uint32_t place)
{
    uint32_t *link = &places->list[places->list[place].hash % places->count].first;

    while (*link != place)
        link = &places->list[*link].next;
    *link = places->list[place].next;
}

/* One that nobody has; of the oldest when there is none. */
static uint32_t free_place(struct places *places)
{
    if (places->used < places->count)
        return places->used++;
    const uint32_t place = places->oldest;
    places->oldest = (place + 1) % places->count;
    leave(places, place);
    return place;
}

uint32_t places_take(struct places *places, uint64_t hash, bool *fresh)
{
    uint32_t place = places_find(places, hash);

    *fresh = place == PLACE_NONE;
    if (!*fresh)
        return place;
    place = free_place(places);
    struct place *head = &places->list[hash % places->count];
    places->list[place].hash = hash;
    places->list[place].next = head->first;
    head->first = place;
    return place;
}
