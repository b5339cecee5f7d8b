#include "probe/session_answers.h"

#include "probe/answer.h"

#include <stdio.h>

static void say_unknown(struct policy_answer *out, const char *what, const char *why)
{
    out->state = ANSWER_UNKNOWN;
    snprintf(out->why, sizeof out->why, "%s%.150s", what, why);
}

void session_tell_incomplete(const struct attempt *attempt, struct policy_answer *out)
{
    say_unknown(out, "no handshake could be completed: ", answer_why(attempt, "the server's Finished did not come"));
}

/* Why it is not known what came of it; NULL: it is. That a server resumes is proved by its Finished, and that it does not by its not
 * saying so. */
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

void session_tell_resumption(const struct attempt *attempt, struct policy_answer *out)
{
    const char *why = why_not_known(attempt);

    if (why != NULL)
        say_unknown(out, "tried to resume: ", why);
    else if (attempt->resumed_by != NULL)
        answer_note(out, ANSWER_YES, "");
    else
        answer_note(out, ANSWER_NO, "one is given out, and not taken back");
}

void session_tell_early_data(const struct attempt *attempt, struct policy_answer *out)
{
    const char *why = why_not_known(attempt);

    if (why != NULL)
        say_unknown(out, "offered it: ", why);
    else if (attempt->early_data && attempt->resumed_by == NULL) /* RFC 8446, section 4.2.10 */
        answer_note(out, ANSWER_UNKNOWN, "offered it: the server says that it takes some, without the session");
    else if (attempt->early_data)
        answer_note(out, ANSWER_YES, "");
    else
        answer_note(out, ANSWER_NO, "the ticket says so, and it is not taken");
}

void session_tell_no_ticket(const struct scan *scan, struct policy_answer *resumption, struct policy_answer *early_data)
{
    const struct resumption *session = &scan->given_newest;

    if (!scan->completed_newest)
        say_unknown(resumption, "no handshake could be completed: ", scan->why_newest[0] != '\0' ? scan->why_newest : "the server's Finished did not come");
    else if (session->ticket_fault != NULL)
        answer_note(resumption, ANSWER_UNKNOWN, session->ticket_fault);
    else if (session->ticket_is_void)
        answer_note(resumption, ANSWER_NO, "the lifetime of the ticket is 0: it is to be discarded at once (RFC 8446, section 4.6.1)");
    else if (scan->ended_newest)
        answer_note(resumption, ANSWER_NO, "no ticket is given out");
    else
        say_unknown(resumption, "no ticket came, and the server did not close", scan->why_newest);
    *early_data = *resumption;
    if (scan->completed_newest && session->has_ticket && session->early_data_max == 0)
        answer_note(early_data, ANSWER_NO, "");
}

void session_tell_renegotiation(const struct attempt *attempt, struct policy_answer *out)
{
    switch (attempt->renegotiation) {
    case RENEGOTIATION_TAKEN: answer_note(out, ANSWER_YES, ""); break;
    case RENEGOTIATION_UNBOUND:
        answer_note(out, ANSWER_UNKNOWN, "asked for it: the answer does not say which connection it is for (RFC 5746, section 3.5)");
        break;
    case RENEGOTIATION_REFUSED: answer_note(out, ANSWER_NO, ""); break;
    case RENEGOTIATION_CLOSED:
        answer_note(out, ANSWER_UNKNOWN, "asked for it: the server closed the connection, which does not say that it refused");
        break;
    case RENEGOTIATION_SILENCE: answer_note(out, ANSWER_UNKNOWN, "asked for it: no answer came in time"); break;
    case RENEGOTIATION_NOT_ASKED: session_tell_incomplete(attempt, out); break;
    }
}
