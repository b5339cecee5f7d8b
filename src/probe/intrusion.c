#include "probe/attempt_parts.h"

#include "crypto/prf.h"
#include "crypto/rsa_public.h"
#include "wire/record.h"

#include <string.h>

#define BODY_MAX ((size_t)1 << 10)

enum { HEARTBEAT_REQUEST = 1, PADDING_MIN = 16 }; /* RFC 6520, section 4 */

static void put_record(struct hl_buffer *out, uint8_t type, uint16_t version, struct hl_span fragment)
{
    buf_u8(out, type);
    buf_u16(out, version);
    buf_vector(out, 2, fragment);
}

/* With a payload of 16 bytes and no padding it has 19; one that is right needs 35. */
static bool put_heartbeat(uint16_t version, struct hl_buffer *out)
{
    uint8_t message[3 + PADDING_MIN] = { HEARTBEAT_REQUEST, 0, PADDING_MIN };
    static const uint8_t close_notify[] = { 1, 0 };

    if (!random_bytes(message + 3, PADDING_MIN))
        return false;
    put_record(out, CONTENT_HEARTBEAT, version, (struct hl_span){ message, sizeof message });
    put_record(out, CONTENT_ALERT, version, (struct hl_span){ close_notify, sizeof close_notify });
    return true;
}

static void put_change(uint16_t version, struct hl_buffer *out)
{
    put_record(out, CONTENT_CHANGE_CIPHER_SPEC, version, (struct hl_span){ (const uint8_t[]){ 1 }, 1 });
}

/* RFC 8017, section 7.2.1, and what departs from it. No byte of the secret is zero, so that none ends a padding by chance. */
static bool make_block(uint16_t version, enum premaster_form form, uint8_t *block, size_t size)
{
    uint8_t secret[PREMASTER_LENGTH];

    if (size < 2 * sizeof secret || !random_bytes(secret, sizeof secret))
        return false;
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] |= 1;
    secret[0] = (uint8_t)(version >> 8);
    secret[1] = (uint8_t)version;
    if (!rsa_pad((struct hl_span){ secret, sizeof secret }, block, size))
        return false;
    switch (form) {
    case PREMASTER_WRONG_TYPE: block[1] = 23; break;
    case PREMASTER_NO_ZERO: block[size - sizeof secret - 1] = 1; break;
    case PREMASTER_TOO_LONG:
        block[size - sizeof secret - 1] = 1;
        block[size - sizeof secret - 2] = 0;
        break;
    case PREMASTER_WRONG_VERSION: block[size - sizeof secret] = block[size - sizeof secret + 1] = 2; break;
    default: break;
    }
    wipe(secret, sizeof secret);
    return true;
}

/* ClientKeyExchange; and ChangeCipherSpec with a Finished that nobody can open, where it is wanted. */
static bool put_premaster(struct running *running, const struct hl_handshake *hs, uint16_t version, struct hl_buffer *out)
{
    uint8_t block[RSA_BYTES_MAX], encrypted[RSA_BYTES_MAX], finished[64];
    struct cipher_spec spec;
    struct hl_x509_key key;
    struct hl_buffer message;

    if (!completion_server_key(running, hs, &key) || !cipher_spec_of(hs->server_hello.cipher_suite, version, &spec))
        return false;
    const size_t size = rsa_public_size(&key);
    if (!make_block(running->hello.version, running->request->premaster, block, size)
        || !rsa_public_encrypt(&key, (struct hl_span){ block, size }, encrypted) || !random_bytes(finished, sizeof finished))
        return false;
    buf_init(&message, BODY_MAX);
    buf_u8(&message, CLIENT_KEY_EXCHANGE);
    const size_t body = buf_begin_vector(&message, 3);
    if (version > 0x0300)
        buf_vector(&message, 2, (struct hl_span){ encrypted, size });
    else /* RFC 6101, section 5.6.7.1: without its length */
        buf_put(&message, encrypted, size);
    buf_end_vector(&message, body, 3);
    put_record(out, CONTENT_HANDSHAKE, version, buf_view(&message));
    out->failed |= message.failed;
    buf_cleanup(&message);
    if (running->request->with_finished) {
        put_change(version, out);
        put_record(out, CONTENT_HANDSHAKE, version, (struct hl_span){ finished, spec.kind == CIPHER_AEAD ? 40 : sizeof finished });
    }
    return true;
}

bool intrusion_put(struct running *running, const struct hl_handshake *hs, struct hl_buffer *out)
{
    const uint16_t version = hs->server_hello.version;
    bool done = true;

    switch (running->request->intrusion) {
    case INTRUSION_HEARTBEAT: done = put_heartbeat(version, out); break;
    case INTRUSION_EARLY_CCS:
        put_change(version, out);
        put_change(version, out);
        break;
    case INTRUSION_PREMASTER: done = put_premaster(running, hs, version, out); break;
    case INTRUSION_NONE: return false;
    }
    if (done && !out->failed)
        running_feed(running, CLIENT, buf_view(out));
    return done && !out->failed;
}
