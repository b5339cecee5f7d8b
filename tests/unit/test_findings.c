/* What is found in handshakes that completed: a row a handshake, as its facts, and the codes that it gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/findings.h"
#include "support/make_bytes.h"
#include "wire/record.h"

/* Extensions, in hex: both ends have them unless a row says otherwise. */
#define EMS "00170000"
#define RENEGOTIATION "ff01000100"
#define ETM "00160000"
#define GOOD EMS RENEGOTIATION

struct row {
    const char *name;
    uint16_t version, suite, group;
    const char *client, *server; /* extensions */
    const char *found;           /* codes, each with its severity before it */
    unsigned dh_bits;
    uint16_t scheme;
    uint8_t compression;
};

static const struct row rows[] = {
    { "TLS 1.3", 0x0304, 0x1301, 29, "", "", "", 0, 0, 0 },
    { "TLS 1.2 as it should be", 0x0303, 0xc02f, 29, GOOD, GOOD, "", 0, 0x0804, 0 },
    { "TLS 1.1", 0x0302, 0xc013, 29, GOOD, GOOD ETM, "medium version-obsolete", 0, 0, 0 },
    { "DTLS 1.0", 0xfeff, 0xc013, 29, GOOD, GOOD ETM, "medium version-obsolete", 0, 0, 0 },
    { "DTLS 1.2", 0xfefd, 0xc02f, 29, GOOD, GOOD, "", 0, 0, 0 },
    { "SSL 3.0", 0x0300, 0xc013, 0, RENEGOTIATION, RENEGOTIATION ETM, "high version-obsolete", 0, 0, 0 },
    { "a draft of TLS 1.3", 0x7f17, 0x1301, 29, "", "", "", 0, 0, 0 },
    { "CBC", 0x0303, 0xc027, 29, GOOD, GOOD, "low cipher-cbc", 0, 0, 0 },
    { "CBC, encrypt-then-MAC", 0x0303, 0xc027, 29, GOOD, GOOD ETM, "", 0, 0, 0 },
    { "RC4", 0x0303, 0xc011, 29, GOOD, GOOD, "high cipher-weak", 0, 0, 0 },
    { "3DES", 0x0303, 0xc012, 29, GOOD, GOOD, "medium cipher-weak", 0, 0, 0 },
    { "NULL", 0x0303, 0xc010, 29, GOOD, GOOD, "critical cipher-null", 0, 0, 0 },
    { "anonymous", 0x0303, 0x00a6, 0, GOOD, GOOD, "critical cipher-anonymous", 2048, 0, 0 },
    { "export", 0x0301, 0x0003, 0, GOOD, GOOD, "critical cipher-export medium version-obsolete medium no-forward-secrecy", 0, 0, 0 },
    { "RSA key exchange", 0x0303, 0x009c, 0, GOOD, GOOD, "medium no-forward-secrecy", 0, 0, 0 },
    { "PSK", 0x0303, 0x00a8, 0, GOOD, GOOD, "medium no-forward-secrecy", 0, 0, 0 },
    { "ECDHE_PSK", 0x0303, 0xc037, 29, GOOD, GOOD ETM, "", 0, 0, 0 },
    { "a short prime", 0x0303, 0x009e, 0, GOOD, GOOD, "high dh-weak", 1024, 0, 0 },
    { "a prime that is not long", 0x0303, 0x009e, 0, GOOD, GOOD, "medium dh-weak", 1536, 0, 0 },
    { "a small curve", 0x0303, 0xc02f, 19, GOOD, GOOD, "high group-weak", 0, 0, 0 },
    { "SHA-1", 0x0303, 0xc02f, 29, GOOD, GOOD, "medium signature-weak", 0, 0x0201, 0 },
    { "MD5", 0x0303, 0xc02f, 29, GOOD, GOOD, "high signature-weak", 0, 0x0101, 0 },
    { "compression", 0x0303, 0xc02f, 29, GOOD, GOOD, "high compression", 0, 0, 1 },
    { "no extended master secret", 0x0303, 0xc02f, 29, GOOD, RENEGOTIATION, "low no-extended-master-secret", 0, 0, 0 },
    { "no renegotiation_info", 0x0303, 0xc02f, 29, GOOD, EMS, "medium no-secure-renegotiation", 0, 0, 0 },
    { "truncated HMAC", 0x0303, 0xc027, 29, GOOD, GOOD ETM "00040000", "low truncated-hmac", 0, 0, 0 },
    { "ECH", 0x0304, 0x1301, 29, "fe0d000100", "", "info ech-offered", 0, 0, 0 },
};

struct made {
    struct hl_handshake hs;
    struct hl_message client, server;
    struct hl_buffer client_extensions, server_extensions;
};

