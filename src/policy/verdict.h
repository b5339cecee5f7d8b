/* verdict.h - a policy held against what is known of a server: one verdict a rule.
 *
 *     arena_init(&arena, ...);
 *     const struct policy_verdicts *verdicts = policy_judge(policy, &facts, &arena);
 *
 * A rule of which the policy says nothing has no verdict. Everything lives in the arena. */
#ifndef HL_POLICY_VERDICT_H
#define HL_POLICY_VERDICT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "policy/facts.h"
#include "policy/policy.h"

enum policy_result {
    POLICY_PASS,
    POLICY_WARN,
    POLICY_FAIL,
    POLICY_UNKNOWN, /* it could not be observed: `text` says why */
    POLICY_WAIVED,  /* it is broken, or not known, and need not be kept for a while */
};

struct policy_rule;

struct policy_verdict {
    const struct policy_rule *rule;
    enum policy_result result;
    struct hl_span text; /* one sentence: what was seen, or why nothing was; may hold text from the wire */
};

#define POLICY_RULES_MAX 40u

struct policy_verdicts {
    struct policy_verdict list[POLICY_RULES_MAX]; /* in the order of the rules */
    const struct policy_verdict *accepted[POLICY_RULES_MAX]; /* the verdict of the same number without the baseline; NULL: it is none of the baseline's */
    unsigned count;
};

/* NULL when memory has run out. */
const struct policy_verdicts *policy_judge(const struct hl_policy *policy, const struct policy_facts *facts, struct hl_arena *arena);

/* The same of verdicts on this target, as the policy waives rules: those that count now are waived, those that no longer do are said, and
 * those that are not needed are a verdict more. NULL when memory has run out. */
const struct policy_verdicts *policy_waive(const struct hl_policy *policy, const char *target, int64_t now,
                                           const struct policy_verdicts *verdicts, struct hl_arena *arena);
/* "pass", "warn", ...: static. */
const char *policy_result_name(enum policy_result result);
/* Is there a rule with this id? */
bool policy_has_rule(const char *id);
/* All rules that there are, in the order of their verdicts; how many there are. */
unsigned policy_rules(const struct policy_rule *out[POLICY_RULES_MAX]);

/* Stable: "versions.allowed". */
const char *policy_rule_id(const struct policy_rule *rule);
/* What it is about, in a few words. */
const char *policy_rule_title(const struct policy_rule *rule);

/* --- for the files of rules --- */

struct judging {
    const struct hl_policy *policy;
    const struct policy_facts *facts;
    struct hl_buffer *text; /* empty when a rule begins; what is in it then is the verdict's */
};

struct policy_rule {
    const char *id, *title;
    /* Does the policy say anything about it? NULL: it is not of policies. */
    bool (*applies)(const struct hl_policy *policy);
    enum policy_result (*judge)(struct judging *judging);
};

/* What a rule gives that is not kept. */
enum policy_result policy_result_of(enum policy_level level);

extern const struct policy_rule protocol_rules[], session_rules[], certificate_rules[], weakness_rules[]; /* up to one without an id */
/* Not of a policy, but of what is done with it. */
extern const struct policy_rule rule_addresses_agree, rule_waivers;

#endif
