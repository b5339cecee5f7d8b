#include "probe/scan.h"

#include "probe/scan_parts.h"
#include "registry/registry.h"

#include <stdio.h>
#include <string.h>

/* Violations of one kind that are looked for, beyond the first: they make a report useful, and cost a connection each. */
#define EXTRA_MAX 3u

enum { PROTOCOL_VERSION = 70 }; /* AlertDescription */

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

/* --- the handshakes that show certificates ------------------------------------------------ */

static void finish_request(struct scan *scan, struct attempt_request *request, const char **protocols)
{
    const struct policy_words *wanted = &scan->policy->protocols_required;
    unsigned n = 0;

    for (; n < wanted->count && n < 8; n++)
        protocols[n] = wanted->list[n];
    protocols[n] = NULL;
    request->hello.protocols = n > 0 ? protocols : NULL;
    request->hello.status_request = request->hello.timestamps = request->hello.session_ticket = true;
    request->whole_flight = request->keep = true;
}

/* Of TLS 1.3 those that the policy allows: a server must not choose one that cannot be gone on with. Before, all of them, those that are
 * allowed in front: any will do. */
static void put_groups(const struct scan *scan, uint16_t version, struct code_list *groups)
{
    struct code_list others;

    if (version == TLS13) {
        question_tls13_groups(scan, groups);
        if (!scan->all_groups)
            keep_allowed(groups, &scan->policy->groups_allowed);
        return;
    }
    code_list_all_groups(groups);
    if (!scan->policy->groups_allowed.given)
        return;
    others = *groups;
    code_list_filter(groups, &scan->policy->groups_allowed, true);
    code_list_filter(&others, &scan->policy->groups_allowed, false);
    for (unsigned i = 0; i < others.count; i++)
        code_list_add(groups, others.codes[i]);
}

/* One version as the policy allows it. */
static enum attempt_result ask_whole(struct scan *scan, uint16_t version, enum suite_kind kind, struct attempt *attempt)
{
    struct code_list suites, groups, schemes;
    const char *protocols[9];

    code_list_suites(&suites, kind);
    keep_allowed(&suites, &scan->policy->suites_allowed);
    put_groups(scan, version, &groups);
    code_list_schemes(&schemes);
    keep_allowed(&schemes, &scan->policy->schemes_allowed);
    struct attempt_request request = question_request(scan, version, code_list_view(&suites), code_list_view(&groups), code_list_view(&schemes));
    request.hello.deflate = version < TLS13;
    finish_request(scan, &request, protocols);
    scan_want_session(scan, &request, version);
    if (version == TLS13)
        question_add_shares(&request);
    const enum attempt_result result = question_ask(scan, &request, attempt);
    question_free_shares(&request);
    if (result == ATTEMPT_ANSWERED && version < TLS13)
        scan->plain = *attempt;
    return result;
}

/* Where it is refused with the groups that the policy allows, and that we can do, others may be what the server wants. */
static enum attempt_result ask_for_tls13(struct scan *scan, struct attempt *attempt)
{
    if (ask_whole(scan, TLS13, SUITES_TLS13, attempt) != ATTEMPT_REFUSED || attempt->alert == PROTOCOL_VERSION)
        return attempt->result;
    scan->all_groups = true;
    if (ask_whole(scan, TLS13, SUITES_TLS13, attempt) != ATTEMPT_ANSWERED)
        scan->all_groups = false;
    return attempt->result;
}

static void ask_for_certificates(struct scan *scan)
{
    struct policy_facts *facts = scan->facts;
    struct attempt attempt;

    if (allows_version(scan, TLS13)) {
        if (ask_for_tls13(scan, &attempt) == ATTEMPT_REFUSED)
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
    if (facts->handshake_count == 0 && scan->all_groups)
        snprintf(facts->why_no_handshake, sizeof facts->why_no_handshake, "the server wants a group that cannot be done here");
    else if (facts->handshake_count == 0)
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
    const struct attempt_request request = question_request(scan, version, code_list_view(&scan->suites), code_list_view(&scan->groups),
                                                         code_list_view(&scan->schemes));

    return question_ask(scan, &request, attempt);
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

    if (allows_version(scan, SSL2) || question_ask(scan, &request, &attempt) == ATTEMPT_REFUSED || attempt.result == ATTEMPT_ANSWERED)
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
        known &= ask_for_tls13(scan, &attempt) == ATTEMPT_ANSWERED || attempt.result == ATTEMPT_REFUSED;
        if (!known)
            note_open(&scan->facts->versions, "TLS 1.3", &attempt);
    }
    for (uint16_t version = TLS12; version >= SSL3 && known; version--) {
        if (allows_version(scan, version))
            continue;
        known = ask_version(scan, version, &taken); /* refused or not: there may be a hole, and something older below it */
        if (taken != 0 && taken < version)
            version = taken;
    }
    scan->facts->versions.rest_refused = ask_ssl2(scan) && known;
}

