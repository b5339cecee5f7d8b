#include "net/udp.h"

#include "net/datagram.h"
#include "net/stream.h"

#include <stdlib.h>

/* What a flow of datagrams needs as long as it is known. */
struct hl_association {
    struct hl_association *previous, *next; /* by when they were seen last */
    struct hl_flow *flow;
    struct hl_connection connection;
    int64_t seen_ns;
    uint64_t attempt; /* of the client's that began it */
    void *session;    /* the sink's; NULL: told, or of no interest */
};

void udp_init(struct hl_udp *udp, const struct hl_stream_sink *sink, uint64_t seed)
{
    *udp = (struct hl_udp){ .sink = *sink };
    flows_init(&udp->flows, seed);
}

static void list_remove(struct hl_udp *udp, struct hl_association *a)
{
    *(a->previous != NULL ? &a->previous->next : &udp->idlest) = a->next;
    *(a->next != NULL ? &a->next->previous : &udp->latest) = a->previous;
}

static void list_append(struct hl_udp *udp, struct hl_association *a)
{
    a->previous = udp->latest;
    a->next = NULL;
    *(a->previous != NULL ? &a->previous->next : &udp->idlest) = a;
    udp->latest = a;
}

/* From now on the flow is stepped over. */
static void forget(struct hl_udp *udp, struct hl_association *a)
{
    a->session = NULL;
    keeper_drop(&udp->keeper, &a->flow->packets);
}

/* Tell what is open of it. */
static void close_session(struct hl_udp *udp, struct hl_association *a, enum hl_close how, struct hl_moment at)
{
    if (a->session != NULL)
        udp->sink.closed(a->session, &(struct hl_closing){ .how = how, .direction = -1, .at = at });
    forget(udp, a);
}

static void drop(struct hl_udp *udp, struct hl_association *a)
{
    close_session(udp, a, CLOSE_END_OF_CAPTURE, a->connection.first);
    list_remove(udp, a);
    flows_remove(&udp->flows, a->flow);
    free(a);
}

void udp_idle(struct hl_udp *udp, int64_t now_ns)
{
    while (udp->idlest != NULL && now_ns - udp->idlest->seen_ns > HL_ASSOCIATION_IDLE_NS)
        drop(udp, udp->idlest);
}

/* For one flow more. */
static void make_room(struct hl_udp *udp, int64_t now_ns)
{
    udp_idle(udp, now_ns);
    if (udp->flows.count >= HL_ASSOCIATIONS_MAX && udp->idlest != NULL) {
        udp->counters.evicted += udp->idlest->session != NULL;
        drop(udp, udp->idlest);
    }
}

static void begin(struct hl_udp *udp, struct hl_association *a, const struct hl_segment *segment,
                  const struct hl_datagram *look, unsigned direction)
{
    struct hl_flow *flow = a->flow;

    flow->is_new = false;
    flow->first = segment->at;
    flow->initiator = look->begins || look->client > 0 ? (int8_t)direction
                      : look->client == 0              ? (int8_t)(1 - direction)
                                                       : INITIATOR_UNKNOWN;
    stream_fill_connection(&a->connection, flow, segment->vlan);
    a->connection.carrier = look->carrier;
    a->connection.mid_stream = !look->begins;
    a->attempt = look->attempt;
    a->session = udp->sink.opened(udp->sink.ctx, &a->connection);
    udp->counters.connections += a->session != NULL;
    udp->counters.tls += a->session != NULL;
}

/* NULL when memory has run out. */
static struct hl_association *association_new(struct hl_udp *udp, struct hl_flow *flow)
{
    struct hl_association *a = calloc(1, sizeof *a);

    if (a == NULL) {
        flows_remove(&udp->flows, flow);
        return NULL;
    }
    a->flow = flow;
    flow->association = a;
    list_append(udp, a);
    return a;
}

static bool deliver(struct hl_udp *udp, struct hl_association *a, const struct hl_segment *segment, unsigned direction)
{
    const uint32_t cut = segment->length - (uint32_t)segment->payload.len;
    struct hl_chunk chunk = { .bytes = datagram_content(segment->payload, a->connection.carrier), .at = segment->at };

    if (chunk.bytes.len == 0)
        return true;
    a->connection.packets[direction]++;
    a->connection.answered |= (int)direction == 1 - (int)a->connection.initiator;
    a->connection.truncated |= cut > 0;
    chunk.gap = cut;
    return udp->sink.data(a->session, direction, &chunk);
}

/* The flow that a datagram belongs to, made for one that begins something; NULL when it is none of our business. */
static struct hl_association *find(struct hl_udp *udp, const struct hl_segment *segment, const struct hl_datagram *look,
                                   unsigned *direction)
{
    struct hl_flow *flow = flows_find(&udp->flows, segment, false, direction);

    if (flow != NULL)
        return flow->association;
    if (look->carrier == CARRIER_TCP)
        return NULL;
    make_room(udp, segment->at.time_ns);
    flow = flows_find(&udp->flows, segment, true, direction);
    return flow != NULL ? association_new(udp, flow) : NULL;
}

/* The client's first words, and they are others than those it began with. Where it is not known who is the client, an
 * open handshake goes on: a server's first packet may look like them. */
static bool begins_anew(const struct hl_association *a, const struct hl_datagram *look, unsigned direction)
{
    const int initiator = (int)a->connection.initiator;

    return look->begins && look->attempt != a->attempt
           && (initiator == INITIATOR_UNKNOWN ? a->session == NULL : initiator == (int)direction);
}

void udp_push(struct hl_udp *udp, struct hl_segment *segment)
{
    const struct hl_datagram look = datagram_look(segment->payload);
    unsigned direction;
    struct hl_association *a = find(udp, segment, &look, &direction);

    if (a == NULL)
        return;
    if (a->flow->is_new) {
        begin(udp, a, segment, &look, direction);
    } else if (begins_anew(a, &look, direction)) {
        close_session(udp, a, CLOSE_REUSED, segment->at);
        begin(udp, a, segment, &look, direction);
    }
    a->seen_ns = segment->at.time_ns;
    list_remove(udp, a);
    list_append(udp, a);
    if (a->session == NULL)
        return;
    if (segment->frame != NULL) {
        keeper_take(&udp->keeper, &a->flow->packets, segment, direction);
        a->connection.kept = a->flow->packets;
    }
    if (!deliver(udp, a, segment, direction))
        forget(udp, a);
}

void udp_finish(struct hl_udp *udp)
{
    for (struct hl_association *a = udp->idlest; a != NULL; a = a->next)
        close_session(udp, a, CLOSE_END_OF_CAPTURE, a->connection.first);
}

void udp_cleanup(struct hl_udp *udp)
{
    for (struct hl_association *a = udp->idlest, *next; a != NULL; a = next) {
        next = a->next;
        forget(udp, a);
        free(a);
    }
    flows_cleanup(&udp->flows);
}
