/* Cipher suites in numbers: crypto/cipher_spec.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/protection.h"
#include "registry/registry.h"
#include "wire/version.h"

#include <string.h>

#define NONE HL_X509_HASH_NONE
#define MD5 HL_X509_MD5
#define SHA1 HL_X509_SHA1
#define SHA256 HL_X509_SHA256
#define SHA384 HL_X509_SHA384

static const struct {
    uint16_t suite, version;
    enum cipher_kind kind;
    enum cipher_algorithm algorithm;
    enum hl_x509_hash mac;
    unsigned mac_length, key, block, fixed_iv, record_iv, tag;
    enum hl_x509_hash prf;
    const char *unavailable; /* its beginning */
} rows[] = {
    { 0x0000, 0x0303, CIPHER_NULL, CIPHER_NONE, NONE, 0, 0, 0, 0, 0, 0, SHA256, NULL },
    { 0x0001, 0x0300, CIPHER_NULL, CIPHER_NONE, MD5, 16, 0, 0, 0, 0, 0, NONE, NULL },
    { 0x0002, 0x0302, CIPHER_NULL, CIPHER_NONE, SHA1, 20, 0, 0, 0, 0, 0, NONE, NULL },
    { 0x003b, 0x0303, CIPHER_NULL, CIPHER_NONE, SHA256, 32, 0, 0, 0, 0, 0, SHA256, NULL },
    { 0x0004, 0x0301, CIPHER_STREAM, CIPHER_RC4, MD5, 16, 16, 0, 0, 0, 0, NONE, NULL },
    { 0xc007, 0x0303, CIPHER_STREAM, CIPHER_RC4, SHA1, 20, 16, 0, 0, 0, 0, SHA256, NULL },
    { 0x0009, 0x0300, CIPHER_CBC, CIPHER_DES, SHA1, 20, 8, 8, 8, 0, 0, NONE, NULL },
    { 0x000a, 0x0301, CIPHER_CBC, CIPHER_3DES, SHA1, 20, 24, 8, 8, 0, 0, NONE, NULL },
    { 0x000a, 0x0302, CIPHER_CBC, CIPHER_3DES, SHA1, 20, 24, 8, 0, 8, 0, NONE, NULL },
    { 0x002f, 0x0300, CIPHER_CBC, CIPHER_AES, SHA1, 20, 16, 16, 16, 0, 0, NONE, NULL },
    { 0x002f, 0x0301, CIPHER_CBC, CIPHER_AES, SHA1, 20, 16, 16, 16, 0, 0, NONE, NULL },
    { 0x002f, 0x0302, CIPHER_CBC, CIPHER_AES, SHA1, 20, 16, 16, 0, 16, 0, NONE, NULL },
    { 0x002f, 0x0303, CIPHER_CBC, CIPHER_AES, SHA1, 20, 16, 16, 0, 16, 0, SHA256, NULL },
    { 0x0035, 0x0303, CIPHER_CBC, CIPHER_AES, SHA1, 20, 32, 16, 0, 16, 0, SHA256, NULL },
    { 0x003c, 0x0303, CIPHER_CBC, CIPHER_AES, SHA256, 32, 16, 16, 0, 16, 0, SHA256, NULL },
    { 0xc024, 0x0303, CIPHER_CBC, CIPHER_AES, SHA384, 48, 32, 16, 0, 16, 0, SHA384, NULL },
    { 0x0041, 0x0303, CIPHER_CBC, CIPHER_CAMELLIA, SHA1, 20, 16, 16, 0, 16, 0, SHA256, NULL },
    { 0xc073, 0x0303, CIPHER_CBC, CIPHER_CAMELLIA, SHA384, 48, 32, 16, 0, 16, 0, SHA384, NULL },
    { 0x009c, 0x0303, CIPHER_AEAD, CIPHER_AES_GCM, NONE, 0, 16, 0, 4, 8, 16, SHA256, NULL },
    { 0xc030, 0x0303, CIPHER_AEAD, CIPHER_AES_GCM, NONE, 0, 32, 0, 4, 8, 16, SHA384, NULL },
    { 0xc09c, 0x0303, CIPHER_AEAD, CIPHER_AES_CCM, NONE, 0, 16, 0, 4, 8, 16, SHA256, NULL },
    { 0xc0af, 0x0303, CIPHER_AEAD, CIPHER_AES_CCM, NONE, 0, 32, 0, 4, 8, 8, SHA256, NULL },
    { 0xcca8, 0x0303, CIPHER_AEAD, CIPHER_CHACHA20_POLY1305, NONE, 0, 32, 0, 12, 0, 16, SHA256, NULL },
    { 0x1301, 0x0304, CIPHER_AEAD, CIPHER_AES_GCM, NONE, 0, 16, 0, 12, 0, 16, SHA256, NULL },
    { 0x1302, 0x7f12, CIPHER_AEAD, CIPHER_AES_GCM, NONE, 0, 32, 0, 12, 0, 16, SHA384, NULL },
    { 0x1303, 0xfb1a, CIPHER_AEAD, CIPHER_CHACHA20_POLY1305, NONE, 0, 32, 0, 12, 0, 16, SHA256, NULL },
    { 0x1304, 0x0304, CIPHER_AEAD, CIPHER_AES_CCM, NONE, 0, 16, 0, 12, 0, 16, SHA256, NULL },
    { 0x1305, 0x0304, CIPHER_AEAD, CIPHER_AES_CCM, NONE, 0, 16, 0, 12, 0, 8, SHA256, NULL },

    /* RFC 5487 suites before TLS 1.2: their MAC, the old PRF */
    { 0x00ae, 0x0301, CIPHER_CBC, CIPHER_AES, SHA256, 32, 16, 16, 16, 0, 0, NONE, NULL },
    { 0x00af, 0x0302, CIPHER_CBC, CIPHER_AES, SHA384, 48, 32, 16, 0, 16, 0, NONE, NULL },
    { 0x00b1, 0x0303, CIPHER_NULL, CIPHER_NONE, SHA384, 48, 0, 0, 0, 0, 0, SHA384, NULL },

    /* DTLS has the lengths of TLS */
    { 0x002f, 0xfeff, CIPHER_CBC, CIPHER_AES, SHA1, 20, 16, 16, 0, 16, 0, NONE, NULL },
    { 0xc02b, 0xfefd, CIPHER_AEAD, CIPHER_AES_GCM, NONE, 0, 16, 0, 4, 8, 16, SHA256, NULL },
    { 0x1301, 0xfefc, CIPHER_AEAD, CIPHER_AES_GCM, NONE, 0, 16, 0, 12, 0, 16, SHA256, NULL },

    /* what cannot be opened */
    { 0x0003, 0x0301, CIPHER_STREAM, CIPHER_RC4, MD5, 16, 5, 0, 0, 0, 0, NONE,
      "ciphers weakened for export" },
    { 0x0008, 0x0301, CIPHER_CBC, CIPHER_DES, SHA1, 20, 5, 8, 8, 0, 0, NONE, "ciphers weakened for export" },
    { 0x0062, 0x0301, CIPHER_CBC, CIPHER_DES, SHA1, 20, 8, 8, 8, 0, 0, NONE, "ciphers weakened for export" },
    { 0x0006, 0x0300, CIPHER_CBC, CIPHER_OTHER, MD5, 16, 5, 8, 8, 0, 0, NONE, "ciphers weakened for export" },
    { 0x0007, 0x0302, CIPHER_CBC, CIPHER_OTHER, SHA1, 20, 16, 8, 0, 8, 0, NONE, "IDEA is not" },
    { 0x0096, 0x0303, CIPHER_CBC, CIPHER_OTHER, SHA1, 20, 16, 16, 0, 16, 0, SHA256, "SEED is not" },
    { 0xc03d, 0x0303, CIPHER_CBC, CIPHER_OTHER, SHA384, 48, 32, 16, 0, 16, 0, SHA384, "ARIA is not" },
    { 0xc060, 0x0303, CIPHER_AEAD, CIPHER_OTHER, NONE, 0, 16, 0, 4, 8, 16, SHA256, "ARIA is not" },
    { 0xc08a, 0x0303, CIPHER_AEAD, CIPHER_OTHER, NONE, 0, 16, 0, 4, 8, 16, SHA256, "Camellia-GCM is not" },
    { 0x00c6, 0x0304, CIPHER_AEAD, CIPHER_OTHER, NONE, 0, 16, 0, 12, 0, 16, HL_X509_SM3, "SM4 is not" },
    { 0x1306, 0x0304, CIPHER_AEAD, CIPHER_OTHER, NONE, 0, 32, 0, 32, 0, 16, HL_X509_SHA512, "AEGIS is not" },
    { 0x0081, 0x0301, CIPHER_STREAM, CIPHER_OTHER, NONE, 0, 32, 0, 0, 0, 0, HL_X509_GOST94,
      "GOST 28147-89 is not" },
    { 0x0083, 0x0301, CIPHER_NULL, CIPHER_NONE, HL_X509_GOST94, 32, 0, 0, 0, 0, 0, HL_X509_GOST94,
      "the suite's MAC is not" },
    { 0x0070, 0x0304, CIPHER_AEAD, CIPHER_AES_GCM, NONE, 0, 16, 0, 12, 0, 16, NONE,
      "the suite's hash is not" },

    /* what its version does not have */
    { 0xc02f, 0x0304, CIPHER_AEAD, CIPHER_AES_GCM, NONE, 0, 16, 0, 12, 0, 16, SHA256,
      "TLS 1.3 does not have" },
    { 0x002f, 0x0304, CIPHER_CBC, CIPHER_AES, SHA1, 20, 16, 16, 0, 16, 0, SHA256, "TLS 1.3 does not have" },
    { 0xc0b4, 0x0304, CIPHER_NULL, CIPHER_NONE, SHA256, 32, 0, 0, 0, 0, 0, SHA256,
      "TLS 1.3 without encryption" },
    { 0x1301, 0x0303, CIPHER_AEAD, CIPHER_AES_GCM, NONE, 0, 16, 0, 4, 8, 16, SHA256, "only TLS 1.3" },
    { 0xc02f, 0x0302, CIPHER_AEAD, CIPHER_AES_GCM, NONE, 0, 16, 0, 4, 8, 16, NONE, "AEAD ciphers came" },
    { 0x003c, 0x0300, CIPHER_CBC, CIPHER_AES, SHA256, 32, 16, 16, 16, 0, 0, NONE, "SSL 3.0 has no MAC" },
};

