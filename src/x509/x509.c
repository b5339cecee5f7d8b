/* Certificate and TBSCertificate: RFC 5280, 4.1. */
#include "x509/x509.h"

#include "base/text.h"
#include "x509/oid.h"
#include "x509/parse.h"

/* Version ::= [0] EXPLICIT INTEGER { v1(0), v2(1), v3(2) } DEFAULT v1 (4.1.2.1) */
static void version_field(struct parser *p, struct hl_reader *tbs)
{
    struct der_tlv tlv;

    p->cert->version = 1;
    if (der_optional(tbs, DER_CONTEXT_CONSTRUCTED(0), &tlv, "version"))
        p->cert->version = version_parse(p, tbs, tlv.value, 3);
}

/* CertificateSerialNumber ::= INTEGER, positive and of at most 20 octets (4.1.2.2) */
static void serial_field(struct parser *p, struct hl_reader *tbs)
{
    struct hl_x509 *cert = p->cert;
    struct der_tlv tlv;

    if (!der_expect(tbs, DER_INTEGER, &tlv, "serialNumber"))
        return;
    cert->serial = tlv.value;
    struct hl_reader r = rd_within(tbs, tlv.value);
    if (!rd_more(&r)) {
        cert->oddities |= X509_ODD_EMPTY_SERIAL;
        return;
    }
    uint8_t first = rd_u8(&r, "serialNumber"), second = der_peek(&r);
    if ((first & 0x80) != 0)
        cert->oddities |= X509_ODD_NEGATIVE_SERIAL;
    if (der_magnitude(tlv.value).len == 0)
        cert->oddities |= X509_ODD_ZERO_SERIAL;
    if (tlv.value.len > 20)
        cert->oddities |= X509_ODD_LONG_SERIAL;
    if (rd_more(&r) && ((first == 0 && second < 0x80) || (first == 0xff && second >= 0x80)))
        cert->oddities |= X509_ODD_NON_MINIMAL_SERIAL;
}

/* Validity ::= SEQUENCE { notBefore Time, notAfter Time } (4.1.2.5) */
static void validity_field(struct parser *p, struct hl_reader *tbs)
{
    struct hl_x509 *cert = p->cert;
    struct hl_fault fault;
    struct der_tlv validity;

    if (!der_expect(tbs, DER_SEQUENCE, &validity, "validity"))
        return;
    struct hl_reader r = der_apart(tbs, validity.value, &fault);
    time_field(p, &r, &cert->not_before, "notBefore");
    time_field(p, &r, &cert->not_after, "notAfter");
    der_end(&r, "validity");
    note_fault(p, &fault);
    if (cert->not_before.valid && cert->not_after.valid
        && cert->not_after.seconds < cert->not_before.seconds)
        cert->oddities |= X509_ODD_VALIDITY_REVERSED;
}

/* issuerUniqueID [1], subjectUniqueID [2], extensions [3] EXPLICIT, all OPTIONAL (4.1.2.8, 4.1.2.9) */
static void optional_fields(struct parser *p, struct hl_reader *tbs)
{
    struct hl_x509 *cert = p->cert;
    struct hl_fault fault;
    struct der_tlv tlv;

    for (uint8_t n = 1; n <= 2; n++) {
        if (der_optional(tbs, DER_CONTEXT(n), &tlv, "uniqueIdentifier")
            || der_optional(tbs, DER_CONTEXT_CONSTRUCTED(n), &tlv, "uniqueIdentifier"))
            cert->oddities |= X509_ODD_UNIQUE_IDENTIFIER;
    }
    if (!der_optional(tbs, DER_CONTEXT_CONSTRUCTED(3), &tlv, "extensions"))
        return;
    struct hl_reader body = der_apart(tbs, tlv.value, &fault);
    extensions_parse(p, &body);
    der_end(&body, "extensions");
    note_fault(p, &fault);
    if (cert->version < 3)
        cert->oddities |= X509_ODD_EXTENSIONS_WITHOUT_V3;
}

