#include "probe/scan.h"

#include "registry/registry.h"

#include <stdio.h>
#include <string.h>

enum { SSL2 = 0x0002, SSL3 = 0x0300, TLS10 = 0x0301, TLS12 = 0x0303, TLS13 = 0x0304 };

/* Violations of one kind that are looked for, beyond the first: they make a report useful, and cost a connection each. */
#define EXTRA_MAX 3u

/* Some servers choke on large hellos: then it is tried with fewer code points at once. */
static const unsigned portions[] = { LIST_MAX, 128, 64, 32 };
#define PORTION_COUNT (sizeof portions / sizeof portions[0])

/* Before a connection is tried again; twice as long each time. */
#define RETRY_PAUSE_NS ((int64_t)50000000)

static const uint16_t tls13_only[] = { TLS13 };

/* --- asking ------------------------------------------------------------------------------- */

/* What nearly all hellos have; suites and groups are the caller's. */
static struct attempt_request plain_request(const struct scan *scan, uint16_t version, struct hello_codes suites, struct hello_codes groups,
                                            struct hello_codes schemes)
{
    struct attempt_request request = { .record_version = version == SSL3 ? SSL3 : TLS10 };
    struct hello *hello = &request.hello;

    hello->version = version == TLS13 ? TLS12 : version;
    hello->suites = suites;
    hello->renegotiation_info = version < TLS13 && version > SSL3;
    if (version == SSL3) /* it has no extensions */
        return request;
    hello->groups = groups;
    hello->server_name = scan->server_name;
    hello->extended_master_secret = hello->encrypt_then_mac = true;
    if (version >= TLS12)
        hello->schemes = schemes;
    if (version == TLS13) {
        hello->versions = (struct hello_codes){ tls13_only, 1 };
        hello->key_share = hello->has_session_id = true;
    }
    return request;
}

/* What was accepted is known from now on, whatever was asked for. */
static void note_answer(struct scan *scan, const struct attempt *attempt)
{
    struct policy_facts *facts = scan->facts;

    seen_accept(&facts->versions, attempt->version);
    if (attempt->version != SSL2)
        seen_accept(&facts->suites, attempt->suite);
    if (attempt->group != 0)
        seen_accept(&facts->groups, attempt->group);
    if (attempt->scheme != 0)
        seen_accept(&facts->schemes, attempt->scheme);
    if (attempt->dh_bits > 0 && (facts->dh_bits == 0 || attempt->dh_bits < facts->dh_bits))
        facts->dh_bits = attempt->dh_bits;
    if (attempt->handshake != NULL && facts->handshake_count < FACTS_HANDSHAKES_MAX)
        facts->handshakes[facts->handshake_count++] = attempt->handshake;
}

/* Nothing was said that could be counted: another time it may be. */
static bool said_nothing(const struct attempt *attempt)
{
    return (attempt->result == ATTEMPT_INCONCLUSIVE && attempt->alert == 0) || attempt->result == ATTEMPT_UNREACHABLE;
}

static void connect_once(struct scan *scan, const struct attempt_request *request, struct attempt *attempt)
{
    if (scan->prober->connections >= scan->connections_max) {
        *attempt = (struct attempt){ .result = ATTEMPT_INCONCLUSIVE };
        snprintf(attempt->why, sizeof attempt->why, "%u connections were not enough", scan->connections_max);
        return;
    }
    if (scan->prober->connections > 0)
        socket_pause(scan->delay_ns);
    if (!attempt_run(scan->prober, scan->address, request, attempt)) {
        scan->out_of_memory = true;
        *attempt = (struct attempt){ .result = ATTEMPT_INCONCLUSIVE, .why = "memory has run out" };
    }
}

static enum attempt_result ask(struct scan *scan, const struct attempt_request *request, struct attempt *attempt)
{
    connect_once(scan, request, attempt);
    for (unsigned i = 0; i < scan->retries && said_nothing(attempt) && !attempt->final && !scan->out_of_memory; i++) {
        socket_pause(RETRY_PAUSE_NS << i);
        connect_once(scan, request, attempt);
    }
    if (attempt->result == ATTEMPT_ANSWERED)
        note_answer(scan, attempt);
    if (attempt->result == ATTEMPT_ANSWERED || attempt->result == ATTEMPT_REFUSED || attempt->alert != 0)
        scan->reached = true;
    else if (scan->why_not[0] == '\0')
        snprintf(scan->why_not, sizeof scan->why_not, "%s", attempt->why);
    return attempt->result;
}

