/* What the decoded extensions say, a key each; only those that are there. */
#include "x509/oid.h"
#include "x509/parse.h"
#include "x509/sct.h"

#include "base/text.h"
#include "base/visit.h"

/* Bytes of one name's text; what is longer is cut. */
#define TEXT_MAX ((size_t)64 << 10)

/* Whether there is something to show: also what stood before a fault. */
static bool seen(const struct hl_x509 *cert, enum hl_x509_ext_id id)
{
    return ((cert->present | cert->malformed) >> id & 1) != 0;
}

void walk_dropped(const struct hl_visitor *v, const char *key, uint32_t dropped)
{
    if (dropped > 0)
        v_number(v, key, dropped);
}

/* A name that is text already goes out as it lies; the others through a buffer. */
static void walk_name_text(const struct hl_visitor *v, const char *key,
                           const struct hl_x509_general_name *name)
{
    uint8_t bytes[512];
    struct hl_buffer text = { .data = bytes, .size = sizeof bytes, .cap = sizeof bytes };

    if (name->type == HL_X509_DNS || name->type == HL_X509_EMAIL || name->type == HL_X509_URI) {
        v_text(v, key, name->value);
        return;
    }
    x509_general_name_put(&text, name);
    if (!text.failed) {
        v_text(v, key, buf_view(&text));
        return;
    }
    buf_init(&text, TEXT_MAX);
    x509_general_name_put(&text, name);
    v_text(v, key, buf_view(&text));
    buf_cleanup(&text);
}

static void walk_names(const struct hl_visitor *v, const char *key, const struct hl_x509_names *names)
{
    v_array(v, key);
    for (uint32_t i = 0; i < names->count; i++) {
        v_object(v, NULL);
        v_string(v, "type", x509_name_type_name(names->list[i].type));
        walk_name_text(v, "value", &names->list[i]);
        v_end_object(v);
    }
    v_end_array(v);
}

void walk_name_texts(const struct hl_visitor *v, const char *key, const struct hl_x509_names *names)
{
    v_array(v, key);
    for (uint32_t i = 0; i < names->count; i++)
        walk_name_text(v, NULL, &names->list[i]);
    v_end_array(v);
}

static void walk_basic_constraints(const struct hl_visitor *v, const struct hl_x509 *cert)
{
    v_object(v, "basic_constraints");
    v_bool(v, "ca", cert->ca);
    if (cert->path_length >= 0)
        v_number(v, "path_length", cert->path_length);
    v_end_object(v);
}

void walk_bits(const struct hl_visitor *v, const char *key, uint16_t bits, const char *const *names,
               unsigned count)
{
    v_array(v, key);
    for (unsigned i = 0; i < count; i++) {
        if ((bits >> i & 1) != 0)
            v_string(v, NULL, names[i]);
    }
    v_end_array(v);
}

static void walk_key_usage(const struct hl_visitor *v, const struct hl_x509 *cert)
{
    static const char *const names[] = { "digitalSignature", "nonRepudiation", "keyEncipherment",
                                         "dataEncipherment", "keyAgreement",   "keyCertSign",
                                         "cRLSign",          "encipherOnly",   "decipherOnly" };

    walk_bits(v, "key_usage", cert->key_usage, names, sizeof names / sizeof names[0]);
}

static void walk_ns_cert_type(const struct hl_visitor *v, const struct hl_x509 *cert)
{
    static const char *const names[] = { "sslClient", "sslServer", "email", "objectSigning",
                                         "reserved",  "sslCA",     "emailCA", "objectSigningCA" };

    walk_bits(v, "netscape_cert_type", cert->ns_cert_type, names, sizeof names / sizeof names[0]);
}

void walk_oids(const struct hl_visitor *v, const char *key, const struct hl_x509_oids *oids, unsigned use)
{
    v_array(v, key);
    for (uint32_t i = 0; i < oids->count; i++)
        walk_oid(v, NULL, oids->list[i], use);
    v_end_array(v);
}

void walk_authority_key_id(const struct hl_visitor *v, struct hl_span key_id,
                           const struct hl_x509_names *issuer, struct hl_span serial)
{
    v_object(v, "authority_key_identifier");
    if (key_id.len > 0)
        v_bytes(v, "key_id", key_id);
    if (issuer->count > 0)
        walk_name_texts(v, "issuer", issuer);
    if (serial.len > 0)
        v_bytes(v, "serial", x509_serial_shown(serial));
    v_end_object(v);
}

static void walk_name_constraints(const struct hl_visitor *v, const struct hl_x509 *cert)
{
    v_object(v, "name_constraints");
    walk_names(v, "permitted", &cert->permitted);
    walk_dropped(v, "permitted_dropped", cert->permitted.dropped);
    walk_names(v, "excluded", &cert->excluded);
    walk_dropped(v, "excluded_dropped", cert->excluded.dropped);
    if (cert->constraint_bounds)
        v_bool(v, "bounds", true);
    v_end_object(v);
}

