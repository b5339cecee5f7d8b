/* events.h - messages, alerts and gaps of a handshake, each a list in the order of arrival.
 *
 * All memory comes from the arena of the handshake. What is beyond a cap, or has no memory, is counted and
 * not kept: then the functions return NULL. */
#ifndef HL_SESSION_EVENTS_H
#define HL_SESSION_EVENTS_H

#include "base/arena.h"
#include "base/stream.h"
#include "session/handshake.h"

struct hl_message *events_add_message(struct hl_handshake *hs, struct hl_arena *arena, unsigned direction,
                                      struct hl_moment at);
/* Others come in the place of `message`: the list ends before it. What followed it is for events_join(), NULL: nothing. */
struct hl_message *events_cut(struct hl_handshake *hs, const struct hl_message *message);
void events_join(struct hl_handshake *hs, struct hl_message *later);
struct hl_alert_event *events_add_alert(struct hl_handshake *hs, struct hl_arena *arena, unsigned direction,
                                        struct hl_moment at);
void events_remove_alert(struct hl_handshake *hs, const struct hl_alert_event *alert);
/* `chunk->gap` bytes are missing before `chunk`. */
void events_add_gap(struct hl_handshake *hs, struct hl_arena *arena, unsigned direction, const struct hl_chunk *chunk);

#endif
