#include "session/quic.h"

#include "crypto/prf.h"
#include "session/crypto_stream.h"

#include <stdlib.h>
#include <string.h>

/* A packet's header with its connection ids and a token; one with a longer token stays closed. */
#define HEADER_MAX 2048u

enum { MESSAGE_HEADER = 4 };

/* One level's keys of one direction, and how far its packets came. */
struct half {
    struct quic_keys keys;
    bool has_keys;
    bool numbered;    /* `largest` is the number of a packet that was opened */
    uint64_t largest;
    struct crypto_stream crypto;
    uint16_t frames;  /* CRYPTO frames since the last message */
};

struct quic {
    uint8_t *plain;
    uint8_t header[HEADER_MAX];
    int client;       /* the client's direction; -1: not known yet */
    uint32_t version; /* of the Initial keys; 0: there are none */
    uint8_t id[QUIC_CONNECTION_ID_MAX]; /* that they are made from */
    uint8_t id_length;
    bool retried;
    unsigned guesses; /* of such an id */
    uint32_t traffic_version; /* of the packets of the handshake: what keys are made with */
    uint8_t own_id_length[2]; /* of the connection ids that a side chose for itself, by direction */
    bool own_id_known[2];
    struct half half[QUIC_LEVELS][2]; /* by direction */
};

struct quic *quic_new(uint8_t plain[RECORD_LENGTH_MAX])
{
    struct quic *q = calloc(1, sizeof *q);

    if (q == NULL)
        return NULL;
    q->plain = plain;
    q->client = -1;
    for (unsigned level = 0; level < QUIC_LEVELS; level++) {
        crypto_stream_init(&q->half[level][0].crypto);
        crypto_stream_init(&q->half[level][1].crypto);
    }
    return q;
}

void quic_free(struct quic *q)
{
    if (q == NULL)
        return;
    for (unsigned level = 0; level < QUIC_LEVELS; level++) {
        crypto_stream_cleanup(&q->half[level][0].crypto);
        crypto_stream_cleanup(&q->half[level][1].crypto);
    }
    wipe(q, sizeof *q);
    free(q);
}

/* --- taking protection off ------------------------------------------------- */

/* RFC 9000, appendix A.3: the number nearest to the one expected that ends in these bits. */
static uint64_t whole_number(const struct half *half, uint64_t truncated, unsigned bytes)
{
    const uint64_t window = UINT64_C(1) << (8 * bytes), expected = half->largest + 1;
    const uint64_t candidate = (expected & ~(window - 1)) | truncated;

    if (!half->numbered)
        return truncated;
    if (candidate + window / 2 <= expected && candidate + window < UINT64_C(1) << 62)
        return candidate + window;
    if (candidate > expected + window / 2 && candidate >= window)
        return candidate - window;
    return candidate;
}

/* RFC 9001, sections 5.3 and 5.4. `number_offset` is where the packet number begins. */
static bool open_with(struct quic *q, const struct quic_keys *keys, struct half *half, const struct quic_packet *packet,
                      size_t number_offset, struct hl_span *content)
{
    const struct hl_span bytes = packet->bytes;
    uint8_t mask[QUIC_MASK_LENGTH];
    uint64_t truncated = 0;

    if (number_offset + 4 + QUIC_SAMPLE_LENGTH > bytes.len || number_offset + 4 > HEADER_MAX
        || bytes.len > RECORD_LENGTH_MAX)
        return false;
    const struct hl_span sample = { bytes.ptr + number_offset + 4, QUIC_SAMPLE_LENGTH };
    if (!quic_header_mask(keys, sample, mask))
        return false;
    memcpy(q->header, bytes.ptr, number_offset + 4);
    q->header[0] ^= mask[0] & (packet->type == QUIC_1RTT ? 0x1f : 0x0f);
    const unsigned length = (q->header[0] & 3u) + 1;
    for (unsigned i = 0; i < length; i++) {
        q->header[number_offset + i] ^= mask[1 + i];
        truncated = truncated << 8 | q->header[number_offset + i];
    }
    const uint64_t number = whole_number(half, truncated, length);
    const struct hl_span header = { q->header, number_offset + length };
    const struct hl_span sealed = { bytes.ptr + header.len, bytes.len - header.len };
    if (quic_open(keys, number, header, sealed, q->plain, RECORD_LENGTH_MAX, content) != PROTECTION_OPENED)
        return false;
    if (!half->numbered || number > half->largest)
        half->largest = number;
    half->numbered = true;
    return true;
}

