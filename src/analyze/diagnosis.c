#include "analyze/diagnosis.h"

#include "analyze/alerts.h"
#include "base/code_name.h"
#include "registry/registry.h"
#include "wire/record.h"

#include <string.h>

/* One sentence, with a few names in it. */
#define SUMMARY_MAX ((size_t)4 << 10)

struct hl_diagnosis *add_diagnosis(struct diagnosing *d, enum finding_code code, enum hl_blame blame,
                                   enum hl_confidence confidence)
{
    struct hl_diagnosis *diagnosis = arena_alloc(d->arena, sizeof *diagnosis), **link = &d->diagnoses->first;

    if (diagnosis == NULL)
        diagnosis = &d->nowhere;
    *diagnosis = (struct hl_diagnosis){
        .code = code,
        .blame = blame,
        .confidence = confidence,
        .summary = arena_copy(d->arena, buf_view(d->text)),
    };
    diagnosis->evidence_end = &diagnosis->evidence;
    d->text->len = 0;
    if (diagnosis == &d->nowhere)
        return diagnosis;
    while (*link != NULL)
        link = &(*link)->next;
    *link = diagnosis;
    d->diagnoses->count++;
    return diagnosis;
}

void add_evidence(struct diagnosing *d, struct hl_diagnosis *diagnosis, struct hl_moment at, const char *what)
{
    struct hl_evidence *evidence = at.frame > 0 || at.time_ns != 0 ? arena_alloc(d->arena, sizeof *evidence) : NULL;

    if (what != NULL)
        buf_string(d->text, what);
    if (evidence != NULL) {
        evidence->at = at;
        evidence->what = arena_copy(d->arena, buf_view(d->text));
        *diagnosis->evidence_end = evidence;
        diagnosis->evidence_end = &evidence->next;
    }
    d->text->len = 0;
}

void add_alert_evidence(struct diagnosing *d, struct hl_diagnosis *diagnosis)
{
    if (d->alert == NULL)
        return;
    buf_printf(d->text, "the %s's alert ", d->from_client ? "client" : "server");
    code_name_put(d->text, reg_alert(d->alert->description));
    buf_printf(d->text, " (%u)", d->alert->description);
    add_evidence(d, diagnosis, d->alert->at, NULL);
}

const struct hl_finding *find_finding(const struct hl_handshake *hs, enum finding_code code, const char *side)
{
    const struct hl_finding *finding = hs->findings != NULL ? hs->findings->first : NULL;

    while (finding != NULL
           && (finding->code != code || (side != NULL && (finding->side == NULL || strcmp(finding->side, side) != 0))))
        finding = finding->next;
    return finding;
}

const char *closer(const struct hl_handshake *hs)
{
    if (hs->closing.how != CLOSE_FIN && hs->closing.how != CLOSE_RESET)
        return NULL;
    return hs->closing.direction == (int)hs->client ? "client" : "server";
}

/* --- how far it came ----------------------------------------------------------------- */

static bool is_flight(const struct hl_handshake *hs, const struct hl_message *m)
{
    bool hello = m == hs->client_hello_message || m == hs->retried_hello_message || m == hs->retry_message
                 || m == hs->server_hello_message;

    return !hello && (m->content_type == CONTENT_HANDSHAKE || m->content_type == CONTENT_APPLICATION_DATA);
}

static enum stage stage_of(const struct hl_handshake *hs)
{
    enum stage stage = STAGE_NOTHING;

    if (hs->outcome == HL_COMPLETED)
        return STAGE_COMPLETED;
    if (hs->client_hello_message != NULL)
        stage = STAGE_CLIENT_HELLO;
    if (hs->retry_message != NULL)
        stage = STAGE_RETRY;
    if (hs->server_hello_message != NULL)
        stage = STAGE_SERVER_HELLO;
    for (const struct hl_message *m = hs->messages; m != NULL && stage >= STAGE_SERVER_HELLO; m = m->next) {
        if (!is_flight(hs, m))
            continue;
        enum stage reached = m->direction == hs->client ? STAGE_CLIENT_FLIGHT : STAGE_SERVER_FLIGHT;
        if (reached > stage)
            stage = reached;
    }
    return stage;
}

/* close_notify ends what was well; a client that is cancelled says so. */
static const struct hl_alert_event *telling_alert(const struct hl_handshake *hs)
{
    for (const struct hl_alert_event *alert = hs->alerts; alert != NULL; alert = alert->next) {
        bool says_nothing = alert->encrypted || alert->description == ALERT_CLOSE_NOTIFY || alert->description == ALERT_USER_CANCELED;
        bool fatal = alert->level == 2 || version_is_tls13(hs->version);
        if (!says_nothing && (fatal || alert->description == ALERT_NO_RENEGOTIATION))
            return alert;
    }
    return NULL;
}

/* How it went elsewhere tells on which side to look. */
static void add_company(struct diagnosing *d)
{
    struct hl_diagnosis *primary = d->diagnoses->first;
    const struct hl_handshake *hs = d->hs;

    if (primary == NULL || hs->outcome == HL_COMPLETED || primary->blame == HL_BLAME_CAPTURE)
        return;
    if (d->server != NULL && d->server->completed > 0) {
        const struct hl_address *here = &hs->connection.ends[hs->client].address, *there = &d->server->last_client;
        const bool same = here->length == there->length && memcmp(here->bytes, there->bytes, here->length) == 0;
        add_evidence(d, primary, d->server->last, same ? "a handshake of the same two that completed"
                                                       : "a handshake of this server with another client that completed");
    }
    if (d->client != NULL && d->client->completed > 0
        && memcmp(&d->client->last_server, &hs->connection.ends[1 - hs->client], sizeof d->client->last_server) != 0)
        add_evidence(d, primary, d->client->last, "a handshake of this client with another server that completed");
}

const struct hl_diagnoses *diagnose(const struct hl_handshake *hs, const struct endpoints *endpoints,
                                    struct hl_arena *arena)
{
    static bool (*const rules[])(struct diagnosing *) = {
        diagnose_not_tls,        diagnose_tampering,      diagnose_quic,           diagnose_refused_hello,
        diagnose_refused_server, diagnose_refused_client, diagnose_broken_message, diagnose_drops,
        diagnose_datagrams,      diagnose_closed,         diagnose_capture,        diagnose_speed,
    };
    struct hl_diagnoses *diagnoses = arena_alloc(arena, sizeof *diagnoses);
    struct hl_buffer text;
    struct diagnosing d = { .hs = hs, .arena = arena, .diagnoses = diagnoses, .text = &text };

    if (diagnoses == NULL)
        return NULL;
    buf_init(&text, SUMMARY_MAX);
    d.stage = stage_of(hs);
    if (hs->outcome != HL_COMPLETED) { /* nobody asks else */
        d.server = endpoints_server(endpoints, hs);
        d.client = endpoints_client(endpoints, hs);
    }
    d.alert = telling_alert(hs);
    d.from_client = d.alert != NULL && d.alert->direction == hs->client;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i](&d))
            break;
    }
    add_company(&d);
    buf_cleanup(&text);
    return diagnoses;
}
