/* CertificationRequest: RFC 2986, 4; its attributes: RFC 2985, 5.4. */
#include "x509/csr.h"

#include "base/text.h"
#include "base/visit.h"
#include "x509/oid.h"
#include "x509/parse.h"

static const uint8_t challenge_oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 7 };
static const uint8_t request_oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14 };
static const uint8_t ms_request_oid[] = { 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 1, 14 };

#define OID_IS(oid, bytes) span_equal(oid, (struct hl_span){ bytes, sizeof bytes })

/* extensionRequest ATTRIBUTE ::= { WITH SYNTAX ExtensionRequest, SINGLE VALUE TRUE } (RFC 2985, 5.4.2) */
static void extension_request(struct parser *p, struct hl_reader *values, struct hl_csr *csr)
{
    if (csr->extension_request) {
        *p->oddities |= X509_ODD_DUPLICATE_EXTENSION;
        (void)rd_rest(values);
        return;
    }
    csr->extension_request = true;
    extensions_parse(p, values);
}

/* Attribute ::= SEQUENCE { type OBJECT IDENTIFIER, values SET OF ANY } */
static void attribute(struct parser *p, struct hl_reader *r, struct hl_csr *csr, struct list *types)
{
    struct hl_reader pair = der_enter(r, DER_SEQUENCE, "Attribute");
    struct der_tlv type;

    der_expect(&pair, DER_OID, &type, "type");
    struct hl_reader values = der_enter(&pair, DER_SET, "values");
    struct hl_span *slot = rd_ok(&pair) ? list_add(types) : NULL;
    if (slot != NULL)
        *slot = type.value;
    csr->challenge_password |= OID_IS(type.value, challenge_oid);
    if (OID_IS(type.value, request_oid) || OID_IS(type.value, ms_request_oid)) {
        extension_request(p, &values, csr);
        der_end(&values, "values");
    }
    der_end(&pair, "Attribute");
}

/* attributes [0] IMPLICIT SET OF Attribute; some leave it out when there are none */
static void attributes(struct parser *p, struct hl_reader *info, struct hl_csr *csr)
{
    struct list types = list_start(p->arena, sizeof *csr->attributes.list, 4);
    struct hl_fault fault;
    struct der_tlv tlv;

    if (!der_optional(info, DER_CONTEXT_CONSTRUCTED(0), &tlv, "attributes"))
        return;
    struct hl_reader all = der_apart(info, tlv.value, &fault);
    while (rd_more(&all))
        attribute(p, &all, csr, &types);
    note_fault(p, &fault);
    LIST_TAKE(csr->attributes, types);
    if (types.dropped > 0)
        *p->oddities |= X509_ODD_LISTS_CUT;
}

/* CertificationRequestInfo ::= SEQUENCE { version INTEGER, subject Name, subjectPKInfo, attributes [0] } */
static void info_parse(struct parser *p, struct hl_reader *info, struct hl_csr *csr)
{
    struct der_tlv tlv;

    if (der_expect(info, DER_INTEGER, &tlv, "version"))
        csr->request.version = version_parse(p, info, tlv.whole, 1);
    name_field(p, info, &csr->request.subject, "subject");
    key_field(p, info, &csr->request.key, "subjectPKInfo");
    attributes(p, info, csr);
}

/* CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature } */
bool csr_parse(struct hl_span der, struct hl_arena *arena, struct hl_csr *out)
{
    struct hl_x509 *request = &out->request;
    struct parser p = { arena, &request->fault, &request->oddities, request, false };
    struct hl_fault outer, inner;
    struct der_tlv tlv;

    *out = (struct hl_csr){ .request = x509_empty(der) };
    struct hl_reader r = open_message(der, &outer, "CertificationRequest");
    struct hl_reader body = der_enter(&r, DER_SEQUENCE, "CertificationRequest");
    if (der_has_non_minimal(&r, der))
        request->oddities |= X509_ODD_NON_MINIMAL_LENGTH;
    if (!der_expect(&body, DER_SEQUENCE, &tlv, "certificationRequestInfo")) {
        note_fault(&p, &outer);
        return false;
    }
    request->tbs = tlv.whole;
    struct hl_reader info = der_apart(&body, tlv.value, &inner);
    info_parse(&p, &info, out);
    bool whole = rd_end(&info, "certificationRequestInfo") || inner.kind == HL_FAULT_TRAILING;
    note_fault(&p, &inner);

    algorithm_field(&p, &body, &request->signature_algorithm, "signatureAlgorithm");
    request->signature = der_bit_string(&body, DER_BIT_STRING, NULL, "signature");
    der_end(&body, "CertificationRequest");
    der_end(&r, "CertificationRequest");
    note_fault(&p, &outer);
    if (r.cut != NULL)
        request->oddities &= ~(uint32_t)ODD_AT_A_CUT;
    return whole;
}

void csr_walk(const struct hl_csr *csr, const struct hl_visitor *v)
{
    const struct hl_x509 *request = &csr->request;

    v_number(v, "length", (int64_t)request->der.len);
    if (request->version > 0)
        v_number(v, "version_number", request->version);
    v_text(v, "subject", request->subject.text);
    walk_common_names(v, "common_names", &request->subject);
    x509_walk_algorithm(v, "signature_algorithm", &request->signature_algorithm);
    walk_pss(v, "signature_parameters", &request->signature_algorithm.pss);
    walk_key(v, &request->key);
    walk_oids(v, "attributes", &csr->attributes, USE_ANY);
    walk_dropped(v, "attributes_dropped", csr->attributes.dropped);
    v_bool(v, "challenge_password", csr->challenge_password);
    walk_extensions(request, v);
    walk_extension_list(v, request->extensions, request->extension_count, request->extensions_dropped);
    walk_oddities(v, request->oddities);
    v_fault(v, "fault", &request->fault);
}
