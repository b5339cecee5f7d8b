/* Sends the packets of a pcap file to an interface, at a rate, or as fast as it goes.
 *
 *   blast FILE INTERFACE PACKETS_PER_SECOND [PACKETS]     (rate 0: as fast as it goes)
 *
 * Prints the packets a second that it came to. A file of Ethernet, in this machine's byte order. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 32, FILE_HEADER = 24, PACKET_HEADER = 16, LENGTH_AT = 8 };

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int open_socket(const char *interface)
{
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(interface) };
    const int fd = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;

    if (fd < 0 || address.sll_ifindex == 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return -1;
    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
    return fd;
}

/* Up to a batch from `*at` on; returns how many. */
static unsigned fill(const uint8_t *file, size_t size, size_t *at, unsigned most, struct mmsghdr *messages, struct iovec *parts)
{
    unsigned n = 0;

    for (; n < most && n < BATCH && *at + PACKET_HEADER <= size; n++) {
        uint32_t length;
        memcpy(&length, file + *at + LENGTH_AT, sizeof length);
        if (length > size - *at - PACKET_HEADER)
            break;
        parts[n] = (struct iovec){ .iov_base = (void *)(uintptr_t)(file + *at + PACKET_HEADER), .iov_len = length };
        messages[n] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &parts[n], .msg_iovlen = 1 } };
        *at += PACKET_HEADER + length;
    }
    return n;
}

int main(int argc, char **argv)
{
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    struct stat status;
    size_t at = FILE_HEADER;
    unsigned long sent = 0;
    const double rate = argc > 3 ? atof(argv[3]) : 0;
    const unsigned long most = argc > 4 ? strtoul(argv[4], NULL, 10) : UINT32_MAX;
    const int in = argc > 2 ? open(argv[1], O_RDONLY) : -1, out = argc > 2 ? open_socket(argv[2]) : -1;

    if (in < 0 || out < 0 || fstat(in, &status) != 0) {
        fputs("blast FILE INTERFACE PACKETS_PER_SECOND [PACKETS]\n", stderr);
        return 2;
    }
    const size_t size = (size_t)status.st_size;
    const uint8_t *file = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, in, 0);
    if (file == MAP_FAILED)
        return 2;
    const double begin = now();
    while (sent < most) {
        const unsigned long due = rate > 0 ? (unsigned long)((now() - begin) * rate) : most;
        if (due <= sent) {
            const struct timespec pause = { .tv_nsec = 50000 };
            nanosleep(&pause, NULL);
            continue;
        }
        const unsigned long wanted = (due < most ? due : most) - sent;
        const unsigned n = fill(file, size, &at, wanted < BATCH ? (unsigned)wanted : BATCH, messages, parts);
        if (n == 0)
            break;
        for (unsigned done = 0; done < n;) {
            const int more = sendmmsg(out, messages + done, n - done, 0);
            if (more > 0)
                done += (unsigned)more;
        }
        sent += n;
    }
    printf("%.0f\n", (double)sent / (now() - begin));
    return 0;
}
