/* findings.h - rules over one finished handshake, and what they found.
 *
 *     hs->findings = analyze(hs, arena);
 *
 * Everything lives in `arena`. Rules are small functions, in a file a theme;
 * what a code means is in catalogue.c. */
#ifndef HL_ANALYZE_FINDINGS_H
#define HL_ANALYZE_FINDINGS_H

#include "analyze/catalogue.h"
#include "base/buffer.h"
#include "session/handshake.h"

struct hl_finding {
    struct hl_finding *next;
    enum finding_code code;
    enum hl_severity severity;
    struct hl_span summary; /* one sentence about this very handshake; may hold text from the wire */
    struct hl_moment at;    /* of the message that shows it; frame 0: none */
    const char *side;       /* "server" or "client": whose fault or certificate it is */
    int certificate;        /* index in that side's Certificate message; -1: none, or not sent */
    struct hl_span subject; /* of the certificate it is about, RFC 4514; empty: none */
    const char *check;      /* the path check that failed (path_checks.h); NULL */
};

struct hl_findings {
    struct hl_finding *first; /* the most severe ones first, then in the order of discovery */
    unsigned count;
};

/* NULL when memory has run out. */
const struct hl_findings *analyze(const struct hl_handshake *hs, struct hl_arena *arena);

/* ---- for the files of rules ---- */

struct analysis {
    const struct hl_handshake *hs;
    struct hl_arena *arena;
    struct hl_findings *findings;
    struct hl_buffer *text; /* empty between calls: where summaries are put together */
    struct hl_finding nowhere; /* takes what memory has no room for */
};

/* Add a finding, whose summary is what stands in a->text. The caller may fill in more; never NULL. */
struct hl_finding *add_finding(struct analysis *a, enum finding_code code, enum hl_severity severity);

/* strength_rules.c, negotiation_rules.c, flight_rules.c, certificate_rules.c, chain_rules.c, status_rules.c */
void find_strength(struct analysis *a);
void find_negotiation(struct analysis *a);
void find_flight(struct analysis *a);
void find_certificates(struct analysis *a);
void find_chain_shape(struct analysis *a, const struct hl_chain *chain, const struct hl_judgement *judgement,
                      const char *side);
void find_status(struct analysis *a);

/* The name people know a certificate by, in quotes. */
void put_certificate_name(struct hl_buffer *out, const struct hl_x509 *cert);

#endif
