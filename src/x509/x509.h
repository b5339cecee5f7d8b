/* x509.h - a certificate as it lies in its DER (RFC 5280), and nothing else.
 *
 * No trust decision, no cryptography, no I/O and no clock: what is written is
 * shown, also where a library would refuse it. Malformed parts are data: each
 * extension is decoded on its own and carries its own fault; what departs from
 * the rules but can be read is an oddity.
 *
 *     struct hl_x509 cert;
 *     bool whole = x509_parse(der, &arena, &cert);
 *     x509_walk(&cert, visitor);      // inside an object of the caller's
 *
 * Spans point into `der`, lists and texts into `arena`: both must outlive the
 * model. Lists are cut at HL_X509_NAMES_MAX (base/limits.h); what was cut is in
 * `dropped`. Nothing needs to be freed. Strings (`const char *`) are static. */
#ifndef HL_X509_X509_H
#define HL_X509_X509_H

#include "base/arena.h"
#include "base/buffer.h"

#include <handlens/fault.h>
#include <handlens/span.h>
#include <handlens/visitor.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- what departs from RFC 5280 (or from good sense) but can be read ---- */

#define X509_ODDITIES(X)                                                                  \
    X(NEGATIVE_SERIAL, "negative_serial")                                                 \
    X(ZERO_SERIAL, "zero_serial")                                                         \
    X(LONG_SERIAL, "serial_over_20_octets")                                               \
    X(EMPTY_SERIAL, "empty_serial")                                                       \
    X(NON_MINIMAL_SERIAL, "non_minimal_serial")                                           \
    X(NON_MINIMAL_LENGTH, "non_minimal_length")                                           \
    X(TRAILING_BYTES, "trailing_bytes")                                                   \
    X(UNKNOWN_VERSION, "unknown_version")                                                 \
    X(EXTENSIONS_WITHOUT_V3, "extensions_without_v3")                                     \
    X(UNIQUE_IDENTIFIER, "unique_identifier")                                             \
    X(SIGNATURE_ALGORITHM_MISMATCH, "signature_algorithm_mismatch")                       \
    X(TIME_IMPOSSIBLE, "impossible_time")                                                 \
    X(TIME_FORM, "unusual_time_form")                                                     \
    X(VALIDITY_REVERSED, "not_after_before_not_before")                                   \
    X(EMPTY_ISSUER, "empty_issuer")                                                       \
    X(EMPTY_RDN, "empty_rdn")                                                             \
    X(EMPTY_SAN, "empty_subject_alternative_name")                                        \
    X(DUPLICATE_EXTENSION, "duplicate_extension")                                         \
    X(UNKNOWN_CRITICAL_EXTENSION, "unknown_critical_extension")                           \
    X(MALFORMED_EXTENSION, "malformed_extension")                                         \
    X(MALFORMED_KEY, "malformed_public_key")                                              \
    X(MALFORMED_NAME, "malformed_name")                                                   \
    X(EXPLICIT_CURVE, "explicit_curve_parameters")                                        \
    X(EMPTY_EXTENSIONS, "empty_extensions")                                               \
    X(LISTS_CUT, "lists_cut")

enum x509_oddity_index {
#define X(name, text) X509_ODDITY_INDEX_##name,
    X509_ODDITIES(X)
#undef X
        X509_ODDITY_COUNT
};

enum x509_oddity {
#define X(name, text) X509_ODD_##name = 1 << X509_ODDITY_INDEX_##name,
    X509_ODDITIES(X)
#undef X
};

/* ---- names ---- */

/* One AttributeTypeAndValue. Attributes with the same `rdn` stand in one (multi-valued) RDN. */
struct hl_x509_attribute {
    struct hl_span oid;       /* content octets */
    const char *name;         /* "CN", "O", "emailAddress", ...; NULL when unknown */
    uint32_t rdn;             /* index of its RDN, from 0, in wire order */
    uint8_t tag;              /* of the value: enum der_tag */
    struct hl_span value;     /* content octets: x509_string_put() makes UTF-8 of them */
    struct hl_span value_der; /* with tag and length */
};

struct hl_x509_name {
    struct hl_span der; /* the whole Name: what issuers and subjects are matched by */
    const struct hl_x509_attribute *attributes;
    uint32_t count, dropped;
    uint32_t rdns;
    struct hl_span text; /* RFC 4514, as `openssl x509 -nameopt RFC2253` prints it: ASCII only */
};

