/* What becomes of a session: can it be resumed, is there early data, may a client renegotiate? */
#include "probe/enumerate_parts.h"
#include "probe/session_answers.h"

#include <stdio.h>
#include <string.h>

enum session_feature { FEATURE_ID, FEATURE_TICKET, FEATURE_PSK, FEATURE_EARLY_DATA, FEATURE_RENEGOTIATION };

/* --- asking ------------------------------------------------------------------------------- */

/* Suites of this version whose handshakes can be completed here. */
static void keep_completable(struct code_list *suites, uint16_t version)
{
    struct code_list kept = { .count = 0 };

    for (unsigned i = 0; i < suites->count; i++) {
        if (completion_is_possible(suites->codes[i], version))
            code_list_add(&kept, suites->codes[i]);
    }
    if (kept.count > 0)
        *suites = kept;
}

static struct attempt_request completing_request(struct scan *scan, struct inventory *inventory, uint16_t older, struct resumption *given)
{
    struct attempt_request request = enumerate_whole_request(scan, inventory, older, NULL);

    keep_completable(&scan->suites, older);
    code_list_usual_groups(&scan->groups); /* the server must not choose one that cannot be done here */
    request.hello.suites = code_list_view(&scan->suites);
    request.hello.groups = code_list_view(&scan->groups);
    request.keep = false;
    request.complete = true;
    request.given = given;
    return request;
}

struct attempt_request enumerate_plain_request(struct scan *scan, struct inventory *inventory, uint16_t older, const struct code_list *suites)
{
    struct attempt_request request = completing_request(scan, inventory, older, &scan->given_plain);

    if (suites != NULL)
        request.hello.suites = code_list_view(suites);
    request.hello.session_ticket = false;
    request.renegotiate = true;
    return request;
}

static void ask_to_resume(struct scan *scan, const struct resumption *session, enum resumption_kind kind, bool renegotiate, struct attempt *attempt)
{
    struct attempt_request request = question_resume(scan, session, kind);

    request.complete = request.renegotiate = renegotiate;
    (void)question_ask(scan, &request, attempt);
    question_free_shares(&request);
}

/* --- what it tells ------------------------------------------------------------------------ */

static void add(struct inventory *inventory, enum session_feature which, enum inventory_state state, const char *text)
{
    static const struct {
        const char *id, *title;
    } rows[] = {
        [FEATURE_ID] = { "session_id", "resumes sessions by id" },
        [FEATURE_TICKET] = { "session_ticket", "resumes sessions by ticket (RFC 5077)" },
        [FEATURE_PSK] = { "psk_resumption", "resumes sessions of TLS 1.3 (RFC 8446, section 2.2)" },
        [FEATURE_EARLY_DATA] = { "early_data", "takes early data, which can be replayed (0-RTT)" },
        [FEATURE_RENEGOTIATION] = { "client_renegotiation", "lets clients renegotiate" },
    };

    enumerate_add_feature(inventory, rows[which].id, rows[which].title, state, text);
}

static void add_answer(struct inventory *inventory, enum session_feature which, const struct policy_answer *answer)
{
    static const enum inventory_state states[] = { [ANSWER_UNKNOWN] = INVENTORY_UNKNOWN, [ANSWER_YES] = INVENTORY_YES, [ANSWER_NO] = INVENTORY_NO };

    add(inventory, which, states[answer->state], answer->why);
}

/* What `tell` makes of it. */
static void add_told(struct inventory *inventory, enum session_feature which, void (*tell)(const struct attempt *, struct policy_answer *),
                     const struct attempt *attempt)
{
    struct policy_answer answer;

    tell(attempt, &answer);
    add_answer(inventory, which, &answer);
}

/* --- before TLS 1.3 ------------------------------------------------------------------------ */

