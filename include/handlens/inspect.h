/* inspect.h - the front of libhandlens: bytes in, handshakes out.
 *
 *   struct hl_error error;
 *   struct hl_inspector *inspector = hl_inspector_new(on_handshake, user, &error);
 *   hl_inspector_read_file(inspector, "capture.pcap", &error);
 *   hl_inspector_finish(inspector);
 *   hl_inspector_free(inspector);
 *
 * An inspector is fed with capture files, with packets, or with the bytes of
 * connections, in any mixture. Each handshake is delivered once, when it is
 * over; hl_inspector_finish() delivers those that are still open. Inspectors
 * share nothing: use one a thread. The library prints nothing and never exits. */
#ifndef HANDLENS_INSPECT_H
#define HANDLENS_INSPECT_H

#include <handlens/error.h>
#include <handlens/export.h>
#include <handlens/handshake.h>
#include <handlens/span.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hl_inspector;

/* Called for each handshake; it is valid during the call. */
typedef void hl_handshake_fn(void *user, const struct hl_handshake *handshake);
/* Called now and then while a file is read; `part` is how much of it was read, 0 to 1, or
 * negative when its size is not known. */
typedef void hl_progress_fn(void *user, const char *path, double part);

/* NULL with `error` (may be NULL) set when memory has run out. */
HL_API struct hl_inspector *hl_inspector_new(hl_handshake_fn *on_handshake, void *user, struct hl_error *error);
/* Drops what is open without delivering it; streams that are still open deliver nothing any more,
 * but must be closed all the same. NULL is allowed. */
HL_API void hl_inspector_free(struct hl_inspector *inspector);
/* May be NULL, for none. */
HL_API void hl_inspector_on_progress(struct hl_inspector *inspector, hl_progress_fn *on_progress, void *user);

/* Servers on this TCP port are expected to speak TLS, so that connections which fail before it are told, too: refused, never
 * answered, or begun with something else. The well-known ports, and those on which TLS was seen, need not be named. */
HL_API void hl_inspector_expect_port(struct hl_inspector *inspector, uint16_t port);

/* Which handshakes' own signatures (ServerKeyExchange, CertificateVerify) are checked: one costs as much as all
 * the rest of a handshake, or more. */
enum hl_signature_policy {
    HL_SIGNATURES_SOME_CHECKED, /* of the first 1,000; then the first of each certificate, and those that failed */
    HL_SIGNATURES_ALL_CHECKED,
    HL_SIGNATURES_NOT_CHECKED,
};

HL_API void hl_inspector_check_signatures(struct hl_inspector *inspector, enum hl_signature_policy policy);

/* Read a capture file from its beginning to its end: pcap or pcapng, plain or
 * compressed with gzip, Zstandard or LZ4; "-" is standard input. Connections
 * go on from one file to the next. HL_OK; HL_ERR_IO, HL_ERR_FORMAT when it
 * cannot be read at all; after a damage in its midst (HL_ERR_TRUNCATED,
 * HL_ERR_FORMAT, HL_ERR_IO) all packets before it were used; HL_ERR_STOPPED
 * after hl_inspector_stop(). `error` may be NULL. */
HL_API enum hl_status hl_inspector_read_file(struct hl_inspector *inspector, const char *path, struct hl_error *error);
/* Did the last hl_inspector_read_file() get as far as recognising a capture? */
HL_API bool hl_inspector_file_recognised(const struct hl_inspector *inspector);

/* One packet: `length` is what it had on the wire (bytes; at least data.len), `link_type` a
 * LINKTYPE_ number as in capture files (1 is Ethernet, 101 raw IP), `time_ns` since 1970 UTC. */
HL_API void hl_inspector_packet(struct hl_inspector *inspector, uint32_t link_type, int64_t time_ns,
                                struct hl_span data, uint32_t length);

/* One end of a connection whose bytes the caller has: address of 4 or 16 bytes; empty is told as 0.0.0.0. */
struct hl_end {
    struct hl_span address;
    uint16_t port;
};

struct hl_tls_stream;

/* A connection, from its first byte or from the first byte of TLS on. NULL when memory has run out.
 * Frames of its handshake are 0, and capture.packets counts calls. */
