#include "probe/replay.h"

#include "base/text.h"
#include "crypto/key_share.h"
#include "wire/hello.h"

#include <string.h>

enum { CLIENT_HELLO = 1, SESSION_ID_MAX = 32 };
/* ExtensionType (IANA). */
enum { SERVER_NAME = 0, SESSION_TICKET = 35, PRE_SHARED_KEY = 41, EARLY_DATA = 42, KEY_SHARE = 51 };

static void put_uint(struct hl_buffer *out, unsigned width, size_t value)
{
    for (unsigned i = width; i > 0; i--)
        buf_char(out, (char)(uint8_t)(value >> (8 * (i - 1))));
}

static size_t begin_vector(struct hl_buffer *out, unsigned width)
{
    put_uint(out, width, 0);
    return out->len;
}

static void end_vector(struct hl_buffer *out, size_t begin, unsigned width)
{
    size_t length = out->len - begin;

    for (unsigned i = 1; i <= width && !out->failed; i++, length >>= 8)
        out->data[begin - i] = (uint8_t)length;
}

static void put_vector(struct hl_buffer *out, unsigned width, struct hl_span bytes)
{
    put_uint(out, width, bytes.len);
    buf_span(out, bytes);
}

static bool put_random(struct hl_buffer *out, size_t n)
{
    uint8_t bytes[32];

    if (n > sizeof bytes || !random_bytes(bytes, n))
        return false;
    buf_put(out, bytes, n);
    return true;
}

/* --- extensions --------------------------------------------------------------------------- */

/* RFC 6066, section 3. */
static void put_server_name(struct hl_buffer *out, const char *name)
{
    const size_t list = begin_vector(out, 2);

    put_uint(out, 1, 0); /* host_name */
    put_vector(out, 2, span_of(name));
    end_vector(out, list, 2);
}

/* A share of our own takes the place of one that is as long. */
static void put_shares(struct hl_buffer *out, struct hl_span shares)
{
    const size_t list = begin_vector(out, 2);
    struct hl_span theirs;
    uint16_t group;

    while (key_share_next(&shares, &group, &theirs)) {
        struct key_share *own = key_share_is_known(group) ? key_share_new(group) : NULL;
        const bool fits = own != NULL && key_share_public(own).len == theirs.len;
        put_uint(out, 2, group);
        put_vector(out, 2, fits ? key_share_public(own) : theirs);
        key_share_free(own);
    }
    end_vector(out, list, 2);
}

static void put_extension(struct hl_buffer *out, const struct hl_client_hello *hello, uint16_t type, struct hl_span data, const char *server_name)
{
    if (type == PRE_SHARED_KEY || type == EARLY_DATA)
        return;
    put_uint(out, 2, type);
    const size_t begin = begin_vector(out, 2);
    if (type == SERVER_NAME && server_name != NULL && hello->server_name.len > 0)
        put_server_name(out, server_name);
    else if (type == KEY_SHARE && hello->key_shares.len > 0)
        put_shares(out, hello->key_shares);
    else if (type != SESSION_TICKET)
        buf_span(out, data);
    end_vector(out, begin, 2);
}

static void put_extensions(struct hl_buffer *out, const struct hl_client_hello *hello, const char *server_name)
{
    const size_t begin = begin_vector(out, 2);
    struct hl_span rest = hello->extensions, data;
    uint16_t type;

    while (extension_next(&rest, &type, &data))
        put_extension(out, hello, type, data, server_name);
    end_vector(out, begin, 2);
}

/* --- the whole ---------------------------------------------------------------------------- */

bool replay_write(struct hl_span body, const char *server_name, struct hl_buffer *out)
{
    struct hl_client_hello hello;

    (void)client_hello_parse(body, false, &hello);
    if (hello.fault.kind != HL_FAULT_NONE || hello.session_id.len > SESSION_ID_MAX || hello.has_cookie)
        return false;
    put_uint(out, 1, CLIENT_HELLO);
    const size_t message = begin_vector(out, 3);
    put_uint(out, 2, hello.legacy_version);
    bool made = put_random(out, HELLO_RANDOM_LENGTH);
    put_uint(out, 1, hello.session_id.len);
    made = put_random(out, hello.session_id.len) && made;
    put_vector(out, 2, hello.cipher_suites);
    put_vector(out, 1, hello.compression_methods);
    if (hello.has_extensions)
        put_extensions(out, &hello, server_name);
    end_vector(out, message, 3);
    return made && !out->failed;
}
