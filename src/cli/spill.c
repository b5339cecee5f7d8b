#define _GNU_SOURCE /* O_NOFOLLOW with strict C */
#include "cli/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* The heading: what it is, and the place in the file of the first record that counts. */
static const char what_it_is[] = "handlens-spill-1 ";
#define PLACE_AT ((off_t)(sizeof what_it_is - 1))
#define PLACE_DIGITS 20
#define HEADING ((uint64_t)PLACE_AT + PLACE_DIGITS + 1)

#define CHECKSUM_DIGITS 8u
/* A record without key and message: checksum, space, key of one byte, space, "{}". */
#define RECORD_MIN (CHECKSUM_DIGITS + 5)
#define RECORD_MAX (CHECKSUM_DIGITS + 3 + SPILL_KEY_MAX + SPILL_MESSAGE_MAX)
#define PIECE ((size_t)64 << 10)

static bool complain(const char *name, const char *what)
{
    fprintf(stderr, "handlens: %s: %s\n", name, what);
    return false;
}

static off_t place_of(const struct spill *spill, uint64_t position)
{
    return (off_t)(HEADING + (position - spill->base));
}

/* FNV-1a: against accidents, not against those who may write to the file. */
static uint32_t add_to_checksum(uint32_t sum, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ (uint8_t)bytes[i]) * UINT32_C(16777619);
    return sum;
}

static uint32_t checksum_of(const struct spill_record *record)
{
    uint32_t sum = add_to_checksum(UINT32_C(2166136261), record->key, record->key_length);

    return add_to_checksum(add_to_checksum(sum, " ", 1), record->bytes, record->length);
}

static bool write_heading(const struct spill *spill)
{
    char heading[HEADING + 1];

    snprintf(heading, sizeof heading, "%s%0*" PRIu64 "\n", what_it_is, PLACE_DIGITS, (uint64_t)place_of(spill, spill->head));
    return pwrite(spill->fd, heading, HEADING, 0) == (ssize_t)HEADING;
}

/* --- opening ------------------------------------------------------------------------------ */

static bool is_after_a_line(const struct spill *spill, uint64_t place)
{
    char before;

    return pread(spill->fd, &before, 1, (off_t)place - 1) == 1 && before == '\n';
}

/* What another run has left. */
static bool take_over(struct spill *spill, uint64_t size)
{
    char heading[HEADING + 1] = "", *end;

    if (pread(spill->fd, heading, HEADING, 0) != (ssize_t)HEADING || memcmp(heading, what_it_is, (size_t)PLACE_AT) != 0
        || heading[HEADING - 1] != '\n')
        return complain(spill->name, "this is no spill file of handlens, and is left as it is");
    const uint64_t place = strtoull(heading + PLACE_AT, &end, 10);
    if (place < HEADING || place > size || end != heading + HEADING - 1 || !is_after_a_line(spill, place))
        (void)complain(spill->name, "its heading is damaged; all of its messages are published again");
    else
        spill->head = spill->next = spill->read_to = place - HEADING;
    if (!is_after_a_line(spill, size)) { /* the last record was cut: what comes next begins on a line of its own */
        if (pwrite(spill->fd, "\n", 1, (off_t)size) != 1)
            return complain(spill->name, strerror(errno));
        size++;
    }
    spill->tail = size - HEADING;
    return true;
}

bool spill_open(struct spill *spill, const char *name, uint64_t limit)
{
    struct stat file;

    *spill = (struct spill){ .fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600), .name = name, .limit = limit };
    if (spill->fd < 0 || fstat(spill->fd, &file) != 0)
        return complain(name, strerror(errno));
    if (!S_ISREG(file.st_mode))
        return complain(name, "this is no regular file");
    if (flock(spill->fd, LOCK_EX | LOCK_NB) != 0)
        return complain(name, errno == EWOULDBLOCK ? "another handlens uses it" : strerror(errno));
    if (file.st_size == 0)
        return write_heading(spill) || complain(name, strerror(errno));
    return take_over(spill, (uint64_t)file.st_size);
}

