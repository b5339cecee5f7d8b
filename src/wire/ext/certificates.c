#include "wire/ext/decoders.h"

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))

static struct hl_code identifier_type(uint8_t id)
{
    static const char *const names[] = { "pre_agreed", "key_sha1_hash", "x509_name", "cert_sha1_hash" };

    return small_code(id, names, COUNT(names));
}

/* RFC 6066, section 6: TrustedAuthority. */
static void show_trusted_authority(struct hl_reader *r, const struct hl_visitor *v)
{
    uint8_t type = take_code8(r, v, "identifier_type", identifier_type);

    if (type == 1 || type == 3)
        take_bytes(r, v, 20, "sha1_hash");
    else if (type == 2)
        take_opaque16(r, v, 1, UINT16_MAX, "distinguished_name");
    else if (type != 0)
        rd_reject(r, 1, type, "identifier_type"); /* how long it is cannot be known */
}

/* RFC 6066, section 6: TrustedAuthority trusted_authorities_list<0..2^16-1>; empty in an answer. */
void ext_trusted_ca_keys(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (is_answer(place))
        return;
    take_objects(rd_vec16(r, 0, UINT16_MAX, "trusted_authorities_list"), v, "trusted_authorities",
                 show_trusted_authority);
}

/* RFC 6091, section 3.1 and RFC 7250, section 3: CertificateType certificate_types<1..2^8-1>, or the
 * one that was selected. */
void ext_cert_type(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (is_answer(place))
        take_code8(r, v, "certificate_type", reg_certificate_type);
    else
        take_codes8(rd_vec8(r, 1, UINT8_MAX, "certificate_types"), v, "certificate_types", "certificate_type",
                    reg_certificate_type);
}

static struct hl_code cached_type(uint8_t id)
{
    static const char *const names[] = { [1] = "cert", [2] = "cert_req" };

    return small_code(id, names, COUNT(names));
}

static void show_cached_object(struct hl_reader *r, const struct hl_visitor *v)
{
    take_code8(r, v, "type", cached_type);
    take_opaque8(r, v, 1, UINT8_MAX, "hash_value");
}

/* RFC 7924, section 3: CachedObject cached_info<1..2^16-1>; an answer has the types alone. */
void ext_cached_info(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    struct hl_reader list = rd_vec16(r, 1, UINT16_MAX, "cached_info");

    if (is_answer(place))
        take_codes8(list, v, "cached_info", "cached_information_type", cached_type);
    else
        take_objects(list, v, "cached_objects", show_cached_object);
}

/* RFC 8446, section 4.2.4: DistinguishedName authorities<3..2^16-1>, each in DER. */
void ext_certificate_authorities(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_opaques16(rd_vec16(r, 3, UINT16_MAX, "authorities"), v, "authorities", 1, "distinguished_name");
}

static void show_oid_filter(struct hl_reader *r, const struct hl_visitor *v)
{
    take_opaque8(r, v, 1, UINT8_MAX, "certificate_extension_oid");
    take_opaque16(r, v, 0, UINT16_MAX, "certificate_extension_values");
}

/* RFC 8446, section 4.2.5: OIDFilter filters<0..2^16-1>. */
void ext_oid_filters(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_objects(rd_vec16(r, 0, UINT16_MAX, "filters"), v, "filters", show_oid_filter);
}

/* RFC 9345, section 4: the schemes understood; with a certificate the DelegatedCredential itself. */
void ext_delegated_credential(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place != EXT_CERTIFICATE) {
        take_codes16(rd_vec16(r, 2, UINT16_MAX - 1, "supported_signature_algorithms"), v, "schemes",
                     "signature_scheme", reg_signature_scheme);
        return;
    }
    take_u32(r, v, "valid_time");
    take_code16(r, v, "dc_cert_verify_algorithm", reg_signature_scheme);
    take_opaque24(r, v, 1, 0xffffff, "subject_public_key_info");
    take_code16(r, v, "algorithm", reg_signature_scheme);
    take_opaque16(r, v, 1, UINT16_MAX, "signature");
}

static struct hl_code mapping_type(uint8_t id)
{
    return (struct hl_code){ .id = id, .digits = 2, .name = id == 64 ? "upn_domain_hint" : NULL };
}

/* RFC 4681, section 2: UserMappingType user_mapping_types<1..2^8-1>. */
void ext_user_mapping(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_codes8(rd_vec8(r, 1, UINT8_MAX, "user_mapping_types"), v, "user_mapping_types", "user_mapping_type",
                mapping_type);
}

static struct hl_code authz_format(uint8_t id)
{
    static const char *const names[] = { "x509_attr_cert", "saml_assertion", "x509_attr_cert_url",
                                         "saml_assertion_url" };

    return small_code(id, names, COUNT(names));
}

/* RFC 5878, section 2.2: AuthzDataFormat authz_format_list<1..2^8-1>. */
void ext_authz(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_codes8(rd_vec8(r, 1, UINT8_MAX, "authz_format_list"), v, "formats", "authz_data_format",
                authz_format);
}

/* draft-ietf-tls-trust-anchor-ids, section 4: relative OIDs in a list, or one of a certificate's
 * own (then empty). */
void ext_trust_anchors(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place == EXT_CERTIFICATE)
        return;
    take_opaques8(rd_vec16(r, 0, UINT16_MAX, "trust_anchor_list"), v, "trust_anchors", 1, "trust_anchor_id");
}
