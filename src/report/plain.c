#include "report/plain.h"

#include "report/human_trust.h"

#include <limits.h>

#define PIECE_MAX ((size_t)64 << 10)

void plain_put(struct hl_buffer *out, plain_line_fn *put, const struct hl_handshake *hs)
{
    struct hl_buffer text, written;
    struct hl_line line = { .out = &written, .width = UINT_MAX };

    buf_init(&text, PIECE_MAX);
    buf_init(&written, PIECE_MAX);
    put(&line, hs, &text);
    struct hl_span plain = buf_view(&written);
    while (plain.len > 0 && plain.ptr[0] == ' ') {
        plain.ptr++;
        plain.len--;
    }
    while (plain.len > 0 && plain.ptr[plain.len - 1] == '\n')
        plain.len--;
    buf_span(out, plain);
    buf_cleanup(&written);
    buf_cleanup(&text);
}

void plain_server_trust(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text)
{
    human_trust(line, &hs->server_trust, "trust", text);
}

void plain_client_trust(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text)
{
    human_trust(line, &hs->client_trust, "client trust", text);
}

void plain_proofs(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text)
{
    (void)text;
    human_proofs(line, hs);
}