/* Shares for the groups that we can do, two at the most. The caller frees them. */
static void add_shares(struct attempt_request *request)
{
    struct hello *hello = &request->hello;

    for (unsigned i = 0; i < hello->groups.count && hello->share_count < 2; i++) {
        struct key_share *share = key_share_new(hello->groups.list[i]);
        if (share != NULL)
            hello->shares[hello->share_count++] = share;
    }
}

static void free_shares(struct attempt_request *request)
{
    for (unsigned i = 0; i < request->hello.share_count; i++)
        key_share_free(request->hello.shares[i]);
}

/* Why something is not known; the first reason counts. */
static void note_open(struct policy_seen *seen, const char *what, const struct attempt *attempt)
{
    char *out = attempt->result == ATTEMPT_NOT_OFFERED ? seen->fault : seen->why;

    if (out[0] == '\0')
        snprintf(out, FACTS_WHY_SIZE, "offered %s: %s", what, attempt->why);
}

/* --- what all questions need -------------------------------------------------------------- */

static bool allows_version(const struct scan *scan, uint16_t version)
{
    return !scan->policy->versions_allowed.given || codes_have(&scan->policy->versions_allowed, version);
}

/* Of a list what the policy allows; all of it where it does not say, or allows nothing of it. */
static void keep_allowed(struct code_list *list, const struct policy_codes *allowed)
{
    struct code_list kept = *list;

    if (allowed->given)
        code_list_filter(&kept, allowed, true);
    if (kept.count > 0)
        *list = kept;
}

static void usual_groups(struct code_list *list)
{
    static const uint16_t usual[] = { GROUP_X25519, GROUP_SECP256R1, GROUP_SECP384R1, GROUP_SECP521R1 };

    list->count = 0;
    for (unsigned i = 0; i < sizeof usual / sizeof usual[0]; i++)
        code_list_add(list, usual[i]);
}

/* --- the handshakes that show certificates ------------------------------------------------ */

static void finish_request(struct scan *scan, struct attempt_request *request, const char **protocols)
{
    const struct policy_words *wanted = &scan->policy->protocols_required;
    unsigned n = 0;

    for (; n < wanted->count && n < 8; n++)
        protocols[n] = wanted->list[n];
    protocols[n] = NULL;
    request->hello.protocols = n > 0 ? protocols : NULL;
    request->hello.status_request = request->hello.timestamps = true;
    request->whole_flight = request->keep = true;
}

/* One version as the policy allows it. */
static enum attempt_result ask_whole(struct scan *scan, uint16_t version, enum suite_kind kind, struct attempt *attempt)
{
    struct code_list suites, groups, schemes;
    const char *protocols[9];

    code_list_suites(&suites, kind);
    keep_allowed(&suites, &scan->policy->suites_allowed);
    usual_groups(&groups);
    keep_allowed(&groups, &scan->policy->groups_allowed);
    code_list_schemes(&schemes);
    keep_allowed(&schemes, &scan->policy->schemes_allowed);
    struct attempt_request request = plain_request(scan, version, code_list_view(&suites), code_list_view(&groups), code_list_view(&schemes));
    request.hello.deflate = version < TLS13;
    finish_request(scan, &request, protocols);
    if (version == TLS13)
        add_shares(&request);
    const enum attempt_result result = ask(scan, &request, attempt);
    free_shares(&request);
    return result;
}

static void ask_for_certificates(struct scan *scan)
{
    struct policy_facts *facts = scan->facts;
    struct attempt attempt;

    if (allows_version(scan, TLS13)) {
        if (ask_whole(scan, TLS13, SUITES_TLS13, &attempt) == ATTEMPT_REFUSED)
            seen_refuse(&facts->versions, TLS13);
        else if (attempt.result != ATTEMPT_ANSWERED)
            note_open(&facts->versions, "TLS 1.3", &attempt);
    }
    if (!scan->reached && facts->versions.why[0] != '\0' && attempt.result == ATTEMPT_UNREACHABLE)
        return;
    if (allows_version(scan, TLS12)) {
        const bool rsa = ask_whole(scan, TLS12, SUITES_OLDER_RSA, &attempt) == ATTEMPT_REFUSED;
        if (!rsa && attempt.result != ATTEMPT_ANSWERED)
            note_open(&facts->versions, "TLS 1.2", &attempt);
        const bool ecdsa = ask_whole(scan, TLS12, SUITES_OLDER_ECDSA, &attempt) == ATTEMPT_REFUSED;
        if (!ecdsa && attempt.result != ATTEMPT_ANSWERED)
            note_open(&facts->versions, "TLS 1.2", &attempt);
        if (rsa && ecdsa)
            seen_refuse(&facts->versions, TLS12);
    }
    if (facts->handshake_count == 0)
        snprintf(facts->why_no_handshake, sizeof facts->why_no_handshake, "no handshake that the policy allows was answered%s%.140s",
                 facts->versions.why[0] != '\0' ? ": " : "", facts->versions.why);
}

