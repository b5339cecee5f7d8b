/* What becomes of a session: can it be resumed, is there early data, may a client renegotiate? */
#include "probe/enumerate_parts.h"

#include <stdio.h>
#include <string.h>

enum session_feature { FEATURE_ID, FEATURE_TICKET, FEATURE_PSK, FEATURE_EARLY_DATA, FEATURE_RENEGOTIATION };

static const char incomplete[] = "no handshake could be completed: ";

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

/* The suite and the group are those of the session. */
struct attempt_request enumerate_resume_request(struct scan *scan, struct inventory *inventory, const struct resumption *session,
                                                enum resumption_kind kind)
{
    struct attempt_request request = enumerate_whole_request(scan, inventory, session->version, NULL);
    struct hello *hello = &request.hello;

    hello->suites = (struct hello_codes){ &session->suite, 1 };
    hello->session_ticket = kind == RESUMPTION_BY_TICKET;
    hello->status_request = hello->timestamps = hello->heartbeat = hello->deflate = false;
    hello->early_data = session->early_data_max > 0;
    if (session->group != 0)
        hello->groups = (struct hello_codes){ &session->group, 1 };
    if (kind == RESUMPTION_BY_PSK) {
        question_free_shares(&request);
        hello->share_count = 0;
        question_add_shares(&request);
    }
    request.keep = false;
    request.whole_flight = true; /* up to the Finished, which proves it */
    request.resumed = session;
    request.resumed_by = kind;
    return request;
}

static void ask_to_resume(struct scan *scan, struct inventory *inventory, const struct resumption *session, enum resumption_kind kind, bool renegotiate,
                          struct attempt *attempt)
{
    struct attempt_request request = enumerate_resume_request(scan, inventory, session, kind);

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

static void add_unknown(struct inventory *inventory, enum session_feature which, const char *what, const char *why)
{
    char text[FACTS_WHY_SIZE];

    snprintf(text, sizeof text, "%s%.150s", what, why);
    add(inventory, which, INVENTORY_UNKNOWN, text);
}

/* `attempt` tried to resume: why it is not known what came of it; NULL: it is. That a server resumes is proved by its Finished, and that it
 * does not by its not saying so. */
static const char *why_not_known(const struct attempt *attempt)
{
    if (attempt->result != ATTEMPT_ANSWERED)
        return attempt->why;
    if (attempt->retry)
        return "the server asked for another group";
    if (attempt->resumed_by == NULL || attempt->finished)
        return NULL;
    return attempt->why_incomplete != NULL ? attempt->why_incomplete : "the server said that it resumes, but its Finished did not come";
}

static void add_resumption(struct inventory *inventory, enum session_feature which, const struct attempt *attempt)
{
    const char *why = why_not_known(attempt);

    if (why != NULL)
        add_unknown(inventory, which, "tried to resume: ", why);
    else if (attempt->resumed_by != NULL)
        add(inventory, which, INVENTORY_YES, "");
    else
        add(inventory, which, INVENTORY_NO, "one is given out, and not taken back");
}

/* The ticket offered it. */
static void add_early_data(struct inventory *inventory, const struct attempt *attempt)
{
    const char *why = why_not_known(attempt);

    if (why != NULL)
        add_unknown(inventory, FEATURE_EARLY_DATA, "offered it: ", why);
    else if (attempt->early_data && attempt->resumed_by == NULL) /* RFC 8446, section 4.2.10 */
        add(inventory, FEATURE_EARLY_DATA, INVENTORY_UNKNOWN, "offered it: the server says that it takes some, without the session");
    else if (attempt->early_data)
        add(inventory, FEATURE_EARLY_DATA, INVENTORY_YES, "");
    else
        add(inventory, FEATURE_EARLY_DATA, INVENTORY_NO, "the ticket says so, and it is not taken");
}

static const char *why_no_session(const struct attempt *attempt)
{
    return attempt->why_incomplete != NULL ? attempt->why_incomplete : attempt->why[0] != '\0' ? attempt->why : "the server's Finished did not come";
}

static void add_renegotiation(struct inventory *inventory, const struct attempt *attempt)
{
    switch (attempt->renegotiation) {
    case RENEGOTIATION_TAKEN: add(inventory, FEATURE_RENEGOTIATION, INVENTORY_YES, ""); break;
    case RENEGOTIATION_UNBOUND:
        add(inventory, FEATURE_RENEGOTIATION, INVENTORY_UNKNOWN, "asked for it: the answer does not say which connection it is for (RFC 5746, section 3.5)");
        break;
    case RENEGOTIATION_REFUSED: add(inventory, FEATURE_RENEGOTIATION, INVENTORY_NO, ""); break;
    case RENEGOTIATION_CLOSED:
        add(inventory, FEATURE_RENEGOTIATION, INVENTORY_UNKNOWN, "asked for it: the server closed the connection, which does not say that it refused");
        break;
    case RENEGOTIATION_SILENCE: add(inventory, FEATURE_RENEGOTIATION, INVENTORY_UNKNOWN, "asked for it: no answer came in time"); break;
    case RENEGOTIATION_NOT_ASKED:
        add_unknown(inventory, FEATURE_RENEGOTIATION, incomplete, why_no_session(attempt));
        break;
    }
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
        ask_to_resume(scan, inventory, session, RESUMPTION_BY_TICKET, false, &attempt);
        add_resumption(inventory, FEATURE_TICKET, &attempt);
    }
}

