/* What stands inside the extensions: a function each, a table at the end.
 * The caller holds the reader's rd_end(). */
#include "x509/parse.h"

#include "x509/oid.h"

/* SubjectAltName ::= GeneralNames (RFC 5280, 4.2.1.6) */
static void alt_names(struct parser *p, struct hl_reader *r, struct hl_x509_names *out)
{
    struct hl_reader names = der_enter(r, DER_SEQUENCE, "GeneralNames");

    general_names_parse(p->arena, &names, out);
    if (out->dropped > 0)
        p->cert->oddities |= X509_ODD_LISTS_CUT;
}

static void subject_alt_name(struct parser *p, struct hl_reader *r)
{
    alt_names(p, r, &p->cert->san);
    if (rd_ok(r) && p->cert->san.count == 0)
        p->cert->oddities |= X509_ODD_EMPTY_SAN;
}

static void issuer_alt_name(struct parser *p, struct hl_reader *r)
{
    alt_names(p, r, &p->cert->issuer_alt_names);
}

/* BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE,
 * pathLenConstraint INTEGER OPTIONAL } (4.2.1.9) */
static void basic_constraints(struct parser *p, struct hl_reader *r)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "BasicConstraints");

    if (der_peek(&body) == DER_BOOLEAN)
        p->cert->ca = der_boolean(&body, DER_BOOLEAN, "cA");
    if (rd_more(&body)) {
        int64_t length = der_small_integer(&body, DER_INTEGER, "pathLenConstraint");
        p->cert->path_length = rd_ok(&body) ? length : -1;
    }
    der_end(&body, "BasicConstraints");
}

/* KeyUsage ::= BIT STRING (4.2.1.3) */
static void key_usage(struct parser *p, struct hl_reader *r)
{
    p->cert->key_usage = der_named_bits(r, DER_BIT_STRING, "KeyUsage");
}

static void oids_parse(struct parser *p, struct hl_reader *r, struct hl_x509_oids *out, const char *field)
{
    struct list oids = list_start(p->arena, sizeof *out->list, der_count(r, rd_span(r)));
    struct der_tlv tlv;

    while (rd_more(r) && der_expect(r, DER_OID, &tlv, field)) {
        struct hl_span *slot = list_add(&oids);

        if (slot != NULL)
            *slot = tlv.value;
    }
    LIST_TAKE(*out, oids);
}

/* ExtKeyUsageSyntax ::= SEQUENCE OF KeyPurposeId (4.2.1.12) */
static void ext_key_usage(struct parser *p, struct hl_reader *r)
{
    struct hl_x509 *cert = p->cert;
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "ExtKeyUsageSyntax");

    oids_parse(p, &body, &cert->ext_key_usage, "KeyPurposeId");
    for (uint32_t i = 0; i < cert->ext_key_usage.count; i++) {
        const struct oid_info *info = oid_find(cert->ext_key_usage.list[i], USE_PURPOSE);
        cert->purposes |= info != NULL ? info->detail : 0;
    }
}

/* SubjectKeyIdentifier ::= OCTET STRING (4.2.1.2) */
static void subject_key_identifier(struct parser *p, struct hl_reader *r)
{
    struct der_tlv id;

    der_expect(r, DER_OCTET_STRING, &id, "KeyIdentifier");
    p->cert->subject_key_id = id.value;
}

/* AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0], authorityCertIssuer [1],
 * authorityCertSerialNumber [2] }, all OPTIONAL (4.2.1.1) */
void authority_key_id_parse(struct hl_arena *arena, struct hl_reader *r, struct hl_span *key_id,
                            struct hl_x509_names *issuer, struct hl_span *serial)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "AuthorityKeyIdentifier");
    struct der_tlv field;

    if (der_optional(&body, DER_CONTEXT(0), &field, "keyIdentifier"))
        *key_id = field.value;
    if (der_optional(&body, DER_CONTEXT_CONSTRUCTED(1), &field, "authorityCertIssuer")) {
        struct hl_reader names = rd_within(&body, field.value);
        general_names_parse(arena, &names, issuer);
    }
    if (der_optional(&body, DER_CONTEXT(2), &field, "authorityCertSerialNumber"))
        *serial = field.value;
    der_end(&body, "AuthorityKeyIdentifier");
}

static void authority_key_identifier(struct parser *p, struct hl_reader *r)
{
    struct hl_x509 *cert = p->cert;

    authority_key_id_parse(p->arena, r, &cert->authority_key_id, &cert->authority_issuer,
                           &cert->authority_serial);
}

