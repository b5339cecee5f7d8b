#include "inspect/whole_file.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool whole_file_read(const char *path, struct hl_buffer *out, struct hl_error *error)
{
    FILE *file = fopen(path, "rbe");
    size_t n = 0;

    if (file == NULL) {
        error_set(error, HL_ERR_IO, NULL, "%s: %s", path, strerror(errno));
        return false;
    }
    do {
        if (!buf_reserve(out, (size_t)64 << 10))
            break;
        n = fread(out->data + out->len, 1, (size_t)64 << 10, file);
        out->len += n;
    } while (n > 0);
    bool failed = ferror(file) != 0;
    int reason = errno;
    fclose(file);
    if (failed)
        error_set(error, HL_ERR_IO, NULL, "%s: %s", path, strerror(reason));
    else if (out->failed)
        error_set(error, HL_ERR_MEMORY, NULL, "%s: the file is too large", path);
    return !failed && !out->failed;
}
