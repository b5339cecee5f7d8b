#include "wire/ext/decoders.h"

/* RFC 8422, section 5.1.1 and RFC 8446, section 4.2.7: NamedGroup named_group_list<2..2^16-1>. */
void ext_supported_groups(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_codes16(rd_vec16(r, 2, UINT16_MAX, "named_group_list"), v, "groups", "named_group", reg_group);
}

/* RFC 8422, section 5.1.2: ECPointFormat ec_point_format_list<1..2^8-1>. */
void ext_ec_point_formats(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_codes8(rd_vec8(r, 1, UINT8_MAX, "ec_point_format_list"), v, "formats", "ec_point_format",
                reg_point_format);
}

/* RFC 8446, section 4.2.3: SignatureScheme supported_signature_algorithms<2..2^16-2>. */
void ext_signature_algorithms(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_codes16(rd_vec16(r, 2, UINT16_MAX - 1, "supported_signature_algorithms"), v, "schemes",
                 "signature_scheme", reg_signature_scheme);
}

/* RFC 8446, section 4.2.1: ProtocolVersion versions<2..254>, or the one that was selected. */
void ext_supported_versions(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place == EXT_CLIENT_HELLO)
        take_codes16(rd_vec8(r, 2, 254, "versions"), v, "versions", "protocol_version", reg_version);
    else
        take_code16(r, v, "version", reg_version);
}

/* RFC 8446, section 4.2.8: KeyShareEntry. */
static void show_key_share(struct hl_reader *r, const struct hl_visitor *v)
{
    take_code16(r, v, "group", reg_group);
    struct hl_span key_exchange = rd_opaque16(r, 1, UINT16_MAX, "key_exchange");
    if (rd_ok(r)) {
        v_number(v, "length", (int64_t)key_exchange.len);
        v_bytes(v, "key_exchange", key_exchange);
    }
}

/* RFC 8446, section 4.2.8: client_shares<0..2^16-1>, selected_group, or server_share. */
void ext_key_share(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place == EXT_HELLO_RETRY_REQUEST) {
        take_code16(r, v, "selected_group", reg_group);
        return;
    }
    if (place != EXT_CLIENT_HELLO) {
        v_object(v, "share");
        show_key_share(r, v);
        v_end_object(v);
        return;
    }
    take_objects(rd_vec16(r, 0, UINT16_MAX, "client_shares"), v, "shares", show_key_share);
}

/* RFC 8879, section 3: CertificateCompressionAlgorithm algorithms<2..2^8-2>. */
void ext_compress_certificate(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_codes16(rd_vec8(r, 2, UINT8_MAX - 1, "algorithms"), v, "algorithms", "algorithm",
                 reg_certificate_compression);
}

/* RFC 5764, section 4.1.1: SRTPProtectionProfiles<2..2^16-1> and srtp_mki<0..255>. */
void ext_use_srtp(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_codes16(rd_vec16(r, 2, UINT16_MAX, "srtp_protection_profiles"), v, "profiles",
                 "srtp_protection_profile", reg_srtp_profile);
    take_opaque8(r, v, 0, UINT8_MAX, "srtp_mki");
}

static struct hl_code ekt_cipher(uint8_t id)
{
    static const char *const names[] = { [0] = "AESKW128", [1] = "AESKW256" };

    return small_code(id, names, sizeof names / sizeof names[0]);
}

/* RFC 8870, section 5.2.1: EKTCipherType supported_ciphers<1..255>, or the one that was selected. */
void ext_supported_ekt_ciphers(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place == EXT_CLIENT_HELLO)
        take_codes8(rd_vec8(r, 1, UINT8_MAX, "supported_ciphers"), v, "ciphers", "ekt_cipher_type",
                    ekt_cipher);
    else
        take_code8(r, v, "selected_cipher", ekt_cipher);
}

/* RFC 8472, section 2: TB_ProtocolVersion and key_parameters_list<1..2^8-1>. */
void ext_token_binding(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_u8(r, v, "major");
    take_u8(r, v, "minor");
    take_codes8(rd_vec8(r, 1, UINT8_MAX, "key_parameters_list"), v, "key_parameters", "key_parameters",
                reg_token_binding_key);
}

/* draft-cragie-tls-ecjpake, section 6: two keys, each with a Schnorr proof of knowing the secret. */
void ext_ecjpake(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    v_array(v, "key_kp_pair");
    for (int i = 0; i < 2 && rd_ok(r); i++) {
        v_object(v, NULL);
        take_opaque8(r, v, 1, UINT8_MAX, "x");
        take_opaque8(r, v, 1, UINT8_MAX, "v");
        take_opaque8(r, v, 1, UINT8_MAX, "r");
        v_end_object(v);
    }
    v_end_array(v);
}
