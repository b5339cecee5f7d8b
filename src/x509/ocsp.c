/* OCSPResponse: RFC 6960, 4.2.1; its extensions: 4.4, RFC 9654 (nonce), RFC 6962, 3.3 (SCTs). */
#include "x509/ocsp.h"

#include "base/text.h"
#include "base/visit.h"
#include "x509/oid.h"
#include "x509/parse.h"
#include "x509/sct.h"

/* 1.3.6.1.5.5.7.48.1.1: id-pkix-ocsp-basic */
static const uint8_t basic_oid[] = { 0x2b, 6, 1, 5, 5, 7, 48, 1, 1 };

/* Nonce ::= OCTET STRING (RFC 9654, 2.1); some responders send it bare. */
static struct hl_span nonce_of(const struct hl_reader *body)
{
    struct hl_fault ignored;
    struct hl_reader r = der_apart(body, rd_span(body), &ignored);
    struct der_tlv nonce;

    der_expect(&r, DER_OCTET_STRING, &nonce, "Nonce");
    return rd_end(&r, "Nonce") ? nonce.value : rd_span(body);
}

/* responseExtensions */
static bool response_extension(struct parser *p, void *model, const struct hl_x509_extension *ext,
                               struct hl_reader *body)
{
    struct hl_ocsp *ocsp = model;

    (void)p;
    switch (ext->id) {
    case HL_X509_EXT_OCSP_NONCE:
        ocsp->nonce = nonce_of(body);
        break;
    case HL_X509_EXT_OCSP_EXTENDED_REVOKE: /* a mark: 4.4.8 */
        break;
    default:
        return false;
    }
    (void)rd_rest(body);
    return true;
}

/* singleExtensions; those of CRL entries may stand there as well (4.4) */
static bool single_extension(struct parser *p, void *model, const struct hl_x509_extension *ext,
                             struct hl_reader *body)
{
    struct hl_ocsp_single *single = model;
    int reason;

    switch (ext->id) {
    case HL_X509_EXT_OCSP_SCT_LIST:
        sct_octets_parse(p->arena, body, &single->scts);
        return true;
    case HL_X509_EXT_REASON_CODE:
        reason = reason_parse(body);
        if (single->status == HL_OCSP_REVOKED && single->reason < 0)
            single->reason = reason;
        return true;
    case HL_X509_EXT_OCSP_CRL_ID: /* where the responder knows it from: 4.4.2, 4.4.4 */
    case HL_X509_EXT_OCSP_ARCHIVE_CUTOFF:
    case HL_X509_EXT_INVALIDITY_DATE:
        (void)rd_rest(body);
        return true;
    default:
        return false;
    }
}

/* CertID ::= SEQUENCE { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } (4.1.1) */
static void cert_id(struct parser *p, struct hl_reader *r, struct hl_ocsp_single *out)
{
    struct hl_reader id = der_enter(r, DER_SEQUENCE, "certID");
    struct hl_x509_algorithm algorithm = { .name = NULL };
    struct der_tlv name_hash, key_hash, serial;

    algorithm_field(p, &id, &algorithm, "hashAlgorithm");
    const struct oid_info *info = oid_find(algorithm.oid, USE_HASH);
    out->hash_oid = algorithm.oid;
    out->hash = info != NULL ? (enum hl_x509_hash)info->detail : HL_X509_HASH_NONE;
    der_expect(&id, DER_OCTET_STRING, &name_hash, "issuerNameHash");
    der_expect(&id, DER_OCTET_STRING, &key_hash, "issuerKeyHash");
    der_expect(&id, DER_INTEGER, &serial, "serialNumber");
    out->issuer_name_hash = name_hash.value;
    out->issuer_key_hash = key_hash.value;
    out->serial = serial.value;
    der_end(&id, "certID");
}

/* RevokedInfo ::= SEQUENCE { revocationTime GeneralizedTime,
 * revocationReason [0] EXPLICIT CRLReason OPTIONAL } */
