#include "wire/ext/ext.h"

#include "wire/code_text.h"
#include "wire/ext/decoders.h"
#include "wire/message.h"

/* Short names for the column `messages`. */
enum {
    CH = EXT_CLIENT_HELLO,
    SH = EXT_SERVER_HELLO,
    HRR = EXT_HELLO_RETRY_REQUEST,
    EE = EXT_ENCRYPTED_EXTENSIONS,
    CT = EXT_CERTIFICATE,
    CR = EXT_CERTIFICATE_REQUEST,
    NST = EXT_NEW_SESSION_TICKET,
};

/* Sorted by number. Where IANA's registry has no messages (up to TLS 1.2), or SH is added to them,
 * a ServerHello of TLS 1.2 may have the answer. */
static const struct hl_ext_row rows[] = {
    { 0, CH | SH | EE | CR, ext_server_name },
    { 1, CH | SH | EE, ext_max_fragment_length },
    { 2, CH | SH, ext_empty }, /* client_certificate_url: RFC 6066, section 5 */
    { 3, CH | SH, ext_trusted_ca_keys },
    { 4, CH | SH, ext_empty }, /* truncated_hmac: RFC 6066, section 7 */
    { 5, CH | SH | CR | CT, ext_status_request },
    { 6, CH | SH, ext_user_mapping },
    { 7, CH | SH, ext_authz }, /* client_authz */
    { 8, CH | SH, ext_authz }, /* server_authz */
    { 9, CH | SH, ext_cert_type },
    { 10, CH | EE, ext_supported_groups },
    { 11, CH | SH, ext_ec_point_formats },
    { 12, CH, ext_srp },
    { 13, CH | CR, ext_signature_algorithms },
    { 14, CH | SH | EE, ext_use_srtp },
    { 15, CH | SH | EE, ext_heartbeat },
    { 16, CH | SH | EE, ext_alpn },
    { 17, CH | SH, ext_status_request_v2 },
    { 18, CH | SH | CR | CT, ext_signed_certificate_timestamp },
    { 19, CH | SH | EE, ext_cert_type }, /* client_certificate_type */
    { 20, CH | SH | EE, ext_cert_type }, /* server_certificate_type */
    { 21, CH, ext_padding },
    { 22, CH | SH, ext_empty }, /* encrypt_then_mac: RFC 7366, section 2 */
    { 23, CH | SH, ext_empty }, /* extended_main_secret: RFC 7627, section 5.1 */
    { 24, CH | SH | EE, ext_token_binding },
    { 25, CH | SH, ext_cached_info },
    { 27, CH | CR, ext_compress_certificate },
    { 28, CH | SH | EE, ext_record_size_limit },
    { 29, CH, ext_pwd_name }, /* pwd_protect */
    { 30, CH, ext_pwd_name }, /* pwd_clear */
    { 32, CH | EE, ext_ticket_pinning },
    { 33, CH | SH, ext_empty }, /* tls_cert_with_extern_psk: RFC 8773, section 4 */
    { 34, CH | CR | CT, ext_delegated_credential },
    { 35, CH | SH, ext_session_ticket },
    { 39, CH | SH | EE, ext_supported_ekt_ciphers },
    { 40, CH | SH | HRR, ext_key_share }, /* its number up to draft-ietf-tls-tls13-22 */
    { 41, CH | SH, ext_pre_shared_key },
    { 42, CH | EE | NST, ext_early_data },
    { 43, CH | SH | HRR, ext_supported_versions },
    { 44, CH | HRR, ext_cookie },
    { 45, CH, ext_psk_key_exchange_modes },
    { 46, NST, ext_ticket_early_data_info },
    { 47, CH | CR, ext_certificate_authorities },
    { 48, CR, ext_oid_filters },
    { 49, CH, ext_empty }, /* post_handshake_auth: RFC 8446, section 4.2.6 */
    { 50, CH | CR, ext_signature_algorithms }, /* signature_algorithms_cert */
    { 51, CH | SH | HRR, ext_key_share },
    { 52, CH | SH | CR | CT, ext_transparency_info },
    { 53, CH | SH, ext_connection_id }, /* its number before RFC 9146 */
    { 54, CH | SH, ext_connection_id },
    { 55, CH | SH | EE, ext_external_id_hash },
    { 56, CH | SH | EE, ext_external_session_id },
    { 57, CH | EE, ext_quic_transport_parameters },
    { 58, CH | EE, ext_ticket_request },
    { 59, CH | SH | CT, ext_dnssec_chain },
    { 61, CH | SH, ext_empty }, /* rrc: RFC 9853, section 3 */
    { 62, CH | SH | HRR | EE | CR | CT | NST, ext_tls_flags },
    { 0x0100, CH | SH, ext_ecjpake },
    { 13172, CH | SH, ext_next_protocol_negotiation },
    { 17513, CH | EE, ext_application_settings }, /* its first number */
    { 17613, CH | EE, ext_application_settings },
    { 30031, CH | SH | EE, ext_empty }, /* channel_id, its first number */
    { 30032, CH | SH | EE, ext_empty }, /* channel_id: draft-balfanz-tls-channelid, section 3 */
    { 0xca34, CH | EE | CR | CT, ext_trust_anchors },
    { 0xfd00, CH, ext_ech_outer_extensions },
    { 0xfe0d, CH | HRR | EE, ext_encrypted_client_hello },
    { 0xff01, CH | SH, ext_renegotiation_info },
    { 0xffa5, CH | EE, ext_quic_transport_parameters_draft },
    { 0xffce, CH | EE, ext_encrypted_server_name },
};

