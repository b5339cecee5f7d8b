/* Known weaknesses of implementations, by forms of them that harm nobody (intrusion.h). */
#include "probe/enumerate_parts.h"

#include "base/code_name.h"
#include "base/text.h"
#include "probe/answer.h"
#include "registry/registry.h"

#include <stdio.h>
#include <string.h>

enum { BAD_RECORD_MAC = 20, DECRYPTION_FAILED = 21, EXT_HEARTBEAT = 15 };
/* Session ids have 32 bytes; what the server adds to a shorter one is of its memory. */
enum { SHORT_ID = 31 };

static void note(struct scan *scan, enum policy_weakness which, enum weakness_state state, const char *text)
{
    struct policy_weakness_seen *seen = &scan->facts->weaknesses[which];

    seen->state = state;
    snprintf(seen->text, sizeof seen->text, "%s", text);
}

static void note_unknown(struct scan *scan, enum policy_weakness which, const char *what, const struct attempt *attempt)
{
    char text[FACTS_WHY_SIZE];

    snprintf(text, sizeof text, "%s: %.150s", what, answer_why(attempt, "no answer came in time"));
    note(scan, which, WEAKNESS_UNKNOWN, text);
}

/* Suites that the server takes in this version; those with this key exchange, or all where that is NULL. */
static struct attempt_request weakness_request(struct scan *scan, struct inventory *inventory, uint16_t older, const char *exchange)
{
    struct attempt_request request = enumerate_whole_request(scan, inventory, older, NULL);
    const struct code_list all = scan->suites;

    scan->suites.count = 0;
    for (unsigned i = 0; i < all.count; i++) {
        const struct hl_suite *suite = reg_suite(all.codes[i]);
        if (exchange == NULL || (suite != NULL && strcmp(suite->key_exchange, exchange) == 0 && strcmp(suite->authentication, "PSK") != 0))
            code_list_add(&scan->suites, all.codes[i]);
    }
    request.hello.suites = code_list_view(&scan->suites);
    request.keep = false;
    return request;
}

/* --- Heartbleed and ChangeCipherSpec ------------------------------------------------------- */

static void ask_for_heartbleed(struct scan *scan, struct inventory *inventory, uint16_t older)
{
    const struct hl_handshake *hs = facts_handshake(scan->facts, false);
    struct attempt attempt;

    if (hs != NULL && !extension_find(hs->server_hello.extensions, EXT_HEARTBEAT, NULL)) {
        note(scan, WEAKNESS_HEARTBLEED, WEAKNESS_ABSENT, "the server takes no heartbeats");
        return;
    }
    struct attempt_request request = weakness_request(scan, inventory, older, NULL);
    request.intrusion = INTRUSION_HEARTBEAT;
    (void)question_ask(scan, &request, &attempt);
    switch (attempt.reaction) {
    case REACTION_HEARTBEAT:
        note(scan, WEAKNESS_HEARTBLEED, WEAKNESS_PRESENT, "a heartbeat that says that it is longer than it is was answered: any length would be, from the server's memory");
        break;
    case REACTION_ALERT:
    case REACTION_CLOSED: note(scan, WEAKNESS_HEARTBLEED, WEAKNESS_ABSENT, "a heartbeat that says that it is longer than it is was not answered"); break;
    default: note_unknown(scan, WEAKNESS_HEARTBLEED, "sent a heartbeat", &attempt);
    }
}

static void ask_for_early_ccs(struct scan *scan, struct inventory *inventory, uint16_t older)
{
    struct attempt_request request = weakness_request(scan, inventory, older, NULL);
    struct attempt attempt;

    request.intrusion = INTRUSION_EARLY_CCS;
    (void)question_ask(scan, &request, &attempt);
    if (attempt.reaction == REACTION_ALERT && (attempt.reaction_alert == BAD_RECORD_MAC || attempt.reaction_alert == DECRYPTION_FAILED))
        note(scan, WEAKNESS_CCS_INJECTION, WEAKNESS_PRESENT, "ChangeCipherSpec was taken before there were keys: the second one was to be decrypted");
    else if (attempt.reaction == REACTION_ALERT || attempt.reaction == REACTION_CLOSED)
        note(scan, WEAKNESS_CCS_INJECTION, WEAKNESS_ABSENT, "ChangeCipherSpec before there were keys ended the connection");
    else
        note_unknown(scan, WEAKNESS_CCS_INJECTION, "sent ChangeCipherSpec too early", &attempt);
}

