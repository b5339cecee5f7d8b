/* What an Encrypted ClientHello holds (session/ech.c): an outer hello, and what was sealed in it, after it was opened. */
#include "session/ech.c"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_client_hello outer, inner;
    struct outer_ech ech;
    struct hl_buffer out;

    if (size < 2)
        return 0;
    size_t split = (size_t)(data[0] << 8 | data[1]), left = size - 2;
    if (split > left)
        split = left;
    const struct hl_span first = { data + 2, split }, second = { data + 2 + split, left - split };
    (void)client_hello_parse(first, false, &outer);
    if (read_outer(&outer, &ech))
        (void)read_config(second, &ech);
    buf_init(&out, HL_MESSAGE_MAX);
    if (decode_inner(&out, second, &outer)) {
        (void)client_hello_parse(buf_view(&out), false, &inner);
        if (inner.random.len != HELLO_RANDOM_LENGTH || inner.session_id.len != outer.session_id.len)
            abort();
    }
    buf_cleanup(&out);
    return 0;
}
