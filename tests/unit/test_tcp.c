/* Reassembly: whatever becomes of the segments on their way, the bytes come out in order, once, and
 * what is missing is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/tcp.h"
#include "support/make_tls.h"

enum { GAPS = 64, SECOND = 1000000000 };

/* What a sink was told of one connection. */
struct told {
    struct hl_buffer bytes[2]; /* a gap as that many bytes of 0xee */
    uint64_t gap[2];
    unsigned gaps[2];
    struct hl_moment last;
    unsigned opened, closed;
    struct hl_closing closing;
    struct hl_connection connection;
    const struct hl_connection *live;
    bool stop_at_once;
};

struct lab {
    struct hl_tcp *tcp;
    struct told told;
    struct talk talk;
    uint32_t isn[2];
    size_t sent[2];    /* the most that a side has sent */
    uint16_t port;
    uint64_t frame;
    int64_t now;
    bool no_acks;
    uint8_t ttl;
};

static void *on_opened(void *ctx, const struct hl_connection *connection)
{
    struct told *told = ctx;

    told->opened++;
    told->live = connection;
    return told;
}

static bool on_data(void *session, unsigned direction, const struct hl_chunk *chunk)
{
    struct told *told = session;

    assert_true((chunk->gap > 0) != (chunk->bytes.len > 0));
    buf_span(&told->bytes[direction], chunk->bytes);
    put_fill(&told->bytes[direction], 0xee, chunk->gap);
    told->gap[direction] += chunk->gap;
    told->gaps[direction] += chunk->gap > 0;
    told->last = chunk->at;
    told->connection = *told->live;
    return !told->stop_at_once;
}

static void on_closed(void *session, const struct hl_closing *closing)
{
    struct told *told = session;

    told->closed++;
    told->closing = *closing;
    told->connection = *told->live;
}

static int set_up(void **state)
{
    struct lab *lab = calloc(1, sizeof *lab);

    assert_non_null(lab);
    lab->tcp = malloc(sizeof *lab->tcp);
    assert_non_null(lab->tcp);
    tcp_init(lab->tcp, &(struct hl_stream_sink){ &lab->told, on_opened, on_data, on_closed, NULL }, 7);
    lab->told.bytes[0] = make_buffer();
    lab->told.bytes[1] = make_buffer();
    talk_init(&lab->talk);
    talk_tls12(&lab->talk, 0);
    lab->isn[HL_CLIENT] = 1000;
    lab->isn[HL_SERVER] = 500000;
    lab->port = 40000;
    lab->now = 1700000000 * (int64_t)SECOND;
    *state = lab;
    return 0;
}

static int tear_down(void **state)
{
    struct lab *lab = *state;

    tcp_cleanup(lab->tcp);
    free(lab->tcp);
    buf_cleanup(&lab->told.bytes[0]);
    buf_cleanup(&lab->told.bytes[1]);
    talk_cleanup(&lab->talk);
    free(lab);
    return 0;
}

/* Direction 0 of the connection is the client's: its address is the smaller one. */
static void push(struct lab *lab, enum hl_side from, uint32_t seq, uint8_t flags, struct hl_span payload,
                 uint32_t length)
{
    struct hl_segment segment = {
        .source = { { { 192, 0, 2, 1 }, 4 }, lab->port },
        .destination = { { { 192, 0, 2, 2 }, 4 }, 443 },
        .seq = seq,
        .ack = lab->isn[1 - from] + 1 + (uint32_t)lab->sent[1 - from],
        .flags = flags,
        .ttl = lab->ttl,
        .payload = payload,
        .length = length,
        .at = { lab->now += 1000000, ++lab->frame, 0 },
    };

    if (from == HL_SERVER) {
        struct hl_endpoint client = segment.source;
        segment.source = segment.destination;
        segment.destination = client;
    }
    if (lab->no_acks)
        segment.flags &= (uint8_t)~TCP_ACK;
    uint8_t *exact = malloc(payload.len > 0 ? payload.len : 1);
    assert_non_null(exact);
    if (payload.len > 0)
        memcpy(exact, payload.ptr, payload.len);
    segment.payload.ptr = exact;
    tcp_push(lab->tcp, &segment);
    free(exact);
}

static size_t size_of(const struct lab *lab, enum hl_side from)
{
    return lab->talk.bytes[from].len;
}

static void send_flags(struct lab *lab, enum hl_side from, size_t begin, size_t end, unsigned flags)
{
    struct hl_span payload = { lab->talk.bytes[from].data + begin, end - begin };

    if (end > lab->sent[from])
        lab->sent[from] = end;
    push(lab, from, lab->isn[from] + 1 + (uint32_t)begin, (uint8_t)flags, payload, (uint32_t)(end - begin));
}

