/* secrets.h - what opens handshakes, as the command line says. */
#ifndef HL_CLI_SECRETS_H
#define HL_CLI_SECRETS_H

#include "cli/options.h"

#include <handlens/secrets.h>

/* Never NULL unless something that was named cannot be used: then one line is on standard error. */
struct hl_secrets *cli_secrets(const struct cli_options *options);

#endif
