/* The server's flight, record by record: up to where it is clear what was asked, or to its end. */
#include "probe/attempt_parts.h"

#include "base/reader.h"
#include "probe/answer.h"
#include "registry/registry.h"
#include "session/conclude.h"
#include "wire/record.h"

#include <string.h>

/* The second hello (RFC 8446, section 4.1.2), where there is a share of the group that is wanted. False: there is none. */
static bool answer_retry(struct running *running, const struct hl_handshake *hs)
{
    struct hello *hello = &running->hello;
    struct hl_fault fault;
    struct hl_span data;

    running->retried = true;
    running->second = key_share_new(hs->hello_retry.group);
    if (running->second == NULL)
        return false;
    if (extension_find(hs->hello_retry.extensions, EXT_ID_COOKIE, &data)) { /* section 4.2.2 */
        struct hl_reader r = rd_init(data, &fault);
        hello->cookie = rd_opaque16(&r, 1, UINT16_MAX, "cookie");
        if (!rd_end(&r, "Cookie"))
            return false;
    }
    hello->shares[0] = running->second;
    hello->share_count = 1;
    return running_send_hello(running) == SOCKET_OK;
}

static bool changed_cipher(const struct hl_handshake *hs)
{
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->direction == SERVER && m->content_type == CONTENT_CHANGE_CIPHER_SPEC)
            return true;
    }
    return false;
}

static bool is_wanted_whole(const struct attempt_request *request)
{
    return request->whole_flight || request->complete || request->intrusion != INTRUSION_NONE;
}

/* Up to the server's Finished. */
static enum flight flight_to_finished(struct running *running, const struct hl_handshake *hs)
{
    switch (server_finished(running, hs)) {
    case FINISHED_AWAITED: return FLIGHT_GOES_ON;
    case FINISHED_RIGHT: return FLIGHT_IS_WHOLE;
    case FINISHED_WRONG: break;
    }
    return FLIGHT_IS_ENOUGH;
}

/* The key that the server takes, of those that were offered: there is one at the most. Empty: none is taken. False: none like that. */
static bool chosen_psk(const struct running *running, const struct hl_handshake *hs, struct hl_span *psk)
{
    const struct resumption *resumed = running->request->resumed;
    struct hl_fault fault;
    struct hl_span data;

    *psk = (struct hl_span){ NULL, 0 };
    if (!extension_find(hs->server_hello.extensions, EXT_ID_PRE_SHARED_KEY, &data))
        return true;
    struct hl_reader r = rd_init(data, &fault);
    const uint16_t selected = rd_u16(&r, "selected_identity"); /* RFC 8446, section 4.2.11 */
    if (!rd_end(&r, "PreSharedKeyExtension") || selected != 0 || resumed == NULL)
        return false;
    *psk = secret_span(&resumed->psk);
    return true;
}

static enum flight flight_of_tls13(struct running *running, const struct hl_handshake *hs)
{
    struct hl_span psk;

    if (!is_wanted_whole(running->request))
        return FLIGHT_IS_ENOUGH;
    if (!chosen_psk(running, hs, &psk)) {
        running->out->why_incomplete = "the server chose a pre-shared key that was not offered";
        return FLIGHT_IS_ENOUGH;
    }
    if (!running->keys_known)
        running->keys_known = flight_keys_make(&running->flight, hs, running->hello.shares, running->hello.share_count, psk)
                              && flight_keys_give(&running->flight, hs, &running->prober->secrets, running_key_log(running));
    if (running->keys_known)
        return flight_to_finished(running, hs);
    running->out->why_incomplete = "the server's half of the key exchange cannot be used here";
    return FLIGHT_IS_ENOUGH;
}

/* A session that is resumed has a short flight: the server's Finished comes at once (RFC 5246, section 7.3). */
static enum flight flight_of_older(struct running *running, const struct hl_handshake *hs)
{
    const struct attempt_request *request = running->request;
    const struct hl_suite *suite = reg_suite(hs->server_hello.cipher_suite);
    const bool ephemeral = suite != NULL && (strcmp(suite->key_exchange, "ECDHE") == 0 || strcmp(suite->key_exchange, "DHE") == 0);

    if (hs->server_hello.ssl2)
        return FLIGHT_IS_ENOUGH;
    if (request->resumed != NULL && changed_cipher(hs)) {
        if (!running->keys_known)
            running->keys_known = completion_resume(running, hs);
        return running->keys_known ? flight_to_finished(running, hs) : FLIGHT_IS_ENOUGH;
    }
    if (running_message(hs, SERVER_HELLO_DONE) != NULL)
        return FLIGHT_IS_WHOLE;
    if (is_wanted_whole(request))
        return FLIGHT_GOES_ON;
    return ephemeral && running_message(hs, SERVER_KEY_EXCHANGE) == NULL ? FLIGHT_GOES_ON : FLIGHT_IS_ENOUGH;
}

/* What the server chose that it was not offered is not gone on with. */
static bool was_offered(const struct running *running, const struct hl_handshake *hs)
{
    struct attempt seen = { .result = ATTEMPT_INCONCLUSIVE };

    answer_take(&seen, hs);
    if (!hs->server_hello.ssl2)
        answer_check(&seen, &running->hello);
    return seen.result != ATTEMPT_NOT_OFFERED;
}

enum flight server_flight(struct running *running, const struct hl_handshake *hs)
{
    const struct attempt_request *request = running->request;

    if (hs->server_hello_message == NULL) {
        if (hs->retry_message == NULL || running->retried)
            return FLIGHT_GOES_ON;
        if (!is_wanted_whole(request) || request->resumed != NULL) /* a session is tried with the group that it had */
            return FLIGHT_IS_ENOUGH;
        return answer_retry(running, hs) ? FLIGHT_GOES_ON : FLIGHT_IS_ENOUGH;
    }
    if (!was_offered(running, hs))
        return FLIGHT_IS_ENOUGH;
    return hs->server_hello.version == TLS13 ? flight_of_tls13(running, hs) : flight_of_older(running, hs);
}
