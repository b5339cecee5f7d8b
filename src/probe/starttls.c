#include "probe/starttls.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* No server has so much to say before TLS. */
#define REPLY_MAX ((size_t)64 << 10)
#define LINE_SHOWN 80u

/* --- reading ------------------------------------------------------------------------------ */

static bool receive_more(struct starttls_talk *talk)
{
    uint8_t bytes[4096];
    size_t n;

    talk->socket = talk->received.len < REPLY_MAX ? socket_receive(talk->fd, bytes, sizeof bytes, talk->deadline, &n) : SOCKET_FAILED;
    if (talk->socket == SOCKET_OK) {
        buf_put(&talk->received, bytes, n);
        tap_bytes(talk->tap, HL_SERVER, (struct hl_span){ bytes, n });
    }
    return talk->socket == SOCKET_OK && !talk->received.failed;
}

static bool need(struct starttls_talk *talk, size_t n)
{
    while (talk->received.len < n) {
        if (!receive_more(talk))
            return false;
    }
    return true;
}

static void use(struct starttls_talk *talk, size_t n)
{
    talk->received.len -= n;
    memmove(talk->received.data, talk->received.data + n, talk->received.len);
}

static bool say(struct starttls_talk *talk, struct hl_span bytes)
{
    tap_bytes(talk->tap, HL_CLIENT, bytes);
    talk->socket = socket_send(talk->fd, bytes, talk->deadline);
    return talk->socket == SOCKET_OK;
}

/* The next line, without its end, `*used` bytes with it; it stays in the buffer. */
static bool read_line(struct starttls_talk *talk, struct hl_span *line, size_t *used)
{
    const uint8_t *end;

    while (talk->received.len == 0 || (end = memchr(talk->received.data, '\n', talk->received.len)) == NULL) {
        if (!receive_more(talk))
            return false;
    }
    *used = (size_t)(end - talk->received.data) + 1;
    *line = (struct hl_span){ talk->received.data, *used - 1 };
    if (line->len > 0 && line->ptr[line->len - 1] == '\r')
        line->len--;
    return true;
}

/* Where `word` begins; NULL: it is not there. */
static const uint8_t *find(struct hl_span in, struct hl_span word)
{
    for (size_t i = 0; i + word.len <= in.len; i++) {
        if (memcmp(in.ptr + i, word.ptr, word.len) == 0)
            return in.ptr + i;
    }
    return NULL;
}

static enum starttls_result refuse(struct starttls_talk *talk, struct hl_span said)
{
    struct hl_buffer text;

    if (said.len > LINE_SHOWN)
        said.len = LINE_SHOWN;
    buf_init(&text, 1024);
    text_put_safe(&text, said);
    snprintf(talk->why, sizeof talk->why, "%s: %.*s", talk->proxy ? "the proxy refuses" : "the server refuses to begin TLS", (int)(text.failed ? 0 : text.len), text.data != NULL ? (const char *)text.data : "");
    buf_cleanup(&text);
    return STARTTLS_REFUSED;
}

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

    if (step->send != NULL && !say(talk, span_of(step->send)))
        return STARTTLS_FAILED;
    for (size_t in_all = 0; in_all < REPLY_MAX; in_all += used) {
        if (!read_line(talk, &line, &used))
            return STARTTLS_FAILED;
        has_word |= step->word != NULL && span_contains_nocase(line, step->word);
        const bool last = is_last_line(line, step->yes), no = is_refusal(line, step);
        if (no)
            return refuse(talk, line);
        use(talk, used);
        if (last)
            return has_word ? STARTTLS_AGREED : refuse(talk, span_of("it does not offer STARTTLS"));
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
    if (!say(talk, span_of(request)) || !read_line(talk, &line, &used))
        return STARTTLS_FAILED;
    if (!is_agreed(line))
        return refuse(talk, line);
    do { /* its fields, up to an empty line */
        use(talk, used);
        in_all += used;
        if (in_all > REPLY_MAX || !read_line(talk, &line, &used))
            return STARTTLS_FAILED;
    } while (line.len > 0);
    use(talk, used);
    return STARTTLS_AGREED;
}

/* --- XMPP (RFC 6120, section 5.4) --------------------------------------------------------- */

/* Read until `word` was said; up to behind it is used up. What is said instead: `other`. */
static enum starttls_result wait_for_word(struct starttls_talk *talk, const char *word, const char *other)
{
    for (;;) {
        const struct hl_span said = buf_view(&talk->received);
        const uint8_t *found = find(said, span_of(word));
        if (found != NULL) {
            const uint8_t *end = memchr(found, '>', said.len - (size_t)(found - said.ptr));
            if (end != NULL) {
                use(talk, (size_t)(end - said.ptr) + 1);
                return STARTTLS_AGREED;
            }
        } else if (find(said, span_of(other)) != NULL) {
            return refuse(talk, span_of("it does not offer it"));
        }
        if (!receive_more(talk))
            return STARTTLS_FAILED;
    }
}

static enum starttls_result talk_stream(struct starttls_talk *talk, const char *namespace)
{
    char head[600];

