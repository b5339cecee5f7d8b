#include "session/proofs.h"

#include "crypto/prf.h"
#include "registry/registry.h"
#include "session/binder_proof.h"
#include "session/conclude.h"
#include "session/hello_proofs.h"
#include "session/transcript.h"
#include "wire/certificate.h"
#include "wire/key_exchange.h"
#include "wire/message.h"

#include <string.h>

enum { SERVER_KEY_EXCHANGE = 12, CERTIFICATE_VERIFY = 15, FINISHED = 20 };
enum { EXT_EXTENDED_MASTER_SECRET = 23 };

struct proving {
    struct hl_handshake *hs;
    struct hl_sessions *sessions;
    const struct opening *opening; /* NULL: no secrets were given */
    struct hl_arena *arena;
};

static bool is_tls13(const struct proving *p)
{
    return version_is_tls13(p->hs->version);
}

static struct hl_proof absent(const char *why)
{
    return (struct hl_proof){ .result = PROOF_ABSENT, .why = why };
}

static struct hl_proof not_checkable(const struct hl_message *message, uint16_t scheme, const char *why)
{
    return (struct hl_proof){ .result = PROOF_NOT_CHECKABLE, .why = why, .scheme = scheme, .at = message->at };
}

/* The key that a side signs with; false when it was not seen. */
static bool key_of(const struct hl_chain *chain, struct hl_x509_key *key)
{
    if (chain->count > 0) {
        *key = chain->list[0]->x509.key;
        return true;
    }
    return chain->raw_public_key.len > 0 && x509_key_parse(chain->raw_public_key, key);
}

static struct hl_proof prove_signature(const struct hl_x509_key *key, const struct hl_message *message, uint16_t version,
                             uint16_t scheme, const struct hl_span *parts, size_t count, struct hl_span signature)
{
    static const enum hl_proof_result results[] = {
        [SIG_VERIFIED] = PROOF_VERIFIED, [SIG_WRONG] = PROOF_WRONG, [SIG_UNSUPPORTED] = PROOF_NOT_CHECKABLE
    };
    const struct sig_algorithm algorithm =
        version_has_schemes(version) ? sig_of_scheme(scheme) : sig_before_schemes(key->kind);
    struct hl_proof proof = { .scheme = scheme, .at = message->at };

    proof.result = results[sig_verify(key, &algorithm, parts, count, signature, &proof.why)];
    return proof;
}

static const char *why_no_server_signature(const struct hl_handshake *hs)
{
    const struct hl_suite *suite = hs->cipher_suite <= UINT16_MAX ? reg_suite((uint16_t)hs->cipher_suite) : NULL;

    if (version_is_tls13(hs->version))
        return "TLS 1.3 signs in CertificateVerify";
    if (hs->resumed_by != NULL)
        return "resumed: the keys come from an earlier handshake";
    if (suite != NULL && strcmp(suite->key_exchange, "RSA") == 0 && hs->server_hello_message != NULL)
        return "RSA key exchange: only Finished proves the key";
    return "not seen";
}

/* RFC 5246, section 7.4.3: both randoms and the parameters, so that nobody can use them again. */
static struct hl_proof prove_server_key(const struct proving *p)
{
    const struct hl_handshake *hs = p->hs;
    const struct hl_message *message = find_message(hs, SERVER_KEY_EXCHANGE, 1 - hs->client);
    const struct hl_message_context ctx = { .version = hs->version, .cipher_suite = (uint16_t)hs->cipher_suite };
    struct hl_server_key_exchange key_exchange;
    struct hl_x509_key key;
    struct hl_fault fault;
    uint8_t padded[HELLO_RANDOM_LENGTH];

