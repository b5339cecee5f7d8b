#include "session/dtls_order.h"

#include "base/hash.h"
#include "base/limits.h"
#include "session/dtls_message.h"

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, HELLO_VERIFY_REQUEST = 3 };

/* Tell the first of the messages; its place in the list is free before the sink comes back with more. */
static void tell_first(struct hl_dtls *dtls, unsigned direction, const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];
    struct hl_dtls_message *m = side->messages;
    const struct hl_raw_message raw = {
        .type = m->type,
        .length = m->length,
        .body = dtls_message_is_whole(m) ? buf_view(&m->body) : dtls_message_front(m),
        .cut = !dtls_message_is_whole(m),
        .decrypted = m->decrypted,
        .records = m->records,
        .record_version = m->version,
        .message_seq = m->seq,
        .at = m->at,
    };

    side->messages = m->next;
    side->bytes -= m->body.len;
    side->next_seq = (uint16_t)(m->seq + 1);
    side->verify_requested = m->type == HELLO_VERIFY_REQUEST;
    if (side->verify_requested)
        side->verify_hash = hash_bytes(raw.body, 0);
    sink->message(sink->ctx, direction, &raw);
    dtls_message_free(m);
}

static void tell_in_order(struct hl_dtls *dtls, unsigned direction, const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];

    while (side->messages != NULL && side->messages->seq == side->next_seq && dtls_message_is_whole(side->messages))
        tell_first(dtls, direction, sink);
}

bool dtls_must_wait(const struct hl_dtls_side *side)
{
    return side->messages != NULL && !side->messages->decrypted;
}

void dtls_give_up(struct hl_dtls *dtls, unsigned direction, const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];

    while (side->messages != NULL) {
        const struct hl_dtls_message *m = side->messages;
        if (m->seq != side->next_seq) {
            dtls->gaps += (uint16_t)(m->seq - side->next_seq);
            sink->lost(sink->ctx, direction, m->at);
        } else if (!dtls_message_is_whole(m)) {
            dtls->gaps++;
        }
        tell_first(dtls, direction, sink);
    }
    dtls_release(dtls, direction, sink);
}

void dtls_free_messages(struct hl_dtls_side *side)
{
    for (struct hl_dtls_message *m = side->messages, *next; m != NULL; m = next) {
        next = m->next;
        dtls_message_free(m);
    }
    side->messages = NULL;
}

/* --- fragments ----------------------------------------------------------------- */

/* The message of this number, made where it is new; NULL when memory has run out. */
static struct hl_dtls_message *message_of(struct hl_dtls_side *side, const struct hl_dtls_fragment *fragment,
                                          bool *is_new)
{
    const uint16_t place = (uint16_t)(fragment->message_seq - side->next_seq);
    struct hl_dtls_message **link = &side->messages;

    while (*link != NULL && (uint16_t)((*link)->seq - side->next_seq) < place)
        link = &(*link)->next;
    *is_new = *link == NULL || (*link)->seq != fragment->message_seq;
    if (!*is_new)
        return *link;
    struct hl_dtls_message *m = dtls_message_new(fragment);
    if (m == NULL)
        return NULL;
    m->next = *link;
    *link = m;
    return m;
}

/* Does a new handshake begin, whose messages are counted from 0 again? Up to DTLS 1.2 one that renegotiates does, under
 * the keys of the one before (RFC 6347, section 4.2.2); in DTLS 1.3 numbers go on. */
static bool begins_handshake(const struct hl_dtls_side *side, const struct hl_dtls_fragment *fragment,
                             const struct dtls_origin *origin)
{
    return origin->decrypted && origin->epoch > side->handshake_epoch && fragment->message_seq < side->next_seq
           && fragment->type <= SERVER_HELLO && fragment->message_seq <= 1;
}

/* The first message of a direction says where it begins: a hello with its number, as the client may have been asked for
 * a cookie before; in the middle of a handshake anything. */
static void begin(struct hl_dtls_side *side, const struct hl_dtls_fragment *fragment, bool anywhere)
{
    bool hello = fragment->type >= CLIENT_HELLO && fragment->type <= HELLO_VERIFY_REQUEST;

    side->begun = true;
    if (hello || anywhere)
        side->next_seq = fragment->message_seq;
}

/* A message that was told is there again. A server that keeps nothing may ask for a cookie several times, and count
 * from 0 again behind that (RFC 6347, section 4.2.1). */