/* --- adding ------------------------------------------------------------------------------- */

static bool copy(const struct spill *spill, off_t from, off_t to, uint64_t n)
{
    char piece[PIECE];

    while (n > 0) {
        const size_t wanted = n < sizeof piece ? (size_t)n : sizeof piece;
        const ssize_t got = pread(spill->fd, piece, wanted, from);
        if (got <= 0 || pwrite(spill->fd, piece, (size_t)got, to) != got)
            return false;
        from += got;
        to += got;
        n -= (uint64_t)got;
    }
    return true;
}

/* What waits goes to the front, if it does not overlap with what it leaves: until the heading says so, nothing has changed. */
static void move_to_front(struct spill *spill)
{
    const uint64_t waiting = spill->tail - spill->head, before = spill->base;

    if (waiting > spill->head - spill->base || !copy(spill, place_of(spill, spill->head), (off_t)HEADING, waiting))
        return;
    spill->base = spill->head;
    if (!write_heading(spill)) {
        spill->base = before;
        return;
    }
    (void)ftruncate(spill->fd, place_of(spill, spill->tail));
}

static bool has_room(const struct spill *spill, size_t n)
{
    return (uint64_t)place_of(spill, spill->tail) + n <= spill->limit;
}

static bool is_full(struct spill *spill, const char *why)
{
    if (!spill->full_said)
        (void)complain(spill->name, why);
    spill->full_said = true;
    return false;
}

bool spill_add(struct spill *spill, struct spill_record *record)
{
    char front[CHECKSUM_DIGITS + 2];
    struct spill_record marked = *record;

    if (record->key_length == 0) {
        marked.key = "-";
        marked.key_length = 1;
    }
    const size_t length = CHECKSUM_DIGITS + 1 + marked.key_length + 1 + record->length + 1;
    if (record->length > SPILL_MESSAGE_MAX || marked.key_length > SPILL_KEY_MAX)
        return false;
    if (!has_room(spill, length))
        move_to_front(spill);
    if (!has_room(spill, length))
        return is_full(spill, "there is no room for more messages");
    snprintf(front, sizeof front, "%08" PRIx32 " ", checksum_of(&marked));
    const struct iovec parts[] = {
        { front, CHECKSUM_DIGITS + 1 }, { (void *)(uintptr_t)marked.key, marked.key_length }, { " ", 1 },
        { (void *)(uintptr_t)record->bytes, record->length }, { "\n", 1 },
    };
    const off_t place = place_of(spill, spill->tail);
    const ssize_t written = pwritev(spill->fd, parts, sizeof parts / sizeof parts[0], place);
    if (written != (ssize_t)length) {
        const int error = written < 0 ? errno : ENOSPC;
        (void)ftruncate(spill->fd, place);
        return is_full(spill, strerror(error));
    }
    spill->tail += length;
    record->end = spill->tail;
    spill->full_said = false;
    return true;
}

/* --- reading ------------------------------------------------------------------------------ */

bool spill_has_unread(const struct spill *spill)
{
    return spill->next < spill->tail;
}

void spill_pass(struct spill *spill)
{
    spill->next = spill->read_to = spill->tail;
    spill->used = spill->length = 0;
}

/* More of the file behind what is in the buffer. False: there is no more, or no memory for it. */
static bool fill(struct spill *spill)
{
    const uint64_t rest = spill->tail - spill->read_to;

    if (spill->used > 0) {
        memmove(spill->buffer, spill->buffer + spill->used, spill->length - spill->used);
        spill->length -= spill->used;
        spill->used = 0;
    }
    if (spill->room - spill->length < PIECE) {
        char *more = realloc(spill->buffer, 2 * spill->room + PIECE);
        if (more == NULL)
            return false;
        spill->buffer = more;
        spill->room = 2 * spill->room + PIECE;
    }
    const size_t wanted = rest < PIECE ? (size_t)rest : PIECE;
    const ssize_t got = pread(spill->fd, spill->buffer + spill->length, wanted, place_of(spill, spill->read_to));
    if (got <= 0)
        return false;
    spill->length += (size_t)got;
    spill->read_to += (uint64_t)got;
    return true;
}

