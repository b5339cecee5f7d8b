#define _GNU_SOURCE /* close_range */
#include "cli/opener.h"

#include "cli/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SERIES_MAX 8u

struct request {
    uint8_t which;
    uint8_t set_aside;
};

/* A descriptor comes along when `error` is 0. */
struct answer {
    int error;
};

/* Room for one descriptor that comes along. */
union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

/* --- the process that opens --------------------------------------------------------------- */

static void answer(int socket, int fd, int error)
{
    struct answer what = { .error = fd < 0 ? error : 0 };
    struct iovec part = { .iov_base = &what, .iov_len = sizeof what };
    union control control = { .bytes = { 0 } };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

    if (fd >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd) };
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    (void)sendmsg(socket, &message, MSG_NOSIGNAL);
}

static _Noreturn void serve(int socket, const struct cli_series *series, unsigned count)
{
    static const int others[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGQUIT };
    struct request request;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        signal(others[i], SIG_IGN); /* it ends with the other process, whose last words may need it */
    if (dup2(socket, STDIN_FILENO) < 0 || close_range(STDIN_FILENO + 1, ~0u, 0) != 0 || !privileges_keep(UINT64_C(1) << CAP_DAC_OVERRIDE))
        _exit(1);
    while (recv(STDIN_FILENO, &request, sizeof request, 0) == (ssize_t)sizeof request && request.which < count) {
        const bool ready = request.set_aside == 0 || series_set_aside(&series[request.which]);
        const int fd = ready ? series_open(&series[request.which]) : -1;
        answer(STDIN_FILENO, fd, errno);
        if (fd >= 0)
            close(fd);
    }
    _exit(0);
}

/* --- the one that asks -------------------------------------------------------------------- */

bool opener_start(struct cli_opener *opener, const struct cli_series *series, unsigned count)
{
    int pair[2];

    if (count > SERIES_MAX || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        fprintf(stderr, "handlens: files cannot be opened by another process: %s\n", strerror(errno));
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        close(pair[0]);
        serve(pair[1], series, count);
    }
    const int error = errno;
    close(pair[1]);
    opener->socket = pair[0];
    if (child > 0)
        return true;
    fprintf(stderr, "handlens: another process cannot be started: %s\n", strerror(error));
    opener_end(opener);
    return false;
}

int opener_open(const struct cli_opener *opener, unsigned which, bool set_aside)
{
    const struct request request = { .which = (uint8_t)which, .set_aside = set_aside };
    struct answer what = { .error = EPIPE };
    struct iovec part = { .iov_base = &what, .iov_len = sizeof what };
    union control control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes,
    };
    ssize_t n;
    int fd = -1;

    if (write(opener->socket, &request, sizeof request) != (ssize_t)sizeof request)
        return -1;
    do
        n = recvmsg(opener->socket, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    const struct cmsghdr *header = n == (ssize_t)sizeof what ? CMSG_FIRSTHDR(&message) : NULL;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(sizeof fd))
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    if (fd < 0)
        errno = n == 0 ? EPIPE : what.error;
    return fd;
}

void opener_end(struct cli_opener *opener)
{
    if (opener->socket > 0)
        close(opener->socket);
    opener->socket = 0;
}