/* From now on, the Initial keys that come from this id. */
static bool take_initial_keys(struct quic *q, uint32_t version, struct hl_span id, unsigned client)
{
    struct quic_keys keys[2];

    if (!quic_initial_keys(version, id, &keys[0], &keys[1]))
        return false;
    for (unsigned direction = 0; direction < 2; direction++) {
        q->half[QUIC_LEVEL_INITIAL][direction].keys = keys[direction == client ? 0 : 1];
        q->half[QUIC_LEVEL_INITIAL][direction].has_keys = true;
    }
    q->version = version;
    q->id_length = (uint8_t)id.len;
    if (id.len > 0)
        memcpy(q->id, id.ptr, id.len);
    return true;
}

/* A client's first packet tells the keys that open it. */
static bool open_first_initial(struct quic *q, unsigned direction, const struct quic_packet *packet,
                               struct hl_span *content)
{
    struct half *half = &q->half[QUIC_LEVEL_INITIAL][direction];
    struct quic_keys client, server;

    if (q->guesses == HL_QUIC_GUESSES_MAX)
        return false;
    q->guesses++;
    if (!quic_initial_keys(packet->version, packet->destination, &client, &server)
        || !open_with(q, &client, half, packet, packet->number_offset, content))
        return false;
    q->client = (int)direction;
    return take_initial_keys(q, packet->version, packet->destination, direction);
}

/* With the keys that are there; with those of another version, which a server may go over to (RFC 9368, section 2.3);
 * with those of the packet itself, if it may be a client's. */
static bool open_initial(struct quic *q, unsigned direction, const struct quic_packet *packet, struct hl_span *content)
{
    struct half *half = &q->half[QUIC_LEVEL_INITIAL][direction];
    const struct hl_span id = { q->id, q->id_length };

    if (half->has_keys && packet->version != q->version
        && !take_initial_keys(q, packet->version, id, (unsigned)q->client))
        return false;
    if (half->has_keys && open_with(q, &half->keys, half, packet, packet->number_offset, content))
        return true;
    return q->client != 1 - (int)direction && open_first_initial(q, direction, packet, content);
}

static bool know_keys(struct quic *q, struct half *half, unsigned direction, enum epoch epoch, const struct quic_sink *sink)
{
    struct cipher_spec spec;
    struct secret secret = { .length = 0 };

    if (!half->has_keys && sink->secret(sink->ctx, direction, epoch, &spec, &secret))
        half->has_keys = quic_keys_of(q->traffic_version, &spec, secret_span(&secret), &half->keys);
    wipe(&secret, sizeof secret);
    return half->has_keys;
}

/* The keys may be the next ones (RFC 9001, section 6); which they are, the Key Phase bit says, but only once the header
 * is in the clear. */
static bool open_application(struct quic *q, unsigned direction, const struct quic_packet *packet, struct hl_span *content)
{
    struct half *half = &q->half[QUIC_LEVEL_APPLICATION][direction];
    const size_t number_offset = 1u + q->own_id_length[1 - direction];
    struct quic_keys next;

    if (!q->own_id_known[1 - direction])
        return false;
    if (open_with(q, &half->keys, half, packet, number_offset, content))
        return true;
    bool opened = quic_keys_update(q->traffic_version, &half->keys, &next)
                  && open_with(q, &next, half, packet, number_offset, content);
    if (opened)
        half->keys = next;
    wipe(&next, sizeof next);
    return opened;
}

bool quic_packet_open(struct quic *q, unsigned direction, const struct quic_packet *packet, const struct quic_sink *sink,
                      enum quic_level *level, struct hl_span *content)
{
    struct half *half;

    if (packet->cut)
        return false;
    switch (packet->type) {
    case QUIC_INITIAL:
        *level = QUIC_LEVEL_INITIAL;
        return open_initial(q, direction, packet, content);
    case QUIC_HANDSHAKE:
        *level = QUIC_LEVEL_HANDSHAKE;
        half = &q->half[*level][direction];
        q->traffic_version = packet->version;
        return know_keys(q, half, direction, EPOCH_HANDSHAKE, sink)
               && open_with(q, &half->keys, half, packet, packet->number_offset, content);
    case QUIC_1RTT:
        *level = QUIC_LEVEL_APPLICATION;
        half = &q->half[*level][direction];
        return know_keys(q, half, direction, EPOCH_APPLICATION, sink) && open_application(q, direction, packet, content);
    default:
        return false;
    }
}

/* --- what the frames say --------------------------------------------------- */

static void tell_message(struct half *half, unsigned direction, enum quic_level level, struct hl_span body, uint32_t length,
                         struct hl_moment at, const struct quic_sink *sink)
{
    const struct hl_span ready = crypto_stream_ready(&half->crypto);
    const struct hl_raw_message message = {
        .type = ready.ptr[0],
        .length = length,
        .body = body,
        .cut = body.len < length,
        .decrypted = level != QUIC_LEVEL_INITIAL,
        .records = half->frames > 0 ? half->frames : 1,
        .at = at,
    };

