/* opener.h - a second process that opens the files of series, for one that may not do so any more.
 *
 * It is started before anything from outside is looked at, keeps the identity that opened the files first, and no
 * capability but to write where root may. It is told a number and whether to set aside, and does that with one of the paths it was started
 * with: nothing else can be had of it. It ends when the one that started it ends. */
#ifndef HL_CLI_OPENER_H
#define HL_CLI_OPENER_H

#include "cli/series.h"

struct cli_opener {
    int socket;
};

/* `series`: `count` of them, 8 at the most. False with one line on standard error. */
bool opener_start(struct cli_opener *opener, const struct cli_series *series, unsigned count);
/* A descriptor for series number `which`, at the end of its file, which is set aside before when that is asked for. -1
 * with errno: the file that was written until now is still there. */
int opener_open(const struct cli_opener *opener, unsigned which, bool set_aside);
void opener_end(struct cli_opener *opener);

#endif
