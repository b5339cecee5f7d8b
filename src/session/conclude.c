#include "session/conclude.h"

#include "registry/registry.h"
#include "session/community_id.h"
#include "session/dtls_facts.h"
#include "wire/certificate.h"
#include "wire/key_exchange.h"
#include "wire/record.h"

#include <string.h>

enum { CLIENT_HELLO = 1, NEW_SESSION_TICKET = 4, ENCRYPTED_EXTENSIONS = 8, CERTIFICATE = 11,
       SERVER_KEY_EXCHANGE = 12, COMPRESSED_CERTIFICATE = 25 };

enum { EXT_ALPN = 16, EXT_EARLY_DATA = 42 };

bool is_message(const struct hl_message *m, uint8_t type, unsigned direction)
{
    return m->content_type == CONTENT_HANDSHAKE && !m->encrypted && !m->ssl2 && m->type == type
           && m->direction == direction;
}

const struct hl_message *find_message(const struct hl_handshake *hs, uint8_t type, unsigned direction)
{
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (is_message(m, type, direction))
            return m;
    }
    return NULL;
}

struct hl_reader message_reader(const struct hl_message *message, struct hl_fault *fault)
{
    return message->cut ? rd_init_cut(message->body, fault) : rd_init(message->body, fault);
}

bool parse_client_hello(const struct hl_message *message, struct hl_client_hello *out)
{
    return message->ssl2 ? ssl2_client_hello_parse(message->body, message->cut, out)
                         : client_hello_parse(message->body, message->cut, out);
}

const struct hl_message *find_certificate(const struct hl_handshake *hs, unsigned direction)
{
    const struct hl_message *message = find_message(hs, CERTIFICATE, direction);

    if (message == NULL) {
        message = find_message(hs, COMPRESSED_CERTIFICATE, direction);
        if (message != NULL && message->certificate.len == 0)
            message = NULL;
    }
    return message;
}

struct hl_reader certificate_reader(const struct hl_message *message, struct hl_fault *fault)
{
    return message->certificate.len > 0 ? rd_init(message->certificate, fault) : message_reader(message, fault);
}

static bool is_tls13(const struct hl_handshake *hs)
{
    return version_is_tls13(hs->version);
}

/* --- certificates ---------------------------------------------------------- */

static const struct hl_suite *suite_of(const struct hl_handshake *hs)
{
    return hs->cipher_suite <= UINT16_MAX ? reg_suite((uint16_t)hs->cipher_suite) : NULL;
}

static const char *why_no_server_certificate(const struct hl_handshake *hs)
{
    const struct hl_suite *suite = suite_of(hs);

    if (hs->server_hello_message == NULL)
        return hs->retry_message != NULL ? "the handshake ended before it" : "no server hello was seen";
    bool opened = find_message(hs, ENCRYPTED_EXTENSIONS, 1 - hs->client) != NULL;
    if (is_tls13(hs) && !opened)
        return "encrypted";
    if (hs->version == 0)
        return "not seen";
    if (hs->resumed_by != NULL)
        return "resumed";
    if (suite != NULL && strcmp(suite->authentication, "anon") == 0)
        return "anonymous cipher suite";
    if (suite != NULL && strcmp(suite->authentication, "PSK") == 0)
        return "pre-shared key";
    return "not seen";
}

static const char *why_no_client_certificate(const struct hl_handshake *hs)
{
    if (is_tls13(hs) && find_message(hs, ENCRYPTED_EXTENSIONS, 1 - hs->client) == NULL)
        return "encrypted";
    return hs->certificate_requested ? "not sent" : "not requested";
}

static void add_certificate(struct hl_chain *chain, struct hl_span der, struct hl_cert_cache *cache, uint64_t id)
{
    const struct hl_certificate *certificate = NULL;

    chain->total++;
    if (chain->count < HL_CHAIN_MAX)
        certificate = cert_cache_get(cache, der, id);
    if (certificate != NULL)
        chain->list[chain->count++] = certificate;
}

