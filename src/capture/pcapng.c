/* pcapng files: draft-ietf-opsawg-pcapng. */
#include "base/error.h"
#include "base/limits.h"
#include "base/reader.h"
#include "capture/format.h"

#include <stdlib.h>
#include <string.h>

enum block_type {
    BLOCK_SECTION_HEADER = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 2, /* obsolete */
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_ENHANCED_PACKET = 6,
    BLOCK_DECRYPTION_SECRETS = 10,
};

enum option_code { OPTION_END = 0, IF_TSRESOL = 9, IF_TSOFFSET = 14 };

struct interface {
    uint32_t link_type;
    uint32_t snap_length; /* 0: no limit */
    int64_t offset_s;
    uint64_t units; /* timestamp units in a second */
};

struct pcapng {
    struct hl_input *input;
    const char *path;
    bool little_endian;
    struct interface *interfaces; /* of the current section */
    size_t count, size;
    bool searching;    /* for secrets, before the first packet */
    bool found;        /* ... there are some */
    uint64_t searched; /* ... up to here; they have been told */
};

static uint16_t read_u16(const struct pcapng *file, struct hl_reader *r, const char *field)
{
    return file->little_endian ? rd_u16le(r, field) : rd_u16(r, field);
}

static uint32_t read_u32(const struct pcapng *file, struct hl_reader *r, const char *field)
{
    return file->little_endian ? rd_u32le(r, field) : rd_u32(r, field);
}

static bool matches(struct hl_span start)
{
    return memcmp(start.ptr, "\x0a\x0d\x0d\x0a", 4) == 0;
}

