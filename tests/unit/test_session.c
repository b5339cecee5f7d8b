/* Messages to one handshake: what a connection amounts to, seen through the public interface and its JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "support/documents.h"

enum end { CLIENT_CLOSES, SERVER_CLOSES, CLIENT_RESETS, SERVER_RESETS };

struct row {
    const char *name;
    void (*build)(struct talk *talk);
    enum end end;
    const char *checks;
};

#define ID "a1a2a3a4a5a6a7a8"
#define EXT_PSK_OFFER "002d 0002 01 01 0029 002f 000a 0004 11223344 00000000 0021 20" X25519_KEY
#define EXT_PSK_CHOICE "0029 0002 0000"
#define KEY_EXCHANGE "20" X25519_KEY
#define CCS "14 0303 0001 01"

/* --- full handshakes ------------------------------------------------------- */

static void tls12(struct talk *talk)
{
    talk_tls12(talk, 0);
}

static void tls12_in_tiny_records(struct talk *talk)
{
    talk_tls12(talk, 1);
}

static void tls13(struct talk *talk)
{
    talk_tls13(talk);
}

/* Records that come in one segment with the one that settles the handshake are no part of it. */
static void tls13_and_more(struct talk *talk)
{
    talk_tls13(talk);
    talk_cipher(talk, HL_SERVER, 23, 300);
    talk_hex(talk, HL_SERVER, "15 0303 0002 01 00");
}

static void hello_retry(struct talk *talk)
{
    const struct hello first = { .suites = "1301", .extensions = EXT_GROUPS EXT_OFFER_TLS13 "0033 0002 0000" };
    const struct hello second = { .suites = "1301", .extensions = EXT_GROUPS EXT_OFFER_TLS13 EXT_OFFER_KEY };

    talk_client_hello(talk, &first);
    talk_server_hello(talk, &(struct hello){ .suites = "1301", .random = RETRY_RANDOM,
                                             .extensions = EXT_CHOOSE_TLS13 "0033 0002 001d" });
    talk_hex(talk, HL_SERVER, CCS);
    talk_hex(talk, HL_CLIENT, CCS);
    talk_client_hello(talk, &second);
    talk_server_hello(talk, &(struct hello){ .suites = "1301", .extensions = EXT_CHOOSE_TLS13 EXT_CHOOSE_KEY });
    talk_cipher(talk, HL_SERVER, 23, 1000);
    talk_cipher(talk, HL_CLIENT, 23, 53);
    talk_cipher(talk, HL_CLIENT, 23, 100);
    talk_cipher(talk, HL_SERVER, 23, 300);
}

/* What a server of TLS 1.2 says in a full handshake. */
static void server_flight(struct talk *talk, const struct hello *hello, bool certificate, bool key_exchange)
{
    struct hl_buffer flight = make_buffer();

    put_server_hello(&flight, hello);
    if (certificate)
        put_certificate(&flight, (const size_t[]){ 700, 0 });
    if (key_exchange)
        put_server_key_exchange(&flight);
    put_message(&flight, 14, "");
    talk_records(talk, HL_SERVER, 22, buf_view(&flight), 0);
    buf_cleanup(&flight);
}

static void both_finish(struct talk *talk)
{
    talk_message(talk, HL_CLIENT, 16, KEY_EXCHANGE);
    talk_finished(talk, HL_CLIENT);
    talk_finished(talk, HL_SERVER);
}

static void anonymous(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ .suites = "c018" });
    server_flight(talk, &(struct hello){ .suites = "c018" }, false, false);
    both_finish(talk);
}

static void pre_shared_key(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ .suites = "008c" });
    server_flight(talk, &(struct hello){ .suites = "008c" }, false, false);
    both_finish(talk);
}

