#include "wire/hello.h"

#include "base/visit.h"
#include "registry/registry.h"
#include "wire/ext/ext.h"
#include "wire/message.h"

#include <string.h>

/* --- lists ----------------------------------------------------------------- */

/* What is left of the list after an element was read; nothing when there was none. */
static bool advance(struct hl_span *list, const struct hl_reader *r)
{
    *list = rd_ok(r) ? rd_span(r) : (struct hl_span){ NULL, 0 };
    return rd_ok(r);
}

bool u8_next(struct hl_span *list, uint8_t *value)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(*list, &fault);

    *value = rd_u8(&r, "value");
    return advance(list, &r);
}

bool u16_next(struct hl_span *list, uint16_t *value)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(*list, &fault);

    *value = rd_u16(&r, "value");
    return advance(list, &r);
}

bool u24_next(struct hl_span *list, uint32_t *value)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(*list, &fault);

    *value = rd_u24(&r, "value");
    return advance(list, &r);
}

bool alpn_next(struct hl_span *list, struct hl_span *name)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(*list, &fault);

    *name = rd_opaque8(&r, 0, UINT8_MAX, "protocol_name");
    return advance(list, &r);
}

bool key_share_next(struct hl_span *list, uint16_t *group, struct hl_span *key_exchange)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(*list, &fault);

    *group = rd_u16(&r, "group");
    *key_exchange = rd_opaque16(&r, 0, UINT16_MAX, "key_exchange");
    return advance(list, &r);
}

bool extension_next(struct hl_span *list, uint16_t *type, struct hl_span *data)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(*list, &fault);

    *type = rd_u16(&r, "extension_type");
    *data = rd_opaque16(&r, 0, UINT16_MAX, "extension_data");
    return advance(list, &r);
}

struct hl_span client_hello_random(const struct hl_client_hello *hello, uint8_t padded[HELLO_RANDOM_LENGTH])
{
    struct hl_span random = hello->random;

    if (!hello->ssl2 || random.len >= HELLO_RANDOM_LENGTH)
        return random;
    memset(padded, 0, HELLO_RANDOM_LENGTH);
    if (random.len > 0)
        memcpy(padded + HELLO_RANDOM_LENGTH - random.len, random.ptr, random.len);
    return (struct hl_span){ padded, HELLO_RANDOM_LENGTH };
}

bool extension_find(struct hl_span list, uint16_t wanted, struct hl_span *data)
{
    struct hl_span body;
    uint16_t type;

    while (extension_next(&list, &type, &body)) {
        if (type != wanted)
            continue;
        if (data != NULL)
            *data = body;
        return true;
    }
    return false;
}

/* --- extensions ------------------------------------------------------------ */

typedef void note_extension_fn(void *hello, uint16_t type, struct hl_span data);

/* The list, and where it begins in the message; each extension that is whole is noted. */
static struct hl_span read_extensions(struct hl_reader *r, size_t *offset, note_extension_fn *note, void *hello)
{
    struct hl_reader list = rd_vec16(r, 0, UINT16_MAX, "extensions");
    struct hl_span whole = rd_span(&list);

    *offset = (size_t)(list.pos - list.base);
    while (rd_more(&list)) {
        uint16_t type = rd_u16(&list, "extension_type");
        struct hl_span data = rd_opaque16(&list, 0, UINT16_MAX, "extension_data");
        if (!rd_ok(&list))
            break;
        note(hello, type, data);
    }
    return whole;
}

/* --- ClientHello ----------------------------------------------------------- */

/* RFC 6066, section 3. */
static void read_server_name(struct hl_reader *r, struct hl_client_hello *out)
{
    enum { HOST_NAME = 0 };
    struct hl_reader list = rd_vec16(r, 1, UINT16_MAX, "server_name_list");

    out->has_server_name = true;
    while (rd_more(&list)) {
        uint8_t type = rd_u8(&list, "name_type");
        struct hl_span name = rd_opaque16(&list, 1, UINT16_MAX, "host_name");
        if (rd_ok(&list) && type == HOST_NAME && out->server_name.len == 0)
            out->server_name = name;
    }
}