    snprintf(head, sizeof head, "<?xml version='1.0'?><stream:stream xmlns='%s' xmlns:stream='http://etherx.jabber.org/streams' to='%.255s' version='1.0'>",
             namespace, talk->host);
    if (!say(talk, span_of(head)))
        return STARTTLS_FAILED;
    enum starttls_result result = wait_for_word(talk, "<starttls", "</stream:features>");
    if (result != STARTTLS_AGREED)
        return result;
    if (!say(talk, span_of("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")))
        return STARTTLS_FAILED;
    return wait_for_word(talk, "<proceed", "<failure");
}

static enum starttls_result talk_xmpp(struct starttls_talk *talk) { return talk_stream(talk, "jabber:client"); }
static enum starttls_result talk_xmpp_server(struct starttls_talk *talk) { return talk_stream(talk, "jabber:server"); }

/* --- LDAP (RFC 4511, section 4.14) -------------------------------------------------------- */

static enum starttls_result talk_ldap(struct starttls_talk *talk)
{
    /* LDAPMessage { 1, ExtendedRequest { [0] "1.3.6.1.4.1.1466.20037" } } */
    static const uint8_t request[] = { 0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16, '1', '.', '3', '.', '6', '.', '1',
                                       '.',  '4',  '.',  '1',  '.',  '1',  '4',  '6',  '6',  '.', '2', '0', '0', '3', '7' };
    static const uint8_t success[] = { 0x0a, 0x01, 0x00 }; /* resultCode */

    if (!say(talk, (struct hl_span){ request, sizeof request }) || !need(talk, 2))
        return STARTTLS_FAILED;
    /* Lengths of answers fit into one byte, or into a longer form that some servers choose. */
    const uint8_t *head = talk->received.data;
    const size_t more = head[1] < 0x80 ? 0 : head[1] & 0x7f;
    if (head[0] != 0x30 || more > 4)
        return refuse(talk, span_of("this is no LDAP"));
    if (!need(talk, 2 + more))
        return STARTTLS_FAILED;
    size_t length = head[1] < 0x80 ? head[1] : 0;
    for (size_t i = 0; i < more; i++)
        length = length << 8 | talk->received.data[2 + i];
    if (length > REPLY_MAX)
        return refuse(talk, span_of("this is no LDAP"));
    if (!need(talk, 2 + more + length))
        return STARTTLS_FAILED;
    const bool agreed = find((struct hl_span){ talk->received.data, 2 + more + length }, (struct hl_span){ success, sizeof success }) != NULL;
    if (!agreed)
        return refuse(talk, span_of("its LDAP result is no success"));
    use(talk, 2 + more + length);
    return STARTTLS_AGREED;
}

/* --- databases ---------------------------------------------------------------------------- */

/* PostgreSQL, "SSL Session Encryption": a request of eight bytes, an answer of one. */
static enum starttls_result talk_postgres(struct starttls_talk *talk)
{
    static const uint8_t request[] = { 0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f };

    if (!say(talk, (struct hl_span){ request, sizeof request }) || !need(talk, 1))
        return STARTTLS_FAILED;
    if (talk->received.data[0] != 'S')
        return refuse(talk, span_of(talk->received.data[0] == 'N' ? "it has no TLS" : "this is no PostgreSQL"));
    use(talk, 1);
    return STARTTLS_AGREED;
}

/* MySQL, "Connection Phase": the greeting says what the server can; an SSLRequest follows. */
static enum starttls_result talk_mysql(struct starttls_talk *talk)
{
    enum { HEAD = 4, CLIENT_SSL_HIGH = 0x08, ERROR = 0xff };
    static const uint8_t request[] = { 32, 0, 0, 1, 0x05, 0xae, 0x0f, 0x00, 0, 0, 0, 1, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                       0,  0, 0, 0, 0,    0,    0,    0,    0 };

    if (!need(talk, HEAD))
        return STARTTLS_FAILED;
    const size_t length = talk->received.data[0] | (size_t)talk->received.data[1] << 8 | (size_t)talk->received.data[2] << 16;
    if (length > REPLY_MAX || length < 2)
        return refuse(talk, span_of("this is no MySQL"));
    if (!need(talk, HEAD + length))
        return STARTTLS_FAILED;
    const uint8_t *body = talk->received.data + HEAD;
    if (body[0] == ERROR)
        return refuse(talk, (struct hl_span){ body + 3, length > 3 ? length - 3 : 0 });
    const uint8_t *version_end = memchr(body + 1, 0, length - 1);
    /* behind the version: thread id (4), random (8), a zero, then the low half of the capabilities */
    const size_t at = version_end != NULL ? (size_t)(version_end - body) + 1 + 4 + 8 + 1 : length;
    if (at + 2 > length)
        return refuse(talk, span_of("this is no MySQL"));
    if ((body[at + 1] & CLIENT_SSL_HIGH) == 0)
        return refuse(talk, span_of("it has no TLS"));
    use(talk, HEAD + length);
    return say(talk, (struct hl_span){ request, sizeof request }) ? STARTTLS_AGREED : STARTTLS_FAILED;
}

