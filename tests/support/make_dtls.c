#include "support/make_dtls.h"

void put_dtls_record(struct hl_buffer *out, unsigned type, unsigned epoch, uint64_t sequence, struct hl_span content)
{
    put_uint(out, 1, type);
    put_uint(out, 2, 0xfefd);
    put_uint(out, 2, epoch);
    put_uint(out, 6, sequence);
    put_uint(out, 2, content.len);
    buf_span(out, content);
}

void put_dtls_fragment(struct hl_buffer *out, unsigned type, unsigned message_seq, struct hl_span body, size_t offset,
                       size_t n)
{
    put_uint(out, 1, type);
    put_uint(out, 3, body.len);
    put_uint(out, 2, message_seq);
    put_uint(out, 3, offset);
    put_uint(out, 3, n);
    if (n > 0)
        buf_put(out, body.ptr + offset, n);
}

void put_dtls_piece(struct hl_buffer *out, unsigned epoch, uint64_t sequence, unsigned type, unsigned message_seq,
                    struct hl_span body, size_t offset, size_t n)
{
    struct hl_buffer piece = make_buffer();

    put_dtls_fragment(&piece, type, message_seq, body, offset, n);
    put_dtls_record(out, 22, epoch, sequence, buf_view(&piece));
    buf_cleanup(&piece);
}
