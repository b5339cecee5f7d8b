/* starttls.h - what is said before TLS begins, where a protocol has to be asked for it.
 *
 * One row a protocol: its name in targets, its usual port, and how it is asked. Replies are read with the bounds and the deadline of the
 * connection; nothing in them is believed but that they agree. */
#ifndef HL_PROBE_STARTTLS_H
#define HL_PROBE_STARTTLS_H

#include "base/buffer.h"
#include "probe/socket.h"
#include "probe/tap.h"

enum starttls_result {
    STARTTLS_AGREED,
    STARTTLS_REFUSED, /* the server does not offer it, or said no */
    STARTTLS_FAILED,  /* the connection ended before: `socket` says how */
};

/* A conversation that is going on. */
struct starttls_talk {
    int fd;
    int64_t deadline;
    const char *host;           /* the server's name, for protocols that want it */
    bool proxy;                 /* it is a proxy that is talked to */
    struct tap *tap;            /* NULL: nobody wants to see it */
    struct hl_buffer received;  /* what was not used yet: after STARTTLS_AGREED it belongs to TLS */
    enum socket_result socket;
    char why[120];              /* of STARTTLS_REFUSED: what the server said; safe to print */
};

struct starttls_protocol {
    const char *name;      /* "smtp": as in smtp://host */
    uint16_t port;
    bool wraps;            /* TDS: what TLS sends is in packets of its own */
    /* NULL: TLS begins at once. */
    enum starttls_result (*talk)(struct starttls_talk *talk);
};

/* Ask an HTTP proxy for a connection to `place`, HOST:PORT (RFC 9110, section 9.3.6). */
enum starttls_result starttls_connect(struct starttls_talk *talk, const char *place);

/* NULL: there is none of that name. */
const struct starttls_protocol *starttls_find(struct hl_span name);

/* --- TDS (MS-TDS, section 2.2.6.5): records of a handshake lie in PRELOGIN packets --- */
void starttls_wrap(struct hl_span records, struct hl_buffer *out);
/* Take whole packets off the front of `packets`, and put what is in them to `out`. False: these are none. */
bool starttls_unwrap(struct hl_buffer *packets, struct hl_buffer *out);

#endif
