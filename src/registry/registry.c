#include "registry/registry.h"

#include "registry/tables.h"

#include <string.h>

static struct hl_code look_up(enum reg_table_id table, uint32_t id)
{
    struct hl_code code = { .id = id, .digits = reg_tables[table].digits };
    size_t index;

    if (reg_index(table, id, &index))
        code.name = reg_tables[table].names[index];
    return code;
}

/* For the registries that RFC 8701 reserves values of. No GREASE value has a name. */
static struct hl_code look_up_grease(enum reg_table_id table, uint16_t id)
{
    if (is_grease16(id))
        return (struct hl_code){ .id = id, .digits = reg_tables[table].digits, .grease = true };
    return look_up(table, id);
}

struct hl_code reg_version(uint16_t id)
{
    return look_up_grease(REG_VERSION, id);
}

struct hl_code reg_content_type(uint8_t id)
{
    return look_up(REG_CONTENT_TYPE, id);
}

struct hl_code reg_handshake_type(uint8_t id)
{
    return look_up(REG_HANDSHAKE_TYPE, id);
}

struct hl_code reg_ssl2_message(uint8_t id)
{
    return look_up(REG_SSL2_MESSAGE, id);
}

struct hl_code reg_alert_level(uint8_t id)
{
    return look_up(REG_ALERT_LEVEL, id);
}

struct hl_code reg_alert(uint8_t id)
{
    return look_up(REG_ALERT, id);
}

struct hl_code reg_cipher_suite(uint16_t id)
{
    return look_up_grease(REG_CIPHER_SUITE, id);
}

struct hl_code reg_ssl2_cipher(uint32_t id)
{
    if (id > 0xffff)
        return look_up(REG_SSL2_CIPHER, id);

    /* A later version's suite in an SSL 2 hello: RFC 5246, appendix E.2. */
    struct hl_code code = reg_cipher_suite((uint16_t)id);
    code.digits = reg_tables[REG_SSL2_CIPHER].digits;
    return code;
}

struct hl_code reg_compression_method(uint8_t id)
{
    return look_up(REG_COMPRESSION_METHOD, id);
}

struct hl_code reg_extension(uint16_t id)
{
    return look_up_grease(REG_EXTENSION, id);
}

struct hl_code reg_group(uint16_t id)
{
    return look_up_grease(REG_GROUP, id);
}

struct hl_code reg_point_format(uint8_t id)
{
    return look_up(REG_POINT_FORMAT, id);
}

struct hl_code reg_signature_scheme(uint16_t id)
{
    return look_up_grease(REG_SIGNATURE_SCHEME, id);
}

struct hl_code reg_psk_mode(uint8_t id)
{
    struct hl_code code = look_up(REG_PSK_MODE, id);

    code.grease = is_grease_psk_mode(id);
    return code;
}

struct hl_code reg_certificate_compression(uint16_t id)
{
    return look_up(REG_CERTIFICATE_COMPRESSION, id);
}

struct hl_code reg_certificate_type(uint8_t id)
{
    return look_up(REG_CERTIFICATE_TYPE, id);
}

struct hl_code reg_certificate_status_type(uint8_t id)
{
    return look_up(REG_CERTIFICATE_STATUS_TYPE, id);
}

struct hl_code reg_client_certificate_type(uint8_t id)
{
    return look_up(REG_CLIENT_CERTIFICATE_TYPE, id);
}

struct hl_code reg_curve_type(uint8_t id)
{
    return look_up(REG_CURVE_TYPE, id);
}

struct hl_code reg_name_type(uint8_t id)
{
    return look_up(REG_NAME_TYPE, id);
}

struct hl_code reg_srtp_profile(uint16_t id)
{
    return look_up(REG_SRTP_PROFILE, id);
}

struct hl_code reg_token_binding_key(uint8_t id)
{
    return look_up(REG_TOKEN_BINDING_KEY, id);
}

struct hl_code reg_quic_transport_parameter(uint32_t id)
{
    struct hl_code code = look_up(REG_QUIC_TRANSPORT_PARAMETER, id);

    code.grease = is_grease_quic_parameter(id);
    if (id > 0xff)
        code.digits = id > 0xffff ? 8 : 4;
    return code;
}

struct hl_code reg_quic_version(uint32_t id)
{
    struct hl_code code = look_up(REG_QUIC_VERSION, id);

    code.grease = is_grease_quic_version(id);
    return code;
}

struct hl_code reg_hpke_kem(uint16_t id)
{
    return look_up(REG_HPKE_KEM, id);
}

struct hl_code reg_hpke_kdf(uint16_t id)
{
    return look_up(REG_HPKE_KDF, id);
}

struct hl_code reg_hpke_aead(uint16_t id)
{
    return look_up(REG_HPKE_AEAD, id);
}

static int compare(struct hl_span a, const char *b)
{
    size_t length = strlen(b);
    size_t shorter = a.len < length ? a.len : length;
    int order = shorter > 0 ? memcmp(a.ptr, b, shorter) : 0;

    return order != 0 ? order : (a.len > length) - (a.len < length);
}

const char *reg_alpn(struct hl_span name)
{
    size_t low = 0, high = reg_alpn_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name, reg_alpns[middle].name);

        if (order == 0)
            return reg_alpns[middle].description;
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct hl_suite *reg_suite(uint16_t id)
{
    size_t index;

    if (!reg_index(REG_CIPHER_SUITE, id, &index) || reg_suites[index].key_exchange == NULL)
        return NULL;
    return &reg_suites[index];
}
