#include "probe/enumerate_parts.h"

#include "base/codes.h"
#include "registry/registry.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { TLS11 = 0x0302, PROTOCOL_VERSION = 70 };

static const uint16_t all_versions[INVENTORY_VERSIONS] = { TLS13, TLS12, TLS11, TLS10, SSL3, SSL2 };

struct inventory_version *inventory_version_of(struct inventory *inventory, uint16_t version)
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

/* Many servers go by their own order, but take ChaCha20 where a client has it first (as those do that have no AES in hardware). So it
 * does not come first: suites do that were refused, some of which the server will have heard of. */
static void add_decoys(struct code_list *list, const struct code_list *all, const struct inventory_list *accepted)
{
    for (unsigned i = 0; i < all->count; i++) {
        if (!code_is_in(accepted->codes, accepted->count, all->codes[i]) && (question_has_cipher(all->codes[i], "AES_128_GCM") || question_has_cipher(all->codes[i], "AES_128_CCM")))
            code_list_add(list, all->codes[i]);
    }
}

static unsigned place_of(const struct code_list *list, uint16_t code)
{
    unsigned i = 0;

    while (i < list->count && list->codes[i] != code)
        i++;
    return i;
}

/* Did the server ever choose what did not come first in a hello, of what it takes? */
static bool disregards_order(const struct code_list *all, const struct inventory_list *list, const bool *backwards)
{
    struct code_list orders[] = { *all, *all };

    question_turn_around(&orders[1]);
    for (unsigned i = 0; i < list->count; i++) {
        const struct code_list *offered = &orders[backwards[i]];
        const unsigned place = place_of(offered, list->codes[i]);
        for (unsigned j = i + 1; j < list->count; j++) {
            if (place_of(offered, list->codes[j]) < place)
                return true;
        }
    }
    return false;
}

/* Whose order counts? If the server always chose what came first, though hellos went both ways, it may still be its own order: so all that it
 * took is offered once more, the other way round. */
static enum inventory_order ask_for_order(struct scan *scan, const struct question *question, const struct code_list *all,
                                          const struct inventory_list *list)
{
    struct code_list reversed = { .count = 0 };
    struct attempt attempt;

    if (list->count < 2)
        return ORDER_UNKNOWN;
    if (disregards_order(all, list, question->backwards))
        return ORDER_SERVER;
    const uint16_t last = list->codes[list->count - 1];
    if (question_has_cipher(last, "CHACHA20"))
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

/* Where the server has no order, that of the list says nothing: then it is ours. */
static void put_in_our_order(struct inventory_list *list, const struct code_list *all)
{
    const struct inventory_list found = *list;

    list->count = 0;
    for (unsigned i = 0; i < all->count; i++) {
        if (code_is_in(found.codes, found.count, all->codes[i]))
            list->codes[list->count++] = all->codes[i];
    }
}

static void set_list(struct inventory_list *out, const struct code_list *codes)
{
    memcpy(out->codes, codes->codes, codes->count * sizeof codes->codes[0]);
    out->count = codes->count;
}

/* The newest version before TLS 1.3; 0: none. */
uint16_t inventory_newest_older(const struct inventory *inventory)
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
    const bool tls13 = version->version == TLS13, first = tls13 || inventory_newest_older(inventory) == 0;
    struct code_list all, groups = { .count = 0 }, schemes = { .count = 0 };
    bool backwards[LIST_MAX] = { false };
    const struct question question = { .offer = tls13 ? offer_tls13_suites : offer_older_suites, .chosen = chosen_suite, .what = "suites",
                                       .shares = tls13, .version = version->version, .whole = first, .backwards = backwards, .groups = first ? &groups : NULL,
                                       .schemes = first ? &schemes : NULL };

    scan->older = tls13 ? TLS12 : version->version;
    scan->no_new_schemes = tls13; /* there a key of ECDSA has one scheme */
    code_list_suites(&all, tls13 ? SUITES_TLS13 : SUITES_OLDER);
    enumerate_list(scan, question, &all, &version->suites);
    if (tls13 && version->suites.count == 0 && version->suites.complete && scan->last_alert != PROTOCOL_VERSION) { /* perhaps because of the groups */
        scan->all_groups = true;
        enumerate_list(scan, question, &all, &version->suites);
        scan->all_groups = version->suites.count > 0;
    }
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
    if (version->order != ORDER_SERVER)
        put_in_our_order(&version->suites, &all);
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
    const struct inventory_version *found = inventory_version_of(inventory, version);

    for (unsigned i = 0; found != NULL && i < found->suites.count; i++) {
        const struct hl_suite *suite = reg_suite(found->suites.codes[i]);
        if (suite != NULL && strcmp(suite->key_exchange, exchange) == 0)
            return true;
    }
    return false;
}

bool inventory_has_key(struct inventory *inventory, uint16_t version, const char *authentication)
{
    const struct inventory_version *found = inventory_version_of(inventory, version);

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
    const uint16_t older = inventory_newest_older(inventory);
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
    if (inventory->groups_older.complete && inventory->groups_older.count > 0 && inventory_has_key(inventory, older, "ECDSA"))
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
    const uint16_t older = inventory_newest_older(inventory);
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

/* --- the whole ---------------------------------------------------------------------------- */

/* There is somebody who speaks TLS. */
static void enumerate_rest(struct scan *scan, struct inventory *out)
{
    enumerate_schemes(scan, out);
    enumerate_groups(scan, out);
    ask_for_prime(scan, out);
    const uint16_t older = inventory_newest_older(out), newest = takes(out, TLS13) ? TLS13 : older;
    if (newest == 0)
        return;
    enumerate_whole(scan, out, older, newest);
    enumerate_sessions(scan, out, older, newest);
    if (scan->intrusive)
        enumerate_weaknesses(scan, out, older);
}

void enumerate_run(struct scan *scan, struct inventory *out)
{
    *out = (struct inventory){ .feature_count = 0 };
    scan->older = TLS12;
    scan->reached = scan->completed_newest = scan->ended_newest = false; /* whatever a policy has asked before */
    scan->why_newest[0] = '\0';
    enumerate_versions(scan, out);
    if (scan->reached)
        enumerate_rest(scan, out);
    resumption_wipe(&scan->given_newest);
    resumption_wipe(&scan->given_older);
    resumption_wipe(&scan->given_plain);
}
