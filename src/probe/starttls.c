#include "probe/starttls_talk.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* --- protocols of lines ------------------------------------------------------------------- */

struct step {
    const char *send;  /* NULL: the server speaks first */
    const char *yes;   /* its last line begins like this; digits are a code, which goes on with a hyphen in all lines but the last */
    const char *no[3]; /* ... or like one of these, when it refuses */
    const char *word;  /* that one of its lines must hold; NULL: none */
};

static const struct step smtp_steps[] = {
    { NULL, "220", { "4", "5" }, NULL },
    { "EHLO handlens.invalid\r\n", "250", { "4", "5" }, "STARTTLS" },
    { "STARTTLS\r\n", "220", { "4", "5" }, NULL },
    { NULL, NULL, { NULL }, NULL },
};
static const struct step lmtp_steps[] = {
    { NULL, "220", { "4", "5" }, NULL },
    { "LHLO handlens.invalid\r\n", "250", { "4", "5" }, "STARTTLS" },
    { "STARTTLS\r\n", "220", { "4", "5" }, NULL },
    { NULL, NULL, { NULL }, NULL },
};
static const struct step imap_steps[] = {
    { NULL, "* OK", { "* BYE", "* NO", "* BAD" }, NULL },
    { "a STARTTLS\r\n", "a OK", { "a NO", "a BAD", "* BYE" }, NULL },
    { NULL, NULL, { NULL }, NULL },
};
static const struct step pop3_steps[] = {
    { NULL, "+OK", { "-ERR" }, NULL },
    { "STLS\r\n", "+OK", { "-ERR" }, NULL },
    { NULL, NULL, { NULL }, NULL },
};
static const struct step ftp_steps[] = {
    { NULL, "220", { "4", "5" }, NULL },
    { "AUTH TLS\r\n", "234", { "4", "5" }, NULL },
    { NULL, NULL, { NULL }, NULL },
};
static const struct step nntp_steps[] = {
    { NULL, "20", { "4", "5" }, NULL },
    { "STARTTLS\r\n", "382", { "4", "5" }, NULL },
    { NULL, NULL, { NULL }, NULL },
};
static const struct step sieve_steps[] = {
    { NULL, "OK", { "NO", "BYE" }, "STARTTLS" },
    { "STARTTLS\r\n", "OK", { "NO", "BYE" }, NULL },
    { NULL, NULL, { NULL }, NULL },
};

static bool is_last_line(struct hl_span line, const char *yes)
{
    const bool code = yes[0] >= '0' && yes[0] <= '9';

    return span_starts_nocase(line, yes) && !(code && line.len > 3 && line.ptr[3] == '-');
}

static bool is_refusal(struct hl_span line, const struct step *step)
{
    for (unsigned i = 0; i < 3 && step->no[i] != NULL; i++) {
        if (span_starts_nocase(line, step->no[i]))
            return true;
    }
    return false;
}

static enum starttls_result take_step(struct starttls_talk *talk, const struct step *step)
{
    bool has_word = step->word == NULL;
    struct hl_span line;
    size_t used;

    if (step->send != NULL && !starttls_say(talk, span_of(step->send)))
        return STARTTLS_FAILED;
    for (size_t in_all = 0; in_all < STARTTLS_REPLY_MAX; in_all += used) {
        if (!starttls_line(talk, &line, &used))
            return STARTTLS_FAILED;
        has_word |= step->word != NULL && span_contains_nocase(line, step->word);
        const bool last = is_last_line(line, step->yes), no = is_refusal(line, step);
        if (no)
            return starttls_refuse(talk, line);
        starttls_use(talk, used);
        if (last)
            return has_word ? STARTTLS_AGREED : starttls_refuse(talk, span_of("it does not offer STARTTLS"));
    }
    talk->socket = SOCKET_FAILED;
    return STARTTLS_FAILED;
}

static enum starttls_result take_steps(struct starttls_talk *talk, const struct step *step)
{
    enum starttls_result result = STARTTLS_AGREED;

    for (; step->yes != NULL && result == STARTTLS_AGREED; step++)
        result = take_step(talk, step);
    return result;
}

static enum starttls_result talk_smtp(struct starttls_talk *talk) { return take_steps(talk, smtp_steps); }
static enum starttls_result talk_lmtp(struct starttls_talk *talk) { return take_steps(talk, lmtp_steps); }
static enum starttls_result talk_imap(struct starttls_talk *talk) { return take_steps(talk, imap_steps); }
static enum starttls_result talk_pop3(struct starttls_talk *talk) { return take_steps(talk, pop3_steps); }
static enum starttls_result talk_ftp(struct starttls_talk *talk) { return take_steps(talk, ftp_steps); }
static enum starttls_result talk_nntp(struct starttls_talk *talk) { return take_steps(talk, nntp_steps); }
static enum starttls_result talk_sieve(struct starttls_talk *talk) { return take_steps(talk, sieve_steps); }

