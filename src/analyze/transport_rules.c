/* What TCP tells: another protocol, and ends without a word. */
#include "analyze/alerts.h"
#include "analyze/diagnosis.h"
#include "analyze/offer.h"
#include "base/text.h"
#include "session/conclude.h"
#include "wire/record.h"

#include <string.h>

/* With a certificate and its signature, a server's flight is longer. */
#define CERTIFICATE_FLIGHT_MIN 256u
#define SAID_MAX 60u
/* ... in hex, where it is no text. */
#define BYTES_SHOWN ((size_t)8)

/* --- another protocol ---------------------------------------------------------------- */

static const char *protocol_of(struct hl_span said)
{
    static const struct {
        const char *start, *name;
    } known[] = {
        { "HTTP/", "HTTP" },    { "SSH-", "SSH" },       { "220", "SMTP or FTP" }, { "* OK", "IMAP" },
        { "+OK", "POP3" },      { "<?xml", "XMPP" },     { "<stream", "XMPP" },    { "GET ", "HTTP" },
        { "POST ", "HTTP" },    { "HEAD ", "HTTP" },     { "PUT ", "HTTP" },       { "OPTIONS ", "HTTP" },
        { "CONNECT ", "HTTP" }, { "EHLO ", "SMTP" },     { "HELO ", "SMTP" },      { "PRI * HTTP/2", "HTTP/2" },
        { "<html", "HTTP" },    { "RFB ", "VNC" },       { "PROXY ", "the PROXY protocol" },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t n = strlen(known[i].start);
        if (said.len >= n && memcmp(said.ptr, known[i].start, n) == 0)
            return known[i].name;
    }
    return NULL;
}

/* The first line of it, or its beginning. */
static struct hl_span first_line(struct hl_span said)
{
    size_t n = 0;

    while (n < said.len && n < SAID_MAX && said.ptr[n] != '\r' && said.ptr[n] != '\n' && said.ptr[n] != '\0')
        n++;
    return (struct hl_span){ said.ptr, n };
}

static bool is_text(struct hl_span line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] < ' ' && line.ptr[i] != '\t')
            return false;
    }
    return line.len > 0;
}

static void put_quoted(struct hl_buffer *out, struct hl_span said)
{
    const struct hl_span line = first_line(said);

    if (is_text(line)) {
        buf_char(out, '"');
        buf_span(out, line);
        buf_char(out, '"');
        return;
    }
    buf_string(out, "what is no text: ");
    buf_hex(out, (struct hl_span){ said.ptr, said.len < BYTES_SHOWN ? said.len : BYTES_SHOWN });
    buf_string(out, said.len > BYTES_SHOWN ? "..." : "");
}

static void put_said(struct hl_buffer *out, struct hl_span said)
{
    const char *name = protocol_of(said);

    if (name != NULL)
        buf_printf(out, "%s (", name);
    put_quoted(out, said);
    if (name != NULL)
        buf_char(out, ')');
}

/* --- connections that never came to TLS --------------------------------------------------- */

static void refused_before_tls(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    const struct hl_span answer = hs->connection.foreign[1 - hs->client];
    struct hl_diagnosis *diagnosis;

    switch (hs->no_tls) {
    case NO_TLS_REFUSED:
        buf_string(d->text, "a reset answers the client's SYN: nothing listens there, or a firewall says so");
        diagnosis = add_diagnosis(d, FINDING_CONNECTION_REFUSED, HL_BLAME_SERVER, HL_CERTAIN);
        add_evidence(d, diagnosis, hs->connection.syn, "the SYN");
        add_evidence(d, diagnosis, hs->closing.at, "the reset");
        break;
    case NO_TLS_TIMEOUT:
        buf_string(d->text, "the client's SYN is repeated and never answered");
        diagnosis = add_diagnosis(d, FINDING_CONNECTION_TIMEOUT, HL_BLAME_NETWORK, HL_LIKELY);
        add_evidence(d, diagnosis, hs->connection.syn, "the first SYN");
        break;
    case NO_TLS_STARTTLS_REFUSED:
        buf_string(d->text, "the client asks for TLS, and the server answers ");
        put_quoted(d->text, span_last_answer(answer, hs->connection.foreign[hs->client]));
        diagnosis = add_diagnosis(d, FINDING_STARTTLS_REFUSED, HL_BLAME_SERVER, HL_CERTAIN);
        add_evidence(d, diagnosis, hs->connection.first, "the first packet of the connection");
        break;
    default: /* a proxy */
        buf_string(d->text, "the proxy answers ");
        if (answer.len > 0 && answer.ptr[0] >= ' ')
            put_quoted(d->text, answer);
        else
            buf_string(d->text, "that it does not make the connection");
        diagnosis = add_diagnosis(d, FINDING_PROXY_REFUSED, HL_BLAME_NETWORK, HL_CERTAIN);
        add_evidence(d, diagnosis, hs->connection.first, "the first packet of the connection");
        break;
    }
}

