#include "net/tcp.h"

#include "net/stream.h"

#include <stdlib.h>
#include <string.h>

/* A client's SYN after this much sequence space beyond the old one's end is still a retransmission of it. */
#define SYN_WINDOW (1 << 20)
/* How far from the expected sequence number a reset is believed. */
#define RESET_WINDOW (1 << 20)
/* No sender is this far ahead of its receiver (RFC 7323, section 2.2). */
#define WINDOW_MAX (1 << 30)

void tcp_init(struct hl_tcp *tcp, const struct hl_stream_sink *sink, uint64_t seed)
{
    *tcp = (struct hl_tcp){ .sink = *sink };
    flows_init(&tcp->flows, seed);
}

/* --- delivering ------------------------------------------------------------ */

/* TLS begins in `direction`: open a session, and name what came before. */
static bool begin_session(struct hl_tcp *tcp, struct hl_flow *flow, unsigned direction)
{
    struct hl_stream *stream = flow->stream;
    struct hl_connection *connection = &stream->connection;
    unsigned client = connection->initiator != INITIATOR_UNKNOWN ? (unsigned)connection->initiator : direction;

    if (connection->initiator == INITIATOR_UNKNOWN && stream->preamble.server >= 0)
        client = 1 - (unsigned)stream->preamble.server;
    /* In mid-stream the bytes before may well be TLS, too. */
    connection->before_tls = connection->mid_stream ? preamble_known_name(&stream->preamble, client)
                                                    : preamble_name(&stream->preamble, client);
    stream->session = tcp->sink.opened(tcp->sink.ctx, connection);
    tcp->counters.tls++;
    return stream->session != NULL;
}

/* Where the first byte of TLS is, for those who look at the packets. */
static void note_begin(struct hl_flow *flow, unsigned direction, const struct hl_span tls[2])
{
    struct hl_kept *kept = flow->packets;

    if (kept == NULL || kept->tls_known[direction] || flow->stream->preamble.side[direction].tds.active)
        return; /* in TDS packets, TLS does not lie in one piece */
    kept->tls[direction] = flow->stream->side[direction].delivered - (uint32_t)(tls[0].len + tls[1].len);
    kept->tls_known[direction] = true;
}

/* Give bytes or a gap to whoever wants them. False when nobody does any more. */
static bool deliver(struct hl_tcp *tcp, struct hl_flow *flow, unsigned direction, const struct hl_chunk *chunk)
{
    struct hl_stream *stream = flow->stream;
    struct hl_preamble *preamble = &stream->preamble;
    struct hl_preamble_side *side = &preamble->side[direction];
    struct hl_chunk tls = *chunk;
    struct hl_span found[2];
    bool begins = side->state != SEARCH_FOUND;

    if (chunk->gap > 0 && stream->session != NULL) { /* behind it, records are found by what they look like */
        side->state = SEARCH_FOUND;
        return tcp->sink.data(stream->session, direction, chunk);
    }
    if (chunk->gap > 0) {
        preamble_gap(preamble, direction);
        return true;
    }
    switch (preamble_push(preamble, direction, chunk->bytes, found)) {
    case SEARCH_FOUND:
        if (stream->session == NULL && !begin_session(tcp, flow, direction))
            return false;
        if (begins)
            note_begin(flow, direction, found);
        tls.bytes = found[0];
        if (!tcp->sink.data(stream->session, direction, &tls))
            return false;
        tls.bytes = found[1];
        return found[1].len == 0 || tcp->sink.data(stream->session, direction, &tls);
    case SEARCH_GIVEN_UP:
        return stream->session != NULL; /* the other side is still worth following */
    case SEARCH_GOING_ON:
        break;
    }
    return true;
}

