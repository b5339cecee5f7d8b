/* Records that are not messages, or hold messages under keys: opened, held back, or told as what they are. */
#include "session/session_state.h"

#include "registry/registry.h"
#include "session/dtls_facts.h"
#include "session/ech.h"
#include "session/events.h"

#include <string.h>

/* --- what is application data ---------------------------------------------- */

static void note_record(struct hl_session *s, unsigned direction, const struct hl_raw_record *record, bool content)
{
    if (s->connection->kept == NULL || s->dtls != NULL) /* datagrams are looked at one by one */
        return;
    if (content)
        content_add(&s->hs.content[direction], &s->arena, record->offset, record->header.length);
    else
        content_add_other(&s->hs.content[direction], record->offset, record->header.length);
}

/* A record that stays closed. In TLS 1.3 its type says nothing: what may be a part of the handshake counts as one. */
static bool is_closed_content(const struct hl_session *s, unsigned direction, uint8_t type)
{
    const struct hl_progress *p = &s->progress;

    if (type != CONTENT_APPLICATION_DATA || !session_is_tls13(s) || session_is_settled(s))
        return type == CONTENT_APPLICATION_DATA || type == CONTENT_HEARTBEAT;
    if (direction != s->hs.client)
        return false;
    return p->client_flight || (s->hs.client_hello.has_early_data && !p->server_flight);
}

/* What was read when the handshake was told goes on: in a record that has begun, behind the last one. */
void session_conclude_content(struct hl_session *s)
{
    for (unsigned direction = 0; direction < 2; direction++) {
        const struct hl_records *records = &s->records[direction];
        bool typed = records->record.type == CONTENT_APPLICATION_DATA || records->record.type == CONTENT_HEARTBEAT;
        uint64_t rest = session_is_over(s) ? records->pushed : UINT64_MAX;
        if (records->open && typed && (session_is_over(s) || is_closed_content(s, direction, records->record.type)))
            rest = records->offset + RECORD_HEADER_LENGTH;
        content_conclude(&s->hs.content[direction], rest);
    }
}

/* A message was received when its record was: later than its own last byte, if others follow it. */
static void on_settled(void *ctx, unsigned direction, struct hl_moment at)
{
    struct hl_session *s = ctx;

    for (struct hl_message *m = s->unsettled[direction]; m != NULL; m = m->next) {
        if (m->direction == direction)
            m->at = at;
    }
    s->unsettled[direction] = NULL;
    session_touch(s, at);
    if (s->connection->kept != NULL)
        content_add_other(&s->hs.content[direction], s->records[direction].offset, s->records[direction].record.length);
}

/* --- records that are not messages ----------------------------------------- */

static struct hl_alert_event *add_visible_alert(struct hl_session *s, unsigned direction,
                                                const struct hl_raw_record *record)
{
    bool with_mac = s->records[direction].protection == PROTECTION_MAC;
    bool plain = !record->encrypted && record->content_length == 2 && (record->header.length == 2 || with_mac);

    return session_add_alert(s, direction, record, (struct hl_span){ record->content, plain ? 2 : 0 }, false);
}

static bool has_null_cipher(const struct hl_session *s)
{
    const struct hl_suite *suite = s->progress.server_hello ? reg_suite(s->hs.server_hello.cipher_suite) : NULL;

    return suite != NULL && strcmp(suite->cipher, "NULL") == 0;
}

/* True when it was not begun before. */
bool session_begin_opening(struct hl_session *s)
{
    if (s->opening != NULL)
        return false;
    s->opening = opening_new(s->shared->secrets, &s->shared->resumables, &s->shared->certificates, s->shared->plain);
    return true;
}

/* The keys of what was agreed on, where they are known (SSL 3.0 to TLS 1.2). */
static bool change_cipher(struct hl_session *s, unsigned direction)
{
    (void)session_begin_opening(s);
    s->cipher_pending[direction] = s->opening == NULL || !opening_change_cipher(s->opening, &s->hs, direction);
    return !s->cipher_pending[direction];
}

/* The session can be resumed once the server has proved that it knows the keys. */
static void remember_session(struct hl_session *s)
{
    const struct hl_handshake *hs = &s->hs;

    if (hs->server_hello_message != NULL && !hs->server_hello.ssl2)
        resumables_add(&s->shared->resumables, hs->server_hello.session_id, hs->server_hello_message->at,
                       session_known_master(s, hs->server_hello_message));
}

