/* TLS was asked for, and did not come: what the other side said to that. */
#include "net/preamble.h"

#include "base/text.h"

#include <string.h>

/* --- STARTTLS -------------------------------------------------------------------- */

/* How a server says that it agrees, in its last line. */
static const struct {
    const char *protocol, *yes;
    bool anywhere; /* in the line, not just at its beginning */
} agreements[] = {
    { "smtp", "220", false }, { "lmtp", "220", false }, { "imap", " OK", true },      { "pop3", "+OK", false },
    { "ftp", "234", false },  { "nntp", "382", false }, { "sieve", "OK", false },     { "irc", " 670 ", true },
    { "xmpp", "<proceed", true }, { "postgresql", "S", false },
};

/* The protocol says whether TLS was asked for: preamble_known_name() looks for that. */
static bool starttls_is_refused(const char *protocol, struct hl_span server, struct hl_span client)
{
    const struct hl_span line = span_last_answer(server, client);

    for (size_t i = 0; i < sizeof agreements / sizeof agreements[0]; i++) {
        if (strcmp(agreements[i].protocol, protocol) != 0)
            continue;
        bool agreed = agreements[i].anywhere ? span_contains_nocase(line, agreements[i].yes) : span_starts(line, agreements[i].yes);
        return line.len > 0 && !agreed;
    }
    return false;
}

/* --- proxies --------------------------------------------------------------------- */

/* RFC 9112, section 4: "HTTP/1.1 403 ...". */
static bool http_refuses(struct hl_span server)
{
    enum { STATUS_AT = 9 };

    return span_starts(server, "HTTP/1.") && server.len > STATUS_AT && server.ptr[STATUS_AT] != '2'
           && server.ptr[STATUS_AT] != '1';
}

/* RFC 1928, sections 3 and 6: no method will do; or, after authentication, a reply that is not 0. */
static bool socks5_refuses(struct hl_span server)
{
    if (server.len < 2)
        return false;
    if (server.ptr[1] == 0xff)
        return true;
    const size_t reply = server.ptr[1] == 2 ? 4 : 2; /* RFC 1929 has two bytes of its own */

    return server.len > reply + 1 && server.ptr[reply] == 5 && server.ptr[reply + 1] != 0;
}

static bool socks4_refuses(struct hl_span server)
{
    enum { GRANTED = 0x5a };

    return server.len >= 2 && server.ptr[0] == 0 && server.ptr[1] != GRANTED;
}

static bool proxy_refuses(const char *protocol, struct hl_span server)
{
    if (strcmp(protocol, "http-connect") == 0)
        return http_refuses(server);
    if (strcmp(protocol, "socks5") == 0)
        return socks5_refuses(server);
    return (strcmp(protocol, "socks4") == 0 || strcmp(protocol, "socks4a") == 0) && socks4_refuses(server);
}

/* --- another protocol --------------------------------------------------------------- */

/* Nothing at all, or the words of nginx and Apache for it. */
static bool is_at_a_loss(struct hl_span server)
{
    return server.len == 0 || span_contains_nocase(server, "plain HTTP request was sent to HTTPS port")
           || span_contains_nocase(server, "speaking plain HTTP to an SSL-enabled server port");
}

enum hl_no_tls preamble_no_tls(const struct hl_preamble *p, unsigned client)
{
    const struct hl_span from_client = buf_view(&p->side[client].seen), from_server = buf_view(&p->side[1 - client].seen);
    const char *protocol = p->mid_stream ? NULL : preamble_known_name(p, client);

    if (protocol != NULL && starttls_is_refused(protocol, from_server, from_client))
        return NO_TLS_STARTTLS_REFUSED;
    if (protocol != NULL && proxy_refuses(protocol, from_server))
        return NO_TLS_PROXY_REFUSED;
    if (protocol == NULL && !p->mid_stream && from_client.len > 0 && is_at_a_loss(from_server))
        return NO_TLS_OTHER_CLIENT;
    return NO_TLS_NONE;
}
