/* result.h - what a check of one target came to: for who reports it. */
#ifndef HL_POLICY_RESULT_H
#define HL_POLICY_RESULT_H

#include "policy/inventory.h"
#include "policy/verdict.h"

#include <handlens/check.h>

struct hl_check_result {
    const char *target;              /* as it was named */
    struct hl_endpoint server;       /* that was asked; address.length 0: none */
    const char *server_name;         /* NULL: none was sent */
    const struct hl_policy *policy;
    const struct policy_facts *facts;
    const struct inventory *inventory; /* everything that it takes; NULL: nobody wanted to know */
    const struct policy_verdicts *verdicts; /* without any where it could not be reached */
    const struct hl_baseline *baseline; /* they were held against; NULL: none */
    struct hl_arena *arena;             /* they live in */
    enum hl_check_status status;
    char why[FACTS_WHY_SIZE];        /* of HL_CHECK_UNREACHABLE */
    int64_t start_ns, duration_ns;
    unsigned connections;
};

/* result->facts held against the policy, its waivers and the baseline: verdicts, in the arena, and status. False when memory has run out. */
bool check_judge(struct hl_check_result *result, const struct hl_check_options *options, struct hl_arena *arena);
/* These verdicts, once they were held against the baseline too, and the status that follows from them. */
void check_set_verdicts(struct hl_check_result *result, const struct policy_verdicts *verdicts);

#endif
