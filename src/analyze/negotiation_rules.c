/* What was offered and not taken, or taken and has a price: extensions, resumption, retries. Of handshakes that completed. */
#include "analyze/alerts.h"
#include "analyze/findings.h"
#include "base/code_name.h"
#include "crypto/cipher_spec.h"
#include "registry/registry.h"
#include "wire/version.h"

enum { EXT_TRUNCATED_HMAC = 4, EXT_EXTENDED_MASTER_SECRET = 23, EXT_RENEGOTIATION_INFO = 0xff01 };
enum { SSL3 = 0x0300, RENEGOTIATION_SCSV = 0x00ff };

static struct hl_finding *say(struct analysis *a, enum finding_code code, const char *side, const struct hl_message *message)
{
    struct hl_finding *finding = add_finding(a, code, finding_info(code)->severity);

    finding->side = side;
    if (message != NULL)
        finding->at = message->at;
    return finding;
}

static bool offers_suite(const struct hl_client_hello *hello, uint16_t wanted)
{
    struct hl_span list = hello->cipher_suites;
    uint16_t suite;

    while (u16_next(&list, &suite)) {
        if (suite == wanted)
            return true;
    }
    return false;
}

/* Up to TLS 1.2: extensions that TLS 1.3 has made a part of itself. */
static void find_old_gaps(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;
    const struct hl_client_hello *client = &hs->client_hello;
    const struct hl_server_hello *server = &hs->server_hello;

    if (version_is_tls13(hs->version) || server->ssl2)
        return;
    if (!extension_find(server->extensions, EXT_EXTENDED_MASTER_SECRET, NULL) && version_as_tls(hs->version) > SSL3) {
        const bool offered = extension_find(client->extensions, EXT_EXTENDED_MASTER_SECRET, NULL);
        buf_string(a->text, offered ? "the server did not take the client's offer" : "the client did not offer it");
        (void)say(a, FINDING_NO_EXTENDED_MASTER_SECRET, offered ? "server" : "client",
                  offered ? hs->server_hello_message : hs->client_hello_message);
    }
    if (!extension_find(server->extensions, EXT_RENEGOTIATION_INFO, NULL) && hs->client_hello_message != NULL) {
        const bool offered = extension_find(client->extensions, EXT_RENEGOTIATION_INFO, NULL)
                             || offers_suite(client, RENEGOTIATION_SCSV);
        buf_string(a->text, offered ? "the server does not answer the client's renegotiation_info"
                                    : "the client does not say that it knows secure renegotiation");
        (void)say(a, FINDING_NO_SECURE_RENEGOTIATION, offered ? "server" : "client",
                  offered ? hs->server_hello_message : hs->client_hello_message);
    }
    if (extension_find(server->extensions, EXT_TRUNCATED_HMAC, NULL)) {
        buf_string(a->text, "records are authenticated with 10 bytes");
        (void)say(a, FINDING_TRUNCATED_HMAC, "server", hs->server_hello_message);
    }
}

/* --- HelloRetryRequest ------------------------------------------------------------------ */

static void put_groups_of_shares(struct hl_buffer *out, const struct hl_client_hello *hello)
{
    struct hl_span list = hello->key_shares, share;
    const char *separator = "";
    uint16_t group;

    while (key_share_next(&list, &group, &share)) {
        if (is_grease16(group))
            continue;
        buf_string(out, separator);
        code_name_put(out, reg_group(group));
        separator = ", ";
    }
    if (separator[0] == '\0')
        buf_string(out, "no group");
}

static void find_retry(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;

    if (hs->retry_message == NULL || hs->client_hello_message == NULL)
        return;
    if (hs->hello_retry.group != 0) {
        buf_string(a->text, "the client guessed ");
        put_groups_of_shares(a->text, &hs->client_hello);
        buf_string(a->text, ", the server wants ");
        code_name_put(a->text, reg_group(hs->hello_retry.group));
    } else {
        buf_string(a->text, "the server wants to see a cookie again");
    }
    if (hs->server_hello_message != NULL) {
        const int64_t cost = hs->server_hello_message->at.time_ns - hs->retry_message->at.time_ns;
        if (cost > 0)
            buf_printf(a->text, ": one more round trip, %.1f ms", (double)cost / 1e6);
    }
    (void)say(a, FINDING_HELLO_RETRY, hs->hello_retry.group != 0 ? "client" : "server", hs->retry_message);
}

