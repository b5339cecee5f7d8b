#include "wire/ext/decoders.h"

/* RFC 6066, section 8: OCSPStatusRequest. */
static void show_ocsp_request(struct hl_reader *r, const struct hl_visitor *v)
{
    struct hl_reader responders = rd_vec16(r, 0, UINT16_MAX, "responder_id_list");

    take_opaques16(responders, v, "responder_ids", 1, "responder_id");
    take_opaque16(r, v, 0, UINT16_MAX, "request_extensions");
}

/* RFC 6066, section 8: CertificateStatusRequest; empty in an answer and in a CertificateRequest. With
 * a certificate of TLS 1.3 the status itself (RFC 8446, section 4.4.2.1). */
void ext_status_request(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (is_answer(place) || place == EXT_CERTIFICATE_REQUEST)
        return;
    uint8_t type = take_code8(r, v, "status_type", reg_certificate_status_type);
    if (type != 1) /* whatever else it may be, its form is not known */
        take_rest(r, v, "data");
    else if (place == EXT_CERTIFICATE)
        take_opaque24(r, v, 1, 0xffffff, "ocsp_response");
    else
        show_ocsp_request(r, v);
}

/* RFC 6961, section 2.2: CertificateStatusRequestItemV2, which says how long it is. */
static void show_status_request_item(struct hl_reader *r, const struct hl_visitor *v)
{
    uint8_t type = take_code8(r, v, "status_type", reg_certificate_status_type);
    struct hl_reader request = rd_vec16(r, 0, UINT16_MAX, "request_length");

    if (type == 1 || type == 2)
        show_ocsp_request(&request, v);
    else
        take_rest(&request, v, "data");
    take_end(&request, "certificate_status_request_item");
}

/* RFC 6961, section 2.2: CertificateStatusRequestListV2. */
void ext_status_request_v2(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (is_answer(place))
        return;
    take_objects(rd_vec16(r, 1, UINT16_MAX, "certificate_status_req_list"), v, "requests",
                 show_status_request_item);
}

/* Milliseconds since 1970 (RFC 6962, section 3.2); null when they are more than a number can hold. */
static void show_timestamp(struct hl_reader *r, const struct hl_visitor *v)
{
    uint64_t timestamp = rd_u64(r, "timestamp");

    if (timestamp > INT64_MAX)
        v_null(v, "timestamp_ms");
    else if (rd_ok(r))
        v_number(v, "timestamp_ms", (int64_t)timestamp);
}

/* RFC 6962, section 3.2: SignedCertificateTimestamp; of another version only the number is known. */
static void show_sct(struct hl_reader *r, const struct hl_visitor *v)
{
    struct hl_reader sct = rd_vec16(r, 1, UINT16_MAX, "serialized_sct");

    if (take_u8(&sct, v, "version") != 0) {
        take_rest(&sct, v, "data");
        return;
    }
    take_bytes(&sct, v, 32, "log_id");
    show_timestamp(&sct, v);
    take_opaque16(&sct, v, 0, UINT16_MAX, "extensions");
    take_code16(&sct, v, "scheme", reg_signature_scheme);
    take_opaque16(&sct, v, 0, UINT16_MAX, "signature");
    take_end(&sct, "serialized_sct");
}

/* RFC 6962, section 3.3: SerializedSCT sct_list<1..2^16-1>; empty where it is asked for. */
void ext_signed_certificate_timestamp(struct hl_reader *r, const struct hl_visitor *v,
                                      enum hl_ext_place place)
{
    if ((place & (EXT_CLIENT_HELLO | EXT_CERTIFICATE_REQUEST)) != 0)
        return;
    take_objects(rd_vec16(r, 1, UINT16_MAX, "sct_list"), v, "scts", show_sct);
}

/* RFC 9162, section 4.5: VersionedTransType. */
static struct hl_code trans_type(uint16_t id)
{
    static const char *const names[] = {
        "x509_entry_v2",       "precert_entry_v2",     "x509_sct_v2",        "precert_sct_v2",
        "signed_tree_head_v2", "consistency_proof_v2", "inclusion_proof_v2",
    };
    struct hl_code code = { .id = id, .digits = 4 };

    if (id >= 0x100 && id < 0x100 + sizeof names / sizeof names[0])
        code.name = names[id - 0x100];
    return code;
}

/* RFC 9162, section 4.8: SignedCertificateTimestampDataV2; the other items are for logs. */
static void show_trans_item(struct hl_reader *r, const struct hl_visitor *v)
{
    struct hl_reader item = rd_vec16(r, 1, UINT16_MAX, "serialized_trans_item");
    uint16_t type = take_code16(&item, v, "versioned_type", trans_type);

    if (type != 0x102 && type != 0x103) {
        take_rest(&item, v, "data");
        return;
    }
    take_opaque8(&item, v, 2, 127, "log_id");
    show_timestamp(&item, v);
    take_opaque16(&item, v, 0, UINT16_MAX, "sct_extensions");
    take_opaque16(&item, v, 1, UINT16_MAX, "signature");
    take_end(&item, "serialized_trans_item");
}

/* RFC 9162, section 6.3: SerializedTransItem trans_item_list<1..2^16-1>; empty where it is asked for. */
void ext_transparency_info(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if ((place & (EXT_CLIENT_HELLO | EXT_CERTIFICATE_REQUEST)) != 0)
        return;
    take_objects(rd_vec16(r, 1, UINT16_MAX, "trans_item_list"), v, "trans_items", show_trans_item);
}

/* RFC 9102, section 2.2: the port asked for; a lifetime in hours and the chain of DNS records. */
void ext_dnssec_chain(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place == EXT_CLIENT_HELLO) {
        take_u16(r, v, "port_number");
        return;
    }
    take_u16(r, v, "ext_support_lifetime");
    take_opaque16(r, v, 1, UINT16_MAX, "authentication_chain");
}
