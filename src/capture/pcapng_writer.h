/* pcapng_writer.h - a pcapng file, block by block (draft-ietf-opsawg-pcapng).
 *
 * Little-endian, one section, an interface a link type, time in nanoseconds. The bytes go to a function of the owner's;
 * once that returns false, nothing more is written and every call returns false.
 *
 *   pcapng_writer_init(&writer, write, ctx);
 *   pcapng_writer_begin(&writer, "handlens 1.0");
 *   pcapng_writer_secrets(&writer, key_log);   // before the packets that they open
 *   pcapng_writer_packet(&writer, &packet);
 *
 * Nothing is buffered, and there is nothing to clean up. */
#ifndef HL_CAPTURE_PCAPNG_WRITER_H
#define HL_CAPTURE_PCAPNG_WRITER_H

#include "capture/capture.h"

/* Link types of one file; packets of more are refused. */
#define PCAPNG_WRITER_INTERFACES_MAX 64u

/* Takes all `n` bytes, or returns false. */
typedef bool pcapng_write_fn(void *ctx, const void *bytes, size_t n);

struct pcapng_writer {
    pcapng_write_fn *write;
    void *ctx;
    bool failed;
    uint32_t link_types[PCAPNG_WRITER_INTERFACES_MAX];
    uint32_t interface_count;
};

void pcapng_writer_init(struct pcapng_writer *writer, pcapng_write_fn *write, void *ctx);
/* The section header; `application` is who writes. */
bool pcapng_writer_begin(struct pcapng_writer *writer, const char *application);
/* A key log. */
bool pcapng_writer_secrets(struct pcapng_writer *writer, struct hl_span key_log);
/* packet->frame is not used. A time before 1970 becomes that. */
bool pcapng_writer_packet(struct pcapng_writer *writer, const struct hl_packet *packet);

#endif
