/* Key logs: files that are read, mapped or followed, and texts; handlens/secrets.h.
 *
 * Files are read into blocks that are wiped at the end, and the index points into those. A large one is
 * mapped instead; what is written to it later is read like that of a small one. A file that is still written
 * is gone on with where the last look ended, in the middle of a line if need be. */
#include <handlens/secrets.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/prf.h"
#include "crypto/secrets.h"
#include "inspect/key_log_files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whoever shortens a mapped file takes down who looks at it; only archives are as long as this. */
#define MAP_SIZE_MIN ((off_t)64 << 20)
#define BLOCK_SIZE ((size_t)1 << 20)
#define READ_SIZE ((size_t)64 << 10)
/* So much of what was read last is compared, to see that a file has grown and was not written anew. */
#define TAIL_SIZE 64u
#define HEAD_SIZE 16u

struct secrets_file {
    struct secrets_file *next;
    char *path;
    const char *name; /* for messages: `path`, or "standard input" */
    bool opened;      /* `device` and `inode` are its */
    bool regular;     /* it can grow */
    bool over;        /* another file has its name now */
    dev_t device;
    ino_t inode;
    uint64_t offset;  /* read up to here */
    uint8_t *block;   /* of secrets_room(): [start, end) is a line that has not ended */
    size_t size, start, end;
    bool skipping;    /* ... which is too long: the rest of it is passed over */
    uint8_t *map;
    size_t map_length;
    uint8_t head[HEAD_SIZE]; /* the first bytes, for a look at what it is when it is no key log */
    size_t head_length;
    uint8_t tail[TAIL_SIZE]; /* the last bytes before `offset` */
    size_t tail_length;
    struct key_log_counts counts;
};

static void file_free(struct secrets_file *file)
{
    if (file->map != NULL)
        munmap(file->map, file->map_length);
    free(file->path);
    wipe(file, sizeof *file);
    free(file);
}

void key_log_files_free(struct hl_secrets *secrets)
{
    for (struct secrets_file *file = secrets->files, *next; file != NULL; file = next) {
        next = file->next;
        file_free(file);
    }
    secrets->files = NULL;
}

/* --- reading a key log ------------------------------------------------------------ */

static enum hl_status no_room(const struct secrets_file *file, struct hl_error *error)
{
    return error_set(error, HL_ERR_MEMORY, NULL, "%s: too many secrets, or out of memory", file->name);
}

/* Room to read into, behind the line that has not ended, which moves on to a new block with it. */
static bool make_room(struct hl_secrets *secrets, struct secrets_file *file)
{
    size_t begun = file->end - file->start;

    if (file->size - file->end >= READ_SIZE)
        return true;
    if (begun > HL_KEY_LOG_LINE_MAX) {
        file->skipping = true;
        begun = 0;
    }
    uint8_t *block = secrets_room(secrets, BLOCK_SIZE);
    if (block == NULL)
        return false;
    if (begun > 0)
        memcpy(block, file->block + file->start, begun);
    file->block = block;
    file->size = BLOCK_SIZE;
    file->start = 0;
    file->end = begun;
    return true;
}

/* `last` was read at `offset`. */
static void remember(struct secrets_file *file, struct hl_span last)
{
    if (file->offset == 0) {
        file->head_length = last.len < HEAD_SIZE ? last.len : HEAD_SIZE;
        memcpy(file->head, last.ptr, file->head_length);
    }
    size_t n = last.len < TAIL_SIZE ? last.len : TAIL_SIZE;
    size_t kept = file->tail_length < TAIL_SIZE - n ? file->tail_length : TAIL_SIZE - n;

    memmove(file->tail, file->tail + file->tail_length - kept, kept);
    memcpy(file->tail + kept, last.ptr + last.len - n, n);
    file->tail_length = kept + n;
}

/* The rest of a line that was too long, off what has been read. */
static void skip_line(struct secrets_file *file)
{
    const uint8_t *feed = memchr(file->block + file->start, '\n', file->end - file->start);

    if (feed == NULL) {
        file->end = file->start; /* the same place takes what comes next */
        return;
    }
    file->start = (size_t)(feed - file->block) + 1;
    file->skipping = false;
    file->counts.lines++;
    file->counts.malformed++;
    if (file->counts.first_malformed == 0)
        file->counts.first_malformed = file->counts.lines;
}

/* Index what was read, line by line. */
static bool index_block(struct hl_secrets *secrets, struct secrets_file *file, bool whole)
{
    size_t used = 0;

    if (file->skipping)
        skip_line(file);
    if (file->start == file->end)
        return true;
    const struct hl_span text = { file->block + file->start, file->end - file->start };
    bool complete = secrets_index(secrets, text, whole, &file->counts, &used);
    file->start += used;
    return complete;
}

