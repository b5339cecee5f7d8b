/* PRFs and HKDF: crypto/prf.h. Where no RFC has vectors they were made with Python's hmac and hashlib. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "crypto/prf.h"
#include "support/der_text.h"

#define OUT_MAX 700

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

/* --- PRFs ------------------------------------------------------------------ */

#define SSL3 ((enum hl_x509_hash)999) /* of rows */

static const struct prf_row {
    const char *name;
    enum hl_x509_hash hash;
    const char *secret, *label, *seed, *expected;
} prfs[] = {
    /* The vectors of the TLS working group's mailing list, message 3416. */
    { "SHA-256", HL_X509_SHA256, "9bbe436ba940f017b17652849a71db35", "test label",
      "a0ba9f936cda311827a6f796ffd5198c",
      "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e"
      "14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5"
      "a72e5a5110fff70187347b66" },
    { "SHA-384", HL_X509_SHA384, "b80b733d6ceefcdc71566ea48e5567df", "test label",
      "cd665cf6a8447dd6ff8b27555edb7465",
      "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b123"
      "3c9146a0e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd"
      "4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a2"
      "6854308d5eaa3be85e0990703d73e56f" },
    { "TLS 1.0, an even secret", HL_X509_HASH_NONE,
      "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930"
      "373e454c",
      "key expansion",
      "0910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f36"
      "3d444b525960676e757c838a91989fa6adb4bbc2",
      "137d8491c3c0f298f6df4e6843459a6e78e5d6820aaf865ed0681d44385893991726e7ad21990f441ea7c0e8"
      "c5cc185e00c2c5d7013af62162cf2c60ea30985f699cc3fc2208e837d4d101debc98d7c3e7fb4e166fe4611d"
      "767aebf75fefbae29538d395056e9a2b" },
    { "SSL 3.0, an even secret", SSL3,
      "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930"
      "373e454c",
      "",
      "0910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f36"
      "3d444b525960676e757c838a91989fa6adb4bbc2",
      "9ad2b3e7984033ff92f4f0ac0d0da310693b1f8087fbb8ef229c6596052c176d99c0284b89d361da4842511a"
      "8bbc53e6dbf2f3a1ccccd709701878f28c12b043a63718fa20f41f73dd1c0a2289e6951688d1c3e8ca943edc"
      "bf0443c0ef2071cf85fcff189a890465" },
    { "TLS 1.0, an odd secret", HL_X509_HASH_NONE,
      "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930"
      "373e45",
      "key expansion",
      "0910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f36"
      "3d444b525960676e757c838a91989fa6adb4bbc2",
      "6063143301e73c6dd4b9506cb7a27445ec65380cc50fa7559e6819914c27d98b2e8b354f89d88a5c" },
    { "SSL 3.0, an odd secret", SSL3,
      "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930"
      "373e45",
      "",
      "0910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f36"
      "3d444b525960676e757c838a91989fa6adb4bbc2",
      "fdb8cbff450f54cd3e785ef48a4453a686679f54181c094b419d8938443bfd01ab0c0ab1baa1310f" },
    { "TLS 1.0, no secret", HL_X509_HASH_NONE,
      "",
      "key expansion",
      "0910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f36"
      "3d444b525960676e757c838a91989fa6adb4bbc2",
      "314bde4e4728e2815ed32d18211146da78908dc303861500f60728bbc256732cf520ceabea31e085" },
    { "SSL 3.0, no secret", SSL3,
      "",
      "",
      "0910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f36"
      "3d444b525960676e757c838a91989fa6adb4bbc2",
      "72730fcf38022b200309a104c423dfb07c5af79a9edbf19857044fbc6830480e7b6abb3c0e9b77de" },
    { "TLS 1.0, a long secret", HL_X509_HASH_NONE,
      "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930"
      "373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d64"
      "6b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f363d444b525960676e757c838a9198"
      "9fa6adb4bbc2c9d0d7dee5ecf3fa01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5cc"
      "d3dae1e8eff6fd040b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f900"
      "070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9e0e7eef5fc030a11181f262d34"
      "3b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930373e454c535a6168"
      "6f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d646b727980878e959c"
      "a3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f363d444b525960676e757c838a91989fa6adb4bbc2c9d0"
      "d7dee5ecf3fa01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd04"
      "0b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f900070e151c232a3138"
      "3f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9e0e7eef5fc",
      "key expansion",
      "0910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f36"
      "3d444b525960676e757c838a91989fa6adb4bbc2",
      "9a5025639f4988728b24efb614d5a35824634c92ec4821cf83f17217faeb0ac98295ac406b8fd7a40a94267f"
      "6a9750ecaa97b13257e11a74c8dae5bcc4df457e07e6d81846a6b41ffa3190d1f9912fb132d84bfc2d5dd8b8"
      "d50c8746c3db8c841de6902e66f090c8ca2c94dac9ed4fd847c1a2bf7b54f6bc3c80f40a4979d92d7da0bdc6"
      "219febfc1d358dd3d7d4a82a79b7a73d5c49a5f66cd9392c9921b1ce98d735fcba947c8d280b1d11b73e5f52"
      "970255541be418de46d2336ae77067146468b1115666ddc8c6b938db1c01d9ce3d43cf8d679b808f2c4e7049"
      "55d517f17c1c0f49e53b59af3ab6765a89f248c12860817a633a479b47b9ae9d0e2cb9a5c9b56ca60053e21f"
      "81bc4da03a2bba6c1a047f7a604c54cd1bf0512206c490d985ae50fd7eea798b6fc93971" },
    { "SSL 3.0, a long secret", SSL3,
      "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930"
      "373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d64"
      "6b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f363d444b525960676e757c838a9198"
      "9fa6adb4bbc2c9d0d7dee5ecf3fa01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5cc"
      "d3dae1e8eff6fd040b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f900"
      "070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9e0e7eef5fc030a11181f262d34"
      "3b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930373e454c535a6168"
      "6f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d646b727980878e959c"
      "a3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f363d444b525960676e757c838a91989fa6adb4bbc2c9d0"
      "d7dee5ecf3fa01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd04"
      "0b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f900070e151c232a3138"
      "3f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9e0e7eef5fc",
      "",
      "0910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f36"
      "3d444b525960676e757c838a91989fa6adb4bbc2",
      "0090d80270ed9f5975cf7c6c191323610edbd009410230727d8a46362d5093859f6ef53ae1a4286c9b4ac0b7"
      "ec9ab639cad53815a85511b720cc625284192e2c4b210be7e14003a335a1deefae9cc80141b3da5e490cd1d5"
      "505bac7fa609fc57d18a8210b00ef4c844419b37f9baccef50e282fc2a90c79b16e8fc310e1b4de9c390722f"
      "73556a2a620deb9ce1fc88cb90249aec96271633a16841156f4fb39826c56c885489678bd7096ab3cdf00aaa"
      "fe2d1e02a64993dce698a26494eb9586986cd0ad80ef35a8aeef1f2f93666b7f2c3674b359c26dac9f95ca03"
      "5f12abf14fe890a45345f781511744110efcffa98fde2b325d905619e6139def9e3a26855805e56154f15564"
      "c3371cee03c2b72d6b442b18ff843d84d63873729acbcf2c551b87bafde79a4b0451e089" },
    { "TLS 1.2, the secret of a large group", HL_X509_SHA256,
      "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930"
      "373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d64"
      "6b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f363d444b525960676e757c838a9198"
      "9fa6adb4bbc2c9d0d7dee5ecf3fa01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5cc"
      "d3dae1e8eff6fd040b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f900"
      "070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9e0e7eef5fc030a11181f262d34"
      "3b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930373e454c535a6168"
      "6f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d646b727980878e959c"
      "a3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f363d444b525960676e757c838a91989fa6adb4bbc2c9d0"
      "d7dee5ecf3fa01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd04"
      "0b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f900070e151c232a3138"
      "3f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9e0e7eef5fc030a11181f262d343b424950575e656c"
      "737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d141b222930373e454c535a61686f767d848b9299a0"
      "a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4"
      "dbe2e9f0f7fe050c131a21282f363d444b525960676e757c838a91989fa6adb4bbc2c9d0d7dee5ecf3fa0108"
      "0f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd040b121920272e353c"
      "434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f900070e151c232a31383f464d545b626970"
      "777e858c939aa1a8afb6bdc4cbd2d9e0e7eef5fc030a11181f262d343b424950575e656c737a81888f969da4"
      "abb2b9c0c7ced5dce3eaf1f8ff060d141b222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8"
      "dfe6edf4fb020910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c"
      "131a21282f363d444b525960676e757c838a91989fa6adb4bbc2c9d0d7dee5ecf3fa01080f161d242b323940"
      "474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd040b121920272e353c434a51585f666d74"
      "7b828990979ea5acb3bac1c8cfd6dde4ebf2f900070e151c232a31383f464d545b626970777e858c939aa1a8"
      "afb6bdc4cbd2d9e0e7eef5fc030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dc"
      "e3eaf1f8ff060d141b222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910",
      "master secret",
      "0910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f36"
      "3d444b525960676e757c838a91989fa6adb4bbc2",
      "18efff5bbd6a868b454601ca10571159dd2aada0c45bd1d475f5529f16d3f9937fc38a891225be6c64b8e6c2"
      "6bd4f584" },
};

