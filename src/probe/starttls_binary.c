/* Protocols that are not made of lines. */
#include "probe/starttls_talk.h"

#include "base/text.h"

#include <string.h>

/* --- LDAP (RFC 4511, section 4.14) -------------------------------------------------------- */

enum starttls_result starttls_ldap(struct starttls_talk *talk)
{
    /* LDAPMessage { 1, ExtendedRequest { [0] "1.3.6.1.4.1.1466.20037" } } */
    static const uint8_t request[] = { 0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16, '1', '.', '3', '.', '6', '.', '1',
                                       '.',  '4',  '.',  '1',  '.',  '1',  '4',  '6',  '6',  '.', '2', '0', '0', '3', '7' };
    static const uint8_t success[] = { 0x0a, 0x01, 0x00 }; /* resultCode */

    if (!starttls_say(talk, (struct hl_span){ request, sizeof request }) || !starttls_need(talk, 2))
        return STARTTLS_FAILED;
    /* Lengths of answers fit into one byte, or into a longer form that some servers choose. */
    const uint8_t *head = talk->received.data;
    const size_t more = head[1] < 0x80 ? 0 : head[1] & 0x7f;
    if (head[0] != 0x30 || more > 4)
        return starttls_refuse(talk, span_of("this is no LDAP"));
    if (!starttls_need(talk, 2 + more))
        return STARTTLS_FAILED;
    size_t length = head[1] < 0x80 ? head[1] : 0;
    for (size_t i = 0; i < more; i++)
        length = length << 8 | talk->received.data[2 + i];
    if (length > STARTTLS_REPLY_MAX)
        return starttls_refuse(talk, span_of("this is no LDAP"));
    if (!starttls_need(talk, 2 + more + length))
        return STARTTLS_FAILED;
    const bool agreed = starttls_search((struct hl_span){ talk->received.data, 2 + more + length }, (struct hl_span){ success, sizeof success }) != NULL;
    if (!agreed)
        return starttls_refuse(talk, span_of("its LDAP result is no success"));
    starttls_use(talk, 2 + more + length);
    return STARTTLS_AGREED;
}

/* --- databases ---------------------------------------------------------------------------- */

/* PostgreSQL, "SSL Session Encryption": a request of eight bytes, an answer of one. */
enum starttls_result starttls_postgres(struct starttls_talk *talk)
{
    static const uint8_t request[] = { 0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f };

    if (!starttls_say(talk, (struct hl_span){ request, sizeof request }) || !starttls_need(talk, 1))
        return STARTTLS_FAILED;
    if (talk->received.data[0] != 'S')
        return starttls_refuse(talk, span_of(talk->received.data[0] == 'N' ? "it has no TLS" : "this is no PostgreSQL"));
    starttls_use(talk, 1);
    return STARTTLS_AGREED;
}

/* MySQL, "Connection Phase": the greeting says what the server can; an SSLRequest follows. */
enum starttls_result starttls_mysql(struct starttls_talk *talk)
{
    enum { HEAD = 4, CLIENT_SSL_HIGH = 0x08, ERROR = 0xff };
    static const uint8_t request[] = { 32, 0, 0, 1, 0x05, 0xae, 0x0f, 0x00, 0, 0, 0, 1, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                       0,  0, 0, 0, 0,    0,    0,    0,    0 };

    if (!starttls_need(talk, HEAD))
        return STARTTLS_FAILED;
    const size_t length = talk->received.data[0] | (size_t)talk->received.data[1] << 8 | (size_t)talk->received.data[2] << 16;
    if (length > STARTTLS_REPLY_MAX || length < 2)
        return starttls_refuse(talk, span_of("this is no MySQL"));
    if (!starttls_need(talk, HEAD + length))
        return STARTTLS_FAILED;
    const uint8_t *body = talk->received.data + HEAD;
    if (body[0] == ERROR)
        return starttls_refuse(talk, (struct hl_span){ body + 3, length > 3 ? length - 3 : 0 });
    const uint8_t *version_end = memchr(body + 1, 0, length - 1);
    /* behind the version: thread id (4), random (8), a zero, then the low half of the capabilities */
    const size_t at = version_end != NULL ? (size_t)(version_end - body) + 1 + 4 + 8 + 1 : length;
    if (at + 2 > length)
        return starttls_refuse(talk, span_of("this is no MySQL"));
    if ((body[at + 1] & CLIENT_SSL_HIGH) == 0)
        return starttls_refuse(talk, span_of("it has no TLS"));
    starttls_use(talk, HEAD + length);
    return starttls_say(talk, (struct hl_span){ request, sizeof request }) ? STARTTLS_AGREED : STARTTLS_FAILED;
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
enum starttls_result starttls_tds(struct starttls_talk *talk)
{
    enum { OPTION_ENCRYPTION = 1, OPTION_END = 0xff, ENCRYPT_NOT_SUPPORTED = 2, OPTION = 5 };
    static const uint8_t prelogin[] = { 0, 0, 11, 0, 6, OPTION_ENCRYPTION, 0, 17, 0, 1, OPTION_END, 0, 0, 0, 0, 0, 0, 1 };
    struct hl_buffer packet, answer;
    enum starttls_result result = STARTTLS_FAILED;

    buf_init(&packet, sizeof prelogin + TDS_HEADER);
    buf_init(&answer, STARTTLS_REPLY_MAX);
    starttls_wrap((struct hl_span){ prelogin, sizeof prelogin }, &packet);
    if (starttls_say(talk, buf_view(&packet))) {
        bool tds = true;
        while (tds && answer.len == 0 && starttls_receive(talk))
            tds = starttls_unwrap(&talk->received, &answer);
        if (!tds || answer.len > 0)
            result = starttls_refuse(talk, span_of("it does not agree to encryption"));
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

enum starttls_result starttls_rdp(struct starttls_talk *talk)
{
    enum { ANSWER = 19, NEGOTIATION = 11, RESPONSE = 2, CONNECTION_CONFIRM = 0xd0 };
    /* TPKT, X.224 Connection Request, RDP_NEG_REQ with PROTOCOL_SSL and PROTOCOL_HYBRID */
    static const uint8_t request[] = { 3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0 };

    if (!starttls_say(talk, (struct hl_span){ request, sizeof request }) || !starttls_need(talk, 4))
        return STARTTLS_FAILED;
    const size_t length = (size_t)talk->received.data[2] << 8 | talk->received.data[3];
    if (talk->received.data[0] != 3 || length < 7 || length > 1024)
        return starttls_refuse(talk, span_of("this is no RDP"));
    if (!starttls_need(talk, length))
        return STARTTLS_FAILED;
    const uint8_t *answer = talk->received.data;
    if (answer[5] != CONNECTION_CONFIRM || length < ANSWER || answer[NEGOTIATION] != RESPONSE || answer[NEGOTIATION + 4] == 0)
        return starttls_refuse(talk, span_of("it has RDP's own security only"));
    starttls_use(talk, length);
    return STARTTLS_AGREED;
}
