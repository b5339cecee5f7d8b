/* The checks of the CA/Browser Forum's Baseline Requirements for TLS server certificates, as far as one
 * certificate and its path show whether they are kept. Sections are those of version 2. */
#include "crypto/path_checks.h"

#include "base/text.h"
#include "crypto/host_name.h"

#include <string.h>

#define RSA_BITS_MIN 2048u

static bool version(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return path_cert(p, i)->version == 3;
}

static bool is_one_of(const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; text != NULL && i < count; i++) {
        if (strcmp(text, list[i]) == 0)
            return true;
    }
    return false;
}

static bool public_key(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    static const char *const curves[] = { "secp256r1", "secp384r1", "secp521r1" };
    const struct hl_x509_key *key = &path_cert(p, i)->key;

    if (key->kind == HL_X509_KEY_EC)
        return is_one_of(key->curve, curves, 3) || path_fails(problem, "a curve other than P-256, P-384 and P-521");
    if (key->kind != HL_X509_KEY_RSA)
        return path_fails(problem, "a key that is neither RSA nor ECDSA");
    if (key->bits < RSA_BITS_MIN)
        return path_fails(problem, "an RSA key of less than 2048 bits");
    if (key->bits % 8 != 0)
        return path_fails(problem, "an RSA key whose length is not a multiple of 8");
    return key->exponent == 0 || (key->exponent % 2 == 1 && key->exponent >= 3)
           || path_fails(problem, "an RSA exponent that is even or 1");
}

static bool signature_algorithm(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509_algorithm *a = &path_cert(p, i)->signature_algorithm;
    bool hash = a->hash == HL_X509_SHA256 || a->hash == HL_X509_SHA384 || a->hash == HL_X509_SHA512;

    (void)problem;
    return hash && (a->key == HL_X509_KEY_RSA || a->key == HL_X509_KEY_EC);
}

static bool alternative_names(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);
    const struct hl_x509_extension *ext = path_extension(cert, HL_X509_EXT_SAN);

    if (ext == NULL)
        return path_fails(problem, "there is no subjectAltName");
    if (ext->critical && cert->subject.count > 0)
        return path_fails(problem, "subjectAltName is critical although there is a subject");
    for (uint32_t n = 0; n < cert->san.count; n++) {
        problem->culprit = cert->san.list[n];
        if (problem->culprit.type != HL_X509_DNS && problem->culprit.type != HL_X509_IP)
            return path_fails(problem, "a name that is neither a DNS name nor an IP address");
    }
    problem->culprit = (struct hl_x509_general_name){ .value = { NULL, 0 } };
    return true;
}

/* A wildcard for a whole top-level domain; which other domains are public suffixes is not known here. */
static bool wildcard(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509_names *names = &path_cert(p, i)->san;
    struct hl_span name;

    for (uint32_t n = 0; x509_next_name(names, HL_X509_DNS, &n, &name);) {
        bool too_wide = name.len > 0 && name.ptr[0] == '*'
                        && (name.len < 3 || memchr(name.ptr + 2, '.', name.len - 2) == NULL);
        if (too_wide) {
            problem->culprit = names->list[n - 1];
            return path_fails(problem, "a wildcard for a whole top-level domain");
        }
    }
    return true;
}

/* "*.example.org": it is common to call that certificate "example.org". */
static bool is_wildcard_of(struct hl_span name, struct hl_span domain)
{
    return name.len == domain.len + 2 && name.ptr[0] == '*' && name.ptr[1] == '.'
           && span_equal((struct hl_span){ name.ptr + 2, domain.len }, domain);
}

