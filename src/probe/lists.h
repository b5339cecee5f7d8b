/* lists.h - the code points that a hello can offer, out of the registries. */
#ifndef HL_PROBE_LISTS_H
#define HL_PROBE_LISTS_H

#include "policy/policy.h"
#include "probe/hello.h"

/* More than any registry has. */
#define LIST_MAX 512u

struct code_list {
    uint16_t codes[LIST_MAX];
    unsigned count;
};

void code_list_add(struct code_list *list, uint16_t code);
void code_list_remove(struct code_list *list, uint16_t code);
struct hello_codes code_list_view(const struct code_list *list);
/* Leave out those that are in `codes`, or (`inside`) those that are not. */
void code_list_filter(struct code_list *list, const struct policy_codes *codes, bool inside);

enum suite_kind {
    SUITES_TLS13,
    SUITES_OLDER,        /* all others, but for signalling values */
    SUITES_OLDER_USUAL,  /* of these, those with RSA, DHE and ECDHE: what a server may well have */
    SUITES_OLDER_RSA,    /* ... that need an RSA certificate */
    SUITES_OLDER_ECDSA,
    SUITES_OLDER_DHE,    /* with a prime of the server's */
    SUITES_OLDER_ECDHE,
    SUITES_OLDER_SIGNED, /* in which the server signs its part of the key exchange */
};

void code_list_suites(struct code_list *list, enum suite_kind kind);
void code_list_groups(struct code_list *list);
void code_list_schemes(struct code_list *list);
/* Those that a share can be made of, the usual ones first. */
void code_list_usual_groups(struct code_list *list);
/* These, and behind them all others: a server that takes one of those only says so, though it cannot be gone on with. */
void code_list_all_groups(struct code_list *list);

#endif
