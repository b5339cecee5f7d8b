#include "inspect/redact.h"

#include "base/limits.h"
#include "inspect/packets.h"
#include "inspect/redact_text.h"
#include "net/reorder.h"
#include "wire/record.h"

#include <stdlib.h>
#include <string.h>

/* How far before the first byte of TLS, and behind it, bytes of a connection are gone over. */
#define STREAM_BEFORE ((int64_t)HL_PREAMBLE_SEARCH_MAX + (64 << 10))
#define STREAM_AFTER ((int64_t)HL_KEPT_CONNECTION_MAX)

enum { HAVE = 1, IN_TEXT = 2 };

/* What one direction said. */
struct stream {
    uint8_t *bytes;
    uint8_t *marks;  /* of each byte: HAVE, IN_TEXT */
    size_t length;
    int64_t base;    /* of the first one, among the bytes of TLS */
    bool tls;        /* ... which lie where that says; else where they begin is not known */
    uint32_t seq;    /* then offsets count from here */
};

struct redactor {
    struct pseudonyms pseudonyms;
    struct redact_counters counters;
    const struct hl_handshake *hs;
    struct stream streams[2];
    struct redact_names names;
    struct hl_buffer out;
    bool failed;
};

struct redactor *redactor_new(uint64_t seed)
{
    struct redactor *redactor = calloc(1, sizeof *redactor);

    if (redactor == NULL)
        return NULL;
    pseudonyms_init(&redactor->pseudonyms, seed);
    buf_init(&redactor->out, HL_PACKET_MAX);
    return redactor;
}

static void stream_free(struct stream *stream)
{
    free(stream->bytes);
    free(stream->marks);
    *stream = (struct stream){ NULL, NULL, 0, 0, false, 0 };
}

void redactor_free(struct redactor *redactor)
{
    if (redactor == NULL)
        return;
    stream_free(&redactor->streams[0]);
    stream_free(&redactor->streams[1]);
    pseudonyms_cleanup(&redactor->pseudonyms);
    buf_cleanup(&redactor->out);
    free(redactor);
}

const struct redact_counters *redactor_counters(const struct redactor *redactor)
{
    return &redactor->counters;
}

bool redactor_failed(const struct redactor *redactor)
{
    return redactor->failed || redactor->out.failed || redactor->pseudonyms.failed;
}

/* --- the bytes of a direction --------------------------------------------------------- */

/* Where the payload lies in the stream; false when it is nowhere near. */
static bool place_of(const struct redactor *redactor, const struct stream *stream, const struct hl_kept_packet *packet,
                     int64_t *offset)
{
    if (stream->tls)
        (void)packet_offset(redactor->hs, packet, offset);
    else
        *offset = seq_diff(packet->seq, stream->seq);
    return *offset >= -STREAM_BEFORE && *offset + (int64_t)packet->segment_length <= STREAM_AFTER;
}

static bool has_payload(const struct hl_kept_packet *packet, unsigned direction)
{
    return packet->direction == direction && packet->segment_length > 0 && !packet->fragment
           && (size_t)packet->payload + packet->segment_length <= packet->captured;
}

static bool stream_measure(struct redactor *redactor, unsigned direction)
{
    struct stream *stream = &redactor->streams[direction];
    const struct hl_kept *kept = redactor->hs->connection.kept;
    int64_t low = INT64_MAX, high = INT64_MIN, offset;
    bool first = true;

    stream->tls = kept->tls_known[direction];
    for (const struct hl_kept_packet *packet = kept->first; packet != NULL; packet = packet->next) {
        if (!has_payload(packet, direction))
            continue;
        if (first && !stream->tls)
            stream->seq = packet->seq;
        first = false;
        if (!place_of(redactor, stream, packet, &offset))
            continue;
        low = offset < low ? offset : low;
        high = offset + packet->segment_length > high ? offset + packet->segment_length : high;
    }
    if (low >= high)
        return true;
    stream->base = low;
    stream->length = (size_t)(high - low);
    stream->bytes = calloc(stream->length, 1);
    stream->marks = calloc(stream->length, 1);
    return stream->bytes != NULL && stream->marks != NULL;
}

/* Of bytes that came twice the first ones count, as in reassembly. */
static void stream_fill(const struct redactor *redactor, struct stream *stream, unsigned direction)
{
    const struct hl_kept_packet *packet = redactor->hs->connection.kept->first;
    int64_t offset;

    for (; packet != NULL; packet = packet->next) {
        if (!has_payload(packet, direction) || !place_of(redactor, stream, packet, &offset))
            continue;
        const size_t at = (size_t)(offset - stream->base);
        for (size_t i = 0; i < packet->segment_length; i++) {
            if (stream->marks[at + i] == HAVE)
                continue;
            stream->bytes[at + i] = packet->data[packet->payload + i];
            stream->marks[at + i] = HAVE;
        }
    }
}

