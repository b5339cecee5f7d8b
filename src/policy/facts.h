/* facts.h - what is known of a server when a policy judges it.
 *
 * Filled by who asked it (probe/), or who looks at what others said to it (inspect/). What is not known says why: nothing passes because nobody looked. */
#ifndef HL_POLICY_FACTS_H
#define HL_POLICY_FACTS_H

#include "session/handshake.h"

enum { FACTS_CODES_MAX = 64, FACTS_HANDSHAKES_MAX = 4, FACTS_WHY_SIZE = 200 };

/* Of one kind of code points: versions, suites, groups, schemes. */
struct policy_seen {
    uint16_t accepted[FACTS_CODES_MAX];
    unsigned accepted_count;
    uint16_t refused[FACTS_CODES_MAX]; /* asked for, one by one */
    unsigned refused_count;
    bool rest_refused;         /* everything that the policy does not allow was offered, and refused */
    char why[FACTS_WHY_SIZE];  /* it is not known: why; empty: nobody asked */
    char fault[FACTS_WHY_SIZE]; /* the server broke the protocol's rules in this: how; empty: it did not */
};

/* What cannot be said of the certificates of handshakes that were written down (policy/document.h): why; empty: it can. */
struct policy_unclear {
    char trust[FACTS_WHY_SIZE], name[FACTS_WHY_SIZE], signature[FACTS_WHY_SIZE];
    bool recorded; /* trust and name are what was judged when they were written, not now */
};

/* What was asked for by itself. */
struct policy_answer {
    enum policy_answer_state { ANSWER_UNKNOWN, ANSWER_YES, ANSWER_NO } state;
    char why[FACTS_WHY_SIZE]; /* what tells so; of ANSWER_UNKNOWN why not, empty: nobody asked */
};

/* Known weaknesses of implementations, which no setting mends. */
enum policy_weakness { WEAKNESS_HEARTBLEED, WEAKNESS_CCS_INJECTION, WEAKNESS_ROBOT, WEAKNESS_TICKETBLEED, POLICY_WEAKNESSES };

enum weakness_state { WEAKNESS_NOT_ASKED, WEAKNESS_ABSENT, WEAKNESS_PRESENT, WEAKNESS_UNKNOWN };

struct policy_weakness_seen {
    enum weakness_state state;
    char text[FACTS_WHY_SIZE]; /* what was seen, or why nothing was */
};

struct policy_facts {
    struct policy_seen versions, suites, groups, schemes;
    unsigned dh_bits;  /* the smallest DHE prime that was seen; 0: none */
    const struct hl_handshake *handshakes[FACTS_HANDSHAKES_MAX]; /* with the server's whole flight; borrowed */
    unsigned handshake_count;
    char why_no_handshake[FACTS_WHY_SIZE];
    bool cbc_refused;  /* suites with CBC were offered alone, and refused */
    char why_no_cbc[FACTS_WHY_SIZE]; /* it is not known whether they are taken: why; empty: nobody asked */
    struct policy_answer resumption, early_data, client_renegotiation;
    struct policy_weakness_seen weaknesses[POLICY_WEAKNESSES]; /* all of them were asked for, or none */
    int64_t now;       /* seconds since 1970 */
    bool passive;      /* of a capture: what was agreed on is known, and nothing of what would have been */
    uint64_t seen_handshakes; /* of these */
    struct policy_unclear unclear; /* of any of `handshakes` */
};

/* The first handshake of TLS 1.3, or the first one before it; NULL: there is none. */
const struct hl_handshake *facts_handshake(const struct policy_facts *facts, bool tls13);
/* Is it a suite of block ciphers in CBC, for which encrypt-then-MAC means something (RFC 7366, section 3)? */
bool facts_is_cbc(uint16_t suite);
/* What a server agreed on; 0, or UINT32_MAX for the suite: that is not known, or there is none. */
struct policy_agreed {
    uint16_t version;
    uint32_t suite;
    uint16_t group, scheme;
    unsigned dh_bits;
};

void answer_note(struct policy_answer *answer, enum policy_answer_state state, const char *why);
void facts_accept(struct policy_facts *facts, const struct policy_agreed *agreed);
void facts_add_unclear(struct policy_facts *facts, const struct policy_unclear *unclear);
void seen_accept(struct policy_seen *seen, uint16_t code);
void seen_refuse(struct policy_seen *seen, uint16_t code);
bool seen_is_accepted(const struct policy_seen *seen, uint16_t code);
bool seen_is_refused(const struct policy_seen *seen, uint16_t code);

#endif