bool diagnose_not_tls(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    bool client = hs->client_hello_message == NULL;

    if (hs->no_tls != NO_TLS_NONE && hs->outcome == HL_FAILED) {
        refused_before_tls(d);
        return true;
    }
    if (hs->outcome != HL_NOT_TLS)
        return false;
    buf_string(d->text, client ? "the client does not speak TLS, but says " : "the server answers the client hello with ");
    put_said(d->text, hs->foreign);
    struct hl_diagnosis *diagnosis = add_diagnosis(d, client ? FINDING_NOT_TLS_CLIENT : FINDING_NOT_TLS_SERVER,
                                                   client ? HL_BLAME_CLIENT : HL_BLAME_SERVER, HL_CERTAIN);
    if (client)
        add_evidence(d, diagnosis, hs->connection.first, "the first packet of the connection");
    else
        add_evidence(d, diagnosis, hs->client_hello_message->at, "the client hello");
    add_alert_evidence(d, diagnosis);
    return true;
}

/* --- an end without a word ------------------------------------------------------------- */

static void add_end_evidence(struct diagnosing *d, struct hl_diagnosis *diagnosis)
{
    if (d->hs->closing.how == CLOSE_FIN)
        add_evidence(d, diagnosis, d->hs->closing.at, "the end of the connection");
    else if (d->hs->closing.how == CLOSE_RESET)
        add_evidence(d, diagnosis, d->hs->closing.at, "the reset");
}

/* Routes may change by a hop or two; another machine begins to count elsewhere. */
static bool is_foreign_reset(const struct hl_closing *closing)
{
    enum { HOPS = 3 };
    const int difference = (int)closing->ttl - (int)closing->usual_ttl;

    return closing->how == CLOSE_RESET && closing->ttl != 0 && closing->usual_ttl != 0
           && (difference > HOPS || difference < -HOPS);
}

static void closed_after_hello(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    bool reset = hs->closing.how == CLOSE_RESET, foreign = is_foreign_reset(&hs->closing);

    if (foreign)
        buf_printf(d->text, "a reset comes instead of an answer to the client hello, with a time to live of %u where the server's "
                            "packets have %u: something in between sent it", hs->closing.ttl, hs->closing.usual_ttl);
    else
        buf_printf(d->text, "the server %s the connection instead of answering the client hello", reset ? "resets" : "closes");
    struct hl_diagnosis *diagnosis =
        add_diagnosis(d, reset ? FINDING_RESET_AFTER_CLIENT_HELLO : FINDING_SERVER_CLOSED_AFTER_CLIENT_HELLO,
                      foreign ? HL_BLAME_NETWORK : HL_BLAME_SERVER, HL_LIKELY);
    add_evidence(d, diagnosis, hs->client_hello_message->at, "the client hello");
    add_end_evidence(d, diagnosis);
}

/* TLS 1.3: the server's last record is as short as an alert, and there is no room for a certificate before it. */
static bool server_only_alerted(const struct hl_handshake *hs)
{
    const struct hl_message *last = NULL;
    uint32_t length = 0;

    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->direction == hs->client || m->content_type != CONTENT_APPLICATION_DATA)
            continue;
        length += m->length;
        last = m;
    }
    return version_is_tls13(hs->version) && hs->resumed_by == NULL && hs->gap_count == 0 && last != NULL
           && last->length < TLS13_FINISHED_MIN && length < CERTIFICATE_FLIGHT_MIN;
}

/* An alert under keys that are not known, before any certificate: what a server cannot do by then is sign. */
static void alerted_instead_of_certificate(struct diagnosing *d)
{
    struct offer offer;

    offer_read(handshake_hello(d->hs), &offer);
    buf_string(d->text, "after its hello the server sends nothing but an encrypted alert: it has no certificate that goes with the "
                        "client's signature schemes");
    struct hl_diagnosis *diagnosis =
        add_diagnosis(d, FINDING_NO_SHARED_SIGNATURE_SCHEME, offer.common_scheme ? HL_BLAME_SERVER : HL_BLAME_CLIENT,
                      offer.schemes <= 2 || !offer.common_scheme ? HL_LIKELY : HL_POSSIBLE);
    add_evidence(d, diagnosis, d->hs->client_hello_message->at, "the signature schemes that the client offers");
    add_end_evidence(d, diagnosis);
}

