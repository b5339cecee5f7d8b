/* Extensions about policies: RFC 5280, 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14. */
#include "x509/parse.h"

#include "base/text.h"
#include "x509/oid.h"

/* UserNotice ::= SEQUENCE { noticeRef SEQUENCE OPTIONAL, explicitText DisplayText OPTIONAL } */
static void user_notice(struct hl_reader *r, struct hl_x509_policy *out)
{
    struct hl_reader notice = der_enter(r, DER_SEQUENCE, "UserNotice");
    struct der_tlv text;

    (void)der_optional(&notice, DER_SEQUENCE, &text, "noticeRef");
    if (rd_more(&notice) && der_next(&notice, &text, "explicitText") && out->notice.len == 0) {
        out->notice = text.value;
        out->notice_tag = text.tag;
    }
}

/* PolicyQualifierInfo ::= SEQUENCE { policyQualifierId OBJECT IDENTIFIER, qualifier ANY } */
static void policy_qualifier(struct hl_reader *r, struct hl_x509_policy *out)
{
    static const uint8_t cps[] = { 0x2b, 6, 1, 5, 5, 7, 2, 1 }; /* 1.3.6.1.5.5.7.2.1 */
    struct hl_reader info = der_enter(r, DER_SEQUENCE, "PolicyQualifierInfo");
    struct der_tlv id, value;

    der_expect(&info, DER_OID, &id, "policyQualifierId");
    const struct oid_info *known = oid_find(id.value, USE_QUALIFIER);
    if (known != NULL && span_equal(id.value, (struct hl_span){ cps, sizeof cps })) {
        if (der_expect(&info, DER_IA5_STRING, &value, "cPSuri") && out->cps.len == 0)
            out->cps = value.value;
    } else if (known != NULL) {
        user_notice(&info, out);
    }
}

/* PolicyInformation ::= SEQUENCE { policyIdentifier, policyQualifiers SEQUENCE OPTIONAL } (4.2.1.4) */
void ext_certificate_policies(struct parser *p, struct hl_reader *r)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "certificatePolicies");
    struct list policies = list_start(p->arena, sizeof(struct hl_x509_policy), der_count(&body, rd_span(&body)));
    struct der_tlv id;

    while (rd_more(&body)) {
        struct hl_reader info = der_enter(&body, DER_SEQUENCE, "PolicyInformation");
        if (!der_expect(&info, DER_OID, &id, "policyIdentifier"))
            break;
        struct hl_x509_policy policy = { .oid = id.value };
        if (rd_more(&info)) {
            struct hl_reader qualifiers = der_enter(&info, DER_SEQUENCE, "policyQualifiers");
            while (rd_more(&qualifiers))
                policy_qualifier(&qualifiers, &policy);
        }
        struct hl_x509_policy *slot = list_add(&policies);
        if (slot != NULL)
            *slot = policy;
    }
    LIST_TAKE(p->cert->policies, policies);
}

/* PolicyMappings ::= SEQUENCE OF SEQUENCE { issuerDomainPolicy, subjectDomainPolicy } (4.2.1.5) */
void ext_policy_mappings(struct parser *p, struct hl_reader *r)
{
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "PolicyMappings");
    struct list oids = list_start(p->arena, sizeof(struct hl_span), 2 * der_count(&body, rd_span(&body)));
    struct der_tlv issuer, subject;

    while (rd_more(&body)) {
        struct hl_reader pair = der_enter(&body, DER_SEQUENCE, "PolicyMapping");
        der_expect(&pair, DER_OID, &issuer, "issuerDomainPolicy");
        if (!der_expect(&pair, DER_OID, &subject, "subjectDomainPolicy"))
            break;
        struct hl_span *from = list_add(&oids), *to = list_add(&oids);
        if (from != NULL && to != NULL) {
            *from = issuer.value;
            *to = subject.value;
        }
    }
    LIST_TAKE(p->cert->policy_mappings, oids);
}

/* PolicyConstraints ::= SEQUENCE { requireExplicitPolicy [0], inhibitPolicyMapping [1] } (4.2.1.11) */
void ext_policy_constraints(struct parser *p, struct hl_reader *r)
{
    struct hl_x509 *cert = p->cert;
    struct hl_reader body = der_enter(r, DER_SEQUENCE, "PolicyConstraints");

    if (der_peek(&body) == DER_CONTEXT(0))
        cert->require_explicit_policy = der_small_integer(&body, DER_CONTEXT(0), "requireExplicitPolicy");
    if (rd_more(&body))
        cert->inhibit_policy_mapping = der_small_integer(&body, DER_CONTEXT(1), "inhibitPolicyMapping");
    der_end(&body, "PolicyConstraints");
}

/* InhibitAnyPolicy ::= SkipCerts (4.2.1.14) */
void ext_inhibit_any_policy(struct parser *p, struct hl_reader *r)
{
    p->cert->inhibit_any_policy = der_small_integer(r, DER_INTEGER, "InhibitAnyPolicy");
}
