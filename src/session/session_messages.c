/* What messages mean for the ones that follow. */
#include "session/session_state.h"

#include "crypto/certificate_compression.h"
#include "session/dtls_facts.h"
#include "session/ech.h"
#include "wire/certificate.h"
#include "wire/key_exchange.h"
#include "wire/message.h"

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, HELLO_VERIFY_REQUEST = 3, NEW_SESSION_TICKET = 4,
       HELLO_RETRY_REQUEST_OLD = 6, CERTIFICATE = 11, CERTIFICATE_REQUEST = 13, CLIENT_KEY_EXCHANGE = 16,
       FINISHED = 20, COMPRESSED_CERTIFICATE = 25 };
enum { SSL2_CLIENT_HELLO = 1, SSL2_SERVER_HELLO = 4, SSL2_CLIENT_MASTER_KEY = 2 };

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
    if (session_is_tls13(s) && s->shared->secrets != NULL)
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

    if (message->type == FINISHED && !session_is_tls13(s))
        p->finished[message->direction] = true;
    else if (message->type == FINISHED && from_client)
        p->client_finished = true;
    else if (message->type == FINISHED)
        p->server_flight = true;
    p->client_authenticates |= (message->type == CERTIFICATE || message->type == COMPRESSED_CERTIFICATE) && from_client;
    p->server_content |= message->type == NEW_SESSION_TICKET && !from_client && p->client_finished;
    opening_message(s->opening, &s->hs, message);
}

const uint8_t *session_known_master(const struct hl_session *s, const struct hl_message *message)
{
    const struct exchange *x = s->opening != NULL ? opening_exchange(s->opening, &s->hs, message) : NULL;

    return x != NULL && x->has_master ? x->master : NULL;
}

static void remember_ticket(struct hl_session *s, const struct hl_message *message)
{
    struct hl_new_session_ticket ticket;
    struct hl_fault fault;
    struct hl_reader r = rd_init(message->body, &fault);

    if (!message->cut && new_session_ticket_parse(&r, session_is_tls13(s), &ticket))
        resumables_add(&s->shared->resumables, ticket.ticket, message->at, session_known_master(s, message));
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

void session_on_message(void *ctx, unsigned direction, const struct hl_raw_message *raw)
{
    struct hl_session *s = ctx;

    if (session_is_settled(s)) /* what follows in the same segment is not told either */
        return;
    struct hl_message *message = session_add_message(s, direction, raw->at);
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
            session_open_held(s);
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
        session_open_held(s);
    }
    if (raw->decrypted && raw->type == COMPRESSED_CERTIFICATE)
        expand_certificate(s, message);
    if (raw->decrypted)
        on_decrypted(s, message);
    if (raw->type == NEW_SESSION_TICKET && !raw->ssl2)
        remember_ticket(s, message);
}
