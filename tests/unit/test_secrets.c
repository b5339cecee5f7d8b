/* What was given to open handshakes with: the store that session/ asks, and the files that fill it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/secrets.h"

#include <handlens/secrets.h>

#include "../support/make_bytes.h"

/* --- files -------------------------------------------------------------------- */

static char path[64];

static void write_text(const char *how, const char *text, size_t n)
{
    FILE *file = fopen(path, how);

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void write_file(const char *text)
{
    write_text("w", text, strlen(text));
}

static void append(const char *text)
{
    write_text("a", text, strlen(text));
}

static int set_up(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "%s/handlens-test-XXXXXX", P_tmpdir);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

/* A line of connection `number`, whose secret ends in `mark`. */
static const char *line_of(unsigned number, unsigned mark)
{
    static char lines[8][256];
    static unsigned next;
    char *line = lines[next++ % 8];

    snprintf(line, sizeof lines[0], "CLIENT_RANDOM %08x%056x %096x\n", number, 0u, mark);
    return line;
}

/* The mark of a connection; 0: there is no secret of it. */
static unsigned mark_of(const struct hl_secrets *secrets, unsigned number)
{
    struct hl_buffer id = make_buffer();
    uint8_t master[48];

    put_uint(&id, 4, number);
    put_fill(&id, 0, 28);
    size_t n = secrets_find(secrets, KEY_LOG_CLIENT_RANDOM, buf_view(&id), master, sizeof master);
    buf_cleanup(&id);
    return n == 48 ? master[47] : 0;
}

/* --- the store ------------------------------------------------------------------ */

static void nothing(void **state)
{
    struct hl_x509_key key = { .kind = HL_X509_KEY_RSA };
    uint8_t out[48], zeros[128] = { 0 };
    const char *source = NULL;
    size_t cursor = 0;
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    const struct hl_secrets *const both[] = { NULL, secrets };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_false(secrets_any(both[i]));
        assert_int_equal(secrets_generation(both[i]), 0);
        assert_int_equal(secrets_find(both[i], KEY_LOG_CLIENT_RANDOM, (struct hl_span){ zeros, 32 }, out, 48), 0);
        assert_int_equal(secrets_premaster(both[i], (struct hl_span){ zeros, 128 }, &key, out, &source), 0);
        assert_string_equal(source, "no secret of this connection was given");
        assert_int_equal(secrets_psk(both[i], span_of("x")).len, 0);
        assert_int_equal(secrets_psk_next(both[i], span_of("x"), &cursor).len, 0);
    }
    hl_secrets_free(secrets);
    hl_secrets_free(NULL);
}

static void copies(void **state)
{
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    char text[256];
    struct hl_error error;

    (void)state;
    snprintf(text, sizeof text, "%s", line_of(1, 5));
    assert_int_equal(hl_secrets_key_log_text(secrets, span_of(text), &error), HL_OK);
    memset(text, 'x', sizeof text);
    assert_true(secrets_any(secrets));
    assert_int_equal(secrets_generation(secrets), 1);
    assert_int_equal(mark_of(secrets, 1), 5);
    assert_int_equal(hl_secrets_key_log_text(secrets, span_of("hello\n"), &error), HL_ERR_FORMAT);
    assert_int_equal(hl_secrets_key_log_text(secrets, span_of(""), &error), HL_ERR_FORMAT);
    assert_int_equal(secrets_generation(secrets), 1);
    assert_true(secrets_add_key_log(secrets, span_of(line_of(1, 6)), NULL));
    assert_int_equal(mark_of(secrets, 1), 6);
    assert_int_equal(secrets_generation(secrets), 2);
    hl_secrets_free(secrets);
}