static bool deliver_bytes(struct hl_tcp *tcp, struct hl_flow *flow, unsigned direction, struct hl_span bytes,
                          uint32_t cut, struct hl_moment at)
{
    struct hl_stream *stream = flow->stream;
    struct tcp_side *side = &stream->side[direction];
    struct hl_half *half = &flow->half[direction];
    struct hl_chunk chunk = { .bytes = bytes, .at = at };

    if (side->history.len == 0 && !side->history.failed)
        side->history_seq = half->next;
    if (side->history_seq + (uint32_t)side->history.len == half->next)
        buf_put(&side->history, bytes.ptr, bytes.len);
    side->delivered = half->next + (uint32_t)bytes.len;
    half->next += (uint32_t)bytes.len + cut;
    half->assumed = false;
    half->has_data = true;
    side->waited = 0;
    if (bytes.len > 0 && !deliver(tcp, flow, direction, &chunk))
        return false;
    if (cut == 0)
        return true;
    stream->connection.truncated = true;
    stream->connection.gaps++;
    chunk = (struct hl_chunk){ .gap = cut, .at = at };
    return deliver(tcp, flow, direction, &chunk);
}

static bool deliver_gap(struct hl_tcp *tcp, struct hl_flow *flow, unsigned direction, uint32_t length,
                        struct hl_moment at)
{
    struct hl_chunk chunk = { .gap = length, .at = at };

    flow->half[direction].next += length;
    flow->half[direction].assumed = false;
    flow->stream->side[direction].waited = 0;
    flow->stream->connection.gaps++;
    return deliver(tcp, flow, direction, &chunk);
}

/* Deliver what has its turn. `filler` is the segment that made it so: a message
 * is complete when its last missing byte came. */
static bool drain(struct hl_tcp *tcp, struct hl_flow *flow, unsigned direction, struct hl_moment filler)
{
    struct hl_reorder *queue = &flow->stream->side[direction].queue;
    struct hl_half *half = &flow->half[direction];

    while (queue->first != NULL && seq_diff(queue->first->seq, half->next) <= 0) {
        struct hl_piece *piece = reorder_take(queue);
        int32_t known = seq_diff(half->next, piece->seq);
        bool more = true;
        if (known < (int32_t)(piece->length + piece->cut)) {
            size_t skip = (size_t)known < piece->length ? (size_t)known : piece->length;
            struct hl_span bytes = { piece->data + skip, piece->length - skip };
            uint32_t cut = piece->cut - (uint32_t)((size_t)known - skip);
            more = deliver_bytes(tcp, flow, direction, bytes, cut, moment_before(filler, piece->at) ? piece->at : filler);
        }
        free(piece);
        if (!more)
            return false;
    }
    return true;
}

/* The capture does not have what is missing: go on behind it. */
static bool skip_gap(struct hl_tcp *tcp, struct hl_flow *flow, unsigned direction)
{
    struct hl_piece *first = flow->stream->side[direction].queue.first;
    uint32_t missing = first->seq - flow->half[direction].next;
    struct hl_moment at = first->at;

    return deliver_gap(tcp, flow, direction, missing, at) && drain(tcp, flow, direction, at);
}

static bool gap_is_permanent(const struct hl_flow *flow, unsigned direction)
{
    const struct tcp_side *side = &flow->stream->side[direction];

    return side->queue.first != NULL && (side->waited >= HL_GAP_PATIENCE || reorder_full(&side->queue));
}

/* --- closing --------------------------------------------------------------- */

/* Everything that can still be said about the connection's bytes is said. */
static bool flush(struct hl_tcp *tcp, struct hl_flow *flow)
{
    for (unsigned direction = 0; direction < 2; direction++) {
        const struct hl_half *half = &flow->half[direction];
        while (flow->stream->side[direction].queue.first != NULL) {
            if (!skip_gap(tcp, flow, direction))
                return false;
        }
        if (flow->stream->connection.packets[direction] == 0)
            continue; /* the capture has the other side only: that is not a gap */
        int32_t unseen = half->has_acked && half->started ? seq_diff(half->acked, half->next) : 0;
        if (half->fin)
            unseen = seq_diff(half->fin_seq, half->next);
        if (unseen > 1 && unseen < WINDOW_MAX
            && !deliver_gap(tcp, flow, direction, (uint32_t)unseen, flow->stream->closing.at))
            return false;
    }
    return true;
}

