/* baseline.h - what an earlier check came to: only what has changed since is to fail.
 *
 * Read from lines of JSON, one a target: those of a baseline that a check wrote (docs/baseline.schema.json), or of its report in JSON. Owned by
 * who reads it; not changed afterwards. A target may be there more than once, as a name may have several addresses: what any of them says
 * counts. */
#ifndef HL_POLICY_BASELINE_H
#define HL_POLICY_BASELINE_H

#include "policy/verdict.h"

#include <handlens/check.h>

/* More are not read, and not written. */
#define BASELINE_TARGETS_MAX (1u << 20)

/* From such lines; `name` is for messages. NULL with `error`. */
struct hl_baseline *baseline_parse(struct hl_span text, const char *name, struct hl_error *error);
/* The same verdicts, of which those that are as they were are waived. Targets that are not in it stay as they are. NULL when memory has run
 * out. */
const struct policy_verdicts *baseline_compare(const struct hl_baseline *baseline, const char *target, const struct policy_verdicts *verdicts,
                                               struct hl_arena *arena);

/* What is said of time changes by itself: `text` of a verdict on the rule without that, and as it is once it was written as JSON and read. */
void baseline_put_text(struct hl_buffer *out, const char *rule, struct hl_span text);

/* What is in it, target by target in the order of their names: what fails or warns. `rule` NULL: the target is in it. */
typedef void baseline_entry_fn(void *ctx, const char *target, const char *rule, const char *result, struct hl_span text);
void baseline_tell(const struct hl_baseline *baseline, baseline_entry_fn *tell, void *ctx);

#endif
