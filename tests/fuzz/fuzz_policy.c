/* A policy of anybody's: read, held against a server of which nothing is known, and its lines of configuration written out. */
#include "policy/remedies.h"
#include "policy/verdict.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct policy_facts facts = { .now = 1 };
    struct hl_policy *policy = hl_policy_parse((struct hl_span){ data, size }, "fuzz", NULL);
    struct hl_arena arena;
    struct hl_buffer line;
    const char *program;

    if (policy == NULL)
        return 0;
    arena_init(&arena, (size_t)1 << 20);
    buf_init(&line, (size_t)1 << 20);
    const struct policy_verdicts *verdicts = policy_judge(policy, &facts, &arena);
    for (unsigned i = 0; verdicts != NULL && i < verdicts->count; i++) {
        for (unsigned number = 0; remedy_put(policy, verdicts->list[i].rule, number, &program, &line); number++)
            line.len = 0;
    }
    buf_cleanup(&line);
    arena_cleanup(&arena);
    hl_policy_free(policy);
    return 0;
}
