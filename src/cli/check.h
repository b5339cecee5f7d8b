/* check.h - the command check: servers held against a policy. */
#ifndef HL_CLI_CHECK_H
#define HL_CLI_CHECK_H

#include "cli/options.h"

/* Returns the exit status. */
int cli_check(const struct cli_options *options);

#endif
