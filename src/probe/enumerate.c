#include "probe/enumerate.h"

#include "probe/questions.h"
#include "registry/registry.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { TLS11 = 0x0302, FALLBACK_SCSV = 0x5600, INAPPROPRIATE_FALLBACK = 86, NO_APPLICATION_PROTOCOL = 120 };

static const uint16_t all_versions[INVENTORY_VERSIONS] = { TLS13, TLS12, TLS11, TLS10, SSL3, SSL2 };

static struct inventory_version *version_of(struct inventory *inventory, uint16_t version)
{
    for (unsigned i = 0; i < INVENTORY_VERSIONS; i++) {
        if (inventory->versions[i].version == version)
            return &inventory->versions[i];
    }
    return NULL;
}

/* Take away one after the other what is chosen, but for what is known already. */
static void enumerate_list(struct scan *scan, struct question question, const struct code_list *all, struct inventory_list *out)
{
    struct policy_seen seen = { .accepted_count = 0 };
    struct code_list accepted = { .count = out->count }, rest = *all;

    memcpy(accepted.codes, out->codes, out->count * sizeof out->codes[0]);
    for (unsigned i = 0; i < out->count; i++)
        code_list_remove(&rest, out->codes[i]);
    question.seen = &seen;
    out->complete = question_ask_list(scan, &question, &rest, UINT_MAX, &accepted);
    memcpy(out->codes, accepted.codes, accepted.count * sizeof accepted.codes[0]);
    out->count = accepted.count;
    snprintf(out->why, sizeof out->why, "%s", out->complete ? "" : seen.fault[0] != '\0' ? seen.fault : seen.why);
}

/* --- suites, by version ------------------------------------------------------------------- */

static bool has_code(const struct inventory_list *list, uint16_t code)
{
    for (unsigned i = 0; i < list->count; i++) {
        if (list->codes[i] == code)
            return true;
    }
    return false;
}

static bool has_cipher(uint16_t code, const char *word)
{
    const struct hl_suite *suite = reg_suite(code);

    return suite != NULL && strstr(suite->cipher, word) != NULL;
}

/* Many servers go by their own order, but take ChaCha20 where a client has it first (as those do that have no AES in hardware). So it
 * does not come first: suites do that were refused, some of which the server will have heard of. */
static void add_decoys(struct code_list *list, const struct code_list *all, const struct inventory_list *accepted)
{
    for (unsigned i = 0; i < all->count; i++) {
        if (!has_code(accepted, all->codes[i]) && (has_cipher(all->codes[i], "AES_128_GCM") || has_cipher(all->codes[i], "AES_128_CCM")))
            code_list_add(list, all->codes[i]);
    }
}

/* All that it took, the other way round: whose order counts? */
static enum inventory_order ask_for_order(struct scan *scan, const struct question *question, const struct code_list *all,
                                          const struct inventory_list *list)
{
    struct code_list reversed = { .count = 0 };
    struct attempt attempt;

    if (list->count < 2)
        return ORDER_UNKNOWN;
    const uint16_t last = list->codes[list->count - 1];
    if (has_cipher(last, "CHACHA20"))
        add_decoys(&reversed, all, list);
    for (unsigned i = list->count; i > 0; i--)
        code_list_add(&reversed, list->codes[i - 1]);
    struct attempt_request request = question->offer(scan, code_list_view(&reversed));
    if (question->shares)
        question_add_shares(&request);
    const enum attempt_result result = question_ask(scan, &request, &attempt);
    question_free_shares(&request);
    if (result != ATTEMPT_ANSWERED)
        return ORDER_UNKNOWN;
    const uint16_t chosen = question->chosen(&attempt);
    return chosen == list->codes[0] ? ORDER_SERVER : chosen == last ? ORDER_CLIENT : ORDER_UNKNOWN;
}

static void set_list(struct inventory_list *out, const struct code_list *codes)
{
    memcpy(out->codes, codes->codes, codes->count * sizeof codes->codes[0]);
    out->count = codes->count;
}