static bool prf_of(const struct prf_row *row, struct hl_span secret, struct hl_span seed, uint8_t *out,
                   size_t length)
{
    return row->hash == SSL3 ? prf_ssl3(secret, seed, out, length)
                             : prf_tls(row->hash, secret, row->label, seed, out, length);
}

/* Every length, in an allocation of it: the shorter ones are the beginning of the longer. */
static void test_prf(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof prfs / sizeof prfs[0]; i++) {
        const struct hl_span secret = hex(prfs[i].secret), seed = hex(prfs[i].seed),
                             expected = hex(prfs[i].expected);
        for (size_t length = 0; length <= expected.len; length++) {
            uint8_t *out = malloc(length > 0 ? length : 1);
            assert_true(prf_of(&prfs[i], secret, seed, out, length));
            if (length > 0 && memcmp(out, expected.ptr, length) != 0)
                fail_msg("%s, %zu bytes", prfs[i].name, length);
            free(out);
        }
        drop(secret);
        drop(seed);
        drop(expected);
    }
}

static void must_be_zeros(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        assert_int_equal(bytes[i], 0);
}

/* What cannot be made leaves zeros. */
static void test_prf_refuses(void **state)
{
    const struct hl_span text = span_of("text");
    uint8_t out[OUT_MAX];

    (void)state;
    memset(out, 1, sizeof out);
    assert_true(prf_ssl3(text, text, out, 416));
    assert_false(prf_ssl3(text, text, out, 417)); /* there is no 27th letter */
    must_be_zeros(out, 417);
    memset(out, 1, sizeof out);
    assert_false(prf_tls(HL_X509_SM3, text, "label", text, out, 48));
    must_be_zeros(out, 48);
    memset(out, 1, sizeof out);
    assert_false(prf_tls(HL_X509_GOST94, text, "label", text, out, 48));
    must_be_zeros(out, 48);
}

