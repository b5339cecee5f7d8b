/* diagnosis.h - why a handshake failed.
 *
 *     hs->diagnoses = diagnose(hs, &endpoints, arena);
 *
 * A diagnosis is earned: rules compare all that the handshake holds, an alert alone is not a cause. They run
 * after the findings, which tell what is wrong with certificates and signatures. Everything lives in `arena`. */
#ifndef HL_ANALYZE_DIAGNOSIS_H
#define HL_ANALYZE_DIAGNOSIS_H

#include "analyze/endpoints.h"
#include "analyze/findings.h"

#include <handlens/diagnosis.h>

/* A frame that shows it. */
struct hl_evidence {
    struct hl_evidence *next;
    struct hl_moment at;
    struct hl_span what; /* a few words; may hold text from the wire */
};

struct hl_diagnosis {
    struct hl_diagnosis *next;
    enum finding_code code;
    enum hl_blame blame;
    enum hl_confidence confidence;
    struct hl_span summary; /* one sentence about this very handshake; may hold text from the wire */
    struct hl_evidence *evidence, **evidence_end;
};

struct hl_diagnoses {
    struct hl_diagnosis *first; /* the primary cause first */
    unsigned count;
};

/* `endpoints` is what was learned before. NULL when memory has run out. */
const struct hl_diagnoses *diagnose(const struct hl_handshake *hs, const struct endpoints *endpoints,
                                    struct hl_arena *arena);

/* ---- for the files of rules ---- */

/* How far a handshake came, as far as can be read. */
enum stage {
    STAGE_NOTHING,
    STAGE_CLIENT_HELLO,
    STAGE_RETRY,         /* the server wants another hello */
    STAGE_SERVER_HELLO,
    STAGE_SERVER_FLIGHT, /* certificates, or in TLS 1.3 something encrypted, came from the server */
    STAGE_CLIENT_FLIGHT, /* the client answered that */
    STAGE_COMPLETED,
};

struct diagnosing {
    const struct hl_handshake *hs;
    struct hl_arena *arena;
    struct hl_diagnoses *diagnoses;
    struct hl_buffer *text; /* empty between calls: where sentences are put together */
    struct hl_diagnosis nowhere; /* takes what memory has no room for */
    enum stage stage;
    const struct known_server *server; /* NULL: nothing is known of it */
    const struct known_client *client; /* the same */
    const struct hl_alert_event *alert; /* the first one that ended something and can be read; NULL */
    bool from_client;                   /* ... it came from there */
};

/* Add one behind those that are there, whose summary is what stands in d->text; never NULL. */
struct hl_diagnosis *add_diagnosis(struct diagnosing *d, enum finding_code code, enum hl_blame blame,
                                   enum hl_confidence confidence);
/* A frame for it, and what it shows: `what` and, where it is not NULL, what stands in d->text. Without a frame: nothing. */
void add_evidence(struct diagnosing *d, struct hl_diagnosis *diagnosis, struct hl_moment at, const char *what);
/* The alert as evidence. */
void add_alert_evidence(struct diagnosing *d, struct hl_diagnosis *diagnosis);
/* The first one of this code about this side ("server", "client"; NULL: either); NULL: there is none. */
const struct hl_finding *find_finding(const struct hl_handshake *hs, enum finding_code code, const char *side);
/* Who closed first; NULL: nobody was seen to. */
const char *closer(const struct hl_handshake *hs);

/* A rule returns true when it knows the cause: then no other is asked. In the order in which they are asked: */
bool diagnose_not_tls(struct diagnosing *d);      /* transport_rules.c */
bool diagnose_tampering(struct diagnosing *d);    /* integrity_rules.c */
bool diagnose_quic(struct diagnosing *d);          /* quic_rules.c */
bool diagnose_refused_hello(struct diagnosing *d); /* offer_rules.c: what the server says to a client hello */
bool diagnose_refused_server(struct diagnosing *d); /* refusal_rules.c: what the client says to the server's flight */
bool diagnose_refused_client(struct diagnosing *d); /* refusal_rules.c: what the server says to the client's flight */
bool diagnose_broken_message(struct diagnosing *d); /* integrity_rules.c */
bool diagnose_datagrams(struct diagnosing *d);    /* datagram_rules.c: what was not answered, where nothing says so */
bool diagnose_closed(struct diagnosing *d);       /* transport_rules.c: an end without a word */
bool diagnose_capture(struct diagnosing *d);      /* capture_rules.c: what the capture lacks */
bool diagnose_drops(struct diagnosing *d);        /* ... and what it may lack */
bool diagnose_speed(struct diagnosing *d);        /* timing_rules.c */

#endif