/* The newest version before TLS 1.3; 0: none. */
static uint16_t newest_older(const struct inventory *inventory)
{
    for (unsigned i = 1; i < INVENTORY_VERSIONS - 1; i++) {
        if (inventory->versions[i].state == INVENTORY_YES)
            return inventory->versions[i].version;
    }
    return 0;
}

/* The answers of TLS 1.3 and of the newest version before it also tell of groups and schemes, and the first one of certificates. */
static void enumerate_suites(struct scan *scan, struct inventory *inventory, struct inventory_version *version)
{
    const bool tls13 = version->version == TLS13, first = tls13 || newest_older(inventory) == 0;
    struct code_list all, groups = { .count = 0 }, schemes = { .count = 0 };
    const struct question question = { .offer = tls13 ? offer_tls13_suites : offer_older_suites, .chosen = chosen_suite, .what = "suites",
                                       .shares = tls13, .version = version->version, .whole = first, .groups = first ? &groups : NULL,
                                       .schemes = first ? &schemes : NULL };

    scan->older = tls13 ? TLS12 : version->version;
    code_list_suites(&all, tls13 ? SUITES_TLS13 : SUITES_OLDER);
    enumerate_list(scan, question, &all, &version->suites);
    if (version->suites.count > 0)
        version->state = INVENTORY_YES;
    else if (version->suites.complete)
        version->state = INVENTORY_NO;
    else
        snprintf(version->why, sizeof version->why, "%s", version->suites.why);
    if (first) {
        set_list(tls13 ? &inventory->groups_tls13 : &inventory->groups_older, &groups);
        set_list(tls13 ? &inventory->schemes_tls13 : &inventory->schemes_older, &schemes);
    }
    version->order = ask_for_order(scan, &question, &all, &version->suites);
    scan->older = TLS12;
}

static void ask_for_ssl2(struct scan *scan, struct inventory_version *version)
{
    const struct attempt_request request = { .ssl2 = true };
    struct attempt attempt;

    switch (question_ask(scan, &request, &attempt)) {
    case ATTEMPT_ANSWERED: version->state = INVENTORY_YES; break;
    case ATTEMPT_REFUSED: version->state = INVENTORY_NO; break;
    default: snprintf(version->why, sizeof version->why, "%s", attempt.why);
    }
}

static void enumerate_versions(struct scan *scan, struct inventory *inventory)
{
    for (unsigned i = 0; i < INVENTORY_VERSIONS; i++) {
        struct inventory_version *version = &inventory->versions[i];
        version->version = all_versions[i];
        if (version->version == SSL2)
            ask_for_ssl2(scan, version);
        else
            enumerate_suites(scan, inventory, version);
        if (i == 1 && !scan->reached) /* there is nobody who speaks TLS */
            return;
    }
}

/* --- groups and schemes ------------------------------------------------------------------- */

static bool takes(const struct inventory *inventory, uint16_t version)
{
    for (unsigned i = 0; i < INVENTORY_VERSIONS; i++) {
        if (inventory->versions[i].version == version)
            return inventory->versions[i].state == INVENTORY_YES;
    }
    return false;
}

static bool has_exchange(struct inventory *inventory, uint16_t version, const char *exchange)
{
    const struct inventory_version *found = version_of(inventory, version);

    for (unsigned i = 0; found != NULL && i < found->suites.count; i++) {
        const struct hl_suite *suite = reg_suite(found->suites.codes[i]);
        if (suite != NULL && strcmp(suite->key_exchange, exchange) == 0)
            return true;
    }
    return false;
}

static bool has_key(struct inventory *inventory, uint16_t version, const char *authentication)
{
    const struct inventory_version *found = version_of(inventory, version);

    for (unsigned i = 0; found != NULL && i < found->suites.count; i++) {
        const struct hl_suite *suite = reg_suite(found->suites.codes[i]);
        if (suite != NULL && strcmp(suite->authentication, authentication) == 0)
            return true;
    }
    return false;
}

