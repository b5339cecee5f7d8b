#include "probe/questions.h"

#include "probe/answer.h"
#include "registry/registry.h"

#include <stdio.h>
#include <string.h>

/* Before a connection is tried again; twice as long each time, up to 25 s. A server that has just spoken TLS need not come up first. */
#define RETRY_PAUSE_NS ((int64_t)50000000)
#define RETRY_PAUSE_REACHED_NS ((int64_t)10000000)
#define RETRY_SHIFT_MAX 9u
/* When so many attempts of a server that speaks TLS have ended like the one before, this is its way of saying no, and no accident. */
#define IN_VAIN_MAX 2u

static const uint16_t tls13_only[] = { TLS13 };

const char *const question_protocols[] = { "h2", "http/1.1", "http/1.0", "smtp", "imap", "pop3", "ftp", "xmpp-client", "xmpp-server", "postgresql", "mqtt", "dot",
                                           NULL };

/* --- asking ------------------------------------------------------------------------------- */

/* What nearly all hellos have; suites and groups are the caller's. */
struct attempt_request question_request(const struct scan *scan, uint16_t version, struct hello_codes suites, struct hello_codes groups,
                                            struct hello_codes schemes)
{
    struct attempt_request request = { .record_version = version == SSL3 ? SSL3 : TLS10 };
    struct hello *hello = &request.hello;

    hello->version = version == TLS13 ? TLS12 : version;
    hello->suites = suites;
    hello->renegotiation_info = version < TLS13 && version > SSL3;
    if (version == SSL3) /* it has no extensions */
        return request;
    hello->groups = groups;
    hello->server_name = scan->server_name;
    hello->extended_master_secret = hello->encrypt_then_mac = true;
    if (version >= TLS12)
        hello->schemes = schemes;
    if (version == TLS13) {
        hello->versions = (struct hello_codes){ tls13_only, 1 };
        hello->key_share = hello->has_session_id = true;
    }
    return request;
}

/* What was accepted is known from now on, whatever was asked for. */
static void note_answer(struct scan *scan, const struct attempt *attempt)
{
    struct policy_facts *facts = scan->facts;

    facts_accept(facts, &(struct policy_agreed){
                            .version = attempt->version,
                            .suite = attempt->version != SSL2 ? attempt->suite : UINT32_MAX,
                            .group = attempt->group,
                            .scheme = attempt->scheme,
                            .dh_bits = attempt->dh_bits,
                        });
    const struct hl_suite *suite = reg_suite(attempt->suite);
    const bool anonymous = suite != NULL && strcmp(suite->authentication, "anon") == 0; /* what is judged has a certificate */
    if (attempt->handshake != NULL && !anonymous && facts->handshake_count < FACTS_HANDSHAKES_MAX)
        facts->handshakes[facts->handshake_count++] = attempt->handshake;
}

/* Nothing was said that could be counted: another time it may be. */
static bool said_nothing(const struct attempt *attempt)
{
    return (attempt->result == ATTEMPT_INCONCLUSIVE && attempt->alert == 0) || attempt->result == ATTEMPT_UNREACHABLE;
}

static void connect_once(struct scan *scan, const struct attempt_request *request, struct attempt *attempt)
{
    if (scan->prober->connections >= scan->connections_max) {
        *attempt = (struct attempt){ .result = ATTEMPT_INCONCLUSIVE };
        snprintf(attempt->why, sizeof attempt->why, "%u connections were not enough", scan->connections_max);
        return;
    }
    if (scan->prober->connections > 0)
        socket_pause(scan->delay_ns);
    if (!attempt_run(scan->prober, scan->address, request, attempt)) {
        scan->out_of_memory = true;
        *attempt = (struct attempt){ .result = ATTEMPT_INCONCLUSIVE, .why = "memory has run out" };
    }
}

unsigned question_count_codes(const struct attempt_request *request)
{
    return request->hello.suites.count + request->hello.groups.count + request->hello.schemes.count;
}

