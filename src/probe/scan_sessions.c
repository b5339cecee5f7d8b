/* What a policy asks about sessions: the handshakes that show certificates are completed for it, so that it costs a connection at the most. */
#include "probe/scan_parts.h"
#include "probe/session_answers.h"

static bool minds_newest(const struct hl_policy *policy)
{
    return policy->early_data != LEVEL_NOT_GIVEN || policy->session_resumption != LEVEL_NOT_GIVEN;
}

static bool minds_older(const struct hl_policy *policy)
{
    return policy->client_renegotiation != LEVEL_NOT_GIVEN || policy->session_resumption != LEVEL_NOT_GIVEN;
}

void scan_want_session(struct scan *scan, struct attempt_request *request, uint16_t version)
{
    const struct hl_policy *policy = scan->policy;

    request->hello.heartbeat = version < TLS13 && policy->heartbeat != LEVEL_NOT_GIVEN;
    if (version == TLS13 && minds_newest(policy)) {
        request->complete = true;
        request->given = &scan->given_newest;
    }
    if (version < TLS13 && minds_older(policy)) {
        request->complete = true;
        const bool newest = resumption_offers(&scan->given_newest, RESUMPTION_BY_PSK); /* asked before, and enough */
        request->given = policy->session_resumption != LEVEL_NOT_GIVEN && !newest ? &scan->given_older : NULL;
        request->renegotiate = policy->client_renegotiation != LEVEL_NOT_GIVEN;
    }
}

/* Its tickets are what early data would be offered with, so both come of one attempt. */
static void ask_newest(struct scan *scan)
{
    struct policy_facts *facts = scan->facts;
    struct attempt attempt;

    if (!resumption_offers(&scan->given_newest, RESUMPTION_BY_PSK)) {
        session_tell_no_ticket(scan, &facts->resumption, &facts->early_data);
        return;
    }
    answer_note(&facts->early_data, ANSWER_NO, "");
    if (scan->given_newest.early_data_max == 0 && scan->policy->session_resumption == LEVEL_NOT_GIVEN)
        return;
    struct attempt_request request = question_resume(scan, &scan->given_newest, RESUMPTION_BY_PSK);
    (void)question_ask(scan, &request, &attempt);
    question_free_shares(&request);
    session_tell_resumption(&attempt, &facts->resumption);
    if (scan->given_newest.early_data_max > 0)
        session_tell_early_data(&attempt, &facts->early_data);
}

/* By ticket or by id. In the same connection the client asks for another handshake, where the policy minds that. */
static void ask_older(struct scan *scan)
{
    const enum resumption_kind kind = resumption_offers(&scan->given_older, RESUMPTION_BY_TICKET) ? RESUMPTION_BY_TICKET : RESUMPTION_BY_ID;
    struct policy_answer *answer = &scan->facts->resumption;

    if (scan->given_older.version == 0) {
        session_tell_incomplete(&scan->plain, answer);
        return;
    }
    if (!resumption_offers(&scan->given_older, kind)) {
        answer_note(answer, ANSWER_NO, "neither a ticket nor an id is given out");
        return;
    }
    struct attempt_request request = question_resume(scan, &scan->given_older, kind);
    request.complete = request.renegotiate = scan->policy->client_renegotiation != LEVEL_NOT_GIVEN;
    (void)question_ask(scan, &request, &scan->plain);
    session_tell_resumption(&scan->plain, answer);
}

void scan_ask_for_sessions(struct scan *scan)
{
    const struct hl_policy *policy = scan->policy;
    struct policy_facts *facts = scan->facts;
    const bool newest = scan_speaks(scan, true);
    const bool older = scan_speaks(scan, false) && !seen_is_refused(&facts->versions, TLS12); /* a hello up to TLS 1.2 is one for all before it */

    if (!newest)
        answer_note(&facts->early_data, ANSWER_NO, "TLS 1.3 is not accepted");
    else if (minds_newest(policy))
        ask_newest(scan);
    if (older && policy->session_resumption != LEVEL_NOT_GIVEN && facts->resumption.state != ANSWER_YES)
        ask_older(scan);
    if (older && policy->client_renegotiation != LEVEL_NOT_GIVEN)
        session_tell_renegotiation(&scan->plain, &facts->client_renegotiation);
    else if (!older)
        answer_note(&facts->client_renegotiation, ANSWER_NO, "nothing before TLS 1.3 that is allowed is accepted");
    resumption_wipe(&scan->given_newest);
    resumption_wipe(&scan->given_older);
}