/* The curve of an ECDSA certificate must be offered, too (RFC 8422, section 5.1): with what is known behind the others, a server that
 * has nothing else can be asked for them, if its client's order counts. */
static void enumerate_groups_of_ecdsa(struct scan *scan, struct question question, const struct code_list *all, struct inventory_list *out)
{
    struct code_list known = { .count = 0 };

    for (unsigned i = 0; i < out->count; i++)
        code_list_add(&known, out->codes[i]);
    question.tail = code_list_view(&known);
    enumerate_list(scan, question, all, out);
}

static void enumerate_groups(struct scan *scan, struct inventory *inventory)
{
    const uint16_t older = newest_older(inventory);
    struct code_list all;

    code_list_groups(&all);
    inventory->groups_tls13.complete = inventory->groups_older.complete = true;
    if (takes(inventory, TLS13))
        enumerate_list(scan, (struct question){ .offer = offer_tls13_groups, .chosen = chosen_group, .what = "groups", .version = TLS13 }, &all,
                       &inventory->groups_tls13);
    if (older == 0 || !has_exchange(inventory, older, "ECDHE"))
        return;
    const struct question question = { .offer = offer_older_groups, .chosen = chosen_group, .what = "groups", .version = older };
    scan->older = older;
    enumerate_list(scan, question, &all, &inventory->groups_older);
    if (inventory->groups_older.complete && inventory->groups_older.count > 0 && has_key(inventory, older, "ECDSA"))
        enumerate_groups_of_ecdsa(scan, question, &all, &inventory->groups_older);
    scan->older = TLS12;
}

/* The answers also tell of groups. */
static void enumerate_schemes_of(struct scan *scan, struct question question, struct inventory_list *out, struct inventory_list *groups)
{
    struct code_list all, known = { .count = groups->count };

    memcpy(known.codes, groups->codes, groups->count * sizeof groups->codes[0]);
    code_list_schemes(&all);
    question.chosen = chosen_scheme;
    question.what = "signature schemes";
    question.groups = &known;
    enumerate_list(scan, question, &all, out);
    set_list(groups, &known);
}

static void enumerate_schemes(struct scan *scan, struct inventory *inventory)
{
    inventory->schemes_tls13.complete = inventory->schemes_older.complete = true;
    if (takes(inventory, TLS13))
        enumerate_schemes_of(scan, (struct question){ .offer = offer_tls13_schemes, .shares = true, .version = TLS13 }, &inventory->schemes_tls13,
                             &inventory->groups_tls13);
    if (takes(inventory, TLS12) && (has_exchange(inventory, TLS12, "ECDHE") || has_exchange(inventory, TLS12, "DHE")))
        enumerate_schemes_of(scan, (struct question){ .offer = offer_older_schemes, .version = TLS12 }, &inventory->schemes_older,
                             &inventory->groups_older);
}

static void ask_for_prime(struct scan *scan, struct inventory *inventory)
{
    const uint16_t older = newest_older(inventory);
    struct attempt attempt;

    inventory->dh_bits = scan->facts->dh_bits; /* suites with it were accepted, and showed it */
    if (inventory->dh_bits > 0 || older == 0 || !has_exchange(inventory, older, "DHE"))
        return;
    code_list_suites(&scan->suites, SUITES_OLDER_DHE);
    code_list_groups(&scan->groups);
    code_list_schemes(&scan->schemes);
    const struct attempt_request request = question_request(scan, older, code_list_view(&scan->suites), code_list_view(&scan->groups),
                                                            code_list_view(&scan->schemes));
    if (question_ask(scan, &request, &attempt) == ATTEMPT_ANSWERED)
        inventory->dh_bits = attempt.dh_bits;
}

/* --- whole handshakes: certificates, extensions, protocols -------------------------------- */

