/* checking.h - the inside of the command check: check.c has all targets, check_target.c one of them. */
#ifndef HL_CLI_CHECKING_H
#define HL_CLI_CHECKING_H

#include "cli/output.h"
#include "cli/reports.h"
#include "cli/targets.h"

#include <pthread.h>

enum check_exit { EXIT_PASSED = 0, EXIT_FAILED = 1, EXIT_TROUBLE = 2, EXIT_OPEN = 3 };

#define POLICIES_MAX 64u

struct named_policy {
    const char *name;
    struct hl_policy *policy;
};

struct checking {
    const struct cli_options *options;
    struct cli_targets targets;
    struct named_policy policies[POLICIES_MAX]; /* the first is that of all; none: nothing is judged */
    unsigned policy_count;
    struct hl_trust *trust;
    struct hl_baseline *baseline; /* NULL: none */
    struct hl_baseline_writer *accepting; /* of --write-baseline; NULL: none */
    bool checked; /* it came to checking targets */
    struct hl_clients *clients;   /* of --clients; NULL: none */
    struct cli_place proxy;       /* host empty: none */
    struct cli_place instead;     /* where to connect; host empty: where the target says */
    struct cli_reports *reports;
    struct cli_output saved;            /* of --save-pcap */
    struct hl_connection_writer *saver; /* NULL: none */
    bool not_saved;
    pthread_mutex_t lock;
    pthread_cond_t turn_came;
    unsigned next; /* target that nobody has taken */
    unsigned turn; /* target that is told now: they are told in their order */
    int status;    /* enum check_exit: the worst so far */
    bool broken;   /* no report can be written any more */
};

/* One target, in its thread. */
struct running {
    struct checking *all;
    unsigned number;
};

/* Under the lock. */
void check_wait_for_turn(struct running *running);
/* False with a line on standard error: it could not be done. */
bool check_target(struct running *running);

#endif
