/* packets.h - the packets of handshakes: to look at, and as pcapng files that Wireshark opens.
 *
 *   hl_inspector_keep_packets(inspector, true);                       // before the first packet
 *   ...
 *   struct hl_packet_writer *writer = hl_packet_writer_new(HL_WRITE_SECRETS, write, user, &error);
 *   hl_packet_writer_handshake(writer, handshake, &error);            // in the callback that delivers it
 *   ...
 *   while (hl_packet_writer_warning(writer, n++, &error)) ...
 *   hl_packet_writer_free(writer);
 *
 * An inspector that keeps packets holds those of each connection from its first one until its handshake is delivered,
 * as they were captured: the outermost layer, retransmissions and fragments included, in the order of the capture.
 * What is kept is bounded (2 MiB a connection, 256 MiB in all); beyond that packets are left out.
 *
 * Application data are no part of it: zeros stand in their place, and the TCP checksum fits; where only they follow a
 * handshake that is completed, packets are cut behind the first record of them. In TLS 1.3,
 * where records stay closed, a few kilobytes of them may not be told from the handshake, and stay. */
#ifndef HANDLENS_PACKETS_H
#define HANDLENS_PACKETS_H

#include <handlens/check.h>
#include <handlens/error.h>
#include <handlens/export.h>
#include <handlens/handshake.h>
#include <handlens/inspect.h>
#include <handlens/print.h>
#include <handlens/span.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Before the first packet. Costs memory, and a copy of each packet of a connection that has not been told. */
HL_API void hl_inspector_keep_packets(struct hl_inspector *inspector, bool keep);

struct hl_handshake_packet {
    uint32_t link_type;  /* LINKTYPE_*, as in capture files */
    int64_t time_ns;     /* since 1970-01-01 UTC */
    struct hl_span data; /* what was captured of it, less application data; valid during the call */
    uint32_t length;     /* bytes on the wire */
    enum hl_side from;   /* who sent it */
};

/* Called for each packet; false ends the walk. */
typedef bool hl_packet_fn(void *user, const struct hl_handshake_packet *packet);

/* Walk the packets of a handshake, in the callback that delivers it. None where they were not kept, or where the bytes
 * came from hl_stream_bytes(). False when the visitor said so, or memory has run out. */
HL_API bool hl_handshake_packets(const struct hl_handshake *handshake, hl_packet_fn *visit, void *user);
/* Packets of the handshake that the caps left out. */
HL_API uint32_t hl_handshake_packets_left_out(const struct hl_handshake *handshake);

/* The secrets of a handshake as lines of a key log (RFC 9850), in the callback that delivers it: the master secret, or
 * the traffic secrets, that open it, wherever they came from; and what key logs have of its client random, but for
 * exporter secrets, which open nothing. Nothing is written when none are known. Whoever gets them wipes them. False
 * when writing failed, or memory has run out. */
HL_API bool hl_handshake_key_log(const struct hl_handshake *handshake, hl_write_fn *write, void *user);

/* Writes handshakes as one pcapng file. */
struct hl_packet_writer;

enum hl_packet_writer_flag {
    HL_WRITE_SECRETS = 1,  /* with hl_handshake_key_log() in a decryption secrets block, before the packets */
    HL_WRITE_REDACTED = 2, /* with other addresses and names: the same ones, for the same, in the whole file */
};

/* `flags`: enum hl_packet_writer_flag, or'ed. Writes the head of the file. NULL with `error` (may be NULL) set when
 * memory has run out (HL_ERR_MEMORY) or writing failed (HL_ERR_IO; what to say of it is known to `write`). */
HL_API struct hl_packet_writer *hl_packet_writer_new(unsigned flags, hl_write_fn *write, void *user,
                                                     struct hl_error *error);
/* NULL is allowed. */
HL_API void hl_packet_writer_free(struct hl_packet_writer *writer);
/* In the callback that delivers the handshake. HL_OK; HL_ERR_IO, HL_ERR_MEMORY, now or before. */
HL_API enum hl_status hl_packet_writer_handshake(struct hl_packet_writer *writer, const struct hl_handshake *handshake,
                                                 struct hl_error *error);
/* What the file lacks, or still has, against what was asked for: for `number` from 0 on, one warning a call until it
 * returns false. */
HL_API bool hl_packet_writer_warning(const struct hl_packet_writer *writer, size_t number, struct hl_error *out);

/* Connections that handlens made itself (check.h) as such a file. There are their bytes only: packets are made up around them, of
 * raw IP, with a TCP handshake, segments of 1,400 bytes at the most, right checksums, and the end as it was. Before them stand the
 * secrets of TLS 1.3 that open the server's first flight. */
struct hl_connection_writer;

/* NULL with `error` set; HL_ERR_IO when the file's header could not be written. */
HL_API struct hl_connection_writer *hl_connection_writer_new(hl_write_fn *write, void *user, struct hl_error *error);
/* NULL is allowed. */
HL_API void hl_connection_writer_free(struct hl_connection_writer *writer);
/* False when it could not be written, now or before, or memory has run out. */
HL_API bool hl_connection_writer_add(struct hl_connection_writer *writer, const struct hl_check_connection *connection);

#ifdef __cplusplus
}
#endif

#endif
