/* baseline_file.h - the file of --write-baseline: it is the old one or the new one, whole, and never something between. */
#ifndef HL_CLI_BASELINE_FILE_H
#define HL_CLI_BASELINE_FILE_H

#include <handlens/check.h>

/* Could it be written there? Nothing is, yet. False with one line on standard error. */
bool baseline_file_check(const char *path);
/* The same when it could not be written: what was there before still is, unless it is no file (a pipe, a device). */
bool baseline_file_write(const char *path, struct hl_baseline_writer *writer);

#endif