static void on_change_cipher_spec(struct hl_session *s, unsigned direction)
{
    struct hl_records *records = &s->records[direction];
    bool opens = false;

    s->progress.change_cipher_spec[direction] = true;
    if (session_is_tls13(s)) /* it means nothing (RFC 8446, appendix D.4) */
        return;
    if (s->shared->secrets != NULL)
        opens = change_cipher(s, direction);
    if (direction != s->hs.client)
        remember_session(s);
    records->protection = opens                  ? PROTECTION_ON
                          : s->hs.version == 0   ? PROTECTION_DOUBTFUL
                          : has_null_cipher(s)   ? PROTECTION_MAC
                                                 : PROTECTION_ON;
}

/* A Finished alone: 4 + 32 or 48 bytes, content type, a tag of 8 or 16. */
static bool is_finished_length(uint32_t length)
{
    return length == 45 || length == 53 || length == 61 || length == 69;
}

static void on_application_data(struct hl_session *s, unsigned direction, const struct hl_raw_record *record)
{
    struct hl_progress *p = &s->progress;
    uint32_t length = record->header.length;
    bool from_client = direction == s->hs.client;

    p->application_data[direction] = true;
    if (!session_is_tls13(s) || !p->server_hello)
        return;
    if (!from_client) {
        p->server_flight |= length >= TLS13_FINISHED_MIN;
        p->server_content |= p->client_finished && length >= TLS13_FINISHED_MIN;
        p->server_alert |= p->client_finished && length < TLS13_FINISHED_MIN;
        return;
    }
    /* Early data come before the server's flight (RFC 8446, section 2.3). */
    if (s->hs.client_hello.has_early_data && !p->server_flight)
        return;
    if (p->client_finished)
        p->client_content += length;
    else if (length >= TLS13_FINISHED_MIN)
        p->client_finished = true;
    p->client_authenticates |= !p->client_record && !is_finished_length(length);
    p->client_record = true;
    p->client_flight |= is_finished_length(length);
}

static void on_opened(struct hl_session *s, unsigned direction, const struct hl_raw_record *record, uint8_t type,
                      struct hl_span content)
{
    const struct hl_records_sink sink = session_records_sink(s);
    struct hl_message *message;

    s->records_after += session_is_over(s);
    note_record(s, direction, record, type == CONTENT_APPLICATION_DATA || type == CONTENT_HEARTBEAT);
    switch (type) {
    case CONTENT_HANDSHAKE:
        if (s->dtls != NULL)
            dtls_push_opened(s->dtls, direction, record, content, &sink);
        else
            records_push_opened(&s->records[direction], direction, record, content, &sink);
        return;
    case CONTENT_ALERT:
        for (; content.len >= 2; content = (struct hl_span){ content.ptr + 2, content.len - 2 })
            (void)session_add_alert(s, direction, record, (struct hl_span){ content.ptr, 2 }, true);
        return;
    case CONTENT_CHANGE_CIPHER_SPEC:
        on_change_cipher_spec(s, direction);
        break;
    case CONTENT_APPLICATION_DATA:
        s->progress.application_data[direction] = true;
        s->progress.server_content |= direction != s->hs.client && s->progress.client_finished;
        break;
    default:
        break;
    }
    message = session_is_over(s) ? NULL : session_add_message(s, direction, record->at); /* early data, a renegotiation */
    if (message == NULL)
        return;
    message->content_type = type;
    message->decrypted = true;
    message->length = (uint32_t)content.len;
    message->record_version = record->header.version;
    message->records = 1;
}

void session_hold(struct hl_session *s, unsigned direction, const struct hl_raw_record *record,
                 struct hl_message *message, struct hl_alert_event *alert)
{
    if (record->encrypted && s->shared->secrets != NULL)
        held_push(&s->held, &s->arena, direction, record, message, alert);
}

/* With the secrets of the connection; false when it stays closed. */
static bool open_record(struct hl_session *s, unsigned direction, const struct hl_raw_record *record, uint8_t *type,
                        struct hl_span *content)
{
    if (!record->encrypted || s->shared->secrets == NULL || s->hs.version == 0)
        return false;
    bool first = session_begin_opening(s);
    if (!session_is_tls13(s) && (first || s->cipher_pending[direction]))
        (void)change_cipher(s, direction);
    return s->opening != NULL && opening_open(s->opening, &s->hs, direction, record, type, content);
}

/* What opens takes the place of what stood for it. */
static bool open_held_record(struct hl_session *s, const struct held_record *held)
{
    struct hl_span content;
    uint8_t type;

    if (!open_record(s, held->direction, &held->record, &type, &content))
        return false;
    struct hl_message *later = held->message != NULL ? events_cut(&s->hs, held->message) : NULL;
    if (held->alert != NULL)
        events_remove_alert(&s->hs, held->alert);
    on_opened(s, held->direction, &held->record, type, content);
    events_join(&s->hs, later);
    return true;
}

