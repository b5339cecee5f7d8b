#include "net/fragments.h"

#include <stdlib.h>
#include <string.h>

#define UNIT 8u /* fragments begin at multiples of this (RFC 791, section 3.1) */
#define UNITS (HL_DATAGRAM_MAX / UNIT + 1)

struct hl_datagram {
    struct hl_address source, destination;
    uint32_t id;
    uint8_t protocol;
    int64_t first_ns;
    size_t total;     /* bytes; 0 until the last fragment came */
    size_t size;      /* of data */
    uint8_t *data;
    struct hl_kept_packet *frames, *last_frame; /* that brought it */
    size_t frame_bytes;
    uint8_t have[UNITS]; /* 1: this unit is there */
};

static void datagram_free(struct hl_datagram *datagram)
{
    if (datagram != NULL) {
        free(datagram->data);
        kept_packets_free(datagram->frames);
    }
    free(datagram);
}

void fragments_cleanup(struct hl_fragments *fragments)
{
    for (size_t i = 0; i < fragments->count; i++)
        datagram_free(fragments->waiting[i]);
    datagram_free(fragments->complete);
    *fragments = (struct hl_fragments){ .count = 0 };
}

static void take_out(struct hl_fragments *fragments, size_t i)
{
    memmove(&fragments->waiting[i], &fragments->waiting[i + 1],
            (fragments->count - i - 1) * sizeof fragments->waiting[0]);
    fragments->count--;
}

static bool same_address(const struct hl_address *a, const struct hl_address *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* RFC 791, section 3.2; RFC 8200, section 4.5 (where the protocol is not part of it). */
static bool belongs(const struct hl_datagram *datagram, const struct hl_fragment *fragment)
{
    return datagram->id == fragment->id && same_address(&datagram->source, &fragment->source)
           && same_address(&datagram->destination, &fragment->destination)
           && (fragment->source.length == 16 || datagram->protocol == fragment->protocol);
}

static size_t find_or_add(struct hl_fragments *fragments, const struct hl_fragment *fragment)
{
    for (size_t i = 0; i < fragments->count; i++) {
        if (belongs(fragments->waiting[i], fragment))
            return i;
    }
    if (fragments->count == HL_FRAGMENT_DATAGRAMS_MAX) {
        datagram_free(fragments->waiting[0]);
        take_out(fragments, 0);
    }
    struct hl_datagram *datagram = calloc(1, sizeof *datagram);
    if (datagram != NULL) {
        datagram->source = fragment->source;
        datagram->destination = fragment->destination;
        datagram->id = fragment->id;
        datagram->protocol = fragment->protocol;
        datagram->first_ns = fragment->time_ns;
        fragments->waiting[fragments->count++] = datagram;
    }
    return datagram != NULL ? fragments->count - 1 : SIZE_MAX;
}

/* Copy the units that are new. Only the datagram's last unit may be short. */
static bool add(struct hl_datagram *datagram, const struct hl_fragment *fragment)
{
    size_t end = fragment->offset + fragment->data.len;

    if (end > HL_DATAGRAM_MAX)
        return false;
    if (end > datagram->size) {
        uint8_t *larger = realloc(datagram->data, end);
        if (larger == NULL)
            return false;
        datagram->data = larger;
        datagram->size = end;
    }
    if (!fragment->more && datagram->total == 0)
        datagram->total = end + fragment->missing;
    for (size_t at = fragment->offset; at < end; at += UNIT) {
        size_t n = end - at < UNIT ? end - at : UNIT;
        if (datagram->have[at / UNIT] || (n < UNIT && end != datagram->total))
            continue;
        memcpy(datagram->data + at, fragment->data.ptr + (at - fragment->offset), n);
        datagram->have[at / UNIT] = 1;
    }
    return true;
}

/* Whoever sends the same fragment over and over does not fill the memory. */
static void add_frames(struct hl_datagram *datagram, struct hl_kept_packet *frames)
{
    while (frames != NULL) {
        struct hl_kept_packet *frame = frames;
        frames = frame->next;
        frame->next = NULL;
        if (datagram->frame_bytes + frame->captured > HL_KEPT_FRAGMENTS_MAX) {
            kept_packets_free(frame);
            continue;
        }
        datagram->frame_bytes += frame->captured;
        if (datagram->last_frame != NULL)
            datagram->last_frame->next = frame;
        else
            datagram->frames = frame;
        datagram->last_frame = frame;
    }
}

static bool is_complete(const struct hl_datagram *datagram)
{
    if (datagram->total == 0 || datagram->total > datagram->size)
        return false;
    return memchr(datagram->have, 0, (datagram->total + UNIT - 1) / UNIT) == NULL;
}

bool fragments_push(struct hl_fragments *fragments, struct hl_fragment *fragment, struct hl_span *payload,
                    uint8_t *protocol)
{
    while (fragments->count > 0
           && fragment->time_ns - fragments->waiting[0]->first_ns > HL_FRAGMENT_TIMEOUT_NS) {
        datagram_free(fragments->waiting[0]);
        take_out(fragments, 0);
    }
    size_t i = find_or_add(fragments, fragment);
    struct hl_kept_packet *frames = fragment->frames;
    fragment->frames = NULL;
    if (i == SIZE_MAX) {
        kept_packets_free(frames);
        return false;
    }

    struct hl_datagram *datagram = fragments->waiting[i];
    add_frames(datagram, frames);
    if (fragment->offset == 0)
        datagram->protocol = fragment->protocol;
    if (!add(datagram, fragment) || !is_complete(datagram))
        return false;
    take_out(fragments, i);
    /* Not before: of a fragmented tunnel in fragments, this fragment lies in the datagram before. */
    datagram_free(fragments->complete);
    fragments->complete = datagram;
    fragment->frames = datagram->frames;
    datagram->frames = NULL;
    *payload = (struct hl_span){ datagram->data, datagram->total };
    *protocol = datagram->protocol;
    return true;
}