/* What TCP knows at the end: whether there was an answer at all, and what was never acknowledged. */
static void note_answers(struct hl_flow *flow)
{
    struct hl_connection *connection = &flow->stream->connection;

    for (unsigned i = 0; i < 2; i++) {
        const struct hl_half *half = &flow->half[i];
        int32_t left = half->has_acked && half->has_data ? seq_diff(half->next, half->acked) : 0;
        connection->unacknowledged[i] = left > 0 && left < WINDOW_MAX ? (uint32_t)left : 0;
        if ((int)i == 1 - flow->initiator)
            connection->answered = half->started && !half->assumed;
    }
}

/* No TLS has begun, and none will: is that worth telling? Once a connection. */
static void miss(struct hl_tcp *tcp, struct hl_flow *flow)
{
    struct hl_stream *stream = flow->stream;

    if (flow->missed || flow->initiator == INITIATOR_UNKNOWN || tcp->sink.missed == NULL)
        return;
    const enum hl_no_tls why = preamble_no_tls(&stream->preamble, (unsigned)flow->initiator);
    if (why == NO_TLS_NONE)
        return;
    for (unsigned i = 0; i < 2; i++)
        stream->connection.foreign[i] = buf_view(&stream->preamble.side[i].seen);
    flow->missed = true;
    tcp->sink.missed(tcp->sink.ctx, &stream->connection, &stream->closing, why);
}

/* The same of a connection that has not carried a byte. */
static void miss_unopened(struct hl_tcp *tcp, struct hl_flow *flow, enum hl_no_tls why, const struct hl_closing *closing)
{
    struct hl_connection connection;

    if (flow->missed || flow->initiator == INITIATOR_UNKNOWN || tcp->sink.missed == NULL)
        return;
    stream_fill_connection(&connection, flow, 0);
    flow->missed = true;
    tcp->sink.missed(tcp->sink.ctx, &connection, closing, why);
}

/* A SYN that was repeated, and never answered. */
static bool is_unanswered(const struct hl_flow *flow)
{
    return flow->state == FLOW_OPEN && flow->stream == NULL && flow->syns > 1 && flow->initiator != INITIATOR_UNKNOWN
           && !flow->half[1 - flow->initiator].started;
}

static void finish(struct hl_tcp *tcp, struct hl_flow *flow)
{
    struct hl_stream *stream = flow->stream;

    if (stream != NULL && flush(tcp, flow)) {
        note_answers(flow);
        if (stream->session != NULL) {
            for (unsigned i = 0; i < 2; i++)
                stream->connection.foreign[i] = preamble_foreign(&stream->preamble, i);
            tcp->sink.closed(stream->session, &stream->closing);
        } else {
            miss(tcp, flow);
        }
    } else if (is_unanswered(flow)) {
        miss_unopened(tcp, flow, NO_TLS_TIMEOUT,
                      &(struct hl_closing){ .how = CLOSE_END_OF_CAPTURE, .direction = -1, .at = flow->first });
    }
    stream_drop(tcp, flow);
}

/* The oldest of the ring leaves it, and is forgotten. */
static void linger_drop_oldest(struct hl_tcp *tcp)
{
    struct hl_flow *flow = tcp->lingering[tcp->linger_first].flow;

    tcp->linger_first = (tcp->linger_first + 1) % HL_LINGER_MAX;
    tcp->linger_count--;
    if (tcp->linger_open > 0)
        tcp->linger_open--;
    if (flow == NULL)
        return;
    finish(tcp, flow);
    flows_remove(&tcp->flows, flow);
}

static void linger(struct hl_tcp *tcp, struct hl_flow *flow, int64_t now_ns)
{
    if (flow->lingers)
        return;
    if (tcp->linger_count == HL_LINGER_MAX)
        linger_drop_oldest(tcp);
    size_t slot = (tcp->linger_first + tcp->linger_count++) % HL_LINGER_MAX;
    tcp->lingering[slot] = (struct hl_lingering){ flow, now_ns };
    flow->lingers = true;
}