/* Which keys an identity is answered with: "a:01" is identity a, key 01; the answers in their order. */
static void pre_shared_keys(void **state)
{
    static const struct {
        const char *identity;
        uint8_t key;
    } given[] = { { "", 1 }, { "a", 2 }, { "b", 3 }, { "", 4 }, { "a", 5 }, { "a:b", 6 } };
    static const struct {
        const char *identity, *keys;
    } rows[] = { { "a", "5241" }, { "b", "341" }, { "c", "41" }, { "", "41" }, { "a:b", "641" }, { "A", "41" } };
    struct hl_secrets *secrets = hl_secrets_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        assert_int_equal(hl_secrets_psk(secrets, span_of(given[i].identity), (struct hl_span){ &given[i].key, 1 }, NULL),
                         HL_OK);
    assert_true(secrets_any(secrets));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char keys[16] = "";
        size_t cursor = 0, n = 0;
        for (;;) {
            struct hl_span key = secrets_psk_next(secrets, span_of(rows[i].identity), &cursor);
            if (key.len == 0)
                break;
            keys[n++] = (char)('0' + key.ptr[0]);
        }
        assert_string_equal(keys, rows[i].keys);
        assert_int_equal(secrets_psk(secrets, span_of(rows[i].identity)).ptr[0], rows[i].keys[0] - '0');
    }
    hl_secrets_free(secrets);
}

static void pre_shared_keys_that_are_refused(void **state)
{
    static uint8_t bytes[UINT16_MAX + 1];
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    struct hl_error error;

    (void)state;
    assert_int_equal(hl_secrets_psk(secrets, span_of("a"), (struct hl_span){ bytes, 0 }, &error), HL_ERR_USAGE);
    assert_int_equal(hl_secrets_psk(secrets, span_of("a"), (struct hl_span){ bytes, 513 }, &error), HL_ERR_USAGE);
    assert_int_equal(hl_secrets_psk(secrets, (struct hl_span){ bytes, sizeof bytes }, (struct hl_span){ bytes, 1 }, &error),
                     HL_ERR_USAGE);
    assert_int_equal(hl_secrets_psk(secrets, (struct hl_span){ bytes, UINT16_MAX }, (struct hl_span){ bytes, 512 }, &error),
                     HL_OK);
    for (unsigned i = 1; i < HL_SECRET_KEYS_MAX; i++)
        assert_int_equal(hl_secrets_psk(secrets, span_of("a"), (struct hl_span){ bytes, 1 }, &error), HL_OK);
    assert_int_equal(hl_secrets_psk(secrets, span_of("a"), (struct hl_span){ bytes, 1 }, &error), HL_ERR_MEMORY);
    hl_secrets_free(secrets);
}

/* --- private keys ------------------------------------------------------------------ */

static const char *key_path(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    const char *source = getenv("SOURCE_DIR");
    char *out = paths[next++ % 4];

    snprintf(out, sizeof paths[0], "%s/tests/keys/%s", source != NULL ? source : ".", name);
    return out;
}

static struct hl_buffer read_key(const char *name)
{
    struct hl_buffer out = make_buffer();
    uint8_t bytes[4096];
    FILE *file = fopen(key_path(name), "rb");

    assert_non_null(file);
    buf_put(&out, bytes, fread(bytes, 1, sizeof bytes, file));
    fclose(file);
    return out;
}

