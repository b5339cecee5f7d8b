/* verdicts.h - chains that were judged before are not judged again.
 *
 * A verdict holds for the same certificates in the same order, for one purpose
 * and for any time in its range. Places are few and fixed (HL_VERDICTS); of the
 * few places a chain may have, the one that was not used for longest goes. */
#ifndef HL_SESSION_VERDICTS_H
#define HL_SESSION_VERDICTS_H

#include "crypto/ct.h"
#include "crypto/path.h"

/* Timestamps of a certificate that are checked; later ones are only shown. */
#define HL_SCTS_CHECKED_MAX 8u

struct hl_judged_chain {
    uint64_t id; /* another one for each judgement that was made */
    struct path_verdict verdict;
    struct sct_answer scts[HL_SCTS_CHECKED_MAX]; /* of the first certificate's own timestamps, in their order */
    /* the cache's own: */
    struct hl_certificate *chain[HL_CHAIN_MAX]; /* held */
    unsigned count;
    enum hl_x509_purpose purpose;
    uint64_t used;
    unsigned holders; /* verdict_hold() */
    bool orphan;      /* its place was taken: the last holder frees it */
};

struct hl_verdicts {
    struct hl_judged_chain *places[HL_VERDICTS];
    struct signature_cache signatures;
    uint64_t clock;
    uint64_t judged; /* chains that were not remembered */
};

void verdicts_init(struct hl_verdicts *verdicts);
void verdicts_cleanup(struct hl_verdicts *verdicts);
/* The judgement of a chain, at least one certificate, at `at` (seconds since 1970). NULL when memory has run out.
 * Valid for the next two calls: a place just used is not taken. */
const struct hl_judged_chain *verdicts_get(struct hl_verdicts *verdicts, const struct hl_trust *trust,
                                           const struct hl_certificate *const *chain, unsigned count, int64_t at,
                                           enum hl_x509_purpose purpose);

/* It stays as it is until it is let go, whatever the cache does. NULL is allowed. */
void verdict_hold(const struct hl_judged_chain *judged);
void verdict_let_go(const struct hl_judged_chain *judged);

#endif
