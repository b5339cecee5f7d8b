#include "capture/input.h"

#include "base/error.h"
#include "base/limits.h"
#include "capture/decompress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Half a megabyte stays in the second-level cache while its packets are read. */
#define WINDOW_SIZE ((size_t)512 << 10)
/* Smaller files are not worth a mapping. */
#define MAP_SIZE_MIN ((uint64_t)1 << 20)
#define MAP_SIZE ((size_t)8 << 20)
#define MAP_ALIGNMENT 65536u /* a multiple of any page size in use */

struct hl_input {
    int fd;
    char *path;
    uint8_t *window; /* bytes at [start, end) are there and not yet taken */
    size_t size, start, end;
    bool mapped;       /* the window is a piece of a plain file, mapped ... */
    uint64_t map_next; /* ... up to this offset in it */
    uint64_t taken;
    uint64_t read; /* from the file */
    uint64_t file_size;
    struct hl_decompressor *decompressor; /* NULL for a plain file */
    uint8_t *compressed;                  /* read but not yet decompressed: */
    struct hl_span pending;
    bool ended;
    struct hl_error error; /* HL_OK until something fails */
};

/* 0 at the end of the file and on errors. */
static size_t read_file(struct hl_input *in, uint8_t *out, size_t size)
{
    ssize_t n;

    n = read(in->fd, out, size);
    if (n < 0 && errno == EINTR)
        error_set(&in->error, HL_ERR_STOPPED, NULL, "%s: interrupted", in->path);
    else if (n < 0)
        error_set(&in->error, HL_ERR_IO, NULL, "%s: %s", in->path, strerror(errno));
    if (n <= 0)
        return 0;
    in->read += (uint64_t)n;
    return (size_t)n;
}

static size_t read_compressed(struct hl_input *in, uint8_t *out, size_t size)
{
    for (;;) {
        bool damaged = false;
        if (in->pending.len == 0) {
            in->pending = (struct hl_span){ in->compressed, read_file(in, in->compressed, WINDOW_SIZE) };
            if (in->pending.len == 0) {
                if (!decompressor_complete(in->decompressor) && in->error.status == HL_OK)
                    error_set(&in->error, HL_ERR_TRUNCATED, "the file was probably cut while it was copied",
                              "%s: the %s data ends too early", in->path, decompressor_name(in->decompressor));
                return 0;
            }
        }
        size_t before = in->pending.len;
        size_t n = decompressor_run(in->decompressor, &in->pending, out, size, &damaged);
        if (damaged || (n == 0 && in->pending.len == before)) {
            error_set(&in->error, HL_ERR_FORMAT, NULL, "%s: the %s data is damaged", in->path,
                      decompressor_name(in->decompressor));
            return n;
        }
        if (n > 0)
            return n;
    }
}

static bool is_plain_file(const struct hl_input *in)
{
    return in->decompressor == NULL && in->file_size >= MAP_SIZE_MIN;
}

/* Have the next piece of the file mapped, from the first byte not yet taken. Only the headers of
 * most packets are looked at: what is mapped instead of read is never copied. */
static void map_more(struct hl_input *in, size_t n)
{
    struct stat info;
    uint64_t at = in->map_next - (in->end - in->start);
    uint64_t begin = at - at % MAP_ALIGNMENT;

    if (in->window != NULL)
        munmap(in->window, in->size);
    in->window = NULL;
    in->size = in->start = in->end = 0;
    in->ended = true;
    /* A file that has shrunk must not be touched behind its new end. */
    if (fstat(in->fd, &info) != 0 || (uint64_t)info.st_size < in->file_size) {
        error_set(&in->error, HL_ERR_TRUNCATED, NULL, "%s: the file shrank while it was read", in->path);
        return;
    }
    size_t length = n + MAP_SIZE;
    if (length > in->file_size - begin)
        length = (size_t)(in->file_size - begin);
    void *map = length > 0 ? mmap(NULL, length, PROT_READ, MAP_PRIVATE, in->fd, (off_t)begin) : MAP_FAILED;
    if (map == MAP_FAILED) {
        if (length > 0)
            error_set(&in->error, HL_ERR_IO, NULL, "%s: %s", in->path, strerror(errno));
        return;
    }
    (void)madvise(map, length, MADV_SEQUENTIAL);
    in->window = map;
    in->size = in->end = length;
    in->start = (size_t)(at - begin);
    in->map_next = begin + length;
    in->ended = in->map_next == in->file_size;
}

/* From reading to mapping: what was read so far has not been taken. */
static void start_mapping(struct hl_input *in)
{
    free(in->window);
    in->window = NULL;
    in->size = in->start = in->end = 0;
    in->map_next = 0;
    in->mapped = true;
    in->ended = false;
}

