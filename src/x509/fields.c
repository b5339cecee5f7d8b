/* Fields that certificates, requests, CRLs and OCSP responses share. */
#include "x509/parse.h"

struct hl_reader open_message(struct hl_span der, struct hl_fault *fault, const char *what)
{
    struct hl_reader probe = rd_init(der, fault);
    struct der_tlv tlv;

    if (!der_next(&probe, &tlv, what) && fault->kind == HL_FAULT_TRUNCATED)
        return rd_init_cut(der, fault);
    return rd_init(der, fault);
}

/* Keep the first fault: parts are read in wire order. */
void note_fault(struct parser *p, const struct hl_fault *fault)
{
    if (fault->kind == HL_FAULT_TRAILING)
        *p->oddities |= X509_ODD_TRAILING_BYTES;
    else if (fault->kind != HL_FAULT_NONE)
        p->broken = true;
    if (p->fault->kind == HL_FAULT_NONE)
        *p->fault = *fault;
}

uint32_t version_parse(struct parser *p, const struct hl_reader *outer, struct hl_span body, uint32_t newest)
{
    struct hl_fault fault;
    struct hl_reader r = der_apart(outer, body, &fault);
    int64_t value = der_small_integer(&r, DER_INTEGER, "version");

    der_end(&r, "version");
    note_fault(p, &fault);
    if (fault.kind != HL_FAULT_NONE || value >= newest)
        *p->oddities |= X509_ODD_UNKNOWN_VERSION;
    return value < UINT32_MAX ? (uint32_t)value + 1 : UINT32_MAX;
}

void algorithm_field(struct parser *p, struct hl_reader *r, struct hl_x509_algorithm *out, const char *field)
{
    struct hl_fault fault;
    struct der_tlv tlv;

    if (!der_expect(r, DER_SEQUENCE, &tlv, field))
        return;
    struct hl_reader body = der_apart(r, tlv.value, &fault);
    algorithm_parse(&body, tlv.whole, out);
    note_fault(p, &fault);
}

void name_field(struct parser *p, struct hl_reader *r, struct hl_x509_name *out, const char *field)
{
    struct hl_fault fault;
    struct der_tlv tlv;

    if (!der_expect(r, DER_SEQUENCE, &tlv, field))
        return;
    struct hl_reader body = der_apart(r, tlv.value, &fault);
    name_parse(p, &body, tlv.whole, out);
    note_fault(p, &fault);
    if (fault.kind != HL_FAULT_NONE)
        *p->oddities |= X509_ODD_MALFORMED_NAME;
}

void key_field(struct parser *p, struct hl_reader *r, struct hl_x509_key *out, const char *field)
{
    struct hl_fault fault;
    struct der_tlv tlv;

    if (!der_expect(r, DER_SEQUENCE, &tlv, field))
        return;
    struct hl_reader body = der_apart(r, tlv.value, &fault);
    key_parse(p, &body, tlv.whole, out);
    note_fault(p, &fault);
}

static void note_time(struct parser *p, const struct hl_reader *outer, const struct hl_x509_time *time,
                      const char *field)
{
    const unsigned form = HL_X509_TIME_NO_SECONDS | HL_X509_TIME_OFFSET | HL_X509_TIME_NO_ZONE
                          | HL_X509_TIME_FRACTION | HL_X509_TIME_WRONG_TYPE;
    struct hl_fault fault;
    struct hl_reader at = der_apart(outer, time->raw, &fault);

    if ((time->flags & HL_X509_TIME_MALFORMED) != 0 && at.end != at.cut)
        rd_reject(&at, 0, time->tag, field);
    note_fault(p, &fault);
    if ((time->flags & HL_X509_TIME_IMPOSSIBLE) != 0)
        *p->oddities |= X509_ODD_TIME_IMPOSSIBLE;
    if ((time->flags & form) != 0)
        *p->oddities |= X509_ODD_TIME_FORM;
}

void time_field(struct parser *p, struct hl_reader *r, struct hl_x509_time *out, const char *field)
{
    struct der_tlv tlv;

    if (!der_next(r, &tlv, field))
        return;
    time_parse(&tlv, out);
    note_time(p, r, out, field);
}

void generalized_time_field(struct parser *p, struct hl_reader *r, struct hl_x509_time *out,
                            const char *field)
{
    struct der_tlv tlv;

    if (!der_expect(r, DER_GENERALIZED_TIME, &tlv, field))
        return;
    time_parse(&tlv, out);
    out->flags &= ~(unsigned)HL_X509_TIME_WRONG_TYPE; /* there is no other type */
    note_time(p, r, out, field);
}

int reason_parse(struct hl_reader *r)
{
    int64_t reason = der_small_integer(r, DER_ENUMERATED, "CRLReason");

    if (!rd_ok(r))
        return -1;
    return reason < INT16_MAX ? (int)reason : INT16_MAX;
}

const char *crl_reason_name(int reason)
{
    static const char *const names[] = {
        "unspecified",     "key_compromise",         "ca_compromise",    "affiliation_changed",
        "superseded",      "cessation_of_operation", "certificate_hold", "unknown", /* 7 is not used */
        "remove_from_crl", "privilege_withdrawn",    "aa_compromise",
    };

    return reason >= 0 && (size_t)reason < sizeof names / sizeof names[0] ? names[reason] : "unknown";
}