static void revoked_info(struct parser *p, struct hl_reader *r, struct hl_ocsp_single *out)
{
    struct hl_reader info = der_enter(r, DER_CONTEXT_CONSTRUCTED(1), "revoked");

    out->status = HL_OCSP_REVOKED;
    generalized_time_field(p, &info, &out->revoked_at, "revocationTime");
    if (rd_more(&info)) {
        struct hl_reader reason = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0), "revocationReason");
        out->reason = reason_parse(&reason);
        der_end(&reason, "revocationReason");
    }
    der_end(&info, "revoked");
}

/* CertStatus ::= CHOICE { good [0] IMPLICIT NULL, revoked [1] IMPLICIT RevokedInfo,
 * unknown [2] IMPLICIT UnknownInfo }, which is NULL */
static void cert_status(struct parser *p, struct hl_reader *r, struct hl_ocsp_single *out)
{
    uint8_t tag = der_peek(r);

    if (tag == DER_CONTEXT_CONSTRUCTED(1)) {
        revoked_info(p, r, out);
        return;
    }
    struct hl_reader null = der_enter(r, tag == DER_CONTEXT(2) ? tag : DER_CONTEXT(0), "certStatus");
    der_end(&null, "certStatus");
    if (tag == DER_CONTEXT(0) && rd_ok(r))
        out->status = HL_OCSP_GOOD;
}

/* nextUpdate [0] EXPLICIT GeneralizedTime OPTIONAL, singleExtensions [1] EXPLICIT Extensions OPTIONAL */
static void single_optional_fields(struct parser *p, struct hl_reader *r, struct extension_set *set,
                                   struct hl_ocsp_single *out)
{
    struct der_tlv tlv;

    if (der_optional(r, DER_CONTEXT_CONSTRUCTED(0), &tlv, "nextUpdate")) {
        struct hl_reader next = rd_within(r, tlv.value);
        out->has_next_update = true;
        generalized_time_field(p, &next, &out->next_update, "nextUpdate");
        der_end(&next, "nextUpdate");
    }
    if (der_optional(r, DER_CONTEXT_CONSTRUCTED(1), &tlv, "singleExtensions")) {
        struct hl_reader list = rd_within(r, tlv.value);
        extension_set_parse(p, &list, set);
        der_end(&list, "singleExtensions");
    }
}

/* SingleResponse ::= SEQUENCE { certID, certStatus, thisUpdate, nextUpdate [0] OPTIONAL,
 * singleExtensions [1] OPTIONAL } */
static void single_parse(struct parser *p, const struct hl_reader *outer, struct hl_span body,
                         struct hl_ocsp_single *out)
{
    struct extension_set set = { .decode = single_extension, .model = out };
    struct parser own = *p;
    struct hl_fault fault;
    struct hl_reader r = der_apart(outer, body, &fault);

    *out = (struct hl_ocsp_single){ .status = HL_OCSP_UNKNOWN, .reason = -1 };
    own.fault = &out->fault;
    own.broken = false;
    cert_id(&own, &r, out);
    cert_status(&own, &r, out);
    generalized_time_field(&own, &r, &out->this_update, "thisUpdate");
    single_optional_fields(&own, &r, &set, out);
    der_end(&r, "SingleResponse");
    note_fault(&own, &fault);
    note_fault(p, &out->fault);
    p->broken |= own.broken;

    out->unknown_critical_extension = set.unprocessed;
    if (own.broken)
        out->status = out->status == HL_OCSP_GOOD ? HL_OCSP_UNKNOWN : out->status;
    if (out->fault.kind == HL_FAULT_NONE)
        out->fault = set.fault;
}

