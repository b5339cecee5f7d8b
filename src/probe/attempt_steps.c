/* What an attempt does next, as the server's records come: up to where it is clear what was asked, or to the end of the handshake,
 * and after it. */
#include "probe/attempt_parts.h"

#include "base/reader.h"
#include "probe/answer.h"
#include "registry/registry.h"
#include "session/conclude.h"
#include "wire/record.h"

#include <string.h>

#define RECORDS_MAX ((size_t)256 << 10)
/* How long a server may take, once the handshake is completed, to hand out tickets of TLS 1.3 before it is told that nothing more
 * comes (some forget tickets that they were about to send); and then to close. */
#define TICKET_PATIENCE_NS ((int64_t)250000000)
#define PATIENCE_NS ((int64_t)1000000000)
/* How long it may take to react to an intrusion. */
#define REACTION_PATIENCE_NS ((int64_t)1000000000)

/* AlertLevel, AlertDescription (IANA). */
enum { LEVEL_FATAL = 2, CLOSE_NOTIFY = 0, NO_RENEGOTIATION = 100 };

/* The second hello (RFC 8446, section 4.1.2), where there is a share of the group that is wanted. False: there is none. */
static bool answer_retry(struct running *running, const struct hl_handshake *hs)
{
    struct hello *hello = &running->hello;
    struct hl_span cookie;

    running->retried = true;
    running->second = key_share_new(hs->hello_retry.group);
    if (running->second == NULL)
        return false;
    if (extension_find(hs->hello_retry.extensions, EXT_ID_COOKIE, &cookie) && cookie.len > 2)
        hello->cookie = (struct hl_span){ cookie.ptr + 2, cookie.len - 2 };
    hello->shares[0] = running->second;
    hello->share_count = 1;
    return running_send_hello(running) == SOCKET_OK;
}

const struct hl_message *running_message(const struct hl_handshake *hs, uint8_t type)
{
    return find_message(hs, type, SERVER);
}

struct hl_buffer *running_key_log(struct running *running)
{
    return running->tap.on ? &running->tap.key_log : NULL;
}

/* --- the server's flight ------------------------------------------------------------------ */

enum flight {
    FLIGHT_GOES_ON,
    FLIGHT_IS_ENOUGH, /* what was asked is known */
    FLIGHT_IS_WHOLE,
};

static bool changed_cipher(const struct hl_handshake *hs)
{
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->direction == SERVER && m->content_type == CONTENT_CHANGE_CIPHER_SPEC)
            return true;
    }
    return false;
}

static bool is_wanted_whole(const struct attempt_request *request)
{
    return request->whole_flight || request->complete || request->intrusion != INTRUSION_NONE;
}

/* Up to the server's Finished. */
static enum flight flight_to_finished(struct running *running, const struct hl_handshake *hs)
{
    switch (server_finished(running, hs)) {
    case FINISHED_AWAITED: return FLIGHT_GOES_ON;
    case FINISHED_RIGHT: return FLIGHT_IS_WHOLE;
    case FINISHED_WRONG: break;
    }
    return FLIGHT_IS_ENOUGH;
}

/* The key that the server takes, of those that were offered: there is one at the most. Empty: none is taken. False: none like that. */
static bool chosen_psk(const struct running *running, const struct hl_handshake *hs, struct hl_span *psk)
{
    const struct resumption *resumed = running->request->resumed;
    struct hl_fault fault;
    struct hl_span data;

    *psk = (struct hl_span){ NULL, 0 };
    if (!extension_find(hs->server_hello.extensions, EXT_ID_PRE_SHARED_KEY, &data))
        return true;
    struct hl_reader r = rd_init(data, &fault);
    const uint16_t selected = rd_u16(&r, "selected_identity"); /* RFC 8446, section 4.2.11 */
    if (!rd_end(&r, "PreSharedKeyExtension") || selected != 0 || resumed == NULL)
        return false;
    *psk = secret_span(&resumed->psk);
    return true;
}

static enum flight flight_of_tls13(struct running *running, const struct hl_handshake *hs)
{
    struct hl_span psk;

    if (!is_wanted_whole(running->request))
        return FLIGHT_IS_ENOUGH;
    if (!chosen_psk(running, hs, &psk)) {
        running->out->why_incomplete = "the server chose a pre-shared key that was not offered";
        return FLIGHT_IS_ENOUGH;
    }
    if (!running->keys_known)
        running->keys_known = flight_keys_make(&running->flight, hs, running->hello.shares, running->hello.share_count, psk)
                              && flight_keys_give(&running->flight, hs, &running->prober->secrets, running_key_log(running));
    if (running->keys_known)
        return flight_to_finished(running, hs);
    running->out->why_incomplete = "the server's half of the key exchange cannot be used here";
    return FLIGHT_IS_ENOUGH;
}

