/* inventory.h - everything that a server takes, as far as it could be found out: what an enumeration comes to.
 *
 * Filled by probe/enumerate.c. What is not known says why. */
#ifndef HL_POLICY_INVENTORY_H
#define HL_POLICY_INVENTORY_H

#include "policy/facts.h"

enum { INVENTORY_CODES_MAX = 512, INVENTORY_VERSIONS = 6, INVENTORY_PROTOCOLS_MAX = 16, INVENTORY_FEATURES_MAX = 32 };

enum inventory_state { INVENTORY_UNKNOWN, INVENTORY_YES, INVENTORY_NO };

/* Whose order counts where both sides have several. */
enum inventory_order { ORDER_UNKNOWN, ORDER_SERVER, ORDER_CLIENT };

struct inventory_list {
    uint16_t codes[INVENTORY_CODES_MAX]; /* in the order in which they were found: of suites, where the server's order counts, in that */
    unsigned count;
    bool complete;            /* all others were offered, and refused */
    char why[FACTS_WHY_SIZE]; /* it is not: why */
};

struct inventory_version {
    uint16_t version;
    enum inventory_state state;
    char why[FACTS_WHY_SIZE]; /* of INVENTORY_UNKNOWN */
    struct inventory_list suites;
    enum inventory_order order;
};

struct inventory_feature {
    const char *id;    /* static: "extended_master_secret" */
    const char *title; /* static */
    enum inventory_state state;
    char text[FACTS_WHY_SIZE]; /* what was seen, or why nothing was; may be empty */
};

struct inventory {
    struct inventory_version versions[INVENTORY_VERSIONS]; /* the newest first */
    struct inventory_list groups_tls13, groups_older;      /* NamedGroup */
    struct inventory_list schemes_tls13, schemes_older;    /* SignatureScheme */
    unsigned dh_bits;                                      /* of the prime of DHE; 0: none was seen */
    const char *protocols[INVENTORY_PROTOCOLS_MAX];        /* ALPN, static, of those that are usual */
    unsigned protocol_count;
    bool protocols_complete;
    struct inventory_feature features[INVENTORY_FEATURES_MAX];
    unsigned feature_count;
};

#endif
