#define _GNU_SOURCE /* pipe2, close_range, memmem */
#include "cli/publisher.h"

#include "cli/kafka_url.h"
#include "cli/outbox.h"
#include "cli/privileges.h"
#include "cli/sandbox.h"
#include "cli/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* At the end, without a message delivered for so long, the rest is kept, or lost. */
#define LAST_PATIENCE_S 10.0
/* What the pipe holds: the one that writes waits less often. */
#define PIPE_SIZE (1 << 20)
#define READ_SIZE ((size_t)256 << 10)
/* The longest waits for either side: for messages, for acknowledgements. */
#define WAIT_MS 20
#define IDLE_MS 500
#define SPILL_SIZE ((uint64_t)256 << 20)
#define IN STDIN_FILENO
#define OUT STDOUT_FILENO

/* In front of each message in the pipe; behind it the key, then the message. */
struct frame {
    uint32_t key_length, length;
};

/* What both processes see. */
struct board {
    atomic_ulong delivered, waiting, spilled, replayed, lost, kept;
    atomic_int hurry;
    atomic_bool finished;
};

struct publisher {
    const struct cli_options *options;
    struct board *board;
    struct cli_text line; /* with room for a frame in front */
    int to, from;         /* pipes; -1: closed */
    unsigned long too_long;
    bool told, lossless;
};

/* --- the process that publishes ----------------------------------------------------------- */