static void send(struct lab *lab, enum hl_side from, size_t begin, size_t end)
{
    send_flags(lab, from, begin, end, TCP_ACK);
}

/* Other bytes than those of the talk, at the same place. */
static void send_other(struct lab *lab, enum hl_side from, size_t begin, size_t end)
{
    struct hl_buffer bytes = make_buffer();

    put_fill(&bytes, 0x55, end - begin);
    push(lab, from, lab->isn[from] + 1 + (uint32_t)begin, TCP_ACK, buf_view(&bytes), (uint32_t)(end - begin));
    buf_cleanup(&bytes);
}

static void send_rest(struct lab *lab, enum hl_side from, size_t begin, size_t piece)
{
    for (size_t at = begin; at < size_of(lab, from); at += piece)
        send(lab, from, at, at + piece < size_of(lab, from) ? at + piece : size_of(lab, from));
}

static void shake_hands(struct lab *lab)
{
    struct hl_span nothing = { NULL, 0 };

    push(lab, HL_CLIENT, lab->isn[HL_CLIENT], TCP_SYN, nothing, 0);
    push(lab, HL_SERVER, lab->isn[HL_SERVER], TCP_SYN | TCP_ACK, nothing, 0);
    push(lab, HL_CLIENT, lab->isn[HL_CLIENT] + 1, TCP_ACK, nothing, 0);
}

static void fin(struct lab *lab, enum hl_side from)
{
    push(lab, from, lab->isn[from] + 1 + (uint32_t)size_of(lab, from), TCP_FIN | TCP_ACK, (struct hl_span){ NULL, 0 },
         0);
}

static void reset(struct lab *lab, enum hl_side from)
{
    push(lab, from, lab->isn[from] + 1 + (uint32_t)lab->sent[from], TCP_RST, (struct hl_span){ NULL, 0 }, 0);
}

/* All bytes of `from` up to `end` were told, but for `missing` of them from `hole` on. */
static void expect_hole(struct lab *lab, enum hl_side from, size_t end, size_t hole, size_t missing)
{
    const struct hl_buffer *told = &lab->told.bytes[from], *all = &lab->talk.bytes[from];

    assert_int_equal(told->len, end);
    assert_int_equal(lab->told.gap[from], missing);
    assert_int_equal(lab->told.gaps[from], missing > 0);
    if (hole > 0)
        assert_memory_equal(told->data, all->data, hole);
    if (end > hole + missing)
        assert_memory_equal(told->data + hole + missing, all->data + hole + missing, end - hole - missing);
}

static void expect_all(struct lab *lab, enum hl_side from)
{
    expect_hole(lab, from, size_of(lab, from), size_of(lab, from), 0);
}

static void expect_nothing_odd(struct lab *lab)
{
    const struct hl_connection *c = &lab->told.connection;

    assert_int_equal(c->out_of_order, 0);
    assert_int_equal(c->retransmitted, 0);
    assert_int_equal(c->conflicts, 0);
    assert_int_equal(c->gaps, 0);
    assert_false(c->mid_stream);
    assert_false(c->truncated);
}

/* Somebody else's reset has come another way. */
static void a_reset_has_its_time_to_live(void **state)
{
    struct lab *lab = *state;

    lab->ttl = 50;
    shake_hands(lab);
    send(lab, HL_CLIENT, 0, size_of(lab, HL_CLIENT));
    lab->ttl = 61;
    reset(lab, HL_SERVER);
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.closing.how, CLOSE_RESET);
    assert_int_equal(lab->told.closing.ttl, 61);
    assert_int_equal(lab->told.closing.usual_ttl, 50);
}

/* --- whole connections ----------------------------------------------------- */

static void say_all(struct lab *lab, size_t piece)
{
    for (size_t i = 0; i < lab->talk.count; i++) {
        const struct turn *turn = &lab->talk.turns[i];
        for (size_t at = turn->begin; at < turn->end; at += piece)
            send(lab, turn->from, at, at + piece < turn->end ? at + piece : turn->end);
    }
}

static void in_order(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    say_all(lab, 1460);
    assert_int_equal(lab->told.opened, 1);
    assert_int_equal(lab->told.closed, 0);
    expect_all(lab, HL_CLIENT);
    expect_all(lab, HL_SERVER);
    expect_nothing_odd(lab);
    assert_int_equal(lab->told.connection.initiator, INITIATOR_0);
    assert_int_equal(lab->told.connection.rtt_ns, 2000000);
    assert_int_equal(lab->told.connection.syn.frame, 1);
    assert_int_equal(lab->told.connection.ends[0].port, 40000);
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.closed, 1);
    assert_int_equal(lab->told.closing.how, CLOSE_END_OF_CAPTURE);
    assert_int_equal(lab->told.closing.direction, -1);
    assert_int_equal(lab->tcp->counters.connections, 1);
    assert_int_equal(lab->tcp->counters.tls, 1);
}