/* RFC 5280, 4.2.1.6: the values are the context tags. */
enum hl_x509_name_type {
    HL_X509_OTHER_NAME = 0,
    HL_X509_EMAIL = 1,
    HL_X509_DNS = 2,
    HL_X509_X400 = 3,
    HL_X509_DIRECTORY = 4,
    HL_X509_EDI_PARTY = 5,
    HL_X509_URI = 6,
    HL_X509_IP = 7,
    HL_X509_REGISTERED_ID = 8,
    HL_X509_NAME_UNKNOWN = 255,
};

struct hl_x509_general_name {
    enum hl_x509_name_type type;
    uint8_t tag;          /* as it was */
    struct hl_span value; /* content octets; for a directory name the Name's whole DER */
};

struct hl_x509_names {
    const struct hl_x509_general_name *list;
    uint32_t count, dropped;
};

struct hl_x509_oids {
    const struct hl_span *list; /* content octets */
    uint32_t count, dropped;
};

/* ---- algorithms and keys ---- */

enum hl_x509_hash {
    HL_X509_HASH_NONE = 0, /* part of the algorithm (Ed25519, ML-DSA), or unknown */
    HL_X509_MD2,
    HL_X509_MD4,
    HL_X509_MD5,
    HL_X509_SHA1,
    HL_X509_SHA224,
    HL_X509_SHA256,
    HL_X509_SHA384,
    HL_X509_SHA512,
    HL_X509_SHA512_256,
    HL_X509_SHA512_224,
    HL_X509_SHA3_224,
    HL_X509_SHA3_256,
    HL_X509_SHA3_384,
    HL_X509_SHA3_512,
    HL_X509_RIPEMD160,
    HL_X509_SHAKE128,
    HL_X509_SHAKE256,
    HL_X509_SM3,
    HL_X509_GOST94,
    HL_X509_STREEBOG256,
    HL_X509_STREEBOG512,
};

enum hl_x509_key_kind {
    HL_X509_KEY_UNKNOWN = 0,
    HL_X509_KEY_RSA,
    HL_X509_KEY_RSA_PSS, /* RFC 4055: usable for PSS only */
    HL_X509_KEY_EC,
    HL_X509_KEY_ED25519,
    HL_X509_KEY_ED448,
    HL_X509_KEY_X25519,
    HL_X509_KEY_X448,
    HL_X509_KEY_DSA,
    HL_X509_KEY_DH,
    HL_X509_KEY_GOST,
    HL_X509_KEY_SM2, /* of signatures; such keys themselves are EC on sm2p256v1 */
    HL_X509_KEY_ML_DSA,
    HL_X509_KEY_SLH_DSA,
    HL_X509_KEY_ML_KEM,
};

/* RSASSA-PSS-params (RFC 4055, 3.1), defaults filled in. */
struct hl_x509_pss {
    bool present;
    enum hl_x509_hash hash, mgf_hash;
    uint32_t salt_length; /* bytes */
};

/* AlgorithmIdentifier (RFC 5280, 4.1.1.2), of a signature. */
struct hl_x509_algorithm {
    struct hl_span der;        /* the whole SEQUENCE */
    struct hl_span oid;        /* content octets */
    struct hl_span parameters; /* whole element; empty when absent */
    const char *name;          /* "sha256WithRSAEncryption", ...; NULL when unknown */
    enum hl_x509_key_kind key; /* the kind of key that signs so (RSA also for PSS) */
    enum hl_x509_hash hash;    /* of PSS: from its parameters */
    struct hl_x509_pss pss;
};

/* SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 3279, 5480, 8410, 9881, 9909). */
struct hl_x509_key {
    enum hl_x509_key_kind kind;
    const char *algorithm;     /* "RSA", "EC", "Ed25519", "ML-DSA-44", ...; NULL when unknown */
    struct hl_span der;        /* the whole SubjectPublicKeyInfo: what pins are made of */
    struct hl_span oid;        /* content octets */
    struct hl_span parameters; /* whole element; empty when absent */
    struct hl_span bits_raw;   /* the BIT STRING's bytes: the EC point, the Ed25519 key, ... */
    uint32_t bits;             /* of the modulus, the field, p, the key; 0 when unknown */
    struct hl_span modulus;    /* RSA: without leading zeros */
    struct hl_span exponent_raw; /* RSA: without leading zeros */
    uint64_t exponent;         /* RSA; 0 when it has more than 64 bits: see exponent_raw */
    const char *curve;         /* EC: "secp256r1", ...; NULL when unknown, explicit or absent */
    struct hl_span curve_oid;  /* EC; empty when explicit or absent */
    bool explicit_curve;       /* EC: spelled-out parameters (RFC 5480, 2.1.1 forbids them) */
    struct hl_x509_pss pss;    /* RSA-PSS keys with parameters */
    struct hl_fault fault;
};