struct publishing {
    const struct cli_options *options;
    struct kafka_url url;
    struct kafka_how how;
    struct spill spill;
    struct outbox outbox;
    struct board *board;
    char *buffer;
    size_t room, length, used;
    double ended_at; /* the other process writes no more; 0: it may */
    bool over;       /* ... and everything was read */
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void tell(struct publishing *publishing)
{
    const struct outbox_counters *counters = &publishing->outbox.counters;
    struct board *board = publishing->board;

    atomic_store(&board->delivered, (unsigned long)counters->delivered);
    atomic_store(&board->waiting, publishing->outbox.messages);
    atomic_store(&board->spilled, (unsigned long)counters->spilled);
    atomic_store(&board->replayed, (unsigned long)counters->replayed);
    atomic_store(&board->lost, (unsigned long)counters->lost);
}

/* At the end, nothing was delivered for long. */
static bool is_out_of_patience(const struct publishing *publishing, double *waited)
{
    const double progress_at = publishing->outbox.progress_at;

    *waited = now() - (progress_at > publishing->ended_at ? progress_at : publishing->ended_at);
    return publishing->ended_at > 0 && *waited >= LAST_PATIENCE_S;
}

/* A packet that passes cannot be asked to wait; a file can. */
static bool is_lossy(const struct publishing *publishing)
{
    double waited;

    return publishing->options->command == COMMAND_LIVE || atomic_load(&publishing->board->hurry) > 0
           || is_out_of_patience(publishing, &waited);
}

/* Hand over the frames that are complete. False: there is no room for the next one, for now. */
static bool take_frames(struct publishing *publishing)
{
    struct frame frame;

    while (publishing->length - publishing->used >= sizeof frame) {
        const char *at = publishing->buffer + publishing->used;
        memcpy(&frame, at, sizeof frame);
        if (frame.key_length > SPILL_KEY_MAX || frame.length > SPILL_MESSAGE_MAX) {
            fputs("handlens: kafka: what comes from the other process is no message\n", stderr);
            publishing->over = true;
            publishing->length = publishing->used = 0;
            return true;
        }
        const size_t whole = sizeof frame + frame.key_length + frame.length;
        if (publishing->length - publishing->used < whole)
            break;
        at += sizeof frame;
        if (!outbox_put(&publishing->outbox, at, frame.key_length, at + frame.key_length, frame.length, is_lossy(publishing)))
            return false;
        publishing->used += whole;
    }
    return true;
}

/* What is in the pipe. False: it is at its end, for good. */
static bool read_pipe(struct publishing *publishing)
{
    if (publishing->used > 0) {
        memmove(publishing->buffer, publishing->buffer + publishing->used, publishing->length - publishing->used);
        publishing->length -= publishing->used;
        publishing->used = 0;
    }
    if (publishing->room - publishing->length < READ_SIZE) {
        char *more = realloc(publishing->buffer, 2 * publishing->room + READ_SIZE);
        if (more == NULL)
            return false;
        publishing->buffer = more;
        publishing->room = 2 * publishing->room + READ_SIZE;
    }
    const ssize_t got = read(IN, publishing->buffer + publishing->length, publishing->room - publishing->length);
    if (got > 0)
        publishing->length += (size_t)got;
    return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

static void publish(struct publishing *publishing)
{
    struct pollfd in = { .fd = IN, .events = POLLIN };
    bool roomy = true;

    while (!publishing->over || !roomy) {
        const int wait_ms = outbox_is_empty(&publishing->outbox) ? IDLE_MS : WAIT_MS;
        const bool heard = poll(&in, 1, roomy ? wait_ms : 0) > 0;
        if (heard && (in.revents & POLLHUP) != 0 && publishing->ended_at <= 0)
            publishing->ended_at = now();
        if (heard && roomy)
            publishing->over = !read_pipe(publishing);
        roomy = take_frames(publishing);
        outbox_work(&publishing->outbox, now(), roomy ? 0 : WAIT_MS);
        tell(publishing);
    }
}

/* The last messages. */
static void finish(struct publishing *publishing)
{
    struct outbox *outbox = &publishing->outbox;
    double waited;
    bool said = false;

    while (!outbox_is_empty(outbox) && atomic_load(&publishing->board->hurry) < 2 && !is_out_of_patience(publishing, &waited)) {
        if (!said && waited >= 1) {
            fprintf(stderr, "handlens: kafka: waiting up to %.0f s for what is not delivered; Ctrl-C ends that\n", LAST_PATIENCE_S);
            said = true;
        }
        outbox_work(outbox, now(), WAIT_MS);
        tell(publishing);
    }
    const uint64_t kept = outbox_close(outbox);
    tell(publishing);
    atomic_store(&publishing->board->waiting, 0);
    atomic_store(&publishing->board->kept, (unsigned long)kept);
    if (outbox->spill != NULL)
        spill_close(outbox->spill);
    free(publishing->buffer);
    atomic_store(&publishing->board->finished, true);
}

/* Nothing of the other process stays but the two pipes, the board and standard error. */
static bool leave_behind(int in, int out)
{
    static const int others[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGQUIT, SIGPIPE };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        signal(others[i], SIG_IGN); /* it ends with the other process, whose last words it has to deliver */
    in = fcntl(in, F_DUPFD, STDERR_FILENO + 1);
    out = fcntl(out, F_DUPFD, STDERR_FILENO + 1);
    return in >= 0 && out >= 0 && dup2(in, IN) == IN && dup2(out, OUT) == OUT && close_range(STDERR_FILENO + 1, ~0u, 0) == 0
           && fcntl(IN, F_SETFL, O_NONBLOCK) == 0;
}

/* Rights go before there are threads, each of which would have them; but for those that are needed to become another user, and
 * to read keys of root's. */
static bool give_up_first_rights(const struct cli_options *options)
{
    const uint64_t root = UINT64_C(1) << CAP_SETUID | UINT64_C(1) << CAP_SETGID | UINT64_C(1) << CAP_DAC_OVERRIDE;

    return options->no_sandbox || privileges_keep(geteuid() == 0 ? root : 0);
}

static bool give_up_rights(const struct cli_options *options)
{
    return options->no_sandbox || (privileges_give_up(options->user) && sandbox_enter_connected());
}

static bool open_all(struct publishing *publishing)
{
    const struct cli_options *options = publishing->options;
    struct spill *spill = options->spill != NULL ? &publishing->spill : NULL;

    if (!give_up_first_rights(options))
        return false;
    if (spill != NULL && !spill_open(spill, options->spill, options->spill_size > 0 ? options->spill_size : SPILL_SIZE))
        return false;
    publishing->how = (struct kafka_how){
        .brokers = publishing->url.brokers, .topic = publishing->url.topic, .config = options->kafka_config,
    };
    return outbox_open(&publishing->outbox, &publishing->how, spill, now()) && give_up_rights(options);
}

static _Noreturn void serve(struct publishing *publishing, int in, int out)
{
    if (!leave_behind(in, out) || !open_all(publishing) || write(OUT, "", 1) != 1)
        _exit(2);
    publish(publishing);
    if (publishing->ended_at <= 0)
        publishing->ended_at = now();
    finish(publishing);
    _exit(0);
}

/* --- the one that writes ------------------------------------------------------------------ */

static bool complain(struct publisher *publisher, const char *what)
{
    fprintf(stderr, "handlens: kafka: %s: %s\n", what, strerror(errno));
    publisher_free(publisher);
    return false;
}

/* True when the other process is ready; it has said why, if not. */
static bool is_ready(const struct publisher *publisher)
{
    char byte;
    ssize_t n;

    do
        n = read(publisher->from, &byte, 1);
    while (n < 0 && errno == EINTR);
    return n == 1;
}

static bool start(struct publisher *publisher)
{
    struct publishing publishing = { .options = publisher->options };
    int to[2], from[2];

    publisher->to = publisher->from = -1;
    (void)kafka_url_parse(publisher->options->output, &publishing.url); /* it was looked at with the options */
    publisher->board = mmap(NULL, sizeof *publisher->board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (publisher->board == MAP_FAILED) {
        publisher->board = NULL;
        return complain(publisher, "no memory");
    }
    publishing.board = publisher->board;
    if (pipe2(to, O_CLOEXEC) != 0)
        return complain(publisher, "no pipe");
    if (pipe2(from, O_CLOEXEC) != 0) {
        close(to[0]);
        close(to[1]);
        return complain(publisher, "no pipe");
    }
    (void)fcntl(to[1], F_SETPIPE_SZ, PIPE_SIZE);
    const pid_t child = fork();
    if (child == 0)
        serve(&publishing, to[0], from[1]);
    publisher->to = to[1];
    publisher->from = from[0];
    close(to[0]);
    close(from[1]);
    if (child < 0)
        return complain(publisher, "another process cannot be started");
    if (is_ready(publisher))
        return true;
    publisher_free(publisher);
    return false;
}

struct publisher *publisher_start(const struct cli_options *options)
{
    struct publisher *publisher = calloc(1, sizeof *publisher);

    if (publisher == NULL) {
        fputs("handlens: out of memory\n", stderr);
        return NULL;
    }
    publisher->options = options;
    publisher->lossless = true;
    return start(publisher) ? publisher : NULL;
}

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        const ssize_t written = write(fd, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

/* Its value, in a line of JSON: a quote inside of a string has a backslash before it, so that this is no part of one. */
static const char *find_key(const char *line, size_t length, size_t *key_length)
{
    static const char name[] = "\"community_id\":\"";
    const char *key = memmem(line, length, name, sizeof name - 1);
    const char *end = key != NULL ? memchr(key + sizeof name - 1, '"', (size_t)(line + length - key) - (sizeof name - 1)) : NULL;

    *key_length = 0;
    if (end == NULL || (size_t)(end - key) > SPILL_KEY_MAX)
        return "";
    key += sizeof name - 1;
    *key_length = (size_t)(end - key);
    return key;
}

static bool send_line(struct publisher *publisher, const char *line, size_t length)
{
    size_t key_length;
    const char *key = find_key(line, length, &key_length);
    const struct frame frame = { .key_length = (uint32_t)key_length, .length = (uint32_t)length };
    char front[sizeof frame + SPILL_KEY_MAX];

    if (length > SPILL_MESSAGE_MAX) {
        publisher->too_long++;
        return true;
    }
    memcpy(front, &frame, sizeof frame);
    memcpy(front + sizeof frame, key, key_length);
    return write_all(publisher->to, front, sizeof frame + key_length) && write_all(publisher->to, line, length);
}

bool publisher_write(struct publisher *publisher, const void *bytes, size_t n)
{
    struct cli_text *text = &publisher->line;
    const size_t before = text->length;
    size_t used = 0;

    if (n == 0)
        return true;
    if (publisher->to < 0 || !text_add(text, bytes, n)) {
        errno = publisher->to < 0 ? EPIPE : ENOMEM;
        return false;
    }
    for (size_t from = before; from < text->length;) {
        const char *end = memchr(text->bytes + from, '\n', text->length - from);
        if (end == NULL)
            break;
        const size_t length = (size_t)(end - text->bytes) - used;
        if (length > 0 && !send_line(publisher, text->bytes + used, length))
            return false;
        used = from = (size_t)(end - text->bytes) + 1;
    }
    memmove(text->bytes, text->bytes + used, text->length - used);
    text->length -= used;
    return true;
}

void publisher_counters(const struct publisher *publisher, struct publisher_counters *out)
{
    struct board *board = publisher->board;

    *out = (struct publisher_counters){
        .delivered = atomic_load(&board->delivered),
        .waiting = atomic_load(&board->waiting),
        .spilled = atomic_load(&board->spilled),
        .replayed = atomic_load(&board->replayed),
        .lost = atomic_load(&board->lost) + publisher->too_long,
    };
}

void publisher_hurry(struct publisher *publisher)
{
    atomic_fetch_add(&publisher->board->hurry, 1);
}

/* --- the end ------------------------------------------------------------------------------ */

static void say_the_end(struct publisher *publisher)
{
    const struct cli_options *options = publisher->options;
    const unsigned long kept = atomic_load(&publisher->board->kept);
    struct publisher_counters counters;

    publisher_counters(publisher, &counters);
    publisher->lossless = counters.lost == 0 && atomic_load(&publisher->board->finished);
    if (!atomic_load(&publisher->board->finished))
        fputs("handlens: kafka: the process that publishes has ended before its time\n", stderr);
    if (counters.lost > 0)
        fprintf(stderr, "handlens: kafka: messages lost: %" PRIu64 "\n", counters.lost);
    if (kept > 0)
        fprintf(stderr, "handlens: kafka: messages kept in %s: %lu; the next run that is given it publishes them\n",
                options->spill, kept);
}

bool publisher_finish(struct publisher *publisher)
{
    char byte;
    ssize_t n;

    if (publisher->told)
        return publisher->lossless;
    publisher->told = true;
    close(publisher->to);
    publisher->to = -1;
    do
        n = read(publisher->from, &byte, 1);
    while (n > 0 || (n < 0 && errno == EINTR));
    say_the_end(publisher);
    return publisher->lossless;
}

void publisher_free(struct publisher *publisher)
{
    if (publisher == NULL)
        return;
    if (publisher->to >= 0)
        close(publisher->to);
    if (publisher->from >= 0)
        close(publisher->from);
    if (publisher->board != NULL)
        munmap(publisher->board, sizeof *publisher->board);
    free(publisher->line.bytes);
    free(publisher);
}