static void one_byte_segments(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    say_all(lab, 1);
    expect_all(lab, HL_CLIENT);
    expect_all(lab, HL_SERVER);
    expect_nothing_odd(lab);
    assert_int_equal(lab->told.connection.packets[HL_SERVER], size_of(lab, HL_SERVER));
}

static void server_has_the_smaller_address(void **state)
{
    struct lab *lab = *state;

    lab->port = 440; /* the addresses decide first: still direction 0 */
    shake_hands(lab);
    say_all(lab, 500);
    assert_int_equal(lab->told.connection.ends[0].port, 440);
    assert_int_equal(lab->told.connection.initiator, INITIATOR_0);
    expect_all(lab, HL_SERVER);
}

static void sequence_numbers_wrap(void **state)
{
    struct lab *lab = *state;

    lab->isn[HL_CLIENT] = UINT32_MAX - 50;
    lab->isn[HL_SERVER] = UINT32_MAX; /* the first byte has the number 0 */
    shake_hands(lab);
    say_all(lab, 100);
    expect_all(lab, HL_CLIENT);
    expect_all(lab, HL_SERVER);
    expect_nothing_odd(lab);
}

static void wrap_out_of_order(void **state)
{
    struct lab *lab = *state;

    lab->isn[HL_CLIENT] = UINT32_MAX - 150;
    shake_hands(lab);
    send(lab, HL_CLIENT, 200, 300);
    send(lab, HL_CLIENT, 100, 200);
    send(lab, HL_CLIENT, 0, 100);
    expect_hole(lab, HL_CLIENT, 300, 300, 0);
    assert_int_equal(lab->told.connection.out_of_order, 2);
}

/* --- order and copies ------------------------------------------------------ */

static void out_of_order(void **state)
{
    struct lab *lab = *state;
    size_t end = size_of(lab, HL_SERVER) / 100;

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 90);
    for (size_t i = end; i-- > 0;) /* backwards */
        send(lab, HL_SERVER, 100 * i, 100 * (i + 1));
    expect_hole(lab, HL_SERVER, 100 * end, 100 * end, 0);
    assert_int_equal(lab->told.connection.out_of_order, end - 1);
    assert_int_equal(lab->told.connection.conflicts, 0);
    assert_int_equal(lab->told.connection.gaps, 0);
    assert_int_equal(lab->told.last.frame, lab->frame); /* not sooner than the last byte before it */
}

static void every_order_of_four(void **state)
{
    static const uint8_t orders[][4] = {
        { 0, 1, 2, 3 }, { 0, 1, 3, 2 }, { 0, 2, 1, 3 }, { 0, 2, 3, 1 }, { 0, 3, 1, 2 }, { 0, 3, 2, 1 },
        { 1, 0, 2, 3 }, { 1, 0, 3, 2 }, { 1, 2, 0, 3 }, { 1, 2, 3, 0 }, { 1, 3, 0, 2 }, { 1, 3, 2, 0 },
        { 2, 0, 1, 3 }, { 2, 0, 3, 1 }, { 2, 1, 0, 3 }, { 2, 1, 3, 0 }, { 2, 3, 0, 1 }, { 2, 3, 1, 0 },
        { 3, 0, 1, 2 }, { 3, 0, 2, 1 }, { 3, 1, 0, 2 }, { 3, 1, 2, 0 }, { 3, 2, 0, 1 }, { 3, 2, 1, 0 },
    };
    struct lab *lab = *state;

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        lab->port++;
        lab->told.bytes[HL_CLIENT].len = 0;
        shake_hands(lab);
        for (size_t k = 0; k < 4; k++) { /* overlapping each other by 10 bytes */
            size_t begin = 70 * orders[i][k];
            send(lab, HL_CLIENT, begin, begin + 80);
        }
        expect_hole(lab, HL_CLIENT, 290, 290, 0);
        assert_int_equal(lab->told.connection.conflicts, 0);
    }
}

static void retransmitted(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    for (size_t at = 0; at + 100 <= 600; at += 100) {
        send(lab, HL_CLIENT, at, at + 100);
        send(lab, HL_CLIENT, at, at + 100);
        send(lab, HL_CLIENT, at / 2, at + 50);
    }
    expect_hole(lab, HL_CLIENT, 600, 600, 0);
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.connection.retransmitted, 12);
    assert_int_equal(lab->told.connection.conflicts, 0);
}

