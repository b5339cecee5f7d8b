/* Any text as PEM: every block is taken, and what was decoded is written and read again. */
#include "x509/pem.h"

#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BODY_MAX 4096u

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void write_and_read(struct hl_span der)
{
    struct hl_buffer text, again;
    struct hl_span label;

    buf_init(&text, 4 * (size_t)BODY_MAX);
    buf_init(&again, BODY_MAX);
    pem_put(&text, "CERTIFICATE", der);
    require(!text.failed && pem_is_text(buf_view(&text)));
    struct hl_span rest = buf_view(&text);
    require(pem_next(&rest, &again, &label));
    require(span_equal(buf_view(&again), der) && span_equal(label, span_of("CERTIFICATE")));
    require(!pem_next(&rest, &again, &label));
    buf_cleanup(&text);
    buf_cleanup(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_span rest = { data, size }, label;
    struct hl_buffer der;
    size_t left = size;

    buf_init(&der, BODY_MAX);
    while (pem_next(&rest, &der, &label)) {
        require(rest.len < left);
        left = rest.len;
        require(label.ptr > data && label.ptr + label.len < data + size);
        require(pem_is_text((struct hl_span){ data, size }));
        require(!der.failed || der.len == 0);
        write_and_read(buf_view(&der));
    }
    require(rest.len == 0);
    buf_cleanup(&der);
    write_and_read((struct hl_span){ data, size < BODY_MAX ? size : BODY_MAX });
    return 0;
}
