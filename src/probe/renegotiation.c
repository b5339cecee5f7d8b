/* What a server says to a client that asks for another handshake in the one that is completed (RFC 5746). */
#include "probe/attempt_parts.h"

#include "base/reader.h"
#include "wire/record.h"

#include <string.h>

enum { SERVER_HELLO = 2, RENEGOTIATION_INFO = 0xff01 };

/* A ServerHello under the keys of the first handshake; NULL. */
static const struct hl_message *second_hello(const struct hl_handshake *hs)
{
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->direction == SERVER && m->content_type == CONTENT_HANDSHAKE && m->decrypted && m->type == SERVER_HELLO)
            return m;
    }
    return NULL;
}

/* What a hello says of the connection that it is for (section 3.2); false: nothing. */
static bool renegotiated_connection(struct hl_span extensions, struct hl_span *out)
{
    struct hl_fault fault;
    struct hl_span data;

    if (!extension_find(extensions, RENEGOTIATION_INFO, &data))
        return false;
    struct hl_reader r = rd_init(data, &fault);
    *out = rd_opaque8(&r, 0, UINT8_MAX, "renegotiated_connection");
    return rd_end(&r, "RenegotiationInfo");
}

/* Is it for the connection that it came in? It says so with what both Finished said, the client's first (section 3.5). A server that did
 * not know the extension in the first handshake cannot. */
static bool is_bound(const struct running *running, const struct hl_handshake *hs, const struct hl_message *hello)
{
    const struct hl_span theirs = running_message(hs, FINISHED)->body;
    struct hl_server_hello parsed;
    struct hl_span said;

    if (!extension_find(hs->server_hello.extensions, RENEGOTIATION_INFO, NULL))
        return true;
    (void)server_hello_parse(hello->body, hello->cut, &parsed);
    return renegotiated_connection(parsed.extensions, &said) && said.len == running->verify_length + theirs.len
           && memcmp(said.ptr, running->verify_data, running->verify_length) == 0
           && memcmp(said.ptr + running->verify_length, theirs.ptr, theirs.len) == 0;
}

enum renegotiation renegotiation_answer(const struct running *running, const struct hl_handshake *hs)
{
    const struct hl_message *hello = second_hello(hs);

    if (hello == NULL)
        return RENEGOTIATION_SILENCE;
    return is_bound(running, hs, hello) ? RENEGOTIATION_TAKEN : RENEGOTIATION_UNBOUND;
}
