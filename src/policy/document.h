/* document.h - a handshake that handlens has written down (docs/handshake.schema.json), read back.
 *
 *     struct document *document = document_read(&terms, text, length, &failure);
 *     if (document != NULL)
 *         ... document->hs, as far as rules ask for it ...
 *     document_free(document);
 *
 * Where the line has the certificates themselves (-vv) they are decoded and judged as those of a capture are. Else what the line says of
 * the leaf is believed, and what it says of trust and name, too, where it was judged on the terms that count now; where it was not, or
 * nobody can know, `unclear` says why. */
#ifndef HL_POLICY_DOCUMENT_H
#define HL_POLICY_DOCUMENT_H

#include "policy/facts.h"

/* By what certificates are judged. */
struct document_terms {
    const struct hl_trust *trust; /* not NULL */
    struct hl_verdicts *verdicts;
};

struct document {
    struct hl_handshake hs;         /* versions, suites, the server's hello, its leaf, trust, staples, name, ends, times: nothing else */
    struct policy_unclear unclear;
    struct hl_arena arena;
    struct hl_certificate *chain[HL_CHAIN_MAX]; /* of -vv */
    unsigned chain_count;
};

/* Why a line is of no use. */
struct document_failure {
    char why[160];    /* "tls.cipher is no text"; empty: memory has run out */
    const char *hint; /* what to do; static */
    bool cut;         /* it ends in its midst */
    bool passed_over; /* nothing is wrong: it is of those that handlens live counts with (--stats-interval) */
};

/* NULL with `failure` set. `text` is one line, without its end; it is written to. */
struct document *document_read(const struct document_terms *terms, uint8_t *text, size_t length, struct document_failure *failure);
/* NULL is allowed. */
void document_free(struct document *document);
/* Of the handshake in one. */
static inline struct document *document_of(const struct hl_handshake *hs)
{
    return (struct document *)(uintptr_t)hs; /* it comes first */
}

#endif