/* --- ROBOT -------------------------------------------------------------------------------- */

struct seen_reaction {
    enum reaction reaction;
    uint8_t alert;
};

/* Each form once. False when the server did not come to it. */
static bool ask_in_all_forms(struct scan *scan, struct inventory *inventory, uint16_t older, bool with_finished,
                             struct seen_reaction seen[PREMASTER_FORMS], struct attempt *attempt)
{
    for (enum premaster_form form = PREMASTER_RIGHT; form < PREMASTER_FORMS; form++) {
        struct attempt_request request = weakness_request(scan, inventory, older, "RSA");
        request.intrusion = INTRUSION_PREMASTER;
        request.premaster = form;
        request.with_finished = with_finished;
        (void)question_ask(scan, &request, attempt);
        if (attempt->reaction == REACTION_NONE)
            return false;
        seen[form] = (struct seen_reaction){ attempt->reaction, attempt->reaction_alert };
    }
    return true;
}

static bool same(struct seen_reaction a, struct seen_reaction b)
{
    return a.reaction == b.reaction && a.alert == b.alert;
}

/* Is each of the first ones as that of the second ones? */
static bool all_same(const struct seen_reaction first[PREMASTER_FORMS], const struct seen_reaction second[PREMASTER_FORMS])
{
    for (unsigned i = 0; i < PREMASTER_FORMS; i++) {
        if (!same(first[i], second[i]))
            return false;
    }
    return true;
}

static bool all_alike(const struct seen_reaction seen[PREMASTER_FORMS])
{
    for (unsigned i = 1; i < PREMASTER_FORMS; i++) {
        if (!same(seen[0], seen[i]))
            return false;
    }
    return true;
}

static void put_reaction(struct hl_buffer *out, struct seen_reaction seen)
{
    switch (seen.reaction) {
    case REACTION_ALERT:
        buf_string(out, "the alert ");
        code_name_put(out, reg_alert(seen.alert));
        break;
    case REACTION_SILENCE: buf_string(out, "nothing"); break;
    case REACTION_HEARTBEAT: buf_string(out, "a heartbeat"); break;
    default: buf_string(out, "the end of the connection");
    }
}

/* What tells the forms apart, twice. */
static void note_oracle(struct scan *scan, const struct seen_reaction seen[PREMASTER_FORMS])
{
    static const char *const forms[PREMASTER_FORMS] = { "one that is right", "one of another type", "one whose padding does not end", "one that is too long",
                                                        "one of another version" };
    struct hl_buffer text;

    buf_init(&text, FACTS_WHY_SIZE);
    buf_string(&text, "the server tells wrong premaster secrets apart: ");
    for (unsigned i = 1; i < PREMASTER_FORMS; i++) {
        if (same(seen[0], seen[i]))
            continue;
        put_reaction(&text, seen[0]);
        buf_printf(&text, " for %s, ", forms[0]);
        put_reaction(&text, seen[i]);
        buf_printf(&text, " for %s", forms[i]);
        break;
    }
    buf_char(&text, '\0');
    note(scan, WEAKNESS_ROBOT, WEAKNESS_PRESENT, text.failed ? "the server tells wrong premaster secrets apart" : (const char *)text.data);
    buf_cleanup(&text);
}

