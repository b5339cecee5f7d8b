/* Whether certificates can be trusted, and if not, which rule fails on which of them. */
#include "analyze/findings.h"

#include "base/text.h"

#include <string.h>

#define DAY 86400
#define WEAK_RSA_BITS 2048u
/* Names of a certificate that a mismatch lists. */
#define NAMES_SHOWN 3u

/* One side's certificates. */
struct side {
    const char *name; /* "server", "client" */
    const struct hl_chain *chain;
    const struct hl_judgement *judgement;
};

static const struct hl_x509 *cert_at(const struct path *path, unsigned i)
{
    return &path->list[i]->x509;
}

/* "the certificate", "the intermediate "X"", "the root "X"". */
static void put_which(struct hl_buffer *out, const struct path *path, unsigned i)
{
    bool complete = path->end == PATH_ANCHORED || path->end == PATH_UNKNOWN_ROOT;

    if (i == 0) {
        buf_string(out, "the certificate ");
    } else {
        buf_string(out, complete && i + 1 == path->length ? "the root " : "the intermediate ");
    }
    put_certificate_name(out, cert_at(path, i));
}

/* 3 days 4 hours; 5 minutes. */
static void put_span_of_time(struct hl_buffer *out, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = { { 365 * (int64_t)DAY, "year" }, { DAY, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        int64_t count = seconds / units[i].seconds;
        if (count > 0 || units[i].seconds == 1) {
            buf_number(out, count);
            buf_printf(out, " %s%s", units[i].name, count == 1 ? "" : "s");
            return;
        }
    }
}

static void put_day(struct hl_buffer *out, int64_t seconds)
{
    char text[HL_X509_TIME_TEXT];

    x509_time_text(seconds, text);
    buf_printf(out, "%.10s", text);
}

static void say_where(struct hl_finding *finding, const struct side *side, const struct path *path, unsigned i)
{
    finding->side = side->name;
    finding->at = side->chain->at;
    finding->certificate = path->from[i] >= 0 ? path->from[i] : -1;
    finding->subject = cert_at(path, i)->subject.text;
}

/* --- checks that fail ---------------------------------------------------------- */

static enum finding_code code_of(const struct path_problem *problem)
{
    if (problem->doubtful && problem->check == PATH_CHECK_SIGNATURE)
        return FINDING_CERTIFICATE_UNVERIFIABLE;
    if (problem->doubtful)
        return FINDING_CHAIN_BUDGET_EXCEEDED;
    switch (problem->check) {
    case PATH_CHECK_SIGNATURE: return FINDING_CERTIFICATE_SIGNATURE_WRONG;
    case PATH_CHECK_REVOKED: return FINDING_CERTIFICATE_REVOKED;
    case PATH_CHECK_EXPIRED: return FINDING_CERTIFICATE_EXPIRED;
    case PATH_CHECK_NOT_YET_VALID: return FINDING_CERTIFICATE_NOT_YET_VALID;
    case PATH_CHECK_BASIC_CONSTRAINTS:
    case PATH_CHECK_PATH_LENGTH:
    case PATH_CHECK_CERT_SIGN:
    case PATH_CHECK_NAME_CONSTRAINTS: return FINDING_CERTIFICATE_CONSTRAINT_VIOLATED;
    case PATH_CHECK_PURPOSE:
    case PATH_CHECK_KEY_USAGE: return FINDING_CERTIFICATE_WRONG_PURPOSE;
    case PATH_CHECK_WEAK_SIGNATURE:
    case PATH_CHECK_WEAK_KEY: return FINDING_CERTIFICATE_WEAK;
    case PATH_CHECK_CRL: return FINDING_CRL_UNUSABLE;
    default: return problem->refuses ? FINDING_CERTIFICATE_MALFORMED : FINDING_CERTIFICATE_PROFILE;
    }
}

/* What a failed check says when it has nothing to say itself. */
static const char *sentence_of(enum path_check check)
{
    switch (check) {
    case PATH_CHECK_REVOKED: return "it was revoked, a CRL says";
    case PATH_CHECK_VALIDITY: return "its dates cannot be read";
    case PATH_CHECK_PATH_LENGTH: return "more CAs stand below it than its pathLenConstraint allows";
    case PATH_CHECK_CERT_SIGN: return "its keyUsage does not allow signing certificates";
    case PATH_CHECK_CRITICAL: return "it has a critical extension that is not known";
    case PATH_CHECK_MALFORMED: return "an extension that decides what it is good for is broken";
    case PATH_CHECK_DUPLICATE: return "an extension stands in it twice";
    case PATH_CHECK_EMPTY_ISSUER: return "it does not say who issued it";
    case PATH_CHECK_EMPTY_CA_SUBJECT: return "a CA without a name";
    case PATH_CHECK_ALGORITHM_MISMATCH: return "it names two different signature algorithms";
    default: return path_check_name(check);
    }
}

/* Which one, and where. */
static void put_broken_extension(struct hl_buffer *out, const struct hl_x509 *cert)
{
    for (uint32_t i = 0; i < cert->extension_count; i++) {
        const struct hl_x509_extension *ext = &cert->extensions[i];
        if (ext->fault.kind == HL_FAULT_NONE || ext->id == HL_X509_EXT_UNKNOWN)
            continue;
        buf_printf(out, ": %s, %s at byte %zu (%s)", ext->name, ext->fault.field, ext->fault.offset,
                   hl_fault_kind_name(ext->fault.kind));
        return;
    }
}

static void put_problem(struct hl_buffer *out, const struct path *path, const struct path_problem *problem,
                        int64_t at)
{
    const struct hl_x509 *cert = cert_at(path, problem->at);

    put_which(out, path, problem->at);
    if (problem->check == PATH_CHECK_EXPIRED) {
        buf_string(out, " had expired ");
        put_span_of_time(out, at - cert->not_after.seconds);
        buf_string(out, " earlier, on ");
        put_day(out, cert->not_after.seconds);
        return;
    }
    if (problem->check == PATH_CHECK_NOT_YET_VALID) {
        buf_string(out, " was not valid yet: it begins ");
        put_span_of_time(out, cert->not_before.seconds - at);
        buf_string(out, " later, on ");
        put_day(out, cert->not_before.seconds);
        return;
    }
    if (problem->check == PATH_CHECK_CRL)
        buf_string(out, ": a CRL of its issuer does not count");
    buf_printf(out, ": %s", problem->note != NULL ? problem->note : sentence_of(problem->check));
    if (problem->check == PATH_CHECK_MALFORMED)
        put_broken_extension(out, cert);
    if (problem->culprit.value.len > 0) {
        buf_string(out, ": ");
        x509_general_name_put(out, &problem->culprit);
    }
    if (problem->check == PATH_CHECK_NAME_CONSTRAINTS) {
        buf_string(out, ", by ");
        put_which(out, path, problem->by);
    }
}

static void find_problems(struct analysis *a, const struct side *side, const struct path *path)
{
    for (unsigned i = 0; i < path->problem_count; i++) {
        const struct path_problem *problem = &path->problems[i];
        if (!problem->refuses && problem->check != PATH_CHECK_CRL)
            continue;
        enum finding_code code = code_of(problem);
        put_problem(a->text, path, problem, side->judgement->at);
        struct hl_finding *finding = add_finding(a, code, finding_info(code)->severity);
        say_where(finding, side, path, problem->at);
        finding->check = path_check_name(problem->check);
    }
}

/* The Baseline Requirements are for servers, and for CAs that others trust. */
static bool is_remark(const struct side *side, const struct path *path, const struct path_problem *problem)
{
    bool webpki = path->end == PATH_ANCHORED && strcmp(side->name, "server") == 0;

    return !problem->refuses && problem->check != PATH_CHECK_CRL
           && (problem->check < PATH_CHECK_WEBPKI_VERSION || webpki);
}

/* One finding a certificate for all that nobody minds. */
static void find_remarks(struct analysis *a, const struct side *side, const struct path *path)
{
    for (unsigned at = 0; at < path->length; at++) {
        bool any = false;
        for (unsigned i = path->refusing; i < path->problem_count; i++) {
            const struct path_problem *problem = &path->problems[i];
            if (problem->at != at || !is_remark(side, path, problem))
                continue;
            if (!any)
                put_which(a->text, path, at);
            buf_printf(a->text, "%s%s", any ? ", " : ": ", path_check_name(problem->check));
            if (problem->note != NULL)
                buf_printf(a->text, " (%s)", problem->note);
            any = true;
        }
        if (any)
            say_where(add_finding(a, FINDING_CERTIFICATE_PROFILE, HL_INFO), side, path, at);
    }
}

/* --- how the path ends ----------------------------------------------------------- */

/* Where the issuer can be fetched from. */
static void put_issuer_url(struct hl_buffer *out, const struct hl_x509 *cert)
{
    struct hl_span url;
    uint32_t index = 0;

    if (!x509_next_url(&cert->authority_info, "caIssuers", &index, &url))
        return;
    buf_string(out, "; it is at ");
    buf_span(out, url);
}

/* A CA that has no name of a server. */
static bool is_root(const struct hl_x509 *cert)
{
    return cert->ca && cert->san.count == 0;
}

/* Roots are usually left out, so that of an intermediate only the root is missing; of a leaf, an intermediate. */
static void find_missing_issuer(struct analysis *a, const struct side *side, const struct path *path)
{
    unsigned last = path->length - 1;
    const struct hl_x509 *cert = cert_at(path, last);
    bool root_only = last > 0;

    if (root_only) {
        put_which(a->text, path, last);
        buf_string(a->text, " was issued by ");
    } else {
        buf_string(a->text, "the certificate of its issuer was not sent: ");
    }
    buf_span(a->text, cert->issuer.text);
    if (side->judgement->has_anchors)
        buf_string(a->text, root_only ? ", which was not sent and is not in the trust store" : ", nor is it in the trust store");
    put_issuer_url(a->text, cert);
    enum finding_code code = root_only ? FINDING_CERTIFICATE_UNTRUSTED_ISSUER : FINDING_CERTIFICATE_CHAIN_INCOMPLETE;
    say_where(add_finding(a, code, finding_info(code)->severity), side, path, last);
}

static void find_end(struct analysis *a, const struct side *side, const struct path_verdict *verdict)
{
    const struct path *path = &verdict->best;
    enum finding_code code = FINDING_CHAIN_TOO_LONG;

    if (path->end == PATH_ANCHORED)
        return;
    if (!side->judgement->has_anchors && path->end != PATH_MISSING_ISSUER)
        return;
    if (path->end == PATH_MISSING_ISSUER) {
        if (side->judgement->has_anchors || path->length == 1)
            find_missing_issuer(a, side, path);
        return;
    }
    if (path->end == PATH_SELF_SIGNED && is_root(cert_at(path, 0))) {
        code = FINDING_CERTIFICATE_UNTRUSTED_ISSUER;
        buf_string(a->text, "the root ");
        put_certificate_name(a->text, cert_at(path, 0));
        buf_string(a->text, " is not in the trust store");
    } else if (path->end == PATH_SELF_SIGNED) {
        code = FINDING_CERTIFICATE_SELF_SIGNED;
        put_which(a->text, path, 0);
        buf_string(a->text, " is signed with its own key and is not in the trust store");
    } else if (path->end == PATH_UNKNOWN_ROOT) {
        code = FINDING_CERTIFICATE_UNTRUSTED_ISSUER;
        buf_string(a->text, "the chain is complete, but its root ");
        put_certificate_name(a->text, cert_at(path, path->length - 1));
        buf_string(a->text, " is not in the trust store");
    } else {
        buf_printf(a->text, "after %u certificates there is still no root: longer chains are not followed", path->length);
    }
    say_where(add_finding(a, code, finding_info(code)->severity), side, path, path->length - 1);
}

/* The user knows an intermediate that the server should have sent: other clients do not. */
static void find_not_sent(struct analysis *a, const struct side *side, const struct path *path)
{
    for (unsigned i = 1; i < path->length; i++) {
        if (path->from[i] != PATH_FROM_INTERMEDIATES)
            continue;
        put_which(a->text, path, i);
        buf_string(a->text, " was not sent; it is known here by --intermediates");
        struct hl_finding *finding = add_finding(a, FINDING_CERTIFICATE_CHAIN_INCOMPLETE, HL_MEDIUM);
        say_where(finding, side, path, i);
    }
}

/* Names and constraints: one of the problems says so. */
static bool told_why_given_up(const struct path *path)
{
    for (unsigned i = 0; i < path->problem_count; i++) {
        if (path->problems[i].refuses && code_of(&path->problems[i]) == FINDING_CHAIN_BUDGET_EXCEEDED)
            return true;
    }
    return false;
}

static void find_budget(struct analysis *a, const struct side *side, const struct path_verdict *verdict)
{
    if (!verdict->over_budget || verdict->trusted || told_why_given_up(&verdict->best))
        return;
    buf_printf(a->text, "given up after %u signature%s and %u path%s", verdict->signatures, verdict->signatures == 1 ? "" : "s",
               verdict->paths, verdict->paths == 1 ? "" : "s");
    struct hl_finding *finding = add_finding(a, FINDING_CHAIN_BUDGET_EXCEEDED, HL_MEDIUM);
    finding->side = side->name;
    finding->at = side->chain->at;
}

/* --- what clients accept, and nobody should be content with ---------------------- */

static void find_weak_keys(struct analysis *a, const struct side *side, const struct path *path)
{
    for (unsigned i = 0; i < path->length; i++) {
        const struct hl_x509_key *key = &cert_at(path, i)->key;
        bool rsa = key->kind == HL_X509_KEY_RSA || key->kind == HL_X509_KEY_RSA_PSS || key->kind == HL_X509_KEY_DSA;
        if (!rsa || key->bits >= WEAK_RSA_BITS || key->bits < 1024 || path->from[i] == PATH_FROM_ANCHORS)
            continue;
        put_which(a->text, path, i);
        buf_printf(a->text, " has a key of %u bits (%s); 2048 is the least that is safe", key->bits, key->algorithm);
        say_where(add_finding(a, FINDING_CERTIFICATE_WEAK, HL_MEDIUM), side, path, i);
    }
}

/* Automatic renewal happens when a third of the lifetime is left, or a month before the end. */
static void find_expires_soon(struct analysis *a, const struct side *side, const struct path *path)
{
    const struct hl_x509 *cert = cert_at(path, 0);
    int64_t left = cert->not_after.seconds - side->judgement->at;
    int64_t lifetime = cert->not_after.seconds - cert->not_before.seconds;
    int64_t soon = lifetime / 6 < 30 * DAY ? lifetime / 6 : 30 * DAY;

    if (!cert->not_after.valid || !cert->not_before.valid || left < 0 || left > soon || left > lifetime)
        return;
    put_which(a->text, path, 0);
    buf_string(a->text, " expires in ");
    put_span_of_time(a->text, left);
    buf_string(a->text, ", on ");
    put_day(a->text, cert->not_after.seconds);
    enum hl_severity severity = left > soon / 4 ? HL_LOW : HL_MEDIUM;
    say_where(add_finding(a, FINDING_CERTIFICATE_EXPIRES_SOON, severity), side, path, 0);
}

/* --- the name -------------------------------------------------------------------- */

static void put_names(struct hl_buffer *out, const struct hl_x509 *cert)
{
    unsigned shown = 0;

    for (uint32_t i = 0; i < cert->san.count && shown < NAMES_SHOWN; i++) {
        const struct hl_x509_general_name *name = &cert->san.list[i];
        if (name->type != HL_X509_DNS && name->type != HL_X509_IP)
            continue;
        buf_string(out, shown++ == 0 ? "it is for " : ", ");
        x509_general_name_put(out, name);
    }
    if (shown == 0)
        buf_string(out, "it has no DNS name and no IP address in subjectAltName");
    else if (cert->san.count > shown)
        buf_printf(out, " and %u more", cert->san.count - shown);
}

static void find_name(struct analysis *a, const struct side *side)
{
    const struct hl_judgement *judgement = side->judgement;
    const struct path *path = &judgement->chain->verdict.best;

    if (judgement->host.len == 0 || judgement->host_result == HOST_MATCHES)
        return;
    if (judgement->host_result == HOST_MALFORMED) {
        buf_string(a->text, "what was asked for is neither a host name nor an address: ");
        buf_span(a->text, judgement->host);
    } else {
        buf_string(a->text, "the certificate is not for ");
        buf_span(a->text, judgement->host);
        buf_string(a->text, ": ");
        put_names(a->text, cert_at(path, 0));
        if (judgement->host_result == HOST_ONLY_COMMON_NAME)
            buf_string(a->text, "; only its common name matches, which does not count");
    }
    say_where(add_finding(a, FINDING_CERTIFICATE_NAME_MISMATCH, HL_HIGH), side, path, 0);
}

/* The first certificate decides; without it nothing is judged. */
static void find_unreadable(struct analysis *a, const struct side *side)
{
    if (side->chain->count == 0 || side->chain->list[0]->decoded)
        return;
    const struct hl_x509 *cert = &side->chain->list[0]->x509;
    buf_string(a->text, "the certificate ");
    put_certificate_name(a->text, cert);
    buf_string(a->text, ": it cannot be read from end to end");
    if (cert->fault.kind != HL_FAULT_NONE)
        buf_printf(a->text, ": %s, at byte %zu (%s)", cert->fault.field, cert->fault.offset,
                   hl_fault_kind_name(cert->fault.kind));
    struct hl_finding *finding = add_finding(a, FINDING_CERTIFICATE_MALFORMED, HL_HIGH);
    finding->side = side->name;
    finding->at = side->chain->at;
    finding->certificate = 0;
    finding->subject = cert->subject.text;
}

static void find_side(struct analysis *a, const struct side *side)
{
    if (side->judgement->chain == NULL) {
        find_unreadable(a, side);
        return;
    }
    const struct path_verdict *verdict = &side->judgement->chain->verdict;
    find_problems(a, side, &verdict->best);
    find_end(a, side, verdict);
    find_not_sent(a, side, &verdict->best);
    find_budget(a, side, verdict);
    find_name(a, side);
    find_weak_keys(a, side, &verdict->best);
    find_expires_soon(a, side, &verdict->best);
    find_chain_shape(a, side->chain, side->judgement, side->name);
    find_remarks(a, side, &verdict->best);
}

void find_certificates(struct analysis *a)
{
    const struct side server = { "server", &a->hs->server_chain, &a->hs->server_trust };
    const struct side client = { "client", &a->hs->client_chain, &a->hs->client_trust };

    find_side(a, &server);
    find_side(a, &client);
}
