/* Rules about what becomes of sessions: resumption, early data, renegotiation, heartbeats. */
#include "policy/verdict.h"

enum { EXTENSION_HEARTBEAT = 15 };

static bool wants_resumption(const struct hl_policy *p) { return p->session_resumption != LEVEL_NOT_GIVEN; }
static bool minds_early_data(const struct hl_policy *p) { return p->early_data != LEVEL_NOT_GIVEN; }
static bool minds_renegotiation(const struct hl_policy *p) { return p->client_renegotiation != LEVEL_NOT_GIVEN; }
static bool minds_heartbeat(const struct hl_policy *p) { return p->heartbeat != LEVEL_NOT_GIVEN; }

/* `yes` and `no` say what was found. */
static enum policy_result judge_answer(struct judging *j, const struct policy_answer *answer, enum policy_answer_state wanted, enum policy_level level,
                                       const char *yes, const char *no)
{
    const char *why = answer->why;

    if (!j->facts->passive && j->facts->versions.accepted_count == 0) {
        buf_string(j->text, "nothing at all was accepted, so that a refusal says nothing");
        return POLICY_UNKNOWN;
    }
    if (answer->state == ANSWER_UNKNOWN) {
        if (why[0] == '\0')
            why = j->facts->passive ? "a capture shows what clients did, not what else the server would do" : "nobody asked";
        buf_string(j->text, why);
        return POLICY_UNKNOWN;
    }
    buf_printf(j->text, "%s%s%s", answer->state == ANSWER_YES ? yes : no, why[0] != '\0' ? ": " : "", why);
    return answer->state == wanted ? POLICY_PASS : policy_result_of(level);
}

static enum policy_result judge_resumption(struct judging *j)
{
    return judge_answer(j, &j->facts->resumption, ANSWER_YES, j->policy->session_resumption, "a session was resumed", "no session is resumed");
}

static enum policy_result judge_early_data(struct judging *j)
{
    return judge_answer(j, &j->facts->early_data, ANSWER_NO, j->policy->early_data, "the server takes early data, which can be replayed",
                        "the server takes no early data");
}

static enum policy_result judge_renegotiation(struct judging *j)
{
    return judge_answer(j, &j->facts->client_renegotiation, ANSWER_NO, j->policy->client_renegotiation, "a client that asks for another handshake gets one",
                        "a client that asks for another handshake is refused");
}

/* Before TLS 1.3, of handshakes in which the client offered them. */
static enum policy_result judge_heartbeat(struct judging *j)
{
    const struct policy_facts *facts = j->facts;
    bool offered = false, any = false;

    for (unsigned i = 0; i < facts->handshake_count; i++) {
        const struct hl_handshake *hs = facts->handshakes[i];
        if (version_is_tls13(hs->version))
            continue;
        any = true;
        offered |= extension_find(handshake_hello(hs)->extensions, EXTENSION_HEARTBEAT, NULL);
        if (extension_find(hs->server_hello.extensions, EXTENSION_HEARTBEAT, NULL)) {
            buf_string(j->text, "the server takes heartbeats, which nobody needs over TCP");
            return policy_result_of(j->policy->heartbeat);
        }
    }
    if (facts->handshake_count == 0 || (any && !offered)) {
        buf_string(j->text, facts->handshake_count == 0 && facts->why_no_handshake[0] != '\0' ? facts->why_no_handshake : "no client offered heartbeats");
        return POLICY_UNKNOWN;
    }
    buf_string(j->text, any ? "heartbeats were offered, and not taken" : "nothing before TLS 1.3 was accepted, and so no heartbeats");
    return POLICY_PASS;
}

const struct policy_rule session_rules[] = {
    { "session_resumption", "resumption of sessions", wants_resumption, judge_resumption },
    { "early_data", "early data (0-RTT)", minds_early_data, judge_early_data },
    { "client_renegotiation", "renegotiation that clients ask for", minds_renegotiation, judge_renegotiation },
    { "heartbeat", "heartbeats", minds_heartbeat, judge_heartbeat },
    { NULL, NULL, NULL, NULL },
};
