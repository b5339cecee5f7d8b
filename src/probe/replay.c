#include "probe/replay.h"

#include "base/text.h"
#include "crypto/key_share.h"
#include "wire/hello.h"

#include <string.h>

enum { CLIENT_HELLO = 1, SESSION_ID_MAX = 32 };
/* ExtensionType (IANA). */
enum { SERVER_NAME = 0, SESSION_TICKET = 35, PRE_SHARED_KEY = 41, EARLY_DATA = 42, KEY_SHARE = 51 };

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
    const size_t list = buf_begin_vector(out, 2);

    buf_u8(out, 0); /* host_name */
    buf_vector(out, 2, span_of(name));
    buf_end_vector(out, list, 2);
}

/* A share of our own takes the place of one that is as long. */
static void put_shares(struct hl_buffer *out, struct hl_span shares)
{
    const size_t list = buf_begin_vector(out, 2);
    struct hl_span theirs;
    uint16_t group;

    while (key_share_next(&shares, &group, &theirs)) {
        struct key_share *own = key_share_is_known(group) ? key_share_new(group) : NULL;
        const bool fits = own != NULL && key_share_public(own).len == theirs.len;
        buf_u16(out, group);
        buf_vector(out, 2, fits ? key_share_public(own) : theirs);
        key_share_free(own);
    }
    buf_end_vector(out, list, 2);
}

static void put_extension(struct hl_buffer *out, const struct hl_client_hello *hello, uint16_t type, struct hl_span data, const char *server_name)
{
    if (type == PRE_SHARED_KEY || type == EARLY_DATA)
        return;
    buf_u16(out, type);
    const size_t begin = buf_begin_vector(out, 2);
    if (type == SERVER_NAME && server_name != NULL && hello->server_name.len > 0)
        put_server_name(out, server_name);
    else if (type == KEY_SHARE && hello->key_shares.len > 0)
        put_shares(out, hello->key_shares);
    else if (type != SESSION_TICKET)
        buf_span(out, data);
    buf_end_vector(out, begin, 2);
}

static void put_extensions(struct hl_buffer *out, const struct hl_client_hello *hello, const char *server_name)
{
    const size_t begin = buf_begin_vector(out, 2);
    struct hl_span rest = hello->extensions, data;
    uint16_t type;

    while (extension_next(&rest, &type, &data))
        put_extension(out, hello, type, data, server_name);
    buf_end_vector(out, begin, 2);
}

/* --- the whole ---------------------------------------------------------------------------- */

bool replay_write(struct hl_span body, const char *server_name, struct hl_buffer *out)
{
    struct hl_client_hello hello;

    (void)client_hello_parse(body, false, &hello);
    if (hello.fault.kind != HL_FAULT_NONE || hello.session_id.len > SESSION_ID_MAX || hello.has_cookie)
        return false;
    buf_u8(out, CLIENT_HELLO);
    const size_t message = buf_begin_vector(out, 3);
    buf_u16(out, hello.legacy_version);
    bool made = put_random(out, HELLO_RANDOM_LENGTH);
    buf_u8(out, (unsigned)hello.session_id.len);
    made = put_random(out, hello.session_id.len) && made;
    buf_vector(out, 2, hello.cipher_suites);
    buf_vector(out, 1, hello.compression_methods);
    if (hello.has_extensions)
        put_extensions(out, &hello, server_name);
    buf_end_vector(out, message, 3);
    return made && !out->failed;
}
