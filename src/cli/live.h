/* live.h - the command "live": handshakes as they pass on the interfaces of this machine. */
#ifndef HL_CLI_LIVE_H
#define HL_CLI_LIVE_H

#include "cli/options.h"

/* Returns the exit status. */
int cli_live(const struct cli_options *options);

#endif
