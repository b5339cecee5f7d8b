/* Key logs (crypto/key_log.h): any text, in one piece and in two. What is found again is what was put in. */
#include "crypto/key_log.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct key_log_counts whole = { .lines = 0 }, pieces = { .lines = 0 };
    uint8_t found[256], again[256];
    struct key_log one, two;
    size_t used = 0;

    key_log_init(&one, 1);
    key_log_init(&two, 2);
    (void)key_log_add(&one, (struct hl_span){ data, size }, true, &whole, NULL);
    (void)key_log_add(&two, (struct hl_span){ data, size / 2 }, false, &pieces, &used);
    if (used > size / 2)
        abort();
    (void)key_log_add(&two, (struct hl_span){ data + used, size - used }, true, &pieces, NULL);
    if (pieces.secrets != whole.secrets || pieces.malformed != whole.malformed || pieces.unknown != whole.unknown)
        abort();
    for (size_t at = 0; at + 32 <= size && at < 64; at += 8) {
        const struct hl_span id = { data + at, 32 };
        for (enum key_log_label label = KEY_LOG_CLIENT_RANDOM; label <= KEY_LOG_ECH_CONFIG; label++) {
            if (key_log_find(&one, label, id, found, sizeof found) != key_log_find(&two, label, id, again, sizeof again))
                abort();
        }
    }
    key_log_cleanup(&one);
    key_log_cleanup(&two);
    return 0;
}
