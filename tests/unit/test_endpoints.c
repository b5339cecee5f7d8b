/* What a capture teaches about both ends, and what that changes in a diagnosis. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/alerts.h"
#include "analyze/diagnosis.h"
#include "base/text.h"
#include "wire/record.h"

#define TEXT(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }

/* Offers as the wire has them, two bytes each. */
static const uint8_t WIDE_SUITES[] = { 0xc0, 0x2f, 0xc0, 0x30, 0xc0, 0x2b, 0xc0, 0x2c };
static const uint8_t ONE_SUITE[] = { 0xc0, 0x30 };
static const uint8_t GROUPS[] = { 0x00, 0x1d, 0x00, 0x17, 0x00, 0x18 };
static const uint8_t SCHEMES[] = { 0x04, 0x03, 0x08, 0x04, 0x04, 0x01, 0x05, 0x03 };

struct lab {
    struct endpoints endpoints;
    struct hl_arena arena;
    struct hl_message hello, answer;
    struct hl_alert_event alert;
    struct hl_handshake hs;
};

static int set_up(void **state)
{
    struct lab *lab = calloc(1, sizeof *lab);

    assert_non_null(lab);
    endpoints_init(&lab->endpoints, 7);
    arena_init(&lab->arena, 1 << 20);
    *state = lab;
    return 0;
}

static int tear_down(void **state)
{
    struct lab *lab = *state;

    endpoints_cleanup(&lab->endpoints);
    arena_cleanup(&lab->arena);
    free(lab);
    return 0;
}

/* A handshake of TLS 1.2 between 10.0.0.`client` and 10.0.1.`server`. */
static void begin(struct lab *lab, uint8_t client, uint8_t server, struct hl_span name, struct hl_span suites)
{
    lab->hello = (struct hl_message){ .content_type = CONTENT_HANDSHAKE, .type = 1, .at = { 1, 10, 0 } };
    lab->hs = (struct hl_handshake){
        .outcome = HL_COMPLETED,
        .client_known = true,
        .connection = { .ends = { { { { 10, 0, 0, client }, 4 }, 40000 }, { { { 10, 0, 1, server }, 4 }, 443 } } },
        .client_hello_message = &lab->hello,
        .messages = &lab->hello,
        .client_hello = { .legacy_version = 0x0303, .cipher_suites = suites, .supported_groups = { GROUPS, sizeof GROUPS },
                          .signature_algorithms = { SCHEMES, sizeof SCHEMES }, .server_name = name },
        .cipher_suite = UINT32_MAX,
        .start = { 1, 9, 0 },
    };
}

static void complete(struct lab *lab, uint8_t client, uint8_t server, struct hl_span name)
{
    begin(lab, client, server, name, (struct hl_span){ WIDE_SUITES, sizeof WIDE_SUITES });
    lab->answer = (struct hl_message){ .content_type = CONTENT_HANDSHAKE, .type = 2, .direction = 1, .at = { 2, 11, 0 } };
    lab->hello.next = &lab->answer;
    lab->hs.server_hello_message = &lab->answer;
    lab->hs.version = 0x0303;
    lab->hs.cipher_suite = 0xc02f;
    lab->hs.group = 29;
    lab->hs.server_key.scheme = 0x0804;
    endpoints_note(&lab->endpoints, &lab->hs);
}

static const struct hl_diagnosis *refuse(struct lab *lab, uint8_t client, uint8_t server, struct hl_span name,
                                         struct hl_span suites)
{
    begin(lab, client, server, name, suites);
    lab->alert = (struct hl_alert_event){ .direction = 1, .level = 2, .description = ALERT_HANDSHAKE_FAILURE, .at = { 3, 12, 0 } };
    lab->hs.alerts = lab->hs.last_alert = &lab->alert;
    lab->hs.outcome = HL_FAILED;
    const struct hl_diagnosis *first = diagnose(&lab->hs, &lab->endpoints, &lab->arena)->first;
    assert_non_null(first);
    return first;
}

static bool has_evidence(const struct hl_diagnosis *diagnosis, const char *what)
{
    const struct hl_span text = { (const uint8_t *)what, strlen(what) };

    for (const struct hl_evidence *e = diagnosis->evidence; e != NULL; e = e->next) {
        if (span_equal(e->what, text))
            return true;
    }
    return false;
}

static const struct hl_span NAME = TEXT("a.test"), OTHER = TEXT("b.test"), NONE = { NULL, 0 };
static const struct hl_span WIDE = { WIDE_SUITES, sizeof WIDE_SUITES }, ONE = { ONE_SUITE, sizeof ONE_SUITE };

