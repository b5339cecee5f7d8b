/* explain.h - the command "explain": what a code means. */
#ifndef HL_CLI_EXPLAIN_H
#define HL_CLI_EXPLAIN_H

#include "cli/options.h"

/* Returns the exit status. */
int cli_explain(const struct cli_options *options);

#endif