static void overlap_brings_more(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 100);
    send(lab, HL_CLIENT, 50, 150);
    send(lab, HL_CLIENT, 0, 300);
    expect_hole(lab, HL_CLIENT, 300, 300, 0);
    assert_int_equal(lab->told.connection.retransmitted, 0);
}

static void first_copy_wins(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 200);
    send_other(lab, HL_CLIENT, 0, 200);
    send_other(lab, HL_CLIENT, 150, 200);
    send(lab, HL_CLIENT, 200, 300);
    expect_hole(lab, HL_CLIENT, 300, 300, 0);
    assert_int_equal(lab->told.connection.conflicts, 2);
}

static void first_copy_wins_while_it_waits(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 100);
    send(lab, HL_CLIENT, 150, 250);
    send_other(lab, HL_CLIENT, 150, 250); /* exactly the same place */
    send_other(lab, HL_CLIENT, 200, 240); /* inside */
    send(lab, HL_CLIENT, 100, 150);
    expect_hole(lab, HL_CLIENT, 250, 250, 0);
    send(lab, HL_CLIENT, 250, 300);
    expect_hole(lab, HL_CLIENT, 300, 300, 0);
    assert_int_equal(lab->told.connection.conflicts, 2);
}

static void what_waits_wins_over_the_filler(void **state)
{
    struct lab *lab = *state;
    struct hl_buffer filler = make_buffer();

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 100);
    send(lab, HL_CLIENT, 150, 250);
    put_pattern(&filler, 3, 200); /* 100 to 300: its first 50 and last 50 bytes are the true ones */
    memcpy(filler.data, lab->talk.bytes[HL_CLIENT].data + 100, 50);
    memcpy(filler.data + 150, lab->talk.bytes[HL_CLIENT].data + 250, 50);
    push(lab, HL_CLIENT, lab->isn[HL_CLIENT] + 101, TCP_ACK, buf_view(&filler), 200);
    buf_cleanup(&filler);
    send(lab, HL_CLIENT, 300, 320);
    expect_hole(lab, HL_CLIENT, 320, 320, 0);
    assert_int_equal(lab->told.connection.conflicts, 1);
}

static void keep_alives(void **state)
{
    struct lab *lab = *state;
    struct hl_span nothing = { NULL, 0 };

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 300);
    for (unsigned i = 0; i < 50; i++) { /* RFC 9293, section 3.8.4: one garbage byte, or none */
        push(lab, HL_CLIENT, lab->isn[HL_CLIENT] + 300, TCP_ACK, nothing, 0);
        send_other(lab, HL_CLIENT, 299, 300);
    }
    send(lab, HL_CLIENT, 300, 320);
    expect_hole(lab, HL_CLIENT, 320, 320, 0);
    expect_nothing_odd(lab);
}

/* --- beginnings ------------------------------------------------------------ */

static void data_on_the_syn(void **state)
{
    struct lab *lab = *state;
    struct hl_span nothing = { NULL, 0 };
    struct hl_span first = { lab->talk.bytes[HL_CLIENT].data, 100 };

    push(lab, HL_CLIENT, lab->isn[HL_CLIENT], TCP_SYN, first, 100); /* RFC 7413 */
    lab->sent[HL_CLIENT] = 100;
    push(lab, HL_SERVER, lab->isn[HL_SERVER], TCP_SYN | TCP_ACK, nothing, 0);
    send(lab, HL_CLIENT, 100, 300);
    expect_hole(lab, HL_CLIENT, 300, 300, 0);
    expect_nothing_odd(lab);
}

static void data_on_the_syn_ack(void **state)
{
    struct lab *lab = *state;
    struct hl_span nothing = { NULL, 0 };

    push(lab, HL_CLIENT, lab->isn[HL_CLIENT], TCP_SYN, nothing, 0);
    push(lab, HL_SERVER, lab->isn[HL_SERVER], TCP_SYN | TCP_ACK,
         (struct hl_span){ lab->talk.bytes[HL_SERVER].data, 60 }, 60);
    lab->sent[HL_SERVER] = 60;
    send(lab, HL_CLIENT, 0, 300);
    send(lab, HL_SERVER, 60, 300);
    expect_hole(lab, HL_SERVER, 300, 300, 0);
    expect_nothing_odd(lab);
}