/* --- HTTP CONNECT ------------------------------------------------------------------------- */

static bool is_agreed(struct hl_span line)
{
    /* HTTP/1.1 2xx */
    return span_starts(line, "HTTP/1.") && line.len > 9 && line.ptr[8] == ' ' && line.ptr[9] == '2';
}

enum starttls_result starttls_connect(struct starttls_talk *talk, const char *place)
{
    char request[700];
    struct hl_span line;
    size_t used, in_all = 0;

    snprintf(request, sizeof request, "CONNECT %.300s HTTP/1.1\r\nHost: %.300s\r\n\r\n", place, place);
    if (!starttls_say(talk, span_of(request)) || !starttls_line(talk, &line, &used))
        return STARTTLS_FAILED;
    if (!is_agreed(line))
        return starttls_refuse(talk, line);
    do { /* its fields, up to an empty line */
        starttls_use(talk, used);
        in_all += used;
        if (in_all > STARTTLS_REPLY_MAX || !starttls_line(talk, &line, &used))
            return STARTTLS_FAILED;
    } while (line.len > 0);
    starttls_use(talk, used);
    return STARTTLS_AGREED;
}

/* --- XMPP (RFC 6120, section 5.4) --------------------------------------------------------- */

/* Read until `word` was said; up to behind it is used up. What is said instead: `other`. */
static enum starttls_result wait_for_word(struct starttls_talk *talk, const char *word, const char *other)
{
    for (;;) {
        const struct hl_span said = buf_view(&talk->received);
        const uint8_t *found = starttls_search(said, span_of(word));
        if (found != NULL) {
            const uint8_t *end = memchr(found, '>', said.len - (size_t)(found - said.ptr));
            if (end != NULL) {
                starttls_use(talk, (size_t)(end - said.ptr) + 1);
                return STARTTLS_AGREED;
            }
        } else if (starttls_search(said, span_of(other)) != NULL) {
            return starttls_refuse(talk, span_of("it does not offer it"));
        }
        if (!starttls_receive(talk))
            return STARTTLS_FAILED;
    }
}

static enum starttls_result talk_stream(struct starttls_talk *talk, const char *namespace)
{
    char head[600];

    snprintf(head, sizeof head, "<?xml version='1.0'?><stream:stream xmlns='%s' xmlns:stream='http://etherx.jabber.org/streams' to='%.255s' version='1.0'>",
             namespace, talk->host);
    if (!starttls_say(talk, span_of(head)))
        return STARTTLS_FAILED;
    enum starttls_result result = wait_for_word(talk, "<starttls", "</stream:features>");
    if (result != STARTTLS_AGREED)
        return result;
    if (!starttls_say(talk, span_of("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")))
        return STARTTLS_FAILED;
    return wait_for_word(talk, "<proceed", "<failure");
}

static enum starttls_result talk_xmpp(struct starttls_talk *talk) { return talk_stream(talk, "jabber:client"); }
static enum starttls_result talk_xmpp_server(struct starttls_talk *talk) { return talk_stream(talk, "jabber:server"); }

/* --- all of them -------------------------------------------------------------------------- */

static const struct starttls_protocol protocols[] = {
    { "tls", 443, false, NULL },
    { "https", 443, false, NULL },
    { "smtps", 465, false, NULL },
    { "submissions", 465, false, NULL },
    { "imaps", 993, false, NULL },
    { "pop3s", 995, false, NULL },
    { "ftps", 990, false, NULL },
    { "ldaps", 636, false, NULL },
    { "nntps", 563, false, NULL },
    { "xmpps", 5223, false, NULL },
    { "smtp", 25, false, talk_smtp },
    { "submission", 587, false, talk_smtp },
    { "lmtp", 24, false, talk_lmtp },
    { "imap", 143, false, talk_imap },
    { "pop3", 110, false, talk_pop3 },
    { "ftp", 21, false, talk_ftp },
    { "nntp", 119, false, talk_nntp },
    { "sieve", 4190, false, talk_sieve },
    { "xmpp", 5222, false, talk_xmpp },
    { "xmpp-server", 5269, false, talk_xmpp_server },
    { "ldap", 389, false, starttls_ldap },
    { "postgres", 5432, false, starttls_postgres },
    { "postgresql", 5432, false, starttls_postgres },
    { "mysql", 3306, false, starttls_mysql },
    { "rdp", 3389, false, starttls_rdp },
    { "tds", 1433, true, starttls_tds },
    { "mssql", 1433, true, starttls_tds },
};

const struct starttls_protocol *starttls_find(struct hl_span name)
{
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
        if (span_equal_nocase(name, span_of(protocols[i].name)))
            return &protocols[i];
    }
    return NULL;
}
