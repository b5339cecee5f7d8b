/* What whole handshakes show: certificates, extensions, protocols. */
#include "probe/enumerate_parts.h"

#include "base/code_name.h"
#include "base/text.h"
#include "registry/registry.h"
#include "session/conclude.h"
#include "wire/certificate.h"

#include <stdio.h>
#include <string.h>

enum { FALLBACK_SCSV = 0x5600, INAPPROPRIATE_FALLBACK = 86, NO_APPLICATION_PROTOCOL = 120, COMPRESSED_CERTIFICATE = 25, CERTIFICATE_REQUEST = 13, EXT_ALPN = 16, PROTOCOLS_MAX = 15 };
/* Names of CAs that are shown, and bytes of all of them. */
enum { AUTHORITIES_SHOWN = 3, AUTHORITIES_MAX = 64 << 10 };

struct attempt_request enumerate_whole_request(struct scan *scan, struct inventory *inventory, uint16_t version, const char *authentication)
{
    const struct inventory_version *found = inventory_version_of(inventory, version);

    scan->suites.count = 0;
    for (unsigned i = 0; found != NULL && i < found->suites.count; i++) {
        const struct hl_suite *suite = reg_suite(found->suites.codes[i]);
        if (authentication == NULL || (suite != NULL && strcmp(suite->authentication, authentication) == 0))
            code_list_add(&scan->suites, found->suites.codes[i]);
    }
    if (version == TLS13)
        question_tls13_groups(scan, &scan->groups);
    else
        code_list_groups(&scan->groups);
    code_list_schemes(&scan->schemes);
    struct attempt_request request = question_request(scan, version, code_list_view(&scan->suites), code_list_view(&scan->groups),
                                                      code_list_view(&scan->schemes));
    question_want_all(&request, version);
    if (version == TLS13)
        question_add_shares(&request);
    return request;
}

static const struct hl_handshake *ask_whole(struct scan *scan, struct inventory *inventory, uint16_t version, const char *authentication)
{
    struct attempt_request request = enumerate_whole_request(scan, inventory, version, authentication);
    struct attempt attempt;

    (void)question_ask(scan, &request, &attempt);
    question_free_shares(&request);
    return attempt.handshake;
}

/* A server may have a certificate for each kind of key. */
static void ask_for_certificates(struct scan *scan, struct inventory *inventory, uint16_t older)
{
    static const char *const kinds[] = { "RSA", "ECDSA", "DSS" };
    const struct policy_facts *facts = scan->facts;

    for (size_t i = 0; older != 0 && i < sizeof kinds / sizeof kinds[0]; i++) {
        bool seen = !inventory_has_key(inventory, older, kinds[i]);
        for (unsigned j = 0; j < facts->handshake_count; j++) {
            const struct hl_suite *suite = reg_suite(facts->handshakes[j]->server_hello.cipher_suite);
            seen |= suite != NULL && strcmp(suite->authentication, kinds[i]) == 0;
        }
        if (!seen)
            (void)ask_whole(scan, inventory, older, kinds[i]);
    }
}

/* Take what was chosen out of `rest`, and tell it. False: it was none of them. */
static bool take_protocol(struct inventory *inventory, const char **rest, struct hl_span chosen)
{
    size_t i = 0;

    while (rest[i] != NULL && !span_equal(chosen, span_of(rest[i])))
        i++;
    if (rest[i] == NULL || inventory->protocol_count == INVENTORY_PROTOCOLS_MAX)
        return false;
    inventory->protocols[inventory->protocol_count++] = rest[i];
    for (; rest[i] != NULL; i++)
        rest[i] = rest[i + 1];
    return true;
}

/* `first` was offered all that are usual, unless no handshake came of that. Then they are offered again, without those that were chosen. */
static void enumerate_protocols(struct scan *scan, struct inventory *inventory, uint16_t version, const struct hl_handshake *first)
{
    const char *rest[PROTOCOLS_MAX + 1];
    struct attempt attempt;
    size_t count = 0;

    while (question_protocols[count] != NULL && count < PROTOCOLS_MAX)
        count++;
    memcpy(rest, question_protocols, count * sizeof rest[0]);
    rest[count] = NULL;
    inventory->protocols_complete = true;
    if (scan->no_protocols || (first != NULL && !take_protocol(inventory, rest, first->alpn)))
        return;
    for (bool more = true; more && rest[0] != NULL;) {
        struct attempt_request request = enumerate_whole_request(scan, inventory, version, NULL);
        request.hello.protocols = rest;
        request.keep = false;
        (void)question_ask(scan, &request, &attempt);
        question_free_shares(&request);
        inventory->protocols_complete = attempt.result == ATTEMPT_ANSWERED || attempt.alert == NO_APPLICATION_PROTOCOL;
        more = take_protocol(inventory, rest, span_of(attempt.protocol));
    }
}

/* --- features ----------------------------------------------------------------------------- */