/* --- versions ----------------------------------------------------------------------------- */

/* A hello up to `version`, with so many suites that are usual. */
static enum attempt_result offer_version(struct scan *scan, uint16_t version, unsigned suite_count, struct attempt *attempt)
{
    code_list_suites(&scan->suites, SUITES_OLDER_USUAL);
    if (scan->suites.count > suite_count)
        scan->suites.count = suite_count;
    code_list_groups(&scan->groups);
    code_list_schemes(&scan->schemes);
    const struct attempt_request request = plain_request(scan, version, code_list_view(&scan->suites), code_list_view(&scan->groups),
                                                         code_list_view(&scan->schemes));

    return ask(scan, &request, attempt);
}

/* The highest version up to `version` that the server takes; 0: none. False: it is not known. */
static bool ask_version(struct scan *scan, uint16_t version, uint16_t *taken)
{
    static const unsigned sizes[] = { LIST_MAX, 32 };
    struct attempt attempt, control;

    *taken = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const enum attempt_result result = offer_version(scan, version, sizes[i], &attempt);
        if (result == ATTEMPT_ANSWERED)
            *taken = attempt.version;
        if (result == ATTEMPT_ANSWERED || result == ATTEMPT_REFUSED)
            return true;
    }
    note_open(&scan->facts->versions, "older versions", &attempt);
    /* Is it the version, or are it the hellos? */
    if (seen_is_accepted(&scan->facts->versions, TLS12) && offer_version(scan, TLS12, LIST_MAX, &control) == ATTEMPT_ANSWERED) {
        char *why = scan->facts->versions.why;
        const size_t n = strlen(why);
        snprintf(why + n, FACTS_WHY_SIZE - n, "; the same with TLS 1.2 is answered");
    }
    return false;
}

static bool ask_ssl2(struct scan *scan)
{
    const struct attempt_request request = { .ssl2 = true };
    struct attempt attempt;

    if (allows_version(scan, SSL2) || ask(scan, &request, &attempt) == ATTEMPT_REFUSED || attempt.result == ATTEMPT_ANSWERED)
        return true;
    note_open(&scan->facts->versions, "SSL 2.0", &attempt);
    return false;
}

static void ask_for_versions(struct scan *scan)
{
    bool known = true;
    uint16_t taken;

    if (!scan->policy->versions_allowed.given)
        return;
    if (!allows_version(scan, TLS13)) {
        struct attempt attempt;
        known &= ask_whole(scan, TLS13, SUITES_TLS13, &attempt) == ATTEMPT_ANSWERED || attempt.result == ATTEMPT_REFUSED;
        if (!known)
            note_open(&scan->facts->versions, "TLS 1.3", &attempt);
    }
    for (uint16_t version = TLS12; version >= SSL3 && known; version--) {
        if (allows_version(scan, version))
            continue;
        known = ask_version(scan, version, &taken);
        if (taken == 0)
            break;
        version = taken < version ? taken : version;
    }
    scan->facts->versions.rest_refused = ask_ssl2(scan) && known;
}

/* --- lists that are not allowed ----------------------------------------------------------- */

/* A hello that offers `codes`, in one way or the other. */
typedef struct attempt_request offer_fn(struct scan *scan, struct hello_codes codes);

struct question {
    offer_fn *offer;
    struct policy_seen *seen;
    uint16_t (*chosen)(const struct attempt *attempt);
    const char *what;  /* for messages */
    bool shares;       /* the hello needs some */
};

/* Offer one portion, again and again, without what was taken. True when the rest was refused. */
static bool ask_portion(struct scan *scan, const struct question *question, struct code_list *portion, struct attempt *attempt)
{
    for (unsigned extra = 0; portion->count > 0; extra++) {
        struct attempt_request request = question->offer(scan, code_list_view(portion));
        if (question->shares)
            add_shares(&request);
        const enum attempt_result result = ask(scan, &request, attempt);
        free_shares(&request);
        if (result != ATTEMPT_ANSWERED)
            return result == ATTEMPT_REFUSED;
        const unsigned before = portion->count;
        code_list_remove(portion, question->chosen(attempt));
        if (portion->count == before) /* it answered with something else: this was not taken */
            return true;
        if (extra == EXTRA_MAX) {
            snprintf(attempt->why, sizeof attempt->why, "enough was accepted; what else is, was not asked for");
            return false;
        }
    }
    return true;
}

