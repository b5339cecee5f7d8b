#include "capture/pcapng_writer.h"

#include <string.h>

enum { SECTION_HEADER = 0x0a0d0d0a, INTERFACE_DESCRIPTION = 1, ENHANCED_PACKET = 6, DECRYPTION_SECRETS = 10 };
enum { OPTION_END = 0, SHB_USERAPPL = 4, IF_TSRESOL = 9 };
enum { TLS_KEY_LOG = 0x544c534b };

/* The part of a block that stands before its data: no block here has more of it. */
struct head {
    uint8_t bytes[32];
    size_t length;
};

static void put_u16(struct head *head, uint32_t value)
{
    for (unsigned shift = 0; shift < 16; shift += 8)
        head->bytes[head->length++] = (uint8_t)(value >> shift);
}

static void put_u32(struct head *head, uint32_t value)
{
    put_u16(head, value & 0xffff);
    put_u16(head, value >> 16);
}

static bool put(struct pcapng_writer *writer, const void *bytes, size_t n)
{
    if (!writer->failed && n > 0 && !writer->write(writer->ctx, bytes, n))
        writer->failed = true;
    return !writer->failed;
}

/* Type and length; `body` bytes stand between them and the length at the end. */
static struct head head_of(uint32_t type, size_t body)
{
    struct head head = { .length = 0 };

    put_u32(&head, type);
    put_u32(&head, (uint32_t)(body + 12));
    return head;
}

static size_t padding_of(size_t length)
{
    return (4 - length % 4) % 4;
}

/* A block: its head, data, zeros up to a multiple of four, its length again. */
static bool put_block(struct pcapng_writer *writer, const struct head *head, struct hl_span data)
{
    static const uint8_t zeros[4] = { 0 };

    return put(writer, head->bytes, head->length) && put(writer, data.ptr, data.len)
           && put(writer, zeros, padding_of(data.len)) && put(writer, head->bytes + 4, 4);
}

void pcapng_writer_init(struct pcapng_writer *writer, pcapng_write_fn *write, void *ctx)
{
    *writer = (struct pcapng_writer){ .write = write, .ctx = ctx };
}

bool pcapng_writer_begin(struct pcapng_writer *writer, const char *application)
{
    const size_t length = strlen(application);
    struct head head = head_of(SECTION_HEADER, 16 + 4 + length + padding_of(length));

    put_u32(&head, 0x1a2b3c4d);
    put_u32(&head, 1); /* version 1.0 */
    put_u32(&head, UINT32_MAX); /* the length of the section is not told */
    put_u32(&head, UINT32_MAX);
    put_u16(&head, SHB_USERAPPL);
    put_u16(&head, (uint32_t)length);
    return put_block(writer, &head, (struct hl_span){ (const uint8_t *)application, length });
}

bool pcapng_writer_secrets(struct pcapng_writer *writer, struct hl_span key_log)
{
    struct head head = head_of(DECRYPTION_SECRETS, 8 + key_log.len + padding_of(key_log.len));

    put_u32(&head, TLS_KEY_LOG);
    put_u32(&head, (uint32_t)key_log.len);
    return put_block(writer, &head, key_log);
}

/* The number of the interface with this link type, which is described when it comes for the first time. */
static bool find_interface(struct pcapng_writer *writer, uint32_t link_type, uint32_t *number)
{
    static const uint8_t options[] = { IF_TSRESOL, 0, 1, 0, 9, 0, 0, 0, OPTION_END, 0, 0, 0 };

    for (*number = 0; *number < writer->interface_count; ++*number) {
        if (writer->link_types[*number] == link_type)
            return true;
    }
    if (writer->interface_count == PCAPNG_WRITER_INTERFACES_MAX || link_type > UINT16_MAX)
        return false;
    writer->link_types[writer->interface_count++] = link_type;
    struct head head = head_of(INTERFACE_DESCRIPTION, 8 + sizeof options);
    put_u32(&head, link_type);
    put_u32(&head, 0); /* no snap length */
    return put_block(writer, &head, (struct hl_span){ options, sizeof options });
}

bool pcapng_writer_packet(struct pcapng_writer *writer, const struct hl_packet *packet)
{
    const uint64_t time = packet->time_ns > 0 ? (uint64_t)packet->time_ns : 0;
    uint32_t interface;

    if (!find_interface(writer, packet->link_type, &interface))
        return false;
    struct head head = head_of(ENHANCED_PACKET, 20 + packet->data.len + padding_of(packet->data.len));
    put_u32(&head, interface);
    put_u32(&head, (uint32_t)(time >> 32));
    put_u32(&head, (uint32_t)time);
    put_u32(&head, (uint32_t)packet->data.len);
    put_u32(&head, packet->length);
    return put_block(writer, &head, packet->data);
}