static void key_files(void **state)
{
    static const struct {
        const char *name, *password;
        enum hl_status status;
        const char *message, *hint;
    } rows[] = {
        { "rsa-pkcs8.pem", NULL, HL_OK, NULL, NULL },
        { "rsa-aes256.pem", "handlens", HL_OK, NULL, NULL },
        { "rsa-aes256.pem", NULL, HL_ERR_USAGE, "is encrypted", "--key-pass-file" },
        { "rsa-pbes2.pem", "", HL_ERR_USAGE, "is encrypted", "--key-pass-file" },
        { "rsa-aes256.pem", "guess", HL_ERR_USAGE, "the password is wrong, or", "openssl pkey" },
        { "rsa-scrypt.pem", "handlens", HL_ERR_USAGE, "in a way that is not known", "openssl pkey" },
        { "cert.pem", NULL, HL_ERR_FORMAT, "no private key in it", "PKCS #8" },
        { "ec-pkcs8.pem", NULL, HL_ERR_UNSUPPORTED, "of the kind EC", "--keylog" },
        { "bundle.p12", NULL, HL_ERR_UNSUPPORTED, "PKCS #12", "openssl pkcs12" },
        { "rsa-4104.pem", NULL, HL_ERR_UNSUPPORTED, "more than 4096 bits", "--keylog" },
        { "missing.pem", NULL, HL_ERR_IO, "No such file", "" },
        { "", NULL, HL_ERR_IO, "directory", "" },
    };
    struct hl_secrets *secrets = hl_secrets_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hl_error error = { .status = HL_OK };
        assert_int_equal(hl_secrets_private_key_file(secrets, key_path(rows[i].name), rows[i].password, &error),
                         rows[i].status);
        if (rows[i].status == HL_OK)
            continue;
        assert_int_equal(error.status, rows[i].status);
        assert_non_null(strstr(error.message, rows[i].name));
        assert_non_null(strstr(error.message, rows[i].message));
        assert_non_null(strstr(error.hint, rows[i].hint));
        assert_null(strstr(error.message, "guess"));
    }
    assert_int_equal(secrets_generation(secrets), 2);
    hl_secrets_free(secrets);
}

static void large_file_as_key(void **state)
{
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    struct hl_error error;

    (void)state;
    assert_int_equal(truncate(path, (off_t)HL_PRIVATE_KEY_FILE_MAX), 0);
    assert_int_equal(hl_secrets_private_key_file(secrets, path, NULL, &error), HL_ERR_FORMAT);
    assert_non_null(strstr(error.message, "too large"));
    hl_secrets_free(secrets);
}

static void premaster_secrets(void **state)
{
    struct hl_buffer public = read_key("rsa-public.der"), encrypted = read_key("premaster.enc"),
                     premaster = read_key("premaster.bin"), line = make_buffer();
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    struct hl_x509_key key, other;
    uint8_t out[PREMASTER_LENGTH];
    const char *source;

    (void)state;
    assert_true(x509_key_parse(buf_view(&public), &key));
    other = key;
    other.modulus.len--;
    assert_int_equal(hl_secrets_private_key_file(secrets, key_path("other-rsa.pem"), NULL, NULL), HL_OK);
    assert_int_equal(secrets_premaster(secrets, buf_view(&encrypted), &key, out, &source), 0);
    assert_string_equal(source, "no private key that was given belongs to the server's certificate");
    assert_int_equal(secrets_premaster(secrets, buf_view(&encrypted), NULL, out, &source), 0);
    assert_string_equal(source, "the private key does not open the premaster secret");

    assert_int_equal(hl_secrets_private_key_file(secrets, key_path("rsa-pkcs1.der"), NULL, NULL), HL_OK);
    assert_int_equal(secrets_premaster(secrets, buf_view(&encrypted), &key, out, &source), PREMASTER_LENGTH);
    assert_memory_equal(out, premaster.data, PREMASTER_LENGTH);
    assert_string_equal(source, "private key");
    assert_int_equal(secrets_premaster(secrets, buf_view(&encrypted), &other, out, &source), 0);
    assert_int_equal(secrets_premaster(secrets, buf_view(&encrypted), NULL, out, &source), PREMASTER_LENGTH);
    assert_int_equal(secrets_premaster(secrets, (struct hl_span){ encrypted.data, 7 }, NULL, out, &source), 0);

    buf_string(&line, "RSA ");
    buf_hex(&line, (struct hl_span){ encrypted.data, 8 });
    buf_printf(&line, " %096x", 0x77u);
    assert_int_equal(hl_secrets_key_log_text(secrets, buf_view(&line), NULL), HL_OK);
    assert_int_equal(secrets_premaster(secrets, buf_view(&encrypted), &other, out, &source), PREMASTER_LENGTH);
    assert_int_equal(out[47], 0x77);
    assert_string_equal(source, "key log");
    hl_secrets_free(secrets);
    buf_cleanup(&public);
    buf_cleanup(&encrypted);
    buf_cleanup(&premaster);
    buf_cleanup(&line);
}