/* Offer all of `list`: at once, or, where that is answered in no way that says something, in smaller portions. True when everything was
 * refused that was not taken. */
static bool ask_for_list(struct scan *scan, const struct question *question, const struct code_list *list)
{
    struct attempt attempt = { .result = ATTEMPT_REFUSED };
    size_t size = 0;
    bool refused = true;

    for (unsigned at = 0; at < list->count;) {
        struct code_list portion = { .count = 0 };
        for (unsigned i = at; i < list->count && portion.count < portions[size]; i++)
            code_list_add(&portion, list->codes[i]);
        const unsigned n = portion.count;
        const bool told = ask_portion(scan, question, &portion, &attempt);
        if (!told && attempt.result == ATTEMPT_INCONCLUSIVE && size + 1 < PORTION_COUNT && n > portions[size + 1]) {
            size++;
            continue;
        }
        refused &= told;
        if (!told) {
            note_open(question->seen, question->what, &attempt);
            break;
        }
        at += n;
    }
    return refused;
}

static uint16_t chosen_suite(const struct attempt *attempt) { return attempt->suite; }
static uint16_t chosen_group(const struct attempt *attempt) { return attempt->group; }
static uint16_t chosen_scheme(const struct attempt *attempt) { return attempt->scheme; }

static struct attempt_request offer_older_suites(struct scan *scan, struct hello_codes codes)
{
    code_list_groups(&scan->groups);
    code_list_schemes(&scan->schemes);
    return plain_request(scan, TLS12, codes, code_list_view(&scan->groups), code_list_view(&scan->schemes));
}

static struct attempt_request offer_tls13_suites(struct scan *scan, struct hello_codes codes)
{
    usual_groups(&scan->groups);
    code_list_schemes(&scan->schemes);
    return plain_request(scan, TLS13, codes, code_list_view(&scan->groups), code_list_view(&scan->schemes));
}

static struct attempt_request offer_older_groups(struct scan *scan, struct hello_codes codes)
{
    code_list_suites(&scan->suites, SUITES_OLDER_ECDHE);
    code_list_schemes(&scan->schemes);
    return plain_request(scan, TLS12, code_list_view(&scan->suites), codes, code_list_view(&scan->schemes));
}

/* Without a share: the server says in a HelloRetryRequest which it would take. */
static struct attempt_request offer_tls13_groups(struct scan *scan, struct hello_codes codes)
{
    code_list_suites(&scan->suites, SUITES_TLS13);
    code_list_schemes(&scan->schemes);
    return plain_request(scan, TLS13, code_list_view(&scan->suites), codes, code_list_view(&scan->schemes));
}

static struct attempt_request offer_older_schemes(struct scan *scan, struct hello_codes codes)
{
    code_list_suites(&scan->suites, SUITES_OLDER_USUAL);
    code_list_groups(&scan->groups);
    struct attempt_request request = plain_request(scan, TLS12, code_list_view(&scan->suites), code_list_view(&scan->groups), codes);
    request.whole_flight = true;
    return request;
}

static struct attempt_request offer_tls13_schemes(struct scan *scan, struct hello_codes codes)
{
    code_list_suites(&scan->suites, SUITES_TLS13);
    usual_groups(&scan->groups);
    struct attempt_request request = plain_request(scan, TLS13, code_list_view(&scan->suites), code_list_view(&scan->groups), codes);
    request.whole_flight = true;
    return request;
}

/* Where no version that could take it is spoken, it is refused. */
static bool speaks(const struct scan *scan, bool tls13)
{
    const struct policy_seen *versions = &scan->facts->versions;

    if (tls13)
        return !seen_is_refused(versions, TLS13);
    for (uint16_t version = SSL3; version <= TLS12; version++) {
        if (seen_is_accepted(versions, version))
            return true;
    }
    return !versions->rest_refused;
}

static void ask_for_suites(struct scan *scan)
{
    const struct policy_codes *allowed = &scan->policy->suites_allowed;
    struct policy_seen *seen = &scan->facts->suites;
    const struct question older = { offer_older_suites, seen, chosen_suite, "suites that are not allowed", false };
    const struct question tls13 = { offer_tls13_suites, seen, chosen_suite, "suites of TLS 1.3 that are not allowed", true };
    struct code_list list;
    bool refused = true;

    if (!allowed->given)
        return;
    code_list_suites(&list, SUITES_OLDER);
    code_list_filter(&list, allowed, false);
    if (speaks(scan, false))
        refused &= ask_for_list(scan, &older, &list);
    code_list_suites(&list, SUITES_TLS13);
    code_list_filter(&list, allowed, false);
    if (speaks(scan, true))
        refused &= ask_for_list(scan, &tls13, &list);
    seen->rest_refused = refused;
}

