#include "report/plain.h"

#include "report/human_trust.h"

#include <limits.h>

#define PIECE_MAX ((size_t)64 << 10)

/* Two spaces keep the parts of a line apart on a terminal; elsewhere they count as one. */
static void put_separated(struct hl_buffer *out, struct hl_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ' && i + 1 < text.len && text.ptr[i + 1] == ' ') {
            buf_string(out, " \xc2\xb7 ");
            i++;
        } else {
            buf_char(out, (char)text.ptr[i]);
        }
    }
}

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
    put_separated(out, plain);
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