enum { TDS_HEADER = 8, TDS_PRELOGIN = 0x12, TDS_REPLY = 0x04, TDS_LAST = 1, TDS_PACKET_MAX = 4096 };

void starttls_wrap(struct hl_span records, struct hl_buffer *out)
{
    while (records.len > 0) {
        const size_t room = TDS_PACKET_MAX - TDS_HEADER, n = records.len < room ? records.len : room, whole = n + TDS_HEADER;
        const uint8_t head[TDS_HEADER] = { TDS_PRELOGIN, n == records.len ? TDS_LAST : 0, (uint8_t)(whole >> 8), (uint8_t)whole, 0, 0, 0, 0 };
        buf_put(out, head, sizeof head);
        buf_put(out, records.ptr, n);
        records = (struct hl_span){ records.ptr + n, records.len - n };
    }
}

bool starttls_unwrap(struct hl_buffer *packets, struct hl_buffer *out)
{
    size_t at = 0;

    while (packets->len - at >= TDS_HEADER) {
        const uint8_t *head = packets->data + at;
        const size_t whole = (size_t)head[2] << 8 | head[3];
        if ((head[0] != TDS_PRELOGIN && head[0] != TDS_REPLY) || whole < TDS_HEADER)
            return false;
        if (packets->len - at < whole)
            break;
        buf_put(out, head + TDS_HEADER, whole - TDS_HEADER);
        at += whole;
    }
    if (at > 0) {
        packets->len -= at;
        memmove(packets->data, packets->data + at, packets->len);
    }
    return true;
}

/* MS-TDS, section 2.2.6.5: PRELOGIN with a version, and ENCRYPT_ON. */
static enum starttls_result talk_tds(struct starttls_talk *talk)
{
    enum { OPTION_ENCRYPTION = 1, OPTION_END = 0xff, ENCRYPT_NOT_SUPPORTED = 2, OPTION = 5 };
    static const uint8_t prelogin[] = { 0, 0, 11, 0, 6, OPTION_ENCRYPTION, 0, 17, 0, 1, OPTION_END, 0, 0, 0, 0, 0, 0, 1 };
    struct hl_buffer packet, answer;
    enum starttls_result result = STARTTLS_FAILED;

    buf_init(&packet, sizeof prelogin + TDS_HEADER);
    buf_init(&answer, REPLY_MAX);
    starttls_wrap((struct hl_span){ prelogin, sizeof prelogin }, &packet);
    if (say(talk, buf_view(&packet))) {
        bool tds = true;
        while (tds && answer.len == 0 && receive_more(talk))
            tds = starttls_unwrap(&talk->received, &answer);
        if (!tds || answer.len > 0)
            result = refuse(talk, span_of("it does not agree to encryption"));
        for (size_t at = 0; tds && at + OPTION <= answer.len && answer.data[at] != OPTION_END; at += OPTION) {
            const size_t value = (size_t)answer.data[at + 1] << 8 | answer.data[at + 2];
            if (answer.data[at] == OPTION_ENCRYPTION && value < answer.len && answer.data[value] != ENCRYPT_NOT_SUPPORTED)
                result = STARTTLS_AGREED;
        }
    }
    buf_cleanup(&packet);
    buf_cleanup(&answer);
    return result;
}

/* --- RDP (MS-RDPBCGR, section 2.2.1.1) ---------------------------------------------------- */

static enum starttls_result talk_rdp(struct starttls_talk *talk)
{
    enum { ANSWER = 19, NEGOTIATION = 11, RESPONSE = 2, CONNECTION_CONFIRM = 0xd0 };
    /* TPKT, X.224 Connection Request, RDP_NEG_REQ with PROTOCOL_SSL and PROTOCOL_HYBRID */
    static const uint8_t request[] = { 3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0 };

    if (!say(talk, (struct hl_span){ request, sizeof request }) || !need(talk, 4))
        return STARTTLS_FAILED;
    const size_t length = (size_t)talk->received.data[2] << 8 | talk->received.data[3];
    if (talk->received.data[0] != 3 || length < 7 || length > 1024)
        return refuse(talk, span_of("this is no RDP"));
    if (!need(talk, length))
        return STARTTLS_FAILED;
    const uint8_t *answer = talk->received.data;
    if (answer[5] != CONNECTION_CONFIRM || length < ANSWER || answer[NEGOTIATION] != RESPONSE || answer[NEGOTIATION + 4] == 0)
        return refuse(talk, span_of("it has RDP's own security only"));
    use(talk, length);
    return STARTTLS_AGREED;
}

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
    { "ldap", 389, false, talk_ldap },
    { "postgres", 5432, false, talk_postgres },
    { "postgresql", 5432, false, talk_postgres },
    { "mysql", 3306, false, talk_mysql },
    { "rdp", 3389, false, talk_rdp },
    { "tds", 1433, true, talk_tds },
    { "mssql", 1433, true, talk_tds },
};

const struct starttls_protocol *starttls_find(struct hl_span name)
{
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
        if (span_equal_nocase(name, span_of(protocols[i].name)))
            return &protocols[i];
    }
    return NULL;
}
