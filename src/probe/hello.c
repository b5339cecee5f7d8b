#include "probe/hello.h"

#include "wire/record.h"

#include <string.h>

enum {
    CLIENT_HELLO = 1,
    FRAGMENT_MAX = 16384, /* RFC 8446, section 5.1 */
};

/* ExtensionType (IANA). */
enum {
    SERVER_NAME = 0,
    STATUS_REQUEST = 5,
    SUPPORTED_GROUPS = 10,
    EC_POINT_FORMATS = 11,
    SIGNATURE_ALGORITHMS = 13,
    HEARTBEAT = 15,
    ALPN = 16,
    TIMESTAMPS = 18,
    ENCRYPT_THEN_MAC = 22,
    EXTENDED_MASTER_SECRET = 23,
    COMPRESS_CERTIFICATE = 27,
    SESSION_TICKET = 35,
    PRE_SHARED_KEY = 41,
    EARLY_DATA = 42,
    SUPPORTED_VERSIONS = 43,
    COOKIE = 44,
    PSK_KEY_EXCHANGE_MODES = 45,
    KEY_SHARE = 51,
    RENEGOTIATION_INFO = 0xff01,
};

/* --- pieces ------------------------------------------------------------------------------- */

static size_t begin_extension(struct hl_buffer *out, unsigned type)
{
    buf_u16(out, type);
    return buf_begin_vector(out, 2);
}

static void put_flag(struct hl_buffer *out, bool wanted, unsigned type)
{
    if (wanted)
        buf_end_vector(out, begin_extension(out, type), 2);
}

static void put_codes(struct hl_buffer *out, struct hello_codes codes, unsigned width)
{
    const size_t begin = buf_begin_vector(out, width);

    for (unsigned i = 0; i < codes.count; i++)
        buf_u16(out, codes.list[i]);
    buf_end_vector(out, begin, width);
}

static void put_codes_extension(struct hl_buffer *out, unsigned type, struct hello_codes codes, unsigned width)
{
    if (codes.count == 0)
        return;
    const size_t extension = begin_extension(out, type);
    put_codes(out, codes, width);
    buf_end_vector(out, extension, 2);
}

/* --- extensions --------------------------------------------------------------------------- */

static void put_server_name(struct hl_buffer *out, const char *name)
{
    if (name == NULL)
        return;
    const size_t extension = begin_extension(out, SERVER_NAME), list = buf_begin_vector(out, 2);
    buf_u8(out, 0); /* host_name */
    const size_t host = buf_begin_vector(out, 2);
    buf_string(out, name);
    buf_end_vector(out, host, 2);
    buf_end_vector(out, list, 2);
    buf_end_vector(out, extension, 2);
}

static void put_protocols(struct hl_buffer *out, const char *const *protocols)
{
    if (protocols == NULL)
        return;
    const size_t extension = begin_extension(out, ALPN), list = buf_begin_vector(out, 2);
    for (; *protocols != NULL; protocols++) {
        const size_t name = buf_begin_vector(out, 1);
        buf_string(out, *protocols);
        buf_end_vector(out, name, 1);
    }
    buf_end_vector(out, list, 2);
    buf_end_vector(out, extension, 2);
}

static void put_shares(struct hl_buffer *out, const struct hello *hello)
{
    if (!hello->key_share)
        return;
    const size_t extension = begin_extension(out, KEY_SHARE), list = buf_begin_vector(out, 2);
    for (unsigned i = 0; i < hello->share_count; i++) {
        buf_u16(out, key_share_group(hello->shares[i]));
        const size_t key = buf_begin_vector(out, 2);
        buf_span(out, key_share_public(hello->shares[i]));
        buf_end_vector(out, key, 2);
    }
    buf_end_vector(out, list, 2);
    buf_end_vector(out, extension, 2);
    const uint8_t psk_dhe_ke[] = { 1, 1 };
    const size_t modes = begin_extension(out, PSK_KEY_EXCHANGE_MODES); /* or servers send no tickets */
    buf_put(out, psk_dhe_ke, sizeof psk_dhe_ke);
    buf_end_vector(out, modes, 2);
}

static void put_cookie(struct hl_buffer *out, struct hl_span cookie)
{
    if (cookie.len == 0)
        return;
    const size_t extension = begin_extension(out, COOKIE), value = buf_begin_vector(out, 2);
    buf_span(out, cookie);
    buf_end_vector(out, value, 2);
    buf_end_vector(out, extension, 2);
}

static void put_fixed(struct hl_buffer *out, unsigned type, const uint8_t *value, size_t length)
{
    const size_t extension = begin_extension(out, type);

    buf_put(out, value, length);
    buf_end_vector(out, extension, 2);
}

static void put_session_ticket(struct hl_buffer *out, const struct hello *hello)
{
    if (!hello->session_ticket)
        return;
    const size_t extension = begin_extension(out, SESSION_TICKET);
    buf_span(out, hello->ticket);
    buf_end_vector(out, extension, 2);
}

static void put_renegotiation_info(struct hl_buffer *out, const struct hello *hello)
{
    if (!hello->renegotiation_info)
        return;
    const size_t extension = begin_extension(out, RENEGOTIATION_INFO);
    buf_vector(out, 1, hello->renegotiated);
    buf_end_vector(out, extension, 2);
}

