/* CertificateList: RFC 5280, 5.1; its extensions: 5.2; its entries': 5.3. */
#include "x509/crl.h"

#include "base/text.h"
#include "base/visit.h"
#include "x509/oid.h"
#include "x509/parse.h"

/* The next INTEGER's content octets, whatever its size. */
static struct hl_span integer_octets(struct hl_reader *r, const char *field)
{
    struct der_tlv tlv;

    der_expect(r, DER_INTEGER, &tlv, field);
    return tlv.value;
}

/* A [n] IMPLICIT BOOLEAN DEFAULT FALSE. */
static bool optional_mark(struct hl_reader *r, unsigned n, const char *field)
{
    return der_peek(r) == DER_CONTEXT(n) && der_boolean(r, DER_CONTEXT(n), field);
}

/* DistributionPointName ::= CHOICE { fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] } (4.2.1.13) */
static void point_name(struct parser *p, struct hl_reader *r, struct hl_crl *crl)
{
    struct der_tlv choice;

    if (der_optional(r, DER_CONTEXT_CONSTRUCTED(1), &choice, "nameRelativeToCRLIssuer")) {
        crl->point_name_relative = true;
    } else {
        struct hl_reader names = der_enter(r, DER_CONTEXT_CONSTRUCTED(0), "fullName");
        general_names_parse(p->arena, &names, &crl->point_names);
    }
    der_end(r, "distributionPoint");
}

/* IssuingDistributionPoint ::= SEQUENCE { distributionPoint [0], onlyContainsUserCerts [1],
 * onlyContainsCACerts [2], onlySomeReasons [3], indirectCRL [4], onlyContainsAttributeCerts [5] } (5.2.5) */
static void issuing_distribution_point(struct parser *p, struct hl_reader *r, struct hl_crl *crl)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "IssuingDistributionPoint");
    struct der_tlv name;

    if (der_optional(&body, DER_CONTEXT_CONSTRUCTED(0), &name, "distributionPoint")) {
        struct hl_reader choice = rd_within(&body, name.value);
        point_name(p, &choice, crl);
    }
    crl->only_user_certs = optional_mark(&body, 1, "onlyContainsUserCerts");
    crl->only_ca_certs = optional_mark(&body, 2, "onlyContainsCACerts");
    if (der_peek(&body) == DER_CONTEXT(3)) {
        crl->only_some_reasons = true;
        crl->some_reasons = der_named_bits(&body, DER_CONTEXT(3), "onlySomeReasons");
    }
    crl->indirect = optional_mark(&body, 4, "indirectCRL");
    crl->only_attribute_certs = optional_mark(&body, 5, "onlyContainsAttributeCerts");
    der_end(&body, "IssuingDistributionPoint");
}

/* crlExtensions (5.2) */
static bool crl_extension(struct parser *p, void *model, const struct hl_x509_extension *ext,
                          struct hl_reader *body)
{
    struct hl_crl *crl = model;

    switch (ext->id) {
    case HL_X509_EXT_AKI: /* 5.2.1 */
        authority_key_id_parse(p->arena, body, &crl->authority_key_id, &crl->authority_issuer,
                               &crl->authority_serial);
        return true;
    case HL_X509_EXT_CRL_NUMBER: /* 5.2.3 */
        crl->has_crl_number = true;
        crl->crl_number_critical = ext->critical;
        crl->crl_number = integer_octets(body, "CRLNumber");
        return true;
    case HL_X509_EXT_DELTA_CRL: /* 5.2.4 */
        crl->delta_crl = true;
        crl->base_crl_number = integer_octets(body, "BaseCRLNumber");
        return true;
    case HL_X509_EXT_ISSUING_POINT:
        crl->issuing_distribution_point = true;
        crl->issuing_distribution_point_critical = ext->critical;
        issuing_distribution_point(p, body, crl);
        return true;
    default:
        return false;
    }
}

/* crlEntryExtensions (5.3) */
static bool entry_extension(struct parser *p, void *model, const struct hl_x509_extension *ext,
                            struct hl_reader *body)
{
    struct hl_crl_entry *entry = model;
    struct parser own = *p;
    struct der_tlv names;