/* The next line, with its end; NULL: there is none. One that is too long comes in pieces, which are no records. */
static const char *next_line(struct spill *spill, size_t *length)
{
    for (size_t looked = 0;;) {
        const size_t there = spill->length - spill->used;
        const char *line = spill->buffer + spill->used;
        const char *end = there > looked ? memchr(line + looked, '\n', there - looked) : NULL;
        if (end != NULL || there > RECORD_MAX) {
            *length = end != NULL ? (size_t)(end - line) + 1 : there;
            return line;
        }
        looked = there;
        if (!fill(spill))
            return NULL;
    }
}

static bool is_record(const char *line, size_t length, struct spill_record *out)
{
    char digits[CHECKSUM_DIGITS + 1] = "", *end;

    if (length < RECORD_MIN + 1 || line[length - 1] != '\n' || line[CHECKSUM_DIGITS] != ' ')
        return false;
    memcpy(digits, line, CHECKSUM_DIGITS);
    const unsigned long sum = strtoul(digits, &end, 16);
    out->key = line + CHECKSUM_DIGITS + 1;
    const char *space = memchr(out->key, ' ', length - CHECKSUM_DIGITS - 1);
    if (end != digits + CHECKSUM_DIGITS || space == NULL || space == out->key || space - out->key > (ptrdiff_t)SPILL_KEY_MAX)
        return false;
    out->key_length = (size_t)(space - out->key);
    out->bytes = space + 1;
    out->length = (size_t)(line + length - 1 - out->bytes);
    if (out->length < 2 || out->bytes[0] != '{' || out->bytes[out->length - 1] != '}' || checksum_of(out) != sum)
        return false;
    if (out->key_length == 1 && out->key[0] == '-')
        out->key_length = 0;
    return true;
}

bool spill_read(struct spill *spill, struct spill_record *out)
{
    while (spill_has_unread(spill)) {
        size_t length = 0;
        const char *line = next_line(spill, &length);
        if (line == NULL) { /* it was cut while it is in use, or cannot be read */
            spill_pass(spill);
        } else {
            spill->used += length;
            spill->next += length;
        }
        out->end = spill->next;
        if (line != NULL && is_record(line, length, out))
            return true;
        if (spill->damaged++ == 0)
            (void)complain(spill->name, "a message in it is damaged; what is damaged is left out, and counted as lost");
    }
    return false;
}

/* --- delivered ---------------------------------------------------------------------------- */

void spill_forget(struct spill *spill, uint64_t position)
{
    if (position <= spill->head)
        return;
    spill->head = position;
    if (spill->head == spill->tail) {
        spill->base = spill->tail;
        (void)write_heading(spill); /* if not, some come twice */
        (void)ftruncate(spill->fd, (off_t)HEADING);
    } else {
        (void)write_heading(spill);
    }
}

uint64_t spill_count(struct spill *spill)
{
    char piece[PIECE];
    uint64_t count = 0;

    for (uint64_t at = spill->head; at < spill->tail;) {
        const uint64_t rest = spill->tail - at;
        const ssize_t got = pread(spill->fd, piece, rest < sizeof piece ? (size_t)rest : sizeof piece, place_of(spill, at));
        if (got <= 0)
            break;
        for (ssize_t i = 0; i < got; i++)
            count += piece[i] == '\n';
        at += (uint64_t)got;
    }
    return count;
}

void spill_close(struct spill *spill)
{
    free(spill->buffer);
    spill->buffer = NULL;
    if (spill->fd >= 0) {
        (void)fdatasync(spill->fd);
        close(spill->fd);
    }
    spill->fd = -1;
}
