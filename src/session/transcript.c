#include "session/transcript.h"

#include "base/text.h"
#include "wire/dtls.h"
#include "wire/record.h"

enum { HELLO_REQUEST = 0, CLIENT_HELLO = 1, SERVER_HELLO = 2, HELLO_VERIFY_REQUEST = 3,
       CERTIFICATE = 11, CERTIFICATE_REQUEST = 13,
       CERTIFICATE_VERIFY = 15, FINISHED = 20, COMPRESSED_CERTIFICATE = 25 };

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

/* Up to DTLS 1.2 with its number, and as if it had come in one piece (RFC 6347, section 4.2.6). */
static bool put_numbered(struct hl_buffer *out, const struct hl_message *m)
{
    uint8_t header[DTLS_HANDSHAKE_HEADER];

    if (m->cut || m->encrypted)
        return false;
    dtls_message_header(m->type, m->length, m->message_seq, header);
    buf_put(out, header, sizeof header);
    buf_span(out, m->body);
    return !out->failed;
}

/* A HelloRequest is no part of it (RFC 5246, section 7.4.1.1), nor is a HelloVerifyRequest (RFC 6347, 4.2.6). */
static bool counts(const struct hl_message *m)
{
    return m->content_type == CONTENT_HANDSHAKE
           && (m->ssl2 || (m->type != HELLO_REQUEST && !(m->numbered && m->type == HELLO_VERIFY_REQUEST)));
}

bool transcript_put(struct hl_buffer *out, const struct hl_message *first, const struct hl_message *end)
{
    for (const struct hl_message *m = first; m != NULL && m != end; m = m->next) {
        if (counts(m) && !(m->numbered ? put_numbered(out, m) : transcript_put_message(out, m)))
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

static bool is_certificate(const struct hl_message *m)
{
    return m->type == CERTIFICATE || m->type == COMPRESSED_CERTIFICATE;
}

/* The certificate_request_context, with which a request and its answer begin. */
static struct hl_span context_of(const struct hl_message *m)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(m->type == COMPRESSED_CERTIFICATE ? m->certificate : m->body, &fault);

    return rd_opaque8(&r, 0, 0xff, "certificate_request_context");
}

/* The client's certificate with which the authentication of `end` begins; NULL when `end` is no part of one. */
static const struct hl_message *late_certificate(const struct hl_handshake *hs, const struct hl_message *end)
{
    const struct hl_message *certificate = NULL;

    for (const struct hl_message *m = hs->messages; m != NULL && m != end; m = m->next) {
        if (!counts(m) || m->direction != hs->client)
            continue;
        if (is_certificate(m))
            certificate = m;
        else if (m->type == FINISHED) /* the handshake's, or that of another authentication */
            certificate = NULL;
    }
    return certificate;
}

/* RFC 8446, section 4.4: after the handshake itself, the request (which its context tells) and the client's answer. */
static bool put_late_authentication(struct hl_buffer *out, const struct hl_handshake *hs, const struct hl_message *end)
{
    const struct hl_message *certificate = late_certificate(hs, end), *request = NULL;

    if (certificate == NULL || end->direction != hs->client)
        return false;
    for (const struct hl_message *m = hs->messages; m != certificate; m = m->next) {
        if (counts(m) && m->direction != hs->client && m->type == CERTIFICATE_REQUEST
            && span_equal(context_of(m), context_of(certificate)))
            request = m;
    }
    if (request == NULL || !transcript_put_message(out, request))
        return false;
    for (const struct hl_message *m = certificate; m != end; m = m->next) {
        bool is_answer = is_certificate(m) || m->type == CERTIFICATE_VERIFY;
        if (is_answer && counts(m) && m->direction == hs->client && !transcript_put_message(out, m))
            return false;
    }
    return true;
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
    return end == NULL || put_late_authentication(out, hs, end);
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
