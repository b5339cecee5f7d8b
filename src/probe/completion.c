/* What a client sends after the server's flight, before TLS 1.3 (RFC 5246, section 7.4). */
#include "probe/attempt_parts.h"

#include "crypto/prf.h"
#include "crypto/rsa_public.h"
#include "crypto/sealing.h"
#include "probe/made_secrets.h"
#include "registry/registry.h"
#include "session/conclude.h"
#include "session/transcript.h"
#include "wire/certificate.h"
#include "wire/key_exchange.h"
#include "wire/record.h"

#include <string.h>

#define MESSAGES_MAX ((size_t)64 << 10)

enum { EXT_ENCRYPT_THEN_MAC = 22, EXT_EXTENDED_MASTER_SECRET = 23 };

/* The premaster secret, and the body of the ClientKeyExchange that stands for it. */
struct agreement {
    uint8_t premaster[KEY_SHARE_SECRET_MAX];
    size_t length;
    struct hl_buffer body;
};

static bool cannot(struct running *running, const char *why)
{
    running->out->why_incomplete = why;
    return false;
}

/* --- ClientKeyExchange -------------------------------------------------------------------- */

bool completion_server_key(const struct running *running, const struct hl_handshake *hs, struct hl_x509_key *key)
{
    const struct hl_message *message = find_certificate(hs, SERVER);
    struct hl_certificate_list list;
    struct hl_span der, extensions;
    struct hl_fault fault;

    if (message == NULL)
        return false;
    struct hl_reader r = certificate_reader(message, &fault);
    (void)certificate_list_parse(&r, false, &list);
    const struct hl_certificate *certificate =
        certificate_list_next(&list, &der, &extensions) ? cert_cache_get(&running->prober->sessions.certificates, der, 0) : NULL;
    if (certificate == NULL || !certificate->decoded)
        return false;
    *key = certificate->x509.key;
    return true;
}

/* RFC 5246, section 7.4.7.1. */
static bool agree_rsa(struct running *running, const struct hl_handshake *hs, struct agreement *agreed)
{
    uint8_t block[RSA_BYTES_MAX], encrypted[RSA_BYTES_MAX];
    struct hl_x509_key key;

    agreed->length = PREMASTER_LENGTH;
    if (!completion_server_key(running, hs, &key) || !random_bytes(agreed->premaster, PREMASTER_LENGTH))
        return cannot(running, "the server's key cannot be used here");
    agreed->premaster[0] = (uint8_t)(running->hello.version >> 8);
    agreed->premaster[1] = (uint8_t)running->hello.version;
    const size_t size = rsa_public_size(&key);
    const bool done = rsa_pad((struct hl_span){ agreed->premaster, PREMASTER_LENGTH }, block, size)
                      && rsa_public_encrypt(&key, (struct hl_span){ block, size }, encrypted);
    wipe(block, sizeof block);
    if (!done)
        return cannot(running, "the server's key cannot be used here");
    buf_vector(&agreed->body, 2, (struct hl_span){ encrypted, size });
    return true;
}

/* DHE (RFC 5246, section 7.4.7.2) and ECDHE (RFC 8422, section 5.7). */
static bool agree_ephemeral(struct running *running, const struct hl_handshake *hs, bool curve, struct agreement *agreed)
{
    const struct hl_message *message = running_message(hs, SERVER_KEY_EXCHANGE);
    const struct hl_message_context ctx = { .version = hs->version, .cipher_suite = hs->server_hello.cipher_suite };
    struct hl_server_key_exchange theirs;
    struct hl_fault fault;

    if (message == NULL)
        return cannot(running, "the server sent no ServerKeyExchange");
    struct hl_reader r = message_reader(message, &fault);
    if (!server_key_exchange_parse(&r, &ctx, &theirs) || message->cut)
        return cannot(running, "the server's ServerKeyExchange is malformed");
    struct key_share *share = curve ? key_share_new(theirs.group) : key_share_new_dh(theirs.dh_prime, theirs.dh_generator);
    if (share == NULL)
        return cannot(running, "the server's group cannot be used here");
    agreed->length = key_share_agree(share, theirs.public_key, agreed->premaster);
    buf_vector(&agreed->body, curve ? 1 : 2, key_share_public(share));
    key_share_free(share);
    return agreed->length > 0 || cannot(running, "the server's half of the key exchange is no element of its group");
}