static void syn_cookies(void **state)
{
    struct lab *lab = *state;
    struct hl_span nothing = { NULL, 0 };

    push(lab, HL_CLIENT, lab->isn[HL_CLIENT], TCP_SYN, nothing, 0);
    push(lab, HL_SERVER, 77, TCP_SYN | TCP_ACK, nothing, 0);
    push(lab, HL_CLIENT, lab->isn[HL_CLIENT], TCP_SYN, nothing, 0); /* again */
    push(lab, HL_SERVER, lab->isn[HL_SERVER], TCP_SYN | TCP_ACK, nothing, 0); /* another number */
    say_all(lab, 700);
    expect_all(lab, HL_CLIENT);
    expect_all(lab, HL_SERVER);
    expect_nothing_odd(lab);
    assert_int_equal(lab->told.connection.syn.frame, 1);
}

static void capture_begins_at_the_hello(void **state)
{
    struct lab *lab = *state;

    say_all(lab, 100);
    expect_all(lab, HL_CLIENT);
    expect_all(lab, HL_SERVER);
    assert_true(lab->told.connection.mid_stream);
    assert_int_equal(lab->told.connection.gaps, 0);
}

/* The first segment that was captured is not the first that was sent. */
static void capture_begins_out_of_order(void **state)
{
    struct lab *lab = *state;

    push(lab, HL_SERVER, lab->isn[HL_SERVER] + 1, TCP_ACK, (struct hl_span){ NULL, 0 }, 0);
    send(lab, HL_SERVER, 0, 60); /* its acknowledgment says where the client's bytes begin */
    send(lab, HL_CLIENT, 60, 120);
    send(lab, HL_CLIENT, 0, 60);
    send(lab, HL_CLIENT, 120, 200);
    expect_hole(lab, HL_CLIENT, 200, 200, 0);
    expect_hole(lab, HL_SERVER, 60, 60, 0);
}

static void only_the_client(void **state)
{
    struct lab *lab = *state;

    push(lab, HL_CLIENT, lab->isn[HL_CLIENT], TCP_SYN, (struct hl_span){ NULL, 0 }, 0);
    lab->sent[HL_SERVER] = size_of(lab, HL_SERVER); /* acknowledged, but not in the capture */
    send_rest(lab, HL_CLIENT, 0, 100);
    expect_all(lab, HL_CLIENT);
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.closed, 1);
    assert_int_equal(lab->told.connection.packets[HL_SERVER], 0);
}

static void only_the_server(void **state)
{
    struct lab *lab = *state;

    push(lab, HL_SERVER, lab->isn[HL_SERVER], TCP_SYN | TCP_ACK, (struct hl_span){ NULL, 0 }, 0);
    send_rest(lab, HL_SERVER, 0, 500);
    expect_all(lab, HL_SERVER);
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.connection.packets[HL_CLIENT], 0);
    assert_int_equal(lab->told.connection.initiator, INITIATOR_0);
}

/* --- what is missing ------------------------------------------------------- */

static void cut_by_the_snap_length(void **state)
{
    struct lab *lab = *state;
    struct hl_span half = { lab->talk.bytes[HL_SERVER].data + 100, 60 };

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 300);
    send(lab, HL_SERVER, 0, 100);
    push(lab, HL_SERVER, lab->isn[HL_SERVER] + 101, TCP_ACK, half, 100);
    lab->sent[HL_SERVER] = 200;
    send(lab, HL_SERVER, 200, 400);
    expect_hole(lab, HL_SERVER, 400, 160, 40);
    assert_true(lab->told.connection.truncated);
    assert_int_equal(lab->told.connection.gaps, 1);
}

static void cut_and_out_of_order(void **state)
{
    struct lab *lab = *state;
    struct hl_span half = { lab->talk.bytes[HL_SERVER].data + 200, 60 };

    shake_hands(lab);
    send(lab, HL_SERVER, 0, 100);
    push(lab, HL_SERVER, lab->isn[HL_SERVER] + 201, TCP_ACK, half, 100);
    send(lab, HL_SERVER, 300, 400);
    send(lab, HL_SERVER, 100, 200);
    expect_hole(lab, HL_SERVER, 400, 260, 40);
    assert_true(lab->told.connection.truncated);
}

/* A retransmission has what the snap length cut off; it comes too late, but it must not confuse. */
static void cut_then_retransmitted(void **state)
{
    struct lab *lab = *state;
    struct hl_span half = { lab->talk.bytes[HL_SERVER].data + 100, 60 };

    shake_hands(lab);
    send(lab, HL_SERVER, 0, 100);
    push(lab, HL_SERVER, lab->isn[HL_SERVER] + 101, TCP_ACK, half, 100);
    send(lab, HL_SERVER, 100, 200);
    send(lab, HL_SERVER, 200, 300);
    expect_hole(lab, HL_SERVER, 300, 160, 40);
}

