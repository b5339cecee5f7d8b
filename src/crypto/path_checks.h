/* path_checks.h - what a certification path must be like: a table of named checks.
 *
 * Each check is a function over one certificate of a path, and a row that says
 * what it is called, where it is written, on which certificates it is made, and
 * in which profile (trust.h) it refuses. What fails in another profile is told
 * as a remark. RFC 5280's are in path_checks.c, those of the CA/Browser Forum's
 * Baseline Requirements in path_checks_webpki.c. */
#ifndef HL_CRYPTO_PATH_CHECKS_H
#define HL_CRYPTO_PATH_CHECKS_H

#include "crypto/certificate.h"
#include "crypto/signature.h"
#include "crypto/trust.h"

/* In the order in which a person wants to hear of them: the first one that refuses is the reason. */
#define PATH_CHECKS(X)                                                     \
    X(SIGNATURE, "signature")                                              \
    X(REVOKED, "revoked")                                                  \
    X(EXPIRED, "expired")                                                  \
    X(NOT_YET_VALID, "not-yet-valid")                                      \
    X(VALIDITY, "validity-unreadable")                                     \
    X(BASIC_CONSTRAINTS, "basic-constraints")                              \
    X(PATH_LENGTH, "path-length")                                          \
    X(CERT_SIGN, "key-usage-cert-sign")                                    \
    X(NAME_CONSTRAINTS, "name-constraints")                                \
    X(PURPOSE, "purpose")                                                  \
    X(KEY_USAGE, "key-usage")                                              \
    X(CRITICAL, "unknown-critical-extension")                              \
    X(MALFORMED, "malformed-extension")                                    \
    X(DUPLICATE, "duplicate-extension")                                    \
    X(WEAK_SIGNATURE, "weak-signature")                                    \
    X(WEAK_KEY, "weak-key")                                                \
    X(EMPTY_ISSUER, "empty-issuer")                                        \
    X(EMPTY_CA_SUBJECT, "empty-subject-of-issuer")                         \
    X(ALGORITHM_MISMATCH, "signature-algorithm-mismatch")                  \
    X(CRL, "crl-unusable")                                                 \
    X(EXTENSIONS_VERSION, "extensions-need-version-3")                     \
    X(SERIAL, "serial-number")                                             \
    X(TIME_FORM, "time-form")                                              \
    X(MALFORMED_OTHER, "malformed-informational-extension")                \
    X(EMPTY_SUBJECT, "empty-subject-needs-critical-names")                 \
    X(CRITICALITY, "extension-criticality")                                \
    X(NAME_CONSTRAINTS_CRITICAL, "name-constraints-critical")              \
    X(NAME_CONSTRAINTS_FORM, "name-constraints-form")                      \
    X(NAME_CONSTRAINTS_LEAF, "name-constraints-without-ca")                \
    X(SUBJECT_KEY_ID, "subject-key-identifier")                            \
    X(AUTHORITY_KEY_ID, "authority-key-identifier")                        \
    X(CERT_SIGN_WITHOUT_CA, "key-usage-cert-sign-without-ca")              \
    X(ALT_NAMES, "alternative-name-form")                                  \
    X(EMPTY_LIST, "empty-list")                                            \
    X(WEBPKI_VERSION, "webpki-version")                                    \
    X(WEBPKI_KEY, "webpki-public-key")                                     \
    X(WEBPKI_SIGNATURE, "webpki-signature-algorithm")                      \
    X(WEBPKI_NAMES, "webpki-alternative-names")                            \
    X(WEBPKI_WILDCARD, "webpki-wildcard")                                  \
    X(WEBPKI_COMMON_NAME, "webpki-common-name")                            \
    X(WEBPKI_PURPOSE, "webpki-extended-key-usage")                         \
    X(WEBPKI_CA_AS_LEAF, "webpki-ca-as-leaf")                              \
    X(WEBPKI_AUTHORITY_KEY_ID, "webpki-authority-key-identifier")          \
    X(WEBPKI_UNIQUE_ID, "webpki-unique-identifier")

enum path_check {
    PATH_CHECK_NONE,
#define X(name, text) PATH_CHECK_##name,
    PATH_CHECKS(X)
#undef X
        PATH_CHECK_COUNT
};

struct path_problem {
    enum path_check check;
    uint8_t at;    /* which certificate of the path: 0 is the one judged */
    bool refuses;  /* in the profile asked for; else a remark */
    bool doubtful; /* it could not be checked */
    const char *note; /* static: what exactly; NULL where the check's title says it */
    struct hl_x509_general_name culprit; /* of name constraints and names; value empty where there is none */
    unsigned by;                         /* of name constraints: the certificate that has them */
};

/* What a check may look at. */
struct path_view {
    const struct hl_certificate *const *list;
    unsigned length;
    int64_t at;    /* seconds since 1970 */
    enum hl_x509_purpose purpose;
    const struct hl_trust *trust;
    struct signature_cache *cache;     /* may be NULL */
    const enum sig_result *signatures; /* of list[i] with the key of list[i + 1] */
    uint32_t *comparisons;             /* of names with constraints, that may still be made */
};

enum path_place { ON_LEAF = 1, ON_CA = 2, ON_ROOT = 4, ON_ISSUER = 2 | 4, ON_SENT = 1 | 2, ON_ALL = 7 };

/* One row. `check` returns false where the certificate list[i] fails, and may say more in `problem`. */
struct path_check_row {
    enum path_check id;
    uint8_t place;    /* enum path_place */
    uint8_t profiles; /* enum trust_profile: those in which it refuses */
    const char *section; /* where it is written */
    bool (*check)(const struct path_view *path, unsigned i, struct path_problem *problem);
};

extern const struct path_check_row path_checks_rfc5280[], path_checks_webpki[];
extern const size_t path_checks_rfc5280_count, path_checks_webpki_count;

/* "expired", ... */
const char *path_check_name(enum path_check check);
/* "RFC 5280, 4.1.2.5": where a check is written; "" for PATH_CHECK_NONE. */
const char *path_check_section(enum path_check check);

static inline const struct hl_x509 *path_cert(const struct path_view *path, unsigned i)
{
    return &path->list[i]->x509;
}

/* Problems that name what is wrong: returns false, to be returned. */
static inline bool path_fails(struct path_problem *problem, const char *note)
{
    problem->note = note;
    return false;
}

/* The first extension with this id; NULL when there is none. */
const struct hl_x509_extension *path_extension(const struct hl_x509 *cert, enum hl_x509_ext_id id);

#endif
