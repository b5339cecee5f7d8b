/* What a server may say before TLS: the first byte chooses the protocol, the rest is said at once, and then nothing more. */
#include "base/text.h"
#include "probe/starttls.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEADLINE_NS ((int64_t)1000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum starttls_result talk_to(struct starttls_talk *talk, uint8_t choice)
{
    static const char *const names[] = { "smtp", "lmtp", "imap", "pop3", "ftp", "nntp", "sieve", "xmpp", "xmpp-server", "ldap", "postgres", "mysql", "rdp", "tds" };
    const size_t count = sizeof names / sizeof names[0];

    if (choice % (count + 1) == count)
        return starttls_connect(talk, "host.example:443");
    return starttls_find(span_of(names[choice % (count + 1)]))->talk(talk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct starttls_talk talk = { .deadline = clock_monotonic() + DEADLINE_NS, .host = "host.example" };
    struct hl_buffer unwrapped;
    int ends[2];

    if (size == 0 || size > 60000 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0)
        return 0;
    if (write(ends[1], data + 1, size - 1) == (ssize_t)size - 1 && shutdown(ends[1], SHUT_WR) == 0) {
        talk.fd = ends[0];
        buf_init(&talk.received, (size_t)1 << 20);
        (void)talk_to(&talk, data[0]);
        buf_init(&unwrapped, (size_t)1 << 20);
        (void)starttls_unwrap(&talk.received, &unwrapped);
        buf_cleanup(&unwrapped);
        buf_cleanup(&talk.received);
    }
    close(ends[0]);
    close(ends[1]);
    return 0;
}