static void *open_file(struct hl_input *input, const char *path, struct hl_error *error)
{
    struct pcapng *file = calloc(1, sizeof *file);

    if (file == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    file->input = input;
    file->path = path;
    file->searching = input_can_rewind(input);
    return file;
}

static void close_file(void *state)
{
    struct pcapng *file = state;

    free(file->interfaces);
    free(file);
}

/* Units in a second: if_tsresol is a power of 10, or of 2 with the top bit set (section 4.2). */
static uint64_t units_of(uint8_t resolution)
{
    unsigned exponent = resolution & 0x7f;
    uint64_t units = 1;

    if (resolution & 0x80)
        return exponent < 64 ? (uint64_t)1 << exponent : 0;
    if (exponent > 19)
        return 0;
    while (exponent-- > 0)
        units *= 10;
    return units;
}

static void read_interface_options(const struct pcapng *file, struct hl_reader *r, struct interface *out)
{
    while (rd_more(r)) {
        uint16_t code = read_u16(file, r, "Option Code");
        uint16_t length = read_u16(file, r, "Option Length");
        struct hl_reader value = rd_within(r, rd_bytes(r, length, "Option Value"));

        if (code == OPTION_END)
            return;
        if (code == IF_TSRESOL && length == 1)
            out->units = units_of(rd_u8(&value, "if_tsresol"));
        if (code == IF_TSOFFSET && length == 8) {
            uint64_t offset = rd_u64(&value, "if_tsoffset");
            out->offset_s = (int64_t)(file->little_endian ? __builtin_bswap64(offset) : offset);
        }
        rd_bytes(r, (4 - length % 4u) % 4, "Option padding");
    }
}

static bool read_interface(struct pcapng *file, struct hl_reader *r)
{
    if (file->count == HL_INTERFACES_MAX)
        return true;
    if (file->count == file->size) {
        size_t size = file->size > 0 ? 2 * file->size : 4;
        struct interface *larger = realloc(file->interfaces, size * sizeof *larger);
        if (larger == NULL)
            return false;
        file->interfaces = larger;
        file->size = size;
    }
    struct interface *interface = &file->interfaces[file->count];
    *interface = (struct interface){ .units = 1000000 };
    interface->link_type = read_u16(file, r, "LinkType");
    rd_bytes(r, 2, "Reserved");
    interface->snap_length = read_u32(file, r, "SnapLen");
    if (!rd_ok(r))
        return true;
    file->count++;
    read_interface_options(file, r, interface);
    return true;
}

static int64_t nanoseconds(const struct interface *interface, uint64_t timestamp)
{
    uint64_t units = interface->units;

    if (units == 0)
        return 0;
    uint64_t seconds = timestamp / units;
    uint64_t rest = timestamp % units;
    uint64_t fraction = units <= 1000000000 ? rest * 1000000000 / units
                                            : (uint64_t)((double)rest / (double)units * 1e9);
    uint64_t total = (seconds + (uint64_t)interface->offset_s) * 1000000000 + fraction;
    return (int64_t)(total & INT64_MAX);
}

/* True when the block held a packet of an interface that was described. */
static bool read_packet(const struct pcapng *file, uint32_t type, struct hl_reader *r, struct hl_packet *packet)
{
    size_t number = 0;
    uint64_t timestamp = 0;
    uint32_t captured = UINT32_MAX;

    if (type == BLOCK_ENHANCED_PACKET)
        number = read_u32(file, r, "Interface ID");
    if (type == BLOCK_PACKET) {
        number = read_u16(file, r, "Interface ID");
        rd_bytes(r, 2, "Drops Count");
    }
    if (type != BLOCK_SIMPLE_PACKET) {
        timestamp = (uint64_t)read_u32(file, r, "Timestamp (Upper)") << 32;
        timestamp |= read_u32(file, r, "Timestamp (Lower)");
        captured = read_u32(file, r, "Captured Packet Length");
    }
    uint32_t length = read_u32(file, r, "Original Packet Length");
    if (!rd_ok(r) || number >= file->count)
        return false;

    const struct interface *interface = &file->interfaces[number];
    if (type == BLOCK_SIMPLE_PACKET) /* section 4.4: the length is implied */
        captured = interface->snap_length > 0 && interface->snap_length < length ? interface->snap_length : length;
    packet->data = rd_bytes(r, captured < rd_left(r) ? captured : rd_left(r), "Packet Data");
    packet->length = length > packet->data.len ? length : (uint32_t)packet->data.len;
    packet->time_ns = nanoseconds(interface, timestamp);
    packet->link_type = interface->link_type;
    return true;
}

/* Decryption secrets (section 4.7): true when they are a TLS key log. */
static bool read_secrets(const struct pcapng *file, struct hl_reader *r, struct hl_packet *packet)
{
    enum { TLS_KEY_LOG = 0x544c534b };

    uint32_t type = read_u32(file, r, "Secrets Type");
    uint32_t length = read_u32(file, r, "Secrets Length");
    packet->data = rd_bytes(r, length < rd_left(r) ? length : rd_left(r), "Secrets Data");
    return rd_ok(r) && type == TLS_KEY_LOG;
}

/* A section header says the byte order for all that follows, its own length included. */
static void read_byte_order(struct pcapng *file, struct hl_span head)
{
    file->little_endian = memcmp(head.ptr + 8, "\x4d\x3c\x2b\x1a", 4) == 0;
    file->count = 0;
}

/* A key log may be longer than a packet. */
static bool is_block_length(uint32_t type, uint32_t length)
{
    return length >= 12 && length % 4 == 0
           && length <= (type == BLOCK_DECRYPTION_SECRETS ? HL_SECRETS_BLOCK_MAX : HL_PACKET_MAX);
}

/* Type and length of the block that begins with `head`, 12 bytes. */
static void read_head(struct pcapng *file, struct hl_span head, uint32_t *type, uint32_t *length)
{
    struct hl_fault fault;

    if (matches(head))
        read_byte_order(file, head);
    struct hl_reader r = rd_init(head, &fault);
    *type = read_u32(file, &r, "Block Type");
    *length = read_u32(file, &r, "Block Total Length");
}

static struct hl_reader body_of(struct hl_span block, struct hl_fault *fault)
{
    return rd_init((struct hl_span){ block.ptr + 8, block.len - 12 }, fault);
}

/* Secrets may stand behind the packets that they open. So a plain file is gone over first, from head to head of its
 * blocks. Where it is damaged or cut short there is nothing more to be found: that is said behind its packets. */
static bool search_secrets(struct pcapng *file, struct hl_packet *packet)
{
    while (file->found || input_offset(file->input) < HL_SECRETS_SEARCH_MAX) {
        struct hl_span head = input_peek(file->input, 12);
        struct hl_fault fault;
        uint32_t type, length;
        if (head.len < 12)
            break;
        read_head(file, head, &type, &length);
        if (!is_block_length(type, length))
            break;
        if (type != BLOCK_DECRYPTION_SECRETS) {
            input_jump(file->input, length);
            continue;
        }
        struct hl_span block = input_peek(file->input, length);
        if (block.len < length)
            break;
        input_skip(file->input, length);
        struct hl_reader r = body_of(block, &fault);
        file->found = true;
        if (read_secrets(file, &r, packet))
            return true;
    }
    file->searching = false;
    file->searched = input_offset(file->input);
    input_rewind(file->input);
    return false;
}

static enum hl_capture_result next(void *state, struct hl_packet *packet, struct hl_error *error)
{
    struct pcapng *file = state;

    if (file->searching && search_secrets(file, packet))
        return CAPTURE_SECRETS;
    for (;;) {
        uint64_t offset = input_offset(file->input);
        struct hl_span head = input_peek(file->input, 12);
        struct hl_fault fault;
        if (head.len == 0)
            return CAPTURE_END;
        if (head.len < 12)
            return format_cut(error, file->path, offset, "block header");
        uint32_t type, length;
        read_head(file, head, &type, &length);
        if (!is_block_length(type, length))
            return format_damaged(error, file->path, offset, "a block with an impossible length");

        struct hl_span block = input_peek(file->input, length);
        if (block.len < length)
            return format_cut(error, file->path, offset, "block");
        input_skip(file->input, length);

        struct hl_reader r = body_of(block, &fault);
        if (type == BLOCK_INTERFACE && !read_interface(file, &r)) {
            error_set(error, HL_ERR_MEMORY, NULL, "%s: out of memory", file->path);
            return CAPTURE_FAILED;
        }
        if (type == BLOCK_DECRYPTION_SECRETS && offset >= file->searched && read_secrets(file, &r, packet))
            return CAPTURE_SECRETS;
        bool is_packet = type == BLOCK_ENHANCED_PACKET || type == BLOCK_SIMPLE_PACKET || type == BLOCK_PACKET;
        if (is_packet && read_packet(file, type, &r, packet))
            return CAPTURE_PACKET;
    }
}

const struct hl_format format_pcapng = {
    .name = "pcapng",
    .magic_length = 4,
    .matches = matches,
    .open = open_file,
    .next = next,
    .close = close_file,
};
