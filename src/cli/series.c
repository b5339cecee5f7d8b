#define _GNU_SOURCE /* renameat2 */
#include "cli/series.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* As it stands between the dash and the extension: digits where there is a '0'. */
static const char stamp_form[] = "00000000T000000.000000Z";
#define STAMP_LENGTH (sizeof stamp_form - 1)

struct parts {
    char directory[PATH_MAX];
    const char *name;   /* in the path, behind the directory */
    size_t stem;        /* bytes of the name before its extension */
    const char *extension; /* with its dot; may be empty */
};

static bool take_apart(const char *path, struct parts *out)
{
    const char *slash = strrchr(path, '/');
    const size_t directory = slash != NULL ? (size_t)(slash - path) + 1 : 0;

    if (strlen(path) + STAMP_LENGTH + 2 >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(out->directory, directory > 0 ? path : "./", directory > 0 ? directory : 2);
    out->directory[directory > 0 ? directory : 2] = '\0';
    out->name = path + directory;
    const char *dot = strrchr(out->name, '.');
    out->extension = dot != NULL && dot != out->name ? dot : out->name + strlen(out->name);
    out->stem = (size_t)(out->extension - out->name);
    return true;
}

int series_open(const struct cli_series *series)
{
    return open(series->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, series->mode);
}

/* --- setting aside ------------------------------------------------------------------------ */

static void write_stamp(int64_t microseconds, char out[STAMP_LENGTH + 1])
{
    const time_t seconds = (time_t)(microseconds / 1000000);
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(out, STAMP_LENGTH + 1, "%Y%m%dT%H%M%S", &utc);
    snprintf(out + strlen(out), 9, ".%06uZ", (unsigned)(microseconds % 1000000));
}

/* Never over another file: a clock may have been set back. */
static bool rename_now(const struct cli_series *series, const struct parts *parts)
{
    char stamp[STAMP_LENGTH + 1], name[2 * PATH_MAX];
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    for (int64_t at = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;; at++) {
        write_stamp(at, stamp);
        snprintf(name, sizeof name, "%s%.*s-%s%s", parts->directory, (int)parts->stem, parts->name, stamp, parts->extension);
        if (renameat2(AT_FDCWD, series->path, AT_FDCWD, name, RENAME_NOREPLACE) == 0)
            return true;
        if (errno == EINVAL && access(name, F_OK) != 0) /* a file system that cannot refuse to replace */
            return rename(series->path, name) == 0;
        if (errno != EEXIST && errno != EINVAL)
            return false;
    }
}

/* --- deleting ----------------------------------------------------------------------------- */

static bool is_of_series(const struct parts *parts, const char *name)
{
    if (strlen(name) != parts->stem + 1 + STAMP_LENGTH + strlen(parts->extension)
        || memcmp(name, parts->name, parts->stem) != 0 || name[parts->stem] != '-')
        return false;
    const char *stamp = name + parts->stem + 1;
    for (size_t i = 0; i < STAMP_LENGTH; i++) {
        const bool digit = stamp[i] >= '0' && stamp[i] <= '9';
        if (stamp_form[i] == '0' ? !digit : stamp[i] != stamp_form[i])
            return false;
    }
    return strcmp(stamp + STAMP_LENGTH, parts->extension) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the files set aside, in the order of time; to be freed one by one, and the list. */
static char **list_series(const struct parts *parts, size_t *count)
{
    DIR *directory = opendir(parts->directory);
    const struct dirent *entry;
    char **names = NULL;

    *count = 0;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (!is_of_series(parts, entry->d_name))
            continue;
        char **more = realloc(names, (*count + 1) * sizeof *names);
        if (more == NULL)
            break;
        names = more;
        names[*count] = strdup(entry->d_name);
        *count += names[*count] != NULL;
    }
    if (directory != NULL)
        closedir(directory);
    if (*count > 0)
        qsort(names, *count, sizeof *names, by_name);
    return names;
}

static void delete_old(const struct parts *parts, unsigned keep)
{
    size_t count;
    char **names = list_series(parts, &count);

    for (size_t i = 0; i < count; i++) {
        char path[2 * PATH_MAX];
        snprintf(path, sizeof path, "%s%s", parts->directory, names[i]);
        if (count - i >= keep) /* the one being written counts */
            (void)unlink(path);
        free(names[i]);
    }
    free(names);
}

bool series_set_aside(const struct cli_series *series)
{
    struct parts parts;
    struct stat file;

    if (!take_apart(series->path, &parts))
        return false;
    if (lstat(series->path, &file) != 0)
        return errno == ENOENT;
    if (!S_ISREG(file.st_mode)) {
        errno = EINVAL;
        return false;
    }
    if (file.st_size > 0 && !rename_now(series, &parts))
        return false;
    if (series->keep > 0)
        delete_old(&parts, series->keep);
    return true;
}
