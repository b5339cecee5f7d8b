/* Private keys in every form that openssl writes: tests/keys/make.sh made them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/private_key.h"
#include "crypto/rsa_public.h"
#include "x509/pem.h"

#include "../support/make_bytes.h"
#include "../support/walk_text.h"

static struct hl_buffer read_key(const char *name)
{
    const char *source = getenv("SOURCE_DIR");
    struct hl_buffer out = make_buffer();
    char path[512];
    uint8_t bytes[8192];

    snprintf(path, sizeof path, "%s/tests/keys/%s", source != NULL ? source : ".", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buf_put(&out, bytes, fread(bytes, 1, sizeof bytes, file));
    fclose(file);
    return out;
}

struct row {
    const char *file, *password;
    enum private_key_result result;
    const char *kind; /* NULL: none is told */
};

#define P "handlens"

static const struct row rows[] = {
    { "rsa-pkcs1.pem", "", PRIVATE_KEY_OK, NULL },
    { "rsa-pkcs1.pem", "of no use", PRIVATE_KEY_OK, NULL },
    { "rsa-pkcs8.pem", "", PRIVATE_KEY_OK, NULL },
    { "rsa-pkcs1.der", "", PRIVATE_KEY_OK, NULL },
    { "rsa-pkcs8.der", "", PRIVATE_KEY_OK, NULL },
    { "bundle.pem", "", PRIVATE_KEY_OK, NULL },
    { "rsa-aes256.pem", P, PRIVATE_KEY_OK, NULL },
    { "rsa-des3.pem", P, PRIVATE_KEY_OK, NULL },
    { "rsa-pbes2.pem", P, PRIVATE_KEY_OK, NULL },
    { "rsa-pbes2.der", P, PRIVATE_KEY_OK, NULL },
    { "rsa-pbes2-des3.pem", P, PRIVATE_KEY_OK, NULL },
    { "rsa-pbes1.pem", P, PRIVATE_KEY_OK, NULL },
    { "rsa-aes256.pem", "", PRIVATE_KEY_ENCRYPTED, NULL },
    { "rsa-pbes2.pem", "", PRIVATE_KEY_ENCRYPTED, NULL },
    { "rsa-pbes2.der", "", PRIVATE_KEY_ENCRYPTED, NULL },
    { "ec-pbes2.pem", "", PRIVATE_KEY_ENCRYPTED, NULL },
    { "rsa-aes256.pem", "wrong", PRIVATE_KEY_NOT_OPENED, NULL },
    { "rsa-des3.pem", "wrong", PRIVATE_KEY_NOT_OPENED, NULL },
    { "rsa-pbes2.pem", "wrong", PRIVATE_KEY_NOT_OPENED, NULL },
    { "rsa-pbes2.der", "wrong", PRIVATE_KEY_NOT_OPENED, NULL },
    { "rsa-pbes1.pem", "wrong", PRIVATE_KEY_NOT_OPENED, NULL },
    { "rsa-scrypt.pem", P, PRIVATE_KEY_NOT_OPENED, NULL },
    { "rsa-sha512.pem", P, PRIVATE_KEY_NOT_OPENED, NULL },
    { "ec-sec1.pem", "", PRIVATE_KEY_OTHER, "EC" },
    { "ec-pkcs8.pem", "", PRIVATE_KEY_OTHER, "EC" },
    { "ec-sec1.der", "", PRIVATE_KEY_OTHER, "EC" },
    { "ec-pbes2.pem", P, PRIVATE_KEY_OTHER, "EC" },
    { "ed25519.pem", "", PRIVATE_KEY_OTHER, "Ed25519" },
    { "dsa.der", "", PRIVATE_KEY_OTHER, "DSA" },
    { "rsa-pss.pem", "", PRIVATE_KEY_OTHER, "RSA-PSS" },
    { "bundle.p12", P, PRIVATE_KEY_OTHER, "PKCS #12" },
    { "rsa-4104.pem", "", PRIVATE_KEY_UNSUPPORTED, NULL },
    { "cert.pem", "", PRIVATE_KEY_NONE, NULL },
    { "rsa-public.der", "", PRIVATE_KEY_NONE, NULL },
    { "premaster.bin", "", PRIVATE_KEY_NONE, NULL },
};

