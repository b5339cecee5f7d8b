#include "session/dtls.h"

#include "base/limits.h"
#include "session/dtls_order.h"

#include <stdlib.h>

struct hl_dtls_waiting {
    struct hl_dtls_waiting *next;
    struct hl_raw_record record;
    uint8_t bytes[]; /* its header, then its fragment */
};

struct hl_dtls *dtls_new(const enum hl_protection *protection0, const enum hl_protection *protection1)
{
    struct hl_dtls *dtls = calloc(1, sizeof *dtls);

    if (dtls == NULL)
        return NULL;
    dtls->side[0].protection = protection0;
    dtls->side[1].protection = protection1;
    for (unsigned i = 0; i < 2; i++) {
        dtls->side[i].cid_length = DTLS_CID_UNKNOWN;
        dtls->side[i].waiting_end = &dtls->side[i].waiting;
    }
    return dtls;
}

void dtls_free(struct hl_dtls *dtls)
{
    if (dtls == NULL)
        return;
    for (unsigned i = 0; i < 2; i++) {
        dtls_free_messages(&dtls->side[i]);
        for (struct hl_dtls_waiting *w = dtls->side[i].waiting, *next; w != NULL; w = next) {
            next = w->next;
            free(w);
        }
    }
    free(dtls);
}

/* --- records that wait ----------------------------------------------------------- */

void dtls_release(struct hl_dtls *dtls, unsigned direction, const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];

    if (side->releasing) /* the caller's caller goes on */
        return;
    side->releasing = true;
    while (!dtls_must_wait(side) && side->waiting != NULL) {
        struct hl_dtls_waiting *w = side->waiting;
        side->waiting = w->next;
        if (side->waiting == NULL)
            side->waiting_end = &side->waiting;
        side->waiting_bytes -= w->record.fragment.len;
        sink->record(sink->ctx, direction, &w->record);
        free(w);
    }
    side->releasing = false;
}

/* Behind a message that is missing it waits; at the cap that is given up. */
static void pass_on(struct hl_dtls *dtls, unsigned direction, const struct hl_raw_record *record,
                    const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];
    size_t header = record->dtls_header.len, size = record->fragment.len;
    struct hl_dtls_waiting *w = NULL;

    if (dtls_must_wait(side) && side->waiting_bytes + size <= HL_DTLS_WAITING_MAX)
        w = malloc(sizeof *w + header + size);
    if (w == NULL) {
        if (dtls_must_wait(side))
            dtls_give_up(dtls, direction, sink);
        sink->record(sink->ctx, direction, record);
        return;
    }
    w->next = NULL;
    w->record = *record;
    memcpy(w->bytes, record->dtls_header.ptr, header);
    if (size > 0)
        memcpy(w->bytes + header, record->fragment.ptr, size);
    if (record->cid.ptr != NULL)
        w->record.cid.ptr = w->bytes + (record->cid.ptr - record->dtls_header.ptr);
    w->record.dtls_header.ptr = w->bytes;
    w->record.fragment.ptr = w->bytes + header;
    *side->waiting_end = w;
    side->waiting_end = &w->next;
    side->waiting_bytes += size;
}

/* --- records -------------------------------------------------------------------- */

/* RFC 6347, section 4.1.2.6: the last 64 of an epoch. True when it was there before. */
static bool seen_before(struct hl_dtls_side *side, uint16_t epoch, uint64_t sequence)
{
    if (epoch < side->window_epoch)
        return false;
    if (epoch > side->window_epoch) {
        side->window_epoch = epoch;
        side->window_next = side->window = 0;
    }
    if (sequence >= side->window_next) {
        uint64_t shift = sequence + 1 - side->window_next;
        side->window = shift < 64 ? side->window << shift | 1 : 1;
        side->window_next = sequence + 1;
        return false;
    }
    uint64_t back = side->window_next - 1 - sequence;
    if (back >= 64)
        return false;
    bool seen = (side->window >> back & 1) != 0;
    side->window |= (uint64_t)1 << back;
    return seen;
}

static struct hl_raw_record raw_of(const struct hl_dtls_record *record, struct hl_moment at)
{
    struct hl_raw_record raw = {
        .header = { .type = record->type, .version = record->version,
                    .length = (uint16_t)(record->length < UINT16_MAX ? record->length : UINT16_MAX) },
        .encrypted = record->unified || record->epoch > 0,
        .fragment = record->fragment,
        .whole = record->fragment.len == record->length && !record->cid_unknown,
        .numbered = true,
        .unified = record->unified,
        .sequence_offset = (uint8_t)record->sequence_offset,
        .sequence_length = record->sequence_length,
        .epoch = record->epoch,
        .sequence = record->sequence,
        .cid = record->cid,
        .dtls_header = record->header,
        .at = at,
    };