static void a_new_name(void **state)
{
    struct lab *lab = *state;

    assert_int_equal(refuse(lab, 1, 1, OTHER, WIDE)->code, FINDING_NO_SHARED_CIPHER); /* as good a guess as any */
    complete(lab, 2, 1, NAME);
    const struct hl_diagnosis *d = refuse(lab, 1, 1, OTHER, WIDE);
    assert_int_equal(d->code, FINDING_UNRECOGNIZED_NAME);
    assert_int_equal(d->confidence, HL_LIKELY);
    assert_true(has_evidence(d, "a handshake of this server with another client that completed"));
    assert_int_equal(refuse(lab, 1, 1, NONE, WIDE)->code, FINDING_UNRECOGNIZED_NAME);
    assert_int_not_equal(refuse(lab, 1, 1, NAME, WIDE)->code, FINDING_UNRECOGNIZED_NAME); /* that one it knows */
    complete(lab, 2, 1, NONE);
    assert_int_not_equal(refuse(lab, 1, 1, NONE, WIDE)->code, FINDING_UNRECOGNIZED_NAME);
}

static void what_was_taken_is_not_the_cause(void **state)
{
    struct lab *lab = *state;

    complete(lab, 2, 1, NAME);
    const struct hl_diagnosis *d = refuse(lab, 1, 1, NAME, ONE);
    assert_int_equal(d->code, FINDING_NO_SHARED_CIPHER); /* groups, schemes and version are shared */
    assert_null(d->next);
}

static void another_version(void **state)
{
    struct lab *lab = *state;

    complete(lab, 2, 1, NAME);
    begin(lab, 1, 1, NAME, WIDE);
    lab->hs.client_hello.legacy_version = 0x0301;
    lab->alert = (struct hl_alert_event){ .direction = 1, .level = 2, .description = ALERT_HANDSHAKE_FAILURE, .at = { 3, 12, 0 } };
    lab->hs.alerts = lab->hs.last_alert = &lab->alert;
    lab->hs.outcome = HL_FAILED;
    assert_int_equal(diagnose(&lab->hs, &lab->endpoints, &lab->arena)->first->code, FINDING_NO_SHARED_VERSION);
}

static void company(void **state)
{
    struct lab *lab = *state;

    complete(lab, 1, 1, NAME);
    complete(lab, 1, 2, NAME);
    const struct hl_diagnosis *d = refuse(lab, 1, 1, NAME, ONE);
    assert_true(has_evidence(d, "a handshake of the same two that completed"));
    assert_true(has_evidence(d, "a handshake of this client with another server that completed"));
    d = refuse(lab, 3, 3, NAME, ONE); /* nobody knows these */
    assert_false(has_evidence(d, "a handshake of the same two that completed"));
}

/* A time to live that the server's packets never have says that the reset is not the server's. */
static void whose_reset(void **state)
{
    static const struct {
        uint8_t ttl, usual;
        enum hl_blame blame;
    } rows[] = { { 64, 64, HL_BLAME_SERVER }, { 50, 53, HL_BLAME_SERVER }, { 50, 54, HL_BLAME_NETWORK }, { 255, 50, HL_BLAME_NETWORK },
                 { 0, 50, HL_BLAME_SERVER }, { 50, 0, HL_BLAME_SERVER } };
    struct lab *lab = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(lab, 1, 1, NAME, WIDE);
        lab->hs.outcome = HL_FAILED;
        lab->hs.connection.answered = true;
        lab->hs.closing = (struct hl_closing){ .how = CLOSE_RESET, .direction = 1, .at = { 3, 12, 0 }, .ttl = rows[i].ttl,
                                               .usual_ttl = rows[i].usual };
        const struct hl_diagnosis *d = diagnose(&lab->hs, &lab->endpoints, &lab->arena)->first;
        assert_non_null(d);
        assert_int_equal(d->code, FINDING_RESET_AFTER_CLIENT_HELLO);
        assert_int_equal(d->blame, rows[i].blame);
    }
}

/* More ends than there are places: each look-up answers with the right one, or with none. */
static void places_are_limited(void **state)
{
    struct lab *lab = *state;
    unsigned found = 0;

    for (unsigned i = 0; i < 3 * HL_ENDPOINTS_MAX; i++) {
        complete(lab, 1, 1, NAME);
        lab->hs.connection.ends[1].port = (uint16_t)i;
        endpoints_note(&lab->endpoints, &lab->hs);
    }
    for (unsigned i = 0; i < 3 * HL_ENDPOINTS_MAX; i++) {
        lab->hs.connection.ends[1].port = (uint16_t)i;
        const struct known_server *server = endpoints_server(&lab->endpoints, &lab->hs);
        if (server != NULL && i != 443)
            assert_int_equal(server->completed, 1);
        found += server != NULL;
    }
    assert_true(found > HL_ENDPOINTS_MAX / 2 && found <= HL_ENDPOINTS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_taken_is_not_the_cause, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_version, set_up, tear_down),
        cmocka_unit_test_setup_teardown(company, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whose_reset, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_are_limited, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
