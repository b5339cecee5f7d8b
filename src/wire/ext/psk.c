#include "wire/ext/decoders.h"

/* RFC 5077, section 3.2: the ticket as it is, without a length of its own; empty in an answer. */
void ext_session_ticket(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (!is_answer(place) && rd_left(r) > 0)
        take_rest(r, v, "ticket");
}

/* RFC 8446, section 4.2.11: PskIdentity. */
static void show_identity(struct hl_reader *r, const struct hl_visitor *v)
{
    struct hl_span identity = rd_opaque16(r, 1, UINT16_MAX, "identity");
    if (rd_ok(r)) {
        v_number(v, "length", (int64_t)identity.len);
        v_bytes(v, "identity", identity);
    }
    take_u32(r, v, "obfuscated_ticket_age");
}

/* RFC 8446, section 4.2.11: OfferedPsks, or the number of the identity that was selected. */
void ext_pre_shared_key(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place != EXT_CLIENT_HELLO) {
        take_u16(r, v, "selected_identity");
        return;
    }
    take_objects(rd_vec16(r, 7, UINT16_MAX, "identities"), v, "identities", show_identity);
    take_opaques8(rd_vec16(r, 33, UINT16_MAX, "binders"), v, "binders", 32, "binder");
}

/* RFC 8446, section 4.2.10: empty in a handshake; in a ticket how much may be sent early. */
void ext_early_data(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place == EXT_NEW_SESSION_TICKET)
        take_u32(r, v, "max_early_data_size");
}

/* draft-ietf-tls-tls13-18, section 4.2.7: before early_data stood in tickets. */
void ext_ticket_early_data_info(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_u32(r, v, "max_early_data_size");
}

/* RFC 8446, section 4.2.2: opaque cookie<1..2^16-1>. */
void ext_cookie(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_opaque16(r, v, 1, UINT16_MAX, "cookie");
}

/* RFC 8446, section 4.2.9: PskKeyExchangeMode ke_modes<1..255>. */
void ext_psk_key_exchange_modes(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_codes8(rd_vec8(r, 1, UINT8_MAX, "ke_modes"), v, "modes", "ke_mode", reg_psk_mode);
}

/* RFC 9149, section 3: how many tickets the client wants, and how many will come. */
void ext_ticket_request(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place == EXT_CLIENT_HELLO) {
        take_u8(r, v, "new_session_count");
        take_u8(r, v, "resumption_count");
    } else {
        take_u8(r, v, "expected_count");
    }
}

/* RFC 8672, section 3: PinningTicketExtension. */
void ext_ticket_pinning(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (is_answer(place))
        take_opaque8(r, v, 0, UINT8_MAX, "proof");
    take_opaque16(r, v, 0, UINT16_MAX, "ticket");
    if (is_answer(place))
        take_u32(r, v, "lifetime");
}
