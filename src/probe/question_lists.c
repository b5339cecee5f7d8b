/* Lists of code points, of which a server takes some: offered without what was taken, again and again. */
#include "probe/questions.h"

#include "registry/registry.h"

#include <stdio.h>
#include <string.h>

/* Some servers choke on large hellos: then it is tried with fewer code points at once. */
static const unsigned portions[] = { LIST_MAX, 128, 64, 32 };
#define PORTION_COUNT (sizeof portions / sizeof portions[0])

enum { NO_APPLICATION_PROTOCOL = 120 }; /* AlertDescription */

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

bool question_has_cipher(uint16_t suite, const char *word)
{
    const struct hl_suite *known = reg_suite(suite);

    return known != NULL && strstr(known->cipher, word) != NULL;
}

void question_turn_around(struct code_list *list)
{
    const struct code_list all = *list;

    list->count = 0;
    for (unsigned chacha = 0; chacha < 2; chacha++) {
        for (unsigned i = all.count; i > 0; i--) {
            if (question_has_cipher(all.codes[i - 1], "CHACHA20") == (chacha != 0))
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
        *too_long = result == ATTEMPT_INCONCLUSIVE && question_count_codes(&request) > scan->answered_codes;
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