static void stop_lingering(struct hl_tcp *tcp, struct hl_flow *flow)
{
    for (size_t i = 0; flow->lingers && i < tcp->linger_count; i++) {
        struct hl_lingering *entry = &tcp->lingering[(tcp->linger_first + i) % HL_LINGER_MAX];
        if (entry->flow == flow) {
            entry->flow = NULL;
            flow->lingers = false;
        }
    }
}

/* Tell those whose time is over. */
static void linger_tick(struct hl_tcp *tcp, int64_t now_ns)
{
    while (tcp->linger_open < tcp->linger_count) {
        struct hl_lingering *entry = &tcp->lingering[(tcp->linger_first + tcp->linger_open) % HL_LINGER_MAX];
        if (entry->flow != NULL && entry->flow->stream != NULL && now_ns - entry->since_ns < HL_LINGER_NS)
            return;
        if (entry->flow != NULL)
            finish(tcp, entry->flow);
        tcp->linger_open++;
    }
}

static void note_closing(struct hl_flow *flow, enum hl_close how, unsigned direction, struct hl_moment at)
{
    if (flow->stream != NULL && flow->stream->closing.how == CLOSE_END_OF_CAPTURE)
        flow->stream->closing = (struct hl_closing){ .how = how, .direction = (int)direction, .at = at };
}

/* A reset with another time to live than all before it may come from somebody else. */
static void note_ttl(struct hl_flow *flow, const struct hl_segment *segment, unsigned direction)
{
    struct hl_closing *closing = flow->stream != NULL ? &flow->stream->closing : NULL;

    if (closing == NULL || closing->how != CLOSE_RESET || closing->direction != (int)direction || closing->ttl != 0)
        return;
    closing->ttl = segment->ttl;
    closing->usual_ttl = flow->half[direction].ttl;
}

/* --- room ------------------------------------------------------------------ */

/* Drop the idlest sixteenth of the flows (with `open_only`: end the idlest sixteenth of the streams). */
static void evict(struct hl_tcp *tcp, uint32_t now_s, bool open_only)
{
    enum { BINS = 1024 };
    size_t idle[BINS] = { 0 };
    size_t total = open_only ? tcp->streams : tcp->flows.count;
    size_t wanted = total / 16 + 1;
    struct hl_flow *flow;

    for (size_t i = 0; (flow = flows_next(&tcp->flows, &i)) != NULL;) {
        uint32_t age = now_s > flow->seen_s ? now_s - flow->seen_s : 0;
        if (!open_only || flow->stream != NULL)
            idle[age < BINS ? age : BINS - 1]++;
    }
    uint32_t limit = BINS;
    for (size_t found = 0; found < wanted && limit > 0;)
        found += idle[--limit];

    for (size_t i = 0; wanted > 0 && (flow = flows_next(&tcp->flows, &i)) != NULL;) {
        uint32_t age = now_s > flow->seen_s ? now_s - flow->seen_s : 0;
        if (age < limit || (open_only && flow->stream == NULL))
            continue;
        tcp->counters.evicted += flow->stream != NULL;
        finish(tcp, flow);
        if (!open_only) {
            stop_lingering(tcp, flow);
            flows_remove(&tcp->flows, flow);
        }
        wanted--;
    }
}

/* --- segments -------------------------------------------------------------- */

static void start_flow(struct hl_tcp *tcp, struct hl_flow *flow, const struct hl_segment *segment)
{
    flow->first = segment->at;
    flow->is_new = false;
    tcp->counters.connections++;
}

/* A new connection on the addresses and ports of an old one. */
static void restart_flow(struct hl_tcp *tcp, struct hl_flow *flow, const struct hl_segment *segment)
{
    if (flow->stream != NULL)
        note_closing(flow, CLOSE_REUSED, 0, segment->at);
    finish(tcp, flow);
    stop_lingering(tcp, flow);
    struct hl_flow fresh = *flow;
    memset(fresh.half, 0, sizeof fresh.half);
    fresh.state = FLOW_OPEN;
    fresh.initiator = INITIATOR_UNKNOWN;
    fresh.syn_ns = 0;
    fresh.syn_frame = 0;
    fresh.reset = false;
    fresh.syns = 0;
    fresh.rtt_us = fresh.server_rtt_us = 0;
    *flow = fresh;
    start_flow(tcp, flow, segment);
}

