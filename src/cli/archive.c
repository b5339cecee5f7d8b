#include "cli/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct cli_archive {
    int directory;
    const char *path;
    FILE *index;
    bool any;    /* the index has an entry */
    bool failed; /* it was said */
};

static bool fail(struct cli_archive *archive, const char *name)
{
    if (!archive->failed)
        fprintf(stderr, "handlens: %s/%s: %s\n", archive->path, name, strerror(errno));
    archive->failed = true;
    return false;
}

/* Fits hl_write_fn. */
static bool write_to(void *file, const void *bytes, size_t n)
{
    return fwrite(bytes, 1, n, file) == n;
}

static FILE *create(struct cli_archive *archive, const char *name, int flags)
{
    int fd = openat(archive->directory, name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0666);

    return fd < 0 ? NULL : fdopen(fd, "w");
}

struct cli_archive *archive_open(const char *path)
{
    struct cli_archive *archive = calloc(1, sizeof *archive);

    if (archive == NULL)
        return NULL;
    archive->path = path;
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "handlens: %s: %s\n", path, strerror(errno));
        free(archive);
        return NULL;
    }
    archive->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    archive->index = archive->directory >= 0 ? create(archive, "index.json", O_TRUNC) : NULL;
    if (archive->index == NULL) {
        fprintf(stderr, "handlens: %s: %s\n", path, strerror(errno));
        if (archive->directory >= 0)
            close(archive->directory);
        free(archive);
        return NULL;
    }
    fputs("[\n", archive->index);
    return archive;
}

static bool write_pem(struct cli_archive *archive, const char *name, const struct hl_handshake *handshake,
                      enum hl_side side, size_t first, size_t count, int flags)
{
    FILE *file = create(archive, name, flags);

    if (file == NULL)
        return errno == EEXIST || fail(archive, name); /* written before */
    bool done = true;
    for (size_t i = first; i < first + count; i++)
        done &= hl_print_pem(hl_handshake_certificate(handshake, side, i), write_to, file);
    done &= fclose(file) == 0;
    return done || fail(archive, name);
}

static bool write_side(struct cli_archive *archive, const struct hl_handshake *handshake, enum hl_side side)
{
    size_t count = hl_handshake_certificate_count(handshake, side);
    char name[96];
    bool done = true;

    for (size_t i = 0; i < count && done; i++) {
        struct hl_span sha256 = hl_handshake_certificate_sha256(handshake, side, i);
        for (size_t b = 0; b < sha256.len; b++)
            snprintf(name + 2 * b, 3, "%02x", sha256.ptr[b]);
        memcpy(name + 2 * sha256.len, ".pem", sizeof ".pem");
        done = write_pem(archive, name, handshake, side, i, 1, O_EXCL);
    }
    snprintf(name, sizeof name, "chain-%llu%s.pem", (unsigned long long)hl_handshake_id(handshake),
             side == HL_CLIENT ? "-client" : "");
    return done && (count == 0 || write_pem(archive, name, handshake, side, 0, count, O_TRUNC));
}

bool archive_handshake(struct cli_archive *archive, const struct hl_handshake *handshake)
{
    if (hl_handshake_certificate_count(handshake, HL_SERVER) + hl_handshake_certificate_count(handshake, HL_CLIENT) == 0)
        return !archive->failed;
    if (!write_side(archive, handshake, HL_SERVER) || !write_side(archive, handshake, HL_CLIENT))
        return false;
    fputs(archive->any ? ",\n" : "", archive->index);
    archive->any = true;
    return hl_print_chains(handshake, write_to, archive->index) || fail(archive, "index.json");
}

bool archive_close(struct cli_archive *archive)
{
    fputs("\n]\n", archive->index);
    bool done = !archive->failed;
    if (fclose(archive->index) != 0)
        done = fail(archive, "index.json");
    close(archive->directory);
    free(archive);
    return done;
}