static void client_certificate_refused(struct talk *talk)
{
    struct hl_buffer flight = make_buffer();

    talk_client_hello(talk, &(struct hello){ .suites = "c02f" });
    put_server_hello(&flight, &(struct hello){ .suites = "c02f" });
    put_certificate(&flight, (const size_t[]){ 500, 600, 0 });
    put_server_key_exchange(&flight);
    put_message(&flight, 13, "01 01 0002 0401 0000");
    put_message(&flight, 14, "");
    talk_records(talk, HL_SERVER, 22, buf_view(&flight), 0);
    buf_cleanup(&flight);
    talk_message(talk, HL_CLIENT, 11, "000000");
    talk_message(talk, HL_CLIENT, 16, KEY_EXCHANGE);
    talk_finished(talk, HL_CLIENT);
    talk_hex(talk, HL_SERVER, "15 0303 0002 02 28");
}

static void null_cipher(struct talk *talk)
{
    static const char finished[] = "16 0303 0024 14 00000c 000102030405060708090a0b"
                                   "00112233445566778899aabbccddeeff00112233";

    talk_client_hello(talk, &(struct hello){ .suites = "0002" });
    server_flight(talk, &(struct hello){ .suites = "0002" }, true, false);
    talk_message(talk, HL_CLIENT, 16, "0004 01020304");
    talk_hex(talk, HL_CLIENT, CCS);
    talk_hex(talk, HL_CLIENT, finished);
    talk_hex(talk, HL_SERVER, CCS);
    talk_hex(talk, HL_SERVER, finished);
}

static void half_a_megabyte(struct talk *talk)
{
    struct hl_buffer flight = make_buffer();

    talk_client_hello(talk, &(struct hello){ .suites = "c02f" });
    put_server_hello(&flight, &(struct hello){ .suites = "c02f" });
    put_certificate(&flight, (const size_t[]){ 512 << 10, 0 });
    put_server_key_exchange(&flight);
    put_message(&flight, 14, "");
    talk_records(talk, HL_SERVER, 22, buf_view(&flight), 0);
    buf_cleanup(&flight);
    both_finish(talk);
}

static void certificates_without_end(struct talk *talk)
{
    size_t sizes[HL_CHAIN_MAX + 9];

    for (size_t i = 0; i < HL_CHAIN_MAX + 8; i++)
        sizes[i] = 40 + i;
    sizes[HL_CHAIN_MAX + 8] = 0;
    talk_client_hello(talk, &(struct hello){ .suites = "c02f" });
    struct hl_buffer flight = make_buffer();
    put_server_hello(&flight, &(struct hello){ .suites = "c02f" });
    put_certificate(&flight, sizes);
    talk_records(talk, HL_SERVER, 22, buf_view(&flight), 0);
    buf_cleanup(&flight);
    both_finish(talk);
}

/* --- resumption ------------------------------------------------------------ */

static void resume(struct talk *talk, const char *offer, const char *client_id, const char *server_id)
{
    talk_client_hello(talk, &(struct hello){ .session_id = client_id, .extensions = offer });
    talk_server_hello(talk, &(struct hello){ .session_id = server_id });
    talk_finished(talk, HL_SERVER);
    talk_finished(talk, HL_CLIENT);
    talk_cipher(talk, HL_CLIENT, 23, 100);
}

static void session_id(struct talk *talk)
{
    resume(talk, EXT_SERVER_NAME, ID, ID);
}

static void session_ticket(struct talk *talk)
{
    resume(talk, EXT_TICKET, ID, ID);
}

static void ticket_without_id(struct talk *talk)
{
    resume(talk, EXT_TICKET, NULL, NULL);
}

static void declined(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ .session_id = ID, .extensions = EXT_TICKET });
    server_flight(talk, &(struct hello){ .session_id = X25519_KEY }, true, true);
    both_finish(talk);
}

/* Some servers echo the session id of a ticket they decline. */
static void declined_with_an_echo(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ .session_id = ID, .extensions = EXT_TICKET });
    server_flight(talk, &(struct hello){ .session_id = ID }, true, true);
    both_finish(talk);
}

