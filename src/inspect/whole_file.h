/* whole_file.h - files that are read at once: certificates, policies, baselines. */
#ifndef HL_INSPECT_WHOLE_FILE_H
#define HL_INSPECT_WHOLE_FILE_H

#include "base/buffer.h"

#include <handlens/error.h>

/* To the end of `out`, whose cap bounds it. False with `error` set. */
bool whole_file_read(const char *path, struct hl_buffer *out, struct hl_error *error);

#endif