static bool is_news(struct hl_dtls_side *side, const struct hl_dtls_fragment *fragment)
{
    if (!side->verify_requested || fragment->message_seq + 1u != side->next_seq)
        return false;
    if (fragment->type == HELLO_VERIFY_REQUEST)
        return fragment->offset == 0 && hash_bytes(fragment->bytes, 0) != side->verify_hash;
    return fragment->type == SERVER_HELLO;
}

static void note_repeated(struct hl_dtls_side *side, const struct dtls_origin *origin)
{
    if (!origin->duplicate)
        side->repeated = true;
}

/* Which message is it? False when it is one that was told, or is too far ahead. */
static bool is_awaited(struct hl_dtls *dtls, unsigned direction, const struct hl_dtls_fragment *fragment,
                       const struct dtls_origin *origin, const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];

    if (!side->begun)
        begin(side, fragment, dtls->mid_stream);
    if (begins_handshake(side, fragment, origin)) {
        dtls_give_up(dtls, direction, sink);
        side->handshake_epoch = origin->epoch;
        side->next_seq = side->seen_seq = 0;
    }
    if (fragment->message_seq < side->next_seq && is_news(side, fragment)) {
        side->next_seq = fragment->message_seq;
    } else if (fragment->message_seq < side->next_seq) {
        note_repeated(side, origin);
        if (!origin->duplicate && fragment->offset == 0)
            sink->again(sink->ctx, direction, fragment->message_seq);
        return false;
    }
    if ((unsigned)(fragment->message_seq - side->next_seq) >= HL_DTLS_MESSAGES_MAX) {
        dtls->skipped++;
        return false;
    }
    return true;
}

/* A new message says that its side goes on: so it has all that the other one sent. */
static void note_seen(struct hl_dtls *dtls, unsigned direction, uint16_t message_seq,
                      const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];

    if (message_seq < side->seen_seq)
        return;
    side->seen_seq = (uint16_t)(message_seq + 1);
    if (dtls->side[1 - direction].messages != NULL)
        dtls_give_up(dtls, 1 - direction, sink);
}

static void take_fragment(struct hl_dtls *dtls, unsigned direction, const struct hl_dtls_fragment *fragment,
                          const struct dtls_origin *origin, const struct hl_records_sink *sink)
{
    struct hl_dtls_side *side = &dtls->side[direction];
    bool is_new, conflict;

    if (!is_awaited(dtls, direction, fragment, origin, sink))
        return;
    note_seen(dtls, direction, fragment->message_seq, sink);
    if (side->bytes + fragment->offset + fragment->bytes.len > HL_DTLS_BYTES_MAX)
        dtls_give_up(dtls, direction, sink);
    struct hl_dtls_message *m = fragment->message_seq >= side->next_seq ? message_of(side, fragment, &is_new) : NULL;
    if (m == NULL)
        return;
    if (m->type != fragment->type || m->length != fragment->length) {
        dtls->conflicts++;
        return;
    }
    const size_t size = m->body.len;
    if (fragment->offset > size + HL_DTLS_HOLE_MAX) {
        dtls->skipped++;
        return;
    }
    const bool some = dtls_message_put(m, fragment, &conflict);
    side->bytes += m->body.len - size;
    dtls->conflicts += conflict;
    if (!some && !is_new) {
        note_repeated(side, origin);
        return;
    }
    side->fresh = true;
    if (m->records < UINT16_MAX)
        m->records++;
    m->version = origin->version;
    m->decrypted = origin->decrypted;
    m->at = origin->at;
    tell_in_order(dtls, direction, sink);
}

void dtls_take_fragments(struct hl_dtls *dtls, unsigned direction, struct hl_span content,
                         const struct dtls_origin *origin, const struct hl_records_sink *sink)
{
    struct hl_fault fault;
    struct hl_reader r = origin->cut ? rd_init_cut(content, &fault) : rd_init(content, &fault);

    while (rd_more(&r)) {
        struct hl_dtls_fragment fragment;
        if (!dtls_fragment_read(&r, origin->cut, &fragment)) {
            dtls->skipped++;
            break;
        }
        take_fragment(dtls, direction, &fragment, origin, sink);
        if (origin->mac)
            break;
    }
    dtls_release(dtls, direction, sink);
}