static void psk13(struct talk *talk, const char *choice)
{
    talk_client_hello(talk, &(struct hello){ .suites = "1301",
                                             .extensions = EXT_OFFER_TLS13 EXT_OFFER_KEY EXT_PSK_OFFER });
    talk_server_hello(talk, &(struct hello){ .suites = "1301", .extensions = choice });
    talk_cipher(talk, HL_SERVER, 23, 200);
    talk_cipher(talk, HL_CLIENT, 23, 53);
    talk_cipher(talk, HL_CLIENT, 23, 100);
    talk_cipher(talk, HL_SERVER, 23, 300);
}

static void psk(struct talk *talk)
{
    psk13(talk, EXT_CHOOSE_TLS13 EXT_CHOOSE_KEY EXT_PSK_CHOICE);
}

static void psk_declined(struct talk *talk)
{
    psk13(talk, EXT_CHOOSE_TLS13 EXT_CHOOSE_KEY);
}

/* --- failures -------------------------------------------------------------- */

static void refused(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ .extensions = EXT_SERVER_NAME });
    talk_hex(talk, HL_SERVER, "15 0301 0002 02 28");
}

static void warned_only(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ .extensions = EXT_SERVER_NAME });
    talk_hex(talk, HL_SERVER, "15 0303 0002 01 70");
    server_flight(talk, &(struct hello){ 0 }, true, true);
    both_finish(talk);
}

static void unknown_ca(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ 0 });
    server_flight(talk, &(struct hello){ 0 }, true, true);
    talk_hex(talk, HL_CLIENT, "15 0303 0002 02 30");
}

static void hello_only(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ 0 });
}

static void hello_and_nothing_else(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ 0 });
    talk_server_hello(talk, &(struct hello){ 0 });
}

static void encrypted_alert(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ 0 });
    server_flight(talk, &(struct hello){ 0 }, true, true);
    talk_message(talk, HL_CLIENT, 16, KEY_EXCHANGE);
    talk_finished(talk, HL_CLIENT);
    talk_hex(talk, HL_SERVER, CCS);
    talk_cipher(talk, HL_SERVER, 21, 26);
}

/* An alert instead of the client's Finished: too short to be that. */
static void encrypted_alert13(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ .suites = "1301", .extensions = EXT_OFFER_TLS13 EXT_OFFER_KEY });
    talk_server_hello(talk, &(struct hello){ .suites = "1301", .extensions = EXT_CHOOSE_TLS13 EXT_CHOOSE_KEY });
    talk_cipher(talk, HL_SERVER, 23, 1500);
    talk_cipher(talk, HL_CLIENT, 23, 19);
}

static void only_the_server(struct talk *talk)
{
    server_flight(talk, &(struct hello){ 0 }, true, true);
}

static void only_the_server_to_its_end(struct talk *talk)
{
    server_flight(talk, &(struct hello){ 0 }, true, true);
    talk_finished(talk, HL_SERVER);
    talk_cipher(talk, HL_SERVER, 23, 100);
}

static void many_alerts(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ 0 });
    for (unsigned i = 0; i < HL_ALERTS_MAX + 5; i++)
        talk_hex(talk, HL_SERVER, "15 0303 0002 01 5a");
}

static void many_messages(struct talk *talk)
{
    struct hl_buffer flood = make_buffer();

    talk_client_hello(talk, &(struct hello){ 0 });
    for (unsigned i = 0; i < HL_MESSAGES_MAX + 9; i++)
        put_message(&flood, 0, ""); /* HelloRequest */
    talk_records(talk, HL_SERVER, 22, buf_view(&flood), 0);
    buf_cleanup(&flood);
}

static void broken_hello(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ .extensions = EXT_SERVER_NAME "0010 0005 0003 0a" });
    talk_hex(talk, HL_SERVER, "15 0303 0002 02 32");
}

