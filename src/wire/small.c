#include "wire/small.h"

#include "registry/registry.h"
#include "wire/ext/ext.h"
#include "wire/key_exchange.h"
#include "wire/take.h"
#include "wire/version.h"

/* HelloRequest, ServerHelloDone, EndOfEarlyData: nothing, which message_walk() checks. */
void message_empty(struct hl_reader *r, const struct hl_visitor *v, const struct hl_message_context *ctx)
{
    (void)r;
    (void)v;
    (void)ctx;
}

void message_opaque(struct hl_reader *r, const struct hl_visitor *v, const struct hl_message_context *ctx)
{
    (void)ctx;
    if (rd_left(r) > 0)
        take_rest(r, v, "data");
}

/* --- NewSessionTicket ------------------------------------------------------ */

/* For when nobody knows the version: before TLS 1.3 the ticket is all that follows the lifetime. */
static bool ticket_looks_tls13(const struct hl_reader *r)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);

    (void)rd_u32(&ahead, "ticket_lifetime_hint");
    return rd_u16(&ahead, "ticket") != rd_left(&ahead);
}

static void read_ticket(struct hl_reader *r, bool tls13, const struct hl_visitor *v,
                        struct hl_new_session_ticket *out)
{
    *out = (struct hl_new_session_ticket){ .lifetime = 0 };
    if (!tls13) { /* RFC 5077, section 3.3 */
        out->lifetime = take_u32(r, v, "ticket_lifetime_hint");
        out->ticket = take_opaque16(r, v, 0, UINT16_MAX, "ticket");
        return;
    }
    /* RFC 8446, section 4.6.1 */
    out->lifetime = take_u32(r, v, "ticket_lifetime");
    out->age_add = take_u32(r, v, "ticket_age_add");
    out->nonce = take_opaque8(r, v, 0, UINT8_MAX, "ticket_nonce");
    out->ticket = take_opaque16(r, v, 1, UINT16_MAX, "ticket");
    struct hl_reader extensions = rd_vec16(r, 0, UINT16_MAX - 1, "extensions");
    out->extensions = rd_span(&extensions);
    ext_walk_list(&extensions, EXT_NEW_SESSION_TICKET, "extensions", v);
}

void message_new_session_ticket(struct hl_reader *r, const struct hl_visitor *v,
                                const struct hl_message_context *ctx)
{
    struct hl_new_session_ticket unused;
    bool tls13 = ctx->version != 0 ? version_is_tls13(ctx->version) : ticket_looks_tls13(r);

    read_ticket(r, tls13, v, &unused);
}

bool new_session_ticket_parse(struct hl_reader *r, bool tls13, struct hl_new_session_ticket *out)
{
    read_ticket(r, tls13, NULL, out);
    return rd_end(r, "new_session_ticket");
}

/* --- hellos that are none -------------------------------------------------- */

/* RFC 8446, section 4.3.1. */
void message_encrypted_extensions(struct hl_reader *r, const struct hl_visitor *v,
                                  const struct hl_message_context *ctx)
{
    struct hl_reader extensions = rd_vec16(r, 0, UINT16_MAX, "extensions");

    (void)ctx;
    ext_walk_list(&extensions, EXT_ENCRYPTED_EXTENSIONS, "extensions", v);
}

/* RFC 6347, section 4.2.1. */
void message_hello_verify_request(struct hl_reader *r, const struct hl_visitor *v,
                                  const struct hl_message_context *ctx)
{
    (void)ctx;
    take_code16(r, v, "server_version", reg_version);
    take_opaque8(r, v, 0, UINT8_MAX, "cookie");
}

/* draft-ietf-tls-tls13-21, section 4.1.4: a message of its own, later a ServerHello. The cipher suite
 * came with draft 19. */
void message_hello_retry_request(struct hl_reader *r, const struct hl_visitor *v,
                                 const struct hl_message_context *ctx)
{
    (void)ctx;
    take_code16(r, v, "server_version", reg_version);
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);
    if (rd_u16(&ahead, "extensions") != rd_left(&ahead))
        take_code16(r, v, "cipher_suite", reg_cipher_suite);
    struct hl_reader extensions = rd_vec16(r, 2, UINT16_MAX, "extensions");
    ext_walk_list(&extensions, EXT_HELLO_RETRY_REQUEST, "extensions", v);
}