/* --- lists that are not allowed ----------------------------------------------------------- */

/* Without what was accepted before, in another version: it is known. */
static bool ask_for_list(struct scan *scan, const struct question *question, const struct code_list *list)
{
    struct code_list rest = *list;

    for (unsigned i = 0; i < question->seen->accepted_count; i++)
        code_list_remove(&rest, question->seen->accepted[i]);
    return question_ask_list(scan, question, &rest, EXTRA_MAX, NULL);
}

/* Where no version that could take it is spoken, it is refused. */
bool scan_speaks(const struct scan *scan, bool tls13)
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
    const struct question older = { .offer = offer_older_suites, .seen = seen, .chosen = chosen_suite, .what = "suites that are not allowed" };
    const struct question tls13 = { .offer = offer_tls13_suites, .seen = seen, .chosen = chosen_suite,
                                    .what = "suites of TLS 1.3 that are not allowed", .shares = true };
    struct code_list list;
    bool refused = true;

    if (!allowed->given)
        return;
    code_list_suites(&list, SUITES_OLDER);
    code_list_filter(&list, allowed, false);
    if (scan_speaks(scan, false))
        refused &= ask_for_list(scan, &older, &list);
    code_list_suites(&list, SUITES_TLS13);
    code_list_filter(&list, allowed, false);
    if (scan_speaks(scan, true))
        refused &= ask_for_list(scan, &tls13, &list);
    seen->rest_refused = refused;
}

/* Before TLS 1.3 the curve of an ECDSA certificate must be among the groups, too (RFC 8422, section 5.1): what is not allowed is also
 * offered before what is. */
static bool takes_ecdsa(const struct scan *scan)
{
    for (unsigned i = 0; i < scan->facts->suites.accepted_count; i++) {
        const struct hl_suite *suite = reg_suite(scan->facts->suites.accepted[i]);
        if (suite != NULL && strcmp(suite->authentication, "ECDSA") == 0)
            return true;
    }
    return false;
}

/* In each of the two, where a version of it is spoken. */
static bool ask_in_both(struct scan *scan, const struct question *tls13, const struct question *older, const struct code_list *list)
{
    bool refused = true;

    if (scan_speaks(scan, true))
        refused &= ask_for_list(scan, tls13, list);
    if (scan_speaks(scan, false))
        refused &= ask_for_list(scan, older, list);
    return refused;
}

static void ask_for_groups(struct scan *scan)
{
    const struct policy_codes *allowed = &scan->policy->groups_allowed;
    struct policy_seen *seen = &scan->facts->groups;
    struct question older = { .offer = offer_older_groups, .seen = seen, .chosen = chosen_group, .what = "groups that are not allowed" };
    const struct question tls13 = { .offer = offer_tls13_groups, .seen = seen, .chosen = chosen_group,
                                    .what = "groups that are not allowed, in TLS 1.3" };
    struct code_list list, curves;

    if (!allowed->given)
        return;
    code_list_groups(&list);
    code_list_filter(&list, allowed, false);
    bool refused = ask_in_both(scan, &tls13, &older, &list);
    if (refused && scan_speaks(scan, false) && takes_ecdsa(scan)) {
        code_list_usual_groups(&curves);
        code_list_filter(&curves, allowed, true);
        older.tail = code_list_view(&curves);
        refused &= ask_for_list(scan, &older, &list);
    }
    seen->rest_refused = refused;
}