/* ---- validity ---- */

enum hl_x509_time_flag {
    HL_X509_TIME_NO_SECONDS = 1,
    HL_X509_TIME_OFFSET = 2,   /* +hhmm instead of Z */
    HL_X509_TIME_NO_ZONE = 4,  /* neither: taken as UTC */
    HL_X509_TIME_FRACTION = 8, /* fractions of a second, cut off */
    HL_X509_TIME_WRONG_TYPE = 16, /* GeneralizedTime before 2050 (RFC 5280, 4.1.2.5) */
    HL_X509_TIME_IMPOSSIBLE = 32, /* 30 February, 25 o'clock: `valid` is false */
    HL_X509_TIME_MALFORMED = 64,  /* not a time at all: `valid` is false */
};

struct hl_x509_time {
    bool valid;
    int64_t seconds; /* since 1970-01-01T00:00:00Z; may be negative */
    uint8_t tag;     /* DER_UTC_TIME or DER_GENERALIZED_TIME */
    unsigned flags;  /* enum hl_x509_time_flag */
    struct hl_span raw; /* as it stands there: 260101000000Z */
};

/* ---- extensions ---- */

/* What is decoded; also the bits of hl_x509.present. */
enum hl_x509_ext_id {
    HL_X509_EXT_UNKNOWN = 0, /* named or not, its body is not decoded */
    HL_X509_EXT_SAN,
    HL_X509_EXT_ISSUER_ALT_NAME,
    HL_X509_EXT_BASIC_CONSTRAINTS,
    HL_X509_EXT_KEY_USAGE,
    HL_X509_EXT_EXT_KEY_USAGE,
    HL_X509_EXT_SKI,
    HL_X509_EXT_AKI,
    HL_X509_EXT_NAME_CONSTRAINTS,
    HL_X509_EXT_POLICIES,
    HL_X509_EXT_POLICY_MAPPINGS,
    HL_X509_EXT_POLICY_CONSTRAINTS,
    HL_X509_EXT_INHIBIT_ANY_POLICY,
    HL_X509_EXT_CRL_POINTS,
    HL_X509_EXT_FRESHEST_CRL,
    HL_X509_EXT_AUTHORITY_INFO,
    HL_X509_EXT_SUBJECT_INFO,
    HL_X509_EXT_TLS_FEATURE,
    HL_X509_EXT_SCT_LIST,
    HL_X509_EXT_CT_POISON,
    HL_X509_EXT_OCSP_NO_CHECK,
    HL_X509_EXT_QC_STATEMENTS,
    HL_X509_EXT_NS_CERT_TYPE,
    HL_X509_EXT_NS_COMMENT,
    HL_X509_EXT_MS_TEMPLATE_NAME,
    HL_X509_EXT_MS_TEMPLATE,
    HL_X509_EXT_COUNT,
    /* Those of CRLs and OCSP responses: in a certificate they are HL_X509_EXT_UNKNOWN. */
    HL_X509_EXT_CRL_NUMBER = HL_X509_EXT_COUNT,
    HL_X509_EXT_DELTA_CRL,
    HL_X509_EXT_ISSUING_POINT,
    HL_X509_EXT_REASON_CODE,
    HL_X509_EXT_INVALIDITY_DATE,
    HL_X509_EXT_CERTIFICATE_ISSUER,
    HL_X509_EXT_OCSP_NONCE,
    HL_X509_EXT_OCSP_CRL_ID,
    HL_X509_EXT_OCSP_ARCHIVE_CUTOFF,
    HL_X509_EXT_OCSP_EXTENDED_REVOKE,
    HL_X509_EXT_OCSP_SCT_LIST,
    HL_X509_EXT_END,
};

struct hl_x509_extension {
    struct hl_span oid; /* content octets */
    const char *name;   /* "subjectAltName", ...; NULL when unknown */
    enum hl_x509_ext_id id;
    bool critical;
    bool duplicate;       /* the same OID stood before: not decoded (RFC 5280, 4.2) */
    struct hl_span value; /* inside the OCTET STRING */
    struct hl_fault fault; /* of its body; offsets from the start of the certificate */
};