/* Names from the wire that are neither text nor JSON. */
static void hostile_name(struct talk *talk)
{
    const struct hello hello = { .extensions = "0000 0013 0011 00 000e 22 5c 0a 00 1b5b33316d ff c3a9 e280ae" };

    talk_client_hello(talk, &hello);
    talk_hex(talk, HL_SERVER, "15 0303 0002 02 70");
}

/* --- SSL 2.0 --------------------------------------------------------------- */

static void ssl2_hello_for_tls(struct talk *talk)
{
    talk_hex(talk, HL_CLIENT, "80 1f 01 0301 0006 0000 0010 00002f 010080" "00112233445566778899aabbccddeeff");
    server_flight(talk, &(struct hello){ .version = 0x0301, .suites = "002f" }, true, false);
    talk_message(talk, HL_CLIENT, 16, "0004 01020304");
    talk_finished(talk, HL_CLIENT);
    talk_finished(talk, HL_SERVER);
}

static void ssl2(struct talk *talk)
{
    talk_hex(talk, HL_CLIENT, "80 1c 01 0002 0003 0000 0010 010080" "00112233445566778899aabbccddeeff");
    talk_hex(talk, HL_SERVER, "80 24 04 00 01 0002 0006 0003 0010 300430020500 010080"
             "00112233445566778899aabbccddeeff");
    talk_hex(talk, HL_CLIENT, "80 05 02 01008000");
}

#define COMPLETED "handlens.outcome = \"completed\"\n handlens.reason = null\n tls.established = true\n"
#define FULL "handlens.resumption.accepted = null\n tls.resumed = false\n"

