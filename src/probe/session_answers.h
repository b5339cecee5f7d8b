/* session_answers.h - what attempts tell about sessions: for an inventory (enumerate_sessions.c) and for a policy (scan_sessions.c).
 *
 * A yes is proved by the server's Finished, a no by what it said; `why` is empty where there is nothing to add to either. */
#ifndef HL_PROBE_SESSION_ANSWERS_H
#define HL_PROBE_SESSION_ANSWERS_H

#include "probe/scan.h"

/* No session could be made to go on with, because of `attempt`. */
void session_tell_incomplete(const struct attempt *attempt, struct policy_answer *out);
/* `attempt` tried to resume one. */
void session_tell_resumption(const struct attempt *attempt, struct policy_answer *out);
/* The same, of a ticket that offers early data. */
void session_tell_early_data(const struct attempt *attempt, struct policy_answer *out);
/* TLS 1.3 gave nothing that could be tried. */
void session_tell_no_ticket(const struct scan *scan, struct policy_answer *resumption, struct policy_answer *early_data);
/* `attempt` asked for another handshake, or did not come to it. */
void session_tell_renegotiation(const struct attempt *attempt, struct policy_answer *out);

#endif