    if (message == NULL || hs->server_hello_message == NULL)
        return absent(why_no_server_signature(hs));
    struct hl_reader r = message_reader(message, &fault);
    bool whole = server_key_exchange_parse(&r, &ctx, &key_exchange);
    uint16_t scheme = key_exchange.scheme;
    if (whole && key_exchange.signature.len == 0)
        return absent("this key exchange is not signed");
    if (!whole || message->cut)
        return not_checkable(message, scheme, "the message is not whole");
    if (hs->client_hello_message == NULL || hs->client_hello.random.len == 0)
        return not_checkable(message, scheme, "the client hello was not captured");
    if (!key_of(&hs->server_chain, &key))
        return not_checkable(message, scheme, "the server's certificate was not captured");
    const struct hl_span parts[] = { client_hello_random(&hs->client_hello, padded), hs->server_hello.random,
                                     key_exchange.params };
    return prove_signature(&key, message, hs->version, scheme, parts, 3, key_exchange.signature);
}

/* --- CertificateVerify -------------------------------------------------------------- */

/* DTLS 1.3: the hellos are numbered from 0 on, with a HelloRetryRequest among them (RFC 9147, section 5.2). Before it,
 * one that was answered with HelloVerifyRequest does not count. */
static bool has_first_hellos(const struct hl_handshake *hs)
{
    const struct hl_message *answer = hs->retry_message != NULL ? hs->retry_message : hs->server_hello_message;

    return !hs->client_hello_message->numbered || !version_is_tls13(hs->version)
           || (hs->client_hello_message->message_seq == 0 && answer->message_seq == 0
               && (hs->retry_message == NULL || hs->retried_hello_message != NULL));
}

/* Every message before this one was captured. */
static bool all_seen_before(const struct hl_handshake *hs, const struct hl_message *message)
{
    for (const struct hl_gap *gap = hs->gaps; gap != NULL; gap = gap->next) {
        if (!moment_before(message->at, gap->at))
            return false;
    }
    return hs->messages_dropped == 0 && hs->client_hello_message != NULL && hs->server_hello_message != NULL
           && has_first_hellos(hs);
}

/* The transcript up to before `message`; false when not all of it is known. */
static bool put_transcript(struct hl_buffer *out, const struct proving *p, const struct hl_message *message)
{
    const struct hl_handshake *hs = p->hs;
    struct cipher_spec spec;

    if (!all_seen_before(hs, message))
        return false;
    if (!is_tls13(p))
        return transcript_put(out, transcript_first(hs, message), message);
    return cipher_spec_of(hs->server_hello.cipher_suite, hs->version, &spec)
           && transcript_put_tls13(out, hs, &spec, message);
}

/* Over the transcript itself (RFC 5246, section 7.4.8), or its hash and a context (RFC 8446, section 4.4.3). */
static struct hl_proof prove_over_transcript(const struct proving *p, const struct hl_message *message,
                                             const struct hl_x509_key *key,
                                             const struct hl_certificate_verify *verify)
{
    const struct hl_handshake *hs = p->hs;
    uint8_t content[TLS13_SIGNED_MAX], hash[DIGEST_LENGTH_MAX];
    struct cipher_spec spec;
    struct hl_buffer transcript;
    struct hl_proof proof = not_checkable(message, verify->scheme, "not all messages before it were captured");

    buf_init(&transcript, TRANSCRIPT_MAX);
    if (put_transcript(&transcript, p, message)) {
        struct hl_span all = buf_view(&transcript);
        if (is_tls13(p) && cipher_spec_of(hs->server_hello.cipher_suite, hs->version, &spec)) {
            const struct hl_span digest = { hash, schedule_transcript_hash(&spec, all, hash) };
            all = (struct hl_span){ content, tls13_certificate_verify_content(message->direction != hs->client, digest,
                                                                              content) };
        }
        proof = prove_signature(key, message, hs->version, verify->scheme, &all, 1, verify->signature);
    }
    buf_cleanup(&transcript);
    return proof;
}