/* responses SEQUENCE OF SingleResponse */
static void singles_parse(struct parser *p, struct hl_reader *tbs, struct hl_ocsp_singles *out)
{
    struct hl_reader all = der_enter(tbs, DER_SEQUENCE, "responses");
    struct list singles = list_start(p->arena, sizeof *out->list, der_count(&all, rd_span(&all)));
    struct der_tlv tlv;

    while (rd_more(&all) && der_expect(&all, DER_SEQUENCE, &tlv, "SingleResponse")) {
        struct hl_ocsp_single *slot = list_add(&singles), unused;

        single_parse(p, &all, tlv.value, slot != NULL ? slot : &unused);
    }
    LIST_TAKE(*out, singles);
    if (singles.dropped > 0)
        *p->oddities |= X509_ODD_LISTS_CUT;
}

/* ResponderID ::= CHOICE { byName [1] Name, byKey [2] KeyHash }, both EXPLICIT */
static void responder_id(struct parser *p, struct hl_reader *tbs, struct hl_ocsp *ocsp)
{
    struct der_tlv choice, hash;

    if (der_optional(tbs, DER_CONTEXT_CONSTRUCTED(2), &choice, "byKey")) {
        struct hl_reader r = rd_within(tbs, choice.value);
        der_expect(&r, DER_OCTET_STRING, &hash, "KeyHash");
        ocsp->responder_key_hash = hash.value;
        der_end(&r, "byKey");
        return;
    }
    struct hl_reader r = der_enter(tbs, DER_CONTEXT_CONSTRUCTED(1), "responderID");
    name_field(p, &r, &ocsp->responder_name, "byName");
    der_end(&r, "byName");
}

/* responseExtensions [1] EXPLICIT Extensions OPTIONAL */
static void response_extensions(struct parser *p, struct hl_reader *tbs, struct hl_ocsp *ocsp)
{
    struct list list = list_start(p->arena, sizeof *ocsp->extensions, 4);
    struct extension_set set = { .decode = response_extension, .model = ocsp, .list = &list };
    struct der_tlv tlv;

    if (!der_optional(tbs, DER_CONTEXT_CONSTRUCTED(1), &tlv, "responseExtensions"))
        return;
    struct hl_reader r = rd_within(tbs, tlv.value);
    extension_set_parse(p, &r, &set);
    der_end(&r, "responseExtensions");
    ocsp->extensions = (const void *)list.items;
    ocsp->extension_count = list.count;
    ocsp->extensions_dropped = list.dropped;
    ocsp->unknown_critical_extension = set.unprocessed;
}

/* ResponseData ::= SEQUENCE { version [0] EXPLICIT DEFAULT v1, responderID, producedAt, responses,
 * responseExtensions [1] OPTIONAL } */
static void response_data(struct parser *p, struct hl_reader *tbs, struct hl_ocsp *ocsp)
{
    struct der_tlv tlv;

    ocsp->version = 1;
    if (der_optional(tbs, DER_CONTEXT_CONSTRUCTED(0), &tlv, "version"))
        ocsp->version = version_parse(p, tbs, tlv.value, 1);
    responder_id(p, tbs, ocsp);
    generalized_time_field(p, tbs, &ocsp->produced_at, "producedAt");
    singles_parse(p, tbs, &ocsp->singles);
    response_extensions(p, tbs, ocsp);
}

/* certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL */
static void certs(struct parser *p, struct hl_reader *basic, struct hl_ocsp_certificates *out)
{
    struct list list = list_start(p->arena, sizeof *out->list, 1);
    struct der_tlv tlv;

    list.cap = HL_OCSP_CERTIFICATES_MAX;
    if (!der_optional(basic, DER_CONTEXT_CONSTRUCTED(0), &tlv, "certs"))
        return;
    struct hl_reader r = rd_within(basic, tlv.value);
    struct hl_reader all = der_enter(&r, DER_SEQUENCE, "certs");
    while (rd_more(&all) && der_expect(&all, DER_SEQUENCE, &tlv, "Certificate")) {
        struct hl_span *slot = list_add(&list);

        if (slot != NULL)
            *slot = tlv.whole;
    }
    der_end(&r, "certs");
    LIST_TAKE(*out, list);
}

/* BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature, certs [0] OPTIONAL } */
static void basic_response(struct parser *p, struct hl_reader *r, struct hl_ocsp *ocsp)
{
    if (der_has_non_minimal(r, rd_span(r)))
        ocsp->oddities |= X509_ODD_NON_MINIMAL_LENGTH;
    struct hl_reader basic = der_enter(r, DER_SEQUENCE, "BasicOCSPResponse");
    struct hl_fault fault;
    struct der_tlv tlv;

    if (!der_expect(&basic, DER_SEQUENCE, &tlv, "tbsResponseData"))
        return;
    ocsp->tbs = tlv.whole;
    struct hl_reader tbs = der_apart(&basic, tlv.value, &fault);
    response_data(p, &tbs, ocsp);
    der_end(&tbs, "tbsResponseData");
    note_fault(p, &fault);

    algorithm_field(p, &basic, &ocsp->signature_algorithm, "signatureAlgorithm");
    ocsp->signature = der_bit_string(&basic, DER_BIT_STRING, NULL, "signature");
    certs(p, &basic, &ocsp->certificates);
    der_end(&basic, "BasicOCSPResponse");
}

/* ResponseBytes ::= SEQUENCE { responseType OBJECT IDENTIFIER, response OCTET STRING } */
static void response_bytes(struct parser *p, struct hl_reader *r, struct hl_ocsp *ocsp)
{
    struct hl_reader explicit = der_enter(r, DER_CONTEXT_CONSTRUCTED(0), "responseBytes");
    struct hl_reader bytes = der_enter(&explicit, DER_SEQUENCE, "ResponseBytes");
    struct der_tlv type;

    der_expect(&bytes, DER_OID, &type, "responseType");
    struct hl_reader response = der_enter(&bytes, DER_OCTET_STRING, "response");
    ocsp->response_type = type.value;
    ocsp->basic = span_equal(type.value, (struct hl_span){ basic_oid, sizeof basic_oid });
    if (ocsp->basic) {
        basic_response(p, &response, ocsp);
        der_end(&response, "response");
    }
    der_end(&bytes, "ResponseBytes");
    der_end(&explicit, "responseBytes");
}

/* OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED, responseBytes [0] EXPLICIT OPTIONAL };
 * an error has no bytes, a success has (4.2.1) */
static void response_parse(struct parser *p, struct hl_reader *r, struct hl_ocsp *ocsp)
{
    struct hl_reader response = der_enter(r, DER_SEQUENCE, "OCSPResponse");
    int64_t status = der_small_integer(&response, DER_ENUMERATED, "responseStatus");

    if (status >= HL_OCSP_STATUS_MISSING)
        rd_reject(&response, 0, (size_t)status, "responseStatus");
    if (rd_ok(&response))
        ocsp->response_status = (uint8_t)status;
    if (ocsp->response_status == HL_OCSP_SUCCESSFUL || rd_more(&response))
        response_bytes(p, &response, ocsp);
    der_end(&response, "OCSPResponse");
}

bool ocsp_parse(struct hl_span der, struct hl_arena *arena, struct hl_ocsp *out)
{
    struct parser p = { .arena = arena, .fault = &out->fault, .oddities = &out->oddities };
    struct hl_fault fault;

    *out = (struct hl_ocsp){ .der = der, .response_status = HL_OCSP_STATUS_MISSING };
    struct hl_reader r = open_message(der, &fault, "OCSPResponse");
    if (der_has_non_minimal(&r, der))
        out->oddities |= X509_ODD_NON_MINIMAL_LENGTH;
    response_parse(&p, &r, out);
    der_end(&r, "OCSPResponse");
    note_fault(&p, &fault);
    if (r.cut != NULL)
        out->oddities &= ~(uint32_t)ODD_AT_A_CUT;
    return !p.broken;
}