/* What a handshake of TLS 1.3 came to that was to be completed. */
static void note_newest(struct scan *scan, const struct attempt *attempt)
{
    const bool completed = attempt->completed && attempt->result == ATTEMPT_ANSWERED;

    scan->completed_newest |= completed;
    scan->ended_newest |= completed && attempt->ended;
    snprintf(scan->why_newest, sizeof scan->why_newest, "%s", answer_why(attempt, ""));
}

enum attempt_result question_ask(struct scan *scan, const struct attempt_request *request, struct attempt *attempt)
{
    connect_once(scan, request, attempt);
    for (unsigned i = 0; i < scan->retries && said_nothing(attempt) && !attempt->final && !scan->out_of_memory && scan->in_vain < IN_VAIN_MAX; i++) {
        const struct attempt before = *attempt;
        const bool there = scan->reached && attempt->result == ATTEMPT_INCONCLUSIVE;
        socket_pause((there ? RETRY_PAUSE_REACHED_NS : RETRY_PAUSE_NS) << (i < RETRY_SHIFT_MAX ? i : RETRY_SHIFT_MAX));
        connect_once(scan, request, attempt);
        if (scan->reached && before.result == attempt->result && strcmp(before.why, attempt->why) == 0)
            scan->in_vain++;
    }
    if (request->given == &scan->given_newest)
        note_newest(scan, attempt);
    if (attempt->result == ATTEMPT_ANSWERED) {
        note_answer(scan, attempt);
        if (scan->answered_codes < question_count_codes(request))
            scan->answered_codes = question_count_codes(request);
    }
    scan->last_alert = attempt->alert;
    if (attempt->result == ATTEMPT_ANSWERED || attempt->result == ATTEMPT_REFUSED || attempt->alert != 0)
        scan->reached = true;
    else if (scan->why_not[0] == '\0')
        snprintf(scan->why_not, sizeof scan->why_not, "%s", attempt->why);
    return attempt->result;
}

void question_want_all(struct attempt_request *request, uint16_t version)
{
    struct hello *hello = &request->hello;

    request->whole_flight = request->keep = true;
    if (version <= SSL3) /* it has no extensions */
        return;
    hello->status_request = hello->timestamps = hello->session_ticket = true;
    hello->deflate = hello->heartbeat = version < TLS13;
    hello->certificate_compression = version == TLS13;
}

/* Shares for the groups that we can do, two at the most. The caller frees them. */
void question_add_shares(struct attempt_request *request)
{
    struct hello *hello = &request->hello;

    for (unsigned i = 0; i < hello->groups.count && hello->share_count < 2; i++) {
        struct key_share *share = key_share_new(hello->groups.list[i]);
        if (share != NULL)
            hello->shares[hello->share_count++] = share;
    }
}

void question_free_shares(struct attempt_request *request)
{
    for (unsigned i = 0; i < request->hello.share_count; i++)
        key_share_free(request->hello.shares[i]);
}

/* The suite and the group are those of the session. */
struct attempt_request question_resume(struct scan *scan, const struct resumption *session, enum resumption_kind kind)
{
    const struct hello_codes suite = { &session->suite, 1 };

    code_list_groups(&scan->groups);
    code_list_schemes(&scan->schemes);
    struct attempt_request request = question_request(scan, session->version, suite, code_list_view(&scan->groups), code_list_view(&scan->schemes));
    struct hello *hello = &request.hello;

    hello->session_ticket = kind == RESUMPTION_BY_TICKET;
    hello->early_data = session->early_data_max > 0;
    if (session->group != 0)
        hello->groups = (struct hello_codes){ &session->group, 1 };
    if (kind == RESUMPTION_BY_PSK)
        question_add_shares(&request);
    request.whole_flight = true; /* up to the Finished, which proves it */
    request.resumed = session;
    request.resumed_by = kind;
    return request;
}

/* Why something is not known; the first reason counts. */
void note_open(struct policy_seen *seen, const char *what, const struct attempt *attempt)
{
    char *out = attempt->result == ATTEMPT_NOT_OFFERED ? seen->fault : seen->why;

    if (out[0] == '\0')
        snprintf(out, FACTS_WHY_SIZE, "offered %s: %s", what, attempt->why);
}
