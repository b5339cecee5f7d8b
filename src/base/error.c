#include "base/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

enum hl_status error_set(struct hl_error *error, enum hl_status status, const char *hint, const char *format, ...)
{
    if (error == NULL)
        return status;

    char raw[sizeof error->message];
    va_list args;
    va_start(args, format);
    vsnprintf(raw, sizeof raw, format, args);
    va_end(args);

    struct hl_buffer safe;
    buf_init(&safe, 4 * sizeof raw);
    text_put_safe(&safe, span_of(raw));
    snprintf(error->message, sizeof error->message, "%.*s", (int)safe.len, safe.data != NULL ? (char *)safe.data : "");
    buf_cleanup(&safe);

    snprintf(error->hint, sizeof error->hint, "%s", hint != NULL ? hint : "");
    error->status = status;
    return status;
}
