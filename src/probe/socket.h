/* socket.h - one TCP connection to a server, under a deadline.
 *
 * Nothing here waits longer than until the deadline, and nothing is read that nobody asked for. */
#ifndef HL_PROBE_SOCKET_H
#define HL_PROBE_SOCKET_H

#include "base/stream.h"

#include <handlens/error.h>

#include <sys/socket.h>

/* An address to connect to. */
struct socket_address {
    struct sockaddr_storage storage;
    socklen_t length;
};

enum socket_result {
    SOCKET_OK,
    SOCKET_CLOSED,  /* the other side sends no more */
    SOCKET_RESET,
    SOCKET_TIMEOUT, /* the deadline is over */
    SOCKET_REFUSED, /* connecting: nobody listens there */
    SOCKET_FAILED,  /* errno says why */
};

/* On the monotonic clock, and since 1970; both in nanoseconds. */
int64_t clock_monotonic(void);
int64_t clock_now(void);

/* The addresses of `host` (a name, or an address) in the order in which they should be tried; their number, 0 with `error`. */
unsigned socket_resolve(const char *host, uint16_t port, struct socket_address *out, unsigned room, struct hl_error *error);
struct hl_endpoint socket_endpoint(const struct socket_address *address);

/* Connect; `*fd` is to be closed, `*local` is our own end, which is known, too, when nobody answers. `deadline` is on the monotonic clock, as below. */
enum socket_result socket_connect(const struct socket_address *address, int64_t deadline, int *fd, struct hl_endpoint *local);
/* Send all of it. */
enum socket_result socket_send(int fd, struct hl_span bytes, int64_t deadline);
/* Wait for bytes, and take what there is, `room` at the most. */
enum socket_result socket_receive(int fd, uint8_t *out, size_t room, int64_t deadline, size_t *n);
/* Is there something that was not received yet? */
bool socket_has_more(int fd);
/* Wait. */
void socket_pause(int64_t duration_ns);
/* A few words about a result, for messages. */
const char *socket_result_words(enum socket_result result);

#endif
