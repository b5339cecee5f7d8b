/* Where datagrams carry the handshake nothing is acknowledged, and nothing ends: what was sent again was not
 * answered. */
#include "analyze/diagnosis.h"
#include "base/text.h"
#include "wire/record.h"

enum { CLIENT_HELLO = 1, HELLO_VERIFY_REQUEST = 3 };

static struct hl_span cookie_of(const struct hl_message *verify)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(verify->body, &fault);

    rd_u16(&r, "server_version");
    return rd_opaque8(&r, 0, UINT8_MAX, "cookie");
}

/* Anything that the server said, or the client, but hellos and the request for a cookie. */
static bool went_on(const struct hl_handshake *hs)
{
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        bool hello = m->content_type == CONTENT_HANDSHAKE && !m->encrypted
                     && (m->type == CLIENT_HELLO || m->type == HELLO_VERIFY_REQUEST);
        if (!hello)
            return true;
    }
    return hs->alerts != NULL;
}

static unsigned times(const struct hl_handshake *hs, unsigned direction)
{
    return hs->connection.resent[direction] + 1;
}

/* RFC 6347, section 4.2.1: the client must say its hello again, with the cookie. */
static void cookie_unanswered(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    const struct hl_span asked = cookie_of(hs->verify_message), said = hs->client_hello.cookie;
    bool answered = said.len > 0 && span_equal(asked, said);

    if (answered)
        buf_string(d->text, "the client says its hello again with the cookie that the server asked for, and the server "
                            "does not answer that");
    else if (said.len > 0)
        buf_string(d->text, "the server asks for a cookie, and the client sends another one than the last that it was "
                            "given");
    else
        buf_string(d->text, "the server asks for a cookie, and the client goes on with hellos without one: what the "
                            "server says does not reach it, or it does not know what to do with it");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_DTLS_COOKIE_UNANSWERED,
                                                   answered ? HL_BLAME_SERVER : HL_BLAME_NETWORK, HL_LIKELY);
    add_evidence(d, diagnosis, hs->verify_message->at, "the server asks for a cookie");
    add_evidence(d, diagnosis, hs->client_hello_message->at,
                 answered ? "the hello with the cookie" : "the client's last hello");
}

static void no_reply(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;

    buf_printf(d->text, "the client hello is sent %u times, and nothing comes back", times(hs, hs->client));
    struct hl_diagnosis *diagnosis =
        add_diagnosis(d, FINDING_NO_REPLY_TO_CLIENT_HELLO, HL_BLAME_NETWORK, HL_LIKELY);
    add_evidence(d, diagnosis, hs->client_hello_message->at, "the client hello");
}

static void flight_lost(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;

    buf_printf(d->text, "the server's answer is sent %u times, and the client does not go on",
               times(hs, 1 - hs->client));
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_SERVER_FLIGHT_LOST, HL_BLAME_NETWORK, HL_LIKELY);
    add_evidence(d, diagnosis, hs->server_hello_message->at, "the server hello");
}

bool diagnose_datagrams(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    const struct hl_connection *c = &hs->connection;
    const unsigned server = 1 - hs->client;

    if (c->carrier != CARRIER_DTLS || hs->outcome == HL_COMPLETED || hs->client_hello_message == NULL || c->mid_stream
        || hs->client_hello_message->cut || d->alert != NULL)
        return false;
    if (d->stage == STAGE_CLIENT_HELLO && hs->verify_message != NULL && !went_on(hs)) {
        /* The capture may just have ended: only what was sent again was waited for. */
        if (c->resent[hs->client] > 0 || c->resent[server] > 0)
            cookie_unanswered(d);
    } else if (d->stage == STAGE_CLIENT_HELLO && c->packets[server] == 0 && c->resent[hs->client] > 0 && !went_on(hs)) {
        no_reply(d);
    } else if (d->stage >= STAGE_SERVER_HELLO && d->stage < STAGE_CLIENT_FLIGHT && c->resent[server] > 0) {
        flight_lost(d);
    }
    return d->diagnoses->count > 0;
}
