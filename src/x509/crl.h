/* crl.h - which certificates an issuer took back: CertificateList (RFC 5280, 5).
 *
 * Only what is written there; trust, time and which certificates it speaks for
 * are for those who judge.
 *
 *     struct hl_crl crl;
 *     struct hl_crl_entry entry;
 *     bool whole = crl_parse(der, &arena, &crl);
 *     if (whole && crl_find(&crl, cert.serial, &entry))
 *         ...                         // entry.reason 8 is removeFromCRL
 *     crl_walk(&crl, visitor);        // inside an object of the caller's
 *
 * Spans point into `der`, lists and texts into `arena`: both must outlive the
 * model. The entries, of which there may be hundreds of thousands, stay where
 * they are: they are checked once by crl_parse(), and read again by those who
 * look for one. Other lists are cut at HL_X509_NAMES_MAX. Nothing needs to be freed. */
#ifndef HL_X509_CRL_H
#define HL_X509_CRL_H

#include "x509/x509.h"

struct hl_crl {
    /* CertificateList */
    struct hl_span der;                           /* as handed in */
    struct hl_span tbs;                           /* whole TBSCertList: what is signed */
    struct hl_x509_algorithm signature_algorithm; /* outer */
    struct hl_span signature;                     /* the BIT STRING's bytes */
    struct hl_fault fault; /* the first one outside of the extensions' bodies; TRAILING is harmless */
    uint32_t oddities;     /* enum x509_oddity */

    /* TBSCertList (5.1.2) */
    uint32_t version; /* 1, 2: as people say it, one more than the wire */
    struct hl_x509_algorithm tbs_algorithm;
    struct hl_x509_name issuer;
    struct hl_x509_time this_update, next_update;
    bool has_next_update;
    struct hl_span revoked_entries; /* inside revokedCertificates, up to a fault: crl_next() walks it */
    size_t entry_count;
    bool entries_with_issuer; /* some name a certificateIssuer */

    /* Extensions (5.2), in wire order, and what their bodies say */
    const struct hl_x509_extension *extensions;
    uint32_t extension_count, extensions_dropped;
    /* A critical one, of the list or of any entry, that is unknown here, or known but
     * broken or there twice: then it must not be relied upon (5.2, 5.3). */
    bool unknown_critical_extension;
    struct hl_span authority_key_id, authority_serial;
    struct hl_x509_names authority_issuer;
    bool has_crl_number, crl_number_critical;
    struct hl_span crl_number; /* content octets of the INTEGER, as they are */
    bool delta_crl;            /* deltaCRLIndicator: what changed since base_crl_number only */
    struct hl_span base_crl_number;
    /* IssuingDistributionPoint (5.2.5) */
    bool issuing_distribution_point, issuing_distribution_point_critical;
    struct hl_x509_names point_names; /* full names */
    bool point_name_relative;         /* nameRelativeToCRLIssuer: not decoded */
    bool only_user_certs, only_ca_certs, only_attribute_certs;
    bool only_some_reasons;
    uint16_t some_reasons; /* ReasonFlags: bit n of the list is bit n here */
    bool indirect;         /* entries may be about another issuer's certificates */
};

/* One of revokedCertificates (5.1.2.6, 5.3). */
struct hl_crl_entry {
    struct hl_span serial; /* content octets, as they are */
    struct hl_x509_time revoked_at;
    int reason; /* CRLReason: crl_reason_name(); -1: none given */
    bool has_invalidity_date;
    struct hl_x509_time invalidity_date;
    /* GeneralNames (the elements) of whose certificate it is: its own certificateIssuer's, or that of
     * an entry before it (5.3.3). Empty: the issuer of the CRL. */
    struct hl_span certificate_issuer;
    bool own_certificate_issuer;     /* it stands in this entry */
    bool unknown_critical_extension; /* as in hl_crl */
};

/* Decode one CRL. True when it could be read from end to end, with all of its
 * entries: no fault, but for bytes that trail. `out` is filled as far as it went either way. */
bool crl_parse(struct hl_span der, struct hl_arena *arena, struct hl_crl *out);

/* Emit every field, inside an object that the caller has opened; entries are only counted. */
void crl_walk(const struct hl_crl *crl, const struct hl_visitor *v);

/* Where a walk over the entries stands; starts zeroed. */
struct hl_crl_cursor {
    size_t at; /* bytes of revoked_entries behind it */
    struct hl_span certificate_issuer;
};

/* The next entry; false at the end (or at an entry that crl_parse() found broken). */
bool crl_next(const struct hl_crl *crl, struct hl_crl_cursor *cursor, struct hl_crl_entry *out);
/* The first entry with this serial, content octets of the same length and bytes. Of an indirect CRL
 * it may be about another issuer's certificate, with ours further on: use crl_next() there. */
bool crl_find(const struct hl_crl *crl, struct hl_span serial, struct hl_crl_entry *out);
/* Emit one entry, inside an object that the caller has opened. */
void crl_entry_walk(const struct hl_crl_entry *entry, const struct hl_visitor *v);

#endif