/* GeneralSubtree ::= SEQUENCE { base GeneralName, minimum [0] DEFAULT 0, maximum [1] OPTIONAL } */
static void subtrees(struct parser *p, struct hl_reader *r, struct hl_x509_names *out)
{
    struct list names = list_start(p->arena, sizeof *out->list, der_count(r, rd_span(r)));

    while (rd_more(r)) {
        struct hl_reader subtree = der_enter(r, DER_SEQUENCE, "GeneralSubtree");
        struct der_tlv base, bound;

        if (!der_next(&subtree, &base, "base"))
            break;
        while (rd_more(&subtree) && der_next(&subtree, &bound, "GeneralSubtree"))
            p->cert->constraint_bounds = true;
        struct hl_x509_general_name *slot = list_add(&names);
        if (slot != NULL)
            *slot = general_name(&base);
    }
    LIST_TAKE(*out, names);
    if (out->dropped > 0)
        p->cert->oddities |= X509_ODD_LISTS_CUT;
}

/* NameConstraints ::= SEQUENCE { permittedSubtrees [0], excludedSubtrees [1] }, both OPTIONAL (4.2.1.10) */
static void name_constraints(struct parser *p, struct hl_reader *r)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "NameConstraints");
    struct der_tlv field;

    if (der_optional(&body, DER_CONTEXT_CONSTRUCTED(0), &field, "permittedSubtrees")) {
        struct hl_reader list = rd_within(&body, field.value);
        subtrees(p, &list, &p->cert->permitted);
    }
    if (der_optional(&body, DER_CONTEXT_CONSTRUCTED(1), &field, "excludedSubtrees")) {
        struct hl_reader list = rd_within(&body, field.value);
        subtrees(p, &list, &p->cert->excluded);
    }
    der_end(&body, "NameConstraints");
}

/* DistributionPoint ::= SEQUENCE { distributionPoint [0], reasons [1], cRLIssuer [2] }, all OPTIONAL;
 * DistributionPointName ::= CHOICE { fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] } (4.2.1.13) */
static void distribution_points(struct parser *p, struct hl_reader *r, struct hl_x509_names *out)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "CRLDistributionPoints");
    struct list names = list_start(p->arena, sizeof *out->list, der_count(&body, rd_span(&body)));
    struct der_tlv choice, full, name;

    while (rd_more(&body)) {
        struct hl_reader point = der_enter(&body, DER_SEQUENCE, "DistributionPoint");

        if (!der_optional(&point, DER_CONTEXT_CONSTRUCTED(0), &choice, "distributionPoint"))
            continue;
        struct hl_reader choices = rd_within(&point, choice.value);
        if (!der_optional(&choices, DER_CONTEXT_CONSTRUCTED(0), &full, "fullName"))
            continue;
        struct hl_reader list = rd_within(&choices, full.value);
        while (rd_more(&list) && der_next(&list, &name, "GeneralName")) {
            struct hl_x509_general_name *slot = list_add(&names);

            if (slot != NULL)
                *slot = general_name(&name);
        }
    }
    LIST_TAKE(*out, names);
}

static void crl_distribution_points(struct parser *p, struct hl_reader *r)
{
    distribution_points(p, r, &p->cert->crl_points);
}

static void freshest_crl(struct parser *p, struct hl_reader *r)
{
    distribution_points(p, r, &p->cert->freshest_crl);
}

/* AccessDescription ::= SEQUENCE { accessMethod, accessLocation GeneralName } (4.2.2.1, 4.2.2.2) */
static void access_descriptions(struct parser *p, struct hl_reader *r, struct hl_x509_accesses *out)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "AuthorityInfoAccessSyntax");
    struct list accesses = list_start(p->arena, sizeof *out->list, der_count(&body, rd_span(&body)));
    struct der_tlv method, location;

    while (rd_more(&body)) {
        struct hl_reader one = der_enter(&body, DER_SEQUENCE, "AccessDescription");
        der_expect(&one, DER_OID, &method, "accessMethod");
        if (!der_next(&one, &location, "accessLocation"))
            break;
        struct hl_x509_access *slot = list_add(&accesses);
        if (slot != NULL)
            *slot = (struct hl_x509_access){ method.value, general_name(&location) };
    }
    LIST_TAKE(*out, accesses);
}

static void authority_info_access(struct parser *p, struct hl_reader *r)
{
    access_descriptions(p, r, &p->cert->authority_info);
}

static void subject_info_access(struct parser *p, struct hl_reader *r)
{
    access_descriptions(p, r, &p->cert->subject_info);
}

/* Features ::= SEQUENCE OF INTEGER (RFC 7633, 4) */
static void tls_feature(struct parser *p, struct hl_reader *r)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "Features");
    struct list features = list_start(p->arena, sizeof(uint16_t), der_count(&body, rd_span(&body)));

    while (rd_more(&body)) {
        int64_t number = der_small_integer(&body, DER_INTEGER, "Feature");
        if (number > UINT16_MAX)
            rd_reject(&body, 0, (size_t)number, "Feature");
        uint16_t *slot = rd_ok(&body) ? list_add(&features) : NULL;
        if (slot != NULL)
            *slot = (uint16_t)number;
    }
    LIST_TAKE(p->cert->tls_features, features);
}

