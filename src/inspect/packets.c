/* Application data out of packets; handlens/packets.h, but for the writer. */
#include "inspect/packets.h"

#include <handlens/packets.h>

#include "base/limits.h"
#include "crypto/prf.h"
#include "net/checksum.h"
#include "net/datagram.h"
#include "net/reorder.h"
#include "session/dtls_facts.h"
#include "session/key_lines.h"
#include "wire/quic.h"

#include <string.h>

/* Behind all bytes of a connection. */
#define NOWHERE ((uint64_t)1 << 62)

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, TCP_HEADER = 20, UDP_HEADER = 8 };

bool packet_offset(const struct hl_handshake *hs, const struct hl_kept_packet *packet, int64_t *offset)
{
    const struct hl_kept *kept = hs->connection.kept;
    const unsigned direction = packet->direction & 1u;

    *offset = seq_diff(packet->seq, kept->tls[direction]);
    return kept->tls_known[direction];
}

void packet_checksums(uint8_t *data, size_t size, size_t network, size_t transport, bool datagram)
{
    uint8_t *ip = data + network;
    const bool v4 = ip[0] >> 4 == 4;
    const size_t header = v4 ? IPV4_HEADER : IPV6_HEADER;

    if (network + header > transport || transport + (datagram ? UDP_HEADER : TCP_HEADER) > size)
        return;
    const size_t own = (ip[0] & 15u) * 4; /* of IPv4: without what may stand between it and what it carries */
    if (v4 && own >= IPV4_HEADER && own <= transport - network)
        checksum_ipv4(ip, own);
    (datagram ? checksum_udp : checksum_tcp)(data + transport, size - transport, ip + (v4 ? 12 : 8), v4 ? 8 : 32);
}

/* The end of the IP datagram: what stands behind it is padding of the link. */
static size_t end_of_datagram(const struct hl_kept_packet *packet)
{
    return packet->payload + packet->segment_length;
}

/* [begin, end) of the payload, which begins at `offset`. */
static bool zero(uint8_t *payload, size_t length, int64_t offset, uint64_t begin, uint64_t end)
{
    const int64_t from = (int64_t)begin - offset > 0 ? (int64_t)begin - offset : 0;
    const int64_t to = (int64_t)end - offset < (int64_t)length ? (int64_t)end - offset : (int64_t)length;

    if (from >= to)
        return false;
    memset(payload + from, 0, (size_t)(to - from));
    return true;
}

/* Where no byte of the connection has a known place: behind the handshake all are application data. */
static bool is_behind(const struct hl_handshake *hs, const struct hl_kept_packet *packet)
{
    return hs->outcome == HL_COMPLETED && moment_before(hs->end, packet->at);
}

static bool has_content(const struct hl_content *content, int64_t begin, int64_t end)
{
    if (end > 0 && (uint64_t)end > (content->cut < content->rest ? content->cut : content->rest))
        return true;
    for (const struct hl_content_range *r = content->first; r != NULL && end > 0; r = r->next) {
        if ((int64_t)r->begin < end && (int64_t)r->end > begin)
            return true;
    }
    return false;
}

/* QUIC: the packets of a datagram that carry no handshake, or tickets beside application data. */
static bool zero_quic(uint8_t *payload, size_t length)
{
    struct hl_span rest = { payload, length };
    struct quic_packet packet;
    bool changed = false;

    while (rest.len > 0 && quic_packet_next(&rest, &packet)) {
        if (packet.type != QUIC_1RTT && packet.type != QUIC_0RTT)
            continue;
        const size_t keep = packet.type == QUIC_1RTT ? 0 : packet.number_offset; /* so that what follows is found */
        memset(payload + (packet.bytes.ptr - payload) + keep, 0, packet.bytes.len - keep);
        changed = true;
    }
    return changed;
}

/* Does one of the handshake's messages, or an alert, come in this packet? */
static bool holds_handshake(const struct hl_handshake *hs, const struct hl_kept_packet *packet)
{
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->content_type == CONTENT_HANDSHAKE && m->at.frame == packet->at.frame && m->at.file == packet->at.file)
            return true;
    }
    return false;
}

/* DTLS: records with application data. Those that hide their type (RFC 9146; RFC 9147, section 4) are some, but in the
 * epoch of the handshake, or beside its messages. */
static bool is_dtls_content(const struct hl_dtls_record *record, bool beside_handshake)
{
    enum { EPOCH_OF_HANDSHAKE = 2 };

    if (record->unified)
        return record->epoch != EPOCH_OF_HANDSHAKE;
    return record->type == CONTENT_APPLICATION_DATA || record->type == CONTENT_HEARTBEAT
           || (record->type == CONTENT_TLS12_CID && !beside_handshake);
}