static void ask_for_groups(struct scan *scan)
{
    const struct policy_codes *allowed = &scan->policy->groups_allowed;
    struct policy_seen *seen = &scan->facts->groups;
    const struct question older = { offer_older_groups, seen, chosen_group, "groups that are not allowed", false };
    const struct question tls13 = { offer_tls13_groups, seen, chosen_group, "groups that are not allowed, in TLS 1.3", false };
    struct code_list list;
    bool refused = true;

    if (!allowed->given)
        return;
    code_list_groups(&list);
    code_list_filter(&list, allowed, false);
    if (speaks(scan, true))
        refused &= ask_for_list(scan, &tls13, &list);
    if (speaks(scan, false))
        refused &= ask_for_list(scan, &older, &list);
    seen->rest_refused = refused;
}

static void ask_for_schemes(struct scan *scan)
{
    const struct policy_codes *allowed = &scan->policy->schemes_allowed;
    struct policy_seen *seen = &scan->facts->schemes;
    const struct question older = { offer_older_schemes, seen, chosen_scheme, "signature schemes that are not allowed", false };
    const struct question tls13 = { offer_tls13_schemes, seen, chosen_scheme, "signature schemes that are not allowed, in TLS 1.3", true };
    struct code_list list;
    bool refused = true;

    if (!allowed->given)
        return;
    code_list_schemes(&list);
    code_list_filter(&list, allowed, false);
    if (speaks(scan, true))
        refused &= ask_for_list(scan, &tls13, &list);
    if (speaks(scan, false))
        refused &= ask_for_list(scan, &older, &list);
    seen->rest_refused = refused;
}

/* --- what is required --------------------------------------------------------------------- */

static void ask_for_one(struct scan *scan, const struct question *question, uint16_t code)
{
    const struct hello_codes codes = { &code, 1 };
    struct attempt attempt;

    if (seen_is_accepted(question->seen, code))
        return;
    struct attempt_request request = question->offer(scan, codes);
    if (question->shares)
        add_shares(&request);
    if (ask(scan, &request, &attempt) == ATTEMPT_REFUSED)
        seen_refuse(question->seen, code);
    else if (attempt.result != ATTEMPT_ANSWERED)
        note_open(question->seen, question->what, &attempt);
    free_shares(&request);
}

static void ask_for_required(struct scan *scan)
{
    const struct policy_codes *groups = &scan->policy->groups_required, *suites = &scan->policy->suites_required;
    const struct question group = { offer_tls13_groups, &scan->facts->groups, chosen_group, "what is required", false };
    const struct question older = { offer_older_suites, &scan->facts->suites, chosen_suite, "what is required", false };
    const struct question tls13 = { offer_tls13_suites, &scan->facts->suites, chosen_suite, "what is required", true };

    for (unsigned i = 0; i < groups->count; i++)
        ask_for_one(scan, &group, groups->list[i]);
    for (unsigned i = 0; i < suites->count; i++) {
        const struct hl_suite *suite = reg_suite(suites->list[i]);
        const bool new = suite != NULL && strcmp(suite->key_exchange, "any") == 0;
        ask_for_one(scan, new ? &tls13 : &older, suites->list[i]);
    }
}

/* --- primes ------------------------------------------------------------------------------- */

static void ask_for_primes(struct scan *scan)
{
    struct code_list suites, groups, schemes;
    struct attempt attempt;

    if (scan->policy->dh_bits_min == 0 || scan->facts->dh_bits > 0 || !speaks(scan, false))
        return;
    code_list_suites(&suites, SUITES_OLDER_DHE);
    code_list_groups(&groups);
    code_list_schemes(&schemes);
    const struct attempt_request request = plain_request(scan, TLS12, code_list_view(&suites), code_list_view(&groups), code_list_view(&schemes));
    if (ask(scan, &request, &attempt) != ATTEMPT_ANSWERED && attempt.result != ATTEMPT_REFUSED)
        note_open(&scan->facts->suites, "DHE", &attempt);
}

void scan_run(struct scan *scan)
{
    scan->reached = false;
    ask_for_certificates(scan);
    if (!scan->reached && scan->prober->connections > 0)
        return;
    ask_for_versions(scan);
    ask_for_suites(scan);
    ask_for_groups(scan);
    ask_for_schemes(scan);
    ask_for_required(scan);
    ask_for_primes(scan);
}
