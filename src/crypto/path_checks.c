/* The checks of RFC 5280, and those that TLS clients make besides. */
#include "crypto/path_checks.h"

#include "base/text.h"
#include "crypto/host_name.h"
#include "crypto/name_constraints.h"
#include "crypto/signature_cache.h"

#include <string.h>

#define WEAK_RSA_BITS 1024u
#define WEAK_EC_BITS 224u

#define CLIENT PROFILE_CLIENT
#define STRICT PROFILE_RFC5280
#define WEBPKI PROFILE_WEBPKI
#define EVERYBODY (PROFILE_CLIENT | PROFILE_RFC5280 | PROFILE_WEBPKI)

const struct hl_x509_extension *path_extension(const struct hl_x509 *cert, enum hl_x509_ext_id id)
{
    if (((cert->present | cert->malformed) >> id & 1) == 0)
        return NULL;
    for (uint32_t i = 0; i < cert->extension_count; i++) {
        if (cert->extensions[i].id == id)
            return &cert->extensions[i];
    }
    return NULL;
}

static bool is_critical(const struct hl_x509 *cert, enum hl_x509_ext_id id)
{
    const struct hl_x509_extension *ext = path_extension(cert, id);

    return ext != NULL && ext->critical;
}

/* --- signatures and keys ---------------------------------------------------- */

static bool signature(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    if (i + 1 >= p->length || p->signatures[i] == SIG_VERIFIED)
        return true;
    problem->doubtful = p->signatures[i] == SIG_UNSUPPORTED;
    return path_fails(problem, problem->doubtful ? "its signature cannot be checked by this build"
                                                 : "its signature is not of the issuer's key");
}

static bool algorithm_mismatch(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return (path_cert(p, i)->oddities & X509_ODD_SIGNATURE_ALGORITHM_MISMATCH) == 0;
}

static bool weak_signature(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    if (i + 1 >= p->length)
        return true;
    switch (path_cert(p, i)->signature_algorithm.hash) {
    case HL_X509_MD2:
    case HL_X509_MD4:
    case HL_X509_MD5:
        return path_fails(problem, "signed with MD5 or older");
    case HL_X509_SHA1:
        return path_fails(problem, "signed with SHA-1");
    default:
        return true;
    }
}

static bool weak_key(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509_key *key = &path_cert(p, i)->key;

    switch (key->kind) {
    case HL_X509_KEY_RSA:
    case HL_X509_KEY_RSA_PSS:
    case HL_X509_KEY_DSA:
        return key->bits >= WEAK_RSA_BITS || path_fails(problem, "a key of less than 1024 bits");
    case HL_X509_KEY_EC:
        return key->bits == 0 || key->bits >= WEAK_EC_BITS || path_fails(problem, "a curve of less than 224 bits");
    default:
        return true;
    }
}

/* --- revocation, as far as CRLs are at hand ---------------------------------- */

static struct crl_answer ask_crls(const struct path_view *p, unsigned i, bool strict)
{
    if (i + 1 >= p->length || p->trust->crls.count == 0)
        return (struct crl_answer){ .status = CRL_NONE };
    return crl_set_ask(&p->trust->crls, p->cache, p->list[i + 1], p->list[i], p->at, strict);
}

static bool revoked(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return ask_crls(p, i, false).status != CRL_REVOKED;
}

static bool crl_usable(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    struct crl_answer answer = ask_crls(p, i, true);

    return answer.status != CRL_UNUSABLE || path_fails(problem, answer.why);
}

/* --- validity --------------------------------------------------------------- */

static bool validity_readable(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return path_cert(p, i)->not_before.valid && path_cert(p, i)->not_after.valid;
}

/* From notBefore through notAfter, inclusive (4.1.2.5). */
static bool not_yet_valid(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509_time *from = &path_cert(p, i)->not_before;

    (void)problem;
    return !from->valid || p->at >= from->seconds;
}

static bool expired(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509_time *until = &path_cert(p, i)->not_after;

    (void)problem;
    return !until->valid || p->at <= until->seconds;
}

/* UTCTime with seconds and Z until 2049, GeneralizedTime from 2050 on. */
static bool time_form(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return path_cert(p, i)->not_before.flags == 0 && path_cert(p, i)->not_after.flags == 0;
}

/* --- what an issuer must be ------------------------------------------------- */

static bool basic_constraints(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    if (!x509_has(cert, HL_X509_EXT_BASIC_CONSTRAINTS))
        return path_fails(problem, "it has no basicConstraints, so it is no CA");
    return cert->ca || path_fails(problem, "its basicConstraints say that it is no CA");
}