    switch (ext->id) {
    case HL_X509_EXT_REASON_CODE: /* 5.3.1 */
        entry->reason = reason_parse(body);
        return true;
    case HL_X509_EXT_INVALIDITY_DATE: /* 5.3.2 */
        entry->has_invalidity_date = true;
        own.fault = body->fault;
        generalized_time_field(&own, body, &entry->invalidity_date, "InvalidityDate");
        return true;
    case HL_X509_EXT_CERTIFICATE_ISSUER: /* 5.3.3 */
        der_expect(body, DER_SEQUENCE, &names, "CertificateIssuer");
        entry->certificate_issuer = names.value;
        entry->own_certificate_issuer = true;
        return true;
    default:
        return false;
    }
}

/* SEQUENCE { userCertificate CertificateSerialNumber, revocationDate Time, crlEntryExtensions OPTIONAL } */
static void entry_parse(struct parser *p, struct hl_reader *list, struct hl_span certificate_issuer,
                        struct hl_crl_entry *out)
{
    struct extension_set set = { .decode = entry_extension, .model = out };
    struct hl_reader entry = der_enter(list, DER_SEQUENCE, "revokedCertificate");

    *out = (struct hl_crl_entry){ .reason = -1, .certificate_issuer = certificate_issuer };
    out->serial = integer_octets(&entry, "userCertificate");
    time_field(p, &entry, &out->revoked_at, "revocationDate");
    if (rd_more(&entry))
        extension_set_parse(p, &entry, &set);
    der_end(&entry, "revokedCertificate");
    out->unknown_critical_extension = set.unprocessed;
}

/* revokedCertificates SEQUENCE OF ... OPTIONAL: checked and counted. Their faults end the list. */
static void entries_parse(struct parser *p, const struct hl_reader *outer, struct hl_span body,
                          struct hl_crl *crl)
{
    struct hl_fault fault;
    struct hl_reader r = der_apart(outer, body, &fault);
    struct hl_crl_entry entry = { .reason = -1 };

    crl->revoked_entries = (struct hl_span){ body.ptr, 0 };
    while (rd_more(&r)) {
        entry_parse(p, &r, entry.certificate_issuer, &entry);
        if (!rd_ok(&r))
            break;
        crl->revoked_entries.len = body.len - rd_left(&r);
        crl->entry_count++;
        crl->entries_with_issuer |= entry.own_certificate_issuer;
        crl->unknown_critical_extension |= entry.unknown_critical_extension;
    }
    note_fault(p, &fault);
}

/* crlExtensions [0] EXPLICIT Extensions OPTIONAL */
static void crl_extensions(struct parser *p, const struct hl_reader *outer, struct hl_span body,
                           struct hl_crl *crl)
{
    struct list list = list_start(p->arena, sizeof *crl->extensions, 4);
    struct extension_set set = { .decode = crl_extension, .model = crl, .list = &list };
    struct hl_fault fault;
    struct hl_reader r = der_apart(outer, body, &fault);

    extension_set_parse(p, &r, &set);
    der_end(&r, "crlExtensions");
    note_fault(p, &fault);
    crl->extensions = (const void *)list.items;
    crl->extension_count = list.count;
    crl->extensions_dropped = list.dropped;
    crl->unknown_critical_extension |= set.unprocessed;
    if (list.dropped > 0)
        *p->oddities |= X509_ODD_LISTS_CUT;
}

/* TBSCertList ::= SEQUENCE { version INTEGER OPTIONAL, signature, issuer, thisUpdate, nextUpdate OPTIONAL,
 * revokedCertificates SEQUENCE OF OPTIONAL, crlExtensions [0] EXPLICIT OPTIONAL } (5.1.2) */