HL_API struct hl_tls_stream *hl_stream_open(struct hl_inspector *inspector, struct hl_end client, struct hl_end server);
/* The next bytes that `from` sent. Returns false once the handshake was delivered: more bytes
 * are welcome, but tell nothing new. */
HL_API bool hl_stream_bytes(struct hl_tls_stream *stream, enum hl_side from, struct hl_span bytes, int64_t time_ns);
/* Bytes of `from` that the caller does not have. */
HL_API bool hl_stream_gap(struct hl_tls_stream *stream, enum hl_side from, uint64_t length, int64_t time_ns);
/* The connection was closed by `by`; delivers the handshake if that has not happened. Frees the stream. */
HL_API void hl_stream_close(struct hl_tls_stream *stream, enum hl_side by, bool reset, int64_t time_ns);

/* Deliver every handshake of files and packets that is still open, as it stands. More may be fed
 * afterwards. Of the functions here, only hl_inspector_stop() and hl_inspector_counters() may be
 * called from a callback. */
HL_API void hl_inspector_finish(struct hl_inspector *inspector);
/* Nothing has come up to `time_ns` (as in hl_inspector_packet()): deliver what only waited for packets on their way. */
HL_API void hl_inspector_idle(struct hl_inspector *inspector, int64_t time_ns);
/* Packets were lost before they could be fed, at some time from `from_ns` to `to_ns`: where a handshake ran meanwhile and failed,
 * nobody is blamed for what was not seen. In the order of time. */
HL_API void hl_inspector_lost(struct hl_inspector *inspector, int64_t from_ns, int64_t to_ns);
/* In the callback that delivers a handshake: keep it until hl_handshake_let_go(). Meanwhile anything may look at it, in other
 * threads, too, but for its packets; it keeps its memory, as much as 4 MiB. False when memory has run out: it is valid during the
 * callback only. */
HL_API bool hl_handshake_keep(const struct hl_handshake *handshake);
/* In the thread of the inspector, and before it reads the next file, or is freed. */
HL_API void hl_handshake_let_go(const struct hl_handshake *handshake);

/* The time of the last packet, or of the last hl_inspector_idle(); 0: there was none. */
HL_API int64_t hl_inspector_now(const struct hl_inspector *inspector);
/* Number handshakes together with `other`, which outlives this one, and may run in another thread; before the first packet. */
HL_API void hl_inspector_share_numbers(struct hl_inspector *inspector, struct hl_inspector *other);
/* Make a running hl_inspector_read_file(), and all later ones, return soon. Safe in a signal handler and from another thread. */
HL_API void hl_inspector_stop(struct hl_inspector *inspector);
/* Was it called? */
HL_API bool hl_inspector_stopped(const struct hl_inspector *inspector);

struct hl_counters {
    uint64_t files;
    uint64_t packets;
    uint64_t bytes;          /* of packets, as captured */
    uint64_t tcp_segments;
    uint64_t connections;    /* TCP connections, and flows of datagrams with DTLS, seen */
    uint64_t open;           /* ... that are followed now */
    uint64_t tls;            /* ... in which TLS was found */
    uint64_t without_handshake; /* ... whose handshake is not in the capture */
    uint64_t missed;            /* connections that failed before TLS began; told as handshakes that failed */
    uint64_t handshakes;     /* delivered */
    uint64_t outcomes[4];    /* delivered, by enum hl_outcome */
    uint64_t evicted;        /* connections dropped for room before their end */
    uint64_t capped;         /* handshakes of which not everything was kept, as they were too large */
    uint64_t cut;            /* packets that were captured only in part */
    uint64_t unknown_link;   /* packets of a link type that is not known ... */
    uint32_t unknown_link_type; /* ... the last such type */
    uint64_t too_deep;       /* packets with too many layers */
    uint64_t certificates;   /* different certificates decoded */
    uint64_t chains_judged;  /* certificate chains held against the trust; the same one is judged once */
    uint64_t signature_checks; /* ... signatures of certificates, CRLs and OCSP responses that were computed for it */
    uint64_t handshake_checks; /* handshakes whose own signatures were checked */
};

HL_API void hl_inspector_counters(const struct hl_inspector *inspector, struct hl_counters *out);
/* Add what another inspector counted: for several that share one capture. */
HL_API void hl_counters_add(struct hl_counters *counters, const struct hl_counters *more);

#ifdef __cplusplus
}
#endif

#endif