static const char *why_no_certificate_verify(const struct proving *p, unsigned direction)
{
    const struct hl_handshake *hs = p->hs;
    bool client = direction == hs->client;
    const struct hl_chain *chain = client ? &hs->client_chain : &hs->server_chain;

    if (is_tls13(p) && !client && hs->resumed_by != NULL)
        return "resumed: the pre-shared key stands for the certificate";
    if (chain->count == 0)
        return chain->why_absent;
    if (!is_tls13(p) && !client)
        return NULL; /* the server signs its key exchange */
    return "not seen";
}

static struct hl_proof prove_certificate_verify(const struct proving *p, unsigned direction)
{
    const struct hl_handshake *hs = p->hs;
    const struct hl_message *message = find_message(hs, CERTIFICATE_VERIFY, direction);
    const struct hl_chain *chain = direction == hs->client ? &hs->client_chain : &hs->server_chain;
    struct hl_certificate_verify verify;
    struct hl_x509_key key;
    struct hl_fault fault;

    if (message == NULL)
        return absent(why_no_certificate_verify(p, direction));
    struct hl_reader r = message_reader(message, &fault);
    if (!certificate_verify_parse(&r, hs->version, &verify) || message->cut)
        return not_checkable(message, verify.scheme, "the message is not whole");
    if (hs->version == 0x0300)
        return not_checkable(message, 0, "in SSL 3.0 the master secret is signed, too");
    if (!key_of(chain, &key))
        return not_checkable(message, verify.scheme, "the certificate was not captured");
    return prove_over_transcript(p, message, &key, &verify);
}

/* A check costs as much as all the rest of a handshake, and more. Of many handshakes those are checked that can
 * tell something new. */
static bool is_worth_checking(const struct proving *p)
{
    const struct hl_handshake *hs = p->hs;

    switch (p->sessions->signature_policy) {
    case HL_SIGNATURES_ALL_CHECKED: return true;
    case HL_SIGNATURES_NOT_CHECKED: return false;
    default: break;
    }
    return p->sessions->signatures_checked < HL_SIGNATURES_ALL || hs->outcome != HL_COMPLETED
           || hs->server_chain.count == 0 || cert_cache_is_first_proof(&p->sessions->certificates, hs->server_chain.list[0]);
}

static void pass_over(const struct proving *p, struct hl_proof *proof, const struct hl_message *message)
{
    *proof = not_checkable(message, 0,
                           p->sessions->signature_policy == HL_SIGNATURES_NOT_CHECKED
                               ? "signatures are not checked, as asked for"
                               : "one of very many handshakes with a certificate whose signature was checked before");
}

static void prove_signatures(const struct proving *p)
{
    struct hl_handshake *hs = p->hs;
    const struct hl_message *key_exchange = find_message(hs, SERVER_KEY_EXCHANGE, 1 - hs->client);
    const struct hl_message *verify[2] = { find_message(hs, CERTIFICATE_VERIFY, 0),
                                           find_message(hs, CERTIFICATE_VERIFY, 1) };
    bool any = key_exchange != NULL || verify[0] != NULL || verify[1] != NULL;
    bool check = any && is_worth_checking(p);

    p->sessions->signatures_checked += check;
    for (unsigned d = 0; d < 2; d++) {
        struct hl_proof *proof = &hs->proofs[d == hs->client ? PROOF_CLIENT_CERTIFICATE_VERIFY
                                                             : PROOF_SERVER_CERTIFICATE_VERIFY];
        if (verify[d] != NULL && !check)
            pass_over(p, proof, verify[d]);
        else
            *proof = prove_certificate_verify(p, d);
    }
    if (key_exchange != NULL && !check)
        pass_over(p, &hs->proofs[PROOF_SERVER_KEY_EXCHANGE], key_exchange);
    else
        hs->proofs[PROOF_SERVER_KEY_EXCHANGE] = prove_server_key(p);
}

/* --- Finished --------------------------------------------------------------------------- */