enum exchange { EXCHANGE_OTHER, EXCHANGE_RSA, EXCHANGE_DH, EXCHANGE_ECDH };

/* Those without a key of the server's that is none of its certificate's. */
static enum exchange exchange_of(const struct hl_suite *suite)
{
    if (suite == NULL || strcmp(suite->authentication, "PSK") == 0)
        return EXCHANGE_OTHER;
    if (strcmp(suite->key_exchange, "RSA") == 0)
        return EXCHANGE_RSA;
    const bool anonymous = strcmp(suite->authentication, "anon") == 0;
    if (strcmp(suite->key_exchange, "DHE") == 0 || (anonymous && strcmp(suite->key_exchange, "DH") == 0))
        return EXCHANGE_DH;
    return strcmp(suite->key_exchange, "ECDHE") == 0 || (anonymous && strcmp(suite->key_exchange, "ECDH") == 0) ? EXCHANGE_ECDH : EXCHANGE_OTHER;
}

bool completion_is_possible(uint16_t suite, uint16_t version)
{
    struct cipher_spec spec;

    return exchange_of(reg_suite(suite)) != EXCHANGE_OTHER && cipher_spec_of(suite, version, &spec) && sealing_is_possible(&spec);
}

static bool agree(struct running *running, const struct hl_handshake *hs, struct agreement *agreed)
{
    switch (exchange_of(reg_suite(hs->server_hello.cipher_suite))) {
    case EXCHANGE_RSA: return agree_rsa(running, hs, agreed);
    case EXCHANGE_DH: return agree_ephemeral(running, hs, false, agreed);
    case EXCHANGE_ECDH: return agree_ephemeral(running, hs, true, agreed);
    case EXCHANGE_OTHER: break;
    }
    return cannot(running, "handshakes of this cipher suite cannot be completed here");
}

/* A client that is asked for a certificate, and has none, says so (RFC 5246, section 7.4.6). */
static void put_messages(const struct hl_handshake *hs, struct hl_span key_exchange, uint16_t version, struct hl_buffer *out)
{
    struct hl_buffer messages;

    buf_init(&messages, MESSAGES_MAX);
    if (hs->certificate_requested) {
        buf_u8(&messages, CERTIFICATE);
        buf_vector(&messages, 3, (struct hl_span){ (const uint8_t[3]){ 0, 0, 0 }, 3 });
    }
    buf_u8(&messages, CLIENT_KEY_EXCHANGE);
    buf_vector(&messages, 3, key_exchange);
    hello_write_records(buf_view(&messages), version, out);
    out->failed |= messages.failed;
    buf_cleanup(&messages);
}

/* Behind what was agreed on: with the extended master secret it depends on all messages up to the ClientKeyExchange (RFC 7627). */
static bool make_master(struct running *running, const struct hl_handshake *hs, const struct agreement *agreed)
{
    const struct hl_span premaster = { agreed->premaster, agreed->length };
    struct hl_buffer transcript;

    if (!extension_find(hs->server_hello.extensions, EXT_EXTENDED_MASTER_SECRET, NULL))
        return schedule_master(&running->spec, premaster, hs->client_hello.random, hs->server_hello.random, running->master);
    buf_init(&transcript, TRANSCRIPT_MAX);
    const bool made = transcript_put(&transcript, hs->client_hello_message, NULL) && !transcript.failed
                      && schedule_extended_master(&running->spec, premaster, buf_view(&transcript), running->master);
    buf_cleanup(&transcript);
    return made;
}

static bool exchange_keys(struct running *running, const struct hl_handshake *hs, struct hl_buffer *out)
{
    struct agreement agreed = { .length = 0 };

    buf_init(&agreed.body, MESSAGES_MAX);
    bool done = agree(running, hs, &agreed);
    if (done) {
        put_messages(hs, buf_view(&agreed.body), hs->server_hello.version, out);
        running_feed(running, CLIENT, buf_view(out));
        done = running->session != NULL && !agreed.body.failed && make_master(running, hs, &agreed);
    }
    buf_cleanup(&agreed.body);
    wipe(agreed.premaster, sizeof agreed.premaster);
    return done;
}

/* --- Finished ----------------------------------------------------------------------------- */