static void tbs_parse(struct parser *p, struct hl_reader *tbs, struct hl_crl *crl)
{
    struct der_tlv tlv;

    crl->version = 1;
    if (der_optional(tbs, DER_INTEGER, &tlv, "version"))
        crl->version = version_parse(p, tbs, tlv.whole, 2);
    algorithm_field(p, tbs, &crl->tbs_algorithm, "signature");
    name_field(p, tbs, &crl->issuer, "issuer");
    if (rd_ok(tbs) && crl->issuer.count == 0)
        *p->oddities |= X509_ODD_EMPTY_ISSUER;
    time_field(p, tbs, &crl->this_update, "thisUpdate");
    if (der_peek(tbs) == DER_UTC_TIME || der_peek(tbs) == DER_GENERALIZED_TIME) {
        crl->has_next_update = true;
        time_field(p, tbs, &crl->next_update, "nextUpdate");
    }
    if (der_optional(tbs, DER_SEQUENCE, &tlv, "revokedCertificates"))
        entries_parse(p, tbs, tlv.value, crl);
    if (der_optional(tbs, DER_CONTEXT_CONSTRUCTED(0), &tlv, "crlExtensions"))
        crl_extensions(p, tbs, tlv.value, crl);
}

/* CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue } (5.1.1) */
static void crl_fields(struct parser *p, struct hl_reader *r, struct hl_crl *crl)
{
    struct hl_reader list = der_enter(r, DER_SEQUENCE, "CertificateList");
    struct hl_fault fault;
    struct der_tlv tlv;

    if (!der_expect(&list, DER_SEQUENCE, &tlv, "tbsCertList"))
        return;
    crl->tbs = tlv.whole;
    struct hl_reader tbs = der_apart(&list, tlv.value, &fault);
    tbs_parse(p, &tbs, crl);
    der_end(&tbs, "tbsCertList");
    note_fault(p, &fault);

    algorithm_field(p, &list, &crl->signature_algorithm, "signatureAlgorithm");
    crl->signature = der_bit_string(&list, DER_BIT_STRING, NULL, "signatureValue");
    if (rd_ok(&list) && !span_equal(crl->signature_algorithm.der, crl->tbs_algorithm.der))
        crl->oddities |= X509_ODD_SIGNATURE_ALGORITHM_MISMATCH;
    der_end(&list, "CertificateList");
}

bool crl_parse(struct hl_span der, struct hl_arena *arena, struct hl_crl *out)
{
    struct parser p = { .arena = arena, .fault = &out->fault, .oddities = &out->oddities };
    struct hl_fault fault;

    *out = (struct hl_crl){ .der = der }; /* non-minimal lengths are not looked for: entries are too many */
    struct hl_reader r = open_message(der, &fault, "CertificateList");
    crl_fields(&p, &r, out);
    der_end(&r, "CertificateList");
    note_fault(&p, &fault);
    if (r.cut != NULL)
        out->oddities &= ~(uint32_t)ODD_AT_A_CUT;
    return !p.broken;
}

bool crl_next(const struct hl_crl *crl, struct hl_crl_cursor *cursor, struct hl_crl_entry *out)
{
    struct hl_fault ignored, at_fault = { .kind = HL_FAULT_NONE };
    uint32_t oddities = 0;
    struct parser p = { .fault = &at_fault, .oddities = &oddities };
    struct hl_reader r = rd_init(crl->revoked_entries, &ignored);

    (void)rd_bytes(&r, cursor->at, "revokedCertificate");
    if (!rd_more(&r))
        return false;
    entry_parse(&p, &r, cursor->certificate_issuer, out);
    if (!rd_ok(&r))
        return false;
    cursor->at = crl->revoked_entries.len - rd_left(&r);
    cursor->certificate_issuer = out->certificate_issuer;
    return true;
}

/* Where the first entry with this serial begins, or the end; reads no more of them than that. */
static size_t entry_offset(const struct hl_crl *crl, struct hl_span serial)
{
    struct hl_fault ignored;
    struct hl_reader r = rd_init(crl->revoked_entries, &ignored);

    while (rd_more(&r)) {
        size_t at = crl->revoked_entries.len - rd_left(&r);
        struct hl_reader entry = der_enter(&r, DER_SEQUENCE, "revokedCertificate");
        if (span_equal(integer_octets(&entry, "userCertificate"), serial))
            return at;
    }
    return crl->revoked_entries.len;
}

