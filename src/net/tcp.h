/* tcp.h - segments in, ordered bytes of TLS connections out.
 *
 * Reassembly needs no options: what is out of order is held back, what came
 * twice is delivered once, what is known to be missing is told as a gap. A
 * connection in which no TLS begins is dropped; one whose handshake has been
 * told is only stepped over.
 *
 *   tcp_init(&tcp, &sink, seed); tcp_push(&tcp, &segment) ...; tcp_finish(&tcp); tcp_cleanup(&tcp); */
#ifndef HL_NET_TCP_H
#define HL_NET_TCP_H

#include "base/limits.h"
#include "base/stream.h"
#include "net/decode.h"
#include "net/flow.h"

/* Where the bytes go. `connection` belongs to tcp.c and stays valid until `closed` returns. */
struct hl_stream_sink {
    void *ctx;
    /* TLS begins in a connection; `client` is the direction that sent a client's bytes if that can
     * be told from TCP, else -1. Returns what the other calls get as `session`, NULL to pass it over. */
    void *(*opened)(void *ctx, const struct hl_connection *connection);
    /* Returns false when nothing more is wanted; `closed` is not called then. */
    bool (*data)(void *session, unsigned direction, const struct hl_chunk *chunk);
    void (*closed)(void *session, const struct hl_closing *closing);
    /* A connection ends in which no TLS began, though it may have been meant to; `foreign` is what both sides said. May be
     * NULL: nobody asks. */
    void (*missed)(void *ctx, const struct hl_connection *connection, const struct hl_closing *closing,
                   enum hl_no_tls why);
};

struct hl_tcp_counters {
    uint64_t connections;
    uint64_t tls;      /* in which TLS began */
    uint64_t evicted;  /* dropped for room before their end */
};

struct hl_tcp {
    struct hl_flow_table flows;
    struct hl_stream_sink sink;
    struct hl_tcp_counters counters;
    struct hl_keeper keeper; /* of the packets of open flows, when segments come with theirs */
    size_t streams; /* flows that have one */
    struct hl_stream *spare; /* dropped ones, whose memory is used again */
    unsigned spare_count;
    struct hl_lingering {
        struct hl_flow *flow; /* NULL: it was used again */
        int64_t since_ns;
    } lingering[HL_LINGER_MAX]; /* a ring, oldest first */
    size_t linger_first, linger_count;
    size_t linger_open; /* of the ring, from its begin: those whose streams are closed */
    int64_t looked_ns;  /* when those that linger were last looked at without a segment */
};

void tcp_init(struct hl_tcp *tcp, const struct hl_stream_sink *sink, uint64_t seed);
/* Takes over segment->frames, if it wants them. */
void tcp_push(struct hl_tcp *tcp, struct hl_segment *segment);
/* No segment came up to `now_ns`: tell those that only waited for some. */
void tcp_idle(struct hl_tcp *tcp, int64_t now_ns);
/* The capture ends: tell what is open. */
void tcp_finish(struct hl_tcp *tcp);
void tcp_cleanup(struct hl_tcp *tcp);

#endif