/* Have `n` bytes in the window if the stream has them. */
static void fill(struct hl_input *in, size_t n)
{
    if (in->mapped) {
        if (!in->ended)
            map_more(in, n);
        return;
    }
    if (n > in->size - in->start) {
        memmove(in->window, in->window + in->start, in->end - in->start);
        in->end -= in->start;
        in->start = 0;
    }
    if (n > in->size) {
        uint8_t *larger = realloc(in->window, n);
        if (larger == NULL) {
            error_set(&in->error, HL_ERR_MEMORY, NULL, "%s: out of memory", in->path);
            in->ended = true;
            return;
        }
        in->window = larger;
        in->size = n;
    }
    while (in->end - in->start < n && !in->ended) {
        uint8_t *out = in->window + in->end;
        size_t room = in->size - in->end;
        size_t got = in->decompressor != NULL ? read_compressed(in, out, room) : read_file(in, out, room);
        in->end += got;
        in->ended = got == 0 || in->error.status != HL_OK;
    }
}

static bool detect_compression(struct hl_input *in)
{
    bool known;

    fill(in, 4);
    struct hl_span start = { in->window, in->end };
    in->decompressor = decompressor_new(start, &known);
    if (!known) {
        if (is_plain_file(in))
            start_mapping(in);
        return true;
    }

    uint8_t *window = malloc(WINDOW_SIZE);
    if (in->decompressor == NULL || window == NULL) {
        free(window);
        return false;
    }
    /* What was read for the look is the beginning of the compressed data. */
    in->compressed = in->window;
    in->pending = (struct hl_span){ in->compressed, in->end };
    in->window = window;
    in->end = 0;
    in->ended = false;
    return true;
}

struct hl_input *input_new(const char *path, struct hl_error *error)
{
    struct hl_input *in = calloc(1, sizeof *in);
    struct stat info;

    if (in == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    in->fd = -1;
    bool standard = strcmp(path, "-") == 0;
    in->path = strdup(standard ? "standard input" : path);
    in->window = malloc(WINDOW_SIZE);
    in->size = WINDOW_SIZE;
    if (in->path == NULL || in->window == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        goto fail;
    }
    in->fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0) {
        error_set(error, HL_ERR_IO, NULL, "%s: %s", in->path, strerror(errno));
        goto fail;
    }
    if (fstat(in->fd, &info) == 0) {
        if (S_ISDIR(info.st_mode)) {
            error_set(error, HL_ERR_IO, "give the capture files in it", "%s: is a directory", in->path);
            goto fail;
        }
        in->file_size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
    }
    if (!detect_compression(in)) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        goto fail;
    }
    return in;

fail:
    input_free(in);
    return NULL;
}

void input_free(struct hl_input *in)
{
    if (in == NULL)
        return;
    if (in->fd >= 0)
        close(in->fd);
    decompressor_free(in->decompressor);
    free(in->compressed);
    if (in->mapped && in->window != NULL)
        munmap(in->window, in->size);
    else if (!in->mapped)
        free(in->window);
    free(in->path);
    free(in);
}

struct hl_span input_peek(struct hl_input *in, size_t n)
{
    if (in->end - in->start < n)
        fill(in, n);
    size_t have = in->end - in->start;
    return (struct hl_span){ in->window + in->start, have < n ? have : n };
}

void input_skip(struct hl_input *in, size_t n)
{
    in->start += n;
    in->taken += n;
}

bool input_can_rewind(const struct hl_input *in)
{
    return in->decompressor == NULL && in->file_size > 0;
}

/* Behind the window there is none, and the next one begins there. */
static void jump_in_map(struct hl_input *in, uint64_t n)
{
    const uint64_t left = in->file_size - in->map_next;

    if (n > left)
        n = left;
    in->map_next += n;
    in->taken += n;
    in->ended = in->map_next == in->file_size;
}

void input_jump(struct hl_input *in, uint64_t n)
{
    size_t have = in->end - in->start;

    while (n > have && have > 0) {
        input_skip(in, have);
        n -= have;
        have = in->mapped ? 0 : input_peek(in, WINDOW_SIZE).len;
    }
    if (n <= have)
        input_skip(in, (size_t)n);
    else if (in->mapped)
        jump_in_map(in, n);
}

void input_rewind(struct hl_input *in)
{
    if (in->mapped && in->window != NULL)
        munmap(in->window, in->size);
    if (in->mapped) {
        in->window = NULL;
        in->size = 0;
    }
    in->start = in->end = 0;
    in->map_next = in->taken = 0;
    in->ended = false;
    in->error.status = HL_OK; /* what is wrong is found again */
    if (!in->mapped && lseek(in->fd, -(off_t)in->read, SEEK_CUR) < 0)
        error_set(&in->error, HL_ERR_IO, NULL, "%s: %s", in->path, strerror(errno));
    in->read = 0;
}

uint64_t input_offset(const struct hl_input *in)
{
    return in->taken;
}

uint64_t input_consumed(const struct hl_input *in)
{
    return in->mapped ? in->taken : in->read;
}

uint64_t input_size(const struct hl_input *in)
{
    return in->file_size;
}

bool input_failed(const struct hl_input *in, struct hl_error *error)
{
    if (in->error.status == HL_OK)
        return false;
    *error = in->error;
    return true;
}