/* --- what of it is in the clear ---------------------------------------------------------- */

static bool has_all(const struct stream *stream, size_t at, size_t length)
{
    return at <= stream->length && length <= stream->length - at && memchr(stream->marks + at, 0, length) == NULL;
}

static void mark_text(struct stream *stream, size_t at, size_t length)
{
    for (size_t i = 0; i < length; i++)
        stream->marks[at + i] |= IN_TEXT;
}

/* A second ClientHello comes behind a change of cipher that means nothing (RFC 8446, appendix D.4): whatever the version,
 * which the capture may not have. */
static bool is_client_hello(const struct stream *stream, size_t at, uint32_t length)
{
    enum { CLIENT_HELLO = 1, HEADER = 4 };
    const uint8_t *h = stream->bytes + at;

    return length > HEADER && has_all(stream, at, HEADER) && h[0] == CLIENT_HELLO
           && ((uint32_t)h[1] << 16 | (uint32_t)h[2] << 8 | h[3]) + HEADER == length;
}

/* Mark the records in the clear, from the first one on: up to the change of cipher, and ClientHellos behind it; of
 * TLS 1.3 all that are no application data. False when one of them is not there as a whole. */
static bool mark_records(struct stream *stream, size_t at, bool tls13)
{
    struct hl_record record;
    bool encrypted = false;

    while (has_all(stream, at, RECORD_HEADER_LENGTH)
           && record_parse((struct hl_span){ stream->bytes + at, RECORD_HEADER_LENGTH }, &record)) {
        at += RECORD_HEADER_LENGTH;
        bool clear = record.type == CONTENT_HANDSHAKE || record.type == CONTENT_ALERT;
        if (encrypted && !tls13)
            clear = record.type == CONTENT_HANDSHAKE && is_client_hello(stream, at, record.length);
        if (clear && !has_all(stream, at, record.length))
            return false;
        if (clear)
            mark_text(stream, at, record.length);
        at += record.length;
        encrypted |= record.type == CONTENT_APPLICATION_DATA || record.type == CONTENT_CHANGE_CIPHER_SPEC;
    }
    return encrypted || at >= stream->length;
}

static bool mark_stream(const struct redactor *redactor, struct stream *stream)
{
    const uint16_t version = redactor->hs->version;
    const size_t preamble = !stream->tls ? stream->length : stream->base < 0 ? (size_t)-stream->base : 0;

    for (size_t i = 0; i < preamble && i < stream->length; i++)
        stream->marks[i] |= (stream->marks[i] & HAVE) != 0 ? IN_TEXT : 0;
    if (!stream->tls || preamble >= stream->length)
        return true;
    return stream->base <= 0 && has_all(stream, 0, preamble) && mark_records(stream, preamble, version_is_tls13(version));
}

/* --- names in it --------------------------------------------------------------------------- */

/* Take the text out, replace, put it back. */
static bool redact_stream(struct redactor *redactor, struct stream *stream)
{
    struct redact_text text = {
        .bytes = calloc(stream->length + 1, 1),
        .done = calloc(stream->length + 1, 1),
        .from_client = (unsigned)(stream - redactor->streams) == redactor->hs->client,
    };
    const int64_t preamble = stream->tls ? -stream->base : (int64_t)stream->length;
    bool done = false;

    for (size_t i = 0; text.bytes != NULL && i < stream->length; i++) {
        if ((stream->marks[i] & IN_TEXT) == 0)
            continue;
        text.bytes[text.length++] = stream->bytes[i];
        text.preamble += (int64_t)i < preamble;
    }
    if (text.bytes != NULL && text.done != NULL)
        done = redact_text(&redactor->pseudonyms, &redactor->names, redactor->hs, &text);
    else
        redactor->failed = true;
    for (size_t i = 0, at = 0; done && i < stream->length; i++) {
        if ((stream->marks[i] & IN_TEXT) != 0)
            stream->bytes[i] = text.bytes[at++];
    }
    free(text.bytes);
    free(text.done);
    return done;
}

