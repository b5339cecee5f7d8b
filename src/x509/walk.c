/* One walk over a certificate: keys in the order of TBSCertificate, then what
 * its extensions say, then what is odd. */
#include "x509/oid.h"
#include "x509/parse.h"

#include "base/text.h"
#include "base/visit.h"

/* Bytes of an extension shown that has no decoder, and of one text. */
#define EXTENSION_BYTES_MAX 1024u
#define TEXT_MAX ((size_t)64 << 10)

void walk_oid(const struct hl_visitor *v, const char *key, struct hl_span oid, unsigned use)
{
    const char *name = oid_name(oid, use);
    char dotted[DER_OID_TEXT];

    if (name == NULL)
        (void)der_oid_text(oid, dotted);
    v_string(v, key, name != NULL ? name : dotted);
}

void walk_string(const struct hl_visitor *v, const char *key, uint8_t tag, struct hl_span value)
{
    uint8_t bytes[512];
    struct hl_buffer text = { .data = bytes, .size = sizeof bytes, .cap = sizeof bytes };

    x509_string_put(&text, tag, value);
    if (!text.failed) {
        v_text(v, key, buf_view(&text));
        return;
    }
    buf_init(&text, TEXT_MAX);
    x509_string_put(&text, tag, value);
    v_text(v, key, buf_view(&text));
    buf_cleanup(&text);
}

void x509_walk_algorithm(const struct hl_visitor *v, const char *key,
                         const struct hl_x509_algorithm *algorithm)
{
    if (algorithm->oid.len == 0)
        v_null(v, key);
    else
        walk_oid(v, key, algorithm->oid, USE_SIGNATURE);
}

void walk_pss(const struct hl_visitor *v, const char *key, const struct hl_x509_pss *pss)
{
    if (!pss->present)
        return;
    v_object(v, key);
    v_string(v, "hash", x509_hash_name(pss->hash));
    v_string(v, "mgf_hash", x509_hash_name(pss->mgf_hash));
    v_number(v, "salt_length", pss->salt_length);
    v_end_object(v);
}

void walk_common_names(const struct hl_visitor *v, const char *key, const struct hl_x509_name *name)
{
    const struct hl_x509_attribute *cn;

    v_array(v, key);
    for (uint32_t i = 0; (cn = x509_next_attribute(name, "CN", &i)) != NULL;)
        walk_string(v, NULL, cn->tag, cn->value);
    v_end_array(v);
}

void x509_walk_time(const struct hl_visitor *v, const char *key, const char *raw_key,
                    const struct hl_x509_time *time)
{
    char text[HL_X509_TIME_TEXT];

    x509_time_text(time->seconds, text);
    if (time->valid)
        v_string(v, key, text);
    else
        v_null(v, key);
    if (time->flags != 0)
        v_text(v, raw_key, time->raw);
}

void walk_key(const struct hl_visitor *v, const struct hl_x509_key *key)
{
    v_object(v, "public_key");
    if (key->algorithm != NULL)
        v_string(v, "algorithm", key->algorithm);
    else if (key->oid.len > 0)
        walk_oid(v, "algorithm", key->oid, USE_KEY);
    else
        v_null(v, "algorithm");
    if (key->bits > 0)
        v_number(v, "bits", key->bits);
    if (key->exponent_raw.len > 8 || key->exponent > INT64_MAX)
        v_bytes(v, "exponent_bytes", key->exponent_raw);
    else if (key->modulus.len > 0)
        v_number(v, "exponent", (int64_t)key->exponent);
    if (key->curve_oid.len > 0)
        walk_oid(v, "curve", key->curve_oid, USE_CURVE);
    if (key->explicit_curve)
        v_bool(v, "explicit_curve", true);
    walk_pss(v, "parameters", &key->pss);
    v_fault(v, "fault", &key->fault);
    v_end_object(v);
}

void walk_extension_list(const struct hl_visitor *v, const struct hl_x509_extension *list, uint32_t count,
                         uint32_t dropped)
{
    v_array(v, "extensions");
    for (uint32_t i = 0; i < count; i++) {
        const struct hl_x509_extension *ext = &list[i];

        v_object(v, NULL);
        char dotted[DER_OID_TEXT];
        (void)der_oid_text(ext->oid, dotted);
        v_string(v, "oid", dotted);
        if (ext->name != NULL)
            v_string(v, "name", ext->name);
        else
            v_null(v, "name");
        v_bool(v, "critical", ext->critical);
        v_number(v, "length", (int64_t)ext->value.len);
        if (ext->duplicate)
            v_bool(v, "duplicate", true);
        if (ext->id == HL_X509_EXT_UNKNOWN || ext->duplicate || ext->fault.kind != HL_FAULT_NONE) {
            size_t shown = ext->value.len < EXTENSION_BYTES_MAX ? ext->value.len : EXTENSION_BYTES_MAX;
            v_bytes(v, "value", (struct hl_span){ ext->value.ptr, shown });
        }
        v_fault(v, "fault", &ext->fault);
        v_end_object(v);
    }
    v_end_array(v);
    walk_dropped(v, "extensions_dropped", dropped);
}

void walk_oddities(const struct hl_visitor *v, uint32_t oddities)
{
    v_array(v, "oddities");
    for (unsigned i = 0; i < X509_ODDITY_COUNT; i++) {
        if ((oddities >> i & 1) != 0)
            v_string(v, NULL, x509_oddity_name(i));
    }
    v_end_array(v);
}

void x509_walk(const struct hl_x509 *cert, const struct hl_visitor *v)
{
    v_number(v, "length", (int64_t)cert->der.len);
    if (cert->version > 0)
        v_number(v, "version_number", cert->version);
    v_bytes(v, "serial", x509_serial(cert));
    v_text(v, "subject", cert->subject.text);
    v_text(v, "issuer", cert->issuer.text);
    walk_common_names(v, "common_names", &cert->subject);
    v_bool(v, "self_issued", x509_is_self_issued(cert));
    x509_walk_time(v, "not_before", "not_before_as_written", &cert->not_before);
    x509_walk_time(v, "not_after", "not_after_as_written", &cert->not_after);
    x509_walk_algorithm(v, "signature_algorithm", &cert->signature_algorithm);
    walk_pss(v, "signature_parameters", &cert->signature_algorithm.pss);
    if ((cert->oddities & X509_ODD_SIGNATURE_ALGORITHM_MISMATCH) != 0)
        x509_walk_algorithm(v, "tbs_signature_algorithm", &cert->tbs_algorithm);
    walk_key(v, &cert->key);
    walk_extensions(cert, v);
    walk_extension_list(v, cert->extensions, cert->extension_count, cert->extensions_dropped);
    walk_oddities(v, cert->oddities);
    v_fault(v, "fault", &cert->fault);
}