/* Try what was held back, in the order in which it came. */
void session_open_held(struct hl_session *s)
{
    struct held_record **link = &s->held.first;

    while (*link != NULL) {
        struct held_record *held = *link;
        if (s->quic != NULL ? session_open_held_packet(s, held) : open_held_record(s, held))
            *link = held->next;
        else
            link = &held->next;
    }
    s->held.end = link;
    for (unsigned direction = 0; direction < 2; direction++) {
        if (s->held.incomplete[direction] && s->opening != NULL)
            opening_gap(s->opening, direction);
        s->held.incomplete[direction] = false;
    }
}

/* Secrets that were not there when the first records came: a key log that is still written. */
void session_take_secrets(struct hl_session *s)
{
    const uint64_t generation = secrets_generation(s->shared->secrets);

    if (s->generation == generation)
        return;
    s->generation = generation;
    if (session_is_tls13(s))
        ech_open(&s->hs, s->shared->secrets, &s->arena);
    if (s->opening != NULL)
        opening_new_secrets(s->opening);
    if (s->held.first != NULL)
        session_open_held(s);
}

static void on_record(void *ctx, unsigned direction, const struct hl_raw_record *record)
{
    struct hl_session *s = ctx;
    uint8_t type = record->header.type, opened;
    struct hl_span content;

    const bool settled = session_is_settled(s);
    if (record->epoch > 0 && !record->unified && !s->progress.change_cipher_spec[direction])
        on_change_cipher_spec(s, direction); /* DTLS: it was lost, which its epoch makes good */
    if (!settled && open_record(s, direction, record, &opened, &content)) {
        on_opened(s, direction, record, opened, content);
        return;
    }
    note_record(s, direction, record, is_closed_content(s, direction, type));
    if (settled)
        return;
    if (type == CONTENT_TLS12_CID && s->dtls != NULL) /* it hides the type: the first one is Finished (RFC 9146, section 4) */
        type = s->progress.finished[direction] ? CONTENT_APPLICATION_DATA : CONTENT_HANDSHAKE;
    if (type == CONTENT_HANDSHAKE && s->dtls != NULL && dtls_is_resent(s->dtls, direction, record)) {
        dtls_note_resent(&s->hs, direction, NULL);
        return;
    }
    if (type == CONTENT_ALERT) {
        struct hl_alert_event *alert = add_visible_alert(s, direction, record);
        session_hold(s, direction, record, NULL, alert);
        return;
    }
    if (session_is_told(s) && type != CONTENT_HANDSHAKE && type != CONTENT_CHANGE_CIPHER_SPEC) { /* content */
        s->progress.application_data[direction] = true;
        session_hold(s, direction, record, NULL, NULL);
        return;
    }
    bool interesting = !content_type_is_known(type) || type == CONTENT_HANDSHAKE || type == CONTENT_CHANGE_CIPHER_SPEC
                       || (type == CONTENT_APPLICATION_DATA && (session_is_tls13(s) || s->hs.version == 0));
    struct hl_message *message = interesting ? session_add_message(s, direction, record->at) : NULL;
    if (message != NULL) {
        message->content_type = type;
        message->encrypted = type == CONTENT_HANDSHAKE || type == CONTENT_APPLICATION_DATA;
        message->length = record->header.length;
        message->record_version = record->header.version;
        message->records = 1;
    }
    session_hold(s, direction, record, message, NULL);
    if (type == CONTENT_CHANGE_CIPHER_SPEC)
        on_change_cipher_spec(s, direction);
    else if (type == CONTENT_HANDSHAKE)
        s->progress.finished[direction] |= s->progress.change_cipher_spec[direction];
    else if (record->unified)
        dtls13_note_record(&s->progress, direction == s->hs.client, record);
    else if (type == CONTENT_APPLICATION_DATA)
        on_application_data(s, direction, record);
}

/* DTLS: messages that the capture does not have. */
static void on_lost(void *ctx, unsigned direction, struct hl_moment at)
{
    struct hl_session *s = ctx;

    events_add_gap(&s->hs, &s->arena, direction, &(struct hl_chunk){ .at = at });
}

static void on_message_again(void *ctx, unsigned direction, uint16_t message_seq)
{
    struct hl_session *s = ctx;

    dtls_note_resent(&s->hs, direction, &message_seq);
}

struct hl_records_sink session_records_sink(struct hl_session *s)
{
    return (struct hl_records_sink){ s, session_on_message, on_record, on_settled, on_lost, on_message_again };
}