/* Roots from before X.509 version 3 cannot say that they are one. */
static bool root_basic_constraints(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    if (cert->version < 3
        || (path_extension(cert, HL_X509_EXT_BASIC_CONSTRAINTS) == NULL
            && (cert->key_usage & HL_X509_KEY_CERT_SIGN) != 0))
        return true;
    return basic_constraints(p, i, problem);
}

/* How many intermediates that are not self-issued may stand below (4.2.1.9). */
static bool path_length(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);
    int64_t below = 0;

    (void)problem;
    for (unsigned j = 1; j < i; j++)
        below += !x509_is_self_issued(path_cert(p, j));
    return cert->path_length < 0 || below <= cert->path_length;
}

static bool cert_sign(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    (void)problem;
    return !x509_has(cert, HL_X509_EXT_KEY_USAGE) || (cert->key_usage & HL_X509_KEY_CERT_SIGN) != 0;
}

static bool cert_sign_without_ca(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    if (!cert->ca && (cert->key_usage & HL_X509_KEY_CERT_SIGN) != 0)
        return path_fails(problem, "keyCertSign without cA");
    return cert->ca || cert->path_length < 0 || path_fails(problem, "pathLenConstraint without cA");
}

/* --- what the key may be used for ------------------------------------------- */

/* An issuer's list limits what stands below it: not in the RFC, but all clients read it so. */
static bool purpose(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    if (path_extension(cert, HL_X509_EXT_EXT_KEY_USAGE) == NULL
        || (cert->purposes & ((unsigned)p->purpose | HL_X509_ANY_PURPOSE)) != 0)
        return true;
    return path_fails(problem, p->purpose == HL_X509_SERVER_AUTH ? "its extendedKeyUsage lacks serverAuth"
                                                                 : p->purpose == HL_X509_CLIENT_AUTH ? "its extendedKeyUsage lacks clientAuth"
                                                                                                     : "its extendedKeyUsage lacks OCSPSigning");
}

static bool key_usage(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const uint16_t any = HL_X509_DIGITAL_SIGNATURE | HL_X509_KEY_ENCIPHERMENT | HL_X509_KEY_AGREEMENT;
    const struct hl_x509 *cert = path_cert(p, i);

    if (!x509_has(cert, HL_X509_EXT_KEY_USAGE) || (cert->key_usage & any) != 0 || cert->ca)
        return true;
    return path_fails(problem, "its keyUsage allows neither signatures nor key exchange");
}

/* --- names ------------------------------------------------------------------ */

static bool name_constraints(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    static const char *const notes[] = {
        [NC_NOT_PERMITTED] = "a name that its issuer may not issue for: not in the permitted names",
        [NC_EXCLUDED] = "a name that its issuer may not issue for: excluded",
        [NC_UNPROCESSED] = "a name or a constraint that cannot be compared",
        [NC_BUDGET] = "too many names and constraints",
    };

    if (i > 0 && x509_is_self_issued(path_cert(p, i))) /* key rollover: 6.1.3 (b) */
        return true;
    for (unsigned j = i + 1; j < p->length; j++) {
        const struct hl_x509 *issuer = path_cert(p, j);
        if (path_extension(issuer, HL_X509_EXT_NAME_CONSTRAINTS) == NULL)
            continue;
        enum nc_result result = name_constraints_check(issuer, path_cert(p, i), p->comparisons, &problem->culprit);
        if (result == NC_ALLOWED)
            continue;
        problem->by = j;
        problem->doubtful = result == NC_BUDGET;
        return path_fails(problem, notes[result]);
    }
    return true;
}

static bool name_constraints_form(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    (void)problem;
    return !x509_has(cert, HL_X509_EXT_NAME_CONSTRAINTS) || name_constraints_are_well_formed(cert);
}

static bool name_constraints_critical(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    (void)problem;
    return !x509_has(cert, HL_X509_EXT_NAME_CONSTRAINTS) || is_critical(cert, HL_X509_EXT_NAME_CONSTRAINTS);
}

static bool name_constraints_leaf(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    (void)problem;
    return cert->ca || path_extension(cert, HL_X509_EXT_NAME_CONSTRAINTS) == NULL;
}

static bool empty_issuer(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return path_cert(p, i)->issuer.count > 0;
}

static bool empty_ca_subject(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return path_cert(p, i)->subject.count > 0;
}