void enumerate_add_feature(struct inventory *inventory, const char *id, const char *title, enum inventory_state state, const char *text)
{
    struct inventory_feature *feature = &inventory->features[inventory->feature_count];

    if (inventory->feature_count == INVENTORY_FEATURES_MAX)
        return;
    inventory->feature_count++;
    *feature = (struct inventory_feature){ .id = id, .title = title, .state = state };
    snprintf(feature->text, sizeof feature->text, "%s", text);
}

/* What a handshake before TLS 1.3 says in its ServerHello. */
static void add_older_features(struct inventory *inventory, const struct hl_handshake *hs)
{
    static const struct {
        uint16_t extension;
        const char *id, *title;
    } rows[] = {
        { 23, "extended_master_secret", "extended master secret (RFC 7627)" },
        { 0xff01, "secure_renegotiation", "secure renegotiation (RFC 5746)" },
        { 15, "heartbeat", "heartbeats (RFC 6520)" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const bool there = extension_find(hs->server_hello.extensions, rows[i].extension, NULL);
        enumerate_add_feature(inventory, rows[i].id, rows[i].title, there ? INVENTORY_YES : INVENTORY_NO, "");
    }
    enumerate_add_feature(inventory, "compression", "compression of TLS (CRIME)", hs->server_hello.compression_method != 0 ? INVENTORY_YES : INVENTORY_NO, "");
}

/* Those of the server's own certificate: one about another is none, but tells why. */
static void add_staple(struct inventory *inventory, const struct hl_handshake *hs)
{
    static const char id[] = "staple", title[] = "stapled OCSP response";
    const struct hl_staple *staple = hs->staples;
    char text[FACTS_WHY_SIZE];

    while (staple != NULL && staple->certificate != 0)
        staple = staple->next;
    if (staple == NULL) {
        enumerate_add_feature(inventory, id, title, INVENTORY_NO, "");
        return;
    }
    snprintf(text, sizeof text, "%s%s%.150s", ocsp_state_name(staple->answer.state), staple->answer.why != NULL ? ", " : "",
             staple->answer.why != NULL ? staple->answer.why : "");
    enumerate_add_feature(inventory, id, title, staple->answer.single != NULL ? INVENTORY_YES : INVENTORY_NO, text);
}

/* Which CAs a client's certificate may come from: the first few of them. */
static void put_authorities(struct hl_buffer *out, const struct hl_handshake *hs)
{
    const struct hl_message *message = find_message(hs, CERTIFICATE_REQUEST, 1 - hs->client);
    struct hl_span rest = { NULL, 0 }, name;
    struct hl_fault fault;
    unsigned count = 0;

    if (message != NULL) {
        struct hl_reader r = message_reader(message, &fault);
        rest = certificate_request_authorities(&r, hs->version);
    }
    while (certificate_authority_next(&rest, &name)) {
        const struct hl_x509_general_name ca = { .type = HL_X509_DIRECTORY, .value = name };
        if (count++ >= AUTHORITIES_SHOWN)
            continue;
        buf_string(out, count == 1 ? "of " : "; ");
        x509_general_name_put(out, &ca);
    }
    if (count > AUTHORITIES_SHOWN)
        buf_printf(out, "; and %u more", count - AUTHORITIES_SHOWN);
}

static void add_client_certificate(struct inventory *inventory, const struct hl_handshake *hs)
{
    struct hl_buffer text; /* ASCII */

    buf_init(&text, AUTHORITIES_MAX);
    put_authorities(&text, hs);
    buf_char(&text, '\0');
    enumerate_add_feature(inventory, "client_certificate", "asks for a client certificate", hs->certificate_requested ? INVENTORY_YES : INVENTORY_NO,
                          text.failed ? "" : (const char *)text.data);
    buf_cleanup(&text);
}

static void add_certificate_features(struct inventory *inventory, const struct hl_handshake *hs)
{
    const struct hl_chain *chain = &hs->server_chain;
    const bool logged = hs->scts != NULL || (chain->count > 0 && chain->list[0]->x509.scts.count > 0);

    add_staple(inventory, hs);
    enumerate_add_feature(inventory, "timestamps", "certificate timestamps", logged ? INVENTORY_YES : INVENTORY_NO, "");
    add_client_certificate(inventory, hs);
}

/* RFC 8879. */
static void add_compressed_certificate(struct inventory *inventory, const struct hl_handshake *hs)
{
    const struct hl_message *message = find_message(hs, COMPRESSED_CERTIFICATE, 1 - hs->client);
    struct hl_buffer name;
    struct hl_fault fault;

    buf_init(&name, FACTS_WHY_SIZE);
    if (message != NULL) {
        struct hl_reader r = message_reader(message, &fault);
        code_name_put(&name, reg_certificate_compression(rd_u16(&r, "algorithm")));
    }
    buf_char(&name, '\0');
    enumerate_add_feature(inventory, "certificate_compression", "compresses certificates (RFC 8879)", message != NULL ? INVENTORY_YES : INVENTORY_NO,
                          name.failed ? "" : (const char *)name.data);
    buf_cleanup(&name);
}

/* CBC is all that it means something for (RFC 7366, section 3). */
static void ask_for_etm(struct scan *scan, struct inventory *inventory, uint16_t older)
{
    const struct inventory_version *version = inventory_version_of(inventory, older);
    struct code_list cbc = { .count = 0 };
    struct attempt attempt;

    for (unsigned i = 0; version != NULL && i < version->suites.count; i++) {
        if (facts_is_cbc(version->suites.codes[i]))
            code_list_add(&cbc, version->suites.codes[i]);
    }
    if (cbc.count == 0)
        return;
    struct attempt_request request = enumerate_plain_request(scan, inventory, older, &cbc);
    request.keep = true;
    (void)question_ask(scan, &request, &attempt);
    scan->plain = attempt;
    if (attempt.handshake == NULL)
        enumerate_add_feature(inventory, "encrypt_then_mac", "encrypt-then-MAC (RFC 7366)", INVENTORY_UNKNOWN, attempt.why);
    else
        enumerate_add_feature(inventory, "encrypt_then_mac", "encrypt-then-MAC (RFC 7366)",
                    extension_find(attempt.handshake->server_hello.extensions, 22, NULL) ? INVENTORY_YES : INVENTORY_NO, "");
}

/* RFC 7507: one version less than the server has, with the mark of a fallback, must be refused. */
static void ask_for_fallback(struct scan *scan, struct inventory *inventory)
{
    static const char id[] = "fallback_scsv", title[] = "refuses inappropriate fallbacks (RFC 7507)";
    uint16_t second = 0;
    unsigned spoken = 0;
    struct attempt attempt;

    for (unsigned i = 0; i < INVENTORY_VERSIONS - 1; i++) {
        if (inventory->versions[i].state == INVENTORY_YES && ++spoken == 2)
            second = inventory->versions[i].version;
    }
    if (second == 0)
        return;
    struct attempt_request request = enumerate_whole_request(scan, inventory, second, NULL);
    code_list_add(&scan->suites, FALLBACK_SCSV);
    request.hello.suites = code_list_view(&scan->suites);
    request.whole_flight = request.keep = false;
    (void)question_ask(scan, &request, &attempt);
    if (attempt.alert == INAPPROPRIATE_FALLBACK)
        enumerate_add_feature(inventory, id, title, INVENTORY_YES, "");
    else if (attempt.result == ATTEMPT_ANSWERED)
        enumerate_add_feature(inventory, id, title, INVENTORY_NO, "");
    else
        enumerate_add_feature(inventory, id, title, INVENTORY_UNKNOWN, attempt.why);
}

static bool same_leaf(const struct hl_handshake *a, const struct hl_handshake *b)
{
    return a->server_chain.count > 0 && b->server_chain.count > 0 && a->server_chain.list[0] == b->server_chain.list[0];
}

static void ask_without_name(struct scan *scan, struct inventory *inventory, uint16_t version, const struct hl_handshake *named)
{
    static const char id[] = "without_sni", title[] = "answers without a server name";
    const char *name = scan->server_name;

    if (name == NULL)
        return;
    scan->server_name = NULL;
    const struct hl_handshake *hs = ask_whole(scan, inventory, version, NULL);
    scan->server_name = name;
    if (hs == NULL)
        enumerate_add_feature(inventory, id, title, INVENTORY_NO, "");
    else
        enumerate_add_feature(inventory, id, title, INVENTORY_YES, same_leaf(hs, named) ? "with the same certificate" : "with another certificate");
}

/* --- all of it ---------------------------------------------------------------------------- */

/* The first handshake of the newest version, which was offered protocols; NULL: there is none. */
static const struct hl_handshake *first_whole(const struct policy_facts *facts, uint16_t newest)
{
    const struct hl_handshake *hs = facts_handshake(facts, newest == TLS13);

    return hs != NULL && extension_find(hs->client_hello.extensions, EXT_ALPN, NULL) ? hs : NULL;
}

void enumerate_whole(struct scan *scan, struct inventory *out, uint16_t older, uint16_t newest)
{
    ask_for_certificates(scan, out, older);
    const struct hl_handshake *old_one = facts_handshake(scan->facts, false), *any = newest == TLS13 ? facts_handshake(scan->facts, true) : old_one;
    if (old_one != NULL)
        add_older_features(out, old_one);
    if (any != NULL)
        add_certificate_features(out, any);
    if (any != NULL && any->version == TLS13)
        add_compressed_certificate(out, any);
    if (older != 0)
        ask_for_etm(scan, out, older);
    ask_for_fallback(scan, out);
    if (any != NULL)
        ask_without_name(scan, out, newest, any);
    enumerate_protocols(scan, out, newest, first_whole(scan->facts, newest));
}