/* Read from where `fd` stands to its end. `whole`: a last line without an end is one, too. */
static enum hl_status read_lines(struct hl_secrets *secrets, struct secrets_file *file, int fd, bool whole,
                                 struct hl_error *error)
{
    for (;;) {
        if (!make_room(secrets, file))
            return no_room(file, error);
        ssize_t n = read(fd, file->block + file->end, file->size - file->end);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(error, HL_ERR_IO, NULL, "%s: %s", file->name, strerror(errno));
        if (n == 0)
            break;
        remember(file, (struct hl_span){ file->block + file->end, (size_t)n });
        file->end += (size_t)n;
        file->offset += (uint64_t)n;
        if (!index_block(secrets, file, false))
            return no_room(file, error);
    }
    return !whole || index_block(secrets, file, true) ? HL_OK : no_room(file, error);
}

/* Map what there is of a large file, up to its last line feed: the rest is read. */
static enum hl_status map_lines(struct hl_secrets *secrets, struct secrets_file *file, int fd, off_t size,
                                struct hl_error *error)
{
    size_t used = 0;
    void *map = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);

    if (map == MAP_FAILED)
        return HL_OK; /* then it is read */
    (void)madvise(map, (size_t)size, MADV_SEQUENTIAL);
    file->map = map;
    file->map_length = (size_t)size;
    if (!secrets_index(secrets, (struct hl_span){ map, (size_t)size }, false, &file->counts, &used))
        return no_room(file, error);
    (void)madvise(map, (size_t)size, MADV_RANDOM);
    remember(file, (struct hl_span){ map, used });
    file->offset = used;
    if (lseek(fd, (off_t)used, SEEK_SET) != (off_t)used)
        return error_set(error, HL_ERR_IO, NULL, "%s: %s", file->name, strerror(errno));
    return HL_OK;
}

static enum hl_status take_file(struct hl_secrets *secrets, struct secrets_file *file, int fd, bool whole,
                                struct hl_error *error)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return error_set(error, HL_ERR_IO, NULL, "%s: %s", file->name, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return error_set(error, HL_ERR_IO, "give the key log files in it", "%s: is a directory", file->name);
    file->opened = true;
    file->regular = S_ISREG(info.st_mode) && fd != STDIN_FILENO;
    file->device = info.st_dev;
    file->inode = info.st_ino;
    if (file->regular && info.st_size >= MAP_SIZE_MIN) {
        enum hl_status status = map_lines(secrets, file, fd, info.st_size, error);
        if (status != HL_OK)
            return status;
    }
    return read_lines(secrets, file, fd, whole, error);
}

/* --- errors ------------------------------------------------------------------------ */

/* What people hand over instead of a key log. */
static const char *hint_for(struct hl_span start)
{
    static const struct {
        const char *bytes, *hint;
        size_t length;
    } known[] = {
        { "\x0a\x0d\x0d\x0a", "this is a capture; a key log is expected here", 4 },
        { "\xd4\xc3\xb2\xa1", "this is a capture; a key log is expected here", 4 },
        { "\xa1\xb2\xc3\xd4", "this is a capture; a key log is expected here", 4 },
        { "\x4d\x3c\xb2\xa1", "this is a capture; a key log is expected here", 4 },
        { "\xa1\xb2\x3c\x4d", "this is a capture; a key log is expected here", 4 },
        { "-----BEGIN ", "this is PEM; a private key is given with --key, a certificate with --ca-file", 11 },
        { "\x1f\x8b", "decompress it first", 2 },
        { "\x28\xb5\x2f\xfd", "decompress it first", 4 },
        { "\xff\xfe", "this is UTF-16; save it as plain ASCII text", 2 },
    };

    if (start.len == 0)
        return "it is empty: programs write to it when SSLKEYLOGFILE names it as they start";
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (start.len >= known[i].length && memcmp(start.ptr, known[i].bytes, known[i].length) == 0)
            return known[i].hint;
    }
    return "its lines begin with CLIENT_RANDOM, SERVER_HANDSHAKE_TRAFFIC_SECRET, ...";
}

static enum hl_status not_a_key_log(const struct secrets_file *file, struct hl_error *error)
{
    return error_set(error, HL_ERR_FORMAT, hint_for((struct hl_span){ file->head, file->head_length }),
                     "%s: this is no key log", file->name);
}

bool hl_secrets_warning(const struct hl_secrets *secrets, size_t number, struct hl_error *out)
{
    for (const struct secrets_file *file = secrets->files; file != NULL; file = file->next) {
        const struct key_log_counts *counts = &file->counts;
        if (counts->malformed == 0 || number-- > 0)
            continue;
        if (counts->malformed == 1)
            error_set(out, HL_ERR_FORMAT, "it was passed over", "%s: line %" PRIu64 " is malformed", file->name,
                      counts->first_malformed);
        else
            error_set(out, HL_ERR_FORMAT, "they were passed over",
                      "%s: %" PRIu64 " lines are malformed, the first of them line %" PRIu64, file->name,
                      counts->malformed, counts->first_malformed);
        return true;
    }
    return false;
}

/* --- key logs ---------------------------------------------------------------------- */

static struct secrets_file *add_file(struct hl_secrets *secrets, const char *path)
{
    struct secrets_file *file = calloc(1, sizeof *file), **link = &secrets->files;

