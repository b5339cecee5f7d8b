#include "session/held.h"

#include "base/limits.h"

void held_push(struct held_records *held, struct hl_arena *arena, unsigned direction,
               const struct hl_raw_record *record, struct hl_message *message, struct hl_alert_event *alert)
{
    struct held_record *added = NULL;

    if (record->whole && held->bytes + record->fragment.len <= HL_HELD_BYTES_MAX)
        added = arena_alloc(arena, sizeof *added);
    if (added == NULL) {
        held->incomplete[direction] = true;
        return;
    }
    added->direction = direction;
    added->record = *record;
    added->record.fragment = arena_copy(arena, record->fragment);
    added->record.dtls_header = arena_copy(arena, record->dtls_header);
    added->record.whole = added->record.fragment.len == record->fragment.len
                          && added->record.dtls_header.len == record->dtls_header.len;
    if (record->cid.ptr != NULL) /* it lies in the header */
        added->record.cid.ptr = added->record.dtls_header.ptr + (record->cid.ptr - record->dtls_header.ptr);
    added->message = message;
    added->alert = alert;
    held->bytes += record->fragment.len;
    *(held->end != NULL ? held->end : &held->first) = added;
    held->end = &added->next;
}