static void ask_for_tickets(struct scan *scan, struct inventory *inventory, const struct resumption *session)
{
    struct attempt attempt;

    if (session->ticket_fault != NULL) {
        add(inventory, FEATURE_TICKET, INVENTORY_UNKNOWN, session->ticket_fault);
    } else if (!resumption_offers(session, RESUMPTION_BY_TICKET)) {
        add(inventory, FEATURE_TICKET, INVENTORY_NO, "");
    } else {
        ask_to_resume(scan, session, RESUMPTION_BY_TICKET, false, &attempt);
        add_told(inventory, FEATURE_TICKET, session_tell_resumption, &attempt);
    }
}

/* Where a client takes tickets, servers that have them give out no id: `session` is of a handshake without them. In the last
 * connection the client asks for another handshake. */
static void ask_for_ids(struct scan *scan, struct inventory *inventory, const struct resumption *session, const struct attempt *made)
{
    struct attempt attempt;

    if (!resumption_offers(session, RESUMPTION_BY_ID)) {
        add(inventory, FEATURE_ID, INVENTORY_NO, "");
        add_told(inventory, FEATURE_RENEGOTIATION, session_tell_renegotiation, made);
        return;
    }
    ask_to_resume(scan, session, RESUMPTION_BY_ID, true, &attempt);
    add_told(inventory, FEATURE_ID, session_tell_resumption, &attempt);
    add_told(inventory, FEATURE_RENEGOTIATION, session_tell_renegotiation, &attempt);
}

static void enumerate_older_sessions(struct scan *scan, struct inventory *inventory, uint16_t older)
{
    struct resumption *with_ticket = &scan->given_older;
    struct attempt attempt = { .why_incomplete = NULL };

    if (with_ticket->version == 0) { /* the first handshake chose a suite with which none can be completed */
        const struct attempt_request request = completing_request(scan, inventory, older, with_ticket);
        (void)question_ask(scan, &request, &attempt);
    }
    if (with_ticket->version == 0) {
        for (enum session_feature which = FEATURE_ID; which <= FEATURE_TICKET; which++)
            add_told(inventory, which, session_tell_incomplete, &attempt);
        add_told(inventory, FEATURE_RENEGOTIATION, session_tell_incomplete, &attempt);
        return;
    }
    ask_for_tickets(scan, inventory, with_ticket);
    if (scan->given_plain.version == 0) { /* nothing else has needed such a handshake */
        const struct attempt_request request = enumerate_plain_request(scan, inventory, older, NULL);
        (void)question_ask(scan, &request, &scan->plain);
    }
    if (scan->given_plain.version != 0) {
        ask_for_ids(scan, inventory, &scan->given_plain, &scan->plain);
    } else {
        add_told(inventory, FEATURE_ID, session_tell_incomplete, &scan->plain);
        add_told(inventory, FEATURE_RENEGOTIATION, session_tell_incomplete, &scan->plain);
    }
}

/* --- TLS 1.3 ------------------------------------------------------------------------------ */

static void enumerate_newest_sessions(struct scan *scan, struct inventory *inventory)
{
    struct policy_answer resumption, early_data = { .state = ANSWER_NO };
    struct attempt attempt;

    if (resumption_offers(&scan->given_newest, RESUMPTION_BY_PSK)) {
        ask_to_resume(scan, &scan->given_newest, RESUMPTION_BY_PSK, false, &attempt);
        session_tell_resumption(&attempt, &resumption);
        if (scan->given_newest.early_data_max > 0)
            session_tell_early_data(&attempt, &early_data);
    } else {
        session_tell_no_ticket(scan, &resumption, &early_data);
    }
    add_answer(inventory, FEATURE_PSK, &resumption);
    add_answer(inventory, FEATURE_EARLY_DATA, &early_data);
}

void enumerate_sessions(struct scan *scan, struct inventory *out, uint16_t older, uint16_t newest)
{
    if (newest == TLS13)
        enumerate_newest_sessions(scan, out);
    if (older != 0)
        enumerate_older_sessions(scan, out, older);
}
