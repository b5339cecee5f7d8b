/* The property that reassembly stands for: however a connection's bytes were cut into segments, put out
 * of order on the way, or sent twice, the handshake that is told is the same, but for frame numbers, times
 * and the counters of the capture. Connections are built, or read from the captures in pcaps/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture/capture.h"
#include "net/decode.h"
#include "support/documents.h"

enum { LINKTYPE_RAW = 101, WINDOW = 8, VARIANTS = 300, CAPTURE_VARIANTS = 12 };

/* A segment with a payload of its own. */
struct piece {
    struct hl_segment segment;
    uint8_t *bytes;
};

struct connection {
    struct piece *list;
    size_t count, size;
};

static void add(struct connection *c, const struct hl_segment *segment)
{
    if (c->count == c->size) {
        c->size = c->size > 0 ? 2 * c->size : 64;
        c->list = realloc(c->list, c->size * sizeof *c->list);
        assert_non_null(c->list);
    }
    struct piece *piece = &c->list[c->count++];
    piece->segment = *segment;
    piece->bytes = malloc(segment->payload.len + 1);
    assert_non_null(piece->bytes);
    if (segment->payload.len > 0)
        memcpy(piece->bytes, segment->payload.ptr, segment->payload.len);
    piece->segment.payload.ptr = piece->bytes;
}

static void forget(struct connection *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->list[i].bytes);
    free(c->list);
    *c = (struct connection){ .count = 0 };
}

/* --- from segments to documents --------------------------------------------- */

