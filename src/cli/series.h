/* series.h - a file that is written for months: from time to time it is set aside, under the time of that, and begun anew.
 *
 * night.pcapng becomes night-20261125T150320.123456Z.pcapng. The files of a series are those whose names are made like
 * that: they sort by time, and nothing else is ever deleted. */
#ifndef HL_CLI_SERIES_H
#define HL_CLI_SERIES_H

#include <stdbool.h>
#include <sys/types.h>

struct cli_series {
    const char *path; /* of the file that is being written */
    unsigned keep;    /* how many there may be, with that one: older ones are deleted; 0: all stay */
    mode_t mode;      /* of new files, less the umask */
};

/* Open the file to write at its end; it is made when it is not there. -1 with errno. */
int series_open(const struct cli_series *series);
/* Give the file its name for good, where there is one and it is not empty, and delete what is too old. False with errno:
 * EINVAL when it is no regular file. */
bool series_set_aside(const struct cli_series *series);

#endif
