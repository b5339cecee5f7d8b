#include "session/binder_proof.h"

#include "crypto/prf.h"
#include "session/psk_schedule.h"
#include "session/transcript.h"
#include "wire/version.h"

#include <string.h>

/* All up to the binders, which end the hello. False when it is not known whole. */
static bool put_truncated_hello(struct hl_buffer *out, const struct hl_handshake *hs, const struct cipher_spec *spec,
                                const struct hl_message *hello, size_t binders_length)
{
    bool retried = hello == hs->retried_hello_message;

    if (hello->body.len < binders_length || (retried && !transcript_put_tls13(out, hs, spec, hello))
        || !transcript_put_message(out, hello))
        return false;
    out->len -= binders_length;
    return true;
}

static bool expect_binder(const struct hl_handshake *hs, const struct hl_message *hello, const struct offered_psk *offer,
                          struct hl_span psk, struct secret *out)
{
    uint8_t hash[DIGEST_LENGTH_MAX];
    struct secret early, key;
    struct cipher_spec spec;
    struct hl_buffer text;
    const struct hl_span nothing = { NULL, 0 };

    if (!cipher_spec_of(hs->server_hello.cipher_suite, hs->version, &spec))
        return false;
    buf_init(&text, TRANSCRIPT_MAX);
    bool made = put_truncated_hello(&text, hs, &spec, hello, offer->binders_length)
                && tls13_early_secret(&spec, psk, &early)
                && tls13_derive(&spec, TLS13_EXTERNAL_BINDER, secret_span(&early), nothing, &key);
    if (made) {
        const struct hl_span digest = { hash, schedule_transcript_hash(&spec, buf_view(&text), hash) };
        made = tls13_finished(&spec, secret_span(&key), digest, out);
    }
    buf_cleanup(&text);
    wipe(&early, sizeof early);
    wipe(&key, sizeof key);
    return made;
}

static struct hl_proof not_checkable(const struct hl_message *message, const char *why)
{
    return (struct hl_proof){ .result = PROOF_NOT_CHECKABLE, .why = why, .at = message->at };
}

struct hl_proof prove_binder(const struct hl_handshake *hs, const struct hl_secrets *secrets, struct hl_arena *arena)
{
    bool retried = hs->retried_hello_message != NULL;
    const struct hl_message *message = retried ? hs->retried_hello_message : hs->client_hello_message;
    struct hl_span psk = { NULL, 0 };
    struct offered_psk offer;
    struct secret expected;

    if (message == NULL || !version_is_tls13(hs->version) || !hs->server_hello.has_psk)
        return (struct hl_proof){ .result = PROOF_ABSENT };
    if (!psk_chosen(hs, &offer))
        return not_checkable(message, "the client hello's offer cannot be read");
    if (secrets != NULL)
        psk = secrets_psk(secrets, offer.identity);
    if (psk.len == 0)
        return not_checkable(message, "the pre-shared key is not known");
    if (!expect_binder(hs, message, &offer, psk, &expected))
        return not_checkable(message, "the client hello was not captured whole");
    struct hl_proof proof = { .result = PROOF_VERIFIED, .at = message->at };
    if (offer.binder.len != expected.length || memcmp(offer.binder.ptr, expected.bytes, expected.length) != 0) {
        proof.result = PROOF_WRONG;
        proof.why = "it does not fit the client hello and the pre-shared key that was given: one of them is another";
        proof.expected = arena_copy(arena, secret_span(&expected));
        proof.found = offer.binder;
        proof.messages = 1;
    }
    return proof;
}
