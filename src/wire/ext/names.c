#include "wire/ext/decoders.h"

#include <stdio.h>

static bool is_host_name(uint8_t type)
{
    return type == 0;
}

/* RFC 6066, section 3. A type other than host_name is to begin with a length of two bytes as well. */
static void show_name(struct hl_reader *r, const struct hl_visitor *v)
{
    take_code8(r, v, "name_type", reg_name_type);
    take_text16(r, v, 1, UINT16_MAX, "name");
}

/* RFC 6066, section 3: ServerNameList server_name_list<1..2^16-1>; empty in a server's answer. */
void ext_server_name(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    struct hl_span first = { NULL, 0 };
    bool have_host = false, odd = false;
    size_t count = 0;

    if (is_answer(place))
        return;

    struct hl_reader list = rd_vec16(r, 1, UINT16_MAX, "server_name_list");
    struct hl_fault unused; /* for the second time */
    struct hl_reader again = look_ahead(&list, &unused);
    while (rd_more(&list)) {
        uint8_t type = rd_u8(&list, "name_type");
        struct hl_span name = rd_opaque16(&list, 1, UINT16_MAX, "host_name");

        if (!rd_ok(&list))
            break;
        odd = odd || ++count > 1 || !is_host_name(type);
        if (is_host_name(type) && !have_host) {
            have_host = true;
            first = name;
        }
    }
    if (have_host)
        v_text(v, "server_name", first);
    if (odd)
        take_objects(again, v, "server_names", show_name);
}

/* RFC 8701, section 2: two equal bytes stand for no protocol, and are no text. */
static void show_protocol(struct hl_span name, const struct hl_visitor *v)
{
    if (!is_grease_alpn(name)) {
        v_text(v, NULL, name);
        return;
    }
    struct hl_fault unused;
    struct hl_reader r = rd_init(name, &unused);
    char text[32];

    (void)snprintf(text, sizeof text, "GREASE (0x%04x)", rd_u16(&r, "protocol_name"));
    v_string(v, NULL, text);
}

static size_t show_protocols(struct hl_reader list, const struct hl_visitor *v)
{
    size_t count = 0;

    if (!rd_ok(&list))
        return 0;
    v_array(v, "protocols");
    while (rd_more(&list)) {
        struct hl_span name = rd_opaque8(&list, 1, UINT8_MAX, "protocol_name");

        if (!rd_ok(&list))
            break;
        show_protocol(name, v);
        count++;
    }
    v_end_array(v);
    return count;
}

/* RFC 7301, section 3.1: ProtocolName protocol_name_list<2..2^16-1>; a server names exactly one. */
void ext_alpn(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    size_t count = show_protocols(rd_vec16(r, 2, UINT16_MAX, "protocol_name_list"), v);

    if (is_answer(place) && count > 1)
        rd_reject(r, 0, count, "protocol_name_list");
}

/* draft-vvv-tls-alps, section 4: the protocols with settings, later the settings of the one chosen. */
void ext_application_settings(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place == EXT_ENCRYPTED_EXTENSIONS)
        take_rest(r, v, "settings");
    else
        show_protocols(rd_vec16(r, 2, UINT16_MAX, "supported_protocols"), v);
}

/* draft-agl-tls-nextprotoneg, section 3: empty from the client; names without a length around them. */
void ext_next_protocol_negotiation(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place == EXT_CLIENT_HELLO)
        return;
    struct hl_reader names = *r;
    (void)rd_rest(r);
    show_protocols(names, v);
}

/* RFC 5054, section 2.8.1: opaque srp_I<1..2^8-1>, the user's name. */
void ext_srp(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_text8(r, v, 1, UINT8_MAX, "srp_i");
}

/* RFC 8492, section 4.1: the user's name, encrypted or as it is; bytes in either case. */
void ext_pwd_name(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_opaque8(r, v, 1, UINT8_MAX, "pwd_name");
}

/* RFC 8844, section 3.2: opaque binding_hash<0..32>. */
void ext_external_id_hash(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_opaque8(r, v, 0, 32, "binding_hash");
}

/* RFC 8844, section 4.3: opaque session_id<20..255>. */
void ext_external_session_id(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_opaque8(r, v, 20, UINT8_MAX, "session_id");
}