/* --- HKDF -------------------------------------------------------------------- */

/* RFC 5869, appendix A, the first half of its cases. */
static void test_extract(void **state)
{
    static const struct {
        enum hl_x509_hash hash;
        const char *key, *salt, *expected;
    } extracts[] = {
        { HL_X509_SHA256, "R22(0b)", "000102030405060708090a0b0c",
          "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5" },
        { HL_X509_SHA256, "R22(0b)", "", "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04" },
        { HL_X509_SHA1, "R11(0b)", "000102030405060708090a0b0c", "9b6c18c432a7bf8f0e71c8eb88f4b30baa2ba243" },
        { HL_X509_SHA1, "R22(0b)", "", "da8c8a73c7fa77288ec6f5e7c297786aa0d32d01" },
        /* RFC 8448, section 3: the early secret without a PSK. */
        { HL_X509_SHA256, "R32(00)", "", "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof extracts / sizeof extracts[0]; i++) {
        const struct hl_span key = hex(extracts[i].key), salt = hex(extracts[i].salt);
        const struct hl_span expected = hex(extracts[i].expected);
        uint8_t out[DIGEST_LENGTH_MAX];
        assert_int_equal(hkdf_extract(extracts[i].hash, salt, key, out), expected.len);
        assert_memory_equal(out, expected.ptr, expected.len);
        drop(key);
        drop(salt);
        drop(expected);
    }
}

/* Nothing in, and nothing that wolfCrypt has: neither crashes. */
static void test_extract_nothing(void **state)
{
    const struct hl_span nothing = { NULL, 0 };
    uint8_t out[DIGEST_LENGTH_MAX];

    (void)state;
    assert_int_equal(hkdf_extract(HL_X509_SHA256, nothing, nothing, out), SHA256_LENGTH);
    memset(out, 1, sizeof out);
    assert_int_equal(hkdf_extract(HL_X509_SM3, nothing, nothing, out), 0);
    must_be_zeros(out, sizeof out);
    assert_int_equal(hmac_parts(HL_X509_HASH_NONE, nothing, NULL, 0, out), 0);
}

static const struct {
    const char *name;
    enum hl_x509_hash hash;
    const char *secret, *prefix, *label, *context, *expected;
} expansions[] = {
    { "RFC 8448, server handshake key", HL_X509_SHA256,
      "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38", HKDF_TLS13, "key", "",
      "3fce516009c21727d0f2e4e86ee403bc" },
    { "RFC 8448, resumption", HL_X509_SHA256,
      "7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c", HKDF_TLS13, "resumption", "0000",
      "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3" },
    { "SHA-384", HL_X509_SHA384,
      "0b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f900070e151c232a3138"
      "3f464d54",
      HKDF_TLS13, "traffic upd",
      "",
      "5b315fce5b04aa1d62bf18e4a29980e5707b09c1f357a2a97725689d0b9a0d23021f0ac9ed00453a2aa09e83"
      "5fb5fc5b" },
    { "DTLS 1.3", HL_X509_SHA256,
      "0b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4",
      HKDF_DTLS13, "key",
      "",
      "c2c25d5c25ecdf72060e7fa4b37f5416" },
    { "drafts", HL_X509_SHA256,
      "0b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4",
      HKDF_TLS13_OLD, "iv",
      "",
      "8f7adf88df3f81b47e11a02f" },
    { "more than a block", HL_X509_SHA384,
      "0b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f900070e151c232a3138"
      "3f464d54",
      HKDF_TLS13, "exporter",
      "050c131a21282f363d444b525960676e757c838a91989fa6adb4bbc2c9d0d7dee5ecf3fa01080f161d242b32"
      "3940474e",
      "a65bc4e9c613835acbc3ba8232302b41f9b401e7bb75e9db4129774e74c644171dcda1c1b2dcdc77e2446ca4"
      "8e5c4bbd18e4205fffbe5bd749b5cab6e8843d9c7f2257468e04ac6243e1033b60b3aaa44da886bf966fab6f"
      "ca6c2ceb1d3dd28cae0e738b021bec4ad21d2649ef885d2b7cf2bca4df98742f" },
    { "more than two", HL_X509_SHA256,
      "0b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4",
      HKDF_TLS13, "exporter",
      "050c131a21282f363d444b525960676e757c838a91989fa6adb4bbc2c9d0d7dee5ecf3fa01080f161d242b32"
      "3940474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd040b121920272e353c434a51585f66"
      "6d747b828990979ea5acb3bac1c8cfd6dde4ebf2f900070e151c232a31383f464d545b626970777e858c939a"
      "a1a8afb6bdc4cbd2d9e0e7eef5fc030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ce"
      "d5dce3eaf1f8ff060d141b222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb02"
      "0910171e252c333a41484f565d646b727980878e959ca3aab1b8bfc6cdd4dbe2e9f0f7",
      "f0d976f31bf12b3e8a9882684cbc7c35386ffc2176dfbe5f3d811895f0502145f58351ed3bc488e078c32c03"
      "cf0e40940d9c58f50f5b4e53cda3f421afd65130e5c293216800a0cdd8e7a890faa23691d7da9c55440a88f2"
      "42a2691a97d88607d93dda9b" },
};

static void test_expand_label(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof expansions / sizeof expansions[0]; i++) {
        const struct hl_span secret = hex(expansions[i].secret), context = hex(expansions[i].context);
        const struct hl_span expected = hex(expansions[i].expected);
        uint8_t *out = malloc(expected.len);
        assert_true(hkdf_expand_label(expansions[i].hash, secret, expansions[i].prefix, expansions[i].label,
                                      context, out, expected.len));
        if (memcmp(out, expected.ptr, expected.len) != 0)
            fail_msg("%s", expansions[i].name);
        free(out);
        drop(secret);
        drop(context);
        drop(expected);
    }
}