/* --- key log files ------------------------------------------------------------------ */

static void key_log_files_that_are_none(void **state)
{
    static const struct {
        const char *text, *hint;
    } rows[] = {
        { "", "it is empty" },
        { "hello\nworld\n", "CLIENT_RANDOM" },
        { "# nothing but comments\n", "CLIENT_RANDOM" },
        { "CLIENT_RANDOM 00 c0ffee\n", "CLIENT_RANDOM" },
        { "-----BEGIN RSA PRIVATE KEY-----\n", "--key" },
        { "\x0a\x0d\x0d\x0a....", "this is a capture" },
        { "\xd4\xc3\xb2\xa1....", "this is a capture" },
        { "\x1f\x8b....", "decompress" },
        { "\xff\xfe" "C", "UTF-16" },
    };
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    struct hl_error error;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_file(rows[i].text);
        assert_int_equal(hl_secrets_key_log_file(secrets, path, &error), HL_ERR_FORMAT);
        assert_non_null(strstr(error.message, path));
        assert_non_null(strstr(error.hint, rows[i].hint));
        assert_null(strstr(error.message, "c0ffee"));
        assert_null(strstr(error.hint, "c0ffee"));
    }
    assert_int_equal(hl_secrets_key_log_file(secrets, "/nonexistent/keys", &error), HL_ERR_IO);
    assert_int_equal(hl_secrets_key_log_file(secrets, P_tmpdir, &error), HL_ERR_IO);
    assert_non_null(strstr(error.message, "is a directory"));
    assert_int_equal(hl_secrets_follow_key_log(secrets, P_tmpdir, &error), HL_ERR_IO);
    assert_false(secrets_any(secrets));
    assert_false(hl_secrets_warning(secrets, 0, &error)); /* those files are not part of it */
    hl_secrets_free(secrets);
}

static void warnings(void **state)
{
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    struct hl_error error;
    char text[512];

    (void)state;
    snprintf(text, sizeof text, "# a\n%sCLIENT_RANDOM c0ffee\n", line_of(1, 1));
    write_file(text);
    assert_int_equal(hl_secrets_key_log_file(secrets, path, NULL), HL_OK);
    snprintf(text, sizeof text, "%sCLIENT_RANDOM c0ffee\nNEW_LABEL 0011\n\n?\n", line_of(2, 2));
    write_file(text);
    assert_int_equal(hl_secrets_key_log_file(secrets, path, NULL), HL_OK);
    assert_true(hl_secrets_warning(secrets, 0, &error));
    assert_non_null(strstr(error.message, ": line 3 is malformed"));
    assert_true(hl_secrets_warning(secrets, 1, &error));
    assert_non_null(strstr(error.message, ": 2 lines are malformed, the first of them line 2"));
    assert_null(strstr(error.message, "c0ffee"));
    assert_false(hl_secrets_warning(secrets, 2, &error));
    hl_secrets_free(secrets);
}

static void a_file_that_grows(void **state)
{
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    const char *line = line_of(2, 2);
    char half[100];

    (void)state;
    write_file(line_of(1, 1));
    assert_int_equal(hl_secrets_key_log_file(secrets, path, NULL), HL_OK);
    assert_false(hl_secrets_refresh(secrets));
    snprintf(half, sizeof half, "%s", line);
    append(half);
    assert_false(hl_secrets_refresh(secrets)); /* not a whole line */
    append(line + strlen(half));
    assert_true(hl_secrets_refresh(secrets));
    assert_false(hl_secrets_refresh(secrets));
    assert_int_equal(mark_of(secrets, 1), 1);
    assert_int_equal(mark_of(secrets, 2), 2);
    for (unsigned i = 3; i < 12000; i++) { /* over several blocks */
        append(line_of(i, i % 200 + 1));
        if (i % 1000 == 0)
            assert_true(hl_secrets_refresh(secrets));
    }
    assert_true(hl_secrets_refresh(secrets));
    for (unsigned i = 3; i < 12000; i++)
        assert_int_equal(mark_of(secrets, i), i % 200 + 1);
    hl_secrets_free(secrets);
}