static void make(struct made *m, const struct row *row)
{
    *m = (struct made){ .client_extensions = make_buffer(), .server_extensions = make_buffer() };
    put_hex(&m->client_extensions, row->client);
    put_hex(&m->server_extensions, row->server);
    m->client = (struct hl_message){ .next = &m->server, .content_type = CONTENT_HANDSHAKE, .type = 1, .at = { 1, 1, 0 } };
    m->server = (struct hl_message){ .content_type = CONTENT_HANDSHAKE, .type = 2, .direction = 1, .at = { 2, 2, 0 } };
    m->hs = (struct hl_handshake){
        .outcome = HL_COMPLETED,
        .client_hello_message = &m->client,
        .server_hello_message = &m->server,
        .messages = &m->client,
        .version = row->version,
        .cipher_suite = row->suite,
        .group = row->group,
        .client_hello.extensions = buf_view(&m->client_extensions),
        .server_hello.extensions = buf_view(&m->server_extensions),
        .server_hello.compression_method = row->compression,
        .server_key = { .known = true, .dh_bits = row->dh_bits, .scheme = row->scheme },
    };
}

static void made_cleanup(struct made *m)
{
    buf_cleanup(&m->client_extensions);
    buf_cleanup(&m->server_extensions);
}

/* Codes with their severities, as rows have them. */
static void put_found(struct hl_buffer *out, const struct hl_findings *findings)
{
    for (const struct hl_finding *f = findings->first; f != NULL; f = f->next) {
        if (out->len > 0)
            buf_char(out, ' ');
        buf_string(out, hl_severity_name(f->severity));
        buf_char(out, ' ');
        buf_string(out, finding_info(f->code)->code);
    }
    buf_char(out, '\0');
}

static void check(const struct made *m, const char *expected)
{
    struct hl_buffer found = make_buffer();
    struct hl_arena arena;

    arena_init(&arena, 1 << 20);
    put_found(&found, analyze(&m->hs, &arena));
    assert_string_equal((const char *)found.data, expected);
    buf_cleanup(&found);
    arena_cleanup(&arena);
}

static void what_is_found(void **state)
{
    struct made m;

    make(&m, *state);
    check(&m, ((const struct row *)*state)->found);
    m.hs.outcome = HL_FAILED; /* then it is the cause that counts */
    check(&m, "");
    made_cleanup(&m);
}

static const struct row plain = { "", 0x0304, 0x1301, 29, "", "", "", 0, 0, 0 };

static void one_more_round_trip(void **state)
{
    struct hl_message retry = { .direction = 1, .at = { 1, 2, 0 } };
    struct made m;

    (void)state;
    make(&m, &plain);
    m.hs.retry_message = &retry;
    m.hs.hello_retry.group = 24;
    check(&m, "info hello-retry");
    made_cleanup(&m);
}

static void sessions_and_early_data(void **state)
{
    struct made m;

    (void)state;
    make(&m, &plain);
    m.hs.psk_offered = true;
    check(&m, "info session-not-resumed");
    m.hs.resumed_by = "psk";
    check(&m, "");
    m.hs.early_data_offered = true;
    check(&m, "info early-data");
    made_cleanup(&m);
}

static void post_quantum(void **state)
{
    static const uint8_t groups[] = { 0x11, 0xec, 0x00, 0x1d };
    struct made m;

    (void)state;
    make(&m, &plain);
    m.hs.client_hello.supported_groups = (struct hl_span){ groups, sizeof groups };
    check(&m, "info key-exchange-not-post-quantum");
    m.hs.group = 0x11ec;
    check(&m, "");
    made_cleanup(&m);
}

static void first_flights(void **state)
{
    struct hl_message certificate = { .direction = 1, .content_type = CONTENT_HANDSHAKE, .type = 11, .length = 14590 };
    struct hl_quic_facts quic = { .version = 1 };
    struct made m;

    (void)state;
    make(&m, &plain);
    m.server.next = &certificate;
    check(&m, "");
    certificate.length = 14600;
    check(&m, "low server-flight-large");
    m.hs.connection.carrier = CARRIER_QUIC;
    m.hs.quic = &quic;
    certificate.length = 4400;
    check(&m, "");
    certificate.length = 4420;
    check(&m, "low server-flight-large");
    quic.retry = true;
    check(&m, "");
    made_cleanup(&m);
}

static void a_warning(void **state)
{
    static const struct row tls12 = { "", 0x0303, 0xc02f, 29, GOOD, GOOD, "", 0, 0, 0 };
    struct hl_alert_event alert = { .direction = 1, .level = 1, .description = 112, .at = { 2, 2, 0 } };
    struct made m;

    (void)state;
    make(&m, &tls12);
    m.hs.alerts = &alert;
    m.hs.end = (struct hl_moment){ 9, 9, 0 };
    check(&m, "low warning-alert");
    alert.description = 0; /* close_notify */
    check(&m, "");
    made_cleanup(&m);
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof rows[0] };
    struct CMUnitTest tests[ROWS];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(one_more_round_trip),
        cmocka_unit_test(sessions_and_early_data),
        cmocka_unit_test(post_quantum),
        cmocka_unit_test(first_flights),
        cmocka_unit_test(a_warning),
    };

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ rows[i].name, what_is_found, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("rows", tests, NULL, NULL) + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