static void tbs_parse(struct parser *p, struct hl_reader *tbs)
{
    struct hl_x509 *cert = p->cert;

    version_field(p, tbs);
    serial_field(p, tbs);
    algorithm_field(p, tbs, &cert->tbs_algorithm, "signature");
    name_field(p, tbs, &cert->issuer, "issuer");
    if (rd_ok(tbs) && cert->issuer.count == 0)
        cert->oddities |= X509_ODD_EMPTY_ISSUER;
    validity_field(p, tbs);
    name_field(p, tbs, &cert->subject, "subject");
    key_field(p, tbs, &cert->key, "subjectPublicKeyInfo");
    optional_fields(p, tbs);
}

struct hl_x509 x509_empty(struct hl_span der)
{
    return (struct hl_x509){
        .der = der,
        .path_length = -1,
        .require_explicit_policy = -1,
        .inhibit_policy_mapping = -1,
        .inhibit_any_policy = -1,
    };
}

/* Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue } (4.1.1) */
bool x509_parse(struct hl_span der, struct hl_arena *arena, struct hl_x509 *out)
{
    struct parser p = { arena, &out->fault, &out->oddities, out, false };
    struct hl_fault outer, inner;
    struct der_tlv tlv;

    *out = x509_empty(der);
    struct hl_reader r = open_message(der, &outer, "Certificate");
    struct hl_reader cert = der_enter(&r, DER_SEQUENCE, "Certificate");
    if (der_has_non_minimal(&r, der))
        out->oddities |= X509_ODD_NON_MINIMAL_LENGTH;
    if (!der_expect(&cert, DER_SEQUENCE, &tlv, "tbsCertificate")) {
        note_fault(&p, &outer);
        return false;
    }
    out->tbs = tlv.whole;
    struct hl_reader tbs = der_apart(&cert, tlv.value, &inner);
    tbs_parse(&p, &tbs);
    bool whole = rd_end(&tbs, "tbsCertificate") || inner.kind == HL_FAULT_TRAILING;
    note_fault(&p, &inner);

    algorithm_field(&p, &cert, &out->signature_algorithm, "signatureAlgorithm");
    out->signature = der_bit_string(&cert, DER_BIT_STRING, NULL, "signatureValue");
    if (rd_ok(&cert) && !span_equal(out->signature_algorithm.der, out->tbs_algorithm.der))
        out->oddities |= X509_ODD_SIGNATURE_ALGORITHM_MISMATCH;
    der_end(&cert, "Certificate");
    der_end(&r, "Certificate");
    note_fault(&p, &outer);
    if (r.cut != NULL)
        out->oddities &= ~(uint32_t)ODD_AT_A_CUT;
    return whole;
}

struct hl_span x509_serial_shown(struct hl_span serial)
{
    struct hl_span shown = der_magnitude(serial);

    if (shown.len == 0 && serial.len > 0)
        return (struct hl_span){ shown.ptr - 1, 1 };
    return shown;
}

struct hl_span x509_serial(const struct hl_x509 *cert)
{
    return x509_serial_shown(cert->serial);
}

bool x509_is_self_issued(const struct hl_x509 *cert)
{
    return cert->subject.der.len > 0 && span_equal(cert->subject.der, cert->issuer.der);
}

bool x509_must_staple(const struct hl_x509 *cert)
{
    for (uint32_t i = 0; i < cert->tls_features.count; i++) {
        if (cert->tls_features.list[i] == 5) /* status_request */
            return true;
    }
    return false;
}

const char *x509_oddity_name(unsigned index)
{
    static const char *const names[] = {
#define X(name, text) text,
        X509_ODDITIES(X)
#undef X
    };

    return index < X509_ODDITY_COUNT ? names[index] : NULL;
}

const char *x509_oid_name(struct hl_span oid)
{
    return oid_name(oid, USE_ANY);
}