static bool give_master(struct running *running, const struct hl_handshake *hs)
{
    struct hl_buffer lines;

    made_secrets_init(&lines);
    made_secrets_put(&lines, "CLIENT_RANDOM", hs->client_hello.random, (struct hl_span){ running->master, sizeof running->master });
    return made_secrets_give(&lines, &running->prober->secrets, running_key_log(running));
}

static bool make_keys(struct running *running, const struct hl_handshake *hs)
{
    const unsigned flags = extension_find(hs->server_hello.extensions, EXT_ENCRYPT_THEN_MAC, NULL) ? PROTECTION_ENCRYPT_THEN_MAC : 0u;
    struct protection theirs;

    if (!schedule_key_block(&running->spec, (struct hl_span){ running->master, sizeof running->master }, hs->client_hello.random,
                            hs->server_hello.random, flags, &running->keys, &theirs))
        return false;
    protection_cleanup(&theirs);
    return true;
}

static bool put_finished(struct running *running, const struct hl_handshake *hs, struct hl_buffer *out)
{
    const uint8_t change[] = { CONTENT_CHANGE_CIPHER_SPEC, (uint8_t)(running->spec.version >> 8), (uint8_t)running->spec.version, 0, 1, 1 };
    uint8_t message[4 + FINISHED_LENGTH_MAX] = { FINISHED };
    struct hl_buffer transcript;

    buf_init(&transcript, TRANSCRIPT_MAX);
    if (transcript_put(&transcript, hs->client_hello_message, NULL) && !transcript.failed)
        running->verify_length = schedule_finished(&running->spec, (struct hl_span){ running->master, sizeof running->master }, false,
                                                   buf_view(&transcript), running->verify_data);
    buf_cleanup(&transcript);
    if (running->verify_length == 0)
        return false;
    message[3] = (uint8_t)running->verify_length;
    memcpy(message + 4, running->verify_data, running->verify_length);
    buf_put(out, change, sizeof change);
    return seal_record(&running->keys, CONTENT_HANDSHAKE, running->spec.version, (struct hl_span){ message, 4 + running->verify_length }, out);
}

bool completion_resume(struct running *running, const struct hl_handshake *hs)
{
    running->resumes = cipher_spec_of(hs->server_hello.cipher_suite, hs->server_hello.version, &running->spec);
    memcpy(running->master, running->request->resumed->master, sizeof running->master);
    return running->resumes && give_master(running, hs);
}

bool completion_answer_older(struct running *running, const struct hl_handshake *hs, struct hl_buffer *out)
{
    if (!completion_is_possible(hs->server_hello.cipher_suite, hs->server_hello.version)
        || !cipher_spec_of(hs->server_hello.cipher_suite, hs->server_hello.version, &running->spec))
        return cannot(running, "handshakes of this cipher suite and version cannot be completed here");
    if (!running->resumes && (!exchange_keys(running, hs, out) || !give_master(running, hs)))
        return running->out->why_incomplete != NULL ? false : cannot(running, "the keys cannot be made");
    const size_t begin = out->len;
    if (!make_keys(running, hs) || !put_finished(running, hs, out))
        return cannot(running, "the Finished cannot be made");
    running_feed(running, CLIENT, (struct hl_span){ out->data + begin, out->len - begin });
    return !out->failed;
}

/* --- after the handshake ------------------------------------------------------------------ */

bool completion_renegotiate(struct running *running, struct hl_buffer *out)
{
    struct hello *hello = &running->hello;
    struct hl_buffer message;

    hello->resumed_id = hello->ticket = (struct hl_span){ NULL, 0 };
    hello->has_session_id = false;
    hello->renegotiated = (struct hl_span){ running->verify_data, running->verify_length };
    if (!hello_randomize(hello))
        return false;
    buf_init(&message, MESSAGES_MAX);
    hello_write(hello, &message);
    const bool done = !message.failed && seal_record(&running->keys, CONTENT_HANDSHAKE, running->spec.version, buf_view(&message), out);
    buf_cleanup(&message);
    if (done)
        running_feed(running, CLIENT, buf_view(out));
    return done;
}

bool completion_close(struct running *running, struct hl_buffer *out)
{
    static const uint8_t close_notify[] = { 1, 0 };
    const uint16_t version = running->spec.version == TLS13 ? 0x0303 : running->spec.version;

    return seal_record(&running->keys, CONTENT_ALERT, version, (struct hl_span){ close_notify, sizeof close_notify }, out);
}
