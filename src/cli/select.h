/* select.h - which handshakes the command line asks for. */
#ifndef HL_CLI_SELECT_H
#define HL_CLI_SELECT_H

#include "cli/options.h"

/* Does it fit --only, --port and --sni? */
bool cli_is_wanted(const struct cli_options *options, const struct hl_handshake *handshake);

#endif