static void put_packet(struct hl_buffer *out, const struct hl_segment *s)
{
    bool v6 = s->source.address.length == 16;

    if (v6) {
        put_uint(out, 4, 0x60000000);
        put_uint(out, 2, 20 + s->length);
        put_uint(out, 2, 0x0640);
    } else {
        put_uint(out, 2, 0x4500);
        put_uint(out, 2, 40 + s->length);
        put_uint(out, 4, 0);
        put_uint(out, 4, 0x40060000);
    }
    buf_put(out, s->source.address.bytes, s->source.address.length);
    buf_put(out, s->destination.address.bytes, s->destination.address.length);
    put_uint(out, 2, s->source.port);
    put_uint(out, 2, s->destination.port);
    put_uint(out, 4, s->seq);
    put_uint(out, 4, s->ack);
    put_uint(out, 1, 0x50);
    put_uint(out, 1, s->flags);
    put_uint(out, 6, 0);
    buf_span(out, s->payload);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What a connection (or several) is told as; sorted, as the order of delivery is that of the endings. */
static char *tell(const struct connection *c)
{
    struct documents docs;
    struct hl_buffer packet = make_buffer(), out = make_buffer();
    char *essence[DOCUMENTS_MAX];

    documents_init(&docs, 2);
    for (size_t i = 0; i < c->count; i++) {
        const struct hl_segment *s = &c->list[i].segment;
        packet.len = 0;
        put_packet(&packet, s);
        hl_inspector_packet(docs.inspector, LINKTYPE_RAW, s->at.time_ns + (int64_t)i, buf_view(&packet),
                            (uint32_t)(packet.len + s->length - s->payload.len));
    }
    hl_inspector_finish(docs.inspector);
    for (size_t i = 0; i < docs.count; i++)
        essence[i] = document_essence(docs.text[i]);
    qsort(essence, docs.count, sizeof essence[0], compare_texts);
    for (size_t i = 0; i < docs.count; i++) {
        buf_string(&out, essence[i]);
        buf_char(&out, '\n');
        free(essence[i]);
    }
    documents_cleanup(&docs);
    buf_cleanup(&packet);
    put_uint(&out, 1, 0);
    return (char *)out.data;
}

/* --- variants -------------------------------------------------------------- */

static bool is_data(const struct hl_segment *s)
{
    return s->length > 0 && (s->flags & (TCP_SYN | TCP_RST)) == 0;
}

/* Each segment in one or more. */
static void cut(const struct connection *from, struct connection *to, uint32_t *random)
{
    for (size_t i = 0; i < from->count; i++) {
        struct hl_segment rest = from->list[i].segment;
        uint8_t flags = rest.flags;
        bool small = next_random(random) % 4 == 0;
        while (is_data(&rest) && rest.payload.len > 1 && next_random(random) % 8 != 0) {
            size_t n = 1 + next_random(random) % (small ? 5 : rest.payload.len - 1);
            if (n >= rest.payload.len)
                break;
            struct hl_segment part = rest;
            part.payload.len = n;
            part.length = (uint32_t)n;
            part.flags = flags & (uint8_t)~TCP_FIN;
            add(to, &part);
            rest.payload.ptr += n;
            rest.payload.len -= n;
            rest.length -= (uint32_t)n;
            rest.seq += (uint32_t)n;
        }
        add(to, &rest);
    }
}

static bool same_way(const struct hl_segment *a, const struct hl_segment *b)
{
    return a->source.port == b->source.port && a->destination.port == b->destination.port
           && memcmp(&a->source.address, &b->source.address, sizeof a->source.address) == 0
           && memcmp(&a->destination.address, &b->destination.address, sizeof a->destination.address) == 0;
}

/* Within a run of data segments of one direction, each may come a few places earlier. */
static void mix(struct connection *c, uint32_t *random)
{
    for (size_t i = 1; i < c->count; i++) {
        size_t back = next_random(random) % WINDOW;
        for (size_t k = i; k > 0 && back > 0; k--, back--) {
            struct piece *a = &c->list[k - 1], *b = &c->list[k];
            if (!is_data(&a->segment) || !is_data(&b->segment) || !same_way(&a->segment, &b->segment)
                || a->segment.flags & TCP_FIN || b->segment.flags & TCP_FIN)
                break;
            int64_t time = a->segment.at.time_ns;
            a->segment.at.time_ns = b->segment.at.time_ns;
            b->segment.at.time_ns = time;
            struct piece swap = *a;
            *a = *b;
            *b = swap;
        }
    }
}

/* Some segments twice, the second copy a few places later and perhaps with what stood before it. */
static void repeat(const struct connection *from, struct connection *to, uint32_t *random)
{
    for (size_t i = 0; i < from->count; i++) {
        add(to, &from->list[i].segment);
        if (next_random(random) % 3 != 0)
            continue;
        struct hl_segment again = from->list[i - next_random(random) % (i < WINDOW ? i + 1 : WINDOW)].segment;
        if (!is_data(&again) || again.flags & TCP_FIN || again.payload.len < again.length)
            continue;
        again.at = from->list[i].segment.at;
        if (next_random(random) % 2 == 0) { /* only the end of it */
            size_t skip = next_random(random) % again.payload.len;
            again.payload.ptr += skip;
            again.payload.len -= skip;
            again.length -= (uint32_t)skip;
            again.seq += (uint32_t)skip;
        }
        add(to, &again);
    }
}

static void check_variant(const struct connection *original, const char *expect, const char *name, uint32_t seed)
{
    struct connection pieces = { .count = 0 }, variant = { .count = 0 };
    uint32_t random = seed * 2654435761u | 1;
    /* Where the capture begins amid a connection, its first segment says where the bytes begin. */
    bool whole = (original->list[0].segment.flags & TCP_SYN) != 0;

    cut(original, &pieces, &random);
    if (whole && seed % 3 != 0)
        mix(&pieces, &random);
    if (seed % 2 != 0)
        repeat(&pieces, &variant, &random);
    char *text = tell(seed % 2 != 0 ? &variant : &pieces);
    if (strcmp(text, expect) != 0) {
        size_t same = 0;
        while (text[same] == expect[same])
            same++;
        size_t from = same > 150 ? same - 150 : 0;
        fail_msg("%s, seed %u:\n%.250s\nnot\n%.250s", name, (unsigned)seed, text + from, expect + from);
    }
    free(text);
    forget(&pieces);
    forget(&variant);
}

/* `contains`: what the original must be told as, or NULL. */
static void check_variants(const struct connection *original, const char *name, const char *contains,
                           uint32_t variants)
{
    char *expect = tell(original);

    if (contains != NULL)
        assert_non_null(strstr(expect, contains));
    for (uint32_t seed = 1; seed <= variants; seed++)
        check_variant(original, expect, name, seed);
    free(expect);
}

/* --- connections that are built --------------------------------------------- */

static void from_talk(struct connection *c, const struct talk *talk)
{
    static const uint32_t isn[2] = { 1000, UINT32_MAX - 2000 }; /* the server's numbers wrap */
    struct hl_segment s[2] = {
        { .source = { { { 192, 0, 2, 1 }, 4 }, 40000 }, .destination = { { { 192, 0, 2, 2 }, 4 }, 443 } },
        { .source = { { { 192, 0, 2, 2 }, 4 }, 443 }, .destination = { { { 192, 0, 2, 1 }, 4 }, 40000 } },
    };
    int64_t now = 1700000000000000000;

    for (unsigned i = 0; i < 2; i++) {
        s[i].seq = isn[i];
        s[i].ack = i == HL_SERVER ? isn[HL_CLIENT] + 1 : 0;
        s[i].flags = i == HL_SERVER ? TCP_SYN | TCP_ACK : TCP_SYN;
        s[i].at.time_ns = now += 1000000;
        add(c, &s[i]);
        s[i].seq++;
        s[i].flags = TCP_ACK;
    }
    for (size_t i = 0; i < talk->count; i++) {
        const struct turn *turn = &talk->turns[i];
        struct hl_segment *mine = &s[turn->from];
        for (size_t at = turn->begin; at < turn->end; at += mine->length) {
            mine->length = (uint32_t)(turn->end - at < 1460 ? turn->end - at : 1460);
            mine->payload = (struct hl_span){ talk->bytes[turn->from].data + at, mine->length };
            mine->ack = s[1 - turn->from].seq;
            mine->at.time_ns = now += 1000000;
            add(c, mine);
            mine->seq += mine->length;
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        s[i].payload.len = s[i].length = 0;
        s[i].flags = TCP_FIN | TCP_ACK;
        s[i].ack = s[1 - i].seq;
        s[i].at.time_ns = now += 1000000;
        add(c, &s[i]);
    }
}

static void check_talk(const struct talk *talk, const char *name, const char *contains)
{
    struct connection c = { .count = 0 };

    from_talk(&c, talk);
    check_variants(&c, name, contains, VARIANTS);
    forget(&c);
}

static void tls12(void **state)
{
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_tls12(&talk, 0);
    check_talk(&talk, "TLS 1.2", "\"outcome\":\"completed\"");
    talk_cleanup(&talk);
    talk_init(&talk);
    talk_tls12(&talk, 100);
    check_talk(&talk, "TLS 1.2 in small records", "\"outcome\":\"completed\"");
    talk_cleanup(&talk);
}

static void tls13(void **state)
{
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_tls13(&talk);
    check_talk(&talk, "TLS 1.3", "\"outcome\":\"completed\"");
    talk_cleanup(&talk);
}

static void starttls(void **state)
{
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_bytes(&talk, HL_SERVER, (struct hl_span){ (const uint8_t *)"220 a.example ESMTP\r\n", 21 });
    talk_bytes(&talk, HL_CLIENT, (struct hl_span){ (const uint8_t *)"EHLO x\r\n", 8 });
    talk_bytes(&talk, HL_SERVER, (struct hl_span){ (const uint8_t *)"250-a.example\r\n250 STARTTLS\r\n", 29 });
    talk_bytes(&talk, HL_CLIENT, (struct hl_span){ (const uint8_t *)"STARTTLS\r\n", 10 });
    talk_bytes(&talk, HL_SERVER, (struct hl_span){ (const uint8_t *)"220 ready\r\n", 11 });
    talk_tls12(&talk, 0);
    check_talk(&talk, "STARTTLS", "\"before_tls\":\"smtp\"");
    talk_cleanup(&talk);
}

static void failed(void **state)
{
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_client_hello(&talk, &(struct hello){ .extensions = EXT_SERVER_NAME });
    talk_hex(&talk, HL_SERVER, "15 0303 0002 02 28");
    check_talk(&talk, "refused", "\"outcome\":\"failed\"");
    talk_cleanup(&talk);
    talk_init(&talk);
    talk_client_hello(&talk, &(struct hello){ .extensions = EXT_SERVER_NAME });
    talk_bytes(&talk, HL_SERVER, (struct hl_span){ (const uint8_t *)"HTTP/1.1 400 Bad Request\r\n\r\n", 28 });
    check_talk(&talk, "not TLS", "\"outcome\":\"not-tls\"");
    talk_cleanup(&talk);
}

/* --- real ones ------------------------------------------------------------- */

static const char *const captures[] = {
    "tls12-ecdhe-rsa.pcap", "tls12-resumed-id.pcap", "tls12-resumed-ticket.pcap", "tls12-client-cert.pcap",
    "tls12-renegotiation.pcap", "tls12-null.pcap", "tls12-cbc.pcap", "tls10.pcap", "tls13-x25519.pcap",
    "tls13-hello-retry.pcap", "tls13-resumed-psk.pcap", "tls13-early-data.pcap", "tls13-client-cert.pcap",
    "tls13-large-chain.pcap", "tls13-compressed-certificate.pcap", "starttls-smtp.pcap", "starttls-imap.pcap",
    "starttls-postgresql.pcap", "proxy-v1.pcap", "proxy-v2.pcap", "proxy-socks5.pcap", "proxy-http-connect.pcap",
    "two-at-once.pcap", "ipv6.pcap", "one-sided.pcap", "starts-at-server-hello.pcap", "fail-expired.pcap",
    "fail-not-tls-server.pcap", "fail-reset-after-hello.pcap", "fail-server-closes-after-hello.pcap",
    "fail-unknown-ca.pcap", "fail-client-cert-rejected.pcap",
};

/* False when there is no such file. */
static bool read_capture(const char *path, struct connection *c)
{
    struct hl_error error;
    struct hl_packet packet;
    struct hl_decoder decoder;
    struct hl_segment segment;
    struct hl_capture *capture = capture_new(path, &error);

    if (capture == NULL)
        return false;
    decoder_init(&decoder);
    while (capture_next(capture, &packet, &error) == CAPTURE_PACKET) {
        struct hl_moment at = { packet.time_ns, packet.frame, 0 };
        if (decoder_push(&decoder, packet.data, packet.length, packet.link_type, at, &segment)
            && !segment.datagram)
            add(c, &segment);
    }
    decoder_cleanup(&decoder);
    capture_free(capture);
    return true;
}

static void real_captures(void **state)
{
    const char *folder = getenv("SOURCE_DIR");
    unsigned found = 0;

    (void)state;
    for (size_t i = 0; folder != NULL && i < sizeof captures / sizeof captures[0]; i++) {
        struct connection c = { .count = 0 };
        char path[1024];
        snprintf(path, sizeof path, "%s/pcaps/%s", folder, captures[i]);
        if (!read_capture(path, &c))
            continue;
        found++;
        check_variants(&c, captures[i], NULL, CAPTURE_VARIANTS);
        forget(&c);
    }
    if (found == 0)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls12),  cmocka_unit_test(tls13),         cmocka_unit_test(starttls),
        cmocka_unit_test(failed), cmocka_unit_test(real_captures),
    };

    return cmocka_run_group_tests_name("property", tests, NULL, NULL);
}