/* RFC 7301, section 3.1. */
static void read_alpn(struct hl_reader *r, struct hl_client_hello *out)
{
    struct hl_reader list = rd_vec16(r, 2, UINT16_MAX, "protocol_name_list");
    struct hl_span names = rd_span(&list);

    out->has_alpn = true;
    while (rd_more(&list))
        rd_opaque8(&list, 1, UINT8_MAX, "protocol_name");
    if (rd_ok(&list))
        out->alpn = names;
}

/* RFC 8446, section 4.2.8. */
static void read_key_share(struct hl_reader *r, struct hl_client_hello *out)
{
    struct hl_reader list = rd_vec16(r, 0, UINT16_MAX, "client_shares");

    out->has_key_share = true;
    out->key_shares = rd_span(&list);
}

static struct hl_span read_u16_list(struct hl_reader *r, struct hl_span list)
{
    return rd_ok(r) ? (struct hl_span){ list.ptr, list.len & ~(size_t)1 } : (struct hl_span){ NULL, 0 };
}

static void note_client_extension(void *hello, uint16_t type, struct hl_span data)
{
    struct hl_client_hello *out = hello;
    struct hl_fault ignored; /* a broken extension shows its fault when it is walked */
    struct hl_reader r = rd_init(data, &ignored);

    switch (type) {
    case EXT_ID_SERVER_NAME:
        read_server_name(&r, out);
        break;
    case EXT_ID_ALPN:
        read_alpn(&r, out);
        break;
    case EXT_ID_SUPPORTED_GROUPS:
        out->supported_groups = read_u16_list(&r, rd_opaque16(&r, 0, UINT16_MAX, "named_group_list"));
        break;
    case EXT_ID_EC_POINT_FORMATS:
        out->point_formats = rd_opaque8(&r, 0, UINT8_MAX, "ec_point_format_list");
        break;
    case EXT_ID_SIGNATURE_ALGORITHMS:
        out->signature_algorithms = read_u16_list(&r, rd_opaque16(&r, 0, UINT16_MAX, "supported_signature_algorithms"));
        break;
    case EXT_ID_SUPPORTED_VERSIONS:
        out->supported_versions = read_u16_list(&r, rd_opaque8(&r, 0, UINT8_MAX, "versions"));
        break;
    case EXT_ID_KEY_SHARE:
    case EXT_ID_KEY_SHARE_OLD:
        read_key_share(&r, out);
        break;
    case EXT_ID_SESSION_TICKET:
        out->has_ticket = true;
        out->ticket_length = data.len;
        break;
    case EXT_ID_PRE_SHARED_KEY:
        out->has_psk = true;
        break;
    case EXT_ID_EARLY_DATA:
        out->has_early_data = true;
        break;
    default:
        break;
    }
}

/* RFC 8446, section 4.1.2; RFC 5246, section 7.4.1.2. A version of DTLS says that it is a hello of DTLS, which has one
 * field more (RFC 6347, section 4.2.1; RFC 9147, section 5.3). */
bool client_hello_parse(struct hl_span body, bool cut, struct hl_client_hello *out)
{
    memset(out, 0, sizeof *out);
    struct hl_reader r = cut ? rd_init_cut(body, &out->fault) : rd_init(body, &out->fault);

    out->legacy_version = rd_u16(&r, "legacy_version");
    out->random = rd_bytes(&r, 32, "random");
    out->session_id = rd_opaque8(&r, 0, 32, "legacy_session_id");
    out->has_cookie = version_is_dtls(out->legacy_version);
    if (out->has_cookie)
        out->cookie = rd_opaque8(&r, 0, UINT8_MAX, "legacy_cookie");
    out->cipher_suites = rd_opaque16(&r, 2, UINT16_MAX - 1, "cipher_suites");
    out->compression_methods = rd_opaque8(&r, 1, UINT8_MAX, "legacy_compression_methods");
    out->has_extensions = rd_more(&r);
    if (out->has_extensions)
        out->extensions = read_extensions(&r, &out->extensions_offset, note_client_extension, out);
    return rd_end(&r, "ClientHello");
}

