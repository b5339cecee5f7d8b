#include "wire/ext/decoders.h"

/* RFC 6066, section 4: 2^9 to 2^12 bytes. */
void ext_max_fragment_length(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    uint8_t exponent = rd_u8(r, "max_fragment_length");

    (void)place;
    if (exponent < 1 || exponent > 4)
        rd_reject(r, 1, exponent, "max_fragment_length");
    if (rd_ok(r))
        v_number(v, "max_fragment_length", INT64_C(256) << exponent);
}

/* RFC 8449, section 4: a limit below 64 is an error. */
void ext_record_size_limit(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    uint16_t limit = take_u16(r, v, "record_size_limit");

    (void)place;
    if (limit < 64)
        rd_reject(r, 2, limit, "record_size_limit");
}

static struct hl_code heartbeat_mode(uint8_t id)
{
    static const char *const names[] = { [1] = "peer_allowed_to_send", [2] = "peer_not_allowed_to_send" };

    return small_code(id, names, sizeof names / sizeof names[0]);
}

/* RFC 6520, section 2: another mode is to be answered with illegal_parameter. */
void ext_heartbeat(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    uint8_t mode = take_code8(r, v, "mode", heartbeat_mode);

    (void)place;
    if (mode != 1 && mode != 2)
        rd_reject(r, 1, mode, "mode");
}

/* RFC 7685, section 3: zeros, which need not be shown. */
void ext_padding(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)v;
    (void)place;
    while (rd_more(r)) {
        uint8_t octet = rd_u8(r, "padding");

        if (octet != 0)
            rd_reject(r, 1, octet, "padding");
    }
}

/* RFC 9146, section 3: opaque cid<0..2^8-1>. */
void ext_connection_id(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_opaque8(r, v, 0, UINT8_MAX, "cid");
}

/* RFC 5746, section 3.2: opaque renegotiated_connection<0..255>. */
void ext_renegotiation_info(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_opaque8(r, v, 0, UINT8_MAX, "renegotiated_connection");
}

/* draft-ietf-tls-tlsflags, section 2: opaque flags<0..255>, flag 0 in the lowest bit of the first. */
void ext_tls_flags(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    struct hl_reader flags = rd_vec8(r, 0, UINT8_MAX, "flags");
    unsigned number = 0;

    (void)place;
    if (!rd_ok(r))
        return;
    v_array(v, "flags");
    while (rd_more(&flags)) {
        unsigned octet = rd_u8(&flags, "flags");

        for (unsigned bit = 0; bit < 8; bit++, number++)
            if ((octet >> bit & 1) != 0)
                v_number(v, NULL, number);
    }
    v_end_array(v);
}
