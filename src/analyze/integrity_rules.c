/* What was changed, broken, or came where it may not. */
#include "analyze/alerts.h"
#include "analyze/diagnosis.h"
#include "base/code_name.h"
#include "registry/registry.h"
#include "session/conclude.h"
#include "wire/ext/ext.h"
#include "wire/record.h"

#include <string.h>

enum { HELLO_REQUEST = 0, CLIENT_HELLO = 1, CERTIFICATE = 11, SERVER_KEY_EXCHANGE = 12, SERVER_HELLO_DONE = 14 };

/* --- proofs ----------------------------------------------------------------------- */

/* A proof that is wrong, as a finding tells, and what the other end says of it. */
struct tampered {
    enum finding_code finding, code;
    const char *what, *evidence;
    enum hl_confidence confidence; /* that it was changed on its way: an end that computes wrong looks the same */
};

static const struct tampered rows[] = {
    { FINDING_VERSION_DOWNGRADE, FINDING_VERSION_DOWNGRADE,
      "the server knows a newer version than it chooses, and the client offered it: the server saw another hello than the client sent",
      "the mark in the server's random", HL_CERTAIN },
    { FINDING_SERVER_SIGNATURE_WRONG, FINDING_DECRYPT_ERROR,
      "the server's signature does not fit the handshake that the client sees", "the server's signature", HL_LIKELY },
    { FINDING_CLIENT_SIGNATURE_WRONG, FINDING_DECRYPT_ERROR,
      "the client's signature does not fit the handshake that the server sees", "the client's signature", HL_LIKELY },
    { FINDING_HELLO_RETRY_WRONG, FINDING_UNEXPECTED_MESSAGE, "what follows the HelloRetryRequest does not fit it",
      "the hello that does not fit", HL_LIKELY },
    { FINDING_FINISHED_WRONG, FINDING_DECRYPT_ERROR, "a Finished does not fit the handshake: the two ends saw different ones",
      "the Finished that does not fit", HL_LIKELY },
};

bool diagnose_tampering(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;

    if (hs->outcome == HL_COMPLETED)
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct hl_finding *finding = find_finding(hs, rows[i].finding, NULL);
        if (finding == NULL)
            continue;
        buf_string(d->text, rows[i].what);
        struct hl_diagnosis *diagnosis = add_diagnosis(d, rows[i].code, HL_BLAME_NETWORK, rows[i].confidence);
        add_evidence(d, diagnosis, finding->at, rows[i].evidence);
        add_alert_evidence(d, diagnosis);
        return true;
    }
    return false;
}

/* --- messages ------------------------------------------------------------------------ */

/* A client that sends nonsense is a program of somebody's; servers are few programs, which do not. What is wrong with
 * their messages, something on the way has made so. */
static enum hl_blame sender(bool is_client)
{
    return is_client ? HL_BLAME_CLIENT : HL_BLAME_NETWORK;
}

static void put_message_of(struct hl_buffer *out, const struct hl_message *m, bool is_client)
{
    buf_printf(out, "the %s's %s", is_client ? "client" : "server",
               m->ssl2 ? "SSL 2.0 message" : reg_handshake_type(m->type).name != NULL ? reg_handshake_type(m->type).name
                                                                                        : "message");
}

static const struct hl_message *faulty_message(const struct hl_handshake *hs, unsigned direction)
{
    const struct hl_message *m = hs->messages;

    while (m != NULL && (m->direction != direction || m->fault.kind == HL_FAULT_NONE))
        m = m->next;
    return m;
}

/* A hello may be whole, and an extension in it is not. */
struct broken_extension {
    const struct hl_message *hello;
    uint16_t id;
    struct hl_fault fault;
};

static bool find_broken_extension(const struct hl_handshake *hs, bool is_client, struct broken_extension *out)
{
    const struct {
        const struct hl_message *message;
        struct hl_span extensions;
        enum hl_ext_place place;
    } hellos[] = {
        { is_client ? hs->client_hello_message : NULL, hs->client_hello.extensions, EXT_CLIENT_HELLO },
        { is_client ? hs->retried_hello_message : NULL, hs->retried_hello.extensions, EXT_CLIENT_HELLO },
        { is_client ? NULL : hs->server_hello_message, hs->server_hello.extensions, EXT_SERVER_HELLO },
    };

    for (size_t i = 0; i < sizeof hellos / sizeof hellos[0]; i++) {
        struct hl_span list = hellos[i].extensions, body;
        while (hellos[i].message != NULL && !hellos[i].message->cut && extension_next(&list, &out->id, &body)) {
            if (!ext_check(out->id, body, hellos[i].place, &out->fault)) {
                out->hello = hellos[i].message;
                return true;
            }
        }
    }
    return false;
}