/* What struct HkdfLabel cannot hold, or HKDF-Expand cannot give (RFC 5869, 2.3). */
static void test_expand_label_refuses(void **state)
{
    static uint8_t out[0x10000], context[256];
    const struct hl_span secret = span_of("text"), none = { NULL, 0 };
    char label[256];

    (void)state;
    memset(label, 'x', sizeof label);
    label[249] = '\0';
    assert_true(hkdf_expand_label(HL_X509_SHA256, secret, HKDF_TLS13, label, none, out, 32));
    label[249] = 'x';
    label[250] = '\0';
    assert_false(hkdf_expand_label(HL_X509_SHA256, secret, HKDF_TLS13, label, none, out, 32));
    assert_true(hkdf_expand_label(HL_X509_SHA256, secret, HKDF_TLS13, "key", (struct hl_span){ context, 255 },
                                  out, 32));
    assert_false(hkdf_expand_label(HL_X509_SHA256, secret, HKDF_TLS13, "key",
                                   (struct hl_span){ context, 256 }, out, 32));
    assert_true(hkdf_expand_label(HL_X509_SHA256, secret, HKDF_TLS13, "key", none, out, 255 * SHA256_LENGTH));
    assert_false(
        hkdf_expand_label(HL_X509_SHA256, secret, HKDF_TLS13, "key", none, out, 255 * SHA256_LENGTH + 1));
    must_be_zeros(out, 255 * SHA256_LENGTH + 1);
    assert_false(hkdf_expand_label(HL_X509_SHA512, secret, HKDF_TLS13, "key", none, out, 0x10000));
    assert_false(hkdf_expand_label(HL_X509_SM3, secret, HKDF_TLS13, "key", none, out, 16));
}

static void test_wipe(void **state)
{
    uint8_t secret[33];

    (void)state;
    memset(secret, 7, sizeof secret);
    wipe(secret, 32);
    must_be_zeros(secret, 32);
    assert_int_equal(secret[32], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prf),          cmocka_unit_test(test_prf_refuses),
        cmocka_unit_test(test_extract),      cmocka_unit_test(test_extract_nothing),
        cmocka_unit_test(test_expand_label), cmocka_unit_test(test_expand_label_refuses),
        cmocka_unit_test(test_wipe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
