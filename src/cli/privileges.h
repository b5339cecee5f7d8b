/* privileges.h - giving up what capturing needs and parsing does not. */
#ifndef HL_CLI_PRIVILEGES_H
#define HL_CLI_PRIVILEGES_H

#include <stdbool.h>
#include <stdint.h>

/* From now on the process is `user`, if it was root (NULL: "nobody"), has no capability, and can never get one again. What is
 * open stays open. False with one line on standard error: then something of it is still there. */
bool privileges_give_up(const char *user);
/* The same for capabilities only, of which `kept` stay, as far as they are there: bits, 1 << CAP_*. */
bool privileges_keep(uint64_t kept);

#endif