/* --- the end of a handshake, and after ------------------------------------- */

/* RFC 8446, section 4.4.4: as long as the hash; RFC 5246, section 7.4.9: 12 bytes unless the suite
 * says otherwise; RFC 6101, section 5.6.9: 36. */
void message_finished(struct hl_reader *r, const struct hl_visitor *v, const struct hl_message_context *ctx)
{
    size_t least = ctx->version == 0x0300 ? 36 : 12;

    if (rd_left(r) < least)
        take_bytes(r, v, least, "verify_data"); /* which notes what is missing */
    else
        take_rest(r, v, "verify_data");
}

static struct hl_code key_update_request(uint8_t id)
{
    static const char *const names[] = { "update_not_requested", "update_requested" };

    return small_code(id, names, 2);
}

/* RFC 8446, section 4.6.3: another value is to be answered with illegal_parameter. */
void message_key_update(struct hl_reader *r, const struct hl_visitor *v, const struct hl_message_context *ctx)
{
    (void)ctx;
    uint8_t request = take_code8(r, v, "request_update", key_update_request);
    if (request > 1)
        rd_reject(r, 1, request, "request_update");
}

static struct hl_code supplemental_type(uint16_t id)
{
    const char *name = id == 0 ? "user_mapping_data" : id == 16386 ? "authz_data" : NULL;

    return (struct hl_code){ .id = id, .digits = 4, .name = name };
}

static void read_supplemental_entry(struct hl_reader *r, const struct hl_visitor *v)
{
    take_code16(r, v, "supp_data_type", supplemental_type);
    take_opaque16(r, v, 0, UINT16_MAX, "data");
}

/* RFC 4680, section 2: SupplementalDataEntry supp_data<1..2^24-1>. */
void message_supplemental_data(struct hl_reader *r, const struct hl_visitor *v,
                               const struct hl_message_context *ctx)
{
    (void)ctx;
    take_objects(rd_vec24(r, 1, 0xffffff, "supp_data"), v, "supp_data", read_supplemental_entry);
}

/* draft-agl-tls-nextprotoneg, section 3: padded to a multiple of 32 bytes. */
void message_next_protocol(struct hl_reader *r, const struct hl_visitor *v,
                           const struct hl_message_context *ctx)
{
    (void)ctx;
    take_text8(r, v, 0, UINT8_MAX, "selected_protocol");
    take_opaque8(r, v, 0, UINT8_MAX, "padding");
}

/* draft-balfanz-tls-channelid, section 4: a point of P-256 and a signature, inside an extension. */
void message_channel_id(struct hl_reader *r, const struct hl_visitor *v, const struct hl_message_context *ctx)
{
    (void)ctx;
    take_code16(r, v, "extension_type", reg_extension);
    struct hl_reader proof = rd_vec16(r, 128, 128, "extension_data");
    take_bytes(&proof, v, 32, "x");
    take_bytes(&proof, v, 32, "y");
    take_bytes(&proof, v, 32, "r");
    take_bytes(&proof, v, 32, "s");
}

/* --- DTLS 1.3 -------------------------------------------------------------- */

/* RFC 9147, section 9. */
void message_request_connection_id(struct hl_reader *r, const struct hl_visitor *v,
                                   const struct hl_message_context *ctx)
{
    (void)ctx;
    take_u8(r, v, "num_cids");
}

static struct hl_code connection_id_usage(uint8_t id)
{
    static const char *const names[] = { "cid_immediate", "cid_spare" };

    return small_code(id, names, 2);
}

/* RFC 9147, section 9: ConnectionId cids<0..2^16-1>. */
void message_new_connection_id(struct hl_reader *r, const struct hl_visitor *v,
                               const struct hl_message_context *ctx)
{
    (void)ctx;
    take_opaques8(rd_vec16(r, 0, UINT16_MAX, "cids"), v, "cids", 0, "cid");
    take_code8(r, v, "usage", connection_id_usage);
}
