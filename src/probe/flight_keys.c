#include "probe/flight_keys.h"

#include "base/reader.h"
#include "crypto/prf.h"
#include "probe/made_secrets.h"
#include "session/transcript.h"

#define TLS13 0x0304

/* The server's key_exchange, and which of our halves it belongs to; NULL: to none. */
static struct key_share *find_share(const struct hl_handshake *hs, struct key_share *const *shares, unsigned count,
                                    struct hl_span *theirs)
{
    struct hl_span extension;
    struct hl_fault fault;

    if (!extension_find(hs->server_hello.extensions, EXT_ID_KEY_SHARE, &extension))
        return NULL;
    struct hl_reader r = rd_init(extension, &fault);
    const uint16_t group = rd_u16(&r, "group");
    struct hl_reader key = rd_vec16(&r, 1, UINT16_MAX, "key_exchange");
    *theirs = rd_rest(&key);
    if (!rd_end(&r, "KeyShareServerHello"))
        return NULL;
    for (unsigned i = 0; i < count; i++) {
        if (key_share_group(shares[i]) == group)
            return shares[i];
    }
    return NULL;
}

static bool derive(struct flight_keys *keys, struct hl_span psk, struct hl_span shared, struct hl_span transcript)
{
    uint8_t digest[DIGEST_LENGTH_MAX];
    const struct hl_span hash = { digest, schedule_transcript_hash(&keys->spec, transcript, digest) };
    struct secret early;

    const bool derived = tls13_early_secret(&keys->spec, psk, &early)
                         && tls13_handshake_secret(&keys->spec, secret_span(&early), shared, &keys->handshake)
                         && tls13_derive(&keys->spec, TLS13_CLIENT_HANDSHAKE_TRAFFIC, secret_span(&keys->handshake), hash, &keys->client)
                         && tls13_derive(&keys->spec, TLS13_SERVER_HANDSHAKE_TRAFFIC, secret_span(&keys->handshake), hash, &keys->server);
    wipe(&early, sizeof early);
    return derived;
}

bool flight_keys_make(struct flight_keys *keys, const struct hl_handshake *hs, struct key_share *const *shares, unsigned count,
                      struct hl_span psk)
{
    uint8_t shared[KEY_SHARE_SECRET_MAX];
    struct hl_span theirs;
    struct hl_buffer transcript;
    struct key_share *share = find_share(hs, shares, count, &theirs);

    if (share == NULL || !cipher_spec_of(hs->server_hello.cipher_suite, TLS13, &keys->spec))
        return false;
    const size_t length = key_share_agree(share, theirs, shared);
    buf_init(&transcript, TRANSCRIPT_MAX);
    const bool made = length > 0 && transcript_put_tls13(&transcript, hs, &keys->spec, hs->server_hello_message)
                      && transcript_put_message(&transcript, hs->server_hello_message) && !transcript.failed
                      && derive(keys, psk, (struct hl_span){ shared, length }, buf_view(&transcript));
    buf_cleanup(&transcript);
    wipe(shared, sizeof shared);
    return made;
}

bool flight_keys_give(const struct flight_keys *keys, const struct hl_handshake *hs, struct hl_secrets *secrets, struct hl_buffer *key_log)
{
    struct hl_buffer lines;

    made_secrets_init(&lines);
    made_secrets_put(&lines, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", hs->client_hello.random, secret_span(&keys->client));
    made_secrets_put(&lines, "SERVER_HANDSHAKE_TRAFFIC_SECRET", hs->client_hello.random, secret_span(&keys->server));
    return made_secrets_give(&lines, secrets, key_log);
}

void flight_keys_wipe(struct flight_keys *keys)
{
    wipe(keys, sizeof *keys);
}