/* A session that is resumed has a short flight: the server's Finished comes at once (RFC 5246, section 7.3). */
static enum flight flight_of_older(struct running *running, const struct hl_handshake *hs)
{
    const struct attempt_request *request = running->request;
    const struct hl_suite *suite = reg_suite(hs->server_hello.cipher_suite);
    const bool ephemeral = suite != NULL && (strcmp(suite->key_exchange, "ECDHE") == 0 || strcmp(suite->key_exchange, "DHE") == 0);

    if (hs->server_hello.ssl2)
        return FLIGHT_IS_ENOUGH;
    if (request->resumed != NULL && changed_cipher(hs)) {
        if (!running->keys_known)
            running->keys_known = completion_resume(running, hs);
        return running->keys_known ? flight_to_finished(running, hs) : FLIGHT_IS_ENOUGH;
    }
    if (running_message(hs, SERVER_HELLO_DONE) != NULL)
        return FLIGHT_IS_WHOLE;
    if (is_wanted_whole(request))
        return FLIGHT_GOES_ON;
    return ephemeral && running_message(hs, SERVER_KEY_EXCHANGE) == NULL ? FLIGHT_GOES_ON : FLIGHT_IS_ENOUGH;
}

/* What the server chose that it was not offered is not gone on with. */
static bool was_offered(const struct running *running, const struct hl_handshake *hs)
{
    struct attempt seen = { .result = ATTEMPT_INCONCLUSIVE };

    answer_take(&seen, hs);
    if (!hs->server_hello.ssl2)
        answer_check(&seen, &running->hello);
    return seen.result != ATTEMPT_NOT_OFFERED;
}

static enum flight flight_of(struct running *running, const struct hl_handshake *hs)
{
    const struct attempt_request *request = running->request;

    if (hs->server_hello_message == NULL) {
        if (hs->retry_message == NULL || running->retried)
            return FLIGHT_GOES_ON;
        if (!is_wanted_whole(request) || request->resumed != NULL) /* a session is tried with the group that it had */
            return FLIGHT_IS_ENOUGH;
        return answer_retry(running, hs) ? FLIGHT_GOES_ON : FLIGHT_IS_ENOUGH;
    }
    if (!was_offered(running, hs))
        return FLIGHT_IS_ENOUGH;
    return hs->server_hello.version == TLS13 ? flight_of_tls13(running, hs) : flight_of_older(running, hs);
}

/* --- to the end of the handshake, and after it --------------------------------------------- */

static bool send_and_free(struct running *running, struct hl_buffer *records, bool made)
{
    const bool sent = made && !records->failed && running_send(running, buf_view(records)) == SOCKET_OK;

    buf_cleanup(records);
    return sent;
}

static unsigned count_alerts(const struct hl_handshake *hs)
{
    unsigned n = 0;

    for (const struct hl_alert_event *alert = hs->alerts; alert != NULL; alert = alert->next)
        n += alert->direction == SERVER;
    return n;
}

/* The first alert but close_notify since the server was asked for what comes next; NULL: none. */
static const struct hl_alert_event *first_alert(const struct running *running, const struct hl_handshake *hs)
{
    unsigned n = 0;

    for (const struct hl_alert_event *alert = hs->alerts; alert != NULL; alert = alert->next) {
        if (alert->direction == SERVER && n++ >= running->alerts_before && (alert->encrypted || alert->description != CLOSE_NOTIFY))
            return alert;
    }
    return NULL;
}

/* Since the server was asked for what comes next. Other warnings refuse nothing: they may come at any time. */
static bool was_refused(const struct running *running, const struct hl_handshake *hs)
{
    unsigned n = 0;

    for (const struct hl_alert_event *alert = hs->alerts; alert != NULL; alert = alert->next) {
        const bool refuses = alert->level == LEVEL_FATAL || (!alert->encrypted && alert->description == NO_RENEGOTIATION);
        if (alert->direction == SERVER && n++ >= running->alerts_before && refuses)
            return true;
    }
    return false;
}

static bool ask_again(struct running *running, const struct hl_handshake *hs)
{
    struct hl_buffer records;

    buf_init(&records, RECORDS_MAX);
    running->state = RENEGOTIATING;
    running->alerts_before = count_alerts(hs);
    running->out->renegotiation = RENEGOTIATION_SILENCE; /* unless something else comes of it */
    return send_and_free(running, &records, completion_renegotiate(running, &records));
}

static void wait_for(struct running *running, int64_t duration_ns)
{
    const int64_t end = clock_monotonic() + duration_ns;

    running->deadline = end < running->latest ? end : running->latest;
}

