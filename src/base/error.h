/* error.h - filling in a struct hl_error. */
#ifndef HL_BASE_ERROR_H
#define HL_BASE_ERROR_H

#include <handlens/error.h>

/* Fill `error` (may be NULL) and return `status`. The hint may be NULL. The
 * message may quote file names; it is made safe for a terminal here. */
enum hl_status error_set(struct hl_error *error, enum hl_status status, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
