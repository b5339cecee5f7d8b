/* questions.h - what scans ask: one hello, and what its answer teaches. */
#ifndef HL_PROBE_QUESTIONS_H
#define HL_PROBE_QUESTIONS_H

#include "probe/scan.h"

enum { SSL2 = 0x0002, SSL3 = 0x0300, TLS10 = 0x0301, TLS12 = 0x0303, TLS13 = 0x0304 };

/* What nearly all hellos have; suites, groups and schemes are the caller's. */
struct attempt_request question_request(const struct scan *scan, uint16_t version, struct hello_codes suites, struct hello_codes groups,
                                        struct hello_codes schemes);
/* Send it, and note in scan->facts what was accepted. One that says nothing is tried again. */
enum attempt_result question_ask(struct scan *scan, const struct attempt_request *request, struct attempt *attempt);
/* One that shows the server's whole flight, and all that it can say. */
void question_want_all(struct attempt_request *request, uint16_t version);
/* Code points in its lists: how long the hello is. */
unsigned question_count_codes(const struct attempt_request *request);
/* Shares for the groups that we can do, two at the most. */
void question_add_shares(struct attempt_request *request);
void question_free_shares(struct attempt_request *request);
/* One that goes on with this session, which is borrowed; shares are freed by the caller. */
struct attempt_request question_resume(struct scan *scan, const struct resumption *session, enum resumption_kind kind);
/* Why something is not known; the first reason counts. */
void note_open(struct policy_seen *seen, const char *what, const struct attempt *attempt);

/* A hello that offers `codes`, in one way or the other. */
typedef struct attempt_request offer_fn(struct scan *scan, struct hello_codes codes);

struct question {
    offer_fn *offer;
    struct policy_seen *seen;
    uint16_t (*chosen)(const struct attempt *attempt);
    const char *what;  /* for messages */
    bool shares;       /* the hello needs some */
    uint16_t version;  /* an answer with another one is none; 0: any will do */
    struct hello_codes tail; /* offered last in each hello, and an answer with one of these is none */
    bool whole;        /* the first handshake is to be kept, with the server's whole flight */
    bool *backwards;   /* every second hello offers its list the other way round: of each code that was taken, whether it was one; NULL: none does */
    struct code_list *groups, *schemes; /* those that came with the answers are added here; NULL: nobody wants them */
};

/* Offer all of `list`: at once, or, where that is answered in no way that says something, in smaller portions; again and again, without
 * what was taken, which goes to `accepted` (NULL: nobody wants it). True when everything was refused that was not taken; after `extra_max`
 * that were, beyond the first, it is not asked on. */
bool question_ask_list(struct scan *scan, const struct question *question, const struct code_list *list, unsigned extra_max,
                       struct code_list *accepted);

/* Of a hello of TLS 1.3: those that can be gone on with, or all (scan->all_groups). */
void question_tls13_groups(const struct scan *scan, struct code_list *list);
/* Does this stand in the name of the suite's cipher? */
bool question_has_cipher(uint16_t suite, const char *word);
/* The other way round, but for ChaCha20, which goes last: servers that go by their own order may take it where a client has it first. */
void question_turn_around(struct code_list *list);
/* What whole handshakes offer by ALPN: those that are usual. Up to NULL. */
extern const char *const question_protocols[];
/* They use scan's lists: each is sent before the next one is made. */
offer_fn offer_older_suites, offer_tls13_suites, offer_older_groups, offer_older_schemes, offer_tls13_schemes;
/* Without a share: the server says in a HelloRetryRequest which it would take. */
offer_fn offer_tls13_groups;
uint16_t chosen_suite(const struct attempt *attempt);
uint16_t chosen_group(const struct attempt *attempt);
uint16_t chosen_scheme(const struct attempt *attempt);

#endif