static bool opens(const struct private_key *key, const char *name, uint8_t out[PREMASTER_LENGTH])
{
    struct hl_buffer encrypted = read_key(name);
    bool opened = private_key_premaster(key, buf_view(&encrypted), out);

    buf_cleanup(&encrypted);
    return opened;
}

static void expect_key(const struct private_key *key)
{
    struct hl_buffer public = read_key("rsa-public.der"), premaster = read_key("premaster.bin");
    uint8_t out[PREMASTER_LENGTH];
    struct hl_x509_key public_key;

    assert_true(x509_key_parse(buf_view(&public), &public_key));
    assert_true(private_key_fits(key, &public_key));
    assert_true(opens(key, "premaster.enc", out));
    assert_int_equal(premaster.len, sizeof out);
    assert_memory_equal(out, premaster.data, sizeof out);
    buf_cleanup(&public);
    buf_cleanup(&premaster);
}

static void check_row(void **state)
{
    const struct row *row = *state;
    struct hl_buffer file = read_key(row->file);
    uint8_t *bytes = exact_copy(file.data, file.len);
    struct private_key *key = NULL;
    const char *kind = "untouched";

    assert_int_equal(private_key_new((struct hl_span){ bytes, file.len }, span_of(row->password), &key, &kind),
                     row->result);
    free(bytes); /* nothing of it is borrowed */
    if (row->kind == NULL)
        assert_null(kind);
    else
        assert_string_equal(kind, row->kind);
    if (row->result == PRIVATE_KEY_OK)
        expect_key(key);
    else
        assert_null(key);
    private_key_free(key);
    buf_cleanup(&file);
}

static struct private_key *load(const char *name)
{
    struct hl_buffer file = read_key(name);
    struct private_key *key = NULL;

    assert_int_equal(private_key_new(buf_view(&file), span_of(""), &key, NULL), PRIVATE_KEY_OK);
    buf_cleanup(&file);
    return key;
}

/* As a client does it: padded, and encrypted with the public half. */
static void what_is_encrypted_to_it(void **state)
{
    struct hl_buffer public = read_key("rsa-public.der");
    struct private_key *key = load("rsa-pkcs8.pem");
    uint8_t premaster[PREMASTER_LENGTH], out[PREMASTER_LENGTH], block[RSA_BYTES_MAX], encrypted[RSA_BYTES_MAX];
    struct hl_x509_key public_key;

    (void)state;
    assert_true(x509_key_parse(buf_view(&public), &public_key));
    const size_t size = rsa_public_size(&public_key);
    assert_int_equal(size, (public_key.bits + 7) / 8);
    for (size_t i = 0; i < sizeof premaster; i++)
        premaster[i] = (uint8_t)(i * 7 + 3);
    assert_true(rsa_pad((struct hl_span){ premaster, sizeof premaster }, block, size));
    assert_true(rsa_public_encrypt(&public_key, (struct hl_span){ block, size }, encrypted));
    assert_true(private_key_premaster(key, (struct hl_span){ encrypted, size }, out));
    assert_memory_equal(out, premaster, sizeof out);
    block[1] = 1; /* no padding of encryption */
    assert_true(rsa_public_encrypt(&public_key, (struct hl_span){ block, size }, encrypted));
    assert_false(private_key_premaster(key, (struct hl_span){ encrypted, size }, out));
    assert_false(rsa_public_encrypt(&public_key, (struct hl_span){ block, size - 1 }, encrypted));
    assert_false(rsa_pad((struct hl_span){ premaster, sizeof premaster }, block, sizeof premaster + 10));
    public_key.kind = HL_X509_KEY_EC;
    assert_int_equal(rsa_public_size(&public_key), 0);
    private_key_free(key);
    buf_cleanup(&public);
}

