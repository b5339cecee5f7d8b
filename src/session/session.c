#include "session/session.h"

#include "base/limits.h"
#include "crypto/certificate_compression.h"
#include "crypto/prf.h"
#include "registry/registry.h"
#include "session/conclude.h"
#include "session/dtls.h"
#include "session/dtls_facts.h"
#include "session/ech.h"
#include "session/events.h"
#include "session/held.h"
#include "session/judge.h"
#include "session/opening.h"
#include "session/proofs.h"
#include "session/quic.h"
#include "session/records.h"
#include "wire/certificate.h"
#include "wire/key_exchange.h"
#include "wire/message.h"

#include <stdlib.h>
#include <string.h>

#define SPARE_MAX 64u
#define ARENA_KEEP ((size_t)64 << 10)

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, HELLO_VERIFY_REQUEST = 3, NEW_SESSION_TICKET = 4,
       HELLO_RETRY_REQUEST_OLD = 6, CERTIFICATE = 11, CERTIFICATE_REQUEST = 13, CLIENT_KEY_EXCHANGE = 16,
       FINISHED = 20, COMPRESSED_CERTIFICATE = 25 };
enum { SSL2_CLIENT_HELLO = 1, SSL2_SERVER_HELLO = 4, SSL2_CLIENT_MASTER_KEY = 2 };

/* When a client has sent this much after its Finished, it is content. */
#define TLS13_CONTENT_MIN ((uint64_t)1 << 16)

struct hl_session {
    struct hl_sessions *shared;
    const struct hl_connection *connection; /* the caller's */
    struct hl_session *next, **link; /* in the list of open ones, or of spare ones */
    struct hl_arena arena;
    struct hl_records records[2];
    struct hl_dtls *dtls; /* what stands for them in DTLS; NULL elsewhere */
    struct hl_handshake hs;
    struct hl_progress progress;
    struct hl_moment last; /* when bytes came last */
    struct hl_message *unsettled[2]; /* by direction: the first message of a record that has not ended */
    struct quic *quic;               /* NULL: another carrier */
    uint32_t again[2];               /* by direction: packets of the handshake that were sent again, as QUIC tells */
    struct opening *opening;         /* NULL: no secrets were given, or nothing was encrypted yet */
    bool cipher_pending[2];          /* by direction: a change of cipher whose keys are not known yet */
    uint32_t records_after;          /* encrypted ones, after the handshake was over */
    struct held_records held;        /* that could not be opened when they came */
    uint64_t generation;             /* of the secrets, when they were last tried */
};

static bool is_tls13(const struct hl_session *s)
{
    return version_is_tls13(s->hs.version);
}

/* Both Finished were there, as far as one can tell. */
static bool is_over(const struct hl_session *s)
{
    const struct hl_progress *p = &s->progress;

    return is_tls13(s) ? p->client_finished : p->finished[0] && p->finished[1] && p->server_hello;
}

/* Nothing that could still come would change the story: or, what comes can be read, but was enough. */
static bool is_told(const struct hl_session *s)
{
    const struct hl_progress *p = &s->progress;
    unsigned client = s->hs.client;

    if (s->quic != NULL && s->records_after > 0)
        return s->records_after >= HL_QUIC_AFTER_MAX;
    if (s->opening != NULL && s->opening->side[0].opened + s->opening->side[1].opened > 0)
        return s->records_after >= HL_RECORDS_AFTER_MAX;
    if (is_tls13(s))
        return p->client_finished && (p->server_content || p->client_content >= TLS13_CONTENT_MIN);
    return p->finished[client] && p->finished[1 - client] && p->server_hello;
}

/* A program writes its secrets down at about the time at which it uses them. */
static bool waits_for_secrets(const struct hl_session *s)
{
    return s->held.first != NULL && secrets_may_come(s->shared->secrets)
           && s->last.time_ns - s->hs.end.time_ns < HL_SECRETS_WAIT_NS;
}

/* Before TLS 1.3 another handshake may follow at once, and be refused: content says that it does not. With a NULL cipher
 * its messages would be taken for those of the first. */