/* A last line without its end counts at first sight, and again when it has got its end. */
static void the_end_of_a_line_comes_later(void **state)
{
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    struct hl_error error;
    char text[256];

    (void)state;
    snprintf(text, sizeof text, "%s", line_of(1, 1));
    text[strlen(text) - 1] = '\0';
    write_file(text);
    assert_int_equal(hl_secrets_key_log_file(secrets, path, NULL), HL_OK);
    assert_int_equal(mark_of(secrets, 1), 1);
    append("\n");
    append(line_of(2, 2));
    assert_true(hl_secrets_refresh(secrets));
    assert_int_equal(mark_of(secrets, 1), 1);
    assert_int_equal(mark_of(secrets, 2), 2);
    assert_false(hl_secrets_warning(secrets, 0, &error));
    hl_secrets_free(secrets);
}

static void a_file_that_is_written_anew(void **state)
{
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    char other[80], text[600];

    (void)state;
    snprintf(text, sizeof text, "%s%s", line_of(1, 1), line_of(2, 2));
    write_file(text);
    assert_int_equal(hl_secrets_key_log_file(secrets, path, NULL), HL_OK);
    write_file(line_of(3, 3)); /* shorter */
    assert_true(hl_secrets_refresh(secrets));
    snprintf(text, sizeof text, "%s%s", line_of(4, 4), line_of(1, 5));
    write_file(text); /* longer, but another beginning */
    assert_true(hl_secrets_refresh(secrets));
    snprintf(other, sizeof other, "%s-other", path);
    assert_int_equal(rename(path, other), 0);
    assert_false(hl_secrets_refresh(secrets)); /* gone */
    write_file(line_of(6, 6));                 /* and another file is there */
    assert_true(hl_secrets_refresh(secrets));
    append(line_of(7, 7));
    assert_true(hl_secrets_refresh(secrets));
    assert_false(hl_secrets_refresh(secrets));
    assert_int_equal(mark_of(secrets, 1), 5);
    for (unsigned i = 2; i < 8; i++)
        assert_int_equal(mark_of(secrets, i), i == 5 ? 0 : i); /* what was known stays known */
    unlink(other);
    hl_secrets_free(secrets);
}

static void a_file_to_be_written(void **state)
{
    struct hl_secrets *secrets = hl_secrets_new(NULL);

    (void)state;
    unlink(path);
    assert_int_equal(hl_secrets_follow_key_log(secrets, path, NULL), HL_OK);
    assert_false(hl_secrets_refresh(secrets));
    write_file("");
    assert_false(hl_secrets_refresh(secrets));
    append("# hello\n");
    assert_false(hl_secrets_refresh(secrets));
    append(line_of(1, 1));
    assert_true(hl_secrets_refresh(secrets));
    assert_int_equal(mark_of(secrets, 1), 1);
    hl_secrets_free(secrets);
    secrets = hl_secrets_new(NULL);
    write_file("");
    assert_int_equal(hl_secrets_follow_key_log(secrets, path, NULL), HL_OK);
    write_file(line_of(1, 2));
    assert_true(hl_secrets_refresh(secrets));
    assert_int_equal(mark_of(secrets, 1), 2);
    hl_secrets_free(secrets);
}

