#include "session/exchange.h"

#include "crypto/prf.h"
#include "registry/registry.h"
#include "session/conclude.h"
#include "session/transcript.h"
#include "wire/certificate.h"
#include "wire/key_exchange.h"
#include "wire/record.h"

#include <string.h>

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, CERTIFICATE = 11, CLIENT_KEY_EXCHANGE = 16 };
enum { EXT_TRUNCATED_HMAC = 4, EXT_ENCRYPT_THEN_MAC = 22, EXT_EXTENDED_MASTER_SECRET = 23, EXT_SESSION_TICKET = 35 };

/* The first message of this kind in the exchange that begins with `first`, before the next one begins. */
static const struct hl_message *find_in_exchange(const struct hl_message *first, uint8_t type, unsigned direction)
{
    for (const struct hl_message *m = first; m != NULL; m = m->next) {
        bool plain = m->content_type == CONTENT_HANDSHAKE && !m->encrypted && !m->ssl2;
        if (m != first && plain && m->type == CLIENT_HELLO)
            return NULL;
        if (plain && m->type == type && m->direction == direction)
            return m;
    }
    return NULL;
}

/* RFC 7627, section 4: it depends on all messages up to the ClientKeyExchange. */
static bool extended_master(struct exchange *x, struct hl_span premaster, const struct hl_message *key_exchange)
{
    struct hl_buffer text;

    buf_init(&text, TRANSCRIPT_MAX);
    bool whole = transcript_put(&text, x->first, key_exchange->next); /* to this one */
    bool made = whole && schedule_extended_master(&x->spec, premaster, buf_view(&text), x->master);
    buf_cleanup(&text);
    return made;
}

/* The key of the server's certificate; false when it was not seen. */
static bool server_key(const struct exchange_sources *from, const struct exchange *x, const struct hl_handshake *hs,
                       struct hl_x509_key *key)
{
    const struct hl_message *message = find_in_exchange(x->first, CERTIFICATE, 1 - hs->client);
    const struct hl_certificate *certificate = NULL;
    struct hl_certificate_list list;
    struct hl_fault fault;
    struct hl_span der, extensions;

    if (message == NULL)
        return false;
    struct hl_reader r = rd_init(message->body, &fault);
    (void)certificate_list_parse(&r, false, &list);
    if (certificate_list_next(&list, &der, &extensions))
        certificate = cert_cache_get(from->certificates, der, 0);
    if (certificate == NULL || !certificate->decoded)
        return false;
    *key = certificate->x509.key;
    return true;
}

static size_t psk_premaster(const struct exchange_sources *from, struct exchange *x, struct hl_span identity, struct hl_span other,
                            uint8_t out[SECRET_PREMASTER_MAX])
{
    struct hl_span psk = secrets_psk(from->secrets, identity);

    x->source = psk.len > 0 ? "pre-shared key" : "no pre-shared key was given for this identity";
    return psk.len > 0 ? schedule_psk_premaster(other, psk, out, SECRET_PREMASTER_MAX) : 0;
}

/* The premaster secret: encrypted to a private key that we have, or made of a pre-shared key. */
static size_t find_premaster(const struct exchange_sources *from, struct exchange *x, const struct hl_handshake *hs,
                             const struct hl_message *message, uint8_t out[SECRET_PREMASTER_MAX])
{
    const struct hl_suite *suite = reg_suite(x->spec.suite);
    const struct hl_message_context ctx = { .version = x->version, .cipher_suite = x->spec.suite, .from_client = true };
    struct hl_client_key_exchange exchange;
    struct hl_x509_key key;
    struct hl_fault fault;

    struct hl_reader r = rd_init(message->body, &fault);
    if (message->cut || suite == NULL || !client_key_exchange_parse(&r, &ctx, &exchange))
        return 0;
    bool is_rsa = strcmp(suite->key_exchange, "RSA") == 0, is_psk = strcmp(suite->authentication, "PSK") == 0;
    if (is_rsa) {
        bool has_key = server_key(from, x, hs, &key);
        size_t n = secrets_premaster(from->secrets, exchange.encrypted, has_key ? &key : NULL, out, &x->source);
        if (n == 0 || !is_psk)
            return n;
        uint8_t other[PREMASTER_LENGTH];
        memcpy(other, out, sizeof other);
        n = psk_premaster(from, x, exchange.psk_identity, (struct hl_span){ other, sizeof other }, out);
        wipe(other, sizeof other);
        return n;
    }
    if (is_psk && strcmp(suite->key_exchange, "PSK") == 0)
        return psk_premaster(from, x, exchange.psk_identity, (struct hl_span){ NULL, 0 }, out);
    x->source = "no key log has this connection's secret, and a private key does not open a Diffie-Hellman exchange";
    return 0;
}