void ext_empty(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)r;
    (void)v;
    (void)place;
}

const struct hl_ext_row *ext_row(uint16_t id)
{
    size_t low = 0, high = sizeof rows / sizeof rows[0];

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (rows[middle].id == id)
            return &rows[middle];
        if (rows[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* The fields of the extension that `body` is a reader over, with a fault of its own. */
static bool walk_body(uint16_t id, struct hl_reader *body, enum hl_ext_place place,
                      const struct hl_visitor *v)
{
    const struct hl_ext_row *row = ext_row(id);
    const char *name = reg_extension(id).name;

    if (row != NULL)
        row->decode(body, v, place);
    else if (rd_left(body) > 0)
        take_rest(body, v, "data");
    return rd_end(body, name != NULL ? name : "extension_data");
}

bool ext_walk(uint16_t id, struct hl_span body, size_t offset, enum hl_ext_place place,
              const struct hl_visitor *v)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(body, &fault);

    r.nested = true; /* what does not fit is the peer's doing: the extension is there as a whole */
    v_object(v, NULL);
    code_fields(reg_extension(id), v);
    v_number(v, "length", (int64_t)body.len);
    bool ok = walk_body(id, &r, place, v);
    if (!ok) {
        fault.offset += offset;
        v_fault(v, "fault", &fault);
    }
    v_end_object(v);
    return ok;
}

bool ext_check(uint16_t id, struct hl_span body, enum hl_ext_place place, struct hl_fault *fault)
{
    struct hl_reader r = rd_init(body, fault);

    r.nested = true;
    return walk_body(id, &r, place, NULL);
}

/* One of a list. A fault in its body is its own, and the list goes on; one in its header ends the list. */
static void walk_next(struct hl_reader *r, enum hl_ext_place place, const struct hl_visitor *v)
{
    uint16_t id = rd_u16(r, "extension_type");
    struct hl_reader ahead = *r;
    uint16_t length = rd_u16(&ahead, "extension_data");

    if (!rd_ok(r))
        return;
    v_object(v, NULL);
    code_fields(reg_extension(id), v);
    v_number(v, "length", length);
    struct hl_reader body = rd_vec16(r, 0, UINT16_MAX, "extension_data");
    if (rd_ok(r)) {
        struct hl_fault fault = { .kind = HL_FAULT_NONE };

        body.fault = &fault;
        if (!walk_body(id, &body, place, v))
            v_fault(v, "fault", &fault);
    }
    v_end_object(v);
}

void ext_walk_list(struct hl_reader *r, enum hl_ext_place place, const char *key, const struct hl_visitor *v)
{
    if (!rd_ok(r)) /* there is no such list */
        return;
    v_array(v, key);
    while (rd_more(r))
        walk_next(r, place, v);
    v_end_array(v);
}
