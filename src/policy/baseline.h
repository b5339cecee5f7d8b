/* baseline.h - what an earlier check came to: only what has changed since is to fail.
 *
 * Read from the lines of JSON that a check writes. Owned by who reads it; not changed afterwards. */
#ifndef HL_POLICY_BASELINE_H
#define HL_POLICY_BASELINE_H

#include "policy/verdict.h"

#include <handlens/check.h>

/* From such lines; `name` is for messages. NULL with `error`. */
struct hl_baseline *baseline_parse(struct hl_span text, const char *name, struct hl_error *error);
/* The same verdicts, of which those that are as they were are waived. Targets that are not in it stay as they are. NULL when memory has run
 * out. */
const struct policy_verdicts *baseline_compare(const struct hl_baseline *baseline, const char *target, const struct policy_verdicts *verdicts,
                                               struct hl_arena *arena);

#endif
