#include "crypto/crl_set.h"

#include "x509/name_compare.h"

#include <stdlib.h>

/* A list of a few million entries. */
#define CRL_MODEL_MAX ((size_t)8 << 20)
enum { REMOVE_FROM_CRL = 8 };

void crl_set_init(struct crl_set *set)
{
    *set = (struct crl_set){ .first = NULL };
}

static void item_free(struct crl_item *item)
{
    arena_cleanup(&item->arena);
    free(item);
}

void crl_set_cleanup(struct crl_set *set)
{
    for (struct crl_item *item = set->first, *next; item != NULL; item = next) {
        next = item->next;
        item_free(item);
    }
    crl_set_init(set);
}

bool crl_set_add(struct crl_set *set, struct hl_span der)
{
    struct crl_item *item = calloc(1, sizeof *item);

    if (item == NULL)
        return false;
    arena_init(&item->arena, der.len + CRL_MODEL_MAX);
    struct hl_span copy = arena_copy(&item->arena, der);
    if (copy.len != der.len || !crl_parse(copy, &item->arena, &item->crl)) {
        item_free(item);
        return false;
    }
    digest_sha256(copy, item->sha256);
    item->next = set->first;
    set->first = item;
    set->count++;
    return true;
}

/* Why this list says nothing; NULL when it can be relied upon. */
static const char *why_unusable(const struct crl_item *item, struct signature_cache *cache,
                                const struct hl_certificate *issuer, const struct hl_x509 *subject, int64_t at,
                                bool strict)
{
    const struct hl_crl *crl = &item->crl;
    const struct sig_algorithm algorithm = sig_of_x509(&crl->signature_algorithm);

    if (x509_has(&issuer->x509, HL_X509_EXT_KEY_USAGE) && (issuer->x509.key_usage & HL_X509_CRL_SIGN) == 0)
        return "its issuer may not sign CRLs";
    if (!crl->this_update.valid || at < crl->this_update.seconds)
        return "it is not valid yet";
    if (crl->has_next_update && crl->next_update.valid && at > crl->next_update.seconds)
        return "a newer one was due";
    if (crl->unknown_critical_extension || crl->delta_crl || crl->indirect || crl->only_some_reasons)
        return "it is partial";
    if (crl->only_attribute_certs || (subject->ca ? crl->only_user_certs : crl->only_ca_certs))
        return "it is about other certificates";
    if (strict && (!crl->has_crl_number || crl->crl_number_critical))
        return crl->has_crl_number ? "its CRLNumber is critical" : "it has no CRLNumber";
    switch (signature_cached(cache, issuer, item->sha256, &algorithm, crl->tbs, crl->signature)) {
    case SIG_VERIFIED: return NULL;
    case SIG_WRONG: return "its signature is not of the issuer's key";
    default: return "its signature cannot be checked by this build";
    }
}

struct crl_answer crl_set_ask(const struct crl_set *set, struct signature_cache *cache,
                              const struct hl_certificate *issuer, const struct hl_certificate *subject, int64_t at,
                              bool strict)
{
    struct crl_answer answer = { .status = CRL_NONE, .reason = -1 };
    struct hl_crl_entry entry;

    for (const struct crl_item *item = set->first; item != NULL && answer.status != CRL_REVOKED; item = item->next) {
        if (!x509_names_equal(item->crl.issuer.der, subject->x509.issuer.der))
            continue;
        const char *why = why_unusable(item, cache, issuer, &subject->x509, at, strict);
        if (why != NULL) {
            if (answer.status == CRL_NONE)
                answer = (struct crl_answer){ .status = CRL_UNUSABLE, .why = why, .crl = &item->crl, .reason = -1 };
            continue;
        }
        answer = (struct crl_answer){ .status = CRL_GOOD, .crl = &item->crl, .reason = -1 };
        if (crl_find(&item->crl, subject->x509.serial, &entry) && entry.reason != REMOVE_FROM_CRL) {
            answer.status = CRL_REVOKED;
            answer.revoked_at = entry.revoked_at.seconds;
            answer.reason = entry.reason;
        }
    }
    return answer;
}