const char *ocsp_status_name(unsigned response_status)
{
    static const char *const names[] = {
        [HL_OCSP_SUCCESSFUL] = "successful",
        [HL_OCSP_MALFORMED_REQUEST] = "malformed_request",
        [HL_OCSP_INTERNAL_ERROR] = "internal_error",
        [HL_OCSP_TRY_LATER] = "try_later",
        [4] = "unknown", /* not used */
        [HL_OCSP_SIG_REQUIRED] = "sig_required",
        [HL_OCSP_UNAUTHORIZED] = "unauthorized",
    };

    return response_status < sizeof names / sizeof names[0] ? names[response_status] : "unknown";
}

const char *ocsp_cert_status_name(enum hl_ocsp_cert_status status)
{
    return status == HL_OCSP_GOOD ? "good" : status == HL_OCSP_REVOKED ? "revoked" : "unknown";
}

static void walk_single(const struct hl_visitor *v, const struct hl_ocsp_single *single)
{
    v_object(v, NULL);
    walk_oid(v, "hash_algorithm", single->hash_oid, USE_HASH);
    v_bytes(v, "issuer_name_hash", single->issuer_name_hash);
    v_bytes(v, "issuer_key_hash", single->issuer_key_hash);
    v_bytes(v, "serial", x509_serial_shown(single->serial));
    v_string(v, "status", ocsp_cert_status_name(single->status));
    if (single->status == HL_OCSP_REVOKED)
        x509_walk_time(v, "revoked_at", "revoked_at_as_written", &single->revoked_at);
    if (single->reason >= 0)
        v_string(v, "reason", crl_reason_name(single->reason));
    x509_walk_time(v, "this_update", "this_update_as_written", &single->this_update);
    if (single->has_next_update)
        x509_walk_time(v, "next_update", "next_update_as_written", &single->next_update);
    if (single->scts.count > 0)
        sct_list_walk(&single->scts, "signed_certificate_timestamps", v);
    if (single->unknown_critical_extension)
        v_bool(v, "unknown_critical_extension", true);
    v_fault(v, "fault", &single->fault);
    v_end_object(v);
}

static void walk_responder(const struct hl_visitor *v, const struct hl_ocsp *ocsp)
{
    if (ocsp->responder_key_hash.len > 0)
        v_bytes(v, "responder_key_hash", ocsp->responder_key_hash);
    else
        v_text(v, "responder_name", ocsp->responder_name.text);
    x509_walk_time(v, "produced_at", "produced_at_as_written", &ocsp->produced_at);
}

static void walk_basic(const struct hl_visitor *v, const struct hl_ocsp *ocsp)
{
    v_number(v, "version_number", ocsp->version);
    walk_responder(v, ocsp);
    v_array(v, "responses");
    for (uint32_t i = 0; i < ocsp->singles.count; i++)
        walk_single(v, &ocsp->singles.list[i]);
    v_end_array(v);
    walk_dropped(v, "responses_dropped", ocsp->singles.dropped);
    if (ocsp->nonce.len > 0)
        v_bytes(v, "nonce", ocsp->nonce);
    walk_extension_list(v, ocsp->extensions, ocsp->extension_count, ocsp->extensions_dropped);
    x509_walk_algorithm(v, "signature_algorithm", &ocsp->signature_algorithm);
    walk_pss(v, "signature_parameters", &ocsp->signature_algorithm.pss);
    v_number(v, "certificates", (int64_t)ocsp->certificates.count + ocsp->certificates.dropped);
}

void ocsp_walk(const struct hl_ocsp *ocsp, const struct hl_visitor *v)
{
    v_number(v, "length", (int64_t)ocsp->der.len);
    if (ocsp->response_status == HL_OCSP_STATUS_MISSING)
        v_null(v, "response_status");
    else
        v_string(v, "response_status", ocsp_status_name(ocsp->response_status));
    if (ocsp->response_type.len > 0)
        walk_oid(v, "response_type", ocsp->response_type, USE_OTHER);
    if (ocsp->basic)
        walk_basic(v, ocsp);
    walk_oddities(v, ocsp->oddities);
    v_fault(v, "fault", &ocsp->fault);
}
