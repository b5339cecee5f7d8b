#include "session/key_lines.h"

#include "crypto/prf.h"
#include "session/conclude.h"
#include "session/opening.h"

/* An ECHConfig may have any length; the ones in use have about a hundred bytes. */
#define SECRET_MAX 2048u

/* SSL 3.0 to TLS 1.2: whatever the master secret comes from, it is told as one. */
static void put_exchange(const struct exchange *x, struct hl_buffer *out)
{
    uint8_t padded[HELLO_RANDOM_LENGTH];
    struct hl_client_hello hello;

    if (!x->has_master || x->first == NULL)
        return;
    (void)parse_client_hello(x->first, &hello);
    key_log_put(out, "CLIENT_RANDOM", client_hello_random(&hello, padded), (struct hl_span){ x->master, sizeof x->master });
}

/* What key logs have of this client random, also where nothing came that it could open. */
static void put_given(const struct hl_handshake *hs, struct hl_span random, struct hl_buffer *out)
{
    static const struct {
        const char *name;
        enum key_log_label label;
    } rows[] = {
        { "CLIENT_RANDOM", KEY_LOG_CLIENT_RANDOM },
        { "CLIENT_EARLY_TRAFFIC_SECRET", KEY_LOG_CLIENT_EARLY_TRAFFIC },
        { "CLIENT_HANDSHAKE_TRAFFIC_SECRET", KEY_LOG_CLIENT_HANDSHAKE_TRAFFIC },
        { "SERVER_HANDSHAKE_TRAFFIC_SECRET", KEY_LOG_SERVER_HANDSHAKE_TRAFFIC },
        { "CLIENT_TRAFFIC_SECRET_0", KEY_LOG_CLIENT_TRAFFIC_0 },
        { "SERVER_TRAFFIC_SECRET_0", KEY_LOG_SERVER_TRAFFIC_0 },
        { "ECH_SECRET", KEY_LOG_ECH_SECRET },
        { "ECH_CONFIG", KEY_LOG_ECH_CONFIG },
    };
    const bool has_master = hs->opening != NULL && hs->opening->exchanges[0].has_master; /* that is the same line */
    uint8_t secret[SECRET_MAX];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && random.len == HELLO_RANDOM_LENGTH; i++) {
        size_t n = secrets_find(hs->secrets, rows[i].label, random, secret, sizeof secret);
        if (n > 0 && !(has_master && rows[i].label == KEY_LOG_CLIENT_RANDOM))
            key_log_put(out, rows[i].name, random, (struct hl_span){ secret, n });
    }
    wipe(secret, sizeof secret);
}

void key_lines_put(const struct hl_handshake *hs, struct hl_buffer *out)
{
    for (unsigned i = 0; hs->opening != NULL && i < hs->opening->exchange_count; i++)
        put_exchange(&hs->opening->exchanges[i], out);
    put_given(hs, hs->client_hello.random, out);
    if (hs->ech_accepted) /* the secrets of the handshake may stand under either (RFC 9850, section 3) */
        put_given(hs, hs->inner_hello.random, out);
}