/* Where a client takes tickets, servers that have them give out no id: `session` is of a handshake without them. In the last
 * connection the client asks for another handshake. */
static void ask_for_ids(struct scan *scan, struct inventory *inventory, const struct resumption *session, const struct attempt *made)
{
    struct attempt attempt;

    if (!resumption_offers(session, RESUMPTION_BY_ID)) {
        add(inventory, FEATURE_ID, INVENTORY_NO, "");
        add_renegotiation(inventory, made);
        return;
    }
    ask_to_resume(scan, inventory, session, RESUMPTION_BY_ID, true, &attempt);
    add_resumption(inventory, FEATURE_ID, &attempt);
    add_renegotiation(inventory, &attempt);
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
            add_unknown(inventory, which, incomplete, why_no_session(&attempt));
        add_unknown(inventory, FEATURE_RENEGOTIATION, incomplete, why_no_session(&attempt));
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
        add_unknown(inventory, FEATURE_ID, incomplete, why_no_session(&scan->plain));
        add_unknown(inventory, FEATURE_RENEGOTIATION, incomplete, why_no_session(&scan->plain));
    }
}

/* --- TLS 1.3 ------------------------------------------------------------------------------ */

/* There is nothing to resume by. */
static void add_no_ticket(const struct scan *scan, struct inventory *inventory, const struct resumption *session)
{
    enum inventory_state state = INVENTORY_UNKNOWN;
    const char *text = scan->why_newest;

    if (session->ticket_fault != NULL) {
        text = session->ticket_fault;
    } else if (session->ticket_is_void) {
        state = INVENTORY_NO;
        text = "the lifetime of the ticket is 0: it is to be discarded at once (RFC 8446, section 4.6.1)";
    } else if (scan->ended_newest) {
        state = INVENTORY_NO;
        text = "no ticket is given out";
    }
    add(inventory, FEATURE_PSK, state, text);
    if (session->has_ticket && session->early_data_max == 0)
        add(inventory, FEATURE_EARLY_DATA, INVENTORY_NO, "");
    else
        add(inventory, FEATURE_EARLY_DATA, state, text);
}

static void enumerate_newest_sessions(struct scan *scan, struct inventory *inventory)
{
    const struct resumption *session = &scan->given_newest;
    const char *why_newest = scan->why_newest[0] != '\0' ? scan->why_newest : "the server's Finished did not come";
    struct attempt attempt;

    if (!scan->completed_newest) {
        add_unknown(inventory, FEATURE_PSK, incomplete, why_newest);
        add_unknown(inventory, FEATURE_EARLY_DATA, incomplete, why_newest);
        return;
    }
    if (!resumption_offers(session, RESUMPTION_BY_PSK)) {
        add_no_ticket(scan, inventory, session);
        return;
    }
    ask_to_resume(scan, inventory, session, RESUMPTION_BY_PSK, false, &attempt);
    add_resumption(inventory, FEATURE_PSK, &attempt);
    if (session->early_data_max == 0)
        add(inventory, FEATURE_EARLY_DATA, INVENTORY_NO, "");
    else
        add_early_data(inventory, &attempt);
}

void enumerate_sessions(struct scan *scan, struct inventory *out, uint16_t older, uint16_t newest)
{
    if (newest == TLS13)
        enumerate_newest_sessions(scan, out);
    if (older != 0)
        enumerate_older_sessions(scan, out, older);
}
