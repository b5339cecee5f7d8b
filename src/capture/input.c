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

struct hl_input {
    int fd;
    char *path;
    uint8_t *window; /* bytes at [start, end) are there and not yet taken */
    size_t size, start, end;
    uint8_t *map; /* a plain regular file as a whole, instead of a window; NULL: it is read */
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

    do
        n = read(in->fd, out, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
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

/* Have `n` bytes in the window if the stream has them. */
static void fill(struct hl_input *in, size_t n)
{
    if (in->map != NULL)
        return;
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

/* Of a large file only the headers of most packets are looked at: mapped, the rest is never copied. */
static void map_file(struct hl_input *in)
{
    void *map = MAP_FAILED;

    if (in->file_size >= MAP_SIZE_MIN && in->file_size <= SIZE_MAX / 2)
        map = mmap(NULL, (size_t)in->file_size, PROT_READ, MAP_PRIVATE, in->fd, 0);
    if (map == MAP_FAILED)
        return;
    (void)madvise(map, (size_t)in->file_size, MADV_SEQUENTIAL);
    free(in->window);
    in->map = in->window = map;
    in->size = in->end = (size_t)in->file_size;
    in->ended = true;
}

static bool detect_compression(struct hl_input *in)
{
    bool known;

    fill(in, 4);
    struct hl_span start = { in->window, in->end };
    in->decompressor = decompressor_new(start, &known);
    if (!known) {
        map_file(in);
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
    if (in->map != NULL)
        munmap(in->map, in->size);
    else
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

uint64_t input_offset(const struct hl_input *in)
{
    return in->taken;
}

uint64_t input_consumed(const struct hl_input *in)
{
    return in->map != NULL ? in->taken : in->read;
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
