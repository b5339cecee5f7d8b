/* Classic pcap files: draft-ietf-opsawg-pcap. */
#include "base/error.h"
#include "base/limits.h"
#include "base/reader.h"
#include "capture/format.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_LENGTH 24u
#define RECORD_LENGTH 16u

struct pcap_file {
    struct hl_input *input;
    const char *path;
    bool little_endian;
    int64_t fraction_ns; /* what a unit of the second timestamp field is worth */
    uint32_t link_type;
};

static const struct {
    uint8_t magic[4];
    bool little_endian;
    int64_t fraction_ns;
} variants[] = {
    { { 0xa1, 0xb2, 0xc3, 0xd4 }, false, 1000 },
    { { 0xd4, 0xc3, 0xb2, 0xa1 }, true, 1000 },
    { { 0xa1, 0xb2, 0x3c, 0x4d }, false, 1 },
    { { 0x4d, 0x3c, 0xb2, 0xa1 }, true, 1 },
};

enum { VARIANTS = sizeof variants / sizeof variants[0] };

static size_t variant_of(struct hl_span start)
{
    size_t i = 0;

    while (i < VARIANTS && memcmp(start.ptr, variants[i].magic, sizeof variants[i].magic) != 0)
        i++;
    return i;
}

static bool matches(struct hl_span start)
{
    return variant_of(start) < VARIANTS;
}

static uint32_t read_u32(const struct pcap_file *file, struct hl_reader *r, const char *field)
{
    return file->little_endian ? rd_u32le(r, field) : rd_u32(r, field);
}

static void *open_file(struct hl_input *input, const char *path, struct hl_error *error)
{
    struct hl_span header = input_peek(input, HEADER_LENGTH);
    size_t variant = variant_of(header);
    struct hl_fault fault;
    struct hl_reader r = rd_init(header, &fault);

    struct pcap_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    *file = (struct pcap_file){
        .input = input,
        .path = path,
        .little_endian = variants[variant].little_endian,
        .fraction_ns = variants[variant].fraction_ns,
    };
    rd_bytes(&r, 4, "Magic Number");
    rd_bytes(&r, 2, "Major Version");
    rd_bytes(&r, 2, "Minor Version");
    rd_bytes(&r, 8, "Reserved1, Reserved2");
    rd_bytes(&r, 4, "SnapLen");
    file->link_type = read_u32(file, &r, "LinkType") & 0xffff; /* above: frame check sequence bits */
    if (!rd_ok(&r)) {
        format_cut(error, path, 0, "file header");
        free(file);
        return NULL;
    }
    input_skip(input, HEADER_LENGTH);
    return file;
}

/* Of a mapped file the next header comes from memory, not from a cache: ask for it now. In bulk
 * transfers packets are of one size, so the ones behind it can be guessed. A wrong guess costs nothing. */
static void prefetch_next(struct hl_span whole)
{
    const uintptr_t at = (uintptr_t)whole.ptr;

    for (size_t i = 1; i <= 4; i++) {
        __builtin_prefetch((const void *)(at + i * whole.len));
        __builtin_prefetch((const void *)(at + i * whole.len + 64));
    }
}

static enum hl_capture_result next(void *state, struct hl_packet *packet, struct hl_error *error)
{
    struct pcap_file *file = state;
    struct hl_span record = input_peek(file->input, RECORD_LENGTH);
    struct hl_fault fault;
    struct hl_reader r = rd_init(record, &fault);

    if (record.len == 0)
        return CAPTURE_END;
    int64_t seconds = read_u32(file, &r, "Timestamp (Seconds)");
    int64_t fraction = read_u32(file, &r, "Timestamp (Microseconds or nanoseconds)");
    uint32_t captured = read_u32(file, &r, "Captured Packet Length");
    uint32_t length = read_u32(file, &r, "Original Packet Length");
    uint64_t offset = input_offset(file->input);

    if (!rd_ok(&r))
        return format_cut(error, file->path, offset, "packet header");
    if (captured > HL_PACKET_MAX)
        return format_damaged(error, file->path, offset, "a packet of more than 16 MiB");

    struct hl_span whole = input_peek(file->input, RECORD_LENGTH + captured);
    if (whole.len < RECORD_LENGTH + captured)
        return format_cut(error, file->path, offset, "packet");
    input_skip(file->input, whole.len);
    prefetch_next(whole);
    packet->time_ns = seconds * 1000000000 + fraction * file->fraction_ns;
    packet->data = (struct hl_span){ whole.ptr + RECORD_LENGTH, captured };
    packet->length = length > captured ? length : captured;
    packet->link_type = file->link_type;
    return CAPTURE_PACKET;
}

const struct hl_format format_pcap = {
    .name = "pcap",
    .magic_length = 4,
    .matches = matches,
    .open = open_file,
    .next = next,
    .close = free,
};