static bool empty_subject(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    (void)problem;
    return cert->subject.count > 0 || is_critical(cert, HL_X509_EXT_SAN);
}

/* A URI has a scheme; anything else about it is its own business. */
static bool is_absolute_uri(struct hl_span uri)
{
    return uri.len > 1 && memchr(uri.ptr, ':', uri.len) != NULL && uri.ptr[0] != ':';
}

static const char *fault_of_name(const struct hl_x509_general_name *name)
{
    uint8_t address[16];

    switch (name->type) {
    case HL_X509_DNS:
        if (host_name_address(name->value, address) > 0)
            return "an IP address as a DNS name";
        return host_name_is_well_formed(name->value, true) ? NULL : "not a host name";
    case HL_X509_IP:
        return name->value.len == 4 || name->value.len == 16 ? NULL : "not an IP address";
    case HL_X509_EMAIL:
        return mailbox_is_well_formed(name->value) ? NULL : "not a mailbox";
    case HL_X509_URI:
        return is_absolute_uri(name->value) ? NULL : "not a URI";
    default:
        return NULL;
    }
}

static bool alt_names(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509_names *names = &path_cert(p, i)->san;

    for (uint32_t n = 0; n < names->count; n++) {
        const char *fault = fault_of_name(&names->list[n]);
        if (fault != NULL) {
            problem->culprit = names->list[n];
            return path_fails(problem, fault);
        }
    }
    return true;
}

/* --- extensions ------------------------------------------------------------- */

/* To know what an extension is called is not to process it; and a precertificate is no certificate
 * (RFC 6962, 3.1). */
static bool critical(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    for (uint32_t n = 0; n < cert->extension_count; n++) {
        const struct hl_x509_extension *ext = &cert->extensions[n];
        if (ext->critical && ext->id == HL_X509_EXT_CT_POISON)
            return path_fails(problem, "it is a precertificate");
        if (ext->critical && ext->id == HL_X509_EXT_UNKNOWN)
            return false;
    }
    return (cert->oddities & X509_ODD_UNKNOWN_CRITICAL_EXTENSION) == 0;
}

static bool duplicate(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return (path_cert(p, i)->oddities & X509_ODD_DUPLICATE_EXTENSION) == 0;
}

/* Without these nobody can tell what the certificate is good for. */
#define DECISIVE                                                                                      \
    (1u << HL_X509_EXT_SAN | 1u << HL_X509_EXT_BASIC_CONSTRAINTS | 1u << HL_X509_EXT_KEY_USAGE          \
     | 1u << HL_X509_EXT_EXT_KEY_USAGE | 1u << HL_X509_EXT_NAME_CONSTRAINTS | 1u << HL_X509_EXT_SKI     \
     | 1u << HL_X509_EXT_AKI | 1u << HL_X509_EXT_POLICIES | 1u << HL_X509_EXT_POLICY_CONSTRAINTS        \
     | 1u << HL_X509_EXT_POLICY_MAPPINGS | 1u << HL_X509_EXT_INHIBIT_ANY_POLICY | 1u << HL_X509_EXT_CRL_POINTS)

/* Read from end to end; what is wrong inside of an extension's body is not meant. An Extension that is broken
 * itself may be any. */
static bool is_whole(const struct hl_x509 *cert)
{
    for (uint32_t n = 0; n < cert->extension_count; n++) {
        const struct hl_x509_extension *ext = &cert->extensions[n];
        if (ext->fault.kind != HL_FAULT_NONE && (cert->malformed >> ext->id & 1) == 0)
            return false;
    }
    return cert->fault.kind == HL_FAULT_NONE && cert->extensions_dropped == 0;
}

static bool malformed(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    if (!is_whole(path_cert(p, i)))
        return path_fails(problem, "it cannot be read from end to end");
    return (path_cert(p, i)->malformed & DECISIVE) == 0;
}

static bool malformed_other(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return (path_cert(p, i)->malformed & ~DECISIVE) == 0;
}

static bool extensions_version(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return (path_cert(p, i)->oddities & (X509_ODD_EXTENSIONS_WITHOUT_V3 | X509_ODD_UNKNOWN_VERSION)) == 0;
}

static bool serial(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    uint32_t oddities = path_cert(p, i)->oddities;

    if ((oddities & X509_ODD_LONG_SERIAL) != 0)
        return path_fails(problem, "a serial number of more than 20 octets");
    return (oddities & (X509_ODD_ZERO_SERIAL | X509_ODD_NEGATIVE_SERIAL | X509_ODD_EMPTY_SERIAL)) == 0
           || path_fails(problem, "a serial number that is not positive");
}

