/* policy.h - the command policy: what policies there are, and what is in them. */
#ifndef HL_CLI_POLICY_H
#define HL_CLI_POLICY_H

#include "cli/options.h"

/* Returns the exit status. */
int cli_policy(const struct cli_options *options);

#endif