/* What was not understood may hold a name that nobody finds. */
static bool is_readable(const struct hl_handshake *hs)
{
    enum { CLIENT_HELLO = 1, CERTIFICATE = 11 };

    if (hs->connection.carrier != CARRIER_TCP) /* its names do not lie in a stream; in QUIC they are encrypted, with keys for all */
        return false;
    if (hs->retry_message != NULL && hs->client_hello.has_early_data && hs->connection.gaps > 0)
        return false;
    if (hs->server_hello.ssl2 || (hs->connection.mid_stream && hs->client_hello_message == NULL
                                  && hs->server_hello_message == NULL))
        return false;
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        bool clear = m->content_type == CONTENT_HANDSHAKE && !m->encrypted && !m->decrypted;
        bool has_names = m->type == CLIENT_HELLO || m->type == CERTIFICATE;
        if (clear && (m->cut || (has_names && m->fault.kind != HL_FAULT_NONE)))
            return false;
    }
    for (unsigned i = 0; i < hs->server_chain.count; i++) {
        if (!hs->server_chain.list[i]->decoded)
            return false;
    }
    return hs->server_chain.count == hs->server_chain.total && hs->client_chain.count == hs->client_chain.total;
}

static bool prepare(struct redactor *redactor)
{
    redact_names_collect(&redactor->names, redactor->hs);
    for (unsigned direction = 0; direction < 2; direction++) {
        struct stream *stream = &redactor->streams[direction];
        if (!stream_measure(redactor, direction)) {
            redactor->failed = true;
            return false;
        }
        stream_fill(redactor, stream, direction);
        if (stream->length > 0 && (!mark_stream(redactor, stream) || !redact_stream(redactor, stream)))
            return false;
    }
    return true;
}

bool redact_begin(struct redactor *redactor, const struct hl_handshake *hs)
{
    redactor->hs = hs;
    stream_free(&redactor->streams[0]);
    stream_free(&redactor->streams[1]);
    if (is_readable(hs) && prepare(redactor))
        return true;
    redactor->counters.handshakes_left_out++;
    return false;
}

/* --- packets ---------------------------------------------------------------------------------- */

enum { RAW_IP = 101, ETHERNET = 1, SLL = 113, SLL2 = 276, NULL_LOOPBACK = 0, LOOPBACK = 108 };
enum { IPV4_HEADER = 20, IPV6_HEADER = 40, TCP_HEADER = 20, PROTOCOL_TCP = 6 };

/* Is there nothing but VLAN tags between the addresses and IP? */
static bool is_plain_ethernet(const uint8_t *frame, size_t network)
{
    if (network < 14 || network % 4 != 2)
        return false;
    for (size_t at = 12; at + 2 < network; at += 4) {
        unsigned type = (unsigned)frame[at] << 8 | frame[at + 1];
        if (type != 0x8100 && type != 0x88a8 && type != 0x9100 && type != 0x9200)
            return false;
    }
    return true;
}

static void put_cooked(struct redactor *redactor, const uint8_t *frame, size_t network, size_t address, unsigned length)
{
    buf_put(&redactor->out, frame, network);
    if (redactor->out.failed)
        return;
    uint8_t *place = redactor->out.data + address;
    if (length == 6)
        pseudonym_address(&redactor->pseudonyms, place, 6);
    else
        memset(place, 0, 8);
    if (length == 6)
        memset(place + 6, 0, 2);
}

/* What stands before IP; or nothing, where that is of another kind. Returns the link type. */
static uint32_t put_link(struct redactor *redactor, const struct hl_kept_packet *packet)
{
    const uint8_t *frame = packet->data;
    const uint32_t network = packet->network;

    if (packet->link_type == ETHERNET && is_plain_ethernet(frame, network)) {
        buf_put(&redactor->out, frame, network);
        for (unsigned i = 0; i < 2 && !redactor->out.failed; i++)
            pseudonym_address(&redactor->pseudonyms, redactor->out.data + 6 * i, 6);
        return ETHERNET;
    }
    if (packet->link_type == SLL && network == 16) {
        put_cooked(redactor, frame, network, 6, (unsigned)frame[4] << 8 | frame[5]);
        return SLL;
    }
    if (packet->link_type == SLL2 && network == 20) {
        put_cooked(redactor, frame, network, 12, frame[11]);
        return SLL2;
    }
    if ((packet->link_type == NULL_LOOPBACK || packet->link_type == LOOPBACK) && network == 4) {
        buf_put(&redactor->out, frame, network);
        return packet->link_type;
    }
    return RAW_IP;
}

static unsigned get_u16(const uint8_t *place)
{
    return (unsigned)place[0] << 8 | place[1];
}

static void put_u16(uint8_t *place, size_t value)
{
    place[0] = (uint8_t)(value >> 8);
    place[1] = (uint8_t)value;
}

