#include "session/hello_proofs.h"

#include "base/reader.h"
#include "base/text.h"
#include "wire/version.h"

#include <string.h>

enum { EXT_PADDING = 21, EXT_SESSION_TICKET = 35, EXT_PRE_SHARED_KEY = 41, EXT_EARLY_DATA = 42, EXT_COOKIE = 44,
       EXT_KEY_SHARE = 51, EXT_ENCRYPTED_CLIENT_HELLO = 0xfe0d };

/* --- HelloRetryRequest -------------------------------------------------------------- */

/* RFC 8446, section 4.1.2: what a client changes when it is asked to try again. */
static bool may_change(uint16_t type)
{
    return type == EXT_PADDING || type == EXT_PRE_SHARED_KEY || type == EXT_EARLY_DATA || type == EXT_COOKIE
           || type == EXT_KEY_SHARE || type == EXT_ENCRYPTED_CLIENT_HELLO;
}

static bool extensions_stay(struct hl_span first, struct hl_span second)
{
    struct hl_span before, after;
    uint16_t type;

    while (extension_next(&first, &type, &before)) {
        if (!may_change(type) && !(extension_find(second, type, &after) && span_equal(before, after)))
            return false;
    }
    return true;
}

static bool is_only_share(struct hl_span shares, uint16_t wanted)
{
    struct hl_span key;
    uint16_t group;

    return key_share_next(&shares, &group, &key) && group == wanted && !key_share_next(&shares, &group, &key);
}

static const char *wrong_in_second_hello(const struct hl_handshake *hs)
{
    const struct hl_client_hello *first = &hs->client_hello, *second = &hs->retried_hello;
    struct hl_span cookie, echoed;

    if (!span_equal(first->random, second->random) || !span_equal(first->session_id, second->session_id)
        || first->legacy_version != second->legacy_version)
        return "the second client hello has another random, session id or version";
    if (!span_equal(first->cipher_suites, second->cipher_suites)
        || !span_equal(first->compression_methods, second->compression_methods))
        return "the second client hello offers other cipher suites";
    if (!extensions_stay(first->extensions, second->extensions))
        return "the second client hello changes an extension that it must not change";
    if (hs->hello_retry.group != 0 && !is_only_share(second->key_shares, hs->hello_retry.group))
        return "the second client hello does not have the one key share that it was asked for";
    if (extension_find(hs->hello_retry.extensions, EXT_COOKIE, &cookie)
        && !(extension_find(second->extensions, EXT_COOKIE, &echoed) && span_equal(cookie, echoed)))
        return "the second client hello does not send the cookie back";
    return NULL;
}

static const char *wrong_in_server_hello(const struct hl_handshake *hs)
{
    const struct hl_server_hello *retry = &hs->hello_retry, *hello = &hs->server_hello;

    if (retry->has_cipher_suite && hello->has_cipher_suite && retry->cipher_suite != hello->cipher_suite)
        return "the server hello chooses another cipher suite than the retry request";
    if (retry->version != 0 && hello->version != 0 && retry->version != hello->version)
        return "the server hello chooses another version than the retry request";
    if (retry->group != 0 && hello->group != 0 && retry->group != hello->group)
        return "the server hello chooses another group than the retry request";
    return NULL;
}

struct hl_proof prove_hello_retry(const struct hl_handshake *hs)
{
    struct hl_proof proof = { .result = PROOF_ABSENT };

    if (hs->retry_message == NULL)
        return proof;
    proof.at = hs->retry_message->at;
    proof.result = PROOF_NOT_CHECKABLE;
    if (hs->client_hello_message == NULL || hs->retried_hello_message == NULL) {
        proof.why = "a client hello is missing";
        return proof;
    }
    proof.why = wrong_in_second_hello(hs);
    if (proof.why != NULL) {
        proof.at = hs->retried_hello_message->at;
    } else if (hs->server_hello_message != NULL) {
        proof.why = wrong_in_server_hello(hs);
        if (proof.why != NULL)
            proof.at = hs->server_hello_message->at;
    }
    proof.result = proof.why == NULL ? PROOF_VERIFIED : PROOF_WRONG;
    return proof;
}

