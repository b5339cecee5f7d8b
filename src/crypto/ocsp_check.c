#include "crypto/ocsp_check.h"

#include "base/text.h"
#include "x509/name_compare.h"

/* Clocks of responders and of captures differ. */
#define CLOCK_SKEW 300

static const char *const state_names[] = {
    [OCSP_GOOD] = "good",
    [OCSP_REVOKED] = "revoked",
    [OCSP_UNKNOWN] = "unknown",
    [OCSP_OTHER] = "other-certificate",
    [OCSP_STALE] = "stale",
    [OCSP_NOT_YET] = "not-yet-valid",
    [OCSP_FORGED] = "forged",
    [OCSP_NO_ANSWER] = "no-answer",
    [OCSP_MALFORMED] = "malformed",
    [OCSP_NOT_CHECKABLE] = "not-checkable",
};

const char *ocsp_state_name(enum ocsp_state state)
{
    return state_names[state];
}

static bool is_hash_of(enum hl_x509_hash hash, struct hl_span digest, struct hl_span data)
{
    uint8_t out[DIGEST_LENGTH_MAX];
    size_t length = digest_parts(hash, &data, 1, out);

    return length > 0 && span_equal((struct hl_span){ out, length }, digest);
}

/* The serial alone is not enough: every issuer counts for itself. */
static bool is_about(const struct hl_ocsp_single *single, const struct hl_x509 *subject, const struct hl_x509 *issuer)
{
    return span_equal(single->serial, subject->serial)
           && is_hash_of(single->hash, single->issuer_name_hash, subject->issuer.der)
           && (issuer == NULL || is_hash_of(single->hash, single->issuer_key_hash, issuer->key.bits_raw));
}

static const struct hl_ocsp_single *find_single(const struct hl_ocsp *ocsp, const struct hl_x509 *subject,
                                                const struct hl_x509 *issuer)
{
    for (uint32_t i = 0; i < ocsp->singles.count; i++) {
        if (is_about(&ocsp->singles.list[i], subject, issuer))
            return &ocsp->singles.list[i];
    }
    return NULL;
}

static bool is_responder(const struct hl_ocsp *ocsp, const struct hl_x509 *cert)
{
    if (ocsp->responder_name.der.len > 0)
        return x509_names_equal(ocsp->responder_name.der, cert->subject.der);
    return is_hash_of(HL_X509_SHA1, ocsp->responder_key_hash, cert->key.bits_raw);
}

static enum sig_result response_signature(const struct hl_ocsp *ocsp, const struct hl_certificate *signer,
                                          struct signature_cache *cache)
{
    const struct sig_algorithm algorithm = sig_of_x509(&ocsp->signature_algorithm);
    uint8_t sha256[SHA256_LENGTH];

    digest_sha256(ocsp->der, sha256);
    return signature_cached(cache, signer, sha256, &algorithm, ocsp->tbs, ocsp->signature);
}

/* A delegate has a certificate of the same issuer, made for this purpose (4.2.2.2). */
static const char *why_no_delegate(const struct hl_certificate *delegate, const struct hl_certificate *issuer,
                                   int64_t at, struct signature_cache *cache)
{
    const struct hl_x509 *cert = &delegate->x509;

    if (!delegate->decoded || !x509_names_equal(cert->issuer.der, issuer->x509.subject.der)
        || certificate_signature(cache, issuer, delegate) == SIG_WRONG)
        return "its signer's certificate is not of the same issuer";
    if ((cert->purposes & HL_X509_OCSP_SIGNING) == 0)
        return "its signer's certificate is not for OCSP";
    if (at < cert->not_before.seconds || at > cert->not_after.seconds)
        return "its signer's certificate was not valid then";
    return NULL;
}

static enum sig_result check_delegates(const struct hl_ocsp *ocsp, const struct hl_certificate *issuer, int64_t at,
                                       struct signature_cache *cache, struct ocsp_answer *answer)
{
    answer->why = "nobody who may speak for the issuer signed it";
    for (uint32_t i = 0; i < ocsp->certificates.count; i++) {
        struct hl_certificate *delegate = certificate_new(ocsp->certificates.list[i]);
        enum sig_result result = SIG_WRONG;
        if (delegate != NULL && is_responder(ocsp, &delegate->x509)) {
            answer->why = why_no_delegate(delegate, issuer, at, cache);
            result = answer->why == NULL ? response_signature(ocsp, delegate, cache) : SIG_WRONG;
            if (answer->why == NULL && result == SIG_WRONG)
                answer->why = "its signature is wrong";
        }
        certificate_free(delegate);
        if (result != SIG_WRONG) {
            answer->signed_by = "delegate";
            return result;
        }
    }
    return SIG_WRONG;
}

static enum sig_result check_signer(const struct hl_ocsp *ocsp, const struct hl_certificate *issuer, int64_t at,
                                    struct signature_cache *cache, struct ocsp_answer *answer)
{
    if (!is_responder(ocsp, &issuer->x509))
        return check_delegates(ocsp, issuer, at, cache, answer);
    answer->signed_by = "issuer";
    answer->why = "its signature is wrong";
    return response_signature(ocsp, issuer, cache);
}

static enum ocsp_state state_of(const struct hl_ocsp_single *single)
{
    return single->status == HL_OCSP_GOOD ? OCSP_GOOD : single->status == HL_OCSP_REVOKED ? OCSP_REVOKED : OCSP_UNKNOWN;
}

static enum ocsp_state freshness(const struct hl_ocsp_single *single, int64_t at)
{
    if (!single->this_update.valid || (single->has_next_update && !single->next_update.valid))
        return OCSP_MALFORMED;
    if (single->this_update.seconds > at + CLOCK_SKEW)
        return OCSP_NOT_YET;
    if (single->has_next_update && single->next_update.seconds < at - CLOCK_SKEW)
        return OCSP_STALE;
    return OCSP_GOOD;
}

struct ocsp_answer ocsp_check(const struct hl_ocsp *ocsp, bool whole, const struct hl_certificate *subject,
                              const struct hl_certificate *issuer, int64_t at, struct signature_cache *cache)
{
    struct ocsp_answer answer = { .state = OCSP_MALFORMED };

    if (!whole)
        return answer;
    if (ocsp->response_status != HL_OCSP_SUCCESSFUL || !ocsp->basic) {
        answer.state = OCSP_NO_ANSWER;
        answer.why = ocsp_status_name(ocsp->response_status);
        return answer;
    }
    answer.single = find_single(ocsp, &subject->x509, issuer != NULL ? &issuer->x509 : NULL);
    if (answer.single == NULL) {
        answer.state = OCSP_OTHER;
        return answer;
    }
    if (issuer == NULL || ocsp->unknown_critical_extension || answer.single->unknown_critical_extension) {
        answer.state = OCSP_NOT_CHECKABLE;
        answer.why = issuer == NULL ? "the certificate of the issuer was not sent and is not known"
                                    : "a critical extension of it is not known";
        return answer;
    }
    switch (check_signer(ocsp, issuer, at, cache, &answer)) {
    case SIG_WRONG:
        answer.state = OCSP_FORGED;
        return answer;
    case SIG_UNSUPPORTED:
        answer.state = OCSP_NOT_CHECKABLE;
        answer.why = "its signature cannot be checked by this build";
        return answer;
    default:
        answer.why = NULL;
    }
    answer.state = state_of(answer.single);
    enum ocsp_state fresh = freshness(answer.single, at);
    if (answer.state != OCSP_REVOKED && fresh != OCSP_GOOD) /* revoked stays revoked */
        answer.state = fresh;
    return answer;
}