/* What must be critical, and what must not. */
static bool criticality(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    static const struct {
        enum hl_x509_ext_id id;
        bool critical, of_ca;
        const char *note;
    } rules[] = {
        { HL_X509_EXT_BASIC_CONSTRAINTS, true, true, "basicConstraints of a CA is not critical" },
        { HL_X509_EXT_POLICY_CONSTRAINTS, true, false, "policyConstraints is not critical" },
        { HL_X509_EXT_INHIBIT_ANY_POLICY, true, false, "inhibitAnyPolicy is not critical" },
        { HL_X509_EXT_AKI, false, false, "authorityKeyIdentifier is critical" },
        { HL_X509_EXT_SKI, false, false, "subjectKeyIdentifier is critical" },
        { HL_X509_EXT_AUTHORITY_INFO, false, false, "authorityInfoAccess is critical" },
        { HL_X509_EXT_SUBJECT_INFO, false, false, "subjectInfoAccess is critical" },
        { HL_X509_EXT_FRESHEST_CRL, false, false, "freshestCRL is critical" },
    };
    const struct hl_x509 *cert = path_cert(p, i);

    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        const struct hl_x509_extension *ext = path_extension(cert, rules[r].id);
        if (ext != NULL && ext->critical != rules[r].critical && (!rules[r].of_ca || cert->ca))
            return path_fails(problem, rules[r].note);
    }
    return true;
}

static bool subject_key_id(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return path_cert(p, i)->subject_key_id.len > 0;
}

/* Only a root that signs itself may leave it out, whatever name it calls its issuer. */
static bool authority_key_id(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    (void)problem;
    return cert->authority_key_id.len > 0
           || (i + 1 == p->length && certificate_signature(p->cache, p->list[i], p->list[i]) == SIG_VERIFIED);
}

static bool empty_list(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    if (x509_has(cert, HL_X509_EXT_SAN) && cert->san.count == 0)
        return path_fails(problem, "subjectAltName has no name");
    if (x509_has(cert, HL_X509_EXT_EXT_KEY_USAGE) && cert->ext_key_usage.count == 0)
        return path_fails(problem, "extendedKeyUsage has no purpose");
    if (x509_has(cert, HL_X509_EXT_KEY_USAGE) && cert->key_usage == 0)
        return path_fails(problem, "keyUsage has no bit");
    if (x509_has(cert, HL_X509_EXT_POLICIES) && cert->policies.count == 0)
        return path_fails(problem, "certificatePolicies has no policy");
    if (x509_has(cert, HL_X509_EXT_AUTHORITY_INFO) && cert->authority_info.count == 0)
        return path_fails(problem, "authorityInfoAccess has no description");
    return true;
}

/* --- the table -------------------------------------------------------------- */

#define ROW(id, place, profiles, section, check) { PATH_CHECK_##id, place, profiles, section, check }