/* One that shows the server's whole flight, with suites that the server is known to take: those with this kind of key; NULL: all. */
static struct attempt_request whole_request(struct scan *scan, struct inventory *inventory, uint16_t version, const char *authentication)
{
    const struct inventory_version *found = version_of(inventory, version);

    scan->suites.count = 0;
    for (unsigned i = 0; found != NULL && i < found->suites.count; i++) {
        const struct hl_suite *suite = reg_suite(found->suites.codes[i]);
        if (authentication == NULL || (suite != NULL && strcmp(suite->authentication, authentication) == 0))
            code_list_add(&scan->suites, found->suites.codes[i]);
    }
    if (version == TLS13)
        code_list_usual_groups(&scan->groups);
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
    struct attempt_request request = whole_request(scan, inventory, version, authentication);
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
        bool seen = !has_key(inventory, older, kinds[i]);
        for (unsigned j = 0; j < facts->handshake_count; j++) {
            const struct hl_suite *suite = reg_suite(facts->handshakes[j]->server_hello.cipher_suite);
            seen |= suite != NULL && strcmp(suite->authentication, kinds[i]) == 0;
        }
        if (!seen)
            (void)ask_whole(scan, inventory, older, kinds[i]);
    }
}

/* Offer protocols, without those that were chosen before. */
static void enumerate_protocols(struct scan *scan, struct inventory *inventory, uint16_t version)
{
    static const char *const usual[] = { "h2", "http/1.1", "http/1.0", "smtp", "imap", "pop3", "ftp", "xmpp-client", "xmpp-server", "postgresql", "mqtt", "dot" };
    const char *rest[sizeof usual / sizeof usual[0] + 1];
    struct attempt attempt;
    size_t count = sizeof usual / sizeof usual[0];

    memcpy(rest, usual, sizeof usual);
    rest[count] = NULL;
    while (count > 0 && inventory->protocol_count < INVENTORY_PROTOCOLS_MAX) {
        struct attempt_request request = whole_request(scan, inventory, version, NULL);
        request.hello.protocols = rest;
        request.keep = false;
        (void)question_ask(scan, &request, &attempt);
        question_free_shares(&request);
        size_t chosen = 0;
        while (chosen < count && strcmp(attempt.protocol, rest[chosen]) != 0)
            chosen++;
        inventory->protocols_complete = attempt.result == ATTEMPT_ANSWERED || attempt.alert == NO_APPLICATION_PROTOCOL;
        if (chosen == count)
            return;
        inventory->protocols[inventory->protocol_count++] = rest[chosen];
        memmove(&rest[chosen], &rest[chosen + 1], (count-- - chosen) * sizeof rest[0]);
    }
}

/* --- features ----------------------------------------------------------------------------- */

static struct inventory_feature *add_feature(struct inventory *inventory, const char *id, const char *title, enum inventory_state state,
                                             const char *text)
{
    struct inventory_feature *feature = &inventory->features[inventory->feature_count];

    if (inventory->feature_count == INVENTORY_FEATURES_MAX)
        return NULL;
    inventory->feature_count++;
    *feature = (struct inventory_feature){ .id = id, .title = title, .state = state };
    snprintf(feature->text, sizeof feature->text, "%s", text);
    return feature;
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
        { 35, "session_ticket", "session tickets (RFC 5077)" },
        { 15, "heartbeat", "heartbeats (RFC 6520)" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const bool there = extension_find(hs->server_hello.extensions, rows[i].extension, NULL);
        add_feature(inventory, rows[i].id, rows[i].title, there ? INVENTORY_YES : INVENTORY_NO, "");
    }
    add_feature(inventory, "session_id", "session ids, to resume by", hs->server_hello.session_id.len > 0 ? INVENTORY_YES : INVENTORY_NO, "");
    add_feature(inventory, "compression", "compression of TLS (CRIME)", hs->server_hello.compression_method != 0 ? INVENTORY_YES : INVENTORY_NO, "");
}