static bool may_renegotiate(const struct hl_session *s)
{
    const struct hl_progress *p = &s->progress;

    return !is_tls13(s) && !p->application_data[0] && !p->application_data[1]
           && s->records[0].protection == PROTECTION_ON && s->records[1].protection == PROTECTION_ON;
}

static bool is_settled(const struct hl_session *s)
{
    return is_told(s) && !waits_for_secrets(s) && !may_renegotiate(s);
}

/* --- what happened, in order ----------------------------------------------- */

static void touch(struct hl_session *s, struct hl_moment at)
{
    if (s->hs.start.time_ns == 0 && s->hs.start.frame == 0)
        s->hs.start = at;
    if (!is_over(s) && !moment_before(at, s->hs.end)) /* what follows only proves that it was accepted */
        s->hs.end = at;
}

static struct hl_message *add_message(struct hl_session *s, unsigned direction, struct hl_moment at)
{
    touch(s, at);
    return events_add_message(&s->hs, &s->arena, direction, at);
}

/* In TLS 1.3 all but two are fatal, whatever their level says (RFC 8446, section 6). */
static bool is_fatal(const struct hl_session *s, uint8_t level, uint8_t description)
{
    enum { CLOSE_NOTIFY = 0, USER_CANCELED = 90 };

    return is_tls13(s) ? description != CLOSE_NOTIFY && description != USER_CANCELED : level == 2;
}

/* `content`: level and description, or nothing when they are not known. */
static struct hl_alert_event *add_alert(struct hl_session *s, unsigned direction, const struct hl_raw_record *record,
                                        struct hl_span content, bool decrypted)
{
    struct hl_progress *p = &s->progress;
    bool known = content.len >= 2;

    touch(s, record->at);
    if (known && is_fatal(s, content.ptr[0], content.ptr[1])) {
        p->fatal_alert = true;
        p->rejected |= decrypted && is_tls13(s) && direction != s->hs.client && p->client_finished && !p->server_content;
    }
    struct hl_alert_event *alert = events_add_alert(&s->hs, &s->arena, direction, record->at);
    if (alert == NULL)
        return NULL;
    alert->encrypted = !known;
    alert->decrypted = decrypted;
    alert->level = known ? content.ptr[0] : 0;
    alert->description = known ? content.ptr[1] : 0;
    alert->length = record->header.length;
    return alert;
}

static struct hl_alert_event *add_visible_alert(struct hl_session *s, unsigned direction,
                                                const struct hl_raw_record *record)
{
    bool with_mac = s->records[direction].protection == PROTECTION_MAC;
    bool plain = !record->encrypted && record->content_length == 2 && (record->header.length == 2 || with_mac);

    return add_alert(s, direction, record, (struct hl_span){ record->content, plain ? 2 : 0 }, false);
}

static void on_gap(struct hl_session *s, unsigned direction, const struct hl_chunk *chunk)
{
    events_add_gap(&s->hs, &s->arena, direction, chunk);
    if (s->opening != NULL)
        opening_gap(s->opening, direction);
}

/* --- what messages mean for the ones that follow --------------------------- */

static void know_client(struct hl_session *s, unsigned direction)
{
    if (!s->hs.client_known) {
        s->hs.client = direction;
        s->hs.client_known = true;
    }
}

/* DTLS: the hello with the cookie that the server asked for is the first that counts (RFC 6347, section 4.2.6). */
static bool is_hello_again(const struct hl_handshake *hs, const struct hl_message *message)
{
    return message->numbered && !message->decrypted && message->direction == hs->client
           && hs->server_hello_message == NULL && hs->retry_message == NULL;
}

static void on_client_hello(struct hl_session *s, struct hl_message *message)
{
    struct hl_handshake *hs = &s->hs;

    if (hs->client_hello_message == NULL || is_hello_again(hs, message)) {
        know_client(s, message->direction);
        hs->client_hello_message = message;
        (void)parse_client_hello(message, &hs->client_hello);
        message->fault = hs->client_hello.fault;
    } else if (hs->retried_hello_message == NULL && message->direction == hs->client && !message->decrypted) {
        /* The answer to a HelloRetryRequest, which the capture may show later; conclude() knows. */
        hs->retried_hello_message = message;
        client_hello_parse(message->body, message->cut, &hs->retried_hello);
        message->fault = hs->retried_hello.fault;
    }
}