static const struct row rows[] = {
    { "TLS 1.2", tls12, CLIENT_CLOSES,
      COMPLETED FULL "tls.version = \"1.2\"\n tls.cipher = \"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\"\n"
      "tls.client.server_name = \"example.com\"\n tls.curve = \"x25519\"\n source.ip = \"192.0.2.1\"\n"
      "destination.port = 443\n handlens.server_key_exchange.group.id = 29\n event.outcome = \"success\"\n"
      "handlens.certificates.server.0.public_key.curve = \"secp384r1\"\n handlens.certificates.client = null\n"
      "handlens.certificates.why_absent = {\"client\":\"not requested\"}\n handlens.hello_retry_request = null\n"
      "handlens.messages.0.type.name = \"client_hello\"\n handlens.messages.2.type.name = \"certificate\"\n"
      "handlens.messages.6.type = null\n handlens.messages.6.from = \"client\"\n"
      "handlens.messages.7.type.name = \"new_session_ticket\"\n handlens.messages.8.encrypted = true\n"
      "handlens.change_cipher_spec.1.from = \"server\"\n handlens.alerts = []\n handlens.before_tls = null" },
    { "TLS 1.2, a byte a record", tls12_in_tiny_records, CLIENT_CLOSES,
      COMPLETED FULL "tls.client.server_name = \"example.com\"\n"
      "handlens.messages.3.type.name = \"server_key_exchange\"\n"
      "handlens.messages.3.records = 300\n handlens.messages.4.type.name = \"server_hello_done\"" },
    { "TLS 1.3", tls13, SERVER_CLOSES,
      COMPLETED FULL "tls.version = \"1.3\"\n tls.cipher = \"TLS_AES_128_GCM_SHA256\"\n tls.curve = \"x25519\"\n"
      "handlens.certificates.why_absent = {\"server\":\"encrypted\",\"client\":\"encrypted\"}\n"
      "handlens.resumption.offered = []" },
    { "TLS 1.3, and what follows", tls13_and_more, SERVER_CLOSES,
      COMPLETED FULL "handlens.alerts = []\n handlens.messages.6 = (nothing)" },
    { "HelloRetryRequest", hello_retry, CLIENT_CLOSES,
      COMPLETED FULL "tls.version = \"1.3\"\n handlens.hello_retry_request.group.id = 29\n"
      "handlens.client_hello.key_shares = []\n handlens.second_client_hello.key_shares.0.length = 32\n"
      "handlens.server_hello.group.id = 29" },
    { "anonymous", anonymous, CLIENT_CLOSES,
      COMPLETED "handlens.certificates.why_absent.server = \"anonymous cipher suite\"" },
    { "pre-shared key of TLS 1.2", pre_shared_key, CLIENT_CLOSES,
      COMPLETED "handlens.certificates.why_absent.server = \"pre-shared key\"" },
    { "no client certificate", client_certificate_refused, SERVER_CLOSES,
      "handlens.outcome = \"failed\"\n handlens.reason = \"fatal alert\"\n"
      "handlens.certificates.why_absent.client = \"empty\"\n"
      "handlens.alerts.0.description.name = \"handshake_failure\"\n"
      "handlens.certificates.server.1.length = 600" },
    { "NULL cipher", null_cipher, CLIENT_CLOSES,
      COMPLETED FULL "handlens.messages.5.type.name = \"finished\"\n handlens.messages.5.encrypted = false\n"
      "handlens.messages.6.type.name = \"finished\"\n handlens.cipher.cipher = \"NULL\"" },
    { "a certificate of half a megabyte", half_a_megabyte, CLIENT_CLOSES,
      COMPLETED "handlens.certificates.server.0.length = 524288\n handlens.messages.2.length = 524294\n"
      "handlens.messages.2.captured = (nothing)" },
    { "more certificates than are read", certificates_without_end, CLIENT_CLOSES,
      COMPLETED "handlens.certificates.server_not_shown = 8\n handlens.certificates.server.31.length = 71" },

    { "resumed by session id", session_id, CLIENT_CLOSES,
      COMPLETED "handlens.resumption.accepted = \"session_id\"\n tls.resumed = true\n"
      "handlens.resumption.offered = [\"session_id\"]\n handlens.certificates.why_absent.server = \"resumed\"" },
    { "resumed by ticket", session_ticket, CLIENT_CLOSES,
      COMPLETED "handlens.resumption.accepted = \"session_ticket\"\n"
      "handlens.resumption.offered = [\"session_id\",\"session_ticket\"]" },
    { "resumed by ticket, without an id", ticket_without_id, CLIENT_CLOSES,
      COMPLETED "handlens.resumption.accepted = \"session_ticket\"" },
    { "resumption declined", declined, CLIENT_CLOSES, COMPLETED FULL },
    { "resumption declined, the id echoed", declined_with_an_echo, CLIENT_CLOSES, COMPLETED FULL },
    { "resumed by PSK", psk, CLIENT_CLOSES,
      COMPLETED "handlens.resumption.accepted = \"psk\"\n handlens.resumption.offered = [\"psk\"]" },
    { "PSK declined", psk_declined, CLIENT_CLOSES, COMPLETED FULL },

    { "refused with an alert", refused, SERVER_CLOSES,
      "handlens.outcome = \"failed\"\n handlens.reason = \"fatal alert\"\n event.outcome = \"failure\"\n"
      "handlens.alerts.0.level.name = \"fatal\"\n handlens.alerts.0.description.id = 40\n"
      "handlens.alerts.0.from = \"server\"\n handlens.server_hello = null\n"
      "handlens.certificates.why_absent.server = \"no server hello was seen\"" },
    { "only warned", warned_only, CLIENT_CLOSES, COMPLETED "handlens.alerts.0.level.name = \"warning\"" },
    { "the client does not trust it", unknown_ca, CLIENT_RESETS,
      "handlens.outcome = \"failed\"\n handlens.alerts.0.from = \"client\"\n"
      "handlens.alerts.0.description.name = \"unknown_ca\"" },
    { "an encrypted alert", encrypted_alert, SERVER_CLOSES,
      "handlens.outcome = \"failed\"\n handlens.reason = \"the server closed the connection\"\n"
      "handlens.alerts.0.encrypted = true\n handlens.alerts.0.description = null" },
    { "an encrypted alert of TLS 1.3", encrypted_alert13, CLIENT_CLOSES,
      "handlens.outcome = \"failed\"\n handlens.reason = \"the client closed the connection\"\n handlens.alerts = []" },
    { "the server closed the connection after the server hello", hello_and_nothing_else, SERVER_CLOSES,
      "handlens.outcome = \"failed\"\n handlens.reason = \"the server closed the connection\"" },
    { "the server reset the connection", hello_and_nothing_else, SERVER_RESETS,
      "handlens.outcome = \"failed\"\n handlens.reason = \"the server reset the connection\"" },
    { "the client reset the connection", hello_and_nothing_else, CLIENT_RESETS,
      "handlens.outcome = \"failed\"\n handlens.reason = \"the client reset the connection\"" },
    { "nothing but a hello", hello_only, SERVER_CLOSES,
      "handlens.outcome = \"failed\"\n handlens.reason = \"the server closed the connection\"\n"
      "handlens.diagnosis.0.code = \"server-closed-after-client-hello\"" },
    { "only the server's side", only_the_server, SERVER_CLOSES,
      "handlens.outcome = \"incomplete\"\n handlens.reason = \"only one side was captured\"\n"
      "handlens.client_hello = null\n handlens.messages.0.from = \"server\"" },
    { "only the server's side, to its end", only_the_server_to_its_end, SERVER_CLOSES,
      COMPLETED "handlens.client_hello = null" },
    { "many alerts", many_alerts, SERVER_CLOSES,
      "handlens.alerts_not_shown = 5\n handlens.alerts.31.description.name = \"user_canceled\"" },
    { "many messages", many_messages, SERVER_CLOSES,
      "handlens.messages_not_shown = 10\n handlens.messages.511.type.name = \"hello_request\"" },
    { "a broken hello", broken_hello, SERVER_CLOSES,
      "handlens.outcome = \"failed\"\n tls.client.server_name = \"example.com\"\n"
      "handlens.client_hello.extensions.0.server_name = \"example.com\"" },
    { "a hostile name", hostile_name, SERVER_CLOSES, "handlens.outcome = \"failed\"" },

    { "an SSL 2.0 hello that asks for TLS", ssl2_hello_for_tls, CLIENT_CLOSES,
      COMPLETED "tls.version = \"1.0\"\n tls.cipher = \"TLS_RSA_WITH_AES_128_CBC_SHA\"\n"
      "handlens.messages.0.ssl2 = true" },
    { "SSL 2.0", ssl2, CLIENT_CLOSES,
      "handlens.outcome = \"failed\"\n handlens.server_hello.session_id_hit = false\n"
      "handlens.certificates.server.0.length = 6" },
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static void close_stream(struct hl_tls_stream *stream, enum end end)
{
    enum hl_side by = end == CLIENT_CLOSES || end == CLIENT_RESETS ? HL_CLIENT : HL_SERVER;

    hl_stream_close(stream, by, end == CLIENT_RESETS || end == SERVER_RESETS, 1700000100000000000);
}

/* What does not depend on how it was cut must not: the row's facts, and all else that the document says. */
static void check_row(void **state)
{
    static const size_t pieces[] = { 0, 1, 2, 5, 6, 100, 1460, 20000 };
    const struct row *row = *state;
    char *first[2] = { NULL, NULL };
    struct talk talk;

    talk_init(&talk);
    row->build(&talk);
    for (size_t i = 0; i < 2 * sizeof pieces / sizeof pieces[0]; i++) {
        struct documents docs;
        unsigned detailed = i % 2;
        documents_init(&docs, detailed ? 2 : 0);
        close_stream(documents_say(&docs, &talk, pieces[i / 2]), row->end);
        assert_int_equal(docs.count, 1);
        if (!detailed)
            assert_true(documents_are(&docs, 0, row->checks));
        char *essence = document_essence(docs.text[0]);
        assert_non_null(essence);
        if (first[detailed] == NULL) {
            first[detailed] = essence;
        } else {
            assert_string_equal(essence, first[detailed]);
            free(essence);
        }
        documents_cleanup(&docs);
    }
    free(first[0]);
    free(first[1]);
    talk_cleanup(&talk);
}

/* --- gaps, and what else is not a row --------------------------------------- */

static struct hl_tls_stream *open_stream(struct documents *docs)
{
    return hl_stream_open(docs->inspector, (struct hl_end){ { NULL, 0 }, 1 }, (struct hl_end){ { NULL, 0 }, 2 });
}

/* Bytes of the server are missing between any two places: one document, and JSON it is. */
static void gap_anywhere(void **state)
{
    struct documents docs;
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_tls12(&talk, 0);
    struct hl_span client = buf_view(&talk.bytes[HL_CLIENT]), server = buf_view(&talk.bytes[HL_SERVER]);
    server.len = server.len > 2000 ? 2000 : server.len;
    for (size_t begin = 0; begin < server.len; begin += 37) {
        for (size_t n = 1; begin + n < server.len; n = n * 3 + 1) {
            documents_init(&docs, 2);
            struct hl_tls_stream *stream = open_stream(&docs);
            hl_stream_bytes(stream, HL_CLIENT, (struct hl_span){ client.ptr, talk.turns[0].end }, 1);
            if (begin > 0)
                hl_stream_bytes(stream, HL_SERVER, (struct hl_span){ server.ptr, begin }, 2);
            hl_stream_gap(stream, HL_SERVER, n, 3);
            hl_stream_bytes(stream, HL_SERVER,
                            (struct hl_span){ server.ptr + begin + n, server.len - begin - n }, 4);
            hl_stream_close(stream, HL_SERVER, false, 5);
            assert_int_equal(docs.count, 1);
            assert_true(documents_are(&docs, 0, "handlens.capture.gaps = 1\n"
                                                "handlens.client_hello.version = (nothing)\n"
                                                "tls.client.server_name = \"example.com\""));
            documents_cleanup(&docs);
        }
    }
    talk_cleanup(&talk);
}

static void gap_makes_incomplete(void **state)
{
    struct documents docs;
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_client_hello(&talk, &(struct hello){ .extensions = EXT_SERVER_NAME });
    documents_init(&docs, 0);
    struct hl_tls_stream *stream = documents_say(&docs, &talk, 0);
    assert_true(hl_stream_gap(stream, HL_SERVER, 1000, 1700000001000000000));
    hl_stream_close(stream, HL_SERVER, true, 1700000002000000000);
    assert_true(documents_are(&docs, 0, "handlens.outcome = \"incomplete\"\n"
                                        "handlens.reason = \"bytes are missing in the capture\""));
    documents_cleanup(&docs);
    talk_cleanup(&talk);
}

/* Once it is told it stays told. */
static void bytes_after_the_end(void **state)
{
    struct hl_counters counters;
    struct documents docs;
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_tls12(&talk, 0);
    documents_init(&docs, 0);
    struct hl_tls_stream *stream = documents_say(&docs, &talk, 0);
    assert_int_equal(docs.count, 1);
    assert_false(hl_stream_bytes(stream, HL_CLIENT, buf_view(&talk.bytes[HL_CLIENT]), 9));
    assert_false(hl_stream_gap(stream, HL_CLIENT, 5, 9));
    hl_stream_close(stream, HL_CLIENT, false, 10);
    assert_int_equal(docs.count, 1);
    hl_inspector_counters(docs.inspector, &counters);
    assert_int_equal(counters.handshakes, 1);
    assert_int_equal(counters.outcomes[HL_COMPLETED], 1);
    assert_int_equal(counters.certificates, 1);
    documents_cleanup(&docs);
    talk_cleanup(&talk);
}

/* The same certificates are decoded and judged once. */
static void chains_are_judged_once(void **state)
{
    struct hl_counters counters;
    struct documents docs;
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_tls12(&talk, 0);
    documents_init(&docs, 0);
    for (unsigned i = 0; i < 3; i++)
        close_stream(documents_say(&docs, &talk, 0), CLIENT_CLOSES);
    hl_inspector_counters(docs.inspector, &counters);
    assert_int_equal(counters.handshakes, 3);
    assert_int_equal(counters.certificates, 1);
    assert_int_equal(counters.chains_judged, 1);
    assert_int_equal(counters.handshake_checks, 3);
    documents_cleanup(&docs);
    talk_cleanup(&talk);
}

/* Nothing of TLS is nothing to tell. */
static void no_handshake(void **state)
{
    struct hl_counters counters;
    struct documents docs;
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_cipher(&talk, HL_CLIENT, 23, 500);
    talk_cipher(&talk, HL_SERVER, 23, 500);
    documents_init(&docs, 0);
    hl_stream_close(documents_say(&docs, &talk, 100), HL_CLIENT, false, 1);
    hl_inspector_counters(docs.inspector, &counters);
    assert_int_equal(docs.count, 0);
    assert_int_equal(counters.without_handshake, 1);
    documents_cleanup(&docs);
    talk_cleanup(&talk);
}

/* Sessions and printers are used again: what one leaves behind must not show in the next. */
static void one_after_another(void **state)
{
    struct documents together;
    struct talk talk;

    (void)state;
    documents_init(&together, 0);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < ROWS; i++) {
            struct documents alone;
            talk_init(&talk);
            rows[i].build(&talk);
            documents_init(&alone, 0);
            close_stream(documents_say(&alone, &talk, 0), rows[i].end);
            close_stream(documents_say(&together, &talk, 0), rows[i].end);
            assert_int_equal(alone.count, 1);
            char *expect = document_essence(alone.text[0]);
            char *text = document_essence(together.text[together.count - 1]);
            assert_string_equal(text, expect);
            free(expect);
            free(text);
            documents_cleanup(&alone);
            talk_cleanup(&talk);
        }
    }
    assert_int_equal(together.count, 2 * ROWS);
    documents_cleanup(&together);
}