bool ssl2_client_hello_parse(struct hl_span body, bool cut, struct hl_client_hello *out)
{
    memset(out, 0, sizeof *out);
    out->ssl2 = true;
    struct hl_reader r = cut ? rd_init_cut(body, &out->fault) : rd_init(body, &out->fault);

    out->legacy_version = rd_u16(&r, "version");
    uint16_t specs = rd_u16(&r, "cipher_spec_length");
    uint16_t session_id = rd_u16(&r, "session_id_length");
    uint16_t challenge = rd_u16(&r, "challenge_length");
    out->cipher_specs = rd_bytes(&r, specs, "cipher_specs");
    out->session_id = rd_bytes(&r, session_id, "session_id");
    out->random = rd_bytes(&r, challenge, "challenge");
    return rd_end(&r, "CLIENT-HELLO");
}

/* --- ServerHello ----------------------------------------------------------- */

/* RFC 8446, section 4.1.3: SHA-256 of "HelloRetryRequest". */
static const uint8_t retry_random[32] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

static void note_server_extension(void *hello, uint16_t type, struct hl_span data)
{
    struct hl_server_hello *out = hello;
    struct hl_fault ignored;
    struct hl_reader r = rd_init(data, &ignored);

    switch (type) {
    case EXT_ID_ALPN: {
        struct hl_reader list = rd_vec16(&r, 2, UINT16_MAX, "protocol_name_list");
        out->has_alpn = true;
        out->alpn = rd_opaque8(&list, 1, UINT8_MAX, "protocol_name");
        break;
    }
    case EXT_ID_SUPPORTED_VERSIONS: {
        uint16_t version = rd_u16(&r, "selected_version");
        if (rd_ok(&r))
            out->version = version;
        break;
    }
    case EXT_ID_KEY_SHARE:
    case EXT_ID_KEY_SHARE_OLD:
        out->group = rd_u16(&r, "group");
        break;
    case EXT_ID_PRE_SHARED_KEY:
        out->has_psk = true;
        break;
    default:
        break;
    }
}

/* Drafts of TLS 1.3 before 22 had neither session id nor compression method in it. */
static bool is_old_draft(uint16_t version)
{
    return version >= 0x7f00 && version < 0x7f16;
}

/* RFC 8446, section 4.1.3; RFC 5246, section 7.4.1.3. */
bool server_hello_parse(struct hl_span body, bool cut, struct hl_server_hello *out)
{
    memset(out, 0, sizeof *out);
    struct hl_reader r = cut ? rd_init_cut(body, &out->fault) : rd_init(body, &out->fault);

    out->legacy_version = out->version = rd_u16(&r, "legacy_version");
    out->random = rd_bytes(&r, 32, "random");
    out->is_retry_request = out->random.len == 32 && memcmp(out->random.ptr, retry_random, 32) == 0;
    bool old_draft = is_old_draft(out->legacy_version);
    if (!old_draft)
        out->session_id = rd_opaque8(&r, 0, 32, "legacy_session_id_echo");
    out->cipher_suite = rd_u16(&r, "cipher_suite");
    out->has_cipher_suite = rd_ok(&r);
    if (!old_draft)
        out->compression_method = rd_u8(&r, "legacy_compression_method");
    out->has_extensions = rd_more(&r);
    if (out->has_extensions)
        out->extensions = read_extensions(&r, &out->extensions_offset, note_server_extension, out);
    bool whole = rd_end(&r, "ServerHello");
    if (!whole && version_as_tls(out->version) == 0x0303 && out->fault.kind == HL_FAULT_TRUNCATED)
        out->version = 0; /* supported_versions may have followed: TLS 1.3 looks like 1.2 until then */
    return whole;
}