static void ask_for_robot(struct scan *scan, struct inventory *inventory, uint16_t older)
{
    struct seen_reaction first[PREMASTER_FORMS], second[PREMASTER_FORMS];
    struct attempt attempt;

    if (weakness_request(scan, inventory, older, "RSA").hello.suites.count == 0) {
        note(scan, WEAKNESS_ROBOT, WEAKNESS_ABSENT, "no cipher suite with RSA key exchange is taken");
        return;
    }
    for (unsigned with_finished = 2; with_finished-- > 0;) { /* some only differ when they hear nothing more */
        if (!ask_in_all_forms(scan, inventory, older, with_finished != 0, first, &attempt)) {
            note_unknown(scan, WEAKNESS_ROBOT, "sent a wrong premaster secret", &attempt);
            return;
        }
        if (all_alike(first))
            continue;
        if (!ask_in_all_forms(scan, inventory, older, with_finished != 0, second, &attempt))
            note_unknown(scan, WEAKNESS_ROBOT, "sent a wrong premaster secret again", &attempt);
        else if (all_same(first, second))
            note_oracle(scan, first);
        else
            note(scan, WEAKNESS_ROBOT, WEAKNESS_UNKNOWN, "wrong premaster secrets were answered in several ways, and in others when they were sent again");
        return;
    }
    note(scan, WEAKNESS_ROBOT, WEAKNESS_ABSENT, "wrong premaster secrets are all answered alike");
}

/* --- Ticketbleed -------------------------------------------------------------------------- */

/* Who is going to give one out says so in the ServerHello (RFC 5077, section 3.2). */
static bool promises_ticket(const struct policy_facts *facts)
{
    for (unsigned i = 0; i < facts->handshake_count; i++) {
        const struct hl_handshake *hs = facts->handshakes[i];
        if (hs->version < TLS13 && extension_find(hs->server_hello.extensions, EXT_ID_SESSION_TICKET, NULL))
            return true;
    }
    return false;
}

/* CVE-2016-9244: a session id that is shorter than usual comes back with memory behind it. One byte is enough to know. */
static void ask_for_ticketbleed(struct scan *scan)
{
    const struct resumption *session = &scan->given_older;
    uint8_t id[SHORT_ID];
    struct attempt attempt;

    if (session->ticket_fault != NULL) {
        note(scan, WEAKNESS_TICKETBLEED, WEAKNESS_UNKNOWN, session->ticket_fault);
        return;
    }
    if (session->version == 0 && promises_ticket(scan->facts)) {
        note(scan, WEAKNESS_TICKETBLEED, WEAKNESS_UNKNOWN, "no handshake could be completed");
        return;
    }
    if (!resumption_offers(session, RESUMPTION_BY_TICKET)) {
        note(scan, WEAKNESS_TICKETBLEED, WEAKNESS_ABSENT, "no ticket is given out");
        return;
    }
    struct attempt_request request = question_resume(scan, session, RESUMPTION_BY_TICKET);
    request.hello.resumed_id = (struct hl_span){ id, sizeof id };
    if (!random_bytes(id, sizeof id) || question_ask(scan, &request, &attempt) != ATTEMPT_ANSWERED)
        note_unknown(scan, WEAKNESS_TICKETBLEED, "offered a ticket", &attempt);
    else if (attempt.session_id_length > sizeof id && memcmp(attempt.session_id, id, sizeof id) == 0)
        note(scan, WEAKNESS_TICKETBLEED, WEAKNESS_PRESENT, "a session id of 31 bytes came back with 32: what is behind it is of the server's memory");
    else
        note(scan, WEAKNESS_TICKETBLEED, WEAKNESS_ABSENT, "a session id of 31 bytes came back without anything behind it");
}

void enumerate_weaknesses(struct scan *scan, struct inventory *inventory, uint16_t older)
{
    if (older == 0) {
        for (enum policy_weakness which = 0; which < POLICY_WEAKNESSES; which++)
            note(scan, which, WEAKNESS_ABSENT, "nothing before TLS 1.3 is taken");
        return;
    }
    ask_for_heartbleed(scan, inventory, older);
    ask_for_early_ccs(scan, inventory, older);
    ask_for_robot(scan, inventory, older);
    ask_for_ticketbleed(scan);
}
