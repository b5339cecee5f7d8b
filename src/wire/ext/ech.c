#include "wire/code_text.h"
#include "wire/ext/decoders.h"

static struct hl_code client_hello_type(uint8_t id)
{
    static const char *const names[] = { "outer", "inner" };

    return small_code(id, names, 2);
}

/* RFC 9849, section 4: HpkeSymmetricCipherSuite. */
static void show_cipher_suite(struct hl_reader *r, const struct hl_visitor *v)
{
    take_code16(r, v, "kdf_id", reg_hpke_kdf);
    take_code16(r, v, "aead_id", reg_hpke_aead);
}

/* RFC 9849, section 4: an extension of the configuration, not of TLS. */
static void show_config_extension(struct hl_reader *r, const struct hl_visitor *v)
{
    take_u16(r, v, "type");
    take_opaque16(r, v, 0, UINT16_MAX, "data");
}

/* RFC 9849, section 4: ECHConfigContents. */
static void show_config_contents(struct hl_reader *r, const struct hl_visitor *v)
{
    take_u8(r, v, "config_id");
    take_code16(r, v, "kem_id", reg_hpke_kem);
    take_opaque16(r, v, 1, UINT16_MAX, "public_key");
    take_objects(rd_vec16(r, 4, UINT16_MAX - 3, "cipher_suites"), v, "cipher_suites", show_cipher_suite);
    take_u8(r, v, "maximum_name_length");
    take_text8(r, v, 1, UINT8_MAX, "public_name");
    take_objects(rd_vec16(r, 0, UINT16_MAX, "extensions"), v, "extensions", show_config_extension);
    take_end(r, "ech_config_contents");
}

static struct hl_code config_version(uint16_t id)
{
    return (struct hl_code){ .id = id, .digits = 4, .name = id == 0xfe0d ? "RFC 9849" : NULL };
}

/* RFC 9849, section 4: ECHConfig; one of another version can be stepped over. */
static void show_config(struct hl_reader *r, const struct hl_visitor *v)
{
    uint16_t version = take_code16(r, v, "version", config_version);
    struct hl_reader contents = rd_vec16(r, 0, UINT16_MAX, "length");

    if (!rd_ok(r))
        return;
    v_number(v, "length", (int64_t)rd_left(&contents));
    if (version == 0xfe0d)
        show_config_contents(&contents, v);
    else
        take_rest(&contents, v, "data");
}

/* RFC 9849, section 5: ECHClientHello. */
static void show_ech_client_hello(struct hl_reader *r, const struct hl_visitor *v)
{
    uint8_t type = take_code8(r, v, "type", client_hello_type);

    if (type == 1)
        return;
    if (type != 0)
        rd_reject(r, 1, type, "type");
    if (!rd_ok(r))
        return;
    v_object(v, "cipher_suite");
    show_cipher_suite(r, v);
    v_end_object(v);
    take_u8(r, v, "config_id");
    take_opaque16(r, v, 0, UINT16_MAX, "enc");
    take_opaque16(r, v, 1, UINT16_MAX, "payload");
}

/* RFC 9849, section 5: also the confirmation of a retry, and configurations to retry with. */
void ext_encrypted_client_hello(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place == EXT_CLIENT_HELLO) {
        show_ech_client_hello(r, v);
        return;
    }
    if (place == EXT_HELLO_RETRY_REQUEST) {
        take_bytes(r, v, 8, "confirmation");
        return;
    }
    take_objects(rd_vec16(r, 4, UINT16_MAX, "retry_configs"), v, "retry_configs", show_config);
}

/* RFC 9849, section 5.1: ExtensionType OuterExtensions<2..254>. */
void ext_ech_outer_extensions(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    (void)place;
    take_codes16(rd_vec8(r, 2, 254, "outer_extensions"), v, "outer_extensions", "extension_type",
                 reg_extension);
}

/* draft-ietf-tls-esni-02, section 5: what came before ECH. */
void ext_encrypted_server_name(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    if (place != EXT_CLIENT_HELLO) {
        take_bytes(r, v, 16, "nonce");
        return;
    }
    take_code16(r, v, "suite", reg_cipher_suite);
    take_code16(r, v, "group", reg_group);
    take_opaque16(r, v, 1, UINT16_MAX, "key_exchange");
    take_opaque16(r, v, 0, UINT16_MAX, "record_digest");
    take_opaque16(r, v, 0, UINT16_MAX, "encrypted_sni");
}
