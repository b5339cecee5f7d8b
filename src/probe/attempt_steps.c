/* What an attempt does next, as the server's records come: behind the server's flight (server_flight.c) to the end of the handshake, and
 * after it. */
#include "probe/attempt_parts.h"

#include "session/conclude.h"
#include "wire/record.h"

#define RECORDS_MAX ((size_t)256 << 10)
/* How long a server may take, beyond three round trips, to hand out tickets of TLS 1.3 once the handshake is completed, before it is told
 * that nothing more comes (some forget tickets that they were about to send); and to close, once it has given what was wanted. */
#define TICKET_PATIENCE_NS ((int64_t)50000000)
/* How long it may take to close where nothing came yet; or to say what becomes of a renegotiation. */
#define PATIENCE_NS ((int64_t)1000000000)
/* How long it may take to react to an intrusion. */
#define REACTION_PATIENCE_NS ((int64_t)1000000000)

/* AlertLevel, AlertDescription (IANA). */
enum { LEVEL_FATAL = 2, CLOSE_NOTIFY = 0, NO_RENEGOTIATION = 100 };

const struct hl_message *running_message(const struct hl_handshake *hs, uint8_t type)
{
    return find_message(hs, type, SERVER);
}

struct hl_buffer *running_key_log(struct running *running)
{
    return running->tap.on ? &running->tap.key_log : NULL;
}

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

static void wait_for(struct running *running, int64_t duration_ns)
{
    const int64_t end = clock_monotonic() + duration_ns;

    running->deadline = end < running->latest ? end : running->latest;
}

static bool ask_again(struct running *running, const struct hl_handshake *hs)
{
    struct hl_buffer records;

    buf_init(&records, RECORDS_MAX);
    running->state = RENEGOTIATING;
    wait_for(running, PATIENCE_NS);
    running->alerts_before = count_alerts(hs);
    running->out->renegotiation = RENEGOTIATION_SILENCE; /* unless something else comes of it */
    return send_and_free(running, &records, completion_renegotiate(running, &records));
}

static int64_t ticket_patience(const struct running *running)
{
    return TICKET_PATIENCE_NS + 3 * running->round_trip_ns;
}

static bool say_goodbye(struct running *running, int64_t patience_ns)
{
    struct hl_buffer records;

    buf_init(&records, RECORDS_MAX);
    running->state = CLOSING;
    wait_for(running, patience_ns);
    return send_and_free(running, &records, completion_close(running, &records));
}

bool attempt_is_patient(struct running *running)
{
    return running->state == AWAITING_TICKET && say_goodbye(running, PATIENCE_NS);
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
    return say_goodbye(running, PATIENCE_NS) && running->request->given != NULL; /* servers may put a session away only after their Finished */
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
        wait_for(running, ticket_patience(running));
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
    return ticket == NULL || running->state == CLOSING || say_goodbye(running, ticket_patience(running));
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
        flight = server_flight(running, hs);
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