bool ssl2_server_hello_parse(struct hl_span body, bool cut, struct hl_server_hello *out)
{
    memset(out, 0, sizeof *out);
    out->ssl2 = true;
    struct hl_reader r = cut ? rd_init_cut(body, &out->fault) : rd_init(body, &out->fault);

    out->session_id_hit = rd_u8(&r, "session_id_hit") != 0;
    rd_u8(&r, "certificate_type");
    out->legacy_version = out->version = rd_u16(&r, "server_version");
    uint16_t certificate = rd_u16(&r, "certificate_length");
    uint16_t specs = rd_u16(&r, "cipher_specs_length");
    uint16_t connection_id = rd_u16(&r, "connection_id_length");
    out->certificate = rd_bytes(&r, certificate, "certificate");
    out->cipher_specs = rd_bytes(&r, specs, "cipher_specs");
    out->connection_id = rd_bytes(&r, connection_id, "connection_id");
    return rd_end(&r, "SERVER-HELLO");
}

/* --- shown field by field -------------------------------------------------- */

static void walk_extensions(struct hl_reader *r, enum hl_ext_place place, const struct hl_visitor *v)
{
    if (!rd_more(r))
        return;
    struct hl_reader list = rd_vec16(r, 0, UINT16_MAX, "extensions");
    ext_walk_list(&list, place, "extensions", v);
}

void message_client_hello(struct hl_reader *r, const struct hl_visitor *v, const struct hl_message_context *ctx)
{
    (void)ctx;
    uint16_t version = rd_u16(r, "legacy_version");
    v_code(v, "legacy_version", reg_version(version));
    v_bytes(v, "random", rd_bytes(r, 32, "random"));
    v_bytes(v, "session_id", rd_opaque8(r, 0, 32, "legacy_session_id"));
    if (version_is_dtls(version))
        v_bytes(v, "cookie", rd_opaque8(r, 0, UINT8_MAX, "legacy_cookie"));
    struct hl_reader suites = rd_vec16(r, 2, UINT16_MAX - 1, "cipher_suites");
    v_array(v, "cipher_suites");
    while (rd_more(&suites))
        v_code(v, NULL, reg_cipher_suite(rd_u16(&suites, "cipher_suite")));
    v_end_array(v);
    struct hl_reader methods = rd_vec8(r, 1, UINT8_MAX, "legacy_compression_methods");
    v_array(v, "compression_methods");
    while (rd_more(&methods))
        v_code(v, NULL, reg_compression_method(rd_u8(&methods, "compression_method")));
    v_end_array(v);
    walk_extensions(r, EXT_CLIENT_HELLO, v);
}

void message_server_hello(struct hl_reader *r, const struct hl_visitor *v, const struct hl_message_context *ctx)
{
    (void)ctx;
    uint16_t version = rd_u16(r, "legacy_version");
    v_code(v, "legacy_version", reg_version(version));
    struct hl_span random = rd_bytes(r, 32, "random");
    bool retry = random.len == 32 && memcmp(random.ptr, retry_random, 32) == 0;
    v_bytes(v, "random", random);
    if (!is_old_draft(version))
        v_bytes(v, "session_id", rd_opaque8(r, 0, 32, "legacy_session_id_echo"));
    v_code(v, "cipher_suite", reg_cipher_suite(rd_u16(r, "cipher_suite")));
    if (!is_old_draft(version))
        v_code(v, "compression_method", reg_compression_method(rd_u8(r, "legacy_compression_method")));
    walk_extensions(r, retry ? EXT_HELLO_RETRY_REQUEST : EXT_SERVER_HELLO, v);
}