static void read_chain(struct hl_handshake *hs, unsigned direction, struct hl_chain *chain, struct hl_cert_cache *cache)
{
    const struct hl_message *message = find_certificate(hs, direction), *closed;
    struct hl_certificate_list list;
    struct hl_fault fault;
    struct hl_span der, extensions;

    if (message == NULL) {
        closed = find_message(hs, COMPRESSED_CERTIFICATE, direction);
        if (closed != NULL)
            chain->why_absent = closed->not_expanded != NULL ? closed->not_expanded : "compressed";
        return;
    }
    chain->at = message->at;
    struct hl_reader r = certificate_reader(message, &fault);
    (void)certificate_list_parse(&r, is_tls13(hs), &list); /* what is whole is shown */
    if (list.raw_public_key) {
        if (certificate_list_next(&list, &der, &extensions))
            chain->raw_public_key = der;
        chain->why_absent = "raw public key";
        return;
    }
    while (certificate_list_next(&list, &der, &extensions))
        add_certificate(chain, der, cache, hs->id);
    if (chain->total == 0)
        chain->why_absent = message->cut ? "cut short" : "empty";
}

static void read_chains(struct hl_handshake *hs, struct hl_cert_cache *cache)
{
    const struct hl_server_hello *hello = &hs->server_hello;

    read_chain(hs, 1 - hs->client, &hs->server_chain, cache);
    read_chain(hs, hs->client, &hs->client_chain, cache);
    if (hello->ssl2 && hello->certificate.len > 0) {
        add_certificate(&hs->server_chain, hello->certificate, cache, hs->id);
        hs->server_chain.at = hs->server_hello_message->at;
    }
    if (hs->server_chain.count == 0 && hs->server_chain.why_absent == NULL)
        hs->server_chain.why_absent = why_no_server_certificate(hs);
    if (hs->client_chain.count == 0 && hs->client_chain.why_absent == NULL)
        hs->client_chain.why_absent = why_no_client_certificate(hs);
}

/* --- what was negotiated --------------------------------------------------- */

static void read_server_key(struct hl_handshake *hs)
{
    const struct hl_message *message = find_message(hs, SERVER_KEY_EXCHANGE, 1 - hs->client);
    struct hl_server_key_exchange key;
    struct hl_fault fault;

    if (message == NULL || hs->server_hello_message == NULL)
        return;
    const struct hl_message_context ctx = { .version = hs->version, .cipher_suite = (uint16_t)hs->cipher_suite };
    struct hl_reader r = message_reader(message, &fault);
    (void)server_key_exchange_parse(&r, &ctx, &key);
    hs->server_key = (struct hl_server_key){
        .known = true,
        .group = key.group,
        .dh_bits = key.dh_bits,
        .dh_prime = key.dh_prime,
        .scheme = key.scheme,
    };
    if (hs->group == 0)
        hs->group = key.group;
}

static bool offers_tls13(const struct hl_client_hello *hello)
{
    struct hl_span versions = hello->supported_versions;
    uint16_t version;

    while (u16_next(&versions, &version)) {
        if (version_is_tls13(version))
            return true;
    }
    return false;
}

static void read_offers(struct hl_handshake *hs)
{
    const struct hl_client_hello *hello = &hs->client_hello;

    if (hs->client_hello_message == NULL)
        return;
    hs->ticket_offered = hello->has_ticket && hello->ticket_length > 0;
    hs->psk_offered = hello->has_psk;
    hs->early_data_offered = hello->has_early_data;
    /* A client of TLS 1.3 sends a session id for middleboxes only (RFC 8446, appendix D.4); of a hello that was cut nobody
     * knows whether it is one. */
    hs->session_id_offered = hello->session_id.len > 0 && !hs->client_hello_message->cut && !offers_tls13(hello);
}

/* Does the server show a certificate or a key in its first handshake? One that renegotiates may do so later. */
static bool shows_key(const struct hl_handshake *hs)
{
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (is_message(m, CLIENT_HELLO, hs->client) && m->decrypted)
            return false;
        if (is_message(m, CERTIFICATE, 1 - hs->client) || is_message(m, SERVER_KEY_EXCHANGE, 1 - hs->client))
            return true;
    }
    return false;
}

/* Before TLS 1.3 a server resumes by echoing the session id; with a ticket the client made it up
 * (RFC 5077, section 3.4). A full handshake may echo it too, but then shows a certificate or key. */