/* Every prefix of both streams gives at most one document, and that is JSON. */
static void every_prefix(void **state)
{
    struct talk talk;

    (void)state;
    talk_init(&talk);
    hello_retry(&talk);
    for (size_t turn = 0; turn < talk.count; turn++) {
        struct talk cut = talk;
        cut.count = turn + 1;
        for (size_t end = talk.turns[turn].begin + 1; end < talk.turns[turn].end; end += 1 + end / 40) {
            struct documents docs;
            cut.turns[turn].end = end;
            documents_init(&docs, 2);
            hl_stream_close(documents_say(&docs, &cut, 0), HL_CLIENT, false, 1700000100000000000);
            assert_true(docs.count <= 1);
            if (docs.count == 1) {
                char *essence = document_essence(docs.text[0]);
                assert_non_null(essence);
                free(essence);
            }
            documents_cleanup(&docs);
        }
    }
    talk_cleanup(&talk);
}

int main(void)
{
    struct CMUnitTest tests[ROWS + 7] = {
        cmocka_unit_test(gap_anywhere), cmocka_unit_test(gap_makes_incomplete), cmocka_unit_test(bytes_after_the_end),
        cmocka_unit_test(no_handshake), cmocka_unit_test(one_after_another),    cmocka_unit_test(every_prefix),
        cmocka_unit_test(chains_are_judged_once),
    };

    for (size_t i = 0; i < ROWS; i++)
        tests[7 + i] = (struct CMUnitTest){ .name = rows[i].name,
                                            .test_func = check_row,
                                            .initial_state = (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