static void what_it_does_not_open(void **state)
{
    struct private_key *key = load("rsa-pkcs8.pem"), *other = load("other-rsa.pem");
    struct hl_buffer public = read_key("rsa-public.der"), encrypted = read_key("premaster.enc");
    struct hl_x509_key public_key;
    uint8_t out[PREMASTER_LENGTH] = { 0 };

    (void)state;
    assert_true(x509_key_parse(buf_view(&public), &public_key));
    assert_false(private_key_fits(other, &public_key));
    public_key.kind = HL_X509_KEY_EC;
    assert_false(private_key_fits(key, &public_key));
    assert_false(opens(other, "premaster.enc", out));
    assert_false(opens(key, "premaster-47.enc", out)); /* not as long as a premaster secret */
    assert_false(opens(key, "premaster.bin", out));    /* not as long as the modulus */
    for (size_t n = 0; n < encrypted.len; n += 9)
        assert_false(private_key_premaster(key, (struct hl_span){ encrypted.data, n }, out));
    put_fill(&encrypted, 0, 1024);
    assert_false(private_key_premaster(key, buf_view(&encrypted), out));
    memset(encrypted.data, 0xff, 128); /* larger than the modulus */
    assert_false(private_key_premaster(key, (struct hl_span){ encrypted.data, 128 }, out));
    memset(encrypted.data, 0, 128);
    assert_false(private_key_premaster(key, (struct hl_span){ encrypted.data, 128 }, out));
    assert_int_equal(out[0], 0);
    private_key_free(key);
    private_key_free(other);
    private_key_free(NULL);
    buf_cleanup(&public);
    buf_cleanup(&encrypted);
}

static void try_all(struct hl_span bytes)
{
    static const char *const passwords[] = { "", P };

    for (size_t i = 0; i < 2; i++) {
        uint8_t *copy = exact_copy(bytes.ptr, bytes.len);
        struct private_key *key = NULL;
        const char *kind;
        enum private_key_result result =
            private_key_new((struct hl_span){ copy, bytes.len }, span_of(passwords[i]), &key, &kind);
        assert_int_equal(key != NULL, result == PRIVATE_KEY_OK);
        private_key_free(key);
        free(copy);
    }
}

/* Every form, cut short at every byte, and with some of them wrong. */
static void damaged_files(void **state)
{
    static const char *const names[] = { "rsa-pkcs1.pem", "rsa-pkcs1.der", "rsa-pkcs8.der", "ec-sec1.der", "dsa.der",
                                         "bundle.p12", "ec-pkcs8.pem", "rsa-public.der", "rsa-aes256.pem" };
    uint32_t random = 11;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct hl_buffer file = read_key(names[i]);
        for (size_t n = 0; n < file.len; n += 1 + n / 64)
            try_all((struct hl_span){ file.data, n });
        for (unsigned change = 0; change < 300; change++) {
            uint8_t *at = &file.data[next_random(&random) % file.len], before = *at;
            *at = (uint8_t)next_random(&random);
            try_all(buf_view(&file));
            *at = before;
        }
        buf_cleanup(&file);
    }
}

static void other_files(void **state)
{
    static const struct {
        const char *text;
        enum private_key_result result;
        const char *kind;
    } texts[] = {
        { "", PRIVATE_KEY_NONE, NULL },
        { "hello", PRIVATE_KEY_NONE, NULL },
        { "-----BEGIN RSA PRIVATE KEY-----\n", PRIVATE_KEY_NONE, NULL },
        { "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n", PRIVATE_KEY_NONE, NULL },
        { "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", PRIVATE_KEY_NONE, NULL },
        { "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", PRIVATE_KEY_OTHER, "OpenSSH" },
        { "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n", PRIVATE_KEY_OTHER, "DSA" },
        { "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END EC PRIVATE KEY-----\n",
          PRIVATE_KEY_OTHER, "EC" },
        { "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
          PRIVATE_KEY_NOT_OPENED, NULL },
    };
    struct private_key *key;
    const char *kind;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(private_key_new(span_of(texts[i].text), span_of(P), &key, &kind), texts[i].result);
        assert_null(key);
        assert_true(texts[i].kind == NULL ? kind == NULL : strcmp(kind, texts[i].kind) == 0);
    }
    uint8_t *large = calloc(1, HL_PRIVATE_KEY_FILE_MAX + 1);
    assert_int_equal(private_key_new((struct hl_span){ large, HL_PRIVATE_KEY_FILE_MAX + 1 }, span_of(P), &key, &kind),
                     PRIVATE_KEY_NONE);
    free(large);
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof rows[0] };
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(what_is_encrypted_to_it),
        cmocka_unit_test(what_it_does_not_open),
        cmocka_unit_test(damaged_files),
        cmocka_unit_test(other_files),
    };
    struct CMUnitTest tests[ROWS + sizeof others / sizeof others[0]];

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ rows[i].file, check_row, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    memcpy(tests + ROWS, others, sizeof others);
    return cmocka_run_group_tests_name("private_key", tests, NULL, NULL);
}
