/* remedies.h - which line of which program's configuration keeps a rule, written out for this policy. */
#ifndef HL_POLICY_REMEDIES_H
#define HL_POLICY_REMEDIES_H

#include "base/buffer.h"
#include "policy/verdict.h"

/* The line of one program, by number from 0; false when there are no more. `*program` is static ("nginx"); the line goes to `out`, which
 * stays empty where that program has none for this rule. */
bool remedy_put(const struct hl_policy *policy, const struct policy_rule *rule, unsigned number, const char **program, struct hl_buffer *out);

#endif
