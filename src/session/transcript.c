#include "session/transcript.h"

#include "wire/record.h"

enum { HELLO_REQUEST = 0, CLIENT_HELLO = 1, SERVER_HELLO = 2, FINISHED = 20 };

/* Parts of a TLS 1.3 handshake, in the order of the transcript. */
enum part { PART_HELLOS, PART_SERVER, PART_CLIENT, PARTS };

bool transcript_put_message(struct hl_buffer *out, const struct hl_message *m)
{
    const struct hl_span body = m->inner_counts ? m->inner : m->body;
    const size_t length = m->inner_counts ? m->inner.len : m->length;
    const uint8_t header[] = { m->type, (uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length };

    if (m->cut || m->encrypted)
        return false;
    buf_put(out, header, m->ssl2 ? 1 : sizeof header); /* RFC 5246, appendix E.2: without the record header */
    buf_span(out, body);
    return !out->failed;
}

/* A HelloRequest is no part of it (RFC 5246, section 7.4.1.1). */
static bool counts(const struct hl_message *m)
{
    return m->content_type == CONTENT_HANDSHAKE && (m->ssl2 || m->type != HELLO_REQUEST);
}

bool transcript_put(struct hl_buffer *out, const struct hl_message *first, const struct hl_message *end)
{
    for (const struct hl_message *m = first; m != NULL && m != end; m = m->next) {
        if (counts(m) && !transcript_put_message(out, m))
            return false;
    }
    return first != NULL;
}

static bool put_message_hash(struct hl_buffer *out, const struct hl_message *hello, const struct cipher_spec *spec)
{
    uint8_t message_hash[TLS13_MESSAGE_HASH_MAX];
    struct hl_buffer text;

    buf_init(&text, TRANSCRIPT_MAX);
    size_t n = transcript_put_message(&text, hello) ? tls13_message_hash(spec, buf_view(&text), message_hash) : 0;
    buf_put(out, message_hash, n);
    buf_cleanup(&text);
    return n > 0 && !out->failed;
}

static bool is_hello(const struct hl_handshake *hs, const struct hl_message *m)
{
    return m == hs->client_hello_message || m == hs->retry_message || m == hs->retried_hello_message
           || m == hs->server_hello_message;
}

static enum part part_of(const struct hl_handshake *hs, const struct hl_message *m)
{
    return is_hello(hs, m) ? PART_HELLOS : m->direction == hs->client ? PART_CLIENT : PART_SERVER;
}

bool transcript_put_tls13(struct hl_buffer *out, const struct hl_handshake *hs, const struct cipher_spec *spec,
                          const struct hl_message *end)
{
    for (enum part part = PART_HELLOS; part < PARTS; part++) {
        bool over = false; /* what follows a Finished is another story */
        for (const struct hl_message *m = hs->messages; m != NULL && !over; m = m->next) {
            if (!counts(m) || part_of(hs, m) != part)
                continue;
            if (m == end)
                return true;
            bool retried = m == hs->client_hello_message && hs->retry_message != NULL;
            if (!(retried ? put_message_hash(out, m, spec) : transcript_put_message(out, m)))
                return false;
            over = m->type == FINISHED;
        }
        if (part != PART_HELLOS && !over)
            return false;
    }
    return end == NULL;
}

const struct hl_message *transcript_first(const struct hl_handshake *hs, const struct hl_message *message)
{
    const struct hl_message *first = NULL;

    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        bool begins = m == hs->client_hello_message
                      || (m->content_type == CONTENT_HANDSHAKE && m->type == CLIENT_HELLO && m->decrypted);
        if (begins)
            first = m;
        if (m == message)
            return first;
    }
    return first;
}
