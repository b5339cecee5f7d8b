/* decode.h - the command "decode": certificates and their like, records and messages, in files and dumps. */
#ifndef HL_CLI_DECODE_H
#define HL_CLI_DECODE_H

#include "cli/options.h"

/* Returns the exit status. */
int cli_decode(const struct cli_options *options);

#endif
