#include "session/events.h"

#include "base/limits.h"

struct hl_message *events_add_message(struct hl_handshake *hs, struct hl_arena *arena, unsigned direction,
                                      struct hl_moment at)
{
    struct hl_message *message = hs->message_count < HL_MESSAGES_MAX ? arena_alloc(arena, sizeof *message) : NULL;

    if (message == NULL) {
        hs->messages_dropped++;
        return NULL;
    }
    message->at = at;
    message->direction = (uint8_t)direction;
    if (hs->last_message != NULL)
        hs->last_message->next = message;
    else
        hs->messages = message;
    hs->last_message = message;
    hs->message_count++;
    return message;
}

struct hl_message *events_cut(struct hl_handshake *hs, const struct hl_message *message)
{
    struct hl_message **link = &hs->messages, *before = NULL;

    while (*link != NULL && *link != message) {
        before = *link;
        link = &before->next;
    }
    if (*link == NULL)
        return NULL;
    *link = NULL;
    hs->message_count--;
    hs->last_message = before;
    return message->next;
}

void events_join(struct hl_handshake *hs, struct hl_message *later)
{
    if (later == NULL)
        return;
    *(hs->last_message != NULL ? &hs->last_message->next : &hs->messages) = later;
    while (later->next != NULL)
        later = later->next;
    hs->last_message = later;
}

struct hl_alert_event *events_add_alert(struct hl_handshake *hs, struct hl_arena *arena, unsigned direction,
                                        struct hl_moment at)
{
    struct hl_alert_event *alert = hs->alert_count < HL_ALERTS_MAX ? arena_alloc(arena, sizeof *alert) : NULL;

    if (alert == NULL) {
        hs->alerts_dropped++;
        return NULL;
    }
    alert->at = at;
    alert->direction = (uint8_t)direction;
    if (hs->last_alert != NULL)
        hs->last_alert->next = alert;
    else
        hs->alerts = alert;
    hs->last_alert = alert;
    hs->alert_count++;
    return alert;
}

void events_remove_alert(struct hl_handshake *hs, const struct hl_alert_event *alert)
{
    struct hl_alert_event **link = &hs->alerts, *before = NULL;

    while (*link != NULL && *link != alert) {
        before = *link;
        link = &before->next;
    }
    if (*link == NULL)
        return;
    *link = alert->next;
    hs->alert_count--;
    if (hs->last_alert == alert)
        hs->last_alert = before;
}

void events_add_gap(struct hl_handshake *hs, struct hl_arena *arena, unsigned direction, const struct hl_chunk *chunk)
{
    struct hl_gap *gap = hs->gap_count < HL_GAPS_MAX ? arena_alloc(arena, sizeof *gap) : NULL;

    if (gap == NULL)
        return;
    gap->at = chunk->at;
    gap->direction = (uint8_t)direction;
    gap->length = chunk->gap;
    if (hs->last_gap != NULL)
        hs->last_gap->next = gap;
    else
        hs->gaps = gap;
    hs->last_gap = gap;
    hs->gap_count++;
}
