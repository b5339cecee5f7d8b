/* ocsp.h - what a responder says about certificates: OCSPResponse (RFC 6960, 4.2.1).
 *
 * Only what is written there. Whose certificate it is about (crypto/ has the
 * hashes), whether it is fresh (that needs a clock) and whether its signer may
 * speak is for those who judge.
 *
 *     struct hl_ocsp ocsp;
 *     bool whole = ocsp_parse(der, &arena, &ocsp);
 *     ocsp_walk(&ocsp, visitor);      // inside an object of the caller's
 *
 * Spans point into `der`, lists and texts into `arena`: both must outlive the
 * model. Lists are cut at HL_X509_NAMES_MAX, certificates at
 * HL_OCSP_CERTIFICATES_MAX; what was cut is in `dropped`. Nothing needs to be freed. */
#ifndef HL_X509_OCSP_H
#define HL_X509_OCSP_H

#include "base/limits.h"
#include "x509/x509.h"

/* OCSPResponseStatus; other numbers stay as they are. */
enum hl_ocsp_response_status {
    HL_OCSP_SUCCESSFUL = 0,
    HL_OCSP_MALFORMED_REQUEST = 1,
    HL_OCSP_INTERNAL_ERROR = 2,
    HL_OCSP_TRY_LATER = 3,
    HL_OCSP_SIG_REQUIRED = 5,
    HL_OCSP_UNAUTHORIZED = 6,
    HL_OCSP_STATUS_MISSING = 255, /* none could be read */
};

/* CertStatus. What could not be read is unknown. */
enum hl_ocsp_cert_status {
    HL_OCSP_GOOD,
    HL_OCSP_REVOKED,
    HL_OCSP_UNKNOWN,
};

struct hl_ocsp_single {
    /* CertID: of which certificate it speaks (RFC 6960, 4.1.1) */
    enum hl_x509_hash hash;          /* HL_X509_HASH_NONE when its OID is unknown */
    struct hl_span hash_oid;         /* content octets */
    struct hl_span issuer_name_hash; /* of the issuer's Name */
    struct hl_span issuer_key_hash;  /* of the bytes in the BIT STRING of the issuer's key */
    struct hl_span serial;           /* content octets, as they are */

    enum hl_ocsp_cert_status status;
    struct hl_x509_time revoked_at; /* when revoked */
    int reason;                     /* CRLReason: crl_reason_name(); -1: none given */
    struct hl_x509_time this_update, next_update;
    bool has_next_update;

    /* singleExtensions */
    struct hl_x509_scts scts;
    bool unknown_critical_extension; /* one that is unknown, or known but broken or there twice */
    struct hl_fault fault;           /* the first one in it, also of an extension's body */
};

struct hl_ocsp_singles {
    const struct hl_ocsp_single *list;
    uint32_t count, dropped;
};

struct hl_ocsp_certificates {
    const struct hl_span *list; /* whole DER each, not decoded */
    uint32_t count, dropped;
};

struct hl_ocsp {
    struct hl_span der;           /* as handed in */
    uint8_t response_status;      /* enum hl_ocsp_response_status */
    struct hl_span response_type; /* content octets of the OID; empty when there are no responseBytes */
    bool basic;                   /* id-pkix-ocsp-basic: only then is there anything below */

    /* ResponseData */
    struct hl_span tbs;                 /* the whole element: what is signed */
    uint32_t version;                   /* 1: as people say it, one more than the wire */
    struct hl_x509_name responder_name; /* by name; der is empty when by key */
    struct hl_span responder_key_hash;  /* by key: SHA-1 of the key's bits; empty when by name */
    struct hl_x509_time produced_at;
    struct hl_ocsp_singles singles;

    /* responseExtensions */
    const struct hl_x509_extension *extensions;
    uint32_t extension_count, extensions_dropped;
    struct hl_span nonce; /* inside its OCTET STRING, or all there is when that is missing (RFC 9654) */
    bool unknown_critical_extension; /* as in hl_ocsp_single */

    /* BasicOCSPResponse */
    struct hl_x509_algorithm signature_algorithm;
    struct hl_span signature; /* the BIT STRING's bytes */
    struct hl_ocsp_certificates certificates;

    struct hl_fault fault; /* the first one outside of the extensions' bodies; TRAILING is harmless */
    uint32_t oddities;     /* enum x509_oddity */
};

/* Decode one response. True when it could be read from end to end: no fault, but
 * for bytes that trail. That of an error, which has no more to it, is whole; so is
 * one of another type than basic, of which nothing is decoded. `out` is filled as far as it
 * went either way; what could not be read is never HL_OCSP_GOOD. */
bool ocsp_parse(struct hl_span der, struct hl_arena *arena, struct hl_ocsp *out);

/* Emit every field, inside an object that the caller has opened. */
void ocsp_walk(const struct hl_ocsp *ocsp, const struct hl_visitor *v);

/* "successful", "malformed_request", "try_later", ...: "unknown" for any other number. */
const char *ocsp_status_name(unsigned response_status);
/* "good", "revoked", "unknown". */
const char *ocsp_cert_status_name(enum hl_ocsp_cert_status status);

#endif