static const char *resumption(const struct hl_handshake *hs, const struct hl_progress *progress)
{
    const struct hl_server_hello *server = &hs->server_hello;
    const struct hl_client_hello *client = &hs->client_hello;
    unsigned direction = 1 - hs->client;

    if (hs->server_hello_message == NULL)
        return NULL;
    if (is_tls13(hs))
        return server->has_psk ? "psk" : NULL;
    if (hs->version == 0 || hs->connection.gaps > 0) /* what is missing may be the certificate */
        return server->has_psk ? "psk" : NULL;
    if (server->ssl2)
        return server->session_id_hit ? "session_id" : NULL;
    if (hs->client_hello_message == NULL || shows_key(hs))
        return NULL;
    bool echoed = client->session_id.len > 0 && client->session_id.len == server->session_id.len
                  && memcmp(client->session_id.ptr, server->session_id.ptr, client->session_id.len) == 0;
    if (echoed)
        return hs->ticket_offered ? "session_ticket" : "session_id";
    /* A ticket may be accepted without any session id: the server goes straight on to its Finished. */
    if (hs->ticket_offered && progress->change_cipher_spec[direction] && server->session_id.len == 0)
        return "session_ticket";
    return NULL;
}

/* TLS 1.3: what the server chose, but for the keys (RFC 8446, section 4.3.1). */
static void read_encrypted_extensions(struct hl_handshake *hs)
{
    const struct hl_message *message = find_message(hs, ENCRYPTED_EXTENSIONS, 1 - hs->client);
    struct hl_fault fault;
    struct hl_span body;

    hs->alpn = hs->server_hello.alpn;
    if (message == NULL || !is_tls13(hs))
        return;
    struct hl_reader r = rd_init(message->body, &fault);
    struct hl_span extensions = rd_opaque16(&r, 0, UINT16_MAX, "extensions");
    hs->early_data_accepted = extension_find(extensions, EXT_EARLY_DATA, NULL);
    if (!extension_find(extensions, EXT_ALPN, &body))
        return;
    struct hl_reader names = rd_init(body, &fault);
    struct hl_reader list = rd_vec16(&names, 2, UINT16_MAX, "protocol_name_list");
    hs->alpn = rd_opaque8(&list, 1, UINT8_MAX, "protocol_name");
}

static void read_negotiated(struct hl_handshake *hs, const struct hl_progress *progress)
{
    const struct hl_server_hello *hello = &hs->server_hello;

    if (hs->server_hello_message != NULL && hello->has_cipher_suite)
        hs->cipher_suite = hello->cipher_suite;
    hs->group = hello->group;
    read_server_key(hs);
    read_encrypted_extensions(hs);
    read_offers(hs);
    hs->resumed_by = resumption(hs, progress);
    if (hs->resumed_by != NULL && strcmp(hs->resumed_by, "session_id") == 0)
        hs->session_id_offered = true;
}

/* --- outcome --------------------------------------------------------------- */

/* TLS 1.3: the server's verdict on the client's certificate comes after the client is done. It
 * answered with nothing but a record as short as an alert, and closed. */
static bool is_client_rejected(const struct hl_handshake *hs, const struct hl_progress *p)
{
    return p->client_authenticates && p->server_alert && !p->server_content
           && hs->closing.direction == (int)(1 - hs->client);
}

static bool is_completed(const struct hl_handshake *hs, const struct hl_progress *p)
{
    unsigned client = hs->client, server = 1 - hs->client;

    if (!p->server_hello && hs->client_hello_message == NULL)
        return false;
    if (hs->server_hello.ssl2)
        return false;
    if (is_tls13(hs))
        return p->client_finished && !p->rejected && !is_client_rejected(hs, p);
    if (p->finished[client] && p->finished[server])
        return true;
    /* One side only was captured, or the other's Finished is missing: what can only follow both. */
    return p->finished[server] && p->application_data[server];
}

/* Datagrams: a hello that is sent again had no answer, while one side of a capture goes on with other messages. */
static bool is_unanswered(const struct hl_handshake *hs)
{
    const struct hl_connection *c = &hs->connection;

    if (c->carrier == CARRIER_TCP || c->packets[1 - hs->client] > 0 || c->resent[hs->client] == 0)
        return false;
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (!is_message(m, CLIENT_HELLO, hs->client))
            return false;
    }
    return hs->messages != NULL;
}

static const char *closed_by(const struct hl_handshake *hs)
{
    bool client = hs->closing.direction == (int)hs->client;

    switch (hs->closing.how) {
    case CLOSE_FIN:
        return client ? "the client closed the connection" : "the server closed the connection";
    case CLOSE_RESET:
        return client ? "the client reset the connection" : "the server reset the connection";
    default:
        return NULL;
    }
}