/* The IP header without options or extension headers. Returns how many bytes of TCP it says there are; 0: none. */
static size_t put_ip(struct redactor *redactor, const struct hl_kept_packet *packet)
{
    const uint8_t *ip = packet->data + packet->network;
    const bool v4 = ip[0] >> 4 == 4;
    const size_t size = v4 ? IPV4_HEADER : IPV6_HEADER, before = redactor->out.len;
    const size_t headers = packet->transport - packet->network, total = get_u16(ip + (v4 ? 2 : 4)) + (v4 ? 0u : IPV6_HEADER);
    const bool told = total > headers && get_u16(ip + (v4 ? 2 : 4)) > 0;
    const size_t tcp = told ? total - headers : 0;

    buf_put(&redactor->out, ip, size);
    if (redactor->out.failed)
        return 0;
    uint8_t *out = redactor->out.data + before;
    if (v4) {
        out[0] = 0x45;
        put_u16(out + 2, told ? IPV4_HEADER + tcp : 0);
        out[9] = PROTOCOL_TCP;
    } else {
        put_u16(out + 4, tcp);
        out[6] = PROTOCOL_TCP;
    }
    for (unsigned i = 0; i < 2; i++)
        pseudonym_address(&redactor->pseudonyms, out + (v4 ? 12 + 4 * i : 8 + 16 * i), v4 ? 4 : 16);
    return tcp;
}

/* The options of RFC 9293, RFC 7323 and RFC 2018 stay; NOPs take the place of others, which may hold addresses. */
static void clean_options(uint8_t *options, size_t length)
{
    enum { END = 0, NOP = 1, TIMESTAMPS = 8 };

    for (size_t at = 0; at < length && options[at] != END;) {
        size_t n = options[at] == NOP ? 1 : at + 1 < length ? options[at + 1] : 0;
        bool fits = options[at] == NOP || (n >= 2 && n <= length - at);
        if (!fits)
            n = length - at;
        if (!fits || options[at] > TIMESTAMPS)
            memset(options + at, NOP, n);
        at += n;
    }
}

static void overlay(const struct redactor *redactor, const struct hl_kept_packet *packet, uint8_t *payload, size_t length)
{
    const struct stream *stream = &redactor->streams[packet->direction & 1u];
    int64_t offset;

    if (stream->length == 0 || !place_of(redactor, stream, packet, &offset))
        return;
    for (size_t i = 0; i < length; i++) {
        const size_t at = (size_t)(offset - stream->base) + i;
        if (at < stream->length && (stream->marks[at] & IN_TEXT) != 0)
            payload[i] = stream->bytes[at];
    }
}

static bool is_whole(const struct redactor *redactor, const struct hl_kept_packet *packet, const struct hl_buffer *copy)
{
    const struct stream *stream = &redactor->streams[packet->direction & 1u];
    const size_t header = packet->data[packet->network] >> 4 == 4 ? IPV4_HEADER : IPV6_HEADER;
    int64_t offset;

    return !packet->fragment && copy->len >= packet->payload && packet->network + header <= packet->transport
           && packet->transport + TCP_HEADER <= packet->payload
           && (packet->segment_length == 0 || place_of(redactor, stream, packet, &offset));
}

bool redact_packet(struct redactor *redactor, const struct hl_kept_packet *packet, struct hl_buffer *copy,
                   struct hl_packet *out)
{
    struct hl_buffer *buffer = &redactor->out;

    if (!is_whole(redactor, packet, copy)) {
        redactor->counters.packets_left_out++;
        return false;
    }
    buffer->len = 0;
    const uint32_t link_type = put_link(redactor, packet);
    const size_t network = buffer->len, told = put_ip(redactor, packet), transport = buffer->len;
    const size_t header = packet->payload - packet->transport, left = copy->len - packet->payload;
    const size_t length = left < packet->segment_length ? left : packet->segment_length;

    buf_put(buffer, copy->data + packet->transport, header + length);
    if (buffer->failed)
        return false;
    clean_options(buffer->data + transport + TCP_HEADER, header - TCP_HEADER);
    overlay(redactor, packet, buffer->data + transport + header, length);
    const size_t wire = told > header + length ? transport + told : buffer->len;
    packet_checksums(buffer->data, buffer->len, network, transport, false);
    if (wire > buffer->len) /* of the whole segment, which is not there */
        put_u16(buffer->data + transport + 16, 0);
    *out = (struct hl_packet){
        .time_ns = packet->at.time_ns,
        .data = buf_view(buffer),
        .length = (uint32_t)wire,
        .link_type = link_type,
    };
    return true;
}
