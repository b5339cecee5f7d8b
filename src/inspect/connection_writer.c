/* Connections of which there are the bytes only, as packets: handlens/packets.h. */
#include <handlens/packets.h>

#include "base/buffer.h"
#include "base/error.h"
#include "capture/pcapng_writer.h"
#include "net/checksum.h"

#include <stdlib.h>

/* LINKTYPE_RAW; the header of IP says which it is. */
#define RAW_IP 101u
#define SEGMENT_MAX ((size_t)1400)
#define PACKET_MAX (40 + TCP_HEADER + SEGMENT_MAX)
enum { TCP_HEADER = 20, IPV4_HEADER = 20, IPV6_HEADER = 40, PROTOCOL_TCP = 6, HOPS = 64, WINDOW = 65535 };
enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

struct hl_connection_writer {
    struct pcapng_writer file;
    struct hl_buffer packet;
    uint16_t next_id; /* of IPv4 */
};

/* One that is being written. */
struct writing {
    struct hl_connection_writer *writer;
    const struct hl_check_connection *connection;
    uint32_t next[2]; /* sequence numbers, by enum hl_side */
    int64_t last_ns;  /* time does not run backwards, whatever the clock does */
};

struct hl_connection_writer *hl_connection_writer_new(hl_write_fn *write, void *user, struct hl_error *error)
{
    struct hl_connection_writer *writer = calloc(1, sizeof *writer);

    if (writer == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    buf_init(&writer->packet, PACKET_MAX);
    pcapng_writer_init(&writer->file, write, user);
    if (pcapng_writer_begin(&writer->file, "handlens " HANDLENS_VERSION))
        return writer;
    error_set(error, HL_ERR_IO, NULL, "packets could not be written");
    hl_connection_writer_free(writer);
    return NULL;
}

void hl_connection_writer_free(struct hl_connection_writer *writer)
{
    if (writer == NULL)
        return;
    buf_cleanup(&writer->packet);
    free(writer);
}

/* --- one packet --------------------------------------------------------------------------- */

/* Its length, and where its addresses are. */
static size_t put_ip(struct hl_connection_writer *writer, struct hl_span source, struct hl_span destination, size_t payload, size_t *addresses)
{
    struct hl_buffer *out = &writer->packet;
    const bool v6 = source.len == 16;

    if (v6) {
        buf_u32(out, UINT32_C(6) << 28);
        buf_u16(out, (uint32_t)payload);
        buf_u8(out, PROTOCOL_TCP);
        buf_u8(out, HOPS);
    } else {
        buf_u16(out, 0x4500); /* five words */
        buf_u16(out, (uint32_t)(IPV4_HEADER + payload));
        buf_u16(out, writer->next_id++);
        buf_u16(out, 0x4000); /* not to be fragmented */
        buf_u8(out, HOPS);
        buf_u8(out, PROTOCOL_TCP);
        buf_u16(out, 0);
    }
    *addresses = out->len;
    buf_span(out, source);
    buf_span(out, destination);
    if (!v6 && !out->failed)
        checksum_ipv4(out->data, IPV4_HEADER);
    return out->len;
}

static void put_packet(struct writing *writing, enum hl_side from, unsigned flags, struct hl_span payload, int64_t time_ns)
{
    const struct hl_check_connection *c = writing->connection;
    const struct hl_end *source = from == HL_CLIENT ? &c->client : &c->server, *destination = from == HL_CLIENT ? &c->server : &c->client;
    struct hl_buffer *out = &writing->writer->packet;
    size_t addresses;

    out->len = 0;
    const size_t tcp = put_ip(writing->writer, source->address, destination->address, TCP_HEADER + payload.len, &addresses);
    buf_u16(out, source->port);
    buf_u16(out, destination->port);
    buf_u32(out, writing->next[from]);
    buf_u32(out, (flags & ACK) != 0 ? writing->next[1 - from] : 0);
    buf_u16(out, (UINT32_C(5) << 12) | flags /* five words */);
    buf_u16(out, (flags & RST) != 0 ? 0 : WINDOW);
    buf_u32(out, 0); /* checksum, urgent pointer */
    buf_span(out, payload);
    if (out->failed)
        return;
    checksum_tcp(out->data + tcp, out->len - tcp, out->data + addresses, source->address.len + destination->address.len);
    writing->next[from] += (uint32_t)payload.len + ((flags & (SYN | FIN)) != 0);
    writing->last_ns = time_ns > writing->last_ns ? time_ns : writing->last_ns;
    (void)pcapng_writer_packet(&writing->writer->file, &(struct hl_packet){
        .time_ns = writing->last_ns, .data = buf_view(out), .length = (uint32_t)out->len, .link_type = RAW_IP });
}

static void put_flags(struct writing *writing, enum hl_side from, unsigned flags, int64_t time_ns)
{
    put_packet(writing, from, flags, (struct hl_span){ NULL, 0 }, time_ns);
}

/* --- one connection ----------------------------------------------------------------------- */

static void put_turn(struct writing *writing, const struct hl_check_turn *turn)
{
    struct hl_span rest = turn->bytes;

    while (rest.len > 0) {
        const size_t n = rest.len < SEGMENT_MAX ? rest.len : SEGMENT_MAX;
        put_packet(writing, turn->from, ACK | (n == rest.len ? PSH : 0u), (struct hl_span){ rest.ptr, n }, turn->time_ns);
        rest = (struct hl_span){ rest.ptr + n, rest.len - n };
    }
}

static void put_ending(struct writing *writing)
{
    const struct hl_check_connection *c = writing->connection;
    const enum hl_side first = c->ending == HL_ENDED_BY_SERVER ? HL_SERVER : HL_CLIENT, other = 1 - first;

    switch (c->ending) {
    case HL_RESET_BY_CLIENT: put_flags(writing, HL_CLIENT, RST | ACK, c->end_ns); break;
    case HL_RESET_BY_SERVER: put_flags(writing, HL_SERVER, RST | ACK, c->end_ns); break;
    case HL_ENDED_BY_CLIENT:
    case HL_ENDED_BY_SERVER:
        put_flags(writing, first, FIN | ACK, c->end_ns);
        put_flags(writing, other, FIN | ACK, c->end_ns);
        put_flags(writing, first, ACK, c->end_ns);
        break;
    default: break;
    }
}

bool hl_connection_writer_add(struct hl_connection_writer *writer, const struct hl_check_connection *connection)
{
    /* As RFC 9293, section 3.4.1: by a clock, so that a port that is used again begins elsewhere. */
    const uint32_t number = (uint32_t)((uint64_t)connection->start_ns / 4096);
    struct writing writing = { .writer = writer, .connection = connection, .next = { number, number + 0x40000000 } };

    if (connection->client.address.len != connection->server.address.len)
        return !writer->file.failed; /* there is no such connection */
    if (connection->key_log.len > 0)
        (void)pcapng_writer_secrets(&writer->file, connection->key_log);
    put_flags(&writing, HL_CLIENT, SYN, connection->start_ns);
    if (connection->ending == HL_CONNECTION_REFUSED)
        put_flags(&writing, HL_SERVER, RST | ACK, connection->end_ns);
    if (connection->open_ns != 0) {
        put_flags(&writing, HL_SERVER, SYN | ACK, connection->open_ns);
        put_flags(&writing, HL_CLIENT, ACK, connection->open_ns);
        for (size_t i = 0; i < connection->turn_count; i++)
            put_turn(&writing, &connection->turns[i]);
        put_ending(&writing);
    }
    return !writer->file.failed && !writer->packet.failed;
}