static void never_captured_but_acknowledged(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    send(lab, HL_SERVER, 0, 100);
    for (size_t i = 0; i < HL_GAP_PATIENCE + 2; i++) {
        send(lab, HL_SERVER, 200 + 100 * i, 300 + 100 * i);
        send(lab, HL_CLIENT, i, i + 1); /* acknowledges it all */
    }
    size_t end = 200 + 100 * (HL_GAP_PATIENCE + 2);
    expect_hole(lab, HL_SERVER, end, 100, 100); /* at once, not only at the end */
    assert_int_equal(lab->told.connection.gaps, 1);
}

static void missing_at_the_end_of_the_capture(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    lab->no_acks = true;
    send(lab, HL_SERVER, 0, 100);
    for (size_t i = 0; i < 2 * HL_GAP_PATIENCE; i++)
        send(lab, HL_SERVER, 200 + 50 * i, 250 + 50 * i);
    expect_hole(lab, HL_SERVER, 100, 100, 0); /* it may still come */
    tcp_finish(lab->tcp);
    expect_hole(lab, HL_SERVER, 200 + 100 * HL_GAP_PATIENCE, 100, 100);
    assert_int_equal(lab->told.closed, 1);
}

/* The receiver has acknowledged what the capture never shows, and nothing follows it. */
static void missing_tail(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 300);
    send(lab, HL_SERVER, 0, 100);
    lab->sent[HL_SERVER] = 400;
    send(lab, HL_CLIENT, 300, 310);
    tcp_finish(lab->tcp);
    expect_hole(lab, HL_SERVER, 400, 100, 300);
}

static void too_many_wait(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    lab->no_acks = true;
    send(lab, HL_SERVER, 0, 100);
    for (size_t i = 0; i < HL_REORDER_SEGMENTS_MAX - 1; i++)
        send(lab, HL_SERVER, 101 + i, 102 + i);
    expect_hole(lab, HL_SERVER, 100, 100, 0);
    send(lab, HL_SERVER, 101 + HL_REORDER_SEGMENTS_MAX - 1, 101 + HL_REORDER_SEGMENTS_MAX);
    expect_hole(lab, HL_SERVER, 101 + HL_REORDER_SEGMENTS_MAX, 100, 1);
    send(lab, HL_SERVER, 100, 101); /* too late */
    expect_hole(lab, HL_SERVER, 101 + HL_REORDER_SEGMENTS_MAX, 100, 1);
}

static void too_much_waits(void **state)
{
    struct lab *lab = *state;
    struct hl_span all;

    talk_cipher(&lab->talk, HL_SERVER, 23, 2 * HL_REORDER_BYTES_MAX);
    all = buf_view(&lab->talk.bytes[HL_SERVER]);
    shake_hands(lab);
    lab->no_acks = true;
    send(lab, HL_SERVER, 0, 100);
    send_rest(lab, HL_SERVER, 1000, 60000);
    assert_true(lab->told.bytes[HL_SERVER].len > HL_REORDER_BYTES_MAX);
    expect_hole(lab, HL_SERVER, all.len, 100, 900);
}

/* Numbers that no window allows belong to something else. */
static void far_out_of_the_window(void **state)
{
    struct lab *lab = *state;
    struct hl_span stray = { lab->talk.bytes[HL_CLIENT].data, 50 };

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 300);
    push(lab, HL_CLIENT, lab->isn[HL_CLIENT] + 0x50000000u, TCP_ACK, stray, 50);
    push(lab, HL_CLIENT, lab->isn[HL_CLIENT] - 0x50000000u, TCP_ACK, stray, 50);
    send(lab, HL_CLIENT, 300, 400);
    tcp_finish(lab->tcp);
    expect_hole(lab, HL_CLIENT, 400, 400, 0);
}

/* --- endings --------------------------------------------------------------- */

static void both_close(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    say_all(lab, 1000);
    fin(lab, HL_SERVER);
    assert_int_equal(lab->told.closed, 0);
    fin(lab, HL_CLIENT);
    assert_int_equal(lab->told.closed, 1);
    assert_int_equal(lab->told.closing.how, CLOSE_FIN);
    assert_int_equal(lab->told.closing.direction, HL_SERVER);
    assert_int_equal(lab->told.closing.at.frame, lab->frame - 1);
    expect_nothing_odd(lab);
}