static void walk_policies(const struct hl_visitor *v, const struct hl_x509_policies *policies)
{
    v_array(v, "certificate_policies");
    for (uint32_t i = 0; i < policies->count; i++) {
        const struct hl_x509_policy *policy = &policies->list[i];
        const char *name = oid_name(policy->oid, USE_POLICY);
        char dotted[DER_OID_TEXT];

        (void)der_oid_text(policy->oid, dotted);
        v_object(v, NULL);
        v_string(v, "oid", dotted);
        if (name != NULL)
            v_string(v, "name", name);
        if (policy->cps.len > 0)
            v_text(v, "cps", policy->cps);
        if (policy->notice.len > 0)
            walk_string(v, "notice", policy->notice_tag, policy->notice);
        v_end_object(v);
    }
    v_end_array(v);
    walk_dropped(v, "certificate_policies_dropped", policies->dropped);
}

static void walk_skip_certs(const struct hl_visitor *v, const char *key, int64_t value)
{
    if (value >= 0)
        v_number(v, key, value);
}

static void walk_accesses(const struct hl_visitor *v, const char *key,
                          const struct hl_x509_accesses *accesses)
{
    v_array(v, key);
    for (uint32_t i = 0; i < accesses->count; i++) {
        v_object(v, NULL);
        walk_oid(v, "method", accesses->list[i].method, USE_ACCESS);
        v_string(v, "type", x509_name_type_name(accesses->list[i].location.type));
        walk_name_text(v, "value", &accesses->list[i].location);
        v_end_object(v);
    }
    v_end_array(v);
}

static void walk_tls_features(const struct hl_visitor *v, const struct hl_x509 *cert)
{
    v_array(v, "tls_features");
    for (uint32_t i = 0; i < cert->tls_features.count; i++)
        v_number(v, NULL, cert->tls_features.list[i]);
    v_end_array(v);
    v_bool(v, "must_staple", x509_must_staple(cert));
}

void walk_extensions(const struct hl_x509 *cert, const struct hl_visitor *v)
{
    if (seen(cert, HL_X509_EXT_SAN)) {
        walk_names(v, "subject_alternative_names", &cert->san);
        walk_dropped(v, "subject_alternative_names_dropped", cert->san.dropped);
    }
    if (seen(cert, HL_X509_EXT_ISSUER_ALT_NAME))
        walk_names(v, "issuer_alternative_names", &cert->issuer_alt_names);
    if (seen(cert, HL_X509_EXT_BASIC_CONSTRAINTS))
        walk_basic_constraints(v, cert);
    if (seen(cert, HL_X509_EXT_KEY_USAGE))
        walk_key_usage(v, cert);
    if (seen(cert, HL_X509_EXT_EXT_KEY_USAGE))
        walk_oids(v, "extended_key_usage", &cert->ext_key_usage, USE_PURPOSE);
    if (seen(cert, HL_X509_EXT_SKI))
        v_bytes(v, "subject_key_identifier", cert->subject_key_id);
    if (seen(cert, HL_X509_EXT_AKI))
        walk_authority_key_id(v, cert->authority_key_id, &cert->authority_issuer, cert->authority_serial);
    if (seen(cert, HL_X509_EXT_NAME_CONSTRAINTS))
        walk_name_constraints(v, cert);
    if (seen(cert, HL_X509_EXT_POLICIES))
        walk_policies(v, &cert->policies);
    if (seen(cert, HL_X509_EXT_POLICY_MAPPINGS))
        walk_oids(v, "policy_mappings", &cert->policy_mappings, USE_POLICY);
    walk_skip_certs(v, "require_explicit_policy", cert->require_explicit_policy);
    walk_skip_certs(v, "inhibit_policy_mapping", cert->inhibit_policy_mapping);
    walk_skip_certs(v, "inhibit_any_policy", cert->inhibit_any_policy);
    if (seen(cert, HL_X509_EXT_CRL_POINTS))
        walk_name_texts(v, "crl_distribution_points", &cert->crl_points);
    if (seen(cert, HL_X509_EXT_FRESHEST_CRL))
        walk_name_texts(v, "freshest_crl", &cert->freshest_crl);
    if (seen(cert, HL_X509_EXT_AUTHORITY_INFO))
        walk_accesses(v, "authority_info_access", &cert->authority_info);
    if (seen(cert, HL_X509_EXT_SUBJECT_INFO))
        walk_accesses(v, "subject_info_access", &cert->subject_info);
    if (seen(cert, HL_X509_EXT_TLS_FEATURE))
        walk_tls_features(v, cert);
    if (seen(cert, HL_X509_EXT_SCT_LIST))
        sct_list_walk(&cert->scts, "signed_certificate_timestamps", v);
    if (seen(cert, HL_X509_EXT_CT_POISON))
        v_bool(v, "precertificate", true);
    if (seen(cert, HL_X509_EXT_OCSP_NO_CHECK))
        v_bool(v, "ocsp_no_check", true);
    if (seen(cert, HL_X509_EXT_QC_STATEMENTS))
        walk_oids(v, "qualified_statements", &cert->qc_statements, USE_STATEMENT);
    if (seen(cert, HL_X509_EXT_NS_CERT_TYPE))
        walk_ns_cert_type(v, cert);
    if (seen(cert, HL_X509_EXT_NS_COMMENT))
        walk_string(v, "netscape_comment", DER_IA5_STRING, cert->ns_comment);
    if (seen(cert, HL_X509_EXT_MS_TEMPLATE_NAME))
        walk_string(v, "microsoft_template_name", cert->ms_template_name_tag, cert->ms_template_name);
    if (seen(cert, HL_X509_EXT_MS_TEMPLATE))
        walk_oid(v, "microsoft_template", cert->ms_template, USE_OTHER);
}
