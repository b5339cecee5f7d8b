#include "net/stream.h"

#include <stdlib.h>
#include <string.h>

#define SPARE_MAX 64u

void stream_fill_connection(struct hl_connection *connection, const struct hl_flow *flow, uint16_t vlan)
{
    *connection = (struct hl_connection){
        .initiator = (enum hl_initiator)flow->initiator,
        .vlan = vlan,
        .first = flow->first,
        .kept = flow->packets,
        .mid_stream = flow->syn_ns == 0 && flow->initiator == INITIATOR_UNKNOWN,
    };
    for (unsigned i = 0; i < 2; i++) {
        struct hl_endpoint *end = &connection->ends[i];
        memcpy(end->address.bytes, flow->key.address[i], sizeof end->address.bytes);
        end->address.length = flow->key.address_length;
        end->port = flow->key.port[i];
    }
    if (flow->syn_ns != 0)
        connection->syn = (struct hl_moment){ flow->syn_ns, flow->syn_frame, flow->first.file };
    connection->rtt_ns = (int64_t)flow->rtt_us * 1000;
    connection->server_rtt_ns = (int64_t)flow->server_rtt_us * 1000;
}

static struct hl_stream *stream_take(struct hl_tcp *tcp)
{
    struct hl_stream *stream = tcp->spare;

    if (stream == NULL) {
        stream = calloc(1, sizeof *stream);
        for (unsigned i = 0; stream != NULL && i < 2; i++)
            buf_init(&stream->side[i].history, HL_HISTORY_MAX);
        return stream;
    }
    tcp->spare = stream->next_spare;
    tcp->spare_count--;
    for (unsigned i = 0; i < 2; i++) {
        struct hl_buffer history = stream->side[i].history;
        history.len = 0;
        history.failed = false;
        stream->side[i] = (struct tcp_side){ .history = history };
    }
    stream->session = NULL;
    return stream;
}

struct hl_stream *stream_new(struct hl_tcp *tcp, const struct hl_flow *flow, uint16_t vlan)
{
    struct hl_stream *stream = stream_take(tcp);

    if (stream == NULL)
        return NULL;
    stream_fill_connection(&stream->connection, flow, vlan);
    preamble_init(&stream->preamble, stream->connection.mid_stream);
    stream->closing = (struct hl_closing){ .how = CLOSE_END_OF_CAPTURE, .direction = -1 };
    tcp->streams++;
    return stream;
}

static void stream_free(struct hl_stream *stream)
{
    for (unsigned i = 0; i < 2; i++)
        buf_cleanup(&stream->side[i].history);
    free(stream);
}

void stream_drop(struct hl_tcp *tcp, struct hl_flow *flow)
{
    struct hl_stream *stream = flow->stream;

    flow->state = FLOW_DONE;
    flow->stream = NULL;
    keeper_drop(&tcp->keeper, &flow->packets);
    if (stream == NULL)
        return;
    for (unsigned i = 0; i < 2; i++)
        reorder_cleanup(&stream->side[i].queue);
    preamble_cleanup(&stream->preamble);
    tcp->streams--;
    if (tcp->spare_count == SPARE_MAX) {
        stream_free(stream);
        return;
    }
    stream->next_spare = tcp->spare;
    tcp->spare = stream;
    tcp->spare_count++;
}

void streams_cleanup(struct hl_tcp *tcp)
{
    while (tcp->spare != NULL) {
        struct hl_stream *stream = tcp->spare;
        tcp->spare = stream->next_spare;
        stream_free(stream);
    }
}
