/* diff.h - the command "diff": two handshakes held against each other. */
#ifndef HL_CLI_DIFF_H
#define HL_CLI_DIFF_H

#include "cli/options.h"

/* Returns the exit status: 0 when nothing differs, 1 when something does, 2 when that cannot be told. */
int cli_diff(const struct cli_options *options);

#endif
