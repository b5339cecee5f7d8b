/* expect.h - check --expect: what the handshakes of a capture must be like. */
#ifndef HL_CLI_EXPECT_H
#define HL_CLI_EXPECT_H

#include "cli/options.h"

/* The expressions of the command line. NULL with what is wrong, and a caret under it, on standard error. */
struct hl_expectations *cli_expectations(const struct cli_options *options);
/* The same, held against the handshakes of a capture that --only, --sni and --port ask for. False with one line on standard error when not
 * all of it could be read; then there is no result if `*out` is NULL. */
bool cli_expect(const struct cli_options *options, const struct hl_trust *trust, const char *path, struct hl_expectations **out);

#endif