/* The last one of all (RFC 8446, section 4.2.11). */
static void put_psk(struct hl_buffer *out, const struct hello *hello)
{
    if (hello->psk.len == 0)
        return;
    const size_t extension = begin_extension(out, PRE_SHARED_KEY), identities = buf_begin_vector(out, 2);
    buf_vector(out, 2, hello->psk);
    buf_u32(out, hello->psk_age);
    buf_end_vector(out, identities, 2);
    const size_t binders = buf_begin_vector(out, 2), binder = buf_begin_vector(out, 1);
    for (unsigned i = 0; i < hello->binder_length; i++)
        buf_u8(out, 0);
    buf_end_vector(out, binder, 1);
    buf_end_vector(out, binders, 2);
    buf_end_vector(out, extension, 2);
}

static void put_extensions(struct hl_buffer *out, const struct hello *hello)
{
    static const uint8_t uncompressed[] = { 1, 0 }, ocsp[] = { 1, 0, 0, 0, 0 }, may_be_sent[] = { 1 }, algorithms[] = { 6, 0, 1, 0, 2, 0, 3 };
    const size_t begin = buf_begin_vector(out, 2);

    put_server_name(out, hello->server_name);
    put_flag(out, hello->extended_master_secret, EXTENDED_MASTER_SECRET);
    put_renegotiation_info(out, hello);
    put_codes_extension(out, SUPPORTED_GROUPS, hello->groups, 2);
    if (hello->groups.count > 0)
        put_fixed(out, EC_POINT_FORMATS, uncompressed, sizeof uncompressed);
    put_session_ticket(out, hello);
    put_protocols(out, hello->protocols);
    if (hello->status_request)
        put_fixed(out, STATUS_REQUEST, ocsp, sizeof ocsp);
    if (hello->heartbeat)
        put_fixed(out, HEARTBEAT, may_be_sent, sizeof may_be_sent);
    put_codes_extension(out, SIGNATURE_ALGORITHMS, hello->schemes, 2);
    put_flag(out, hello->timestamps, TIMESTAMPS);
    put_flag(out, hello->encrypt_then_mac, ENCRYPT_THEN_MAC);
    put_cookie(out, hello->cookie);
    put_shares(out, hello);
    put_codes_extension(out, SUPPORTED_VERSIONS, hello->versions, 1);
    if (hello->certificate_compression)
        put_fixed(out, COMPRESS_CERTIFICATE, algorithms, sizeof algorithms);
    put_flag(out, hello->early_data, EARLY_DATA);
    put_psk(out, hello);
    buf_end_vector(out, begin, 2);
    if (out->len == begin && !out->failed)
        out->len -= 2; /* servers of SSL 3.0 may not know the block at all */
}

/* --- the whole ---------------------------------------------------------------------------- */

bool hello_randomize(struct hello *hello)
{
    return random_bytes(hello->random, sizeof hello->random) && random_bytes(hello->session_id, sizeof hello->session_id);
}

void hello_write(const struct hello *hello, struct hl_buffer *out)
{
    buf_u8(out, CLIENT_HELLO);
    const size_t message = buf_begin_vector(out, 3);
    buf_u16(out, hello->version);
    buf_put(out, hello->random, sizeof hello->random);
    const size_t session_id = buf_begin_vector(out, 1);
    if (hello->resumed_id.len > 0)
        buf_span(out, hello->resumed_id);
    else if (hello->has_session_id)
        buf_put(out, hello->session_id, sizeof hello->session_id);
    buf_end_vector(out, session_id, 1);
    put_codes(out, hello->suites, 2);
    const size_t methods = buf_begin_vector(out, 1);
    if (hello->deflate)
        buf_u8(out, 1);
    buf_u8(out, 0);
    buf_end_vector(out, methods, 1);
    put_extensions(out, hello);
    buf_end_vector(out, message, 3);
}

void hello_write_ssl2(const uint8_t challenge[16], struct hl_buffer *out)
{
    /* SSL_CK_RC4_128_WITH_MD5, RC4_128_EXPORT40, RC2_128_CBC, RC2_128_CBC_EXPORT40, IDEA, DES_64, DES_192_EDE3 */
    static const uint8_t ciphers[] = { 1, 0, 128, 2, 0, 128, 3, 0, 128, 4, 0, 128, 5, 0, 128, 6, 0, 64, 7, 0, 192 };
    const uint8_t head[] = { 1, 0, 2, 0, sizeof ciphers, 0, 0, 0, 16 };
    const size_t length = sizeof head + sizeof ciphers + 16;

    buf_u16(out, 0x8000u | (unsigned)length); /* a record header of two bytes */
    buf_put(out, head, sizeof head);
    buf_put(out, ciphers, sizeof ciphers);
    buf_put(out, challenge, 16);
}

void hello_write_records(struct hl_span messages, uint16_t version, struct hl_buffer *out)
{
    while (messages.len > 0) {
        const size_t n = messages.len < FRAGMENT_MAX ? messages.len : FRAGMENT_MAX;
        buf_u8(out, CONTENT_HANDSHAKE);
        buf_u16(out, version);
        buf_u16(out, (unsigned)n);
        buf_put(out, messages.ptr, n);
        messages = (struct hl_span){ messages.ptr + n, messages.len - n };
    }
}
