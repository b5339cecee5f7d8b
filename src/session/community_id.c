#include "session/community_id.h"

#include "base/buffer.h"
#include "crypto/digest.h"

#include <string.h>

/* RFC 4648, section 4. */
static size_t base64(const uint8_t *in, size_t length, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = 0;

    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t bits = (uint32_t)in[i] << 16;
        if (left > 1)
            bits |= (uint32_t)in[i + 1] << 8;
        if (left > 2)
            bits |= in[i + 2];
        out[n++] = digits[bits >> 18];
        out[n++] = digits[bits >> 12 & 63];
        out[n++] = left > 1 ? digits[bits >> 6 & 63] : '=';
        out[n++] = left > 2 ? digits[bits & 63] : '=';
    }
    return n;
}

void community_id_make(const struct hl_connection *connection, char out[COMMUNITY_ID_LENGTH])
{
    enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };
    const struct hl_endpoint *a = &connection->ends[0], *b = &connection->ends[1];
    uint8_t room[64], digest[SHA1_LENGTH];
    struct hl_buffer key = { .data = room, .size = sizeof room, .cap = sizeof room };

    /* The smaller end comes first: by address, then by port. */
    int order = memcmp(a->address.bytes, b->address.bytes, a->address.length);
    if (order > 0 || (order == 0 && a->port > b->port)) {
        a = &connection->ends[1];
        b = &connection->ends[0];
    }
    buf_u16(&key, 0); /* seed */
    buf_put(&key, a->address.bytes, a->address.length);
    buf_put(&key, b->address.bytes, b->address.length);
    buf_char(&key, connection->carrier == CARRIER_TCP ? PROTOCOL_TCP : PROTOCOL_UDP);
    buf_char(&key, 0);
    buf_u16(&key, a->port);
    buf_u16(&key, b->port);
    digest_sha1(buf_view(&key), digest);
    memcpy(out, "1:", 2);
    out[2 + base64(digest, sizeof digest, out + 2)] = '\0';
}
