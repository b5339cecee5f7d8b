#include "probe/starttls_talk.h"

#include "base/text.h"
#include "probe/tap.h"

#include <stdio.h>
#include <string.h>

#define LINE_SHOWN 80u

bool starttls_receive(struct starttls_talk *talk)
{
    uint8_t bytes[4096];
    size_t n;

    talk->socket = talk->received.len < STARTTLS_REPLY_MAX ? socket_receive(talk->fd, bytes, sizeof bytes, talk->deadline, &n) : SOCKET_FAILED;
    if (talk->socket == SOCKET_OK) {
        buf_put(&talk->received, bytes, n);
        tap_bytes(talk->tap, HL_SERVER, (struct hl_span){ bytes, n });
    }
    return talk->socket == SOCKET_OK && !talk->received.failed;
}

bool starttls_need(struct starttls_talk *talk, size_t n)
{
    while (talk->received.len < n) {
        if (!starttls_receive(talk))
            return false;
    }
    return true;
}

void starttls_use(struct starttls_talk *talk, size_t n)
{
    talk->received.len -= n;
    memmove(talk->received.data, talk->received.data + n, talk->received.len);
}

bool starttls_say(struct starttls_talk *talk, struct hl_span bytes)
{
    tap_bytes(talk->tap, HL_CLIENT, bytes);
    talk->socket = socket_send(talk->fd, bytes, talk->deadline);
    return talk->socket == SOCKET_OK;
}

bool starttls_line(struct starttls_talk *talk, struct hl_span *line, size_t *used)
{
    const uint8_t *end;

    while (talk->received.len == 0 || (end = memchr(talk->received.data, '\n', talk->received.len)) == NULL) {
        if (!starttls_receive(talk))
            return false;
    }
    *used = (size_t)(end - talk->received.data) + 1;
    *line = (struct hl_span){ talk->received.data, *used - 1 };
    if (line->len > 0 && line->ptr[line->len - 1] == '\r')
        line->len--;
    return true;
}

const uint8_t *starttls_search(struct hl_span in, struct hl_span word)
{
    for (size_t i = 0; i + word.len <= in.len; i++) {
        if (memcmp(in.ptr + i, word.ptr, word.len) == 0)
            return in.ptr + i;
    }
    return NULL;
}

enum starttls_result starttls_refuse(struct starttls_talk *talk, struct hl_span said)
{
    struct hl_buffer text;

    if (said.len > LINE_SHOWN)
        said.len = LINE_SHOWN;
    buf_init(&text, 1024);
    text_put_safe(&text, said);
    snprintf(talk->why, sizeof talk->why, "%s: %.*s", talk->proxy ? "the proxy refuses" : "the server refuses to begin TLS", (int)(text.failed ? 0 : text.len), text.data != NULL ? (const char *)text.data : "");
    buf_cleanup(&text);
    return STARTTLS_REFUSED;
}