static void must_be(size_t i, const char *what, unsigned is, unsigned expected)
{
    if (is != expected)
        fail_msg("suite %04x in %04x: %s is %u, not %u", rows[i].suite, rows[i].version, what, is, expected);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *why = rows[i].unavailable;
        struct cipher_spec spec;
        assert_true(cipher_spec_of(rows[i].suite, rows[i].version, &spec));
        must_be(i, "suite", spec.suite, rows[i].suite);
        must_be(i, "version", spec.version, rows[i].version);
        must_be(i, "kind", spec.kind, rows[i].kind);
        must_be(i, "algorithm", spec.algorithm, rows[i].algorithm);
        must_be(i, "mac", spec.mac, rows[i].mac);
        must_be(i, "mac_length", spec.mac_length, rows[i].mac_length);
        must_be(i, "key_length", spec.key_length, rows[i].key);
        must_be(i, "block_length", spec.block_length, rows[i].block);
        must_be(i, "fixed_iv_length", spec.fixed_iv_length, rows[i].fixed_iv);
        must_be(i, "record_iv_length", spec.record_iv_length, rows[i].record_iv);
        must_be(i, "tag_length", spec.tag_length, rows[i].tag);
        must_be(i, "prf", spec.prf, rows[i].prf);
        must_be(i, "unavailable", spec.unavailable != NULL, why != NULL);
        if (why != NULL && strncmp(spec.unavailable, why, strlen(why)) != 0)
            fail_msg("suite %04x in %04x: %s", rows[i].suite, rows[i].version, spec.unavailable);
    }
}

