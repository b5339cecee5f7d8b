/* Frames of one link type: its number (two bytes), then for each frame two bytes of length, a byte of how
 * much longer it was on the wire, and its bytes. */
#include "base/reader.h"
#include "net/decode.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void push(struct hl_decoder *decoder, struct hl_span frame, uint32_t more, uint32_t link_type)
{
    uint8_t *exact = malloc(frame.len > 0 ? frame.len : 1);
    struct hl_segment segment;
    struct hl_moment at = { 1700000000000000000 + (int64_t)decoder->packets * 1000000, decoder->packets, 0 };
    unsigned sum = 0;

    if (exact == NULL)
        abort();
    if (frame.len > 0)
        memcpy(exact, frame.ptr, frame.len);
    frame.ptr = exact;
    if (decoder_push(decoder, frame, (uint32_t)frame.len + more, link_type, at, &segment)) {
        if (segment.payload.len > segment.length || segment.source.address.length != segment.destination.address.length
            || (segment.source.address.length != 4 && segment.source.address.length != 16))
            abort();
        for (size_t i = 0; i < segment.payload.len; i++)
            sum += segment.payload.ptr[i];
        if (sum > segment.payload.len * 255)
            abort();
    }
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_decoder decoder;
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ data, size }, &fault);
    uint32_t link_type = rd_u16(&r, "link type");

    decoder_init(&decoder);
    while (rd_more(&r)) {
        size_t length = rd_u16(&r, "length");
        uint32_t more = rd_u8(&r, "more");
        push(&decoder, rd_bytes(&r, length < rd_left(&r) ? length : rd_left(&r), "frame"), more, link_type);
    }
    decoder_cleanup(&decoder);
    return 0;
}
