#include "cli/baseline_file.h"

#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE_USUAL 0666u

/* Where a file is put in place of another. */
struct place {
    char path[PATH_MAX];      /* without links */
    char temporary[PATH_MAX]; /* in the same folder */
    mode_t mode;
    bool in_place; /* what is there is no file, and cannot be replaced by one */
};

static bool complain(const char *path, const char *why, const char *hint)
{
    fprintf(stderr, "handlens: %s: %s; %s\n", path, why, hint);
    return false;
}

static mode_t usual_mode(void)
{
    const mode_t mask = umask(0);

    umask(mask);
    return MODE_USUAL & ~mask;
}

static bool fail_with(int error)
{
    errno = error;
    return false;
}

/* False with errno. A link to a file stays one; pipes, devices and the like are written to as they are. */
static bool find_place(const char *path, struct place *place)
{
    struct stat file;
    const bool exists = stat(path, &file) == 0;

    if (!exists && (errno != ENOENT || lstat(path, &file) == 0)) /* or a link to nowhere */
        return false;
    if (exists && S_ISDIR(file.st_mode))
        return fail_with(EISDIR);
    place->in_place = exists && !S_ISREG(file.st_mode);
    place->mode = exists ? file.st_mode & 07777 : usual_mode();
    if (exists && !place->in_place) {
        if (realpath(path, place->path) == NULL)
            return false;
    } else if (snprintf(place->path, sizeof place->path, "%s", path) >= (int)sizeof place->path) {
        return fail_with(ENAMETOOLONG);
    }
    const int length = snprintf(place->temporary, sizeof place->temporary, "%s.XXXXXX", place->path);
    return (length > 0 && (size_t)length < sizeof place->temporary) || fail_with(ENAMETOOLONG);
}

/* What goes there by another name would be lost. */
static bool is_standard_stream(const struct place *place)
{
    struct stat file, stream;

    if (place->in_place || stat(place->path, &file) != 0)
        return false;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fstat(fd, &stream) == 0 && stream.st_dev == file.st_dev && stream.st_ino == file.st_ino)
            return true;
    }
    return false;
}

/* The folder that a file is in, ends where its name begins. */
static bool is_folder_writable(const struct place *place)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(place->path, '/');
    const size_t length = slash == NULL ? 0 : (size_t)(slash - place->path) + 1;

    memcpy(folder, place->path, length);
    strcpy(folder + length, ".");
    return access(folder, W_OK | X_OK) == 0;
}

bool baseline_file_check(const char *path)
{
    struct place place;

    if (!find_place(path, &place))
        return complain(path, strerror(errno), "name a file for the baseline");
    if (is_standard_stream(&place))
        return complain(path, "standard output or error goes there", "name another file for the baseline");
    if (access(place.path, W_OK) != 0 && errno != ENOENT)
        return complain(path, strerror(errno), "the baseline must be a file that can be written");
    if (!place.in_place && !is_folder_writable(&place))
        return complain(path, strerror(errno), "the baseline must be in a folder that can be written");
    return true;
}

/* A descriptor; -1 with errno. */
static int open_place(struct place *place)
{
    if (place->in_place)
        return open(place->path, O_WRONLY | O_CLOEXEC);
    return mkstemp(place->temporary);
}

static bool add(void *user, const void *bytes, size_t n)
{
    const int *fd = user;

    for (const char *next = bytes; n > 0;) {
        const ssize_t written = write(*fd, next, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        next += written;
        n -= (size_t)written;
    }
    return true;
}

/* False with errno. */
static bool fill(const struct place *place, int fd, struct hl_baseline_writer *writer)
{
    errno = ENOMEM;
    return hl_baseline_writer_write(writer, add, &fd) && (place->in_place || (fchmod(fd, place->mode) == 0 && fsync(fd) == 0));
}

bool baseline_file_write(const char *path, struct hl_baseline_writer *writer)
{
    static const char hint[] = "the baseline was not written; give it a place with room that can be written";
    struct place place;
    const int fd = find_place(path, &place) ? open_place(&place) : -1;

    if (fd < 0)
        return complain(path, strerror(errno), hint);
    bool written = fill(&place, fd, writer);
    int error = errno;
    if (close(fd) != 0 && written) {
        written = false;
        error = errno;
    }
    if (written && !place.in_place && rename(place.temporary, place.path) != 0) {
        written = false;
        error = errno;
    }
    if (written)
        return true;
    if (!place.in_place)
        unlink(place.temporary);
    return complain(path, strerror(error), hint);
}
