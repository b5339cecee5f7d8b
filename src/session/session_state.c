#include "session/session_state.h"

#include "session/events.h"

/* When a client has sent this much after its Finished, it is content. */
#define TLS13_CONTENT_MIN ((uint64_t)1 << 16)

bool session_is_tls13(const struct hl_session *s)
{
    return version_is_tls13(s->hs.version);
}

/* Both Finished were there, as far as one can tell. */
bool session_is_over(const struct hl_session *s)
{
    const struct hl_progress *p = &s->progress;

    return session_is_tls13(s) ? p->client_finished : p->finished[0] && p->finished[1] && p->server_hello;
}

/* Nothing that could still come would change the story: or, what comes can be read, but was enough. */
bool session_is_told(const struct hl_session *s)
{
    const struct hl_progress *p = &s->progress;
    unsigned client = s->hs.client;

    if (s->quic != NULL && s->records_after > 0)
        return s->records_after >= HL_QUIC_AFTER_MAX;
    if (s->opening != NULL && s->opening->side[0].opened + s->opening->side[1].opened > 0)
        return s->records_after >= HL_RECORDS_AFTER_MAX;
    if (session_is_tls13(s))
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

    return !session_is_tls13(s) && !p->application_data[0] && !p->application_data[1]
           && s->records[0].protection == PROTECTION_ON && s->records[1].protection == PROTECTION_ON;
}

bool session_is_settled(const struct hl_session *s)
{
    return session_is_told(s) && !waits_for_secrets(s) && !may_renegotiate(s);
}

/* --- what happened, in order ----------------------------------------------- */

void session_touch(struct hl_session *s, struct hl_moment at)
{
    if (s->hs.start.time_ns == 0 && s->hs.start.frame == 0)
        s->hs.start = at;
    if (!session_is_over(s) && !moment_before(at, s->hs.end)) /* what follows only proves that it was accepted */
        s->hs.end = at;
}

struct hl_message *session_add_message(struct hl_session *s, unsigned direction, struct hl_moment at)
{
    session_touch(s, at);
    return events_add_message(&s->hs, &s->arena, direction, at);
}

/* In TLS 1.3 all but two are fatal, whatever their level says (RFC 8446, section 6). */
static bool is_fatal(const struct hl_session *s, uint8_t level, uint8_t description)
{
    enum { CLOSE_NOTIFY = 0, USER_CANCELED = 90 };

    return session_is_tls13(s) ? description != CLOSE_NOTIFY && description != USER_CANCELED : level == 2;
}

/* `content`: level and description, or nothing when they are not known. */
struct hl_alert_event *session_add_alert(struct hl_session *s, unsigned direction, const struct hl_raw_record *record,
                                        struct hl_span content, bool decrypted)
{
    struct hl_progress *p = &s->progress;
    bool known = content.len >= 2;

    session_touch(s, record->at);
    if (known && is_fatal(s, content.ptr[0], content.ptr[1])) {
        p->fatal_alert = true;
        p->rejected |= decrypted && session_is_tls13(s) && direction != s->hs.client && p->client_finished && !p->server_content;
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

void session_on_gap(struct hl_session *s, unsigned direction, const struct hl_chunk *chunk)
{
    events_add_gap(&s->hs, &s->arena, direction, chunk);
    if (s->opening != NULL)
        opening_gap(s->opening, direction);
}