static void fin_before_the_data(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 300);
    send(lab, HL_SERVER, 0, 100);
    fin(lab, HL_CLIENT);
    fin(lab, HL_SERVER);
    assert_int_equal(lab->told.closed, 0); /* bytes before the FINs are still on their way */
    send_rest(lab, HL_SERVER, 100, 1000);
    send_rest(lab, HL_CLIENT, 300, 1000);
    assert_int_equal(lab->told.closed, 1);
    assert_int_equal(lab->told.closing.direction, HL_CLIENT);
    expect_all(lab, HL_CLIENT);
    expect_all(lab, HL_SERVER);
}

static void reset_with_data_on_its_way(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, size_of(lab, HL_CLIENT));
    send(lab, HL_SERVER, 0, 500);
    reset(lab, HL_CLIENT);
    send(lab, HL_SERVER, 500, 1000); /* sent before the reset arrived */
    expect_hole(lab, HL_SERVER, 1000, 1000, 0);
    assert_int_equal(lab->told.closed, 0);
    lab->now += 2 * HL_LINGER_NS;
    lab->port++;
    shake_hands(lab); /* time goes on */
    assert_int_equal(lab->told.closed, 1);
    assert_int_equal(lab->told.closing.how, CLOSE_RESET);
    assert_int_equal(lab->told.closing.direction, HL_CLIENT);
}

static void reset_by_the_server(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 300);
    reset(lab, HL_SERVER);
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.closed, 1);
    assert_int_equal(lab->told.closing.how, CLOSE_RESET);
    assert_int_equal(lab->told.closing.direction, HL_SERVER);
}

static void ports_used_again_while_open(void **state)
{
    struct lab *lab = *state;

    shake_hands(lab);
    send(lab, HL_CLIENT, 0, 300);
    lab->isn[HL_CLIENT] += 0x20000000;
    lab->isn[HL_SERVER] += 0x20000000;
    lab->sent[HL_CLIENT] = lab->sent[HL_SERVER] = 0;
    shake_hands(lab);
    assert_int_equal(lab->told.closed, 1);
    assert_int_equal(lab->told.closing.how, CLOSE_REUSED);
    lab->told.bytes[HL_CLIENT].len = 0;
    say_all(lab, 400);
    assert_int_equal(lab->told.opened, 2);
    expect_all(lab, HL_CLIENT);
    expect_all(lab, HL_SERVER);
    assert_int_equal(lab->tcp->counters.connections, 2);
}

static void ports_used_again_after_closing(void **state)
{
    struct lab *lab = *state;

    for (unsigned round = 1; round <= 3; round++) {
        lab->told.bytes[HL_CLIENT].len = lab->told.bytes[HL_SERVER].len = 0;
        lab->sent[HL_CLIENT] = lab->sent[HL_SERVER] = 0;
        shake_hands(lab);
        say_all(lab, 400);
        if (round == 2) {
            reset(lab, HL_CLIENT);
        } else {
            fin(lab, HL_CLIENT);
            fin(lab, HL_SERVER);
        }
        send(lab, HL_SERVER, 0, 400); /* a late copy begins nothing */
        assert_int_equal(lab->told.opened, round);
        expect_all(lab, HL_CLIENT);
        expect_all(lab, HL_SERVER);
        lab->isn[HL_CLIENT] += 70000;
        lab->isn[HL_SERVER] += 70000;
        lab->now += (int64_t)10 * SECOND;
    }
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.closed, 3);
    assert_int_equal(lab->tcp->counters.connections, 3);
}

static void nothing_more_is_wanted(void **state)
{
    struct lab *lab = *state;

    lab->told.stop_at_once = true;
    shake_hands(lab);
    say_all(lab, 400);
    fin(lab, HL_SERVER);
    fin(lab, HL_CLIENT);
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.opened, 1);
    assert_int_equal(lab->told.closed, 0);
    assert_int_equal(lab->told.bytes[HL_CLIENT].len, lab->talk.turns[0].end);
    assert_int_equal(lab->told.bytes[HL_SERVER].len, 0);
    assert_int_equal(lab->tcp->streams, 0);
}

static void not_tls(void **state)
{
    struct lab *lab = *state;
    struct hl_buffer text = make_buffer();

    put_fill(&text, 'x', HL_PREAMBLE_SEARCH_MAX + 2 * HL_PREAMBLE_MAX);
    shake_hands(lab);
    push(lab, HL_CLIENT, lab->isn[HL_CLIENT] + 1, TCP_ACK, buf_view(&text), (uint32_t)text.len);
    push(lab, HL_SERVER, lab->isn[HL_SERVER] + 1, TCP_ACK, buf_view(&text), (uint32_t)text.len);
    assert_int_equal(lab->tcp->streams, 0); /* given up */
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.opened, 0);
    assert_int_equal(lab->told.closed, 0);
    buf_cleanup(&text);
}

