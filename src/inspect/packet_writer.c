/* Handshakes as a pcapng file: handlens/packets.h. */
#include <handlens/packets.h>

#include "base/error.h"
#include "base/limits.h"
#include "capture/pcapng_writer.h"
#include "inspect/packets.h"
#include "inspect/redact.h"
#include "wire/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/random.h>

struct hl_packet_writer {
    struct pcapng_writer file;
    unsigned flags;
    struct redactor *redactor; /* NULL: packets stay as they are */
    bool out_of_memory;
    struct hl_buffer copy; /* of the packet being written */
    uint64_t left_out;     /* packets beyond the caps */
    uint64_t cut_short;    /* handshakes they were part of */
    uint64_t still_named;  /* handshakes whose encrypted names can be read with their secrets */
};

static enum hl_status status_of(const struct hl_packet_writer *writer, struct hl_error *error)
{
    if (writer->out_of_memory)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    if (writer->file.failed)
        return error_set(error, HL_ERR_IO, NULL, "packets could not be written");
    return HL_OK;
}

static struct redactor *new_redactor(void)
{
    uint64_t seed = 0;

    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = (uint64_t)(uintptr_t)&new_redactor; /* early at boot: an address has to do */
    return redactor_new(seed);
}

struct hl_packet_writer *hl_packet_writer_new(unsigned flags, hl_write_fn *write, void *user, struct hl_error *error)
{
    struct hl_packet_writer *writer = calloc(1, sizeof *writer);

    if (writer == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    writer->flags = flags;
    if ((flags & HL_WRITE_REDACTED) != 0 && (writer->redactor = new_redactor()) == NULL) {
        free(writer);
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
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
    redactor_free(writer->redactor);
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
        struct hl_packet out = {
            .time_ns = packet->at.time_ns,
            .data = buf_view(&writer->copy),
            .length = packet->length,
            .link_type = packet->link_type,
        };
        if (writer->redactor != NULL && !redact_packet(writer->redactor, packet, &writer->copy, &out))
            continue;
        (void)pcapng_writer_packet(&writer->file, &out);
    }
    writer->out_of_memory |= writer->copy.failed || (writer->redactor != NULL && redactor_failed(writer->redactor));
}

/* Names that came encrypted, and were opened: whoever has the file can do that, too. */
static bool has_hidden_names(const struct hl_handshake *hs)
{
    enum { CLIENT_HELLO = 1, CERTIFICATE = 11, CERTIFICATE_REQUEST = 13, COMPRESSED_CERTIFICATE = 25 };

    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->content_type == CONTENT_HANDSHAKE && m->decrypted
            && (m->type == CLIENT_HELLO || m->type == CERTIFICATE || m->type == CERTIFICATE_REQUEST
                || m->type == COMPRESSED_CERTIFICATE))
            return true;
    }
    return false;
}

enum hl_status hl_packet_writer_handshake(struct hl_packet_writer *writer, const struct hl_handshake *hs,
                                          struct hl_error *error)
{
    const uint32_t left_out = hl_handshake_packets_left_out(hs);

    if (hs->connection.kept == NULL || writer->out_of_memory || writer->file.failed)
        return status_of(writer, error);
    writer->left_out += left_out;
    writer->cut_short += left_out > 0;
    if (writer->redactor != NULL && !redact_begin(writer->redactor, hs)) {
        writer->out_of_memory |= redactor_failed(writer->redactor);
        return status_of(writer, error);
    }
    if ((writer->flags & HL_WRITE_SECRETS) != 0 && !hl_handshake_key_log(hs, write_secrets, &writer->file))
        writer->out_of_memory |= !writer->file.failed;
    if (writer->redactor != NULL && (writer->flags & HL_WRITE_SECRETS) != 0)
        writer->still_named += has_hidden_names(hs);
    if (!writer->out_of_memory)
        write_packets(writer, hs);
    return status_of(writer, error);
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

/* One line for each kind of thing; false when there was none of it. */
static bool put_warning(const struct hl_packet_writer *writer, unsigned kind, struct hl_error *out)
{
    const struct redact_counters none = { 0, 0 };
    const struct redact_counters *redacted = writer->redactor != NULL ? redactor_counters(writer->redactor) : &none;
    uint64_t n;

    switch (kind) {
    case 0:
        n = writer->left_out;
        error_set(out, HL_OK, NULL, "%" PRIu64 " packet%s of %" PRIu64 " handshake%s not written: there were too many to keep",
                  n, plural(n), writer->cut_short, writer->cut_short == 1 ? " was" : "s were");
        return n > 0;
    case 1:
        n = redacted->handshakes_left_out;
        error_set(out, HL_OK, NULL, "%" PRIu64 " handshake%s not written: names may stand in bytes that are missing, malformed or in "
                  "datagrams (DTLS, QUIC)",
                  n, n == 1 ? " was" : "s were");
        return n > 0;
    case 2:
        n = redacted->packets_left_out;
        error_set(out, HL_OK, NULL, "%" PRIu64 " packet%s not written: fragments, or cut within their headers", n,
                  n == 1 ? " was" : "s were");
        return n > 0;
    default:
        n = writer->still_named;
        error_set(out, HL_OK, NULL, "names inside encrypted messages of %" PRIu64 " handshake%s were not replaced: they can "
                  "be read with the secrets in the file", n, plural(n));
        return n > 0;
    }
}

bool hl_packet_writer_warning(const struct hl_packet_writer *writer, size_t number, struct hl_error *out)
{
    for (unsigned kind = 0; kind < 4; kind++) {
        if (put_warning(writer, kind, out) && number-- == 0)
            return true;
    }
    return false;
}
