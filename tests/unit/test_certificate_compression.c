/* Compressed certificates: crypto/certificate_compression.h. The rows were made with zlib, brotli and zstd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/certificate_compression.h"
#include "support/der_text.h"

#include <stdio.h>

static const char text[] = "handlens handlens handlens handlens";
#define LENGTH (sizeof text - 1)

#define BY_ZLIB "78dacb48cc4bc949cd2b56c8c0c90000f3950d95"
#define BY_BROTLI "1f2200f82541dce68a106e8a815b6436"
#define BY_ZSTD "28b52ffd00687d00004868616e646c656e73200100b4cb11"
/* 70,000 zero bytes. */
#define ZEROS_BY_BROTLI "5f6f11817f02201e0b0452120200"

static const struct row {
    const char *name;
    uint16_t algorithm;
    const char *data;
    size_t length;
    enum expansion expected;
} rows[] = {
    { "zlib", 1, BY_ZLIB, LENGTH, EXPANDED },
    { "brotli", 2, BY_BROTLI, LENGTH, EXPANDED },
    { "Zstandard", 3, BY_ZSTD, LENGTH, EXPANDED },
    { "no algorithm", 0, BY_ZLIB, LENGTH, EXPANSION_UNKNOWN },
    { "an unknown one", 4, BY_ZLIB, LENGTH, EXPANSION_UNKNOWN },
    { "zlib, announced too short", 1, BY_ZLIB, LENGTH - 1, EXPANSION_DAMAGED },
    { "brotli, announced too short", 2, BY_BROTLI, LENGTH - 1, EXPANSION_DAMAGED },
    { "Zstandard, announced too short", 3, BY_ZSTD, LENGTH - 1, EXPANSION_DAMAGED },
    { "zlib, announced too long", 1, BY_ZLIB, LENGTH + 1, EXPANSION_DAMAGED },
    { "brotli, announced too long", 2, BY_BROTLI, LENGTH + 1, EXPANSION_DAMAGED },
    { "Zstandard, announced too long", 3, BY_ZSTD, LENGTH + 1, EXPANSION_DAMAGED },
    { "a bomb", 2, ZEROS_BY_BROTLI, LENGTH, EXPANSION_DAMAGED },
    { "zlib, with bytes behind it", 1, BY_ZLIB "00", LENGTH, EXPANSION_DAMAGED },
    { "Zstandard, with bytes behind it", 3, BY_ZSTD "00", LENGTH, EXPANSION_DAMAGED },
    { "zlib, with another's data", 1, BY_BROTLI, LENGTH, EXPANSION_DAMAGED },
    { "brotli, with another's data", 2, BY_ZLIB, LENGTH, EXPANSION_DAMAGED },
    { "Zstandard, with another's data", 3, BY_ZLIB, LENGTH, EXPANSION_DAMAGED },
    { "nothing", 1, "", LENGTH, EXPANSION_DAMAGED },
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct hl_span data;
        uint8_t *bytes = der_text(row->data, &data.len), *out = malloc(row->length); /* exactly: sanitizers watch its end */

        data.ptr = bytes;
        enum expansion found = certificate_expand(row->algorithm, data, out, row->length);
        if (found != row->expected)
            print_error("%s: %d\n", row->name, (int)found);
        assert_int_equal(found, row->expected);
        if (found == EXPANDED)
            assert_memory_equal(out, text, LENGTH);
        free(bytes);
        free(out);
    }
}

/* Cut short anywhere it is damaged, and nothing is read behind its end. */
static void test_cut(void **state)
{
    static const char *const datas[] = { BY_ZLIB, BY_BROTLI, BY_ZSTD };
    uint8_t out[LENGTH];

    (void)state;
    for (uint16_t algorithm = 1; algorithm <= 3; algorithm++) {
        size_t length;
        uint8_t *bytes = der_text(datas[algorithm - 1], &length);
        for (size_t n = 0; n < length; n++) {
            uint8_t *cut = malloc(n > 0 ? n : 1);
            memcpy(cut, bytes, n);
            assert_int_equal(certificate_expand(algorithm, (struct hl_span){ cut, n }, out, LENGTH), EXPANSION_DAMAGED);
            free(cut);
        }
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_cut) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