static void add_certificate_features(struct inventory *inventory, const struct hl_handshake *hs)
{
    const struct hl_chain *chain = &hs->server_chain;
    const bool logged = hs->scts != NULL || (chain->count > 0 && chain->list[0]->x509.scts.count > 0);

    add_feature(inventory, "staple", "stapled OCSP response", hs->staples != NULL ? INVENTORY_YES : INVENTORY_NO, "");
    add_feature(inventory, "timestamps", "certificate timestamps", logged ? INVENTORY_YES : INVENTORY_NO, "");
    add_feature(inventory, "client_certificate", "asks for a client certificate", hs->certificate_requested ? INVENTORY_YES : INVENTORY_NO, "");
}

/* CBC is all that it means something for (RFC 7366, section 3). */
static void ask_for_etm(struct scan *scan, struct inventory *inventory, uint16_t older)
{
    const struct inventory_version *version = version_of(inventory, older);
    struct code_list cbc = { .count = 0 };
    struct attempt attempt;

    for (unsigned i = 0; version != NULL && i < version->suites.count; i++) {
        if (facts_is_cbc(version->suites.codes[i]))
            code_list_add(&cbc, version->suites.codes[i]);
    }
    if (cbc.count == 0)
        return;
    struct attempt_request request = whole_request(scan, inventory, older, NULL);
    request.hello.suites = code_list_view(&cbc);
    (void)question_ask(scan, &request, &attempt);
    if (attempt.handshake == NULL)
        add_feature(inventory, "encrypt_then_mac", "encrypt-then-MAC (RFC 7366)", INVENTORY_UNKNOWN, attempt.why);
    else
        add_feature(inventory, "encrypt_then_mac", "encrypt-then-MAC (RFC 7366)",
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
    struct attempt_request request = whole_request(scan, inventory, second, NULL);
    code_list_add(&scan->suites, FALLBACK_SCSV);
    request.hello.suites = code_list_view(&scan->suites);
    request.whole_flight = request.keep = false;
    (void)question_ask(scan, &request, &attempt);
    if (attempt.alert == INAPPROPRIATE_FALLBACK)
        add_feature(inventory, id, title, INVENTORY_YES, "");
    else if (attempt.result == ATTEMPT_ANSWERED)
        add_feature(inventory, id, title, INVENTORY_NO, "");
    else
        add_feature(inventory, id, title, INVENTORY_UNKNOWN, attempt.why);
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
        add_feature(inventory, id, title, INVENTORY_NO, "");
    else
        add_feature(inventory, id, title, INVENTORY_YES, same_leaf(hs, named) ? "with the same certificate" : "with another certificate");
}

/* --- the whole ---------------------------------------------------------------------------- */

static const struct hl_handshake *first_of(const struct policy_facts *facts, bool tls13)
{
    for (unsigned i = 0; i < facts->handshake_count; i++) {
        if ((facts->handshakes[i]->version == TLS13) == tls13)
            return facts->handshakes[i];
    }
    return NULL;
}

void enumerate_run(struct scan *scan, struct inventory *out)
{
    *out = (struct inventory){ .feature_count = 0 };
    scan->older = TLS12;
    scan->reached = false;
    enumerate_versions(scan, out);
    if (!scan->reached)
        return;
    enumerate_schemes(scan, out);
    enumerate_groups(scan, out);
    ask_for_prime(scan, out);
    const uint16_t older = newest_older(out), newest = takes(out, TLS13) ? TLS13 : older;
    if (newest == 0)
        return;
    ask_for_certificates(scan, out, older);
    const struct hl_handshake *old_one = first_of(scan->facts, false), *any = newest == TLS13 ? first_of(scan->facts, true) : old_one;
    if (old_one != NULL)
        add_older_features(out, old_one);
    if (any != NULL)
        add_certificate_features(out, any);
    if (older != 0)
        ask_for_etm(scan, out, older);
    ask_for_fallback(scan, out);
    if (any != NULL)
        ask_without_name(scan, out, newest, any);
    enumerate_protocols(scan, out, newest);
}