/* Which secret would open what this side sent. */
static const char *what_would_open(const struct proving *p, unsigned direction)
{
    const struct hl_handshake *hs = p->hs;
    const struct hl_suite *suite = hs->cipher_suite <= UINT16_MAX ? reg_suite((uint16_t)hs->cipher_suite) : NULL;

    if (is_tls13(p))
        return direction == hs->client ? "encrypted; a key log with CLIENT_HANDSHAKE_TRAFFIC_SECRET would open it"
                                       : "encrypted; a key log with SERVER_HANDSHAKE_TRAFFIC_SECRET would open it";
    if (suite != NULL && strcmp(suite->key_exchange, "RSA") == 0)
        return "encrypted; a key log with CLIENT_RANDOM, or the server's private key, would open it";
    return "encrypted; a key log with CLIENT_RANDOM would open it";
}

static const char *why_no_finished(const struct proving *p, unsigned direction, bool *needs_secret)
{
    const struct hl_handshake *hs = p->hs;

    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        bool sealed = m->encrypted && m->direction == direction && hs->version != 0;
        *needs_secret = sealed && p->opening == NULL;
        if (sealed)
            return p->opening == NULL ? what_would_open(p, direction) : opening_why_closed(p->opening, hs, direction);
    }
    return "not seen";
}

static unsigned count_messages(const struct proving *p, const struct hl_message *end)
{
    const struct hl_message *first = is_tls13(p) ? p->hs->messages : transcript_first(p->hs, end);
    unsigned count = 0;

    for (const struct hl_message *m = first; m != NULL && m != end; m = m->next)
        count += m->content_type == CONTENT_HANDSHAKE && !m->encrypted;
    return count;
}

static size_t finished_tls13(const struct cipher_spec *spec, struct hl_span key, struct hl_span transcript,
                             uint8_t out[FINISHED_LENGTH_MAX])
{
    uint8_t hash[DIGEST_LENGTH_MAX];
    struct secret finished;
    const struct hl_span digest = { hash, schedule_transcript_hash(spec, transcript, hash) };

    if (!tls13_finished(spec, key, digest, &finished))
        return 0;
    memcpy(out, finished.bytes, finished.length);
    return finished.length;
}

/* What a Finished is made with. */
struct finished_secret {
    const struct exchange *exchange; /* up to TLS 1.2 */
    struct secret tls13;
};

/* False, and `why`, when it is not known. */
static bool find_finished_secret(const struct proving *p, const struct hl_message *message,
                                 struct finished_secret *out, const char **why)
{
    *out = (struct finished_secret){ .exchange = NULL };
    *why = "the secret that it is made with is not known";
    if (p->opening == NULL)
        return false;
    if (is_tls13(p))
        return opening_finished_secret(p->opening, p->hs, message, &out->tls13);
    out->exchange = opening_exchange(p->opening, p->hs, message);
    if (out->exchange != NULL)
        *why = out->exchange->source;
    return out->exchange != NULL && out->exchange->has_master;
}

static size_t make_finished(const struct proving *p, const struct hl_message *message,
                            const struct finished_secret *secret, struct hl_span transcript,
                            uint8_t out[FINISHED_LENGTH_MAX])
{
    const struct exchange *x = secret->exchange;

    if (x == NULL)
        return finished_tls13(&p->opening->spec, secret_span(&secret->tls13), transcript, out);
    return schedule_finished(&x->spec, (struct hl_span){ x->master, sizeof x->master },
                             message->direction != p->hs->client, transcript, out);
}

/* What the Finished should be; 0 and `why` when it cannot be told. */
static size_t expect_finished(const struct proving *p, const struct hl_message *message,
                              uint8_t out[FINISHED_LENGTH_MAX], const char **why)
{
    struct finished_secret secret;
    struct hl_buffer transcript;
    size_t n = 0;

    if (!find_finished_secret(p, message, &secret, why))
        return 0;
    *why = "not all messages before it were captured";
    buf_init(&transcript, TRANSCRIPT_MAX);
    if (put_transcript(&transcript, p, message))
        n = make_finished(p, message, &secret, buf_view(&transcript), out);
    buf_cleanup(&transcript);
    wipe(&secret, sizeof secret);
    return n;
}