/* The client's last word, in TLS 1.3: a record as short as an alert. */
static const struct hl_message *client_alert_record(const struct hl_handshake *hs)
{
    const struct hl_message *last = NULL;

    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->direction == hs->client && m->content_type == CONTENT_APPLICATION_DATA)
            last = m;
    }
    return last != NULL && last->length < TLS13_FINISHED_MIN ? last : NULL;
}

/* In TLS 1.3 it is in what came encrypted, unless a session is resumed. */
static bool saw_certificate(const struct hl_handshake *hs)
{
    return hs->server_chain.total > 0 || (version_is_tls13(hs->version) && hs->resumed_by == NULL);
}

static void aborted_after_certificate(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    const struct hl_message *alert = version_is_tls13(hs->version) ? client_alert_record(hs) : NULL;

    if (alert != NULL)
        buf_string(d->text, "right after the server's certificate the client sends what can only be an alert, and leaves: it does not accept "
                            "the certificate, which is encrypted");
    else
        buf_printf(d->text, "the client %s the connection right after the server's certificate, without a word",
                   hs->closing.how == CLOSE_RESET ? "resets" : "closes");
    struct hl_diagnosis *diagnosis =
        add_diagnosis(d, FINDING_CLIENT_ABORTED_AFTER_CERTIFICATE, HL_BLAME_CLIENT, HL_LIKELY);
    if (hs->server_chain.count > 0)
        add_evidence(d, diagnosis, hs->server_chain.at, "the server's certificate");
    if (alert != NULL)
        add_evidence(d, diagnosis, alert->at, "an encrypted record as short as an alert");
    add_end_evidence(d, diagnosis);
}

/* The client hello that has to be sent in pieces, each as large as the path is said to take. */
static bool is_large(const struct hl_message *hello)
{
    enum { ONE_SEGMENT = 1380 };

    return hello->length > ONE_SEGMENT;
}

static void no_reply(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    bool lost = hs->connection.unacknowledged[hs->client] > 0;
    bool large = lost && is_large(hs->client_hello_message);

    if (large)
        buf_printf(d->text, "the client hello of %u bytes is sent again and again, and never acknowledged as a whole",
                   hs->client_hello_message->length + 4);
    else
        buf_string(d->text, lost ? "the client hello is never acknowledged: it does not arrive, or the answers do not"
                                 : "the server's TCP acknowledges the client hello, and then nothing comes");
    struct hl_diagnosis *diagnosis =
        add_diagnosis(d, large ? FINDING_LARGE_CLIENT_HELLO_DROPPED : FINDING_NO_REPLY_TO_CLIENT_HELLO,
                      lost ? HL_BLAME_NETWORK : HL_BLAME_SERVER, HL_LIKELY);
    add_evidence(d, diagnosis, hs->client_hello_message->at, "the client hello");
}

static void flight_lost(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;

    buf_printf(d->text, "%u bytes of the server's answer are sent again and again, and never acknowledged",
               hs->connection.unacknowledged[1 - hs->client]);
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_SERVER_FLIGHT_LOST, HL_BLAME_NETWORK, HL_LIKELY);
    if (hs->server_hello_message != NULL)
        add_evidence(d, diagnosis, hs->server_hello_message->at, "the server hello");
}

/* The handshake is over; who ended it, and when? */
static bool ended(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    bool by_client = hs->closing.direction == (int)hs->client;

    switch (d->stage) {
    case STAGE_CLIENT_HELLO:
    case STAGE_RETRY:
        if (by_client)
            no_reply(d);
        else
            closed_after_hello(d);
        return true;
    case STAGE_SERVER_HELLO:
    case STAGE_SERVER_FLIGHT:
    case STAGE_CLIENT_FLIGHT:
        if (server_only_alerted(hs))
            alerted_instead_of_certificate(d);
        else if (by_client && saw_certificate(hs))
            aborted_after_certificate(d);
        return d->diagnoses->count > 0;
    default:
        return false;
    }
}

bool diagnose_closed(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;

    /* Without an answer of TCP's the capture has one side only. */
    if (hs->connection.carrier != CARRIER_TCP || hs->outcome == HL_COMPLETED || hs->client_hello_message == NULL
        || hs->connection.mid_stream || !hs->connection.answered)
        return false;
    if (closer(hs) != NULL)
        return ended(d);
    /* The capture may just have ended too early: only what was sent again was waited for. */
    const unsigned server = 1 - hs->client;
    if (d->stage == STAGE_CLIENT_HELLO && hs->connection.gaps == 0 && hs->connection.resent[hs->client] > 0) {
        no_reply(d);
        return true;
    }
    if (d->stage > STAGE_CLIENT_HELLO && hs->connection.unacknowledged[server] > 0 && hs->connection.resent[server] > 0) {
        flight_lost(d);
        return true;
    }
    return false;
}