bool crl_find(const struct hl_crl *crl, struct hl_span serial, struct hl_crl_entry *out)
{
    struct hl_crl_cursor cursor = { 0 };

    if (!crl->entries_with_issuer) /* else what stands before it counts */
        cursor.at = entry_offset(crl, serial);
    while (crl_next(crl, &cursor, out)) {
        if (span_equal(out->serial, serial))
            return true;
    }
    return false;
}

static void walk_issuing_point(const struct hl_visitor *v, const struct hl_crl *crl)
{
    static const char *const reasons[] = { "unused",           "key_compromise",
                                           "ca_compromise",    "affiliation_changed",
                                           "superseded",       "cessation_of_operation",
                                           "certificate_hold", "privilege_withdrawn",
                                           "aa_compromise" };

    v_object(v, "issuing_distribution_point");
    walk_name_texts(v, "names", &crl->point_names);
    walk_dropped(v, "names_dropped", crl->point_names.dropped);
    if (crl->point_name_relative)
        v_bool(v, "relative_name", true);
    v_bool(v, "only_user_certs", crl->only_user_certs);
    v_bool(v, "only_ca_certs", crl->only_ca_certs);
    v_bool(v, "only_attribute_certs", crl->only_attribute_certs);
    if (crl->only_some_reasons)
        walk_bits(v, "only_some_reasons", crl->some_reasons, reasons, sizeof reasons / sizeof reasons[0]);
    v_bool(v, "indirect", crl->indirect);
    v_end_object(v);
}

static void walk_said(const struct hl_visitor *v, const struct hl_crl *crl)
{
    if (crl->has_crl_number)
        v_bytes(v, "crl_number", x509_serial_shown(crl->crl_number));
    if (crl->delta_crl)
        v_bytes(v, "base_crl_number", x509_serial_shown(crl->base_crl_number));
    if (crl->authority_key_id.len > 0 || crl->authority_issuer.count > 0 || crl->authority_serial.len > 0)
        walk_authority_key_id(v, crl->authority_key_id, &crl->authority_issuer, crl->authority_serial);
    if (crl->issuing_distribution_point)
        walk_issuing_point(v, crl);
    if (crl->unknown_critical_extension)
        v_bool(v, "unknown_critical_extension", true);
    walk_extension_list(v, crl->extensions, crl->extension_count, crl->extensions_dropped);
}

void crl_walk(const struct hl_crl *crl, const struct hl_visitor *v)
{
    v_number(v, "length", (int64_t)crl->der.len);
    if (crl->version > 0)
        v_number(v, "version_number", crl->version);
    v_text(v, "issuer", crl->issuer.text);
    x509_walk_time(v, "this_update", "this_update_as_written", &crl->this_update);
    if (crl->has_next_update)
        x509_walk_time(v, "next_update", "next_update_as_written", &crl->next_update);
    v_number(v, "entries", (int64_t)crl->entry_count);
    x509_walk_algorithm(v, "signature_algorithm", &crl->signature_algorithm);
    walk_pss(v, "signature_parameters", &crl->signature_algorithm.pss);
    if ((crl->oddities & X509_ODD_SIGNATURE_ALGORITHM_MISMATCH) != 0)
        x509_walk_algorithm(v, "tbs_signature_algorithm", &crl->tbs_algorithm);
    walk_said(v, crl);
    walk_oddities(v, crl->oddities);
    v_fault(v, "fault", &crl->fault);
}

void crl_entry_walk(const struct hl_crl_entry *entry, const struct hl_visitor *v)
{
    v_bytes(v, "serial", x509_serial_shown(entry->serial));
    x509_walk_time(v, "revoked_at", "revoked_at_as_written", &entry->revoked_at);
    if (entry->reason >= 0)
        v_string(v, "reason", crl_reason_name(entry->reason));
    if (entry->has_invalidity_date)
        x509_walk_time(v, "invalid_since", "invalid_since_as_written", &entry->invalidity_date);
    if (entry->certificate_issuer.len > 0)
        v_bytes(v, "certificate_issuer", entry->certificate_issuer);
    if (entry->unknown_critical_extension)
        v_bool(v, "unknown_critical_extension", true);
}
