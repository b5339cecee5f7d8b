#include "probe/questions.h"

#include "registry/registry.h"

#include <stdio.h>
#include <string.h>

/* Before a connection is tried again; twice as long each time, up to 25 s. A server that has just spoken TLS need not come up first. */
#define RETRY_PAUSE_NS ((int64_t)50000000)
#define RETRY_PAUSE_REACHED_NS ((int64_t)10000000)
#define RETRY_SHIFT_MAX 9u
/* When so many attempts of a server that speaks TLS have ended like the one before, this is its way of saying no, and no accident. */
#define IN_VAIN_MAX 2u

/* Some servers choke on large hellos: then it is tried with fewer code points at once. */
static const unsigned portions[] = { LIST_MAX, 128, 64, 32 };
#define PORTION_COUNT (sizeof portions / sizeof portions[0])

static const uint16_t tls13_only[] = { TLS13 };

enum { NO_APPLICATION_PROTOCOL = 120 }; /* AlertDescription */

const char *const question_protocols[] = { "h2", "http/1.1", "http/1.0", "smtp", "imap", "pop3", "ftp", "xmpp-client", "xmpp-server", "postgresql", "mqtt", "dot",
                                           NULL };

/* --- asking ------------------------------------------------------------------------------- */

/* What nearly all hellos have; suites and groups are the caller's. */
struct attempt_request question_request(const struct scan *scan, uint16_t version, struct hello_codes suites, struct hello_codes groups,
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

    facts_accept(facts, &(struct policy_agreed){
                            .version = attempt->version,
                            .suite = attempt->version != SSL2 ? attempt->suite : UINT32_MAX,
                            .group = attempt->group,
                            .scheme = attempt->scheme,
                            .dh_bits = attempt->dh_bits,
                        });
    const struct hl_suite *suite = reg_suite(attempt->suite);
    const bool anonymous = suite != NULL && strcmp(suite->authentication, "anon") == 0; /* what is judged has a certificate */
    if (attempt->handshake != NULL && !anonymous && facts->handshake_count < FACTS_HANDSHAKES_MAX)
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

static unsigned count_codes(const struct attempt_request *request)
{
    return request->hello.suites.count + request->hello.groups.count + request->hello.schemes.count;
}

/* What a handshake of TLS 1.3 came to that was to be completed. */
static void note_newest(struct scan *scan, const struct attempt *attempt)
{
    const bool completed = attempt->completed && attempt->result == ATTEMPT_ANSWERED;

    scan->completed_newest |= completed;
    scan->ended_newest |= completed && attempt->ended;
    snprintf(scan->why_newest, sizeof scan->why_newest, "%s", attempt->why_incomplete != NULL ? attempt->why_incomplete : attempt->why);
}

enum attempt_result question_ask(struct scan *scan, const struct attempt_request *request, struct attempt *attempt)
{
    connect_once(scan, request, attempt);
    for (unsigned i = 0; i < scan->retries && said_nothing(attempt) && !attempt->final && !scan->out_of_memory && scan->in_vain < IN_VAIN_MAX; i++) {
        const struct attempt before = *attempt;
        const bool there = scan->reached && attempt->result == ATTEMPT_INCONCLUSIVE;
        socket_pause((there ? RETRY_PAUSE_REACHED_NS : RETRY_PAUSE_NS) << (i < RETRY_SHIFT_MAX ? i : RETRY_SHIFT_MAX));
        connect_once(scan, request, attempt);
        if (scan->reached && before.result == attempt->result && strcmp(before.why, attempt->why) == 0)
            scan->in_vain++;
    }
    if (request->given == &scan->given_newest)
        note_newest(scan, attempt);
    if (attempt->result == ATTEMPT_ANSWERED) {
        note_answer(scan, attempt);
        if (scan->answered_codes < count_codes(request))
            scan->answered_codes = count_codes(request);
    }
    scan->last_alert = attempt->alert;
    if (attempt->result == ATTEMPT_ANSWERED || attempt->result == ATTEMPT_REFUSED || attempt->alert != 0)
        scan->reached = true;
    else if (scan->why_not[0] == '\0')
        snprintf(scan->why_not, sizeof scan->why_not, "%s", attempt->why);
    return attempt->result;
}

void question_want_all(struct attempt_request *request, uint16_t version)
{
    struct hello *hello = &request->hello;

    request->whole_flight = request->keep = true;
    if (version <= SSL3) /* it has no extensions */
        return;
    hello->status_request = hello->timestamps = hello->session_ticket = true;
    hello->deflate = hello->heartbeat = version < TLS13;
    hello->certificate_compression = version == TLS13;
}

/* Shares for the groups that we can do, two at the most. The caller frees them. */
void question_add_shares(struct attempt_request *request)
{
    struct hello *hello = &request->hello;

    for (unsigned i = 0; i < hello->groups.count && hello->share_count < 2; i++) {
        struct key_share *share = key_share_new(hello->groups.list[i]);
        if (share != NULL)
            hello->shares[hello->share_count++] = share;
    }
}

void question_free_shares(struct attempt_request *request)
{
    for (unsigned i = 0; i < request->hello.share_count; i++)
        key_share_free(request->hello.shares[i]);
}

/* The suite and the group are those of the session. */
struct attempt_request question_resume(struct scan *scan, const struct resumption *session, enum resumption_kind kind)
{
    const struct hello_codes suite = { &session->suite, 1 };

    code_list_groups(&scan->groups);
    code_list_schemes(&scan->schemes);
    struct attempt_request request = question_request(scan, session->version, suite, code_list_view(&scan->groups), code_list_view(&scan->schemes));
    struct hello *hello = &request.hello;

    hello->session_ticket = kind == RESUMPTION_BY_TICKET;
    hello->early_data = session->early_data_max > 0;
    if (session->group != 0)
        hello->groups = (struct hello_codes){ &session->group, 1 };
    if (kind == RESUMPTION_BY_PSK)
        question_add_shares(&request);
    request.whole_flight = true; /* up to the Finished, which proves it */
    request.resumed = session;
    request.resumed_by = kind;
    return request;
}

/* Why something is not known; the first reason counts. */
void note_open(struct policy_seen *seen, const char *what, const struct attempt *attempt)
{
    char *out = attempt->result == ATTEMPT_NOT_OFFERED ? seen->fault : seen->why;

    if (out[0] == '\0')
        snprintf(out, FACTS_WHY_SIZE, "offered %s: %s", what, attempt->why);
}

/* --- hellos that offer a list ---------------------------------------------------------------- */

uint16_t chosen_suite(const struct attempt *attempt) { return attempt->suite; }
uint16_t chosen_group(const struct attempt *attempt) { return attempt->group; }
uint16_t chosen_scheme(const struct attempt *attempt) { return attempt->scheme; }

/* Put `first` at the front of the list, as far as they are in it. */
static void bring_forward(struct code_list *list, const struct code_list *first)
{
    struct code_list rest = *list;

    list->count = 0;
    for (unsigned i = 0; i < first->count; i++) {
        const unsigned before = rest.count;
        code_list_remove(&rest, first->codes[i]);
        if (rest.count < before)
            code_list_add(list, first->codes[i]);
    }
    for (unsigned i = 0; i < rest.count; i++)
        code_list_add(list, rest.codes[i]);
}

void question_tls13_groups(const struct scan *scan, struct code_list *list)
{
    if (scan->all_groups)
        code_list_all_groups(list);
    else
        code_list_usual_groups(list);
}

/* What was accepted before comes behind what else is usual: if the client's order counts, the answer tells something new. It does not
 * come last, because servers may not read a long list to its end (wolfSSL: 44 schemes). */
static void prefer_news(struct code_list *list, const struct code_list *known, const struct code_list *usual)
{
    if (known == NULL || known->count == 0)
        return;
    bring_forward(list, known);
    struct code_list news = *usual;
    for (unsigned i = 0; i < known->count; i++)
        code_list_remove(&news, known->codes[i]);
    bring_forward(list, &news);
}

static void prefer_new_groups(struct scan *scan)
{
    struct code_list usual;

    code_list_usual_groups(&usual);
    prefer_news(&scan->groups, scan->known_groups, &usual);
}

/* Where the client's order does not count, only what else it has does: known ones are left out, as long as that is answered. */
static void prefer_new_schemes(struct scan *scan)
{
    /* ECDSA, EdDSA, RSA with PSS, RSA with PKCS #1; the last ones with SHA-224 and SHA-1 */
    static const struct code_list usual = { { 0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501,
                                              0x0601, 0x0303, 0x0301, 0x0203, 0x0201 }, 18 };

    prefer_news(&scan->schemes, scan->known_schemes, &usual);
    for (unsigned i = 0; scan->known_schemes != NULL && !scan->no_new_schemes && i < scan->known_schemes->count; i++)
        code_list_remove(&scan->schemes, scan->known_schemes->codes[i]);
}

struct attempt_request offer_older_suites(struct scan *scan, struct hello_codes codes)
{
    code_list_groups(&scan->groups);
    prefer_new_groups(scan);
    code_list_schemes(&scan->schemes);
    prefer_new_schemes(scan);
    return question_request(scan, scan->older, codes, code_list_view(&scan->groups), code_list_view(&scan->schemes));
}

struct attempt_request offer_tls13_suites(struct scan *scan, struct hello_codes codes)
{
    question_tls13_groups(scan, &scan->groups);
    prefer_new_groups(scan);
    code_list_schemes(&scan->schemes);
    prefer_new_schemes(scan);
    return question_request(scan, TLS13, codes, code_list_view(&scan->groups), code_list_view(&scan->schemes));
}

struct attempt_request offer_older_groups(struct scan *scan, struct hello_codes codes)
{
    code_list_suites(&scan->suites, SUITES_OLDER_ECDHE);
    code_list_schemes(&scan->schemes);
    return question_request(scan, scan->older, code_list_view(&scan->suites), codes, code_list_view(&scan->schemes));
}

/* Without a share: the server says in a HelloRetryRequest which it would take. */
struct attempt_request offer_tls13_groups(struct scan *scan, struct hello_codes codes)
{
    code_list_suites(&scan->suites, SUITES_TLS13);
    code_list_schemes(&scan->schemes);
    return question_request(scan, TLS13, code_list_view(&scan->suites), codes, code_list_view(&scan->schemes));
}

struct attempt_request offer_older_schemes(struct scan *scan, struct hello_codes codes)
{
    code_list_suites(&scan->suites, SUITES_OLDER_SIGNED);
    code_list_groups(&scan->groups);
    prefer_new_groups(scan);
    struct attempt_request request = question_request(scan, scan->older, code_list_view(&scan->suites), code_list_view(&scan->groups), codes);
    request.whole_flight = true;
    return request;
}

struct attempt_request offer_tls13_schemes(struct scan *scan, struct hello_codes codes)
{
    code_list_suites(&scan->suites, SUITES_TLS13);
    question_tls13_groups(scan, &scan->groups);
    prefer_new_groups(scan);
    struct attempt_request request = question_request(scan, TLS13, code_list_view(&scan->suites), code_list_view(&scan->groups), codes);
    request.whole_flight = true;
    return request;
}

/* --- lists --------------------------------------------------------------------------------- */

static void add_new(struct code_list *list, uint16_t code)
{
    if (list == NULL || code == 0)
        return;
    code_list_remove(list, code);
    code_list_add(list, code);
}

/* Groups of ECDHE, and whatever the server signed with. */
static void note_others(const struct question *question, const struct attempt *attempt)
{
    const struct hl_suite *suite = reg_suite(attempt->suite);

    if (suite == NULL)
        return;
    if (strcmp(suite->key_exchange, "ECDHE") == 0 || strcmp(suite->key_exchange, "any") == 0)
        add_new(question->groups, attempt->group);
    add_new(question->schemes, attempt->scheme);
}

/* The first handshake of a version shows all that it can, and is completed: so sessions come to be known without a connection more. */
static void want_first(struct scan *scan, struct attempt_request *request, uint16_t version)
{
    question_want_all(request, version);
    request->hello.protocols = version > SSL3 && !scan->no_protocols ? question_protocols : NULL;
    request->complete = true;
    request->given = version == TLS13 ? &scan->given_newest : &scan->given_older;
}

static bool is_chacha(uint16_t code)
{
    const struct hl_suite *suite = reg_suite(code);

    return suite != NULL && strstr(suite->cipher, "CHACHA20") != NULL;
}

void question_turn_around(struct code_list *list)
{
    const struct code_list all = *list;

    list->count = 0;
    for (unsigned chacha = 0; chacha < 2; chacha++) {
        for (unsigned i = all.count; i > 0; i--) {
            if (is_chacha(all.codes[i - 1]) == (chacha != 0))
                code_list_add(list, all.codes[i - 1]);
        }
    }
}

static bool same_kind(uint16_t a, uint16_t b)
{
    const struct hl_suite *one = reg_suite(a), *other = reg_suite(b);

    return one != NULL && other != NULL && strcmp(one->key_exchange, other->key_exchange) == 0 && strcmp(one->authentication, other->authentication) == 0;
}

/* The hello left something out that is known, and so the answer says nothing of what else it offered: it is asked again with all of it. */
static bool is_to_be_repeated(struct scan *scan, const struct question *question, const struct attempt_request *request,
                              const struct code_list *accepted, const struct attempt *attempt)
{
    if (attempt->alert == NO_APPLICATION_PROTOCOL && request->hello.protocols != NULL) {
        scan->no_protocols = true;
        return true;
    }
    if (question->schemes == NULL || question->schemes->count == 0 || scan->no_new_schemes)
        return false;
    if (attempt->result == ATTEMPT_ANSWERED && attempt->scheme != 0 && accepted->count > 0 && same_kind(accepted->codes[accepted->count - 1], attempt->suite))
        return false;
    scan->no_new_schemes = true;
    return true;
}

/* Offer one portion, again and again, without what was taken. True when the rest was refused; `*too_long`: perhaps because of its size. */
static bool ask_portion(struct scan *scan, const struct question *question, struct code_list *portion, unsigned extra_max,
                        struct code_list *accepted, struct attempt *attempt, bool *too_long)
{
    for (unsigned extra = 0; portion->count > 0; extra++) {
        const bool backwards = question->backwards != NULL && extra % 2 == 1;
        struct code_list offered = *portion;
        if (backwards)
            question_turn_around(&offered);
        for (unsigned i = 0; i < question->tail.count; i++)
            code_list_add(&offered, question->tail.list[i]);
        scan->known_groups = question->groups;
        scan->known_schemes = question->schemes;
        struct attempt_request request = question->offer(scan, code_list_view(&offered));
        if (question->shares)
            question_add_shares(&request);
        if (question->whole && accepted->count == 0)
            want_first(scan, &request, question->version);
        request.whole_flight |= question->schemes != NULL && question->version == TLS13;
        const enum attempt_result result = question_ask(scan, &request, attempt);
        question_free_shares(&request);
        scan->known_groups = scan->known_schemes = NULL;
        if (is_to_be_repeated(scan, question, &request, accepted, attempt))
            continue;
        *too_long = result == ATTEMPT_INCONCLUSIVE && count_codes(&request) > scan->answered_codes;
        if (result != ATTEMPT_ANSWERED)
            return result == ATTEMPT_REFUSED;
        const unsigned before = portion->count;
        if (question->chosen(attempt) == 0 && question->chosen != chosen_group) { /* an answer without a group has taken none */
            snprintf(attempt->why, sizeof attempt->why, "the answer does not come to that%s", attempt->retry ? ": the server wants a group that cannot be done here" : "");
            return false;
        }
        code_list_remove(portion, question->chosen(attempt));
        if (portion->count == before || (question->version != 0 && attempt->version != question->version))
            return true; /* it answered with something else: this was not taken */
        if (question->backwards != NULL && accepted->count < LIST_MAX)
            question->backwards[accepted->count] = backwards;
        if (accepted != NULL)
            code_list_add(accepted, question->chosen(attempt));
        note_others(question, attempt);
        if (extra == extra_max) {
            snprintf(attempt->why, sizeof attempt->why, "enough was accepted; what else is, was not asked for");
            return false;
        }
    }
    return true;
}

bool question_ask_list(struct scan *scan, const struct question *question, const struct code_list *list, unsigned extra_max,
                       struct code_list *accepted)
{
    struct attempt attempt = { .result = ATTEMPT_REFUSED };
    size_t size = 0;
    bool refused = true;

    for (unsigned at = 0; at < list->count;) {
        struct code_list portion = { .count = 0 };
        for (unsigned i = at; i < list->count && portion.count < portions[size]; i++)
            code_list_add(&portion, list->codes[i]);
        const unsigned n = portion.count;
        bool too_long = false;
        const bool told = ask_portion(scan, question, &portion, extra_max, accepted, &attempt, &too_long);
        if (!told && too_long && size + 1 < PORTION_COUNT && n > portions[size + 1]) {
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