static void test_unknown(void **state)
{
    static const uint16_t suites[] = { 0x00ff, 0x5600, 0x0a0a, 0xffff, 0x1300 };
    static const uint16_t versions[] = { 0x0000, 0x0002, 0x0305, 0x0100, 0xfefe, 0x0a0a, 0xffff };
    static const struct cipher_spec empty;
    struct cipher_spec spec;

    (void)state;
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        assert_false(cipher_spec_of(suites[i], 0x0303, &spec));
        assert_memory_equal(&spec, &empty, sizeof spec);
    }
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
        assert_false(cipher_spec_of(0x002f, versions[i], &spec));
}

/* Every suite of the registry is known here, and what is said to be available fits and works. */
static void test_all(void **state)
{
    static const uint16_t versions[] = { 0x0300, 0x0301, 0x0302, 0x0303, 0x0304,
                                         0x7f17, 0xfeff, 0xfefd, 0xfefc };
    static const uint8_t bytes[64];
    size_t available = 0;

    (void)state;
    for (unsigned suite = 0; suite <= 0xffff; suite++) {
        for (size_t v = 0; v < sizeof versions / sizeof versions[0]; v++) {
            struct cipher_spec spec;
            struct protection p;
            assert_int_equal(cipher_spec_of((uint16_t)suite, versions[v], &spec),
                             reg_suite((uint16_t)suite) != NULL);
            if (reg_suite((uint16_t)suite) == NULL)
                continue;
            if (spec.unavailable != NULL && strstr(spec.unavailable, "not known") != NULL)
                fail_msg("suite %04x: %s", suite, reg_suite((uint16_t)suite)->cipher);
            const struct protection_keys keys = { { bytes, spec.mac_length },
                                                  { bytes, spec.key_length },
                                                  { bytes, spec.fixed_iv_length } };
            if (!protection_init(&p, &spec, &keys, 0))
                fail_msg("suite %04x in %04x", suite, versions[v]);
            available += spec.unavailable == NULL;
            protection_cleanup(&p);
        }
    }
    assert_true(available > 500);
}

static void test_version_as_tls(void **state)
{
    (void)state;
    assert_int_equal(version_as_tls(0x0300), 0x0300);
    assert_int_equal(version_as_tls(0x0303), 0x0303);
    assert_int_equal(version_as_tls(0x0304), 0x0304);
    assert_int_equal(version_as_tls(0x7f1c), 0x0304);
    assert_int_equal(version_as_tls(0xfeff), 0x0302);
    assert_int_equal(version_as_tls(0xfefd), 0x0303);
    assert_int_equal(version_as_tls(0xfefc), 0x0304);
    assert_int_equal(version_as_tls(0x0200), 0);
    assert_true(version_is_newer(0x0304, 0x0303) && version_is_newer(0x7f1c, 0x0304) && !version_is_newer(0x0302, 0x0303));
    assert_true(version_is_newer(0xfefc, 0xfefd) && version_is_newer(0xfefd, 0xfeff) && !version_is_newer(0xfefd, 0xfefd));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_version_as_tls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
