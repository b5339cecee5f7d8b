/* scan.h - the questions that a policy needs answered, with few connections.
 *
 * What the policy forbids is offered, all of it at once, and must be refused; what it requires is offered alone, and must be accepted.
 * Only an alert that means a refusal is one: everything else leaves the answer open, and says why. */
#ifndef HL_PROBE_SCAN_H
#define HL_PROBE_SCAN_H

#include "policy/facts.h"
#include "policy/policy.h"
#include "probe/attempt.h"
#include "probe/lists.h"

struct scan {
    const struct hl_policy *policy;
    const struct socket_address *address;
    const char *server_name; /* NULL: none */
    struct prober *prober;
    unsigned connections_max, retries;
    int64_t delay_ns;
    struct policy_facts *facts;
    struct code_list suites, groups, schemes; /* of the hello that is sent next */
    const struct code_list *known_groups, *known_schemes; /* are no news in that hello, if it asks for something else; NULL: none */
    bool no_new_schemes;     /* hellos with those only that are not known yet say nothing more */
    bool no_protocols;       /* ALPN ends handshakes: none of the usual ones is spoken */
    uint8_t last_alert;      /* of the attempt before; 0: none */
    uint16_t older;          /* up to which version hellos go that are not of TLS 1.3 */
    unsigned in_vain;        /* attempts that were repeated, and ended alike */
    unsigned answered_codes; /* in the longest hello that was answered */
    bool all_groups;         /* the server takes none of those that we can do: offer all, though its flight stays closed then */
    bool intrusive;          /* when enumerating: known weaknesses, too */
    bool out_of_memory;
    struct resumption given_newest, given_older; /* by TLS 1.3, and before it, in handshakes that were completed */
    struct resumption given_plain;  /* before TLS 1.3, without a ticket, by ... */
    struct attempt plain;           /* ... this attempt */
    bool completed_newest;   /* one of TLS 1.3 was completed, whether it gave something or not ... */
    bool ended_newest;       /* ... and after it the server closed */
    char why_newest[FACTS_WHY_SIZE]; /* it was not completed, or gave nothing */
    bool reached;            /* TLS was spoken */
    char why_not[FACTS_WHY_SIZE]; /* it was not */
};

/* `facts` is filled; handshakes in it live as long as the prober. */
void scan_run(struct scan *scan);

#endif
