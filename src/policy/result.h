/* result.h - what a check of one target came to: for who reports it. */
#ifndef HL_POLICY_RESULT_H
#define HL_POLICY_RESULT_H

#include "policy/inventory.h"
#include "policy/verdict.h"

#include <handlens/check.h>

enum hl_check_status check_status_of(const struct policy_verdicts *verdicts);

struct hl_check_result {
    const char *target;              /* as it was named */
    struct hl_endpoint server;       /* that was asked; address.length 0: none */
    const char *server_name;         /* NULL: none was sent */
    const struct hl_policy *policy;
    const struct policy_facts *facts;
    const struct inventory *inventory; /* everything that it takes; NULL: nobody wanted to know */
    const struct policy_verdicts *verdicts; /* without any where it could not be reached */
    enum hl_check_status status;
    char why[FACTS_WHY_SIZE];        /* of HL_CHECK_UNREACHABLE */
    int64_t start_ns, duration_ns;
    unsigned connections;
};

#endif
