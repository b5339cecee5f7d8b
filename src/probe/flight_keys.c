#include "probe/flight_keys.h"

#include "base/reader.h"
#include "crypto/prf.h"
#include "crypto/schedule.h"
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

static void put_line(struct hl_buffer *out, const char *label, struct hl_span random, const struct secret *secret)
{
    buf_printf(out, "%s ", label);
    buf_hex(out, random);
    buf_char(out, ' ');
    buf_hex(out, secret_span(secret));
    buf_char(out, '\n');
}

static bool derive(struct hl_secrets *secrets, const struct hl_handshake *hs, const struct cipher_spec *spec, struct hl_span shared,
                   struct hl_span transcript, struct hl_buffer *key_log)
{
    uint8_t digest[DIGEST_LENGTH_MAX];
    const struct hl_span hash = { digest, schedule_transcript_hash(spec, transcript, digest) };
    struct secret early, handshake, client, server;
    struct hl_buffer lines;

    buf_init(&lines, 1024);
    bool derived = tls13_early_secret(spec, (struct hl_span){ NULL, 0 }, &early)
                   && tls13_handshake_secret(spec, secret_span(&early), shared, &handshake)
                   && tls13_derive(spec, TLS13_CLIENT_HANDSHAKE_TRAFFIC, secret_span(&handshake), hash, &client)
                   && tls13_derive(spec, TLS13_SERVER_HANDSHAKE_TRAFFIC, secret_span(&handshake), hash, &server);
    if (derived) {
        put_line(&lines, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", hs->client_hello.random, &client);
        put_line(&lines, "SERVER_HANDSHAKE_TRAFFIC_SECRET", hs->client_hello.random, &server);
        derived = !lines.failed && secrets_add_key_log(secrets, buf_view(&lines), NULL);
        if (derived && key_log != NULL)
            buf_span(key_log, buf_view(&lines));
    }
    wipe(&handshake, sizeof handshake);
    wipe(&client, sizeof client);
    wipe(&server, sizeof server);
    if (lines.data != NULL)
        wipe(lines.data, lines.len);
    buf_cleanup(&lines);
    return derived;
}

bool flight_keys_add(struct hl_secrets *secrets, const struct hl_handshake *hs, struct key_share *const *shares, unsigned count,
                     struct hl_buffer *key_log)
{
    uint8_t shared[KEY_SHARE_SECRET_MAX];
    struct cipher_spec spec;
    struct hl_span theirs;
    struct hl_buffer transcript;
    struct key_share *share = find_share(hs, shares, count, &theirs);

    if (share == NULL || !cipher_spec_of(hs->server_hello.cipher_suite, TLS13, &spec))
        return false;
    const size_t length = key_share_agree(share, theirs, shared);
    buf_init(&transcript, TRANSCRIPT_MAX);
    const bool added = length > 0 && transcript_put_tls13(&transcript, hs, &spec, hs->server_hello_message)
                       && transcript_put_message(&transcript, hs->server_hello_message) && !transcript.failed
                       && derive(secrets, hs, &spec, (struct hl_span){ shared, length }, buf_view(&transcript), key_log);
    buf_cleanup(&transcript);
    wipe(shared, sizeof shared);
    return added;
}
