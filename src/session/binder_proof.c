#include "session/binder_proof.h"

#include "crypto/prf.h"
#include "session/transcript.h"
#include "wire/version.h"

#include <string.h>

enum { EXT_PRE_SHARED_KEY = 41 };

/* The identity that the server chose, its binder, and how long all binders are (RFC 8446, section 4.2.11). */
struct offered_psk {
    struct hl_span identity, binder;
    size_t binders_length;
};

static bool read_offered_psk(const struct hl_client_hello *hello, uint16_t selected, struct offered_psk *out)
{
    struct hl_fault fault;
    struct hl_span body;

    if (!extension_find(hello->extensions, EXT_PRE_SHARED_KEY, &body))
        return false;
    struct hl_reader r = rd_init(body, &fault);
    struct hl_reader identities = rd_vec16(&r, 7, UINT16_MAX, "identities");
    out->binders_length = rd_left(&r);
    struct hl_reader binders = rd_vec16(&r, 33, UINT16_MAX, "binders");
    for (unsigned i = 0; i <= selected; i++) {
        out->identity = rd_opaque16(&identities, 1, UINT16_MAX, "identity");
        (void)rd_u32(&identities, "obfuscated_ticket_age");
        out->binder = rd_opaque8(&binders, 32, UINT8_MAX, "binder");
    }
    return rd_ok(&identities) && rd_ok(&binders);
}

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
    const struct hl_client_hello *hello = retried ? &hs->retried_hello : &hs->client_hello;
    struct hl_span body, psk = { NULL, 0 };
    struct offered_psk offer;
    struct secret expected;
    struct hl_fault fault;

    if (message == NULL || !version_is_tls13(hs->version)
        || !extension_find(hs->server_hello.extensions, EXT_PRE_SHARED_KEY, &body))
        return (struct hl_proof){ .result = PROOF_ABSENT };
    struct hl_reader r = rd_init(body, &fault);
    if (!read_offered_psk(hello, rd_u16(&r, "selected_identity"), &offer))
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