    half->frames = 0;
    sink->message(sink->ctx, direction, &message);
}

/* The header of the message at the front; false when it is not there yet. */
static bool read_header(struct hl_span ready, uint32_t *length)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(ready, &fault);

    rd_u8(&r, "msg_type");
    *length = rd_u24(&r, "length");
    return rd_ok(&r);
}

static void take_messages(struct half *half, unsigned direction, enum quic_level level, struct hl_moment at,
                          const struct quic_sink *sink)
{
    struct hl_span ready;
    uint32_t length;

    while (read_header(ready = crypto_stream_ready(&half->crypto), &length)
           && ready.len - MESSAGE_HEADER >= length) {
        tell_message(half, direction, level, (struct hl_span){ ready.ptr + MESSAGE_HEADER, length }, length, at, sink);
        crypto_stream_take(&half->crypto, MESSAGE_HEADER + length);
    }
}

void quic_content(struct quic *q, unsigned direction, enum quic_level level, struct hl_span content, struct hl_moment at,
                  const struct quic_sink *sink)
{
    struct half *half = &q->half[level][direction];
    struct hl_fault fault;
    struct hl_reader r = rd_init(content, &fault);
    struct quic_frame frame;
    bool any = false, new = false;

    while (quic_frame_next(&r, &frame)) {
        switch (frame.type) {
        case QUIC_FRAME_CRYPTO:
            any = true;
            new |= crypto_stream_push(&half->crypto, frame.offset, frame.data);
            half->frames = (uint16_t)(half->frames + (half->frames < UINT16_MAX));
            break;
        case QUIC_FRAME_CONNECTION_CLOSE:
        case QUIC_FRAME_APPLICATION_CLOSE:
        case QUIC_FRAME_HANDSHAKE_DONE:
            sink->frame(sink->ctx, direction, &frame, level != QUIC_LEVEL_INITIAL, at);
            break;
        default:
            break;
        }
    }
    if (any && !new)
        sink->again(sink->ctx, direction);
    take_messages(half, direction, level, at, sink);
}

/* --- packets --------------------------------------------------------------- */

/* RFC 9000, section 17.2.5: from now on the client's packets carry, and their keys come from, another id. It heeds one. */
static void on_retry(struct quic *q, unsigned direction, const struct quic_packet *packet)
{
    if (q->client == 1 - (int)direction && !q->retried)
        q->retried = take_initial_keys(q, packet->version, packet->source, (unsigned)q->client);
}

/* Of a client's first packet that was cut the id is there, from which the server's keys come, too. */
static void on_cut(struct quic *q, unsigned direction, const struct quic_packet *packet)
{
    if (packet->type == QUIC_INITIAL && q->client < 0 && take_initial_keys(q, packet->version, packet->destination, direction))
        q->client = (int)direction;
}

static void note_ids(struct quic *q, unsigned direction, const struct quic_packet *packet)
{
    if (packet->type == QUIC_1RTT || packet->type == QUIC_VERSION_NEGOTIATION || packet->type == QUIC_RETRY)
        return;
    q->own_id_length[direction] = (uint8_t)packet->source.len;
    q->own_id_known[direction] = true;
}

void quic_push(struct quic *q, unsigned direction, const struct hl_chunk *chunk, const struct quic_sink *sink)
{
    struct hl_span rest = chunk->bytes, content;
    struct quic_packet packet;
    enum quic_level level;

    while (rest.len > 0 && quic_packet_next(&rest, &packet)) {
        const bool padding = packet.type == QUIC_1RTT && !packet.fixed_bit && packet.bytes.ptr != chunk->bytes.ptr;
        if (padding) /* zeros, which some fill up a datagram with */
            break;
        note_ids(q, direction, &packet);
        if (packet.type == QUIC_RETRY)
            on_retry(q, direction, &packet);
        if (packet.cut)
            on_cut(q, direction, &packet);
        const bool opened = quic_packet_open(q, direction, &packet, sink, &level, &content);
        sink->packet(sink->ctx, direction, &packet, opened, chunk->at);
        if (opened)
            quic_content(q, direction, level, content, chunk->at, sink);
    }
}

void quic_finish(struct quic *q, struct hl_moment at, const struct quic_sink *sink)
{
    for (unsigned level = 0; level < QUIC_LEVELS; level++) {
        for (unsigned direction = 0; direction < 2; direction++) {
            struct half *half = &q->half[level][direction];
            const struct hl_span ready = crypto_stream_ready(&half->crypto);
            uint32_t length;
            if (read_header(ready, &length))
                tell_message(half, direction, (enum quic_level)level,
                             (struct hl_span){ ready.ptr + MESSAGE_HEADER, ready.len - MESSAGE_HEADER }, length, at, sink);
        }
    }
}