/* A common name is a copy of an alternative name, character for character. */
static bool common_name(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);
    uint32_t index = 0;
    const struct hl_x509_attribute *cn = x509_next_attribute(&cert->subject, "CN", &index);
    uint8_t bytes[64];

    if (cn == NULL)
        return true;
    if (x509_next_attribute(&cert->subject, "CN", &index) != NULL)
        return path_fails(problem, "more than one common name");
    for (uint32_t n = 0; n < cert->san.count; n++) {
        const struct hl_x509_general_name *name = &cert->san.list[n];
        struct hl_buffer text = { .data = bytes, .size = sizeof bytes, .cap = sizeof bytes };
        if (name->type == HL_X509_IP)
            x509_general_name_put(&text, name);
        if (span_equal(cn->value, name->type == HL_X509_DNS ? name->value : buf_view(&text))
            || (name->type == HL_X509_DNS && is_wildcard_of(name->value, cn->value)))
            return true;
    }
    return path_fails(problem, "the common name is not one of the alternative names");
}

static bool extended_key_usage(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);
    const struct hl_x509_extension *ext = path_extension(cert, HL_X509_EXT_EXT_KEY_USAGE);

    if (ext == NULL)
        return path_fails(problem, "there is no extendedKeyUsage");
    if ((cert->purposes & HL_X509_ANY_PURPOSE) != 0)
        return path_fails(problem, "extendedKeyUsage is for any purpose");
    return !ext->critical || path_fails(problem, "extendedKeyUsage is critical");
}

static bool root_extended_key_usage(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    return path_extension(path_cert(p, i), HL_X509_EXT_EXT_KEY_USAGE) == NULL
           || path_fails(problem, "a root with extendedKeyUsage");
}

static bool ca_as_leaf(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return !path_cert(p, i)->ca;
}

static bool authority_key_id(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    const struct hl_x509 *cert = path_cert(p, i);

    if (path_extension(cert, HL_X509_EXT_AKI) == NULL)
        return true;
    if (cert->authority_key_id.len == 0)
        return path_fails(problem, "authorityKeyIdentifier without keyIdentifier");
    if (cert->authority_issuer.count > 0 || cert->authority_serial.len > 0)
        return path_fails(problem, "authorityKeyIdentifier with authorityCertIssuer or authorityCertSerialNumber");
    return i + 1 < p->length || !x509_is_self_issued(cert) || cert->subject_key_id.len == 0
           || span_equal(cert->authority_key_id, cert->subject_key_id)
           || path_fails(problem, "a root whose key identifiers differ");
}

static bool unique_identifier(const struct path_view *p, unsigned i, struct path_problem *problem)
{
    (void)problem;
    return (path_cert(p, i)->oddities & X509_ODD_UNIQUE_IDENTIFIER) == 0;
}

#define ROW(id, place, section, check) { PATH_CHECK_##id, place, PROFILE_WEBPKI, "CABF BR " section, check }

const struct path_check_row path_checks_webpki[] = {
    ROW(WEBPKI_VERSION, ON_SENT, "7.1.1", version),
    ROW(WEBPKI_KEY, ON_ALL, "6.1.5, 7.1.3.1", public_key),
    ROW(WEBPKI_SIGNATURE, ON_SENT, "7.1.3.2", signature_algorithm),
    ROW(WEBPKI_NAMES, ON_LEAF, "7.1.2.7.12", alternative_names),
    ROW(WEBPKI_WILDCARD, ON_LEAF, "3.2.2.6", wildcard),
    ROW(WEBPKI_COMMON_NAME, ON_LEAF, "7.1.4.3", common_name),
    ROW(WEBPKI_PURPOSE, ON_LEAF, "7.1.2.7.10", extended_key_usage),
    ROW(WEBPKI_PURPOSE, ON_ROOT, "7.1.2.1.2", root_extended_key_usage),
    ROW(WEBPKI_CA_AS_LEAF, ON_LEAF, "7.1.2.7.8", ca_as_leaf),
    ROW(WEBPKI_AUTHORITY_KEY_ID, ON_ALL, "7.1.2.1.3, 7.1.2.11.1", authority_key_id),
    ROW(WEBPKI_UNIQUE_ID, ON_ALL, "7.1.2.1", unique_identifier),
};

const size_t path_checks_webpki_count = sizeof path_checks_webpki / sizeof path_checks_webpki[0];