static void know_version(struct hl_session *s, uint16_t version)
{
    struct hl_handshake *hs = &s->hs;

    if (version == 0)
        return;
    hs->version = version;
    for (unsigned i = 0; i < 2; i++) {
        if (s->records[i].protection == PROTECTION_DOUBTFUL)
            s->records[i].protection = version_is_tls13(version) ? PROTECTION_NONE : PROTECTION_ON;
    }
}

static void on_server_hello(struct hl_session *s, struct hl_message *message)
{
    struct hl_handshake *hs = &s->hs;
    struct hl_server_hello hello;

    if (message->ssl2)
        ssl2_server_hello_parse(message->body, message->cut, &hello);
    else
        server_hello_parse(message->body, message->cut, &hello);
    message->fault = hello.fault;
    know_client(s, 1 - message->direction);
    if (hello.is_retry_request && hs->retry_message == NULL) {
        hs->retry_message = message;
        hs->hello_retry = hello;
        know_version(s, hello.version);
        return;
    }
    if (hs->server_hello_message != NULL) /* of a renegotiation, too */
        return;
    hs->server_hello_message = message;
    hs->server_hello = hello;
    if (hello.random.len == 0 && !hello.ssl2) /* nothing can be told from it */
        return;
    know_version(s, hello.version);
    for (unsigned direction = 0; direction < 2 && s->dtls != NULL; direction++)
        s->dtls->side[direction].cid_length = dtls_cid_length(hs, direction);
    if (is_tls13(s) && s->shared->secrets != NULL)
        ech_open(hs, s->shared->secrets, &s->arena);
    s->progress.server_hello = true;
}

/* HelloRetryRequest as a message of its own: drafts of TLS 1.3 before 22. */
static void on_old_retry_request(struct hl_session *s, struct hl_message *message)
{
    struct hl_handshake *hs = &s->hs;
    struct hl_reader r = rd_init(message->body, &message->fault);

    know_client(s, 1 - message->direction);
    if (hs->retry_message != NULL)
        return;
    hs->retry_message = message;
    hs->hello_retry.is_retry_request = true;
    hs->hello_retry.legacy_version = hs->hello_retry.version = rd_u16(&r, "server_version");
}

/* Look at a message whose meaning does not depend on keys; note where it breaks. */
static void check_message(struct hl_session *s, struct hl_message *message)
{
    struct hl_message_context ctx = {
        .version = version_is_tls13(s->hs.version) ? 0x0304 : s->hs.version,
        .cipher_suite = s->hs.server_hello_message != NULL ? s->hs.server_hello.cipher_suite : 0,
        .from_client = s->hs.client_known && message->direction == s->hs.client,
    };

    message_walk(message->type, message->body, message->cut, &ctx, NULL, &message->fault);
}

/* What a message says that was hidden: how far the handshake came is no guess any more. */
static void on_decrypted(struct hl_session *s, const struct hl_message *message)
{
    struct hl_progress *p = &s->progress;
    bool from_client = message->direction == s->hs.client;

    if (message->type == FINISHED && !is_tls13(s))
        p->finished[message->direction] = true;
    else if (message->type == FINISHED && from_client)
        p->client_finished = true;
    else if (message->type == FINISHED)
        p->server_flight = true;
    p->client_authenticates |= (message->type == CERTIFICATE || message->type == COMPRESSED_CERTIFICATE) && from_client;
    p->server_content |= message->type == NEW_SESSION_TICKET && !from_client && p->client_finished;
    opening_message(s->opening, &s->hs, message);
}

static const uint8_t *known_master(const struct hl_session *s, const struct hl_message *message)
{
    const struct exchange *x = s->opening != NULL ? opening_exchange(s->opening, &s->hs, message) : NULL;

    return x != NULL && x->has_master ? x->master : NULL;
}

