/* Handshakes as a pcapng file: handlens/packets.h. */
#include <handlens/packets.h>

#include "base/error.h"
#include "base/limits.h"
#include "capture/pcapng_writer.h"
#include "inspect/packets.h"

#include <inttypes.h>
#include <stdlib.h>

struct hl_packet_writer {
    struct pcapng_writer file;
    unsigned flags;
    bool out_of_memory;
    struct hl_buffer copy; /* of the packet being written */
    uint64_t left_out;     /* packets beyond the caps */
    uint64_t cut_short;    /* handshakes they were part of */
};

static enum hl_status status_of(const struct hl_packet_writer *writer, struct hl_error *error)
{
    if (writer->out_of_memory)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    if (writer->file.failed)
        return error_set(error, HL_ERR_IO, NULL, "packets could not be written");
    return HL_OK;
}

struct hl_packet_writer *hl_packet_writer_new(unsigned flags, hl_write_fn *write, void *user, struct hl_error *error)
{
    struct hl_packet_writer *writer = calloc(1, sizeof *writer);

    if (writer == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    writer->flags = flags;
    buf_init(&writer->copy, HL_PACKET_MAX);
    pcapng_writer_init(&writer->file, write, user);
    if (!pcapng_writer_begin(&writer->file, "handlens " HANDLENS_VERSION)) {
        (void)status_of(writer, error);
        hl_packet_writer_free(writer);
        return NULL;
    }
    return writer;
}

void hl_packet_writer_free(struct hl_packet_writer *writer)
{
    if (writer == NULL)
        return;
    buf_cleanup(&writer->copy);
    free(writer);
}

/* Fits hl_write_fn; all lines come at once. */
static bool write_secrets(void *user, const void *bytes, size_t n)
{
    return pcapng_writer_secrets(user, (struct hl_span){ bytes, n });
}

static void write_packets(struct hl_packet_writer *writer, const struct hl_handshake *hs)
{
    const struct hl_kept_packet *packet = hs->connection.kept->first;

    for (; packet != NULL && !writer->file.failed && !writer->copy.failed; packet = packet->next) {
        if (!packet_trim(hs, packet, &writer->copy))
            continue;
        const struct hl_packet out = {
            .time_ns = packet->at.time_ns,
            .data = buf_view(&writer->copy),
            .length = packet->length,
            .link_type = packet->link_type,
        };
        (void)pcapng_writer_packet(&writer->file, &out);
    }
    writer->out_of_memory |= writer->copy.failed;
}

enum hl_status hl_packet_writer_handshake(struct hl_packet_writer *writer, const struct hl_handshake *hs,
                                          struct hl_error *error)
{
    const uint32_t left_out = hl_handshake_packets_left_out(hs);

    if (hs->connection.kept == NULL || writer->out_of_memory || writer->file.failed)
        return status_of(writer, error);
    writer->left_out += left_out;
    writer->cut_short += left_out > 0;
    if ((writer->flags & HL_WRITE_SECRETS) != 0 && !hl_handshake_key_log(hs, write_secrets, &writer->file))
        writer->out_of_memory |= !writer->file.failed;
    if (!writer->out_of_memory)
        write_packets(writer, hs);
    return status_of(writer, error);
}

bool hl_packet_writer_warning(const struct hl_packet_writer *writer, size_t number, struct hl_error *out)
{
    if (writer->left_out > 0 && number-- == 0) {
        error_set(out, HL_OK, NULL, "%" PRIu64 " packet%s of %" PRIu64 " handshake%s %s left out: too many to keep",
                  writer->left_out, writer->left_out == 1 ? "" : "s", writer->cut_short,
                  writer->cut_short == 1 ? "" : "s", writer->left_out == 1 ? "was" : "were");
        return true;
    }
    return false;
}