/* RFC 5280, 4.2.1.3: bit n of the list is bit n here. */
enum hl_x509_key_usage {
    HL_X509_DIGITAL_SIGNATURE = 1 << 0,
    HL_X509_NON_REPUDIATION = 1 << 1,
    HL_X509_KEY_ENCIPHERMENT = 1 << 2,
    HL_X509_DATA_ENCIPHERMENT = 1 << 3,
    HL_X509_KEY_AGREEMENT = 1 << 4,
    HL_X509_KEY_CERT_SIGN = 1 << 5,
    HL_X509_CRL_SIGN = 1 << 6,
    HL_X509_ENCIPHER_ONLY = 1 << 7,
    HL_X509_DECIPHER_ONLY = 1 << 8,
};

/* RFC 5280, 4.2.1.12: the purposes chain building asks for. */
enum hl_x509_purpose {
    HL_X509_SERVER_AUTH = 1,
    HL_X509_CLIENT_AUTH = 2,
    HL_X509_ANY_PURPOSE = 4,
    HL_X509_OCSP_SIGNING = 8,
};

struct hl_x509_policy {
    struct hl_span oid;
    struct hl_span cps;    /* first CPS URI; empty when absent */
    struct hl_span notice; /* first explicitText's content octets; empty when absent */
    uint8_t notice_tag;
};

struct hl_x509_policies {
    const struct hl_x509_policy *list;
    uint32_t count, dropped;
};

/* RFC 5280, 4.2.2.1. */
struct hl_x509_access {
    struct hl_span method; /* OID */
    struct hl_x509_general_name location;
};

struct hl_x509_accesses {
    const struct hl_x509_access *list;
    uint32_t count, dropped;
};

/* SignedCertificateTimestamp (RFC 6962, 3.2); of another version than v1 only `version` and `raw`. */
struct hl_x509_sct {
    uint8_t version; /* 0 is v1 */
    struct hl_span raw;
    struct hl_span log_id; /* 32 bytes */
    uint64_t timestamp_ms; /* since 1970 */
    struct hl_span extensions;
    uint8_t hash_algorithm, signature_algorithm; /* TLS 1.2's numbers */
    struct hl_span signature;
};

struct hl_x509_scts {
    const struct hl_x509_sct *list;
    uint32_t count, dropped;
};

struct hl_x509_uint16s {
    const uint16_t *list;
    uint32_t count, dropped;
};

/* ---- the certificate ---- */

struct hl_x509 {
    /* Certificate (RFC 5280, 4.1) */
    struct hl_span der; /* as handed in */
    struct hl_span tbs; /* whole TBSCertificate: what is signed */
    struct hl_x509_algorithm signature_algorithm; /* outer */
    struct hl_span signature;                     /* the BIT STRING's bytes */
    struct hl_fault fault; /* the first one outside of the extensions; TRAILING is harmless */
    uint32_t oddities;     /* enum x509_oddity */

    /* TBSCertificate (4.1.2) */
    uint32_t version;      /* 1, 2, 3: as people say it, one more than the wire */
    struct hl_span serial; /* content octets, as they are: x509_serial() to show them */
    struct hl_x509_algorithm tbs_algorithm;
    struct hl_x509_name issuer, subject;
    struct hl_x509_time not_before, not_after;
    struct hl_x509_key key;

    /* Extensions (4.2), in wire order, and what their bodies say. A body with a
     * fault is not `present`, but shows in `malformed`; what stood before the
     * fault is filled in. */
    const struct hl_x509_extension *extensions;
    uint32_t extension_count, extensions_dropped;
    uint32_t present, malformed; /* 1u << enum hl_x509_ext_id */