static void remember_ticket(struct hl_session *s, const struct hl_message *message)
{
    struct hl_new_session_ticket ticket;
    struct hl_fault fault;
    struct hl_reader r = rd_init(message->body, &fault);

    if (!message->cut && new_session_ticket_parse(&r, is_tls13(s), &ticket))
        resumables_add(&s->shared->resumables, ticket.ticket, message->at, known_master(s, message));
}

/* Only what came under keys: others have no business here, and could make much of little. */
static void expand_certificate(struct hl_session *s, struct hl_message *message)
{
    struct hl_compressed_certificate compressed;
    struct hl_fault fault;
    struct hl_reader r = message_reader(message, &fault);

    message->not_expanded = message->cut ? "compressed, and cut short" : "compressed, and malformed";
    if (message->cut || !compressed_certificate_parse(&r, &compressed) || compressed.uncompressed_length == 0)
        return;
    uint8_t *out = compressed.uncompressed_length <= HL_MESSAGE_MAX
                       ? arena_alloc_raw(&s->arena, compressed.uncompressed_length) : NULL;
    message->not_expanded = "compressed, and too large";
    if (out == NULL)
        return;
    switch (certificate_expand(compressed.algorithm, compressed.data, out, compressed.uncompressed_length)) {
    case EXPANDED:
        message->certificate = (struct hl_span){ out, compressed.uncompressed_length };
        message->not_expanded = NULL;
        break;
    case EXPANSION_UNKNOWN: message->not_expanded = "compressed in a way that is not known"; break;
    case EXPANSION_DAMAGED: message->not_expanded = "compressed, and does not decompress"; break;
    }
}

static void open_held(struct hl_session *s);

static void on_message(void *ctx, unsigned direction, const struct hl_raw_message *raw)
{
    struct hl_session *s = ctx;

    if (is_settled(s)) /* what follows in the same segment is not told either */
        return;
    struct hl_message *message = add_message(s, direction, raw->at);
    if (message == NULL)
        return;
    message->content_type = CONTENT_HANDSHAKE;
    message->type = raw->type;
    message->ssl2 = raw->ssl2;
    message->length = raw->length;
    message->records = raw->records;
    message->record_version = raw->record_version;
    message->decrypted = raw->decrypted;
    message->numbered = s->dtls != NULL;
    message->message_seq = raw->message_seq;
    message->body = arena_copy(&s->arena, raw->body);
    message->cut = raw->cut || message->body.len < raw->body.len;
    if (s->unsettled[direction] == NULL && !raw->ssl2 && s->dtls == NULL)
        s->unsettled[direction] = message;

    if (raw->ssl2 ? raw->type == SSL2_CLIENT_HELLO : raw->type == CLIENT_HELLO) {
        on_client_hello(s, message);
    } else if (raw->ssl2 ? raw->type == SSL2_SERVER_HELLO : raw->type == SERVER_HELLO) {
        on_server_hello(s, message);
        if (s->held.first != NULL && !message->decrypted) /* that of a renegotiation comes while one is being opened */
            open_held(s);
    } else if (raw->ssl2) {
        message->encrypted = raw->type != SSL2_CLIENT_MASTER_KEY;
    } else if (raw->type == HELLO_VERIFY_REQUEST && s->dtls != NULL) {
        check_message(s, message);
        know_client(s, 1 - direction);
        s->hs.verify_message = message;
    } else if (raw->type == HELLO_RETRY_REQUEST_OLD) {
        on_old_retry_request(s, message);
    } else {
        check_message(s, message);
        s->hs.certificate_requested |= raw->type == CERTIFICATE_REQUEST;
        if (raw->type == FINISHED && s->records[direction].protection == PROTECTION_MAC)
            s->progress.finished[direction] = true;
    }
    if (raw->type == CLIENT_KEY_EXCHANGE && s->dtls != NULL && s->held.first != NULL && s->opening != NULL) {
        opening_new_secrets(s->opening); /* it came behind what is encrypted with keys that are made of it */
        open_held(s);
    }
    if (raw->decrypted && raw->type == COMPRESSED_CERTIFICATE)
        expand_certificate(s, message);
    if (raw->decrypted)
        on_decrypted(s, message);
    if (raw->type == NEW_SESSION_TICKET && !raw->ssl2)
        remember_ticket(s, message);
}

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

    if (type != CONTENT_APPLICATION_DATA || !is_tls13(s) || is_settled(s))
        return type == CONTENT_APPLICATION_DATA || type == CONTENT_HEARTBEAT;
    if (direction != s->hs.client)
        return false;
    return p->client_flight || (s->hs.client_hello.has_early_data && !p->server_flight);
}

