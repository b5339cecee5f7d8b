/* What was spoken before TLS, told from the first bytes of either side. */
#include "net/preamble.h"

#include "base/text.h"

#include <string.h>

/* Does a line of `text` begin with `word`? */
static bool has_line(struct hl_span text, const char *word)
{
    struct hl_span line;

    while (text.len > 0) {
        if (span_starts_nocase(text, word))
            return true;
        if (!span_line(&text, &line))
            return false;
    }
    return false;
}

static bool is_smtp(struct hl_span client, struct hl_span server)
{
    return has_line(client, "STARTTLS") && (has_line(client, "EHLO") || has_line(client, "HELO")
                                            || (client.len < 16 && span_contains_nocase(server, "smtp")));
}

static bool is_lmtp(struct hl_span client, struct hl_span server)
{
    (void)server;
    return has_line(client, "STARTTLS") && has_line(client, "LHLO");
}

static bool is_imap(struct hl_span client, struct hl_span server)
{
    return span_contains_nocase(client, " STARTTLS") && (has_line(server, "* OK") || has_line(server, "* PREAUTH"));
}

static bool is_pop3(struct hl_span client, struct hl_span server)
{
    return has_line(client, "STLS") && has_line(server, "+OK");
}

static bool is_ftp(struct hl_span client, struct hl_span server)
{
    (void)server;
    return has_line(client, "AUTH TLS") || has_line(client, "AUTH SSL");
}

static bool is_nntp(struct hl_span client, struct hl_span server)
{
    return has_line(client, "STARTTLS") && (has_line(server, "200 ") || has_line(server, "201 "))
           && has_line(server, "382 ");
}

static bool is_sieve(struct hl_span client, struct hl_span server)
{
    return has_line(client, "STARTTLS") && (has_line(server, "\"SIEVE\"") || has_line(server, "\"IMPLEMENTATION\""));
}

static bool is_irc(struct hl_span client, struct hl_span server)
{
    return has_line(client, "STARTTLS") && (span_contains_nocase(server, " 670 ") || span_contains_nocase(server, "NOTICE") || server.len == 0)
           && !has_line(server, "220");
}

static bool is_xmpp(struct hl_span client, struct hl_span server)
{
    return span_contains_nocase(client, "<starttls") || span_contains_nocase(server, "<proceed");
}

/* RFC 4511, section 4.14.1: an extended request with this OID. */
static bool is_ldap(struct hl_span client, struct hl_span server)
{
    return span_contains_nocase(client, "1.3.6.1.4.1.1466.20037") || span_contains_nocase(server, "1.3.6.1.4.1.1466.20037");
}

/* SSLRequest: length 8, code 1234.5679; GSSENCRequest (5680) may precede it. */
static bool is_postgresql(struct hl_span client, struct hl_span server)
{
    static const uint8_t request[] = { 0, 0, 0, 8, 0x04, 0xd2, 0x16 };

    return (client.len >= 8 && memcmp(client.ptr, request, sizeof request) == 0)
           || (client.len == 0 && server.len == 1 && server.ptr[0] == 'S');
}

/* Protocol::Handshake: 3-byte length, sequence 0, protocol version 10. */
static bool is_mysql(struct hl_span client, struct hl_span server)
{
    return (server.len > 5 && server.ptr[3] == 0 && server.ptr[4] == 10)
           || (client.len == 36 && memcmp(client.ptr, "\x20\x00\x00\x01", 4) == 0);
}

/* TPKT (RFC 1006) with an X.224 connection request or confirm. */
static bool is_rdp(struct hl_span client, struct hl_span server)
{
    return (client.len > 6 && memcmp(client.ptr, "\x03\x00\x00", 3) == 0 && client.ptr[5] == 0xe0)
           || (server.len > 6 && memcmp(server.ptr, "\x03\x00\x00", 3) == 0 && server.ptr[5] == 0xd0);
}

static bool is_http_connect(struct hl_span client, struct hl_span server)
{
    return span_starts(client, "CONNECT ")
           || (client.len == 0 && span_starts(server, "HTTP/1.") && span_contains_nocase(server, "connection established"));
}

static bool is_http_upgrade(struct hl_span client, struct hl_span server)
{
    return has_line(client, "Upgrade: TLS") || (span_starts(server, "HTTP/1.1 101") && span_contains_nocase(server, "TLS/1"));
}

static bool is_socks4(struct hl_span client, struct hl_span server)
{
    (void)server;
    return client.len >= 9 && client.ptr[0] == 4 && client.ptr[1] <= 2;
}

/* SOCKS 4a: an address of 0.0.0.x and a name instead. */
static bool is_socks4a(struct hl_span client, struct hl_span server)
{
    return is_socks4(client, server) && memcmp(client.ptr + 4, "\0\0\0", 3) == 0 && client.ptr[7] != 0;
}

/* RFC 1928: version 5 and as many methods as it says. */
static bool is_socks5(struct hl_span client, struct hl_span server)
{
    return (client.len >= 3 && client.ptr[0] == 5 && client.ptr[1] > 0 && client.len >= 2u + client.ptr[1])
           || (client.len == 0 && server.len >= 2 && server.ptr[0] == 5 && server.ptr[1] <= 2);
}

static bool is_proxy_v1(struct hl_span client, struct hl_span server)
{
    (void)server;
    return span_starts(client, "PROXY ");
}

static bool is_proxy_v2(struct hl_span client, struct hl_span server)
{
    static const uint8_t signature[] = "\r\n\r\n\0\r\nQUIT\n";

    (void)server;
    return client.len >= 16 && memcmp(client.ptr, signature, 12) == 0;
}

const char *preamble_known_name(const struct hl_preamble *p, unsigned client)
{
    /* The first that fits; what is told apart by less comes later. */
    static const struct {
        const char *name;
        bool (*is)(struct hl_span client, struct hl_span server);
    } protocols[] = {
        { "proxy-v1", is_proxy_v1 },     { "proxy-v2", is_proxy_v2 },         { "http-connect", is_http_connect },
        { "http-upgrade", is_http_upgrade }, { "lmtp", is_lmtp },             { "smtp", is_smtp },
        { "imap", is_imap },             { "pop3", is_pop3 },                 { "ftp", is_ftp },
        { "sieve", is_sieve },           { "nntp", is_nntp },                 { "xmpp", is_xmpp },
        { "irc", is_irc },               { "ldap", is_ldap },                 { "postgresql", is_postgresql },
        { "rdp", is_rdp },               { "mysql", is_mysql },               { "socks5", is_socks5 },
        { "socks4a", is_socks4a },       { "socks4", is_socks4 },
    };
    struct hl_span from_client = buf_view(&p->side[client].seen);
    struct hl_span from_server = buf_view(&p->side[1 - client].seen);

    if (p->side[0].tds.active || p->side[1].tds.active)
        return "tds";
    if (from_client.len == 0 && from_server.len == 0)
        return NULL;
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
        if (protocols[i].is(from_client, from_server))
            return protocols[i].name;
    }
    return NULL;
}

const char *preamble_name(const struct hl_preamble *p, unsigned client)
{
    const char *name = preamble_known_name(p, client);
    bool silent = p->side[0].seen.len == 0 && p->side[1].seen.len == 0;

    return name != NULL || silent ? name : "unknown";
}