static bool begins_anew(const struct hl_flow *flow, const struct hl_segment *segment, unsigned direction)
{
    const struct hl_half *half = &flow->half[direction];
    bool answer = (segment->flags & TCP_ACK) != 0;

    if (flow->lingers) /* closed: only the first SYN begins something */
        return !answer;
    if (!half->started || half->assumed || (answer && !half->has_data))
        return false;
    int32_t passed = seq_diff(half->next, segment->seq + 1);
    return passed < 0 || passed > SYN_WINDOW;
}

/* 0 when it is none that one believes. */
static uint32_t microseconds(int64_t ns)
{
    return ns > 0 && ns / 1000 < UINT32_MAX ? (uint32_t)(ns / 1000) : 0;
}

static void push_syn(struct hl_flow *flow, const struct hl_segment *segment, unsigned direction)
{
    struct hl_half *half = &flow->half[direction];
    bool answer = (segment->flags & TCP_ACK) != 0;

    /* A server without state may answer each SYN with another number, until data settle it. */
    if (!half->started || half->assumed || (answer && !half->has_data)) {
        half->next = segment->seq + 1;
        half->started = true;
        half->assumed = false;
    }
    if (flow->initiator == INITIATOR_UNKNOWN)
        flow->initiator = (int8_t)(answer ? 1 - direction : direction);
    if (answer && flow->syns == 1 && flow->server_rtt_us == 0 && (int)direction != flow->initiator)
        flow->server_rtt_us = microseconds(segment->at.time_ns - flow->syn_ns);
    if (!answer && flow->syns < UINT8_MAX)
        flow->syns++;
    if (!answer && flow->syn_ns == 0) {
        flow->syn_ns = segment->at.time_ns;
        flow->syn_frame = (uint32_t)segment->at.frame;
    }
}

/* What the other side has received tells where this one's bytes begin, and what the capture lacks. */
static void push_ack(struct hl_flow *flow, const struct hl_segment *segment, unsigned direction)
{
    struct hl_half *other = &flow->half[1 - direction];
    bool first = !other->has_acked;

    if (first || seq_diff(segment->ack, other->acked) > 0)
        other->acked = segment->ack;
    other->has_acked = true;
    if (!other->started) {
        other->next = segment->ack;
        other->started = other->assumed = true;
    }
    if (first && flow->syn_ns != 0 && (int)direction == flow->initiator) {
        flow->rtt_us = microseconds(segment->at.time_ns - flow->syn_ns);
        if (flow->stream != NULL)
            flow->stream->connection.rtt_ns = (int64_t)flow->rtt_us * 1000;
    }
}

/* Bytes that were delivered before: do they say the same? */
static void compare_history(struct hl_stream *stream, struct tcp_side *side, uint32_t seq, struct hl_span bytes)
{
    int32_t offset = seq_diff(seq, side->history_seq);

    if (offset < 0 || (size_t)offset >= side->history.len || bytes.len <= 1) /* one byte: a keep-alive's filler */
        return;
    size_t n = side->history.len - (size_t)offset;
    if (n > bytes.len)
        n = bytes.len;
    if (memcmp(side->history.data + offset, bytes.ptr, n) != 0)
        stream->connection.conflicts++;
}