/* The last one that the other side can have read before it complained. */
static const struct hl_message *last_message(const struct hl_handshake *hs, unsigned direction, struct hl_moment before)
{
    const struct hl_message *last = NULL;

    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->direction == direction && !moment_before(before, m->at))
            last = m;
    }
    return last;
}

static void malformed(struct diagnosing *d)
{
    const unsigned direction = 1 - d->alert->direction;
    const bool is_client = direction == d->hs->client;
    const struct hl_message *m = faulty_message(d->hs, direction);
    struct broken_extension extension = { .hello = NULL };

    if (m == NULL && find_broken_extension(d->hs, is_client, &extension))
        m = extension.hello;
    const bool proved = m != NULL;
    if (m == NULL)
        m = last_message(d->hs, direction, d->alert->at);
    if (m == NULL)
        return;
    put_message_of(d->text, m, is_client);
    if (extension.hello != NULL) {
        buf_string(d->text, " has an extension that breaks the rules of its format: ");
        code_name_put(d->text, reg_extension(extension.id));
        if (extension.fault.field != NULL)
            buf_printf(d->text, ", at %s", extension.fault.field);
    } else if (proved && m->fault.field != NULL) {
        buf_printf(d->text, " breaks the rules of its format, at %s", m->fault.field);
    } else {
        buf_string(d->text, " cannot be read by the other side");
    }
    struct hl_diagnosis *diagnosis =
        add_diagnosis(d, FINDING_MALFORMED_MESSAGE, sender(is_client), proved ? HL_CERTAIN : HL_LIKELY);
    add_evidence(d, diagnosis, m->at, "the message");
    add_alert_evidence(d, diagnosis);
}

static void unexpected(struct diagnosing *d)
{
    const unsigned direction = 1 - d->alert->direction;
    const bool is_client = direction == d->hs->client;
    const struct hl_message *m = last_message(d->hs, direction, d->alert->at);

    if (m == NULL)
        return;
    put_message_of(d->text, m, is_client);
    buf_string(d->text, " comes where it may not");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_UNEXPECTED_MESSAGE, sender(is_client), HL_LIKELY);
    add_evidence(d, diagnosis, m->at, "the message");
    add_alert_evidence(d, diagnosis);
}

/* What a cipher suite needs in the server's flight (RFC 5246, 7.4.2 and 7.4.3) and is not there; NULL: nothing. */
static const char *missing_in_flight(const struct hl_handshake *hs, const struct hl_suite *suite)
{
    const bool anonymous = strcmp(suite->authentication, "anon") == 0;

    if (!anonymous && strcmp(suite->authentication, "PSK") != 0 && find_message(hs, CERTIFICATE, 1 - hs->client) == NULL)
        return "certificate";
    if ((strcmp(suite->key_exchange, "ECDHE") == 0 || strcmp(suite->key_exchange, "DHE") == 0)
        && find_message(hs, SERVER_KEY_EXCHANGE, 1 - hs->client) == NULL)
        return "server_key_exchange";
    return NULL;
}

static bool lacks_message(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    const struct hl_suite *suite = hs->cipher_suite <= UINT16_MAX ? reg_suite((uint16_t)hs->cipher_suite) : NULL;
    const struct hl_message *done = find_message(hs, SERVER_HELLO_DONE, 1 - hs->client);

    const char *missing = NULL;

    if (d->from_client && done != NULL && suite != NULL && hs->gap_count == 0)
        missing = missing_in_flight(hs, suite);
    if (missing == NULL)
        return false;
    buf_printf(d->text, "the server's flight ends without the %s that its cipher suite needs", missing);
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_UNEXPECTED_MESSAGE, HL_BLAME_NETWORK, HL_CERTAIN);
    add_evidence(d, diagnosis, done->at, "server_hello_done");
    add_alert_evidence(d, diagnosis);
    return true;
}

/* A finite field group that no client of today takes (RFC 9325, section 4.1). */
static bool weak_group(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;

    if (!d->from_client || hs->server_key.dh_bits == 0 || hs->server_key.dh_bits >= 2048)
        return false;
    buf_printf(d->text, "the server's Diffie-Hellman prime has %u bits, which the client does not take", hs->server_key.dh_bits);
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_NO_SHARED_GROUP, HL_BLAME_SERVER, HL_LIKELY);
    add_alert_evidence(d, diagnosis);
    return true;
}

/* --- after the handshake ------------------------------------------------------------- */

/* The message, in the handshake's own records, that asks for another handshake; NULL. */
static const struct hl_message *asks_again(const struct hl_handshake *hs)
{
    const struct hl_message *m = hs->messages;

    while (m != NULL
           && !(m->content_type == CONTENT_HANDSHAKE && m->decrypted && !m->encrypted
                && (m->type == CLIENT_HELLO || m->type == HELLO_REQUEST)))
        m = m->next;
    return m;
}