/* What was read when the handshake was told goes on: in a record that has begun, behind the last one. */
static void conclude_content(struct hl_session *s)
{
    for (unsigned direction = 0; direction < 2; direction++) {
        const struct hl_records *records = &s->records[direction];
        bool typed = records->record.type == CONTENT_APPLICATION_DATA || records->record.type == CONTENT_HEARTBEAT;
        uint64_t rest = is_over(s) ? records->pushed : UINT64_MAX;
        if (records->open && typed && (is_over(s) || is_closed_content(s, direction, records->record.type)))
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
    touch(s, at);
    if (s->connection->kept != NULL)
        content_add_other(&s->hs.content[direction], s->records[direction].offset, s->records[direction].record.length);
}

/* --- records that are not messages ----------------------------------------- */

static bool has_null_cipher(const struct hl_session *s)
{
    const struct hl_suite *suite = s->progress.server_hello ? reg_suite(s->hs.server_hello.cipher_suite) : NULL;

    return suite != NULL && strcmp(suite->cipher, "NULL") == 0;
}

/* True when it was not begun before. */
static bool begin_opening(struct hl_session *s)
{
    if (s->opening != NULL)
        return false;
    s->opening = opening_new(s->shared->secrets, &s->shared->resumables, &s->shared->certificates, s->shared->plain);
    return true;
}

/* The keys of what was agreed on, where they are known (SSL 3.0 to TLS 1.2). */
static bool change_cipher(struct hl_session *s, unsigned direction)
{
    (void)begin_opening(s);
    s->cipher_pending[direction] = s->opening == NULL || !opening_change_cipher(s->opening, &s->hs, direction);
    return !s->cipher_pending[direction];
}

/* The session can be resumed once the server has proved that it knows the keys. */
static void remember_session(struct hl_session *s)
{
    const struct hl_handshake *hs = &s->hs;

    if (hs->server_hello_message != NULL && !hs->server_hello.ssl2)
        resumables_add(&s->shared->resumables, hs->server_hello.session_id, hs->server_hello_message->at,
                       known_master(s, hs->server_hello_message));
}

static void on_change_cipher_spec(struct hl_session *s, unsigned direction)
{
    struct hl_records *records = &s->records[direction];
    bool opens = false;

    s->progress.change_cipher_spec[direction] = true;
    if (is_tls13(s)) /* it means nothing (RFC 8446, appendix D.4) */
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
    if (!is_tls13(s) || !p->server_hello)
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

static struct hl_records_sink sink_of(struct hl_session *s);

static void on_opened(struct hl_session *s, unsigned direction, const struct hl_raw_record *record, uint8_t type,
                      struct hl_span content)
{
    const struct hl_records_sink sink = sink_of(s);
    struct hl_message *message;

    s->records_after += is_over(s);
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
            (void)add_alert(s, direction, record, (struct hl_span){ content.ptr, 2 }, true);
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
    message = is_over(s) ? NULL : add_message(s, direction, record->at); /* early data, a renegotiation */
    if (message == NULL)
        return;
    message->content_type = type;
    message->decrypted = true;
    message->length = (uint32_t)content.len;
    message->record_version = record->header.version;
    message->records = 1;
}

static void hold(struct hl_session *s, unsigned direction, const struct hl_raw_record *record,
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
    bool first = begin_opening(s);
    if (!is_tls13(s) && (first || s->cipher_pending[direction]))
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

static bool open_held_packet(struct hl_session *s, const struct held_record *held);

/* Try what was held back, in the order in which it came. */
static void open_held(struct hl_session *s)
{
    struct held_record **link = &s->held.first;

    while (*link != NULL) {
        struct held_record *held = *link;
        if (s->quic != NULL ? open_held_packet(s, held) : open_held_record(s, held))
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
static void take_new_secrets(struct hl_session *s)
{
    const uint64_t generation = secrets_generation(s->shared->secrets);

    if (s->generation == generation)
        return;
    s->generation = generation;
    if (is_tls13(s))
        ech_open(&s->hs, s->shared->secrets, &s->arena);
    if (s->opening != NULL)
        opening_new_secrets(s->opening);
    if (s->held.first != NULL)
        open_held(s);
}

static void on_record(void *ctx, unsigned direction, const struct hl_raw_record *record)
{
    struct hl_session *s = ctx;
    uint8_t type = record->header.type, opened;
    struct hl_span content;

    const bool settled = is_settled(s);
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
        hold(s, direction, record, NULL, alert);
        return;
    }
    if (is_told(s) && type != CONTENT_HANDSHAKE && type != CONTENT_CHANGE_CIPHER_SPEC) { /* content */
        s->progress.application_data[direction] = true;
        hold(s, direction, record, NULL, NULL);
        return;
    }
    bool interesting = !content_type_is_known(type) || type == CONTENT_HANDSHAKE || type == CONTENT_CHANGE_CIPHER_SPEC
                       || (type == CONTENT_APPLICATION_DATA && (is_tls13(s) || s->hs.version == 0));
    struct hl_message *message = interesting ? add_message(s, direction, record->at) : NULL;
    if (message != NULL) {
        message->content_type = type;
        message->encrypted = type == CONTENT_HANDSHAKE || type == CONTENT_APPLICATION_DATA;
        message->length = record->header.length;
        message->record_version = record->header.version;
        message->records = 1;
    }
    hold(s, direction, record, message, NULL);
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

static struct hl_records_sink sink_of(struct hl_session *s)
{
    return (struct hl_records_sink){ s, on_message, on_record, on_settled, on_lost, on_message_again };
}

/* --- QUIC ------------------------------------------------------------------ */

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
        message = add_message(s, direction, at);
    if (message != NULL) {
        message->content_type = record.header.type;
        message->encrypted = true;
        message->length = record.header.length;
        message->records = 1;
    }
    hold(s, direction, &record, message, NULL);
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
        touch(s, at);
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

    if (is_settled(s))
        return;
    note_header(s, direction, packet);
    if (!opened && (packet->type == QUIC_HANDSHAKE || packet->type == QUIC_0RTT || packet->type == QUIC_1RTT))
        on_closed_packet(s, direction, packet, at);
    s->records_after += opened && is_over(s);
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
    touch(s, at);
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
        (void)add_alert(s, direction, &record, (struct hl_span){ content, sizeof content }, decrypted);
    }
}

static bool on_secret(void *ctx, unsigned direction, enum epoch epoch, struct cipher_spec *spec, struct secret *secret)
{
    struct hl_session *s = ctx;

    if (s->shared->secrets == NULL || !s->progress.server_hello)
        return false;
    (void)begin_opening(s);
    return s->opening != NULL && opening_traffic_secret(s->opening, &s->hs, direction, epoch, spec, secret);
}

static void on_again(void *ctx, unsigned direction)
{
    struct hl_session *s = ctx;

    s->again[direction] += !is_over(s);
}

static struct quic_sink quic_sink_of(struct hl_session *s)
{
    return (struct quic_sink){ s, on_secret, on_message, on_frame, on_again, on_packet };
}

/* What opens takes the place of what stood for it. */
static bool open_held_packet(struct hl_session *s, const struct held_record *held)
{
    const struct quic_sink sink = quic_sink_of(s);
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

/* --- life ------------------------------------------------------------------ */

void sessions_init(struct hl_sessions *sessions, const struct hl_session_sink *sink, uint64_t seed)
{
    memset(sessions, 0, sizeof *sessions);
    sessions->sink = *sink;
    cert_cache_init(&sessions->certificates, seed);
    verdicts_init(&sessions->verdicts);
    resumables_init(&sessions->resumables, seed);
    fingerprint_cache_init(&sessions->fingerprints);
}

static void session_free(struct hl_session *s)
{
    arena_cleanup(&s->arena);
    opening_free(s->opening);
    quic_free(s->quic);
    dtls_free(s->dtls);
    records_cleanup(&s->records[0]);
    records_cleanup(&s->records[1]);
    free(s);
}

void sessions_cleanup(struct hl_sessions *sessions)
{
    struct hl_session *lists[] = { sessions->open, sessions->spare };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (struct hl_session *s = lists[i], *next; s != NULL; s = next) {
            next = s->next;
            session_free(s);
        }
    }
    verdicts_cleanup(&sessions->verdicts);
    resumables_cleanup(&sessions->resumables);
    wipe(sessions->plain, sizeof sessions->plain);
    cert_cache_cleanup(&sessions->certificates);
    fingerprint_cache_cleanup(&sessions->fingerprints);
}

static void session_recycle(struct hl_session *s)
{
    struct hl_sessions *shared = s->shared;

    opening_free(s->opening);
    s->opening = NULL;
    quic_free(s->quic);
    s->quic = NULL;
    dtls_free(s->dtls);
    s->dtls = NULL;
    *s->link = s->next;
    if (s->next != NULL)
        s->next->link = s->link;
    if (shared->spare_count == SPARE_MAX || s->arena.reserved > ARENA_KEEP) {
        session_free(s);
        return;
    }
    arena_reset(&s->arena);
    s->next = shared->spare;
    shared->spare = s;
    shared->spare_count++;
}

static struct hl_session *session_take(struct hl_sessions *sessions)
{
    struct hl_session *s = sessions->spare;

    if (s != NULL) {
        sessions->spare = s->next;
        sessions->spare_count--;
        records_reset(&s->records[0]);
        records_reset(&s->records[1]);
        memset(&s->hs, 0, sizeof s->hs);
        s->progress = (struct hl_progress){ .server_hello = false };
        s->unsettled[0] = s->unsettled[1] = NULL;
        s->cipher_pending[0] = s->cipher_pending[1] = false;
        s->records_after = 0;
        s->again[0] = s->again[1] = 0;
        s->held = (struct held_records){ .first = NULL };
        return s;
    }
    s = calloc(1, sizeof *s);
    if (s != NULL) {
        arena_init(&s->arena, HL_HANDSHAKE_ARENA_MAX);
        records_init(&s->records[0]);
        records_init(&s->records[1]);
    }
    return s;
}

/* What reads the bytes of this kind of connection; false when memory has run out. */
static bool begin_carrier(struct hl_session *s, const struct hl_connection *connection)
{
    if (connection->carrier != CARRIER_DTLS)
        return true;
    s->dtls = dtls_new(&s->records[0].protection, &s->records[1].protection);
    if (s->dtls != NULL)
        s->dtls->mid_stream = connection->mid_stream;
    return s->dtls != NULL;
}

struct hl_session *session_new(struct hl_sessions *sessions, const struct hl_connection *connection)
{
    struct hl_session *s = session_take(sessions);

    if (s == NULL)
        return NULL;
    s->next = sessions->open;
    s->link = &sessions->open;
    if (s->next != NULL)
        s->next->link = &s->next;
    sessions->open = s;
    s->shared = sessions;
    s->connection = connection;
    s->records[0].keep = s->records[1].keep = sessions->secrets != NULL;
    s->generation = secrets_generation(sessions->secrets);
    if (!begin_carrier(s, connection)) {
        session_recycle(s);
        return NULL;
    }
    s->hs.cipher_suite = UINT32_MAX;
    if (connection->initiator != INITIATOR_UNKNOWN)
        s->hs.client = (unsigned)connection->initiator;
    else
        s->hs.client = connection->ends[0].port < connection->ends[1].port;
    if (connection->carrier == CARRIER_QUIC) {
        s->quic = quic_new(sessions->plain);
        s->hs.quic = arena_alloc(&s->arena, sizeof *s->hs.quic);
        if (s->quic == NULL || s->hs.quic == NULL) {
            session_recycle(s);
            return NULL;
        }
    }
    return s;
}

static void deliver(struct hl_session *s, const struct hl_closing *closing)
{
    struct hl_sessions *shared = s->shared;
    struct hl_handshake *hs = &s->hs;
    bool anything = hs->alerts != NULL || hs->no_tls != NO_TLS_NONE
                    || (hs->quic != NULL && hs->quic->version != 0 && (hs->quic->versions.len > 0 || hs->quic->closed));

    for (const struct hl_message *m = hs->messages; m != NULL && !anything; m = m->next)
        anything = m->content_type == CONTENT_HANDSHAKE;
    if (anything) {
        hs->id = ++shared->delivered;
        hs->connection = *s->connection;
        hs->connection.retransmitted += s->again[0] + s->again[1];
        hs->connection.resent[0] += s->again[0];
        hs->connection.resent[1] += s->again[1];
        if (s->dtls != NULL)
            dtls_fill_connection(&hs->connection, s->dtls);
        hs->closing = *closing;
        hs->files = shared->files;
        hs->file = shared->files != NULL ? shared->files[s->connection->first.file] : NULL;
        hs->secrets = shared->secrets;
        hs->opening = s->opening;
        if (s->connection->kept != NULL)
            conclude_content(s);
        hs->records_skipped = s->dtls != NULL ? s->dtls->skipped : s->records[0].skipped + s->records[1].skipped;
        conclude(hs, &s->progress, &shared->certificates, &shared->fingerprints, &s->arena);
        judge(hs, shared, &s->arena);
        prove(hs, shared, s->opening, &s->arena);
        shared->sink.handshake(shared->sink.ctx, hs, &s->arena);
    } else {
        shared->without_handshake++;
    }
    session_recycle(s);
}

void session_missed(struct hl_sessions *sessions, const struct hl_connection *connection,
                    const struct hl_closing *closing, enum hl_no_tls why)
{
    struct hl_session *s = session_new(sessions, connection);

    if (s == NULL)
        return;
    s->hs.no_tls = why;
    s->hs.client_known = true;
    s->hs.start = connection->first;
    s->hs.end = closing->how == CLOSE_END_OF_CAPTURE ? connection->first : closing->at;
    deliver(s, closing);
}

bool session_is_over(const struct hl_session *s)
{
    return is_over(s);
}

const struct hl_connection *session_connection(const struct hl_session *s)
{
    return s->connection;
}

static void push_datagram(struct hl_session *s, unsigned direction, const struct hl_chunk *chunk)
{
    const struct quic_sink sink = quic_sink_of(s);

    quic_push(s->quic, direction, chunk, &sink);
}

static void push_bytes(struct hl_session *s, unsigned direction, const struct hl_chunk *chunk)
{
    const struct hl_records_sink sink = sink_of(s);

    if (s->dtls != NULL) {
        dtls_push(s->dtls, direction, chunk, &sink);
        return;
    }
    if (chunk->gap > 0)
        on_gap(s, direction, chunk);
    records_push(&s->records[direction], direction, chunk, &sink);
}

bool session_data(struct hl_session *s, unsigned direction, const struct hl_chunk *chunk)
{
    s->last = chunk->at;
    take_new_secrets(s);
    if (s->quic != NULL)
        push_datagram(s, direction, chunk);
    else
        push_bytes(s, direction, chunk);
    if (!is_settled(s))
        return true;
    deliver(s, &(struct hl_closing){ .how = CLOSE_END_OF_CAPTURE, .direction = -1, .at = chunk->at });
    return false;
}

void session_close(struct hl_session *s, const struct hl_closing *closing)
{
    const struct hl_records_sink sink = sink_of(s);

    take_new_secrets(s);
    if (s->quic != NULL) {
        const struct quic_sink quic_sink = quic_sink_of(s);
        quic_finish(s->quic, s->last, &quic_sink);
    }
    for (unsigned direction = 0; direction < 2; direction++) {
        if (s->dtls != NULL)
            dtls_finish(s->dtls, direction, &sink);
        else
            records_finish(&s->records[direction], direction, s->last, &sink);
    }
    deliver(s, closing);
}