static void ask_for_schemes(struct scan *scan)
{
    const struct policy_codes *allowed = &scan->policy->schemes_allowed;
    struct policy_seen *seen = &scan->facts->schemes;
    const struct question older = { .offer = offer_older_schemes, .seen = seen, .chosen = chosen_scheme,
                                    .what = "signature schemes that are not allowed" };
    const struct question tls13 = { .offer = offer_tls13_schemes, .seen = seen, .chosen = chosen_scheme,
                                    .what = "signature schemes that are not allowed, in TLS 1.3", .shares = true };
    struct code_list list;

    if (!allowed->given)
        return;
    code_list_schemes(&list);
    code_list_filter(&list, allowed, false);
    seen->rest_refused = ask_in_both(scan, &tls13, &older, &list);
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
        question_add_shares(&request);
    if (question_ask(scan, &request, &attempt) == ATTEMPT_REFUSED)
        seen_refuse(question->seen, code);
    else if (attempt.result != ATTEMPT_ANSWERED)
        note_open(question->seen, question->what, &attempt);
    question_free_shares(&request);
}

static void ask_for_required(struct scan *scan)
{
    const struct policy_codes *groups = &scan->policy->groups_required, *suites = &scan->policy->suites_required;
    static const char what[] = "what is required";
    const struct question group = { .offer = offer_tls13_groups, .seen = &scan->facts->groups, .chosen = chosen_group, .what = what };
    const struct question older = { .offer = offer_older_suites, .seen = &scan->facts->suites, .chosen = chosen_suite, .what = what };
    const struct question tls13 = { .offer = offer_tls13_suites, .seen = &scan->facts->suites, .chosen = chosen_suite, .what = what, .shares = true };

    for (unsigned i = 0; i < groups->count; i++)
        ask_for_one(scan, &group, groups->list[i]);
    for (unsigned i = 0; i < suites->count; i++) {
        const struct hl_suite *suite = reg_suite(suites->list[i]);
        const bool new = suite != NULL && strcmp(suite->key_exchange, "any") == 0;
        ask_for_one(scan, new ? &tls13 : &older, suites->list[i]);
    }
}

/* --- encrypt-then-MAC --------------------------------------------------------------------- */

/* Servers agree to it when they choose CBC: so there is nothing else to choose from. */
static void ask_for_cbc(struct scan *scan)
{
    struct policy_facts *facts = scan->facts;
    struct code_list usual;
    const char *protocols[9];
    struct attempt attempt;

    if (scan->policy->encrypt_then_mac == LEVEL_NOT_GIVEN)
        return;
    facts->cbc_refused = !scan_speaks(scan, false);
    if (facts->cbc_refused)
        return;
    code_list_suites(&usual, SUITES_OLDER_USUAL);
    scan->suites.count = 0;
    for (unsigned i = 0; i < usual.count; i++) {
        if (facts_is_cbc(usual.codes[i]))
            code_list_add(&scan->suites, usual.codes[i]);
    }
    code_list_groups(&scan->groups);
    code_list_schemes(&scan->schemes);
    struct attempt_request request = question_request(scan, TLS12, code_list_view(&scan->suites), code_list_view(&scan->groups),
                                                      code_list_view(&scan->schemes));
    finish_request(scan, &request, protocols);
    facts->cbc_refused = question_ask(scan, &request, &attempt) == ATTEMPT_REFUSED;
    if (!facts->cbc_refused && attempt.handshake == NULL)
        snprintf(facts->why_no_cbc, sizeof facts->why_no_cbc, "offered suites with CBC: %s", attempt.why);
}

/* --- primes ------------------------------------------------------------------------------- */

static void ask_for_primes(struct scan *scan)
{
    struct code_list suites, groups, schemes;
    struct attempt attempt;

    if (scan->policy->dh_bits_min == 0 || scan->facts->dh_bits > 0 || !scan_speaks(scan, false))
        return;
    code_list_suites(&suites, SUITES_OLDER_DHE);
    code_list_groups(&groups);
    code_list_schemes(&schemes);
    const struct attempt_request request = question_request(scan, TLS12, code_list_view(&suites), code_list_view(&groups), code_list_view(&schemes));
    if (question_ask(scan, &request, &attempt) != ATTEMPT_ANSWERED && attempt.result != ATTEMPT_REFUSED)
        note_open(&scan->facts->suites, "DHE", &attempt);
}

void scan_run(struct scan *scan)
{
    scan->reached = false;
    scan->older = TLS12;
    scan->given_newest.version = scan->given_older.version = 0;
    ask_for_certificates(scan);
    if (!scan->reached && scan->prober->connections > 0)
        return;
    ask_for_versions(scan);
    scan_ask_for_sessions(scan);
    ask_for_suites(scan);
    ask_for_cbc(scan);
    ask_for_groups(scan);
    ask_for_schemes(scan);
    ask_for_required(scan);
    ask_for_primes(scan);
}