/* RFC 9293, section 3.10.7.4, from a bystander's point of view. */
static bool push_payload(struct hl_tcp *tcp, struct hl_flow *flow, const struct hl_segment *segment, unsigned direction)
{
    struct hl_stream *stream = flow->stream;
    struct tcp_side *side = &stream->side[direction];
    struct hl_half *half = &flow->half[direction];
    uint32_t seq = segment->seq + ((segment->flags & TCP_SYN) != 0);
    struct hl_span bytes = segment->payload;
    uint32_t cut = segment->length - (uint32_t)bytes.len;

    if (!half->started) {
        half->next = seq;
        half->started = true;
    }
    int32_t ahead = seq_diff(seq, half->next);
    if (half->assumed && ahead < 0 && ahead > -WINDOW_MAX) { /* acknowledged before it was captured */
        half->next = seq;
        ahead = 0;
    }
    if (ahead >= WINDOW_MAX || ahead <= -WINDOW_MAX)
        return true;
    if (ahead > 0) {
        stream->connection.out_of_order++;
        stream->connection.conflicts += reorder_add(&side->queue, seq, bytes, cut, segment->at);
        return true;
    }
    if (ahead < 0) {
        size_t known = (size_t)-ahead;
        compare_history(stream, side, seq, bytes);
        if (known >= segment->length) {
            const bool again = segment->length > 1 || known > 1;
            stream->connection.retransmitted += again;
            stream->connection.resent[direction] += again;
            return true;
        }
        size_t skip = known < bytes.len ? known : bytes.len;
        cut -= (uint32_t)(known - skip);
        bytes = (struct hl_span){ bytes.ptr + skip, bytes.len - skip };
    }
    /* Bytes that wait in the queue came first: they win over this segment's copy. */
    if (side->queue.first != NULL && seq_diff(side->queue.first->seq, half->next + (uint32_t)bytes.len) < 0) {
        stream->connection.conflicts += reorder_add(&side->queue, half->next, bytes, cut, segment->at);
        return drain(tcp, flow, direction, segment->at);
    }
    return deliver_bytes(tcp, flow, direction, bytes, cut, segment->at) && drain(tcp, flow, direction, segment->at);
}

/* After the bytes: gaps that have waited long enough, and the end of a direction. */
static bool after_payload(struct hl_tcp *tcp, struct hl_flow *flow)
{
    for (unsigned direction = 0; direction < 2; direction++) {
        struct hl_half *half = &flow->half[direction];
        struct tcp_side *side = &flow->stream->side[direction];
        if (side->queue.first != NULL && half->has_acked && seq_diff(half->acked, half->next) > 0)
            side->waited++;
        if (gap_is_permanent(flow, direction) && !skip_gap(tcp, flow, direction))
            return false;
        if (half->fin && seq_diff(half->next, half->fin_seq) >= 0)
            half->fin_reached = true;
    }
    return true;
}

static void push_open(struct hl_tcp *tcp, struct hl_flow *flow, const struct hl_segment *segment, unsigned direction)
{
    struct hl_half *half = &flow->half[direction];

    if (flow->stream == NULL && segment->length > 0) {
        if (tcp->streams >= HL_STREAMS_MAX)
            evict(tcp, flow->seen_s, true);
        flow->stream = stream_new(tcp, flow, segment->vlan);
    }
    if (flow->stream == NULL)
        return;
    flow->stream->connection.packets[direction]++;
    bool has_payload = segment->length > 0 && (segment->flags & TCP_RST) == 0; /* a reset's is a remark */
    if (has_payload && !push_payload(tcp, flow, segment, direction)) {
        if (flow->stream->session == NULL)
            miss(tcp, flow);
        stream_drop(tcp, flow);
        return;
    }
    if ((segment->flags & TCP_FIN) != 0) {
        half->fin = true;
        half->fin_seq = segment->seq + segment->length + ((segment->flags & TCP_SYN) != 0);
        note_closing(flow, CLOSE_FIN, direction, segment->at);
    }
    if (!after_payload(tcp, flow))
        stream_drop(tcp, flow);
}

/* RFC 9293, section 3.10.7.4: a reset counts in the window only; a bystander is not as strict. */
static bool is_believable_reset(const struct hl_flow *flow, const struct hl_segment *segment, unsigned direction)
{
    const struct hl_half *half = &flow->half[direction];

    if (!half->started || half->assumed)
        return true;
    int32_t distance = seq_diff(segment->seq, half->next);
    return distance > -RESET_WINDOW && distance < RESET_WINDOW;
}