static struct hl_proof prove_this_finished(const struct proving *p, const struct hl_message *message)
{
    struct hl_proof proof = { .result = PROOF_NOT_CHECKABLE, .at = message->at };
    uint8_t expected[FINISHED_LENGTH_MAX];

    size_t n = expect_finished(p, message, expected, &proof.why);
    if (n == 0)
        return proof;
    if (message->body.len == n && memcmp(message->body.ptr, expected, n) == 0) {
        proof.result = PROOF_VERIFIED;
        proof.why = NULL;
        return proof;
    }
    proof.result = PROOF_WRONG;
    proof.why = "it does not fit the messages before it: one of them, or it, was changed on the way";
    proof.expected = arena_copy(p->arena, (struct hl_span){ expected, n });
    proof.found = message->body;
    proof.messages = count_messages(p, message);
    return proof;
}

/* The Finished of the handshake. One that renegotiates in the same connection has its own, and so has a client that
 * authenticates itself later: these, as many as a connection can renegotiate, are told when they are wrong. */
static struct hl_proof prove_finished(const struct proving *p, unsigned direction)
{
    struct hl_proof first = { .result = PROOF_NOT_CHECKABLE };
    const struct hl_message *message = find_message(p->hs, FINISHED, direction);

    if (message == NULL) {
        first.why = why_no_finished(p, direction, &first.needs_secret);
        return first;
    }
    first = prove_this_finished(p, message);
    struct hl_proof latest = first;
    for (unsigned seen = 1; latest.result != PROOF_WRONG && message->next != NULL && seen < HL_EXCHANGES_MAX;) {
        message = message->next;
        if (is_message(message, FINISHED, direction)) {
            latest = prove_this_finished(p, message);
            seen++;
        }
    }
    return latest.result == PROOF_WRONG ? latest : first;
}

/* RFC 7627: the keys come from this very transcript. Told when the premaster secret is known: a key log has only what was
 * made of it. */
static struct hl_proof prove_extended_master_secret(const struct proving *p)
{
    const struct hl_handshake *hs = p->hs;
    const struct hl_message *hello = hs->server_hello_message;

    if (hello == NULL || is_tls13(p) || hs->version == 0 || !extension_find(hs->server_hello.extensions, EXT_EXTENDED_MASTER_SECRET, NULL))
        return absent(NULL);
    const struct exchange *x = p->opening != NULL ? opening_exchange(p->opening, hs, hello) : NULL;
    if (x == NULL || !x->has_master)
        return not_checkable(hello, 0, "the secrets of this connection are not known");
    if (!x->from_premaster)
        return not_checkable(hello, 0, "the premaster secret is not known, only what was made of it");
    bool used = p->opening->side[0].opened + p->opening->side[1].opened > 0;
    if (!used)
        return not_checkable(hello, 0, "no record was captured that would show it");
    return (struct hl_proof){ .result = PROOF_VERIFIED, .at = hello->at };
}

void prove(struct hl_handshake *hs, struct hl_sessions *sessions, const struct opening *opening, struct hl_arena *arena)
{
    const struct proving p = { .hs = hs, .sessions = sessions, .opening = opening, .arena = arena };
    unsigned client = hs->client;

    prove_signatures(&p);
    hs->proofs[PROOF_SERVER_FINISHED] = prove_finished(&p, 1 - client);
    hs->proofs[PROOF_CLIENT_FINISHED] = prove_finished(&p, client);
    hs->proofs[PROOF_EXTENDED_MASTER_SECRET] = prove_extended_master_secret(&p);
    hs->proofs[PROOF_PSK_BINDER] = prove_binder(hs, opening != NULL ? opening->from.secrets : NULL, arena);
    hs->proofs[PROOF_HELLO_RETRY] = prove_hello_retry(hs);
    hs->proofs[PROOF_NO_DOWNGRADE] = prove_no_downgrade(hs);
    hs->proofs[PROOF_RESUMPTION] = prove_resumption(hs, &sessions->resumables);
}