static bool say_goodbye(struct running *running)
{
    struct hl_buffer records;

    buf_init(&records, RECORDS_MAX);
    running->state = CLOSING;
    wait_for(running, PATIENCE_NS);
    return send_and_free(running, &records, completion_close(running, &records));
}

bool attempt_is_patient(struct running *running)
{
    return running->state == AWAITING_TICKET && say_goodbye(running);
}

/* Before TLS 1.3: both Finished are there, and right. */
static bool go_on_after(struct running *running, const struct hl_handshake *hs)
{
    running->out->completed = true;
    if (running->request->given != NULL)
        resumption_take_older(running->request->given, hs, running->master);
    const bool spoils = running->request->given != NULL && running->request->given->id_length > 0; /* servers may forget it then */
    if (running->request->renegotiate && !spoils)
        return ask_again(running, hs);
    return say_goodbye(running) && running->request->given != NULL; /* servers may put a session away only after their Finished */
}

static bool answer_flight(struct running *running, const struct hl_handshake *hs)
{
    const bool tls13 = hs->server_hello.version == TLS13;
    struct hl_buffer records;

    buf_init(&records, RECORDS_MAX);
    if (!send_and_free(running, &records, (tls13 ? completion_answer_tls13 : completion_answer_older)(running, hs, &records))
        || running->session == NULL)
        return false;
    running->alerts_before = count_alerts(hs);
    if (tls13) {
        running->state = AWAITING_TICKET;
        running->out->completed = true;
        wait_for(running, TICKET_PATIENCE_NS);
        return true;
    }
    running->state = AWAITING_FINISHED;
    return running->resumes ? go_on_after(running, hs) : true;
}

static bool await_finished(struct running *running, const struct hl_handshake *hs)
{
    switch (server_finished(running, hs)) {
    case FINISHED_AWAITED: return !was_refused(running, hs);
    case FINISHED_RIGHT: return go_on_after(running, hs);
    case FINISHED_WRONG: break;
    }
    return false;
}

static bool await_renegotiation(struct running *running, const struct hl_handshake *hs)
{
    enum renegotiation *out = &running->out->renegotiation;

    *out = renegotiation_answer(running, hs);
    if (*out == RENEGOTIATION_SILENCE && was_refused(running, hs))
        *out = RENEGOTIATION_REFUSED;
    return *out == RENEGOTIATION_SILENCE;
}

static bool intrude(struct running *running, const struct hl_handshake *hs)
{
    const unsigned alerts = count_alerts(hs);
    struct hl_buffer records;

    buf_init(&records, RECORDS_MAX);
    if (!send_and_free(running, &records, intrusion_put(running, hs, &records)) || running->session == NULL)
        return false;
    running->state = AWAITING_REACTION;
    running->alerts_before = alerts;
    running->out->reaction = REACTION_CLOSED; /* unless something else comes of it */
    wait_for(running, REACTION_PATIENCE_NS);
    return true;
}

static bool await_reaction(struct running *running, const struct hl_handshake *hs)
{
    const struct hl_alert_event *alert = first_alert(running, hs);
    struct attempt *out = running->out;

    if (running->record_type == CONTENT_HEARTBEAT) {
        out->reaction = REACTION_HEARTBEAT;
    } else if (alert != NULL) {
        out->reaction = REACTION_ALERT;
        out->reaction_alert = alert->description;
    }
    return out->reaction == REACTION_CLOSED;
}

static bool collect_ticket(struct running *running, const struct hl_handshake *hs)
{
    const struct hl_message *ticket = running_message(hs, NEW_SESSION_TICKET);

    if (ticket != NULL && hs->server_hello.version == TLS13 && running->request->given != NULL)
        resumption_take_ticket(running->request->given, hs, ticket, &running->spec, &running->resumption_master);
    return ticket == NULL || running->state == CLOSING || say_goodbye(running);
}

/* Behind each record: is anything still of interest? */
bool attempt_goes_on(struct running *running)
{
    if (running->session == NULL)
        return false;
    const struct hl_handshake *hs = session_handshake(running->session);
    enum flight flight;

    switch (running->state) {
    case READING_FLIGHT:
        flight = flight_of(running, hs);
        if (flight == FLIGHT_IS_WHOLE && running->request->intrusion != INTRUSION_NONE && hs->server_hello.version != TLS13)
            return intrude(running, hs);
        if (flight == FLIGHT_IS_WHOLE && running->request->complete)
            return answer_flight(running, hs);
        return flight == FLIGHT_GOES_ON;
    case AWAITING_FINISHED: return await_finished(running, hs);
    case RENEGOTIATING: return await_renegotiation(running, hs);
    case AWAITING_REACTION: return await_reaction(running, hs);
    case AWAITING_TICKET:
    case CLOSING: return collect_ticket(running, hs);
    }
    return false;
}
