#include "session/psk_schedule.h"

#include "crypto/prf.h"
#include "session/transcript.h"
#include "wire/hello.h"

enum { EXT_PRE_SHARED_KEY = 41 };

bool psk_chosen(const struct hl_handshake *hs, struct offered_psk *out)
{
    struct hl_fault fault;
    struct hl_span body;

    if (!extension_find(hs->server_hello.extensions, EXT_PRE_SHARED_KEY, &body))
        return false;
    struct hl_reader r = rd_init(body, &fault);
    unsigned selected = rd_u16(&r, "selected_identity");
    if (!rd_ok(&r) || !extension_find(handshake_hello(hs)->extensions, EXT_PRE_SHARED_KEY, &body))
        return false;
    r = rd_init(body, &fault);
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

/* The hash of all messages up to `last`; false when not all of them are known. */
static bool hash_up_to(const struct hl_handshake *hs, const struct cipher_spec *spec, const struct hl_message *last,
                       uint8_t hash[DIGEST_LENGTH_MAX], struct hl_span *out)
{
    struct hl_buffer text;

    buf_init(&text, TRANSCRIPT_MAX);
    bool whole = transcript_put_tls13(&text, hs, spec, last) && transcript_put_message(&text, last);
    if (whole)
        *out = (struct hl_span){ hash, schedule_transcript_hash(spec, buf_view(&text), hash) };
    buf_cleanup(&text);
    return whole;
}

/* Two secrets that are made of another one and the same messages. */
static bool derive_pair(const struct cipher_spec *spec, const struct secret *from, struct hl_span digest,
                        enum tls13_secret which_client, enum tls13_secret which_server, struct secret *client,
                        struct secret *server)
{
    return tls13_derive(spec, which_client, secret_span(from), digest, client)
           && tls13_derive(spec, which_server, secret_span(from), digest, server);
}

static bool handshake_secrets(const struct hl_handshake *hs, const struct cipher_spec *spec, const struct secret *early,
                              struct psk_secrets *out)
{
    const struct hl_span no_share = { NULL, 0 };
    uint8_t hash[DIGEST_LENGTH_MAX];
    struct hl_span digest;
    struct secret handshake;

    bool made = hash_up_to(hs, spec, hs->server_hello_message, hash, &digest)
                && tls13_handshake_secret(spec, secret_span(early), no_share, &handshake)
                && derive_pair(spec, &handshake, digest, TLS13_CLIENT_HANDSHAKE_TRAFFIC, TLS13_SERVER_HANDSHAKE_TRAFFIC,
                               &out->client_handshake, &out->server_handshake)
                && tls13_master_secret(spec, secret_span(&handshake), &out->master);
    wipe(&handshake, sizeof handshake);
    return made;
}

/* Early data come with a first hello only. */
static bool early_traffic(const struct hl_handshake *hs, const struct cipher_spec *spec, const struct secret *early,
                          struct secret *out)
{
    uint8_t hash[DIGEST_LENGTH_MAX];
    struct hl_span digest;

    return hs->client_hello.has_early_data && hs->retry_message == NULL
           && hash_up_to(hs, spec, hs->client_hello_message, hash, &digest)
           && tls13_derive(spec, TLS13_CLIENT_EARLY_TRAFFIC, secret_span(early), digest, out);
}

void psk_secrets_of_hellos(const struct hl_handshake *hs, const struct hl_secrets *secrets,
                           const struct cipher_spec *spec, struct psk_secrets *out)
{
    struct offered_psk offer;
    struct secret early;

    *out = (struct psk_secrets){ .master = { .length = 0 } };
    if (hs->client_hello_message == NULL || hs->server_hello_message == NULL || !psk_chosen(hs, &offer))
        return;
    struct hl_span psk = secrets_psk(secrets, offer.identity);
    if (psk.len == 0 || !tls13_early_secret(spec, psk, &early))
        return;
    if (!early_traffic(hs, spec, &early, &out->client_early))
        out->client_early.length = 0;
    if (extension_find(hs->server_hello.extensions, EXT_ID_KEY_SHARE, NULL) || !handshake_secrets(hs, spec, &early, out))
        out->client_handshake.length = out->server_handshake.length = out->master.length = 0;
    wipe(&early, sizeof early);
}

bool psk_application_secrets(const struct hl_handshake *hs, const struct cipher_spec *spec,
                             const struct hl_message *finished, const struct secret *master, struct secret *client,
                             struct secret *server)
{
    uint8_t hash[DIGEST_LENGTH_MAX];
    struct hl_span digest;

    return hash_up_to(hs, spec, finished, hash, &digest)
           && derive_pair(spec, master, digest, TLS13_CLIENT_APPLICATION_TRAFFIC, TLS13_SERVER_APPLICATION_TRAFFIC, client,
                          server);
}
