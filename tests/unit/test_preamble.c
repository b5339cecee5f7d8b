/* What is spoken before TLS: recognised by name, and TLS found behind it at the very byte, however
 * the bytes are cut into segments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "net/preamble.h"
#include "support/make_tls.h"

enum { TURNS = 12 };

/* 'c' or 's' says who speaks, 'C' or 'S' the same in hex. */
struct row {
    const char *name;   /* of the case */
    const char *expect; /* what preamble_name() says */
    const char *turns[TURNS];
};

static const struct row rows[] = {
    { "nothing", NULL, { NULL } },
    { "smtp", "smtp",
      { "s220 mail.example.com ESMTP Postfix\r\n", "cEHLO client.example.com\r\n",
        "s250-mail.example.com\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
        "cSTARTTLS\r\n", "s220 2.0.0 Ready to start TLS\r\n" } },
    { "smtp with HELO, in lower case", "smtp",
      { "s220-a.example\r\n220 ready\r\n", "chelo x\r\n", "s250 a.example\r\n", "cstarttls\r\n",
        "s220 go ahead\r\n" } },
    { "smtp: STARTTLS refused, then tried again", "smtp",
      { "s220 a.example ESMTP\r\n", "cEHLO x\r\n", "s250 STARTTLS\r\n", "cSTARTTLS\r\n",
        "s454 4.7.0 TLS not available\r\n", "cSTARTTLS\r\n", "s220 ok\r\n" } },
    { "lmtp", "lmtp",
      { "s220 lmtp.example.com LMTP\r\n", "cLHLO client.example.com\r\n", "s250-lmtp.example.com\r\n250 STARTTLS\r\n",
        "cSTARTTLS\r\n", "s220 2.0.0 Begin TLS negotiation now.\r\n" } },
    { "imap", "imap",
      { "s* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] Dovecot ready.\r\n", "ca001 CAPABILITY\r\n",
        "s* CAPABILITY IMAP4rev1 STARTTLS\r\na001 OK done\r\n", "ca002 STARTTLS\r\n",
        "sa002 OK Begin TLS negotiation now.\r\n" } },
    { "imap with PREAUTH and a tag of its own", "imap",
      { "s* PREAUTH ready\r\n", "c. starttls\r\n", "s. OK\r\n" } },
    { "pop3", "pop3",
      { "s+OK Dovecot ready. <1896.697170952@example.com>\r\n", "cCAPA\r\n", "s+OK\r\nCAPA\r\nSTLS\r\n.\r\n",
        "cSTLS\r\n", "s+OK Begin TLS negotiation now.\r\n" } },
    { "ftp", "ftp",
      { "s220 (vsFTPd 3.0.5)\r\n", "cAUTH TLS\r\n", "s234 Proceed with negotiation.\r\n" } },
    { "ftp with AUTH SSL", "ftp",
      { "s220 ProFTPD\r\n", "cFEAT\r\n", "s211-Features:\r\n AUTH TLS\r\n211 End\r\n", "cAUTH SSL\r\n",
        "s234 AUTH SSL successful\r\n" } },
    { "nntp", "nntp",
      { "s200 news.example.com InterNetNews NNRP server ready\r\n", "cCAPABILITIES\r\n",
        "s101 Capability list:\r\nVERSION 2\r\nSTARTTLS\r\n.\r\n", "cSTARTTLS\r\n",
        "s382 Continue with TLS negotiation\r\n" } },
    { "sieve", "sieve",
      { "s\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n\"SIEVE\" \"fileinto reject\"\r\n\"STARTTLS\"\r\nOK\r\n",
        "cSTARTTLS\r\n", "sOK \"Begin TLS negotiation now.\"\r\n" } },
    { "irc", "irc",
      { "cCAP LS 302\r\nSTARTTLS\r\n", "s:irc.example.com 670 * :STARTTLS successful, go ahead\r\n" } },
    { "xmpp", "xmpp",
      { "c<?xml version='1.0'?><stream:stream to='example.com' xmlns='jabber:client' version='1.0'>",
        "s<?xml version='1.0'?><stream:stream id='1'><stream:features>"
        "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
        "c<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        "s<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" } },
    { "ldap", "ldap",
      { "C301d 02 01 01 77 18 80 16 312e332e362e312e342e312e313436362e3230303337",
        "S300c 02 01 01 78 07 0a 01 00 04 00 04 00" } },
    { "postgresql", "postgresql", { "C00000008 04d2162f", "sS" } },
    { "postgresql after a GSSENCRequest", "postgresql", { "C00000008 04d21630", "sN", "C00000008 04d2162f", "sS" } },
    { "mysql", "mysql",
      { "S4a000000 0a 382e302e333500 08000000 1122334455667788 00 ffff ff 0200 ffdf 15 00000000000000000000"
        "0102030405060708090a0b0c 00 63616368696e675f736861325f70617373776f726400",
        "C20000001 8daebf09 00000001 ff 0000000000000000000000000000000000000000000000" } },
    { "rdp", "rdp",
      { "C0300 0013 0e e0 0000 0000 00 01 00 0800 0b000000", "S0300 0013 0e d0 0000 1234 00 02 1f 0800 02000000" } },
    { "http-connect", "http-connect",
      { "cCONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\nUser-Agent: curl/8.5.0\r\n\r\n",
        "sHTTP/1.1 200 Connection established\r\n\r\n" } },
    { "http-connect with a login", "http-connect",
      { "cCONNECT a.example:443 HTTP/1.1\r\n\r\n",
        "sHTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 4\r\n\r\nnope",
        "cCONNECT a.example:443 HTTP/1.1\r\nProxy-Authorization: Basic eDp5\r\n\r\n", "sHTTP/1.0 200 OK\r\n\r\n" } },
    { "http-upgrade", "http-upgrade",
      { "cOPTIONS * HTTP/1.1\r\nHost: example.com\r\nUpgrade: TLS/1.0\r\nConnection: Upgrade\r\n\r\n",
        "sHTTP/1.1 101 Switching Protocols\r\nUpgrade: TLS/1.0, HTTP/1.1\r\nConnection: Upgrade\r\n\r\n" } },
    { "socks4", "socks4", { "C04 01 01bb c0000202 757365 00", "S00 5a 0000 00000000" } },
    { "socks4a", "socks4a", { "C04 01 01bb 00000001 00 6578616d706c652e636f6d 00", "S00 5a 0000 00000000" } },
    { "socks5", "socks5",
      { "C05 01 00", "S05 00", "C05 01 00 03 0b 6578616d706c652e636f6d 01bb", "S05 00 00 01 00000000 0000" } },
    { "socks5 with a password", "socks5",
      { "C05 02 00 02", "S05 02", "C01 01 61 01 62", "S01 00", "C05 01 00 01 c0000202 01bb",
        "S05 00 00 01 00000000 0000" } },
    { "proxy-v1", "proxy-v1", { "cPROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n" } },
    { "proxy-v2", "proxy-v2",
      { "C0d0a0d0a000d0a515549540a 21 11 000c c0000201 c0000202 dc04 01bb" } },
    { "proxy-v1 before smtp", "proxy-v1",
      { "cPROXY TCP4 192.0.2.1 192.0.2.2 56324 25\r\n", "s220 a.example ESMTP\r\n", "cEHLO x\r\n",
        "s250 STARTTLS\r\n", "cSTARTTLS\r\n", "s220 ok\r\n" } },
    { "something of its own", "unknown", { "cHELLO 1\n", "sWHO ARE YOU\n", "cTLS PLEASE\n", "sSURE\n" } },
    { "bytes that look like a record, but are none", "unknown",
      { "C160303ffff01", "S1603010000020100", "C1603030100010000aa0303", "S17030300051122334455", "s\n" } },
};

enum { ROWS = sizeof rows / sizeof rows[0] };

struct seen {
    struct hl_buffer tls[2];
    enum hl_search state[2];
};

static void push(struct hl_preamble *p, struct seen *seen, unsigned direction, struct hl_span bytes, size_t piece)
{
    for (size_t at = 0; at < bytes.len; at += piece) {
        size_t n = bytes.len - at < piece ? bytes.len - at : piece;
        uint8_t *exact = malloc(n);
        struct hl_span tls[2];
        assert_non_null(exact);
        memcpy(exact, bytes.ptr + at, n);
        seen->state[direction] = preamble_push(p, direction, (struct hl_span){ exact, n }, tls);
        buf_span(&seen->tls[direction], tls[0]);
        buf_span(&seen->tls[direction], tls[1]);
        free(exact);
    }
}

static void push_turn(struct hl_preamble *p, struct seen *seen, const char *turn, size_t piece)
{
    struct hl_buffer bytes = make_buffer();
    unsigned from = (*turn | 0x20) == 'c' ? HL_CLIENT : HL_SERVER;

    if (*turn == 'C' || *turn == 'S')
        put_hex(&bytes, turn + 1);
    else
        buf_string(&bytes, turn + 1);
    push(p, seen, from, buf_view(&bytes), piece);
    buf_cleanup(&bytes);
}

static void seen_init(struct seen *seen)
{
    *seen = (struct seen){ .tls = { make_buffer(), make_buffer() } };
}

static void seen_cleanup(struct seen *seen)
{
    buf_cleanup(&seen->tls[0]);
    buf_cleanup(&seen->tls[1]);
}

static void check(const struct row *row, const struct talk *talk, size_t piece, unsigned client)
{
    struct hl_preamble p;
    struct seen seen;

    preamble_init(&p, false);
    seen_init(&seen);
    for (size_t i = 0; i < TURNS && row->turns[i] != NULL; i++) {
        push_turn(&p, &seen, row->turns[i], piece);
        assert_int_equal(seen.state[0], SEARCH_GOING_ON);
        assert_int_equal(seen.state[1], SEARCH_GOING_ON);
    }
    for (size_t i = 0; i < talk->count; i++) {
        const struct turn *turn = &talk->turns[i];
        push(&p, &seen, turn->from,
             (struct hl_span){ talk->bytes[turn->from].data + turn->begin, turn->end - turn->begin }, piece);
    }
    for (unsigned side = 0; side < 2; side++) {
        assert_int_equal(seen.state[side], SEARCH_FOUND);
        assert_int_equal(seen.tls[side].len, talk->bytes[side].len);
        assert_memory_equal(seen.tls[side].data, talk->bytes[side].data, talk->bytes[side].len);
        assert_int_equal(preamble_foreign(&p, side).len, 0);
    }
    const char *name = preamble_name(&p, client);
    if (row->expect == NULL)
        assert_null(name);
    else
        assert_string_equal(name, row->expect);
    seen_cleanup(&seen);
    preamble_cleanup(&p);
}

static void check_row(void **state)
{
    static const size_t pieces[] = { SIZE_MAX / 2, 1, 2, 3, 5, 7, 16, 64, 100, 1000 };
    struct talk tls12, tls13, alert;

    talk_init(&tls12);
    talk_init(&tls13);
    talk_init(&alert);
    talk_tls12(&tls12, 0);
    talk_tls13(&tls13);
    talk_client_hello(&alert, &(struct hello){ .version = 0x0303 });
    talk_hex(&alert, HL_SERVER, "15 0303 0002 02 28");
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        check(*state, &tls12, pieces[i], HL_CLIENT);
        check(*state, &tls13, pieces[i], HL_CLIENT);
        check(*state, &alert, pieces[i], HL_CLIENT);
    }
    talk_cleanup(&tls12);
    talk_cleanup(&tls13);
    talk_cleanup(&alert);
}

/* The hello may come in one segment with the last word before it. */
static void together_with_the_last_word(void **state)
{
    struct hl_preamble p;
    struct hl_buffer bytes = make_buffer();
    struct hl_span tls[2];

    (void)state;
    buf_string(&bytes, "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n");
    size_t before = bytes.len;
    struct hl_buffer hello = make_buffer();
    put_client_hello(&hello, &(struct hello){ .extensions = EXT_SERVER_NAME });
    put_hex(&bytes, "16 0301");
    size_t record = vec_begin(&bytes, 2);
    buf_span(&bytes, buf_view(&hello));
    vec_end(&bytes, 2, record);
    preamble_init(&p, false);
    assert_int_equal(preamble_push(&p, 0, buf_view(&bytes), tls), SEARCH_FOUND);
    assert_int_equal(tls[0].len + tls[1].len, bytes.len - before);
    assert_memory_equal(tls[0].ptr, bytes.data + before, tls[0].len);
    assert_string_equal(preamble_name(&p, 0), "proxy-v1");
    preamble_cleanup(&p);
    buf_cleanup(&bytes);
    buf_cleanup(&hello);
}

static void plain_http_is_not_tls(void **state)
{
    static const char request[] = "cGET / HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n";
    static const char answer[] = "sHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    (void)state;
    for (size_t piece = 1; piece < 100; piece++) {
        struct hl_preamble p;
        struct seen seen;
        preamble_init(&p, false);
        seen_init(&seen);
        for (unsigned i = 0; i < 20; i++) {
            push_turn(&p, &seen, request, piece);
            push_turn(&p, &seen, answer, piece);
        }
        assert_int_equal(seen.state[0], SEARCH_GOING_ON);
        assert_int_equal(seen.state[1], SEARCH_GOING_ON);
        seen_cleanup(&seen);
        preamble_cleanup(&p);
    }
}

/* A client that begins TLS, and a server that answers in its own language. */
static void foreign_answer(void **state)
{
    static const char answer[] = "sHTTP/1.1 400 Bad Request\r\n\r\n";
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_client_hello(&talk, &(struct hello){ .extensions = EXT_SERVER_NAME });
    for (size_t piece = 1; piece < 50; piece++) {
        struct hl_preamble p;
        struct seen seen;
        preamble_init(&p, false);
        seen_init(&seen);
        push_turn(&p, &seen, "cSTARTTLS\r\n", piece);
        push_turn(&p, &seen, "s220 ok\r\n", piece);
        push(&p, &seen, HL_CLIENT, buf_view(&talk.bytes[HL_CLIENT]), piece);
        push_turn(&p, &seen, answer, piece);
        assert_int_equal(seen.state[HL_SERVER], SEARCH_GOING_ON);
        struct hl_span foreign = preamble_foreign(&p, HL_SERVER);
        assert_int_equal(foreign.len, strlen(answer) - 1);
        assert_memory_equal(foreign.ptr, answer + 1, foreign.len);
        assert_int_equal(preamble_foreign(&p, HL_CLIENT).len, 0);
        seen_cleanup(&seen);
        preamble_cleanup(&p);
    }
    talk_cleanup(&talk);
}

/* `before` bytes of text, then a hello: found as long as it begins within the cap. */
static void behind(size_t before, size_t piece, enum hl_search expect)
{
    struct hl_buffer text = make_buffer();
    struct hl_preamble p;
    struct seen seen;
    struct talk talk;

    talk_init(&talk);
    talk_client_hello(&talk, &(struct hello){ .extensions = EXT_SERVER_NAME });
    preamble_init(&p, false);
    seen_init(&seen);
    put_fill(&text, 'x', before);
    push(&p, &seen, 0, buf_view(&text), piece);
    push(&p, &seen, 0, buf_view(&talk.bytes[HL_CLIENT]), piece);
    assert_int_equal(seen.state[0], expect);
    if (expect == SEARCH_FOUND) {
        assert_int_equal(seen.tls[0].len, talk.bytes[HL_CLIENT].len);
        assert_memory_equal(seen.tls[0].data, talk.bytes[HL_CLIENT].data, seen.tls[0].len);
    }
    seen_cleanup(&seen);
    preamble_cleanup(&p);
    buf_cleanup(&text);
    talk_cleanup(&talk);
}

static void tls_behind_the_cap(void **state)
{
    (void)state;
    for (size_t piece = 1; piece <= 16384; piece *= 4) {
        behind(HL_PREAMBLE_MAX - 20, piece, SEARCH_FOUND);
        behind(HL_PREAMBLE_MAX + 1, piece, SEARCH_FOUND);
        behind(5 * HL_PREAMBLE_MAX, piece, SEARCH_FOUND);
        behind(HL_PREAMBLE_SEARCH_MAX + 2 * HL_PREAMBLE_MAX, piece, SEARCH_GIVEN_UP);
    }
}

/* In mid-stream any record may be the first that was captured. */
static void mid_stream(void **state)
{
    struct seen seen;
    struct talk talk;
    struct hl_preamble p;

    (void)state;
    talk_init(&talk);
    talk_cipher(&talk, HL_SERVER, 23, 100);
    preamble_init(&p, true);
    seen_init(&seen);
    push(&p, &seen, 1, buf_view(&talk.bytes[HL_SERVER]), 1000);
    assert_int_equal(seen.state[1], SEARCH_FOUND);
    assert_int_equal(seen.tls[1].len, 105);
    preamble_cleanup(&p);
    preamble_init(&p, false); /* but not where a connection begins */
    seen.state[1] = SEARCH_GOING_ON;
    push(&p, &seen, 1, buf_view(&talk.bytes[HL_SERVER]), 1000);
    assert_int_equal(seen.state[1], SEARCH_GOING_ON);
    preamble_cleanup(&p);
    seen_cleanup(&seen);
    talk_cleanup(&talk);
}

static void after_a_gap(void **state)
{
    struct seen seen;
    struct talk talk;
    struct hl_preamble p;

    (void)state;
    talk_init(&talk);
    talk_tls12(&talk, 0);
    preamble_init(&p, false);
    seen_init(&seen);
    push_turn(&p, &seen, "cEHLO x\r\n", 100);
    preamble_gap(&p, HL_CLIENT);
    push(&p, &seen, HL_CLIENT, buf_view(&talk.bytes[HL_CLIENT]), 50);
    assert_int_equal(seen.state[HL_CLIENT], SEARCH_FOUND);
    assert_int_equal(seen.tls[HL_CLIENT].len, talk.bytes[HL_CLIENT].len);
    preamble_cleanup(&p);
    seen_cleanup(&seen);
    talk_cleanup(&talk);
}

/* --- TDS: TLS inside packets ------------------------------------------------ */

#define PRELOGIN "12 01 002f 0000 01 00 00001a000601 00200001 02 00210001 03 00220004 04 00260001 ff" \
                 "110000000000 01 00 00000000 00"
#define RESPONSE "04 01 002b 0000 01 00 00001a000601 00200001 02 00210001 03 00220000 04 00220001 ff" \
                 "0f0007d00000 01 00 00"

/* What a side says, in TDS packets of at most `packet` bytes. */
static void put_packets(struct hl_buffer *out, struct hl_span bytes, size_t packet)
{
    while (bytes.len > 0) {
        size_t n = bytes.len < packet ? bytes.len : packet;
        put_uint(out, 1, 0x12);
        put_uint(out, 1, n == bytes.len);
        put_uint(out, 2, n + 8);
        put_uint(out, 4, 0);
        buf_put(out, bytes.ptr, n);
        bytes.ptr += n;
        bytes.len -= n;
    }
}

static void say_tds(const struct talk *talk, size_t packet, size_t piece)
{
    struct hl_preamble p;
    struct seen seen;

    preamble_init(&p, false);
    seen_init(&seen);
    push_turn(&p, &seen, "C" PRELOGIN, piece);
    push_turn(&p, &seen, "S" RESPONSE, piece);
    for (size_t i = 0; i < talk->count; i++) {
        const struct turn *turn = &talk->turns[i];
        struct hl_span bytes = { talk->bytes[turn->from].data + turn->begin, turn->end - turn->begin };
        struct hl_buffer wrapped = make_buffer();
        if (i < 4) /* until the handshake is over */
            put_packets(&wrapped, bytes, packet);
        else
            buf_span(&wrapped, bytes);
        push(&p, &seen, turn->from, buf_view(&wrapped), piece);
        buf_cleanup(&wrapped);
    }
    for (unsigned side = 0; side < 2; side++) {
        assert_int_equal(seen.state[side], SEARCH_FOUND);
        assert_int_equal(seen.tls[side].len, talk->bytes[side].len);
        assert_memory_equal(seen.tls[side].data, talk->bytes[side].data, talk->bytes[side].len);
    }
    assert_string_equal(preamble_name(&p, HL_CLIENT), "tds");
    seen_cleanup(&seen);
    preamble_cleanup(&p);
}

static void tds(void **state)
{
    static const size_t packets[] = { 4088, 100, 7 };
    static const size_t pieces[] = { 100000, 1460, 100, 16 };
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_tls12(&talk, 0);
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        for (size_t k = 0; k < sizeof pieces / sizeof pieces[0]; k++)
            say_tds(&talk, packets[i], pieces[k]);
    }
    talk_cleanup(&talk);
}

int main(void)
{
    struct CMUnitTest tests[ROWS + 7] = {
        cmocka_unit_test(together_with_the_last_word), cmocka_unit_test(plain_http_is_not_tls),
        cmocka_unit_test(foreign_answer),              cmocka_unit_test(tls_behind_the_cap),
        cmocka_unit_test(mid_stream),                  cmocka_unit_test(after_a_gap),
        cmocka_unit_test(tds),
    };

    for (size_t i = 0; i < ROWS; i++)
        tests[7 + i] = (struct CMUnitTest){ .name = rows[i].name,
                                            .test_func = check_row,
                                            .initial_state = (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("preamble", tests, NULL, NULL);
}
