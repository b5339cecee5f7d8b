#include "probe/made_secrets.h"

#include "crypto/prf.h"

#define LINES_MAX ((size_t)2 << 10)

void made_secrets_init(struct hl_buffer *lines)
{
    buf_init(lines, LINES_MAX);
    (void)buf_reserve(lines, LINES_MAX); /* one that grows would leave copies behind */
}

void made_secrets_put(struct hl_buffer *lines, const char *label, struct hl_span random, struct hl_span secret)
{
    key_log_put(lines, label, random, secret);
}

bool made_secrets_give(struct hl_buffer *lines, struct hl_secrets *secrets, struct hl_buffer *key_log)
{
    const bool given = !lines->failed && secrets_add_key_log(secrets, buf_view(lines), NULL);

    if (given && key_log != NULL)
        buf_span(key_log, buf_view(lines));
    if (lines->data != NULL)
        wipe(lines->data, lines->size);
    buf_cleanup(lines);
    return given;
}