static void a_lone_segment_is_no_connection(void **state)
{
    struct lab *lab = *state;
    struct hl_span nothing = { NULL, 0 };

    push(lab, HL_CLIENT, 5, TCP_ACK, nothing, 0);
    push(lab, HL_CLIENT, 5, TCP_RST, nothing, 0);
    push(lab, HL_CLIENT, 5, TCP_FIN | TCP_ACK, nothing, 0);
    assert_int_equal(lab->tcp->counters.connections, 0);
}

/* --- room ------------------------------------------------------------------ */

/* One more than may be followed: the idlest are told as they are. */
static void idle_streams_make_room(void **state)
{
    struct lab *lab = *state;
    struct hl_segment segment = {
        .destination = { { { 192, 0, 2, 2 }, 4 }, 443 },
        .flags = TCP_ACK,
        .payload = { lab->talk.bytes[HL_CLIENT].data, 60 },
        .length = 60,
    };

    for (uint32_t i = 0; i <= HL_STREAMS_MAX; i++) {
        segment.source = (struct hl_endpoint){ { { 10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i }, 4 },
                                               40000 };
        segment.at = (struct hl_moment){ lab->now + (int64_t)i * 1000000, i + 1, 0 };
        tcp_push(lab->tcp, &segment);
    }
    assert_int_equal(lab->tcp->counters.connections, HL_STREAMS_MAX + 1);
    assert_int_equal(lab->tcp->counters.tls, HL_STREAMS_MAX + 1);
    assert_true(lab->tcp->counters.evicted >= HL_STREAMS_MAX / 16);
    assert_int_equal(lab->told.closed, lab->tcp->counters.evicted);
    assert_int_equal(lab->told.closing.how, CLOSE_END_OF_CAPTURE);
    assert_true(lab->tcp->streams <= HL_STREAMS_MAX);
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.closed, HL_STREAMS_MAX + 1);
    assert_int_equal(lab->tcp->streams, 0);
}

/* More closed connections than are remembered. */
static void many_close(void **state)
{
    struct lab *lab = *state;

    for (unsigned i = 0; i < 2 * HL_LINGER_MAX + 10; i++) {
        lab->port = (uint16_t)(20000 + i);
        lab->sent[HL_CLIENT] = 0;
        shake_hands(lab);
        send(lab, HL_CLIENT, 0, 60);
        reset(lab, i % 2 ? HL_CLIENT : HL_SERVER);
    }
    assert_int_equal(lab->tcp->counters.connections, 2 * HL_LINGER_MAX + 10);
    assert_true(lab->tcp->flows.count <= HL_LINGER_MAX);
    tcp_finish(lab->tcp);
    assert_int_equal(lab->told.closed, 2 * HL_LINGER_MAX + 10);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(in_order),
        TEST(one_byte_segments),
        TEST(server_has_the_smaller_address),
        TEST(sequence_numbers_wrap),
        TEST(wrap_out_of_order),
        TEST(out_of_order),
        TEST(every_order_of_four),
        TEST(retransmitted),
        TEST(overlap_brings_more),
        TEST(first_copy_wins),
        TEST(first_copy_wins_while_it_waits),
        TEST(what_waits_wins_over_the_filler),
        TEST(keep_alives),
        TEST(data_on_the_syn),
        TEST(data_on_the_syn_ack),
        TEST(syn_cookies),
        TEST(capture_begins_at_the_hello),
        TEST(capture_begins_out_of_order),
        TEST(only_the_client),
        TEST(only_the_server),
        TEST(cut_by_the_snap_length),
        TEST(cut_and_out_of_order),
        TEST(cut_then_retransmitted),
        TEST(never_captured_but_acknowledged),
        TEST(missing_at_the_end_of_the_capture),
        TEST(missing_tail),
        TEST(too_many_wait),
        TEST(too_much_waits),
        TEST(far_out_of_the_window),
        TEST(both_close),
        TEST(fin_before_the_data),
        TEST(reset_with_data_on_its_way),
        TEST(reset_by_the_server),
        TEST(a_reset_has_its_time_to_live),
        TEST(ports_used_again_while_open),
        TEST(ports_used_again_after_closing),
        TEST(nothing_more_is_wanted),
        TEST(not_tls),
        TEST(a_lone_segment_is_no_connection),
        TEST(idle_streams_make_room),
        TEST(many_close),
    };

    return cmocka_run_group_tests_name("tcp", tests, NULL, NULL);
}
