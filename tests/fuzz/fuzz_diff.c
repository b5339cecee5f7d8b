/* Two saved documents that may hold anything, a line each, compared for people and as JSON. */
#include <handlens/diff.h>

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool take(void *user, const void *bytes, size_t n)
{
    buf_put(user, bytes, n);
    return true;
}

/* No escape from a document reaches a terminal, in either face. */
static void check(const struct hl_buffer *out)
{
    for (size_t i = 0; i < out->len; i++) {
        if (out->data[i] == 0x1b || out->data[i] == 0x07)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size > 0 ? memchr(data, '\n', size) : NULL;
    const size_t first = line != NULL ? (size_t)(line - data) : size;
    const struct hl_diff_side a = { "a", { data, first } };
    const struct hl_diff_side b = { "b", { data + first, size - first } };
    static const struct hl_print_options faces[] = { { .format = HL_FORMAT_HUMAN, .width = 40 }, { .format = HL_FORMAT_JSON } };
    bool differs;

    for (size_t i = 0; i < sizeof faces / sizeof faces[0]; i++) {
        struct hl_buffer out;
        buf_init(&out, (size_t)64 << 20);
        (void)hl_diff(&a, &b, &faces[i], take, &out, &differs, NULL);
        (void)hl_diff(&a, &a, &faces[i], take, &out, &differs, NULL);
        check(&out);
        buf_cleanup(&out);
    }
    return 0;
}