static bool zero_dtls(const struct hl_handshake *hs, const struct hl_kept_packet *packet, uint8_t *payload,
                      size_t length)
{
    const size_t cid_length = dtls_cid_length(hs, packet->direction & 1u);
    const bool beside_handshake = holds_handshake(hs, packet);
    struct hl_dtls_record record;
    struct hl_fault fault;
    bool changed = false;

    const struct hl_span inner = datagram_content((struct hl_span){ payload, length }, CARRIER_DTLS);
    struct hl_reader r = rd_init(inner, &fault);
    while (rd_more(&r) && dtls_record_read(&r, cid_length, true, &record)) {
        if (!is_dtls_content(&record, beside_handshake) || record.fragment.len == 0)
            continue;
        memset(payload + (record.fragment.ptr - payload), 0, record.fragment.len);
        changed = true;
    }
    return changed;
}

/* Datagrams: what comes after the handshake goes as a whole. */
static bool trim_datagram(const struct hl_handshake *hs, const struct hl_kept_packet *packet, struct hl_buffer *copy)
{
    if (packet->fragment)
        return !is_behind(hs, packet);
    buf_put(copy, packet->data, packet->captured);
    if (copy->failed)
        return false;
    uint8_t *payload = copy->data + packet->payload;
    if (is_behind(hs, packet))
        copy->len = packet->payload;
    else if ((hs->connection.carrier == CARRIER_DTLS ? zero_dtls(hs, packet, payload, packet->segment_length)
                                                     : zero_quic(payload, packet->segment_length))
             && packet->captured == packet->length)
        packet_checksums(copy->data, end_of_datagram(packet), packet->network, packet->transport, true);
    return true;
}

bool packet_trim(const struct hl_handshake *hs, const struct hl_kept_packet *packet, struct hl_buffer *copy)
{
    const struct hl_content *content = &hs->content[packet->direction & 1u];
    /* A handshake that is not completed is told by how its bytes end: these are not cut. */
    const uint64_t cut = hs->outcome == HL_COMPLETED ? content->cut : NOWHERE;
    int64_t offset;
    bool changed = false;

    copy->len = 0;
    if (hs->connection.carrier != CARRIER_TCP)
        return trim_datagram(hs, packet, copy);
    const bool known = packet_offset(hs, packet, &offset);
    const int64_t end = offset + packet->segment_length;
    bool hidden = packet->segment_length > 0 && (known ? has_content(content, offset, end) : is_behind(hs, packet));
    if (hidden && packet->fragment)
        return false;
    buf_put(copy, packet->data, packet->captured);
    if (!hidden || copy->failed)
        return !copy->failed;
    if (!known || (offset >= 0 && cut <= (uint64_t)offset)) {
        copy->len = packet->payload;
        return true;
    }
    size_t length = packet->segment_length;
    if (end > 0 && (uint64_t)end > cut)
        length = (size_t)((int64_t)cut - offset);
    if (content->rest < NOWHERE)
        changed |= zero(copy->data + packet->payload, length, offset, content->rest, NOWHERE);
    for (const struct hl_content_range *r = content->first; r != NULL; r = r->next)
        changed |= zero(copy->data + packet->payload, length, offset, r->begin, r->end);
    if (length < packet->segment_length)
        copy->len = packet->payload + length;
    else if (changed && packet->captured == packet->length)
        packet_checksums(copy->data, end_of_datagram(packet), packet->network, packet->transport, false);
    return true;
}

/* --- handlens/packets.h ---------------------------------------------------------- */

bool hl_handshake_packets(const struct hl_handshake *hs, hl_packet_fn *visit, void *user)
{
    const struct hl_kept_packet *packet = hs->connection.kept != NULL ? hs->connection.kept->first : NULL;
    struct hl_buffer copy;
    bool wanted = true;

    buf_init(&copy, HL_PACKET_MAX);
    for (; packet != NULL && wanted && !copy.failed; packet = packet->next) {
        if (!packet_trim(hs, packet, &copy))
            continue;
        const struct hl_handshake_packet told = {
            .link_type = packet->link_type,
            .time_ns = packet->at.time_ns,
            .data = buf_view(&copy),
            .length = packet->length,
            .from = packet->direction == hs->client ? HL_CLIENT : HL_SERVER,
        };
        wanted = visit(user, &told);
    }
    wanted &= !copy.failed;
    buf_cleanup(&copy);
    return wanted;
}

uint32_t hl_handshake_packets_left_out(const struct hl_handshake *hs)
{
    const struct hl_kept *kept = hs->connection.kept;

    return kept != NULL && kept->left_out > 0 && moment_before(kept->left_out_at, hs->end) ? kept->left_out : 0;
}

bool hl_handshake_key_log(const struct hl_handshake *hs, hl_write_fn *write, void *user)
{
    struct hl_buffer lines;

    buf_init(&lines, KEY_LINES_MAX);
    if (!buf_reserve(&lines, KEY_LINES_MAX))
        return false;
    key_lines_put(hs, &lines);
    bool written = !lines.failed && (lines.len == 0 || write(user, lines.data, lines.len));
    wipe(lines.data, lines.size);
    buf_cleanup(&lines);
    return written;
}
