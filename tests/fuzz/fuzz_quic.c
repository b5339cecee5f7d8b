/* QUIC without its encryption: datagrams, which is a matter of headers; and the frames of packets that were opened, up to
 * the messages in them. Pieces follow each other: a byte that says which (bit 0: the direction, bits 1 and 2: the level,
 * or 3 for a datagram), two bytes of length, and the bytes. */
#include "session/quic.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long sum; /* so that nothing read is thrown away unread */

static bool no_secret(void *ctx, unsigned direction, enum epoch epoch, struct cipher_spec *spec, struct secret *secret)
{
    (void)ctx, (void)direction, (void)epoch, (void)spec, (void)secret;
    return false;
}

static void on_message(void *ctx, unsigned direction, const struct hl_raw_message *message)
{
    (void)ctx, (void)direction;
    if (message->cut != (message->body.len < message->length) || message->body.len > HL_CRYPTO_STREAM_MAX)
        abort();
    for (size_t i = 0; i < message->body.len; i++)
        sum += message->body.ptr[i];
}

static void on_frame(void *ctx, unsigned direction, const struct quic_frame *frame, bool decrypted, struct hl_moment at)
{
    (void)ctx, (void)direction, (void)decrypted, (void)at;
    for (size_t i = 0; i < frame->data.len; i++)
        sum += frame->data.ptr[i];
}

static void on_again(void *ctx, unsigned direction)
{
    (void)ctx, (void)direction;
}

static void on_packet(void *ctx, unsigned direction, const struct quic_packet *packet, bool opened, struct hl_moment at)
{
    (void)ctx, (void)direction, (void)opened, (void)at;
    if (packet->number_offset > packet->bytes.len && packet->type != QUIC_VERSION_NEGOTIATION && packet->type != QUIC_RETRY)
        abort();
    for (size_t i = 0; i < packet->bytes.len; i++)
        sum += packet->bytes.ptr[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct quic_sink sink = { NULL, no_secret, on_message, on_frame, on_again, on_packet };
    static uint8_t plain[RECORD_LENGTH_MAX];
    const struct hl_moment at = { 1700000000000000000, 1, 0 };
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ data, size }, &fault);
    struct quic *q = quic_new(plain);

    while (q != NULL && rd_more(&r)) {
        const unsigned kind = rd_u8(&r, "kind"), level = kind >> 1 & 3;
        const size_t length = rd_u16(&r, "length");
        const struct hl_span bytes = rd_bytes(&r, length < rd_left(&r) ? length : rd_left(&r), "bytes");
        if (level == QUIC_LEVELS)
            quic_push(q, kind & 1, &(struct hl_chunk){ .bytes = bytes, .at = at }, &sink);
        else
            quic_content(q, kind & 1, (enum quic_level)level, bytes, at, &sink);
    }
    if (q != NULL)
        quic_finish(q, at, &sink);
    quic_free(q);
    return 0;
}
