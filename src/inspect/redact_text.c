#include "inspect/redact_text.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Shorter names are looked for only where their length stands before them. */
#define SEARCHED_MIN 4u

/* --- which names ------------------------------------------------------------------ */

static void add_name(struct redact_names *names, struct hl_span name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (span_equal(names->list[i], name))
            return;
    }
    names->full |= names->count == REDACT_NAMES_MAX;
    if (name.len > 0 && names->count < REDACT_NAMES_MAX)
        names->list[names->count++] = name;
}

/* A host name, and what it ends in down to two labels: they stand in URIs, and in other names. */
static void add_host(struct redact_names *names, struct hl_span name)
{
    while (name.len > 0) {
        const uint8_t *dot = memchr(name.ptr, '.', name.len);
        add_name(names, name);
        if (dot == NULL)
            return;
        name = (struct hl_span){ dot + 1, name.len - (size_t)(dot + 1 - name.ptr) };
        if (memchr(name.ptr, '.', name.len) == NULL || name.len < SEARCHED_MIN)
            return;
    }
}

static void add_common_names(struct redact_names *names, const struct hl_x509_name *name)
{
    for (uint32_t i = 0; i < name->count; i++) {
        if (name->attributes[i].name != NULL && strcmp(name->attributes[i].name, "CN") == 0)
            add_host(names, name->attributes[i].value);
    }
}

static void add_chain(struct redact_names *names, const struct hl_chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++) {
        const struct hl_x509 *x509 = &chain->list[i]->x509;
        add_common_names(names, &x509->subject);
        add_common_names(names, &x509->issuer);
        for (uint32_t n = 0; n < x509->san.count; n++) {
            const struct hl_x509_general_name *name = &x509->san.list[n];
            if (name->type == HL_X509_DNS || name->type == HL_X509_EMAIL || name->type == HL_X509_URI)
                add_host(names, name->value);
        }
        names->full |= x509->san.dropped > 0;
    }
}

static int by_length(const void *a, const void *b)
{
    const struct hl_span *left = a, *right = b;

    return left->len < right->len ? 1 : left->len > right->len ? -1 : 0;
}

void redact_names_collect(struct redact_names *names, const struct hl_handshake *hs)
{
    names->count = 0;
    names->full = false;
    add_host(names, hs->client_hello.server_name);
    add_host(names, hs->retried_hello.server_name);
    add_chain(names, &hs->server_chain);
    add_chain(names, &hs->client_chain);
    qsort(names->list, names->count, sizeof names->list[0], by_length);
}

/* --- where they stand -------------------------------------------------------------- */

static bool is_done(const struct redact_text *text, size_t at, size_t length)
{
    return memchr(text->done + at, 1, length) != NULL;
}

static void replace(struct pseudonyms *p, struct redact_text *text, size_t at, size_t length)
{
    if (length == 0 || is_done(text, at, length))
        return;
    pseudonym_text(p, text->bytes + at, length);
    memset(text->done + at, 1, length);
}

/* Is its length before it: of a DER string, of a server name? */
static bool is_counted(const struct redact_text *text, size_t at, size_t length)
{
    return at >= 2 && text->bytes[at - 1] == length && (text->bytes[at - 2] == 0x82 || text->bytes[at - 2] == 0);
}

static void replace_name(struct pseudonyms *p, struct redact_text *text, struct hl_span name)
{
    const uint8_t small = name.ptr[0] >= 'A' && name.ptr[0] <= 'Z' ? (uint8_t)(name.ptr[0] | 0x20) : name.ptr[0];

    for (size_t at = 0; at + name.len <= text->length; at++) {
        const uint8_t c = text->bytes[at];
        if (c != small && !(c >= 'A' && c <= 'Z' && (c | 0x20) == small))
            continue;
        if (!span_equal_nocase((struct hl_span){ text->bytes + at, name.len }, name))
            continue;
        if (name.len >= SEARCHED_MIN || is_counted(text, at, name.len))
            replace(p, text, at, name.len);
    }
}

/* The value of a DER string whose tag is at `at`; empty when it does not fit. */
static struct hl_span der_string(const struct redact_text *text, size_t at)
{
    const struct hl_span none = { NULL, 0 };
    size_t length = at + 1 < text->length ? text->bytes[at + 1] : 0x80;

    at += 2;
    if (length == 0x81 && at < text->length)
        length = text->bytes[at++];
    else if (length >= 0x80)
        return none;
    return at <= text->length && length <= text->length - at ? (struct hl_span){ text->bytes + at, length } : none;
}

static bool is_string_tag(uint8_t tag)
{
    return tag == 0x0c || tag == 0x13 || tag == 0x14 || tag == 0x16 || tag == 0x1c || tag == 0x1e;
}

