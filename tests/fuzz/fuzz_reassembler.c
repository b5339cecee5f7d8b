/* Segments of a few connections into the reassembly. Eight bytes a segment: which connection and side,
 * flags, where it begins (two bytes, from the initial number on), its length (two bytes), how much of it
 * the snap length cut off, milliseconds since the last one. What it carries depends on its place, so that
 * copies agree, unless a bit says otherwise. */
#include "base/reader.h"
#include "net/tcp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONNECTIONS = 4, PLACES = 0x10000 + 2048 };
enum { SIDE = 1, OTHER_BYTES = 8, NO_ACK = 16, REFUSE = 32, LONG_TIME = 64 };

struct session {
    bool open;
};

struct sink {
    struct session sessions[64];
    unsigned opened, closed, refused;
    bool refuse;
};

static struct sink sink;

static void *on_opened(void *ctx, const struct hl_connection *connection)
{
    if (ctx != &sink || connection->ends[0].address.length != 4)
        abort();
    struct session *session = &sink.sessions[sink.opened++ % 64];
    session->open = true;
    return session;
}

static bool on_data(void *user, unsigned direction, const struct hl_chunk *chunk)
{
    struct session *session = user;
    unsigned sum = 0;

    if (direction > 1 || (chunk->gap > 0) == (chunk->bytes.len > 0) || !session->open)
        abort();
    for (size_t i = 0; i < chunk->bytes.len; i++)
        sum += chunk->bytes.ptr[i];
    if (sum % 256 == 77 && sink.refuse) {
        session->open = false;
        sink.refused++;
        return false;
    }
    return true;
}

static void on_closed(void *user, const struct hl_closing *closing)
{
    struct session *session = user;

    if (!session->open || closing->direction > 1)
        abort();
    session->open = false;
    sink.closed++;
}

static void on_missed(void *user, const struct hl_connection *connection, const struct hl_closing *closing, enum hl_no_tls why)
{
    if (user != &sink || why == NO_TLS_NONE || connection->initiator == INITIATOR_UNKNOWN || closing->direction > 1)
        abort();
}

/* A hello, and then records without end. */
static void fill(uint8_t *stream)
{
    static const uint8_t hello[] = { 22, 3, 1, 0, 120, 1, 0, 0, 116, 3, 3 };

    for (size_t i = 0; i < PLACES; i++)
        stream[i] = i < sizeof hello ? hello[i] : i % 125 == 0 ? 23 : (uint8_t)(i * 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t stream[PLACES], other[PLACES];
    static struct hl_tcp tcp;
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ data, size }, &fault);
    const struct hl_stream_sink to = { &sink, on_opened, on_data, on_closed, on_missed };
    struct hl_moment at = { 1700000000000000000, 0, 0 };

    if (stream[0] == 0)
        fill(stream);
    sink = (struct sink){ .opened = 0 };
    tcp_init(&tcp, &to, 1);
    while (rd_left(&r) >= 9) {
        unsigned which = rd_u8(&r, "which");
        struct hl_segment segment = { .flags = rd_u8(&r, "flags") };
        uint32_t begin = rd_u16(&r, "begin");
        segment.length = rd_u16(&r, "length") % 2048u;
        uint32_t cut = rd_u8(&r, "cut");
        at.time_ns += (int64_t)rd_u8(&r, "time") * (which & LONG_TIME ? 1000000000 : 1000000);
        uint8_t acked = rd_u8(&r, "acked");
        at.frame++;
        sink.refuse = (which & REFUSE) != 0;
        segment.at = at;
        segment.flags &= (uint8_t) ~(which & NO_ACK);
        segment.seq = UINT32_MAX - 500 + begin;
        segment.ack = UINT32_MAX - 500 + 64u * acked;
        segment.payload.len = cut < segment.length ? segment.length - cut : segment.length;
        segment.payload.ptr = (which & OTHER_BYTES ? other : stream) + (begin > 0 ? begin - 1 : 0);
        segment.source = (struct hl_endpoint){ { { 10, 0, 0, 1 }, 4 }, (uint16_t)(1000 + (which >> 1) % CONNECTIONS) };
        segment.destination = (struct hl_endpoint){ { { 10, 0, 0, 2 }, 4 }, 443 };
        if (which & SIDE) {
            struct hl_endpoint client = segment.source;
            segment.source = segment.destination;
            segment.destination = client;
        }
        tcp_push(&tcp, &segment);
    }
    tcp_finish(&tcp);
    if (tcp.streams != 0 || sink.opened != sink.closed + sink.refused || tcp.counters.tls != sink.opened)
        abort();
    tcp_cleanup(&tcp);
    return 0;
}