    struct hl_x509_names san, issuer_alt_names;
    bool ca;
    int64_t path_length; /* -1: none given */
    uint16_t key_usage;  /* enum hl_x509_key_usage */
    struct hl_x509_oids ext_key_usage;
    unsigned purposes; /* enum hl_x509_purpose: those of ext_key_usage with a bit */
    struct hl_span subject_key_id;
    struct hl_span authority_key_id, authority_serial;
    struct hl_x509_names authority_issuer;
    struct hl_x509_names permitted, excluded; /* name constraints; IP values are address and mask */
    bool constraint_bounds; /* a minimum or maximum was given: RFC 5280, 4.2.1.10 forbids them */
    struct hl_x509_policies policies;
    struct hl_x509_oids policy_mappings; /* issuer's, subject's, issuer's, ... */
    int64_t require_explicit_policy, inhibit_policy_mapping, inhibit_any_policy; /* -1: none given */
    struct hl_x509_names crl_points, freshest_crl; /* the full names of all points */
    struct hl_x509_accesses authority_info, subject_info;
    struct hl_x509_uint16s tls_features; /* TLS extension numbers: 5 is must-staple (RFC 7633) */
    struct hl_x509_scts scts;
    struct hl_x509_oids qc_statements;
    uint16_t ns_cert_type;
    struct hl_span ns_comment;       /* text */
    struct hl_span ms_template_name; /* content octets */
    uint8_t ms_template_name_tag;
    struct hl_span ms_template; /* OID */
};

/* Decode one certificate. True when the TBSCertificate could be read from end
 * to end, whatever is wrong in it; `out` is filled as far as it went either
 * way, and `out->fault` says what broke and where. */
bool x509_parse(struct hl_span der, struct hl_arena *arena, struct hl_x509 *out);

/* A SubjectPublicKeyInfo on its own, in DER. False when it is malformed. */
bool x509_key_parse(struct hl_span der, struct hl_x509_key *out);

/* Emit every field, inside an object that the caller has opened. */
void x509_walk(const struct hl_x509 *cert, const struct hl_visitor *v);

/* ---- for those who look at a model ---- */

static inline bool x509_has(const struct hl_x509 *cert, enum hl_x509_ext_id id)
{
    return (cert->present >> id & 1) != 0;
}

/* The serial as it is usually written: without the octet that only carries the
 * sign, one octet for zero; of a negative one all octets (two's complement). */
struct hl_span x509_serial(const struct hl_x509 *cert);
/* The same of any serial's content octets. */
struct hl_span x509_serial_shown(struct hl_span serial);
/* The names are the same bytes: self-issued. Whether it is self-signed needs cryptography. */
bool x509_is_self_issued(const struct hl_x509 *cert);
/* RFC 7633: the certificate asks for a stapled OCSP response. */
bool x509_must_staple(const struct hl_x509 *cert);
/* "negative_serial", ...: bit `index` of hl_x509.oddities; NULL beyond the last. */
const char *x509_oddity_name(unsigned index);
/* "sha256", ...: "" for HL_X509_HASH_NONE. */
const char *x509_hash_name(enum hl_x509_hash hash);
/* "dns", "ip", ...: the "type" of the JSON. */
const char *x509_name_type_name(enum hl_x509_name_type type);
/* CRLReason (RFC 5280, 5.3.1), of CRLs and OCSP: "key_compromise", ...; "unknown" for any other number. */
const char *crl_reason_name(int reason);
/* What an OID's bytes are called: "serverAuth", ...; NULL when unknown. Any OID this module knows. */
const char *x509_oid_name(struct hl_span oid);

/* The next name of one type: start with *index = 0. */
bool x509_next_name(const struct hl_x509_names *names, enum hl_x509_name_type type, uint32_t *index,
                    struct hl_span *value);
/* The next attribute with this short name ("CN"): start with *index = 0. */
const struct hl_x509_attribute *x509_next_attribute(const struct hl_x509_name *name, const char *short_name,
                                                    uint32_t *index);
/* The next URL of an access method, by OID name ("OCSP", "caIssuers"): start with *index = 0. */
bool x509_next_url(const struct hl_x509_accesses *accesses, const char *method, uint32_t *index,
                   struct hl_span *url);

/* A value's content octets as valid UTF-8; what cannot be text is U+FFFD. */
void x509_string_put(struct hl_buffer *out, uint8_t tag, struct hl_span value);
/* A general name as a person writes it: a DNS name, 192.0.2.1, CN=..., an OID.
 * Not escaped, not always UTF-8: wire text stays as it is. */
void x509_general_name_put(struct hl_buffer *out, const struct hl_x509_general_name *name);

/* What people know it by: the common name, else the first of `names` (may be NULL), else the whole name.
 * Not escaped. */
void x509_short_name_put(struct hl_buffer *out, const struct hl_x509_name *name, const struct hl_x509_names *names);

/* "YYYY-MM-DDTHH:MM:SSZ", NUL-terminated; years beyond 0..9999 are clamped. */
#define HL_X509_TIME_TEXT 21
void x509_time_text(int64_t seconds, char text[HL_X509_TIME_TEXT]);

#endif