static void read_outcome(struct hl_handshake *hs, const struct hl_progress *p)
{
    static const char *const missed[] = {
        [NO_TLS_REFUSED] = "the connection was refused",
        [NO_TLS_TIMEOUT] = "nobody answered the connection",
        [NO_TLS_STARTTLS_REFUSED] = "the server did not go over to TLS",
        [NO_TLS_PROXY_REFUSED] = "the proxy did not make the connection",
        [NO_TLS_OTHER_CLIENT] = "the client does not speak TLS",
    };
    const char *closed = closed_by(hs);

    if (hs->no_tls != NO_TLS_NONE) {
        hs->outcome = hs->no_tls == NO_TLS_OTHER_CLIENT ? HL_NOT_TLS : HL_FAILED;
        hs->reason = missed[hs->no_tls];
        hs->foreign = hs->connection.foreign[hs->client];
        return;
    }
    hs->foreign = hs->connection.foreign[1 - hs->client];
    if (is_completed(hs, p)) {
        hs->outcome = HL_COMPLETED;
        return;
    }
    hs->outcome = HL_INCOMPLETE;
    if (hs->foreign.len > 0 && !p->server_hello && hs->connection.gaps == 0) {
        hs->outcome = HL_NOT_TLS;
        hs->reason = "the server's answer is not TLS";
    } else if (hs->connection.foreign[hs->client].len > 0 && hs->client_hello_message == NULL) {
        hs->foreign = hs->connection.foreign[hs->client];
        hs->outcome = HL_NOT_TLS;
        hs->reason = "the client does not speak TLS";
    } else if (p->fatal_alert) {
        hs->outcome = HL_FAILED;
        hs->reason = "fatal alert";
    } else if (hs->quic != NULL && hs->quic->closed) {
        hs->outcome = HL_FAILED;
        hs->reason = hs->quic->closed_by == hs->client ? "the client closed the connection" : "the server closed the connection";
    } else if (hs->quic != NULL && hs->quic->versions.len > 0 && !p->server_hello) {
        hs->outcome = HL_FAILED;
        hs->reason = "the server does not speak the client's version of QUIC";
    } else if (is_client_rejected(hs, p)) {
        hs->outcome = HL_FAILED;
        hs->reason = "the server answered the client's certificate with an alert";
    } else if (is_unanswered(hs)) {
        hs->reason = "nobody answers the client hello";
    } else if (connection_is_one_sided(&hs->connection)) {
        hs->reason = "only one side was captured";
    } else if (hs->connection.gaps > 0) {
        hs->reason = "bytes are missing in the capture";
    } else if (hs->connection.mid_stream && hs->client_hello_message == NULL) {
        hs->reason = "the capture begins inside the handshake";
    } else if (closed != NULL) {
        hs->outcome = HL_FAILED;
        hs->reason = closed;
    } else {
        hs->reason = "the capture ends before the handshake does";
    }
}

/* What waited behind a gap was told late: put the messages back into the order in which they came. */
static void sort_messages(struct hl_handshake *hs)
{
    struct hl_message *sorted = NULL, *last = NULL;

    for (struct hl_message *m = hs->messages, *next; m != NULL; m = next) {
        struct hl_message **link = last == NULL || moment_before(m->at, last->at) ? &sorted : &last->next;
        next = m->next;
        while (*link != NULL && !moment_before(m->at, (*link)->at))
            link = &(*link)->next;
        m->next = *link;
        *link = m;
        if (m->next == NULL)
            last = m;
    }
    hs->messages = sorted;
    hs->last_message = last;
}

void conclude(struct hl_handshake *hs, const struct hl_progress *progress, struct hl_cert_cache *cache,
              struct hl_fingerprint_cache *fingerprints, struct hl_arena *arena)
{
    if (hs->connection.carrier == CARRIER_DTLS)
        dtls_sort_messages(hs);
    else
        sort_messages(hs);
    if (hs->retry_message == NULL)
        hs->retried_hello_message = NULL; /* a second hello for no reason: a message like others */
    read_negotiated(hs, progress);
    read_chains(hs, cache);
    read_outcome(hs, progress);
    fingerprints_make(hs, fingerprints, arena);
    community_id_make(&hs->connection, hs->community_id);
}