static void use_premaster(struct exchange *x, const struct hl_handshake *hs, struct hl_span premaster,
                          struct hl_span client_random, struct hl_span server_random)
{
    const struct hl_message *message = find_in_exchange(x->first, CLIENT_KEY_EXCHANGE, hs->client);

    x->has_master = x->extended ? message != NULL && extended_master(x, premaster, message)
                                : schedule_master(&x->spec, premaster, client_random, server_random, x->master);
    if (!x->has_master)
        x->source = "the master secret depends on messages that the capture does not have";
    x->from_premaster = x->has_master;
}

static void master_from_premaster(const struct exchange_sources *from, struct exchange *x, const struct hl_handshake *hs,
                                  struct hl_span client_random, struct hl_span server_random)
{
    const struct hl_message *message = find_in_exchange(x->first, CLIENT_KEY_EXCHANGE, hs->client);
    uint8_t premaster[SECRET_PREMASTER_MAX];

    x->source = "no secret of this connection was given";
    if (message == NULL)
        return;
    size_t n = find_premaster(from, x, hs, message, premaster);
    if (n > 0)
        use_premaster(x, hs, (struct hl_span){ premaster, n }, client_random, server_random);
    wipe(premaster, sizeof premaster);
}

/* A resumed session has the master secret of the handshake that made it. */
static bool master_of_resumed(const struct exchange_sources *from, struct exchange *x, const struct hl_client_hello *client,
                              const struct hl_server_hello *server)
{
    const struct resumable *session = NULL;
    struct hl_span ticket;

    if (extension_find(client->extensions, EXT_SESSION_TICKET, &ticket))
        session = resumables_find(from->resumables, ticket);
    if (session == NULL)
        session = resumables_find(from->resumables, server->session_id);
    if (session == NULL || !session->has_master)
        return false;
    memcpy(x->master, session->master, MASTER_SECRET_LENGTH);
    x->has_master = true;
    x->source = "the session that is resumed";
    return true;
}

static void find_master(const struct exchange_sources *from, struct exchange *x, const struct hl_handshake *hs,
                        const struct hl_client_hello *client, const struct hl_server_hello *server)
{
    size_t n = secrets_find(from->secrets, KEY_LOG_CLIENT_RANDOM, client->random, x->master, sizeof x->master);

    if (n == 0)
        n = secrets_find(from->secrets, KEY_LOG_RSA_SESSION_ID, server->session_id, x->master, sizeof x->master);
    x->has_master = n == MASTER_SECRET_LENGTH;
    x->source = "key log";
    if (!x->has_master) { /* logged before it was stretched */
        uint8_t premaster[PREMASTER_LENGTH];
        n = secrets_find(from->secrets, KEY_LOG_PMS_CLIENT_RANDOM, client->random, premaster, sizeof premaster);
        if (n > 0)
            use_premaster(x, hs, (struct hl_span){ premaster, n }, client->random, server->random);
        wipe(premaster, sizeof premaster);
    }
    if (!x->has_master && !master_of_resumed(from, x, client, server))
        master_from_premaster(from, x, hs, client->random, server->random);
}

/* What began with `first`: the keys, as far as they can be known. */
void exchange_make(const struct exchange_sources *from, struct exchange *x, const struct hl_handshake *hs,
                          const struct hl_message *first)
{
    const struct hl_message *answer = find_in_exchange(first, SERVER_HELLO, 1 - hs->client);
    struct hl_client_hello client;
    struct hl_server_hello server;

    *x = (struct exchange){ .first = first, .source = "the hellos were not captured" };
    if (answer == NULL)
        return;
    (void)parse_client_hello(first, &client);
    server_hello_parse(answer->body, answer->cut, &server);
    x->version = server.version;
    if (!server.has_cipher_suite || !cipher_spec_of(server.cipher_suite, server.version, &x->spec)) {
        x->source = "the cipher suite is not known";
        return;
    }
    if (server.compression_method != 0) { /* RFC 3749: Finished is compressed, too */
        x->source = "its records are compressed, which is not read";
        return;
    }
    x->extended = extension_find(server.extensions, EXT_EXTENDED_MASTER_SECRET, NULL) && server.version != 0x0300;
    uint8_t padded[HELLO_RANDOM_LENGTH];
    client.random = client_hello_random(&client, padded);
    find_master(from, x, hs, &client, &server);
    if (!x->has_master)
        return;
    unsigned flags = (extension_find(server.extensions, EXT_ENCRYPT_THEN_MAC, NULL) ? PROTECTION_ENCRYPT_THEN_MAC : 0u)
                     | (extension_find(server.extensions, EXT_TRUNCATED_HMAC, NULL) ? PROTECTION_TRUNCATED_HMAC : 0u);
    x->has_keys = schedule_key_block(&x->spec, (struct hl_span){ x->master, sizeof x->master }, client.random,
                                     server.random, flags, &x->keys[hs->client], &x->keys[1 - hs->client]);
}