static void lines_without_end(void **state)
{
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    const size_t length = 5 * ((size_t)1 << 20);
    char *x = malloc(length);
    struct hl_error error;

    (void)state;
    memset(x, 'x', length);
    write_file(line_of(1, 1));
    write_text("a", x, length);
    append("\n");
    append(line_of(2, 2));
    write_text("a", x, length / 2);
    assert_int_equal(hl_secrets_key_log_file(secrets, path, NULL), HL_OK);
    assert_int_equal(mark_of(secrets, 1), 1);
    assert_int_equal(mark_of(secrets, 2), 2);
    assert_true(secrets->copied < length);
    assert_true(hl_secrets_warning(secrets, 0, &error));
    assert_non_null(strstr(error.message, ": line 2 is malformed"));
    append("\n");
    append(line_of(3, 3));
    assert_true(hl_secrets_refresh(secrets));
    assert_int_equal(mark_of(secrets, 3), 3);
    free(x);
    hl_secrets_free(secrets);
}

/* Large enough to be mapped: sparse, so that it costs nothing. */
static void a_mapped_file(void **state)
{
    const off_t size = (off_t)65 << 20;
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    struct hl_error error;

    (void)state;
    write_file(line_of(1, 1));
    assert_int_equal(truncate(path, size), 0);
    append("\n");
    append(line_of(2, 2));
    append("CLIENT_RANDOM 00");
    assert_int_equal(hl_secrets_key_log_file(secrets, path, NULL), HL_OK);
    assert_true(secrets->copied < (size_t)2 << 20);
    assert_int_equal(mark_of(secrets, 1), 1);
    assert_int_equal(mark_of(secrets, 2), 2);
    append("\n");
    append(line_of(3, 3));
    assert_true(hl_secrets_refresh(secrets));
    assert_int_equal(mark_of(secrets, 3), 3);
    assert_true(hl_secrets_warning(secrets, 0, &error));
    assert_non_null(strstr(error.message, "2 lines are malformed, the first of them line 2"));
    write_file(line_of(4, 4)); /* what was mapped is gone */
    assert_true(hl_secrets_refresh(secrets));
    assert_int_equal(mark_of(secrets, 1), 0);
    assert_int_equal(mark_of(secrets, 3), 3); /* it was read, not mapped */
    assert_int_equal(mark_of(secrets, 4), 4);
    hl_secrets_free(secrets);
}

static void a_mapped_file_that_is_replaced(void **state)
{
    struct hl_secrets *secrets = hl_secrets_new(NULL);

    (void)state;
    write_file(line_of(1, 1));
    assert_int_equal(truncate(path, (off_t)65 << 20), 0);
    append("\n");
    assert_int_equal(hl_secrets_key_log_file(secrets, path, NULL), HL_OK);
    unlink(path);
    write_file(line_of(2, 2));
    assert_true(hl_secrets_refresh(secrets));
    assert_int_equal(mark_of(secrets, 1), 1);
    assert_int_equal(mark_of(secrets, 2), 2);
    hl_secrets_free(secrets);
}

static void a_pipe(void **state)
{
    struct hl_secrets *secrets = hl_secrets_new(NULL);
    char name[64];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    const char *line = line_of(1, 1);
    assert_int_equal(write(ends[1], line, strlen(line)), strlen(line));
    close(ends[1]);
    snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    assert_int_equal(hl_secrets_key_log_file(secrets, name, NULL), HL_OK);
    close(ends[0]);
    assert_int_equal(mark_of(secrets, 1), 1);
    assert_false(hl_secrets_refresh(secrets));
    hl_secrets_free(secrets);
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing),
        cmocka_unit_test(copies),
        cmocka_unit_test(pre_shared_keys),
        cmocka_unit_test(pre_shared_keys_that_are_refused),
        cmocka_unit_test(key_files),
        WITH_FILE(large_file_as_key),
        cmocka_unit_test(premaster_secrets),
        WITH_FILE(key_log_files_that_are_none),
        WITH_FILE(warnings),
        WITH_FILE(a_file_that_grows),
        WITH_FILE(the_end_of_a_line_comes_later),
        WITH_FILE(a_file_that_is_written_anew),
        WITH_FILE(a_file_to_be_written),
        WITH_FILE(lines_without_end),
        WITH_FILE(a_mapped_file),
        WITH_FILE(a_mapped_file_that_is_replaced),
        cmocka_unit_test(a_pipe),
    };

    return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
