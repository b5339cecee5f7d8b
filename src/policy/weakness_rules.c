/* Rules about known weaknesses: they hold whatever the policy says, once they were asked for. */
#include "policy/verdict.h"

static enum policy_result judge(struct judging *judging, enum policy_weakness which)
{
    static const enum policy_result results[] = { [WEAKNESS_NOT_ASKED] = POLICY_UNKNOWN, [WEAKNESS_ABSENT] = POLICY_PASS, [WEAKNESS_PRESENT] = POLICY_FAIL,
                                                  [WEAKNESS_UNKNOWN] = POLICY_UNKNOWN };
    const struct policy_weakness_seen *seen = &judging->facts->weaknesses[which];

    buf_string(judging->text, seen->text);
    return results[seen->state];
}

static enum policy_result judge_heartbleed(struct judging *j) { return judge(j, WEAKNESS_HEARTBLEED); }
static enum policy_result judge_ccs(struct judging *j) { return judge(j, WEAKNESS_CCS_INJECTION); }
static enum policy_result judge_robot(struct judging *j) { return judge(j, WEAKNESS_ROBOT); }
static enum policy_result judge_ticketbleed(struct judging *j) { return judge(j, WEAKNESS_TICKETBLEED); }

const struct policy_rule weakness_rules[] = {
    { "weakness.heartbleed", "Heartbleed (CVE-2014-0160)", NULL, judge_heartbleed },
    { "weakness.ccs_injection", "early ChangeCipherSpec (CVE-2014-0224)", NULL, judge_ccs },
    { "weakness.robot", "ROBOT, an oracle for RSA key exchange", NULL, judge_robot },
    { "weakness.ticketbleed", "Ticketbleed (CVE-2016-9244)", NULL, judge_ticketbleed },
    { NULL, NULL, NULL, NULL },
};
