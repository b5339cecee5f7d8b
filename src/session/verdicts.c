#include "session/verdicts.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

/* Places a chain may be in. */
#define WAYS 8u

void verdicts_init(struct hl_verdicts *verdicts)
{
    memset(verdicts, 0, sizeof *verdicts);
    signature_cache_init(&verdicts->signatures);
}

static void release(struct hl_judged_chain *judged)
{
    for (unsigned i = 0; i < judged->count; i++)
        certificate_free(judged->chain[i]);
    judged->count = 0;
}

void verdicts_cleanup(struct hl_verdicts *verdicts)
{
    for (size_t i = 0; i < HL_VERDICTS; i++) {
        if (verdicts->places[i] != NULL)
            release(verdicts->places[i]);
        free(verdicts->places[i]);
    }
    signature_cache_cleanup(&verdicts->signatures);
    verdicts_init(verdicts);
}

static uint64_t hash_chain(const struct hl_certificate *const *chain, unsigned count, enum hl_x509_purpose purpose)
{
    uint64_t hash = purpose;

    for (unsigned i = 0; i < count; i++)
        hash = hash_bytes((struct hl_span){ chain[i]->sha256, SHA256_LENGTH }, hash);
    return hash;
}

static bool is_it(const struct hl_judged_chain *judged, const struct hl_certificate *const *chain, unsigned count,
                  enum hl_x509_purpose purpose)
{
    if (judged->count != count || judged->purpose != purpose)
        return false;
    for (unsigned i = 0; i < count; i++) {
        if (!certificate_is(judged->chain[i], chain[i]))
            return false;
    }
    return true;
}

static void check_scts(struct hl_judged_chain *judged, const struct hl_trust *trust, int64_t at)
{
    const struct hl_x509_scts *scts = &judged->chain[0]->x509.scts;
    const struct path *path = &judged->verdict.best;
    const struct hl_certificate *issuer = path->length > 1 ? path->list[1] : NULL;

    for (uint32_t i = 0; i < scts->count && i < HL_SCTS_CHECKED_MAX; i++)
        judged->scts[i] = sct_check(&trust->logs, &scts->list[i], SCT_EMBEDDED, judged->chain[0], issuer, at);
}

static void judge(struct hl_verdicts *verdicts, struct hl_judged_chain *judged, const struct hl_trust *trust,
                  const struct hl_certificate *const *chain, unsigned count, int64_t at, enum hl_x509_purpose purpose)
{
    struct hl_certificate *held[HL_CHAIN_MAX];

    for (unsigned i = 0; i < count; i++) /* before the old ones go: they may be the same */
        held[i] = certificate_hold(chain[i]);
    release(judged);
    memcpy(judged->chain, held, count * sizeof held[0]);
    judged->count = count;
    judged->purpose = purpose;
    const struct path_request request = {
        .sent = (const struct hl_certificate *const *)judged->chain,
        .count = count,
        .at = at,
        .purpose = purpose,
        .intermediates_max = -1,
    };
    path_judge(trust, &verdicts->signatures, &request, &judged->verdict);
    check_scts(judged, trust, at);
    judged->id = ++verdicts->judged;
}

const struct hl_judged_chain *verdicts_get(struct hl_verdicts *verdicts, const struct hl_trust *trust,
                                           const struct hl_certificate *const *chain, unsigned count, int64_t at,
                                           enum hl_x509_purpose purpose)
{
    struct hl_judged_chain **set = &verdicts->places[hash_chain(chain, count, purpose) % (HL_VERDICTS / WAYS) * WAYS];
    struct hl_judged_chain **place = set;
    bool fresh = false;

    verdicts->clock++;
    for (unsigned i = 0; i < WAYS && !fresh; i++) {
        if (set[i] != NULL && is_it(set[i], chain, count, purpose)) {
            place = &set[i];
            fresh = at >= set[i]->verdict.from && at <= set[i]->verdict.until;
            break;
        }
        if (*place != NULL && (set[i] == NULL || set[i]->used < (*place)->used))
            place = &set[i];
    }
    if (*place != NULL && !fresh && (*place)->holders > 0) {
        (*place)->orphan = true;
        *place = NULL;
    }
    if (*place == NULL)
        *place = calloc(1, sizeof **place);
    if (*place == NULL)
        return NULL;
    if (!fresh)
        judge(verdicts, *place, trust, chain, count, at, purpose);
    (*place)->used = verdicts->clock;
    return *place;
}

/* Places are the cache's to change; who got one got it const. */
static struct hl_judged_chain *own(const struct hl_judged_chain *judged)
{
    return (struct hl_judged_chain *)(uintptr_t)judged;
}

void verdict_hold(const struct hl_judged_chain *judged)
{
    if (judged != NULL)
        own(judged)->holders++;
}

void verdict_let_go(const struct hl_judged_chain *judged)
{
    if (judged == NULL || --own(judged)->holders > 0 || !judged->orphan)
        return;
    release(own(judged));
    free(own(judged));
}
