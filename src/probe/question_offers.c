/* Hellos that offer a list, in one way or the other. */
#include "probe/questions.h"

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
