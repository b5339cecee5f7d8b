#include "session/dtls_message.h"

#include "base/limits.h"

#include <stdlib.h>

struct hl_dtls_message *dtls_message_new(const struct hl_dtls_fragment *fragment)
{
    struct hl_dtls_message *m = calloc(1, sizeof *m);

    if (m == NULL)
        return NULL;
    m->seq = fragment->message_seq;
    m->type = fragment->type;
    m->length = fragment->length;
    buf_init(&m->body, HL_MESSAGE_MAX);
    buf_init(&m->bits, HL_MESSAGE_MAX / 8 + 1);
    return m;
}

void dtls_message_free(struct hl_dtls_message *m)
{
    buf_cleanup(&m->body);
    buf_cleanup(&m->bits);
    free(m);
}

static bool has_byte(const struct hl_dtls_message *m, size_t i)
{
    return i / 8 < m->bits.len && (m->bits.data[i / 8] >> (i % 8) & 1) != 0;
}

/* Room for `end` bytes, none of which is there yet; false beyond HL_MESSAGE_MAX. */
static bool make_room(struct hl_dtls_message *m, size_t end)
{
    const size_t size = m->body.len, bits = (end + 7) / 8;

    if (end <= size)
        return true;
    if (!buf_reserve(&m->body, end - size) || !buf_reserve(&m->bits, bits - m->bits.len))
        return false;
    memset(m->bits.data + m->bits.len, 0, bits - m->bits.len);
    m->body.len = end;
    m->bits.len = bits;
    return true;
}

bool dtls_message_put(struct hl_dtls_message *m, const struct hl_dtls_fragment *fragment, bool *conflict)
{
    const struct hl_span bytes = fragment->bytes;
    const uint32_t before = m->have;

    *conflict = false;
    if (!make_room(m, fragment->offset + bytes.len))
        return false;
    for (size_t i = 0; i < bytes.len; i++) {
        const size_t at = fragment->offset + i;
        if (has_byte(m, at)) {
            *conflict |= m->body.data[at] != bytes.ptr[i];
            continue;
        }
        m->body.data[at] = bytes.ptr[i];
        m->bits.data[at / 8] |= (uint8_t)(1u << (at % 8));
        m->have++;
    }
    return m->have > before;
}

bool dtls_message_is_whole(const struct hl_dtls_message *m)
{
    return m->have == m->length;
}

struct hl_span dtls_message_front(const struct hl_dtls_message *m)
{
    size_t n = 0;

    while (n < m->body.len && has_byte(m, n))
        n++;
    return (struct hl_span){ m->body.data, n };
}
