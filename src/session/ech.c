#include "session/ech.h"

#include "base/buffer.h"
#include "crypto/hpke.h"
#include "crypto/prf.h"
#include "session/transcript.h"

#include <string.h>

/* Bytes of an ECHConfig that is used; a name and a public key of any KEM are in it. */
#define CONFIG_MAX 2048u
#define KEM_SECRET_MAX 64u
#define CONFIRMATION_LENGTH 8u
#define EXT_ECH_OUTER_EXTENSIONS 0xfd00u

/* --- the outer hello ---------------------------------------------------------- */

/* ECHClientHello of the outer hello (section 5). */
struct outer_ech {
    struct hpke_suite suite; /* `kem` stands in the configuration */
    uint8_t config_id;
    struct hl_span payload;
};

static bool read_outer(const struct hl_client_hello *hello, struct outer_ech *out)
{
    enum { OUTER = 0 };
    struct hl_fault fault;
    struct hl_span body;

    if (!extension_find(hello->extensions, EXT_ID_ENCRYPTED_CLIENT_HELLO, &body))
        return false;
    struct hl_reader r = rd_init(body, &fault);
    if (rd_u8(&r, "type") != OUTER)
        return false;
    out->suite.kdf = rd_u16(&r, "kdf_id");
    out->suite.aead = rd_u16(&r, "aead_id");
    out->config_id = rd_u8(&r, "config_id");
    (void)rd_opaque16(&r, 0, UINT16_MAX, "enc");
    out->payload = rd_opaque16(&r, 1, UINT16_MAX, "payload");
    return rd_end(&r, "encrypted_client_hello");
}

/* ECHConfig (section 4): is it the one that was used, and of which KEM? */
static bool read_config(struct hl_span config, struct outer_ech *ech)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(config, &fault);

    if (rd_u16(&r, "version") != EXT_ID_ENCRYPTED_CLIENT_HELLO)
        return false;
    struct hl_reader contents = rd_vec16(&r, 0, UINT16_MAX, "length");
    uint8_t config_id = rd_u8(&contents, "config_id");
    ech->suite.kem = rd_u16(&contents, "kem_id");
    return rd_ok(&contents) && rd_end(&r, "ech_config") && config_id == ech->config_id;
}

static bool begin_hpke(const struct hl_handshake *hs, const struct hl_secrets *secrets, struct outer_ech *ech,
                       struct hpke *hpke)
{
    static const char label[] = "tls ech"; /* and its NUL (section 6.1) */
    uint8_t info[sizeof label + CONFIG_MAX], shared[KEM_SECRET_MAX];
    const struct hl_span id = hs->client_hello.random;
    size_t config = secrets_find(secrets, KEY_LOG_ECH_CONFIG, id, info + sizeof label, CONFIG_MAX);
    size_t length = secrets_find(secrets, KEY_LOG_ECH_SECRET, id, shared, sizeof shared);

    memcpy(info, label, sizeof label);
    bool begun = length > 0 && config > 0 && read_config((struct hl_span){ info + sizeof label, config }, ech)
                 && hpke_begin(hpke, &ech->suite, (struct hl_span){ shared, length },
                               (struct hl_span){ info, sizeof label + config });
    wipe(shared, sizeof shared);
    return begun;
}

/* --- the inner hello ------------------------------------------------------------ */

/* OuterExtensions (section 5.1): what the inner hello has of the outer one, in the same order. */
static bool put_outer_extensions(struct hl_buffer *out, struct hl_span list, struct hl_span *outer)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(list, &fault);
    struct hl_reader types = rd_vec8(&r, 2, 254, "outer_extensions");
    struct hl_span body;
    uint16_t type = 0;

    while (rd_more(&types)) {
        uint16_t wanted = rd_u16(&types, "outer_extension");
        bool found = false;
        while (!found && extension_next(outer, &type, &body))
            found = type == wanted;
        if (!found || wanted == EXT_ID_ENCRYPTED_CLIENT_HELLO)
            return false;
        buf_span(out, (struct hl_span){ body.ptr - 4, body.len + 4 });
    }
    return rd_end(&r, "outer_extensions");
}

static bool put_extensions(struct hl_buffer *out, struct hl_span inner, struct hl_span outer)
{
    const size_t length_at = out->len;
    struct hl_span body;
    uint16_t type;

    buf_put(out, (const uint8_t[]){ 0, 0 }, 2);
    while (extension_next(&inner, &type, &body)) {
        if (type == EXT_ECH_OUTER_EXTENSIONS) {
            if (!put_outer_extensions(out, body, &outer))
                return false;
            continue;
        }
        buf_span(out, (struct hl_span){ body.ptr - 4, body.len + 4 });
    }
    size_t length = out->len - length_at - 2;
    if (out->failed || inner.len > 0 || length > UINT16_MAX)
        return false;
    out->data[length_at] = (uint8_t)(length >> 8);
    out->data[length_at + 1] = (uint8_t)length;
    return true;
}