/* SignedCertificateTimestampList (RFC 6962, 3.3) */
static void sct_list(struct parser *p, struct hl_reader *r)
{
    sct_octets_parse(p->arena, r, &p->cert->scts);
}

/* NULL as a mark: RFC 6962, 3.1; RFC 6960, 4.2.2.2.1 */
static void null_mark(struct parser *p, struct hl_reader *r)
{
    (void)p;
    struct hl_reader body = der_enter(r, DER_NULL, "NULL");

    der_end(&body, "NULL");
}

/* QCStatements ::= SEQUENCE OF SEQUENCE { statementId, statementInfo ANY OPTIONAL } (RFC 3739, 3.2.6) */
static void qc_statements(struct parser *p, struct hl_reader *r)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "QCStatements");
    struct list oids = list_start(p->arena, sizeof(struct hl_span), der_count(&body, rd_span(&body)));
    struct der_tlv id;

    while (rd_more(&body)) {
        struct hl_reader statement = der_enter(&body, DER_SEQUENCE, "QCStatement");
        if (!der_expect(&statement, DER_OID, &id, "statementId"))
            break;
        struct hl_span *slot = list_add(&oids);
        if (slot != NULL)
            *slot = id.value;
    }
    LIST_TAKE(p->cert->qc_statements, oids);
}

/* Netscape's own, from before BasicConstraints: bit 0 SSL client, 1 SSL server, 5 SSL CA. */
static void ns_cert_type(struct parser *p, struct hl_reader *r)
{
    p->cert->ns_cert_type = der_named_bits(r, DER_BIT_STRING, "NetscapeCertType");
}

static void ns_comment(struct parser *p, struct hl_reader *r)
{
    struct der_tlv text;

    der_expect(r, DER_IA5_STRING, &text, "NetscapeComment");
    p->cert->ns_comment = text.value;
}

/* Microsoft's enrollment: the template's name, BMP mostly. */
static void ms_template_name(struct parser *p, struct hl_reader *r)
{
    struct der_tlv text;

    der_next(r, &text, "CertificateTemplateName");
    p->cert->ms_template_name = text.value;
    p->cert->ms_template_name_tag = text.tag;
}

/* CertificateTemplate ::= SEQUENCE { templateID, templateMajorVersion, templateMinorVersion } */
static void ms_template(struct parser *p, struct hl_reader *r)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "CertificateTemplate");
    struct der_tlv id;

    der_expect(&body, DER_OID, &id, "templateID");
    p->cert->ms_template = id.value;
}

extension_body_fn *extension_body(enum hl_x509_ext_id id)
{
    static extension_body_fn *const bodies[HL_X509_EXT_COUNT] = {
        [HL_X509_EXT_SAN] = subject_alt_name,
        [HL_X509_EXT_ISSUER_ALT_NAME] = issuer_alt_name,
        [HL_X509_EXT_BASIC_CONSTRAINTS] = basic_constraints,
        [HL_X509_EXT_KEY_USAGE] = key_usage,
        [HL_X509_EXT_EXT_KEY_USAGE] = ext_key_usage,
        [HL_X509_EXT_SKI] = subject_key_identifier,
        [HL_X509_EXT_AKI] = authority_key_identifier,
        [HL_X509_EXT_NAME_CONSTRAINTS] = name_constraints,
        [HL_X509_EXT_POLICIES] = ext_certificate_policies,
        [HL_X509_EXT_POLICY_MAPPINGS] = ext_policy_mappings,
        [HL_X509_EXT_POLICY_CONSTRAINTS] = ext_policy_constraints,
        [HL_X509_EXT_INHIBIT_ANY_POLICY] = ext_inhibit_any_policy,
        [HL_X509_EXT_CRL_POINTS] = crl_distribution_points,
        [HL_X509_EXT_FRESHEST_CRL] = freshest_crl,
        [HL_X509_EXT_AUTHORITY_INFO] = authority_info_access,
        [HL_X509_EXT_SUBJECT_INFO] = subject_info_access,
        [HL_X509_EXT_TLS_FEATURE] = tls_feature,
        [HL_X509_EXT_SCT_LIST] = sct_list,
        [HL_X509_EXT_CT_POISON] = null_mark,
        [HL_X509_EXT_OCSP_NO_CHECK] = null_mark,
        [HL_X509_EXT_QC_STATEMENTS] = qc_statements,
        [HL_X509_EXT_NS_CERT_TYPE] = ns_cert_type,
        [HL_X509_EXT_NS_COMMENT] = ns_comment,
        [HL_X509_EXT_MS_TEMPLATE_NAME] = ms_template_name,
        [HL_X509_EXT_MS_TEMPLATE] = ms_template,
    };

    return bodies[id];
}