/* Attributes of distinguished names, in certificates and requests for one: all that are text but the country. */
static void replace_attributes(struct pseudonyms *p, struct redact_text *text)
{
    static const struct {
        const char *oid;
        size_t length;
        bool one_more; /* any byte behind it: the number of the attribute */
    } rows[] = {
        { "\x06\x03\x55\x04", 4, true },
        { "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", 11, false },   /* emailAddress */
        { "\x06\x0a\x09\x92\x26\x89\x93\xf2\x2c\x64\x01", 11, true }, /* domainComponent, userId */
    };
    enum { COUNTRY = 6 };

    for (size_t at = 0; at + 12 < text->length; at++) {
        for (size_t i = 0; text->bytes[at] == 6 && i < sizeof rows / sizeof rows[0]; i++) {
            size_t tag = at + rows[i].length + rows[i].one_more;
            if (memcmp(text->bytes + at, rows[i].oid, rows[i].length) != 0 || tag >= text->length
                || !is_string_tag(text->bytes[tag]) || (i == 0 && text->bytes[tag - 1] == COUNTRY))
                continue;
            struct hl_span value = der_string(text, tag);
            if (value.len > 0)
                replace(p, text, (size_t)(value.ptr - text->bytes), value.len);
        }
    }
}

static bool is_host_byte(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' || c == '-';
}

/* The host of a URI that is a DER string: of an OCSP responder, a CRL. */
static void replace_uri(struct pseudonyms *p, struct redact_text *text, struct hl_span uri)
{
    static const char *const schemes[] = { "http://", "https://", "ldap://" };

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t begin = strlen(schemes[i]), end = begin;
        if (!span_starts_nocase(uri, schemes[i]))
            continue;
        while (end < uri.len && is_host_byte(uri.ptr[end]))
            end++;
        replace(p, text, (size_t)(uri.ptr - text->bytes) + begin, end - begin);
    }
}

static void replace_uris(struct pseudonyms *p, struct redact_text *text)
{
    for (size_t at = text->preamble; at + 8 < text->length; at++) {
        if (text->bytes[at] == 0x86)
            replace_uri(p, text, der_string(text, at));
    }
}

/* iPAddress of a certificate: only those that it is known to have. */
static void replace_ip_names(struct pseudonyms *p, struct redact_text *text, const struct hl_chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++) {
        const struct hl_x509_names *san = &chain->list[i]->x509.san;
        for (uint32_t n = 0; n < san->count; n++) {
            const struct hl_span ip = san->list[n].value;
            if (san->list[n].type != HL_X509_IP || (ip.len != 4 && ip.len != 16))
                continue;
            for (size_t at = 2; at + ip.len <= text->length; at++) {
                if (text->bytes[at - 2] != 0x87 || text->bytes[at - 1] != ip.len || is_done(text, at, ip.len)
                    || memcmp(text->bytes + at, ip.ptr, ip.len) != 0)
                    continue;
                pseudonym_address(p, text->bytes + at, ip.len);
                memset(text->done + at, 1, ip.len);
            }
        }
    }
}

/* --- before TLS --------------------------------------------------------------------- */

/* An address at `at`: of SOCKS, of the PROXY protocol. */
static void replace_address(struct pseudonyms *p, struct redact_text *text, size_t at, size_t length)
{
    if (at + length > text->preamble || is_done(text, at, length))
        return;
    pseudonym_address(p, text->bytes + at, length);
    memset(text->done + at, 1, length);
}

/* PROXY protocol, version 2 (haproxy's proxy-protocol.txt, section 2.2). */
static void replace_in_proxy(struct pseudonyms *p, struct redact_text *text)
{
    enum { FAMILY = 13, ADDRESSES = 16, IPV4 = 1, IPV6 = 2 };

    if (text->preamble <= ADDRESSES || memcmp(text->bytes, "\r\n\r\n\0\r\nQUIT\n", 12) != 0)
        return;
    const unsigned family = text->bytes[FAMILY] >> 4;
    const size_t length = family == IPV4 ? 4 : family == IPV6 ? 16 : 0;
    for (unsigned i = 0; i < 2 && length > 0; i++)
        replace_address(p, text, ADDRESSES + i * length, length);
}

/* User and password (RFC 1929, section 2), each behind its length. Returns where they end. */
static size_t replace_login(struct pseudonyms *p, struct redact_text *text, size_t at)
{
    for (unsigned i = 0; i < 2 && at < text->preamble; i++) {
        const size_t length = text->bytes[at++];
        if (length > text->preamble - at)
            break;
        replace(p, text, at, length);
        at += length;
    }
    return at;
}

/* SOCKS 5 (RFC 1928, sections 3, 4 and 6): a greeting; a login; a request, or a reply: version, command, 0, kind of
 * address. */
static void replace_in_socks5(struct pseudonyms *p, struct redact_text *text)
{
    enum { VERSION = 5, LOGIN = 1, IPV4 = 1, NAME = 3, IPV6 = 4 };

    if (text->preamble < 4 || text->bytes[0] != VERSION)
        return;
    size_t at = text->from_client ? 2u + text->bytes[1] : 2;
    if (at < text->preamble && text->bytes[at] == LOGIN)
        at = text->from_client ? replace_login(p, text, at + 1) : at + 2;
    if (at + 5 > text->preamble || text->bytes[at] != VERSION)
        return;
    const uint8_t kind = text->bytes[at + 3], length = text->bytes[at + 4];
    if (kind == IPV4 || kind == IPV6)
        replace_address(p, text, at + 4, kind == IPV4 ? 4 : 16);
    else if (kind == NAME && at + 5 + length <= text->preamble)
        replace(p, text, at + 5, length);
}