/* EncodedClientHelloInner to ClientHelloInner (section 5.1): the session id is the outer one, and the padding goes. */
static bool decode_inner(struct hl_buffer *out, struct hl_span encoded, const struct hl_client_hello *outer)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(encoded, &fault);
    struct hl_span start = rd_bytes(&r, 2 + HELLO_RANDOM_LENGTH, "random");
    struct hl_span session_id = rd_opaque8(&r, 0, 32, "legacy_session_id");
    const uint8_t *suites = r.pos;
    (void)rd_opaque16(&r, 2, UINT16_MAX, "cipher_suites");
    (void)rd_opaque8(&r, 1, UINT8_MAX, "legacy_compression_methods");
    const uint8_t *suites_end = r.pos;
    struct hl_span extensions = rd_opaque16(&r, 8, UINT16_MAX, "extensions");

    if (!rd_ok(&r) || session_id.len > 0)
        return false;
    buf_span(out, start);
    buf_put(out, (const uint8_t[]){ (uint8_t)outer->session_id.len }, 1);
    buf_span(out, outer->session_id);
    buf_put(out, suites, (size_t)(suites_end - suites));
    return put_extensions(out, extensions, outer->extensions);
}

/* ClientHelloOuterAAD (section 5.2): the message with zeros in place of the payload. */
static uint8_t *copy_aad(const struct hl_message *message, struct hl_span payload, struct hl_arena *arena)
{
    struct hl_span copy = arena_copy(arena, message->body);

    if (copy.len < message->body.len)
        return NULL;
    uint8_t *bytes = (uint8_t *)copy.ptr;
    memset(bytes + (payload.ptr - message->body.ptr), 0, payload.len);
    return bytes;
}

static bool open_inner(struct hpke *hpke, struct hl_message *message, const struct hl_client_hello *outer,
                       struct hl_span payload, struct hl_arena *arena)
{
    const uint8_t *aad = copy_aad(message, payload, arena);
    uint8_t *plain = arena_alloc_raw(arena, payload.len);
    struct hl_buffer inner;

    if (aad == NULL || plain == NULL || payload.len < HPKE_TAG_LENGTH
        || !hpke_open(hpke, (struct hl_span){ aad, message->body.len }, payload, plain))
        return false;
    buf_init(&inner, HL_MESSAGE_MAX);
    if (decode_inner(&inner, (struct hl_span){ plain, payload.len - HPKE_TAG_LENGTH }, outer))
        message->inner = arena_copy(arena, buf_view(&inner));
    buf_cleanup(&inner);
    return message->inner.len > 0;
}

/* --- did the server take it? ------------------------------------------------------- */

/* Section 7.2: eight bytes of the server's random are made of the inner hello and all up to here. */
static bool is_confirmed(const struct hl_handshake *hs, struct hl_span inner_random)
{
    const struct hl_span nothing = { NULL, 0 };
    const size_t random_end = 2 + HELLO_RANDOM_LENGTH; /* in the body, after legacy_version */
    uint8_t extracted[DIGEST_LENGTH_MAX], hash[DIGEST_LENGTH_MAX], expected[CONFIRMATION_LENGTH];
    struct cipher_spec spec;
    struct hl_buffer text;
    bool confirmed = false;

    if (hs->server_hello_message->body.len < random_end || !hs->server_hello.has_cipher_suite
        || !cipher_spec_of(hs->server_hello.cipher_suite, hs->version, &spec))
        return false;
    buf_init(&text, TRANSCRIPT_MAX);
    if (transcript_put_tls13(&text, hs, &spec, hs->server_hello_message)
        && transcript_put_message(&text, hs->server_hello_message)) {
        uint8_t *end = text.data + text.len - hs->server_hello_message->body.len + random_end;
        memset(end - CONFIRMATION_LENGTH, 0, CONFIRMATION_LENGTH);
        const struct hl_span digest = { hash, schedule_transcript_hash(&spec, buf_view(&text), hash) };
        const struct hl_span key = { extracted, hkdf_extract(spec.prf, nothing, inner_random, extracted) };
        confirmed = hkdf_expand_label(spec.prf, key, HKDF_TLS13, "ech accept confirmation", digest, expected,
                                      sizeof expected)
                    && memcmp(expected, hs->server_hello_message->body.ptr + random_end - CONFIRMATION_LENGTH,
                              CONFIRMATION_LENGTH) == 0;
        wipe(extracted, sizeof extracted);
    }
    buf_cleanup(&text);
    return confirmed;
}

/* Inner hellos count for the transcript, or do not. */
static void set_inner_counts(struct hl_handshake *hs, bool counts)
{
    hs->client_hello_message->inner_counts = counts;
    if (hs->retried_hello_message != NULL)
        hs->retried_hello_message->inner_counts = counts && hs->retried_hello_message->inner.len > 0;
}

void ech_open(struct hl_handshake *hs, const struct hl_secrets *secrets, struct hl_arena *arena)
{
    struct hl_message *message = hs->client_hello_message, *retried = hs->retried_hello_message;
    struct outer_ech ech, again;
    struct hpke hpke;

    if (message == NULL || message->cut || message->inner.len > 0 || hs->server_hello_message == NULL
        || !read_outer(&hs->client_hello, &ech) || !begin_hpke(hs, secrets, &ech, &hpke))
        return;
    if (open_inner(&hpke, message, &hs->client_hello, ech.payload, arena)) {
        /* The second hello goes on with the same context (section 6.1.5). */
        if (retried != NULL && !retried->cut && read_outer(&hs->retried_hello, &again))
            (void)open_inner(&hpke, retried, &hs->retried_hello, again.payload, arena);
        const struct hl_message *last = retried != NULL && retried->inner.len > 0 ? retried : message;
        (void)client_hello_parse(last->inner, false, &hs->inner_hello);
        set_inner_counts(hs, true);
        hs->ech_accepted = is_confirmed(hs, hs->inner_hello.random);
        set_inner_counts(hs, hs->ech_accepted);
    }
    hpke_cleanup(&hpke);
}
