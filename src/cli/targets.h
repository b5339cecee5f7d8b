/* targets.h - what check is to look at: arguments, and files of them. */
#ifndef HL_CLI_TARGETS_H
#define HL_CLI_TARGETS_H

#include "cli/options.h"

#define TARGET_HOST_SIZE 256u

/* Where to connect. */
struct cli_place {
    char protocol[16]; /* empty: TLS from the beginning */
    char host[TARGET_HOST_SIZE];
    uint16_t port;     /* 0: none was given */
};

struct cli_target {
    bool capture; /* a file that is there */
    char *text;   /* as it was named */
    char *policy; /* of its own; NULL: that of all */
    struct cli_place place;
};

struct cli_targets {
    struct cli_target *list;
    unsigned count;
};

/* [PROTOCOL://]HOST[:PORT], the host a name or an address, an IPv6 one in brackets where a port follows. */
bool place_read(const char *text, struct cli_place *out);
bool place_is_address(const struct cli_place *place);

/* Those of the command line, which may be captures, then those of --targets. False with one line on standard error; what was read before that is there. */
bool targets_read(struct cli_targets *targets, const struct cli_options *options);
void targets_cleanup(struct cli_targets *targets);

#endif