static bool refused_renegotiation(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    const struct hl_message *asked = version_is_tls13(hs->version) ? NULL : asks_again(hs);
    bool says_so = d->alert->description == ALERT_NO_RENEGOTIATION;

    if (!says_so && (asked == NULL || d->alert->direction == asked->direction))
        return false;
    bool by_client = d->from_client;
    buf_printf(d->text, "the %s wants to negotiate again, and the %s does not", by_client ? "server" : "client",
               by_client ? "client" : "server");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_RENEGOTIATION_REFUSED,
                                                   by_client ? HL_BLAME_CLIENT : HL_BLAME_SERVER, HL_CERTAIN);
    if (asked != NULL)
        add_evidence(d, diagnosis, asked->at, "the wish to negotiate again");
    add_alert_evidence(d, diagnosis);
    return true;
}

/* Closed messages of a handshake after the handshake, and a closed alert instead of an answer: what else is left to say there? */
static bool refused_hidden_renegotiation(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    const struct hl_message *asked = NULL;
    const struct hl_alert_event *alert = hs->alerts;

    if (hs->outcome != HL_COMPLETED || version_is_tls13(hs->version))
        return false;
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->content_type == CONTENT_CHANGE_CIPHER_SPEC)
            asked = NULL; /* what follows is the Finished */
        else if (m->content_type == CONTENT_HANDSHAKE && m->encrypted && moment_before(hs->end, m->at))
            asked = m;
    }
    while (asked != NULL && alert != NULL && (moment_before(alert->at, asked->at) || alert->direction == asked->direction))
        alert = alert->next;
    if (asked == NULL || alert == NULL || !alert->encrypted)
        return false;
    bool by_client = asked->direction == hs->client;
    buf_printf(d->text, "after the handshake the %s begins another one, and the %s answers with an encrypted alert",
               by_client ? "client" : "server", by_client ? "server" : "client");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_RENEGOTIATION_REFUSED,
                                                   by_client ? HL_BLAME_SERVER : HL_BLAME_CLIENT, HL_LIKELY);
    add_evidence(d, diagnosis, asked->at, "an encrypted handshake message");
    add_evidence(d, diagnosis, alert->at, "an encrypted alert");
    return true;
}

static void corrupt(struct diagnosing *d)
{
    buf_printf(d->text, "a record of the %s could not be opened by the %s: it was changed on the way",
               d->from_client ? "server" : "client", d->from_client ? "client" : "server");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_RECORD_CORRUPT, HL_BLAME_NETWORK, HL_LIKELY);
    add_alert_evidence(d, diagnosis);
}

static void does_not_fit(struct diagnosing *d)
{
    bool psk = d->hs->psk_offered && !d->from_client;

    buf_printf(d->text, psk ? "the two have different pre-shared keys"
                            : "what the %s proves itself with does not fit the handshake that the %s sees",
               d->from_client ? "server" : "client", d->from_client ? "client" : "server");
    struct hl_diagnosis *diagnosis =
        add_diagnosis(d, FINDING_DECRYPT_ERROR, psk ? HL_BLAME_CLIENT : HL_BLAME_NETWORK, HL_LIKELY);
    add_alert_evidence(d, diagnosis);
}

bool diagnose_broken_message(struct diagnosing *d)
{
    if (refused_hidden_renegotiation(d))
        return true;
    /* A client that hears nothing more may call that an error, too: the end itself tells more. */
    if (d->alert == NULL || (d->from_client && d->stage <= STAGE_CLIENT_HELLO))
        return false;
    const unsigned before = d->diagnoses->count;
    if (refused_renegotiation(d) || lacks_message(d))
        return true;
    switch (d->alert->description) {
    case ALERT_DECODE_ERROR:
    case ALERT_ILLEGAL_PARAMETER:
    case ALERT_MISSING_EXTENSION:
    case ALERT_UNSUPPORTED_EXTENSION:
    case ALERT_RECORD_OVERFLOW:
        malformed(d);
        break;
    case ALERT_UNEXPECTED_MESSAGE:
        unexpected(d);
        break;
    case ALERT_BAD_RECORD_MAC:
    case ALERT_DECRYPTION_FAILED:
        corrupt(d);
        break;
    case ALERT_DECRYPT_ERROR:
        does_not_fit(d);
        break;
    case ALERT_HANDSHAKE_FAILURE:
    case ALERT_INSUFFICIENT_SECURITY:
        (void)weak_group(d);
        break;
    default:
        break;
    }
    return d->diagnoses->count > before;
}