    for (size_t i = 0; i < record->fragment.len && i < sizeof raw.content; i++)
        raw.content[raw.content_length++] = record->fragment.ptr[i];
    return raw;
}

static void take_change(struct hl_dtls *dtls, unsigned direction, const struct hl_raw_record *raw, bool duplicate,
                        const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];

    if (raw->epoch < side->changed) {
        side->repeated |= !duplicate;
        return;
    }
    side->changed = (uint16_t)(raw->epoch + 1);
    side->fresh = true;
    if (dtls->side[1 - direction].messages != NULL)
        dtls_give_up(dtls, 1 - direction, sink);
    pass_on(dtls, direction, raw, sink);
}

/* Handshake messages that can be read: without protection, or with a MAC alone. */
static bool is_readable_handshake(const struct hl_dtls_record *record, bool mac, bool waits)
{
    return record->type == CONTENT_HANDSHAKE && !record->unified && (record->epoch == 0 || (mac && !waits));
}

static void take_record(struct hl_dtls *dtls, unsigned direction, const struct hl_dtls_record *record,
                        struct hl_moment at, const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];
    const struct hl_raw_record raw = raw_of(record, at);
    const bool duplicate = !record->unified && seen_before(side, record->epoch, record->sequence);
    const bool mac = record->epoch > 0 && *side->protection == PROTECTION_MAC;
    const struct dtls_origin origin = { .epoch = record->epoch, .version = record->version, .mac = mac, .at = at,
                                        .cut = record->fragment.len < record->length, .duplicate = duplicate };

    if (record->type == CONTENT_CHANGE_CIPHER_SPEC && !record->unified && (record->epoch == 0 || mac)) {
        take_change(dtls, direction, &raw, duplicate, sink);
    } else if (is_readable_handshake(record, mac, dtls_must_wait(side))) {
        dtls_take_fragments(dtls, direction, record->fragment, &origin, sink);
    } else if (!raw.encrypted) {
        side->fresh = true;
        sink->record(sink->ctx, direction, &raw);
    } else if (!duplicate) {
        side->fresh |= record->type != CONTENT_HANDSHAKE; /* whether that is new is told by who opens it, or cannot */
        pass_on(dtls, direction, &raw, sink);
    }
}

bool dtls_is_resent(struct hl_dtls *dtls, unsigned direction, const struct hl_raw_record *record)
{
    struct hl_dtls_side *side = &dtls->side[direction];
    bool again = record->numbered && !record->unified && side->sealed_length == record->header.length
                 && side->sealed_epoch == record->epoch;

    side->sealed_length = record->header.length;
    side->sealed_epoch = record->epoch;
    side->repeated |= again;
    side->fresh |= !again;
    return again;
}

void dtls_push_opened(struct hl_dtls *dtls, unsigned direction, const struct hl_raw_record *record,
                      struct hl_span content, const struct hl_records_sink *sink)
{
    const struct dtls_origin origin = { .epoch = record->epoch, .version = record->header.version, .decrypted = true,
                                        .at = record->at };
    struct hl_buffer copy;

    /* Records that waited may be opened meanwhile, into the place where `content` is. */
    buf_init(&copy, RECORD_LENGTH_MAX);
    if (dtls->side[0].waiting != NULL || dtls->side[1].waiting != NULL) {
        buf_span(&copy, content);
        content = buf_view(&copy);
    }
    dtls_take_fragments(dtls, direction, content, &origin, sink);
    buf_cleanup(&copy);
}

void dtls_push(struct hl_dtls *dtls, unsigned direction, const struct hl_chunk *chunk,
               const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];
    struct hl_fault fault;
    struct hl_reader r = rd_init(chunk->bytes, &fault);

    side->fresh = side->repeated = false;
    while (rd_more(&r)) {
        struct hl_dtls_record record;
        if (!dtls_record_read(&r, side->cid_length, chunk->gap > 0, &record)) {
            dtls->skipped += chunk->gap == 0;
            break;
        }
        take_record(dtls, direction, &record, chunk->at, sink);
    }
    dtls->resent[direction] += side->repeated && !side->fresh;
}

void dtls_finish(struct hl_dtls *dtls, unsigned direction, const struct hl_records_sink *sink)
{
    dtls_give_up(dtls, direction, sink);
}