void tcp_push(struct hl_tcp *tcp, struct hl_segment *segment)
{
    bool syn = (segment->flags & TCP_SYN) != 0;
    bool reset = (segment->flags & TCP_RST) != 0;
    bool worth_a_flow = !reset && (syn || segment->length > 0);
    uint32_t now_s = (uint32_t)(segment->at.time_ns / 1000000000);
    unsigned direction;

    linger_tick(tcp, segment->at.time_ns);
    if (worth_a_flow && tcp->flows.count >= HL_FLOWS_MAX)
        evict(tcp, now_s, false);
    struct hl_flow *flow = flows_find(&tcp->flows, segment, worth_a_flow, &direction);
    if (flow == NULL)
        return;
    if (flow->is_new)
        start_flow(tcp, flow, segment);
    flow->seen_s = now_s;
    if (syn && begins_anew(flow, segment, direction))
        restart_flow(tcp, flow, segment);
    if (syn)
        push_syn(flow, segment, direction);
    if (!reset && flow->half[direction].ttl == 0)
        flow->half[direction].ttl = segment->ttl;
    if (segment->frame != NULL && flow->state == FLOW_OPEN) {
        keeper_take(&tcp->keeper, &flow->packets, segment, direction);
        if (flow->stream != NULL)
            flow->stream->connection.kept = flow->packets;
    }
    if (flow->state == FLOW_OPEN) {
        if ((segment->flags & TCP_ACK) != 0 && !reset)
            push_ack(flow, segment, direction);
        push_open(tcp, flow, segment, direction);
    } else if ((segment->flags & TCP_FIN) != 0) {
        flow->half[direction].fin_reached = true;
    }
    if (reset && !is_believable_reset(flow, segment, direction))
        return;
    if (reset && flow->stream == NULL && (int)direction == 1 - flow->initiator && !flow->half[direction].started)
        miss_unopened(tcp, flow, NO_TLS_REFUSED,
                      &(struct hl_closing){ .how = CLOSE_RESET, .direction = (int)direction, .at = segment->at });
    bool both_ended = flow->half[0].fin_reached && flow->half[1].fin_reached;
    if (reset) {
        note_closing(flow, CLOSE_RESET, direction, segment->at);
        note_ttl(flow, segment, direction);
        flow->reset = true;
    } else if (flow->stream != NULL && both_ended) {
        finish(tcp, flow);
    }
    if (flow->reset || both_ended)
        linger(tcp, flow, segment->at.time_ns);
}

/* What was on its way when a reset came is here after a round trip. */
static int64_t patience(const struct hl_flow *flow)
{
    const int64_t wait = HL_LINGER_IDLE_NS + HL_LINGER_ROUND_TRIPS * flow->stream->connection.rtt_ns;

    return flow->stream->connection.rtt_ns > 0 && wait < HL_LINGER_NS ? wait : HL_LINGER_NS;
}

void tcp_idle(struct hl_tcp *tcp, int64_t now_ns)
{
    linger_tick(tcp, now_ns);
    if (now_ns - tcp->looked_ns < HL_LINGER_LOOK_NS && now_ns >= tcp->looked_ns)
        return;
    tcp->looked_ns = now_ns;
    for (size_t i = tcp->linger_open; i < tcp->linger_count; i++) {
        const struct hl_lingering *entry = &tcp->lingering[(tcp->linger_first + i) % HL_LINGER_MAX];
        if (entry->flow != NULL && entry->flow->stream != NULL && now_ns - entry->since_ns >= patience(entry->flow))
            finish(tcp, entry->flow);
    }
}

void tcp_finish(struct hl_tcp *tcp)
{
    struct hl_flow *flow;

    for (size_t i = 0; (flow = flows_next(&tcp->flows, &i)) != NULL;) {
        if (flow->stream != NULL || is_unanswered(flow))
            finish(tcp, flow);
    }
}

void tcp_cleanup(struct hl_tcp *tcp)
{
    struct hl_flow *flow;

    for (size_t i = 0; (flow = flows_next(&tcp->flows, &i)) != NULL;)
        stream_drop(tcp, flow);
    streams_cleanup(tcp);
    flows_cleanup(&tcp->flows);
}
