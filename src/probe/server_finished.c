/* The server's Finished, which proves that it has the keys, and saw the same messages: whatever it says before, nothing is taken for
 * completed, or resumed, without it (RFC 5246, section 7.4.9; RFC 8446, section 4.4.4). */
#include "probe/attempt_parts.h"

#include "crypto/prf.h"
#include "session/transcript.h"
#include "wire/record.h"

#include <string.h>

/* The first one, or what came from the server in its place: records that did not open. NULL: neither. */
static const struct hl_message *first_of_server(const struct hl_handshake *hs)
{
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        const bool closed = m->encrypted && (m->content_type == CONTENT_HANDSHAKE || m->content_type == CONTENT_APPLICATION_DATA);
        const bool finished = !m->encrypted && m->content_type == CONTENT_HANDSHAKE && m->type == FINISHED;
        if (m->direction == SERVER && (closed || finished))
            return m;
    }
    return NULL;
}

static size_t expect_older(const struct running *running, const struct hl_handshake *hs, const struct hl_message *finished,
                           struct hl_buffer *transcript, uint8_t out[FINISHED_LENGTH_MAX])
{
    if (!transcript_put(transcript, hs->client_hello_message, finished))
        return 0;
    return schedule_finished(&running->spec, (struct hl_span){ running->master, sizeof running->master }, true, buf_view(transcript), out);
}

static size_t expect_tls13(const struct running *running, const struct hl_handshake *hs, const struct hl_message *finished,
                           struct hl_buffer *transcript, uint8_t out[FINISHED_LENGTH_MAX])
{
    const struct cipher_spec *spec = &running->flight.spec;
    uint8_t digest[DIGEST_LENGTH_MAX];
    struct secret value;

    if (!transcript_put_tls13(transcript, hs, spec, finished))
        return 0;
    const struct hl_span hash = { digest, schedule_transcript_hash(spec, buf_view(transcript), digest) };
    if (!tls13_finished(spec, secret_span(&running->flight.server), hash, &value))
        return 0;
    memcpy(out, value.bytes, value.length);
    return value.length;
}

static bool is_right(const struct running *running, const struct hl_handshake *hs, const struct hl_message *finished)
{
    uint8_t expected[FINISHED_LENGTH_MAX];
    struct hl_buffer transcript;

    buf_init(&transcript, TRANSCRIPT_MAX);
    const size_t length = (hs->server_hello.version == TLS13 ? expect_tls13 : expect_older)(running, hs, finished, &transcript, expected);
    const bool right = length > 0 && !transcript.failed && finished->body.len == length && memcmp(finished->body.ptr, expected, length) == 0;
    buf_cleanup(&transcript);
    return right;
}

enum finished_state server_finished(struct running *running, const struct hl_handshake *hs)
{
    const struct hl_message *finished = first_of_server(hs);

    if (finished == NULL)
        return FINISHED_AWAITED;
    if (finished->encrypted)
        running->out->why_incomplete = "what should be the server's Finished, or comes before it, does not open with these keys";
    else if (!finished->decrypted) /* RFC 5246, section 7.1: it is the first message under the new keys */
        running->out->why_incomplete = "the server's Finished is not encrypted";
    else if (!is_right(running, hs, finished))
        running->out->why_incomplete = "the server's Finished is wrong";
    else
        running->out->finished = true;
    return running->out->finished ? FINISHED_RIGHT : FINISHED_WRONG;
}