/* --- resumption, early data ------------------------------------------------------------- */

static void find_resumption(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;
    const bool offered = hs->session_id_offered || hs->ticket_offered || hs->psk_offered;

    if (offered && hs->resumed_by == NULL) {
        buf_printf(a->text, "the client offered a %s, and the server made a full handshake",
                   hs->psk_offered ? "pre-shared key" : hs->ticket_offered ? "session ticket" : "session id");
        (void)say(a, FINDING_NOT_RESUMED, "server", hs->server_hello_message);
    }
    if (!hs->early_data_offered)
        return;
    buf_string(a->text, hs->early_data_accepted ? "the server took the client's early data"
                                                : "the client sent early data; whether the server took them cannot be seen, or it did not");
    (void)say(a, FINDING_EARLY_DATA, "client", hs->client_hello_message);
}

/* --- what is new ------------------------------------------------------------------------ */

/* Hybrids with ML-KEM or its draft (draft-ietf-tls-ecdhe-mlkem), and ML-KEM alone. */
static bool is_post_quantum(uint16_t group)
{
    return (group >= 0x0200 && group <= 0x0202) || (group >= 0x11eb && group <= 0x11ee) || group == 0x6399 || group == 0x639a;
}

static void find_post_quantum(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;
    struct hl_span list = handshake_hello(hs)->supported_groups;
    uint16_t group, offered = 0;

    if (hs->group == 0 || is_post_quantum(hs->group))
        return;
    while (offered == 0 && u16_next(&list, &group))
        offered = is_post_quantum(group) ? group : 0;
    if (offered == 0)
        return;
    buf_string(a->text, "the client offers ");
    code_name_put(a->text, reg_group(offered));
    buf_string(a->text, ", the server chose ");
    code_name_put(a->text, reg_group(hs->group));
    (void)say(a, FINDING_NO_POST_QUANTUM, "server", hs->server_hello_message);
}

static void find_ech(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;

    if (!extension_find(hs->client_hello.extensions, EXT_ID_ENCRYPTED_CLIENT_HELLO, NULL))
        return;
    if (hs->inner_hello.random.len > 0)
        buf_printf(a->text, "real, opened with its secret, and %s", hs->ech_accepted ? "accepted" : "not accepted");
    else
        buf_string(a->text, "real, or only there so that real ones do not stand out (GREASE): nobody outside can tell");
    (void)say(a, FINDING_ECH_OFFERED, "client", hs->client_hello_message);
}

/* The first one of the handshake itself. In TLS 1.3 there are none (RFC 8446, section 6). */
static void find_warning(struct analysis *a)
{
    enum { WARNING = 1 };
    const struct hl_handshake *hs = a->hs;

    for (const struct hl_alert_event *alert = hs->alerts; alert != NULL && !version_is_tls13(hs->version); alert = alert->next) {
        if (alert->encrypted || alert->level != WARNING || moment_before(hs->end, alert->at)
            || alert->description == ALERT_CLOSE_NOTIFY)
            continue;
        buf_printf(a->text, "the %s warned: ", alert->direction == hs->client ? "client" : "server");
        code_name_put(a->text, reg_alert(alert->description));
        struct hl_finding *finding = say(a, FINDING_WARNING_ALERT, alert->direction == hs->client ? "client" : "server", NULL);
        finding->at = alert->at;
        return;
    }
}

void find_negotiation(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;

    if (hs->outcome != HL_COMPLETED || hs->server_hello_message == NULL)
        return;
    find_old_gaps(a);
    find_retry(a);
    find_resumption(a);
    find_post_quantum(a);
    find_ech(a);
    find_warning(a);
}
