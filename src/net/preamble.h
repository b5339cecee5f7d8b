/* preamble.h - where TLS begins in a connection, and what was spoken before it.
 *
 * TLS is known by its content, on any port: a record with a hello at the
 * first byte, or after another protocol (STARTTLS, CONNECT, SOCKS, PROXY ...)
 * anywhere in the first HL_PREAMBLE_SEARCH_MAX bytes of a direction. */
#ifndef HL_NET_PREAMBLE_H
#define HL_NET_PREAMBLE_H

#include "base/buffer.h"
#include "base/stream.h"
#include "net/tds.h"

#include <stdbool.h>

enum hl_search {
    SEARCH_GOING_ON, /* more bytes are needed */
    SEARCH_FOUND,
    SEARCH_GIVEN_UP,
};

struct hl_preamble_side {
    enum hl_search state;
    struct hl_buffer seen; /* what was said so far; at the cap the middle of it is forgotten */
    uint64_t forgotten;    /* bytes of it */
    size_t scanned;        /* bytes of it in which TLS cannot begin any more */
    size_t expected;       /* an offset at which any record will do, once the other side speaks TLS */
    struct hl_tds tds;
};

struct hl_preamble {
    struct hl_preamble_side side[2];
    bool mid_stream; /* no SYN was seen: the first bytes may be any part of a handshake */
    int server;      /* the direction of a ServerHello that was found first; -1: none */
};

void preamble_init(struct hl_preamble *p, bool mid_stream);
void preamble_cleanup(struct hl_preamble *p);
/* Look at the next bytes of a direction. When it is SEARCH_FOUND, before or by
 * them, `tls` is what they hold of TLS, from where it begins to the end of
 * `bytes`, in two pieces (the second may be empty); they may point into the
 * preamble's own buffer and are valid until the next call. */
enum hl_search preamble_push(struct hl_preamble *p, unsigned direction, struct hl_span bytes, struct hl_span tls[2]);
/* Bytes were lost in this direction. */
void preamble_gap(struct hl_preamble *p, unsigned direction);
/* What this direction said instead of TLS after the other one began it. */
struct hl_span preamble_foreign(const struct hl_preamble *p, unsigned direction);
/* Why no TLS began after what was said here, by the client in direction `client`. */
enum hl_no_tls preamble_no_tls(const struct hl_preamble *p, unsigned client);
/* What came before TLS, by the client in direction `client`: a static name, NULL for nothing. */
const char *preamble_name(const struct hl_preamble *p, unsigned client);
/* The same, and NULL for what is not known instead of "unknown". */
const char *preamble_known_name(const struct hl_preamble *p, unsigned client);

#endif