    if (file == NULL)
        return NULL;
    file->path = strdup(path);
    if (file->path == NULL) {
        free(file);
        return NULL;
    }
    file->name = strcmp(path, "-") == 0 ? "standard input" : file->path;
    while (*link != NULL)
        link = &(*link)->next;
    *link = file;
    return file;
}

static enum hl_status open_key_log(struct hl_secrets *secrets, struct secrets_file *file, bool follow,
                                   struct hl_error *error)
{
    const bool standard = strcmp(file->path, "-") == 0;
    const int fd = standard ? STDIN_FILENO : open(file->path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT && follow)
        return HL_OK;
    if (fd < 0)
        return error_set(error, HL_ERR_IO, NULL, "%s: %s", file->name, strerror(errno));
    enum hl_status status = take_file(secrets, file, fd, true, error);
    if (!standard)
        close(fd);
    if (status != HL_OK || file->counts.secrets > 0 || (follow && file->counts.malformed == 0))
        return status;
    return not_a_key_log(file, error);
}

/* The last one that was added goes: nothing in the index may point to it. */
static void drop_file(struct hl_secrets *secrets, struct secrets_file *file)
{
    struct secrets_file **link = &secrets->files;

    while (*link != file)
        link = &(*link)->next;
    *link = file->next;
    if (file->map != NULL)
        key_log_drop(&secrets->log, (struct hl_span){ file->map, file->map_length });
    file_free(file);
}

static enum hl_status add_key_log(struct hl_secrets *secrets, const char *path, bool follow, struct hl_error *error)
{
    struct secrets_file *file = add_file(secrets, path);

    if (file == NULL)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    enum hl_status status = open_key_log(secrets, file, follow, error);
    if (status != HL_OK)
        drop_file(secrets, file);
    return status;
}

enum hl_status hl_secrets_key_log_file(struct hl_secrets *secrets, const char *path, struct hl_error *error)
{
    return add_key_log(secrets, path, false, error);
}

enum hl_status hl_secrets_follow_key_log(struct hl_secrets *secrets, const char *path, struct hl_error *error)
{
    enum hl_status status = add_key_log(secrets, path, true, error);

    secrets->following |= status == HL_OK;
    return status;
}

enum hl_status hl_secrets_key_log_text(struct hl_secrets *secrets, struct hl_span text, struct hl_error *error)
{
    struct key_log_counts counts = { 0 };

    if (!secrets_add_key_log(secrets, text, &counts))
        return error_set(error, HL_ERR_MEMORY, NULL, "too many secrets, or out of memory");
    if (counts.secrets == 0)
        return error_set(error, HL_ERR_FORMAT, hint_for(text), "this is no key log");
    return HL_OK;
}

/* --- what was written since ---------------------------------------------------------- */

/* Does the file still have what was read of it last? */
static bool has_tail(const struct secrets_file *file, int fd)
{
    uint8_t bytes[TAIL_SIZE];
    bool same = pread(fd, bytes, file->tail_length, (off_t)(file->offset - file->tail_length))
                    == (ssize_t)file->tail_length
                && memcmp(bytes, file->tail, file->tail_length) == 0;

    wipe(bytes, sizeof bytes);
    return same;
}

/* It was shortened, or written over: from its beginning. The secrets of before are kept, unless they were mapped. */
static void start_over(struct hl_secrets *secrets, struct secrets_file *file)
{
    if (file->map != NULL) {
        key_log_drop(&secrets->log, (struct hl_span){ file->map, file->map_length });
        munmap(file->map, file->map_length);
        file->map = NULL;
    }
    file->block = NULL; /* the index points into it */
    file->size = file->start = file->end = 0;
    file->offset = 0;
    file->tail_length = 0;
    file->skipping = false;
    file->counts = (struct key_log_counts){ 0 };
}

static void refresh_file(struct hl_secrets *secrets, struct secrets_file *file, int fd, const struct stat *info)
{
    if (!file->opened) {
        (void)take_file(secrets, file, fd, false, NULL);
        return;
    }
    if (info->st_dev != file->device || info->st_ino != file->inode) {
        /* Another file under its name, and the old one may be mapped. */
        struct secrets_file *other = add_file(secrets, file->path);
        file->over = other != NULL;
        if (other != NULL)
            (void)take_file(secrets, other, fd, false, NULL);
        return;
    }
    if ((uint64_t)info->st_size < file->offset || !has_tail(file, fd))
        start_over(secrets, file);
    if ((uint64_t)info->st_size > file->offset && lseek(fd, (off_t)file->offset, SEEK_SET) >= 0)
        (void)read_lines(secrets, file, fd, false, NULL);
}

bool hl_secrets_refresh(struct hl_secrets *secrets)
{
    const uint64_t before = secrets->generation;

    for (struct secrets_file *file = secrets->files; file != NULL; file = file->next) {
        struct stat info;
        if (file->over || (file->opened && !file->regular))
            continue;
        int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode))
            refresh_file(secrets, file, fd, &info);
        if (fd >= 0)
            close(fd);
    }
    return secrets->generation != before;
}
