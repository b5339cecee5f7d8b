/* read.h - the command "read": handshakes of saved captures. */
#ifndef HL_CLI_READ_H
#define HL_CLI_READ_H

#include "cli/options.h"

/* Returns the exit status. */
int cli_read(const struct cli_options *options);

#endif
