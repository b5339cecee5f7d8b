#include "policy/verdict.h"

#include <string.h>

#define TEXT_MAX 4096u

static void judge_all(const struct policy_rule *rule, struct judging *judging, struct policy_verdicts *out, struct hl_arena *arena)
{
    for (; rule->id != NULL && out->count < POLICY_RULES_MAX; rule++) {
        if (rule->applies != NULL && !rule->applies(judging->policy))
            continue;
        judging->text->len = 0;
        struct policy_verdict *verdict = &out->list[out->count++];
        verdict->rule = rule;
        verdict->result = rule->judge(judging);
        verdict->text = arena_copy(arena, buf_view(judging->text));
    }
}

const struct policy_verdicts *policy_judge(const struct hl_policy *policy, const struct policy_facts *facts, struct hl_arena *arena)
{
    struct policy_verdicts *out = arena_alloc(arena, sizeof *out);
    struct hl_buffer text;

    if (out == NULL)
        return NULL;
    buf_init(&text, TEXT_MAX);
    struct judging judging = { policy, facts, &text };
    judge_all(protocol_rules, &judging, out, arena);
    judge_all(session_rules, &judging, out, arena);
    judge_all(certificate_rules, &judging, out, arena);
    if (facts->weaknesses[0].state != WEAKNESS_NOT_ASKED)
        judge_all(weakness_rules, &judging, out, arena);
    buf_cleanup(&text);
    return out;
}

static bool has_rule(const struct policy_rule *rule, const char *id)
{
    while (rule->id != NULL && strcmp(rule->id, id) != 0)
        rule++;
    return rule->id != NULL;
}

bool policy_has_rule(const char *id)
{
    return has_rule(protocol_rules, id) || has_rule(session_rules, id) || has_rule(certificate_rules, id) || has_rule(weakness_rules, id);
}

const struct policy_rule rule_addresses_agree = { "addresses.agree", "addresses of one name that agree", NULL, NULL };
const struct policy_rule rule_waivers = { "waivers", "waivers that are not needed", NULL, NULL };

static unsigned put_rules(const struct policy_rule *rule, const struct policy_rule **out, unsigned count)
{
    for (; rule->id != NULL && count < POLICY_RULES_MAX; rule++)
        out[count++] = rule;
    return count;
}

unsigned policy_rules(const struct policy_rule *out[POLICY_RULES_MAX])
{
    const struct policy_rule *const others[] = { &rule_addresses_agree, &rule_waivers };
    static const struct policy_rule *const tables[] = { protocol_rules, session_rules, certificate_rules, weakness_rules };
    unsigned count = 0;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        count = put_rules(tables[i], out, count);
    for (size_t i = 0; i < sizeof others / sizeof others[0] && count < POLICY_RULES_MAX; i++)
        out[count++] = others[i];
    return count;
}

const char *policy_rule_id(const struct policy_rule *rule)
{
    return rule->id;
}

const char *policy_rule_title(const struct policy_rule *rule)
{
    return rule->title;
}

enum policy_result policy_result_of(enum policy_level level)
{
    return level == LEVEL_WARN ? POLICY_WARN : level == LEVEL_FAIL ? POLICY_FAIL : POLICY_PASS;
}

const char *policy_result_name(enum policy_result result)
{
    static const char *const names[] = { [POLICY_PASS] = "pass", [POLICY_WARN] = "warn", [POLICY_FAIL] = "fail", [POLICY_UNKNOWN] = "unknown",
                                         [POLICY_WAIVED] = "waived" };

    return names[result];
}
