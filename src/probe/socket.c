#include "probe/socket.h"

#include "base/error.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_read(clockid_t which)
{
    struct timespec time;

    clock_gettime(which, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t clock_monotonic(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

int64_t clock_now(void)
{
    return clock_read(CLOCK_REALTIME);
}

/* --- addresses ---------------------------------------------------------------------------- */

unsigned socket_resolve(const char *host, uint16_t port, struct socket_address *out, unsigned room, struct hl_error *error)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
    struct addrinfo *all = NULL;
    char service[8];
    unsigned n = 0;

    snprintf(service, sizeof service, "%u", port);
    const int status = getaddrinfo(host, service, &hints, &all);
    if (status != 0) {
        error_set(error, HL_ERR_IO, NULL, "%s: %s", host, status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status));
        return 0;
    }
    for (const struct addrinfo *one = all; one != NULL && n < room; one = one->ai_next) {
        if (one->ai_addrlen > sizeof out[n].storage)
            continue;
        memset(&out[n].storage, 0, sizeof out[n].storage);
        memcpy(&out[n].storage, one->ai_addr, one->ai_addrlen);
        out[n++].length = one->ai_addrlen;
    }
    freeaddrinfo(all);
    if (n == 0)
        error_set(error, HL_ERR_IO, NULL, "%s: it has no address", host);
    return n;
}

struct hl_endpoint socket_endpoint(const struct socket_address *address)
{
    struct hl_endpoint end = { .address.length = 4 };

    if (address->storage.ss_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, &address->storage, sizeof v6);
        end.address.length = 16;
        memcpy(end.address.bytes, &v6.sin6_addr, 16);
        end.port = ntohs(v6.sin6_port);
    } else {
        struct sockaddr_in v4;
        memcpy(&v4, &address->storage, sizeof v4);
        memcpy(end.address.bytes, &v4.sin_addr, 4);
        end.port = ntohs(v4.sin_port);
    }
    return end;
}

/* --- connections -------------------------------------------------------------------------- */

static enum socket_result result_of(int error)
{
    switch (error) {
    case ECONNREFUSED: return SOCKET_REFUSED;
    case ECONNRESET:
    case EPIPE: return SOCKET_RESET;
    case ETIMEDOUT: return SOCKET_TIMEOUT;
    default: errno = error; return SOCKET_FAILED;
    }
}

static enum socket_result wait_for(int fd, short events, int64_t deadline)
{
    struct pollfd wanted = { .fd = fd, .events = events };

    for (;;) {
        const int64_t left = deadline - clock_monotonic();
        if (left <= 0)
            return SOCKET_TIMEOUT;
        const int n = poll(&wanted, 1, left / 1000000 < 1000 ? (int)(left / 1000000) + 1 : 1000);
        if (n > 0)
            return SOCKET_OK;
        if (n < 0 && errno != EINTR)
            return SOCKET_FAILED;
    }
}

static enum socket_result finish_connect(int fd, int64_t deadline)
{
    int error = 0;
    socklen_t length = sizeof error;

    const enum socket_result result = wait_for(fd, POLLOUT, deadline);
    if (result != SOCKET_OK)
        return result;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
        return SOCKET_FAILED;
    return error == 0 ? SOCKET_OK : result_of(error);
}

enum socket_result socket_connect(const struct socket_address *address, int64_t deadline, int *fd, struct hl_endpoint *local)
{
    struct socket_address own = { .length = sizeof own.storage };
    const int on = 1;

    *fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0)
        return SOCKET_FAILED;
    (void)setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int refused = connect(*fd, (const struct sockaddr *)&address->storage, address->length) != 0 ? errno : 0;
    if ((refused == 0 || refused == EINPROGRESS) && getsockname(*fd, (struct sockaddr *)&own.storage, &own.length) == 0)
        *local = socket_endpoint(&own);
    const enum socket_result result = refused == 0 ? SOCKET_OK : refused == EINPROGRESS ? finish_connect(*fd, deadline) : result_of(refused);
    if (result == SOCKET_OK)
        return SOCKET_OK;
    const int error = errno;
    close(*fd);
    *fd = -1;
    errno = error;
    return result;
}

enum socket_result socket_send(int fd, struct hl_span bytes, int64_t deadline)
{
    while (bytes.len > 0) {
        const ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n > 0) {
            bytes = (struct hl_span){ bytes.ptr + n, bytes.len - (size_t)n };
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            return result_of(errno);
        const enum socket_result result = wait_for(fd, POLLOUT, deadline);
        if (result != SOCKET_OK)
            return result;
    }
    return SOCKET_OK;
}

enum socket_result socket_receive(int fd, uint8_t *out, size_t room, int64_t deadline, size_t *n)
{
    for (;;) {
        const ssize_t got = recv(fd, out, room, 0);
        *n = got > 0 ? (size_t)got : 0;
        if (got > 0)
            return SOCKET_OK;
        if (got == 0)
            return SOCKET_CLOSED;
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            return result_of(errno);
        const enum socket_result result = wait_for(fd, POLLIN, deadline);
        if (result != SOCKET_OK)
            return result;
    }
}

bool socket_has_more(int fd)
{
    int n = 0;

    return ioctl(fd, FIONREAD, &n) == 0 && n > 0;
}

void socket_pause(int64_t duration_ns)
{
    struct timespec rest = { .tv_sec = duration_ns / 1000000000, .tv_nsec = duration_ns % 1000000000 };

    while (duration_ns > 0 && clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, &rest) == EINTR)
        ;
}

const char *socket_result_words(enum socket_result result)
{
    switch (result) {
    case SOCKET_OK: return "it was answered";
    case SOCKET_CLOSED: return "the server closed the connection";
    case SOCKET_RESET: return "the connection was reset";
    case SOCKET_TIMEOUT: return "no answer in time";
    case SOCKET_REFUSED: return "connection refused";
    case SOCKET_FAILED: return strerror(errno);
    }
    return "";
}