const struct path_check_row path_checks_rfc5280[] = {
    ROW(SIGNATURE, ON_SENT, EVERYBODY, "RFC 5280, 6.1.3 (a) (1)", signature),
    ROW(REVOKED, ON_SENT, EVERYBODY, "RFC 5280, 6.3", revoked),
    ROW(EXPIRED, ON_ALL, EVERYBODY, "RFC 5280, 4.1.2.5", expired),
    ROW(NOT_YET_VALID, ON_ALL, EVERYBODY, "RFC 5280, 4.1.2.5", not_yet_valid),
    ROW(VALIDITY, ON_ALL, EVERYBODY, "RFC 5280, 4.1.2.5", validity_readable),
    ROW(BASIC_CONSTRAINTS, ON_CA, EVERYBODY, "RFC 5280, 4.2.1.9", basic_constraints),
    ROW(BASIC_CONSTRAINTS, ON_ROOT, EVERYBODY, "RFC 5280, 4.2.1.9", root_basic_constraints),
    ROW(BASIC_CONSTRAINTS, ON_ROOT, STRICT | WEBPKI, "RFC 5280, 4.2.1.9", basic_constraints),
    ROW(PATH_LENGTH, ON_ISSUER, EVERYBODY, "RFC 5280, 4.2.1.9", path_length),
    ROW(CERT_SIGN, ON_ISSUER, EVERYBODY, "RFC 5280, 4.2.1.3", cert_sign),
    ROW(NAME_CONSTRAINTS, ON_SENT, EVERYBODY, "RFC 5280, 4.2.1.10", name_constraints),
    ROW(PURPOSE, ON_SENT, EVERYBODY, "RFC 5280, 4.2.1.12", purpose),
    ROW(KEY_USAGE, ON_LEAF, EVERYBODY, "RFC 5280, 4.2.1.3", key_usage),
    ROW(CRITICAL, ON_ALL, EVERYBODY, "RFC 5280, 4.2", critical),
    ROW(MALFORMED, ON_ALL, EVERYBODY, "RFC 5280, 4.2", malformed),
    ROW(DUPLICATE, ON_ALL, EVERYBODY, "RFC 5280, 4.2", duplicate),
    ROW(WEAK_SIGNATURE, ON_SENT, EVERYBODY, "RFC 6151, RFC 9155", weak_signature),
    ROW(WEAK_KEY, ON_ALL, EVERYBODY, "RFC 9325, 4.5", weak_key),
    ROW(EMPTY_ISSUER, ON_SENT, EVERYBODY, "RFC 5280, 4.1.2.4", empty_issuer),
    ROW(EMPTY_CA_SUBJECT, ON_ISSUER, EVERYBODY, "RFC 5280, 4.1.2.6", empty_ca_subject),
    ROW(ALGORITHM_MISMATCH, ON_SENT, EVERYBODY, "RFC 5280, 4.1.1.2", algorithm_mismatch),
    ROW(CRL, ON_SENT, STRICT, "RFC 5280, 5.2", crl_usable),
    ROW(EXTENSIONS_VERSION, ON_ALL, STRICT | WEBPKI, "RFC 5280, 4.1.2.1", extensions_version),
    ROW(SERIAL, ON_SENT, STRICT | WEBPKI, "RFC 5280, 4.1.2.2", serial),
    ROW(TIME_FORM, ON_ALL, STRICT | WEBPKI, "RFC 5280, 4.1.2.5", time_form),
    ROW(MALFORMED_OTHER, ON_ALL, STRICT | WEBPKI, "RFC 5280, 4.2", malformed_other),
    ROW(EMPTY_SUBJECT, ON_LEAF, STRICT | WEBPKI, "RFC 5280, 4.1.2.6", empty_subject),
    ROW(CRITICALITY, ON_ALL, STRICT | WEBPKI, "RFC 5280, 4.2.1", criticality),
    ROW(NAME_CONSTRAINTS_CRITICAL, ON_ALL, STRICT, "RFC 5280, 4.2.1.10", name_constraints_critical),
    ROW(NAME_CONSTRAINTS_FORM, ON_ISSUER, STRICT | WEBPKI, "RFC 5280, 4.2.1.10", name_constraints_form),
    ROW(NAME_CONSTRAINTS_LEAF, ON_ALL, STRICT | WEBPKI, "RFC 5280, 4.2.1.10", name_constraints_leaf),
    ROW(SUBJECT_KEY_ID, ON_ISSUER, STRICT | WEBPKI, "RFC 5280, 4.2.1.2", subject_key_id),
    ROW(AUTHORITY_KEY_ID, ON_ALL, STRICT | WEBPKI, "RFC 5280, 4.2.1.1", authority_key_id),
    ROW(CERT_SIGN_WITHOUT_CA, ON_ALL, STRICT | WEBPKI, "RFC 5280, 4.2.1.3", cert_sign_without_ca),
    ROW(ALT_NAMES, ON_SENT, STRICT | WEBPKI, "RFC 5280, 4.2.1.6", alt_names),
    ROW(EMPTY_LIST, ON_ALL, STRICT | WEBPKI, "RFC 5280, 4.2.1", empty_list),
};

const size_t path_checks_rfc5280_count = sizeof path_checks_rfc5280 / sizeof path_checks_rfc5280[0];

const char *path_check_name(enum path_check check)
{
    static const char *const names[] = {
        "",
#define X(name, text) text,
        PATH_CHECKS(X)
#undef X
    };

    return names[check];
}

const char *path_check_section(enum path_check check)
{
    for (size_t i = 0; i < path_checks_rfc5280_count; i++) {
        if (path_checks_rfc5280[i].id == check)
            return path_checks_rfc5280[i].section;
    }
    for (size_t i = 0; i < path_checks_webpki_count; i++) {
        if (path_checks_webpki[i].id == check)
            return path_checks_webpki[i].section;
    }
    return "";
}
