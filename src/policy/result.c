#include "policy/result.h"

#include "policy/baseline.h"

static enum hl_check_status status_of(const struct policy_verdicts *verdicts)
{
    enum hl_check_status status = HL_CHECK_PASSED;

    for (unsigned i = 0; i < verdicts->count; i++) {
        const enum policy_result result = verdicts->list[i].result;
        if (result == POLICY_FAIL)
            status = HL_CHECK_FAILED;
        else if (result == POLICY_UNKNOWN && status == HL_CHECK_PASSED)
            status = HL_CHECK_INCONCLUSIVE;
    }
    return status;
}

void check_set_verdicts(struct hl_check_result *result, const struct policy_verdicts *verdicts)
{
    const struct policy_verdicts *compared = NULL;

    if (result->baseline != NULL)
        compared = baseline_compare(result->baseline, result->target, verdicts, result->arena);
    result->verdicts = compared != NULL ? compared : verdicts; /* without memory nothing is accepted */
    result->status = status_of(result->verdicts);
}

bool check_judge(struct hl_check_result *result, const struct hl_check_options *options, struct hl_arena *arena)
{
    static const struct hl_policy nothing = { .id = NULL };
    const struct hl_policy *policy = options->policy != NULL ? options->policy : &nothing;
    const struct policy_verdicts *verdicts = policy_judge(policy, result->facts, arena);

    result->baseline = options->baseline;
    result->arena = arena;
    if (verdicts != NULL)
        verdicts = policy_waive(policy, result->target, result->facts->now, verdicts, arena);
    if (verdicts != NULL)
        check_set_verdicts(result, verdicts);
    return verdicts != NULL;
}