/* What a proxy, or an upgrade, is given to know the client by (RFC 9110, section 11.7.2). */
static void replace_authorization(struct pseudonyms *p, struct redact_text *text)
{
    struct hl_span rest = { text->bytes, text->preamble }, line;

    while (span_line(&rest, &line)) {
        const uint8_t *colon = line.len > 0 ? memchr(line.ptr, ':', line.len) : NULL;
        if (colon == NULL || (!span_starts_nocase(line, "Proxy-Authorization:")
                              && !span_starts_nocase(line, "Authorization:")))
            continue;
        const size_t begin = (size_t)(colon + 1 - text->bytes);
        replace(p, text, begin, line.len - (size_t)(colon + 1 - line.ptr));
    }
}

/* SOCKS 4: version 4, command, port, address; a reply begins with 0. */
static void replace_in_socks4(struct pseudonyms *p, struct redact_text *text)
{
    const uint8_t *b = text->bytes;

    if (text->preamble >= 8 && ((b[0] == 4 && b[1] <= 2) || (b[0] == 0 && b[1] >= 90 && b[1] <= 93)))
        replace_address(p, text, 4, 4);
}

static bool is_dotted_quad(const uint8_t *word, size_t length)
{
    size_t dots = 0, digits = 0;

    for (size_t i = 0; i < length; i++) {
        if (word[i] == '.' && digits > 0 && digits <= 3) {
            dots++;
            digits = 0;
        } else if (word[i] >= '0' && word[i] <= '9') {
            digits++;
        } else {
            return false;
        }
    }
    return dots == 3 && digits > 0 && digits <= 3;
}

/* Labels with dots between, the last one of letters. */
static bool is_dotted_name(const uint8_t *word, size_t length)
{
    size_t letters = 0;

    while (letters < length && (word[length - 1 - letters] | 0x20) >= 'a' && (word[length - 1 - letters] | 0x20) <= 'z')
        letters++;
    return letters >= 2 && letters + 2 <= length && word[length - 1 - letters] == '.' && word[0] != '.';
}

static bool is_ipv6_text(const uint8_t *word, size_t length)
{
    size_t colons = 0;

    for (size_t i = 0; i < length; i++) {
        bool hex = (word[i] >= '0' && word[i] <= '9') || ((word[i] | 0x20) >= 'a' && (word[i] | 0x20) <= 'f');
        if (!hex && word[i] != ':')
            return false;
        colons += word[i] == ':';
    }
    return colons >= 2 && length > colons;
}

static void replace_word(struct pseudonyms *p, struct redact_text *text, size_t at, size_t length)
{
    uint8_t *word = text->bytes + at;

    while (length > 0 && (word[length - 1] == '.' || word[length - 1] == '-'))
        length--;
    if (length == 0 || is_done(text, at, length))
        return;
    if (is_dotted_quad(word, length)) {
        pseudonym_dotted_quad(p, word, length);
        memset(text->done + at, 1, length);
    } else if (is_dotted_name(word, length)
               && !(length == 17 && memcmp(word, "etherx.jabber.org", 17) == 0)) { /* a name space, in XMPP */
        replace(p, text, at, length);
    }
}

/* What looks like a host name or an address, in a protocol of text. */
static void replace_words(struct pseudonyms *p, struct redact_text *text)
{
    for (size_t at = 0; at < text->preamble;) {
        size_t end = at, six = at;
        while (end < text->preamble && is_host_byte(text->bytes[end]))
            end++;
        while (six < text->preamble && (is_host_byte(text->bytes[six]) || text->bytes[six] == ':'))
            six++;
        if (is_ipv6_text(text->bytes + at, six - at)) {
            replace(p, text, at, six - at);
            end = six;
        } else {
            replace_word(p, text, at, end - at);
        }
        at = end > at ? end : at + 1;
    }
}

static bool is_too_much(const struct redact_names *names, const struct redact_text *text)
{
    return names->full || (uint64_t)names->count * text->length > HL_REDACT_WORK_MAX;
}

bool redact_text(struct pseudonyms *p, const struct redact_names *names, const struct hl_handshake *hs,
                 struct redact_text *text)
{
    if (is_too_much(names, text))
        return false;
    replace_attributes(p, text);
    for (size_t i = 0; i < names->count; i++)
        replace_name(p, text, names->list[i]);
    replace_uris(p, text);
    replace_ip_names(p, text, &hs->server_chain);
    replace_ip_names(p, text, &hs->client_chain);
    replace_in_proxy(p, text);
    replace_in_socks5(p, text);
    replace_in_socks4(p, text);
    replace_authorization(p, text);
    replace_words(p, text);
    return true;
}