/* --- downgrade ----------------------------------------------------------------------- */

static uint16_t newest_offered(const struct hl_client_hello *hello)
{
    struct hl_span versions = hello->supported_versions;
    uint16_t version, newest = hello->legacy_version;

    while (u16_next(&versions, &version)) {
        if (version == 0x0304 || version == 0xfefc)
            newest = version;
    }
    return version_as_tls(newest);
}

struct hl_proof prove_no_downgrade(const struct hl_handshake *hs)
{
    static const uint8_t mark[] = { 0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44 };
    struct hl_span random = hs->server_hello.random;
    struct hl_proof proof = { .result = PROOF_ABSENT };

    if (hs->client_hello_message == NULL || hs->server_hello_message == NULL || random.len != 32 || hs->version == 0
        || version_is_tls13(hs->version))
        return proof;
    proof.at = hs->server_hello_message->at;
    proof.result = PROOF_VERIFIED;
    const uint8_t *end = random.ptr + random.len - 8;
    uint16_t known = end[7] == 1 ? 0x0304 : 0x0303; /* the server knows at least this */
    if (memcmp(end, mark, sizeof mark) != 0 || end[7] > 1 || newest_offered(&hs->client_hello) < known
        || version_as_tls(hs->version) >= known)
        return proof;
    proof.result = PROOF_WRONG;
    proof.why = "the server's random says that it knows a newer version, and the client offers it: the hello was changed on "
                "the way";
    return proof;
}

/* --- resumption ----------------------------------------------------------------------- */

/* The identity at `index` of a pre_shared_key extension (RFC 8446, section 4.2.11). */
static struct hl_span psk_identity(struct hl_span extensions, uint16_t index)
{
    struct hl_span body, identity = { NULL, 0 };
    struct hl_fault fault;

    if (!extension_find(extensions, EXT_PRE_SHARED_KEY, &body))
        return identity;
    struct hl_reader all = rd_init(body, &fault);
    struct hl_reader list = rd_vec16(&all, 7, 0xffff, "identities");
    for (unsigned i = 0; i <= index && rd_more(&list); i++) {
        identity = rd_opaque16(&list, 1, 0xffff, "identity");
        (void)rd_u32(&list, "obfuscated_ticket_age");
    }
    return fault.kind == HL_FAULT_NONE ? identity : (struct hl_span){ NULL, 0 };
}

static struct hl_span resumed_id(const struct hl_handshake *hs)
{
    const struct hl_client_hello *hello = hs->retried_hello_message != NULL ? &hs->retried_hello : &hs->client_hello;
    struct hl_span body, none = { NULL, 0 };
    struct hl_fault fault;

    if (strcmp(hs->resumed_by, "session_id") == 0)
        return hs->server_hello.session_id;
    if (strcmp(hs->resumed_by, "session_ticket") == 0)
        return extension_find(hello->extensions, EXT_SESSION_TICKET, &body) ? body : none;
    if (!extension_find(hs->server_hello.extensions, EXT_PRE_SHARED_KEY, &body))
        return none;
    struct hl_reader r = rd_init(body, &fault);
    return psk_identity(hello->extensions, rd_u16(&r, "selected_identity"));
}

struct hl_proof prove_resumption(const struct hl_handshake *hs, const struct resumables *resumables)
{
    struct hl_proof proof = { .result = PROOF_ABSENT };

    if (hs->resumed_by == NULL || hs->server_hello_message == NULL)
        return proof;
    const struct resumable *session = resumables_find(resumables, resumed_id(hs));
    proof.at = hs->server_hello_message->at;
    proof.result = session != NULL ? PROOF_VERIFIED : PROOF_NOT_CHECKABLE;
    proof.why = session != NULL ? NULL : "the session was made before this capture, or what gave it out is encrypted";
    if (session != NULL)
        proof.origin = session->origin;
    return proof;
}
