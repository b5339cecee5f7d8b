#include "net/kept.h"

#include "base/limits.h"
#include "net/decode.h"

#include <stdlib.h>
#include <string.h>

struct hl_kept_packet *kept_packet_new(const struct hl_frame *frame)
{
    struct hl_kept_packet *packet = malloc(sizeof *packet + frame->data.len);

    if (packet == NULL)
        return NULL;
    *packet = (struct hl_kept_packet){
        .at = frame->at,
        .link_type = frame->link_type,
        .length = frame->length > frame->data.len ? frame->length : (uint32_t)frame->data.len,
        .captured = (uint32_t)frame->data.len,
    };
    if (frame->data.len > 0)
        memcpy(packet->data, frame->data.ptr, frame->data.len);
    return packet;
}

void kept_packets_free(struct hl_kept_packet *list)
{
    while (list != NULL) {
        struct hl_kept_packet *next = list->next;
        free(list);
        list = next;
    }
}

static size_t size_of(const struct hl_kept_packet *packet)
{
    return sizeof *packet + packet->captured;
}

static bool has_room(const struct hl_keeper *keeper, const struct hl_kept *kept, size_t size)
{
    return kept->bytes + size <= HL_KEPT_CONNECTION_MAX && keeper->bytes + size <= HL_KEPT_MAX
           && (!kept->over || kept->after + size <= HL_KEPT_AFTER_MAX);
}

static void add_one(struct hl_keeper *keeper, struct hl_kept *kept, struct hl_kept_packet *packet, struct hl_moment at)
{
    const size_t size = size_of(packet);

    packet->next = NULL;
    if (!has_room(keeper, kept, size)) {
        if (kept->left_out++ == 0)
            kept->left_out_at = at;
        free(packet);
        return;
    }
    *kept->end = packet;
    kept->end = &packet->next;
    kept->bytes += size;
    keeper->bytes += size;
    if (kept->over)
        kept->after += size;
}

void keeper_add(struct hl_keeper *keeper, struct hl_kept **kept, struct hl_kept_packet *list, struct hl_moment at)
{
    if (*kept == NULL) {
        *kept = calloc(1, sizeof **kept);
        if (*kept == NULL) {
            kept_packets_free(list);
            return;
        }
        (*kept)->end = &(*kept)->first;
        (*kept)->bytes = sizeof **kept;
        keeper->bytes += sizeof **kept;
    }
    for (struct hl_kept_packet *next; list != NULL; list = next) {
        next = list->next;
        add_one(keeper, *kept, list, at);
    }
}

void keeper_drop(struct hl_keeper *keeper, struct hl_kept **kept)
{
    if (*kept == NULL)
        return;
    keeper->bytes -= (*kept)->bytes;
    kept_packets_free((*kept)->first);
    free(*kept);
    *kept = NULL;
}

static bool is_within(const uint8_t *place, struct hl_span bytes)
{
    return place >= bytes.ptr && place <= bytes.ptr + bytes.len;
}

void keeper_take(struct hl_keeper *keeper, struct hl_kept **kept, struct hl_segment *segment, unsigned direction)
{
    struct hl_kept_packet *list = segment->frames != NULL ? segment->frames : kept_packet_new(segment->frame);
    const bool fragments = segment->frames != NULL;
    const struct hl_span frame = segment->frame->data;

    segment->frames = NULL;
    for (struct hl_kept_packet *packet = list; packet != NULL; packet = packet->next) {
        packet->direction = (uint8_t)direction;
        packet->seq = segment->datagram ? 0 : segment->seq + ((segment->flags & TCP_SYN) != 0);
        packet->segment_length = (uint32_t)segment->payload.len;
        if (fragments || !is_within(segment->network, frame) || !is_within(segment->payload.ptr, frame)) {
            packet->fragment = true;
            continue;
        }
        packet->network = (uint32_t)(segment->network - frame.ptr);
        packet->transport = (uint32_t)(segment->transport - frame.ptr);
        packet->payload = (uint32_t)(segment->payload.ptr - frame.ptr);
    }
    keeper_add(keeper, kept, list, segment->at);
}
