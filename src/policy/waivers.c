#include "policy/verdict.h"

#include <fnmatch.h>
#include <string.h>

#define TEXT_MAX 8192u

static bool is_for(const struct policy_waiver *waiver, const char *target)
{
    return waiver->target == NULL || fnmatch(waiver->target, target, 0) == 0;
}

static struct policy_verdict *find(struct policy_verdicts *verdicts, const char *rule)
{
    for (unsigned i = 0; i < verdicts->count; i++) {
        if (strcmp(verdicts->list[i].rule->id, rule) == 0)
            return &verdicts->list[i];
    }
    return NULL;
}

/* What is kept needs no waiver. */
static bool is_needed(const struct policy_verdict *verdict)
{
    return verdict != NULL && verdict->result != POLICY_PASS;
}

static void waive(struct policy_verdict *verdict, const struct policy_waiver *waiver, int64_t now, struct hl_buffer *text, struct hl_arena *arena)
{
    const bool counts = now < waiver->until_s;

    text->len = 0;
    buf_span(text, verdict->text);
    buf_printf(text, counts ? "; waived until %s: %s" : "; the waiver ended with %s: %s", waiver->until, waiver->why);
    verdict->text = arena_copy(arena, buf_view(text));
    if (counts)
        verdict->result = POLICY_WAIVED;
}

const struct policy_verdicts *policy_waive(const struct hl_policy *policy, const char *target, int64_t now,
                                           const struct policy_verdicts *verdicts, struct hl_arena *arena)
{
    struct policy_verdicts *out = arena_alloc(arena, sizeof *out);
    struct hl_buffer text, rest;

    if (out == NULL)
        return NULL;
    *out = *verdicts;
    buf_init(&text, TEXT_MAX);
    buf_init(&rest, TEXT_MAX);
    for (unsigned i = 0; i < policy->waiver_count; i++) {
        const struct policy_waiver *waiver = &policy->waivers[i];
        struct policy_verdict *verdict = find(out, waiver->rule);
        if (!is_for(waiver, target))
            continue;
        if (is_needed(verdict) && verdict->result != POLICY_WAIVED)
            waive(verdict, waiver, now, &text, arena);
        else if (!is_needed(verdict))
            buf_printf(&rest, "%s%s, until %s", rest.len > 0 ? "; " : "", waiver->rule, waiver->until);
    }
    if (rest.len > 0 && out->count < POLICY_RULES_MAX)
        out->list[out->count++] = (struct policy_verdict){ &rule_waivers, POLICY_WARN, arena_copy(arena, buf_view(&rest)) };
    buf_cleanup(&text);
    buf_cleanup(&rest);
    return out;
}
