/* trust.h - whom to trust, as the command line and the environment say. */
#ifndef HL_CLI_TRUST_H
#define HL_CLI_TRUST_H

#include "cli/options.h"

/* NULL with one line on standard error when something that was named cannot be used. */
struct hl_trust *cli_trust(const struct cli_options *options);

#endif
