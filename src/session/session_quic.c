/* What QUIC's packets and frames mean for a handshake. */
#include "session/session_state.h"

#include "session/events.h"

/* A packet of which only the header can be read stands in the list as a record would. */
static void on_closed_packet(struct hl_session *s, unsigned direction, const struct quic_packet *packet, struct hl_moment at)
{
    const struct hl_raw_record record = {
        .header = { .type = packet->type == QUIC_HANDSHAKE ? CONTENT_HANDSHAKE : CONTENT_APPLICATION_DATA,
                    .length = (uint16_t)(packet->bytes.len - packet->number_offset) },
        .encrypted = true,
        .fragment = packet->bytes,
        .whole = !packet->cut,
        .at = at,
    };
    struct hl_message *message = NULL;

    if (packet->type != QUIC_1RTT)
        message = session_add_message(s, direction, at);
    if (message != NULL) {
        message->content_type = record.header.type;
        message->encrypted = true;
        message->length = record.header.length;
        message->records = 1;
    }
    session_hold(s, direction, &record, message, NULL);
}

/* How far it came, told from the headers: a client has the keys of 1-RTT packets when it is done (RFC 9001, section 4.1). */
static void note_progress(struct hl_session *s, unsigned direction, enum quic_packet_type type, struct hl_moment at)
{
    struct hl_progress *p = &s->progress;
    const bool from_client = direction == s->hs.client;

    if (!p->server_hello || (type != QUIC_1RTT && type != QUIC_HANDSHAKE))
        return;
    p->server_flight |= !from_client;
    if (type != QUIC_1RTT)
        return;
    if (from_client && !p->client_finished) {
        session_touch(s, at);
        p->client_finished = true;
    }
    p->server_content |= !from_client && p->client_finished;
    p->application_data[direction] = true;
}

static struct hl_span keep_span(struct hl_session *s, struct hl_span known, struct hl_span seen)
{
    return known.len > 0 || seen.len == 0 ? known : arena_copy(&s->arena, seen);
}

static void note_header(struct hl_session *s, unsigned direction, const struct quic_packet *packet)
{
    struct hl_quic_facts *facts = s->hs.quic;
    const bool from_client = direction == s->hs.client;

    if (packet->type == QUIC_VERSION_NEGOTIATION) {
        facts->versions = keep_span(s, facts->versions, packet->versions);
        return;
    }
    facts->retry |= packet->type == QUIC_RETRY;
    if (packet->type != QUIC_INITIAL)
        return;
    if (from_client && facts->version == 0) {
        facts->version = packet->version;
        facts->destination_id = arena_copy(&s->arena, packet->destination);
    }
    struct hl_span *own = from_client ? &facts->client_id : &facts->server_id;
    *own = keep_span(s, *own, packet->source);
}

static void on_packet(void *ctx, unsigned direction, const struct quic_packet *packet, bool opened, struct hl_moment at)
{
    struct hl_session *s = ctx;

    if (session_is_settled(s))
        return;
    note_header(s, direction, packet);
    if (!opened && (packet->type == QUIC_HANDSHAKE || packet->type == QUIC_0RTT || packet->type == QUIC_1RTT))
        on_closed_packet(s, direction, packet, at);
    s->records_after += opened && session_is_over(s);
    if (!opened || packet->type == QUIC_1RTT)
        note_progress(s, direction, packet->type, at);
}

/* An error of TLS comes as an alert's number and 0x100 (RFC 9001, section 4.8). */
static void on_frame(void *ctx, unsigned direction, const struct quic_frame *frame, bool decrypted, struct hl_moment at)
{
    enum { CRYPTO_ERROR = 0x0100, FATAL = 2 };
    struct hl_session *s = ctx;
    struct hl_quic_facts *facts = s->hs.quic;

    if (frame->type == QUIC_FRAME_HANDSHAKE_DONE) {
        s->progress.server_content |= direction != s->hs.client && s->progress.client_finished;
        return;
    }
    if (facts->closed)
        return;
    session_touch(s, at);
    *facts = (struct hl_quic_facts){
        .version = facts->version, .destination_id = facts->destination_id, .client_id = facts->client_id,
        .server_id = facts->server_id, .retry = facts->retry, .versions = facts->versions,
        .closed = true,
        .closed_by_application = frame->type == QUIC_FRAME_APPLICATION_CLOSE,
        .closed_by = direction,
        .error_code = frame->error_code,
        .frame_type = frame->frame_type,
        .reason_phrase = arena_copy(&s->arena, frame->data),
        .closed_at = at,
    };
    if (!facts->closed_by_application && frame->error_code >> 8 == CRYPTO_ERROR >> 8) {
        const uint8_t content[2] = { FATAL, (uint8_t)frame->error_code };
        const struct hl_raw_record record = { .header = { .type = CONTENT_ALERT, .length = sizeof content }, .at = at };
        (void)session_add_alert(s, direction, &record, (struct hl_span){ content, sizeof content }, decrypted);
    }
}

static bool on_secret(void *ctx, unsigned direction, enum epoch epoch, struct cipher_spec *spec, struct secret *secret)
{
    struct hl_session *s = ctx;

    if (s->shared->secrets == NULL || !s->progress.server_hello)
        return false;
    (void)session_begin_opening(s);
    return s->opening != NULL && opening_traffic_secret(s->opening, &s->hs, direction, epoch, spec, secret);
}

static void on_again(void *ctx, unsigned direction)
{
    struct hl_session *s = ctx;

    s->again[direction] += !session_is_over(s);
}

struct quic_sink session_quic_sink(struct hl_session *s)
{
    return (struct quic_sink){ s, on_secret, session_on_message, on_frame, on_again, on_packet };
}

/* What opens takes the place of what stood for it. */
bool session_open_held_packet(struct hl_session *s, const struct held_record *held)
{
    const struct quic_sink sink = session_quic_sink(s);
    struct hl_span rest = held->record.fragment, content;
    struct quic_packet packet;
    enum quic_level level;

    if (!quic_packet_next(&rest, &packet)
        || !quic_packet_open(s->quic, held->direction, &packet, &sink, &level, &content))
        return false;
    struct hl_message *later = held->message != NULL ? events_cut(&s->hs, held->message) : NULL;
    quic_content(s->quic, held->direction, level, content, held->record.at, &sink);
    events_join(&s->hs, later);
    return true;
}
