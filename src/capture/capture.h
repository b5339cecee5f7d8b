/* capture.h - packets out of capture files.
 *
 * Classic pcap files (microseconds and nanoseconds, both byte orders) and
 * pcapng are read by readers of our own: they take large reads without a copy
 * per packet (libpcap's reading is a fifth of the time otherwise spent), know
 * several link types and sections in one file, which libpcap refuses, and see
 * the secrets blocks that it skips. Everything else goes through libpcap.
 *
 * Key logs that stand in a plain pcapng file of up to HL_SECRETS_SEARCH_MAX bytes come before
 * all packets, also those that stand behind them; of a longer file, too, if there is one within its
 * first HL_SECRETS_SEARCH_MAX bytes. Others (of compressed files, of standard input) come where they stand.
 *
 * A capture yields packets until its end; a damaged or cut file yields all
 * that stood before the damage, then the error. */
#ifndef HL_CAPTURE_CAPTURE_H
#define HL_CAPTURE_CAPTURE_H

#include <handlens/error.h>
#include <handlens/span.h>

#include <stdbool.h>
#include <stdint.h>

struct hl_packet {
    int64_t time_ns;     /* since 1970-01-01 UTC */
    uint64_t frame;      /* number in its file, from 1 */
    struct hl_span data; /* what was captured; valid until the next packet */
    uint32_t length;     /* bytes on the wire */
    uint32_t link_type;  /* LINKTYPE_*, as in capture files */
};

enum hl_capture_result {
    CAPTURE_PACKET, /* `packet` is filled in */
    CAPTURE_SECRETS, /* packet->data is a key log of the file; nothing else is filled in */
    CAPTURE_END,
    CAPTURE_FAILED, /* `error` is filled in; nothing more will come */
};

struct hl_capture;

/* Open `path` ("-": standard input). NULL with `error` set when it cannot be
 * opened or is no capture. */
struct hl_capture *capture_new(const char *path, struct hl_error *error);
void capture_free(struct hl_capture *capture);
enum hl_capture_result capture_next(struct hl_capture *capture, struct hl_packet *packet, struct hl_error *error);
/* How much of the file has been read, 0 to 1; negative when unknown. */
double capture_progress(const struct hl_capture *capture);

#endif
