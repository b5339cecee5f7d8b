/* The client's answer to the server's flight in TLS 1.3 (RFC 8446, section 4.4). */
#include "probe/attempt_parts.h"

#include "crypto/prf.h"
#include "crypto/sealing.h"
#include "probe/made_secrets.h"
#include "session/transcript.h"
#include "wire/record.h"

#include <string.h>

#define ANSWER_MAX ((size_t)4 << 10)

static struct hl_span hash_of(const struct running *running, const struct hl_buffer *transcript, uint8_t out[DIGEST_LENGTH_MAX])
{
    return (struct hl_span){ out, schedule_transcript_hash(&running->spec, buf_view(transcript), out) };
}

/* The transcript goes to the server's Finished: the application's traffic secrets, and `master`. */
static bool derive_traffic(struct running *running, const struct hl_handshake *hs, const struct hl_buffer *transcript, struct secret *master,
                           struct secret *client)
{
    const struct cipher_spec *spec = &running->spec;
    uint8_t digest[DIGEST_LENGTH_MAX];
    const struct hl_span hash = hash_of(running, transcript, digest);
    struct hl_buffer lines;
    struct secret server;

    bool derived = tls13_master_secret(spec, secret_span(&running->flight.handshake), master)
                   && tls13_derive(spec, TLS13_CLIENT_APPLICATION_TRAFFIC, secret_span(master), hash, client)
                   && tls13_derive(spec, TLS13_SERVER_APPLICATION_TRAFFIC, secret_span(master), hash, &server);
    if (derived) {
        made_secrets_init(&lines);
        made_secrets_put(&lines, "CLIENT_TRAFFIC_SECRET_0", hs->client_hello.random, secret_span(client));
        made_secrets_put(&lines, "SERVER_TRAFFIC_SECRET_0", hs->client_hello.random, secret_span(&server));
        derived = made_secrets_give(&lines, &running->prober->secrets, running_key_log(running));
    }
    wipe(&server, sizeof server);
    return derived;
}

/* A Certificate without certificates where one was asked for, and Finished; they go into the transcript, too. */
static bool put_answer(struct running *running, const struct hl_handshake *hs, struct hl_buffer *transcript, struct hl_buffer *messages)
{
    static const uint8_t no_certificate[] = { CERTIFICATE, 0, 0, 4, 0, 0, 0, 0 };
    uint8_t digest[DIGEST_LENGTH_MAX];
    struct secret value;

    if (hs->certificate_requested) {
        buf_put(messages, no_certificate, sizeof no_certificate);
        buf_put(transcript, no_certificate, sizeof no_certificate);
    }
    if (!tls13_finished(&running->spec, secret_span(&running->flight.client), hash_of(running, transcript, digest), &value))
        return false;
    const size_t begin = messages->len;
    buf_u8(messages, FINISHED);
    buf_vector(messages, 3, secret_span(&value));
    if (!messages->failed)
        buf_put(transcript, messages->data + begin, messages->len - begin);
    wipe(&value, sizeof value);
    return !messages->failed && !transcript->failed;
}

static bool seal_answer(struct running *running, struct hl_span messages, struct hl_buffer *out)
{
    static const uint8_t change[] = { CONTENT_CHANGE_CIPHER_SPEC, 3, 3, 0, 1, 1 }; /* for middleboxes: appendix D.4 */
    struct protection keys;

    if (!tls13_protection(&running->spec, secret_span(&running->flight.client), &keys))
        return false;
    buf_put(out, change, sizeof change);
    const bool sealed = seal_record(&keys, CONTENT_HANDSHAKE, 0x0303, messages, out);
    protection_cleanup(&keys);
    return sealed;
}

static bool answer(struct running *running, const struct hl_handshake *hs, struct hl_buffer *transcript, struct hl_buffer *messages,
                   struct hl_buffer *out)
{
    const struct hl_message *finished = running_message(hs, FINISHED);
    uint8_t digest[DIGEST_LENGTH_MAX];
    struct secret master, client;

    if (!transcript_put_tls13(transcript, hs, &running->spec, finished) || !transcript_put_message(transcript, finished))
        return false;
    const bool done = derive_traffic(running, hs, transcript, &master, &client) && put_answer(running, hs, transcript, messages)
                      && seal_answer(running, buf_view(messages), out)
                      && tls13_derive(&running->spec, TLS13_RESUMPTION, secret_span(&master), hash_of(running, transcript, digest), &running->resumption_master)
                      && tls13_protection(&running->spec, secret_span(&client), &running->keys);
    wipe(&master, sizeof master);
    wipe(&client, sizeof client);
    return done;
}

bool completion_answer_tls13(struct running *running, const struct hl_handshake *hs, struct hl_buffer *out)
{
    struct hl_buffer transcript, messages;

    running->spec = running->flight.spec;
    buf_init(&transcript, TRANSCRIPT_MAX);
    buf_init(&messages, ANSWER_MAX);
    const bool done = answer(running, hs, &transcript, &messages, out) && !out->failed;
    buf_cleanup(&transcript);
    buf_cleanup(&messages);
    if (done)
        running_feed(running, CLIENT, buf_view(out));
    else
        running->out->why_incomplete = "the Finished cannot be made";
    return done;
}
