/* HPKE: crypto/hpke.h, by the vectors of RFC 9180, appendix A.1.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/hpke.h"
#include "support/der_text.h"

#define SHARED_SECRET "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc"
#define INFO "4f6465206f6e2061204772656369616e2055726e"
#define PLAIN "4265617574792069732074727574682c20747275746820626561757479"

static const struct hpke_suite suite = { .kem = 0x0020, .kdf = 0x0001, .aead = 0x0001 };

static const struct {
    const char *aad, *sealed;
} messages[] = {
    { "436f756e742d30",
      "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a" },
    { "436f756e742d31",
      "af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84" },
};

static struct hl_span hex(const char *text)
{
    struct hl_span bytes = { NULL, 0 };

    bytes.ptr = der_text(text, &bytes.len);
    return bytes;
}

static void drop(struct hl_span bytes)
{
    free((void *)bytes.ptr);
}

static void begin(struct hpke *hpke, const struct hpke_suite *with)
{
    struct hl_span secret = hex(SHARED_SECRET), info = hex(INFO);

    assert_true(hpke_begin(hpke, with, secret, info));
    drop(secret);
    drop(info);
}

static bool open_message(struct hpke *hpke, size_t number, struct hl_span sealed, uint8_t *out)
{
    struct hl_span aad = hex(messages[number].aad);
    bool opened = hpke_open(hpke, aad, sealed, out);

    drop(aad);
    return opened;
}

static void test_vectors(void **state)
{
    struct hl_span plain = hex(PLAIN);
    struct hpke hpke;
    uint8_t out[64];

    (void)state;
    begin(&hpke, &suite);
    for (size_t i = 0; i < 2; i++) {
        struct hl_span sealed = hex(messages[i].sealed);
        assert_true(open_message(&hpke, i, sealed, out));
        assert_int_equal(sealed.len - HPKE_TAG_LENGTH, plain.len);
        assert_memory_equal(out, plain.ptr, plain.len);
        drop(sealed);
    }
    hpke_cleanup(&hpke);
    drop(plain);
}

/* A failure does not use up a number: what follows still opens. */
static void test_not_sealed_like_this(void **state)
{
    struct hl_span sealed = hex(messages[0].sealed);
    struct hpke hpke;
    uint8_t out[64];

    (void)state;
    begin(&hpke, &suite);
    assert_false(open_message(&hpke, 1, sealed, out));
    for (size_t n = 0; n < sealed.len; n++)
        assert_false(open_message(&hpke, 0, (struct hl_span){ sealed.ptr, n }, out));
    assert_true(open_message(&hpke, 0, sealed, out));
    hpke_cleanup(&hpke);
    drop(sealed);
}

static void test_other_suites(void **state)
{
    static const struct hpke_suite known[] = { { 0x0020, 2, 2 }, { 0x0010, 3, 3 } };
    static const struct hpke_suite unknown[] = { { 0x0020, 0, 1 }, { 0x0020, 4, 1 }, { 0x0020, 1, 0 }, { 0x0020, 1, 4 },
                                                 { 0x0020, 1, 0xffff } };
    struct hl_span secret = hex(SHARED_SECRET), sealed = hex(messages[0].sealed);
    struct hpke hpke;
    uint8_t out[64];

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        begin(&hpke, &known[i]);
        assert_false(open_message(&hpke, 0, sealed, out)); /* another suite, other keys */
        hpke_cleanup(&hpke);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_false(hpke_begin(&hpke, &unknown[i], secret, secret));
    drop(secret);
    drop(sealed);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors), cmocka_unit_test(test_not_sealed_like_this),
                                        cmocka_unit_test(test_other_suites) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
