/* Compressed certificates (crypto/certificate_compression.h): an algorithm, the length that was announced, the data. */
#include "crypto/certificate_compression.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    size_t length = (size_t)(data[1] << 8 | data[2]);
    uint8_t *out = malloc(length > 0 ? length : 1); /* exactly: sanitizers watch its end */

    if (out != NULL)
        (void)certificate_expand(data[0] % 5, (struct hl_span){ data + 3, size - 3 }, out, length);
    free(out);
    return 0;
}
