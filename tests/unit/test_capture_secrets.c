/* Key logs inside of pcapng files (Decryption Secrets Blocks): wherever they stand, each is told once, before the
 * packets where the file can be gone over twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "capture/capture.h"
#include "support/make_bytes.h"

#define TLS_KEY_LOG 0x544c534bu

struct file {
    struct hl_buffer bytes;
    bool big_endian;
    char path[64];
};

static struct file file_new(bool big_endian)
{
    return (struct file){ .bytes = make_buffer(), .big_endian = big_endian };
}

static void file_free(struct file *f)
{
    buf_cleanup(&f->bytes);
    if (f->path[0] != '\0')
        unlink(f->path);
}

static void put(struct file *f, unsigned width, uint64_t value)
{
    if (f->big_endian)
        put_uint(&f->bytes, width, value);
    else
        put_uint_le(&f->bytes, width, value);
}

static size_t begin_block(struct file *f, uint32_t type)
{
    size_t begin = f->bytes.len;

    put(f, 4, type);
    put(f, 4, 0);
    return begin;
}

static void end_block(struct file *f, size_t begin)
{
    while ((f->bytes.len - begin) % 4 != 0)
        put(f, 1, 0);
    put(f, 4, f->bytes.len - begin + 4);
    memcpy(f->bytes.data + begin + 4, f->bytes.data + f->bytes.len - 4, 4);
}

static void put_section(struct file *f)
{
    size_t begin = begin_block(f, 0x0a0d0d0a);

    put(f, 4, 0x1a2b3c4d);
    put(f, 2, 1);
    put(f, 2, 0);
    put(f, 8, UINT64_MAX);
    end_block(f, begin);
    begin = begin_block(f, 1); /* and an interface */
    put(f, 2, 1);
    put(f, 2, 0);
    put(f, 4, 0);
    end_block(f, begin);
}

/* `length` is what the block says; the text is what it has. */
static void put_secrets_of(struct file *f, uint32_t type, uint32_t length, const char *text)
{
    size_t begin = begin_block(f, 10);

    put(f, 4, type);
    put(f, 4, length);
    buf_string(&f->bytes, text);
    end_block(f, begin);
}

static void put_secrets(struct file *f, const char *text)
{
    put_secrets_of(f, TLS_KEY_LOG, (uint32_t)strlen(text), text);
}

static void put_packet(struct file *f, size_t n)
{
    size_t begin = begin_block(f, 6);

    put(f, 4, 0);
    put(f, 8, 0);
    put(f, 4, n);
    put(f, 4, n);
    put_fill(&f->bytes, 0x55, n);
    end_block(f, begin);
}

/* --- reading --------------------------------------------------------------- */

/* What came, in its order: a "p" for each packet, the secrets as they are. */
static enum hl_status read_path(const char *path, struct hl_buffer *seen)
{
    struct hl_error error = { .status = HL_OK };
    struct hl_capture *capture = capture_new(path, &error);
    struct hl_packet packet;
    enum hl_capture_result result = CAPTURE_FAILED;
    uint64_t frames = 0;

    while (capture != NULL
           && ((result = capture_next(capture, &packet, &error)) == CAPTURE_PACKET || result == CAPTURE_SECRETS)) {
        if (result == CAPTURE_SECRETS) {
            buf_span(seen, packet.data);
            continue;
        }
        assert_int_equal(packet.frame, ++frames);
        buf_char(seen, 'p');
    }
    capture_free(capture);
    return result == CAPTURE_END ? HL_OK : error.status;
}

static void write_bytes(struct file *f, struct hl_span bytes)
{
    if (f->path[0] != '\0')
        unlink(f->path);
    snprintf(f->path, sizeof f->path, "%s/handlens-test-XXXXXX", P_tmpdir);
    int fd = mkstemp(f->path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.ptr, bytes.len), bytes.len);
    close(fd);
}

static void compress_gzip(struct hl_buffer *out, struct hl_span in)
{
    z_stream z = { 0 };

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_true(buf_reserve(out, deflateBound(&z, in.len)));
    z.next_in = (uint8_t *)(uintptr_t)in.ptr;
    z.avail_in = (uInt)in.len;
    z.next_out = out->data;
    z.avail_out = (uInt)out->size;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->len = out->size - z.avail_out;
    deflateEnd(&z);
}

static void expect_seen(const char *path, const char *text, enum hl_status status)
{
    struct hl_buffer seen = make_buffer();

    assert_int_equal(read_path(path, &seen), status);
    buf_char(&seen, '\0');
    assert_string_equal((const char *)seen.data, text);
    buf_cleanup(&seen);
}

/* As a file all secrets come first; as a stream in the order of the file. */
static void expect(struct file *f, const char *as_file, const char *as_stream, enum hl_status status)
{
    struct hl_buffer packed = make_buffer();

    write_bytes(f, buf_view(&f->bytes));
    expect_seen(f->path, as_file, status);
    compress_gzip(&packed, buf_view(&f->bytes));
    write_bytes(f, buf_view(&packed));
    expect_seen(f->path, as_stream, status);
    buf_cleanup(&packed);
}

/* Small files are read, others are mapped, in more than one piece. */
static const size_t paddings[] = { 0, 300000, (size_t)2 << 20, (size_t)20 << 20 };

static void wherever_they_stand(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2 * sizeof paddings / sizeof paddings[0]; i++) {
        struct file f = file_new(i % 2);
        put_section(&f);
        put_secrets(&f, "one,");
        put_packet(&f, 10);
        for (size_t n = 0; n < paddings[i / 2]; n += 150000) {
            size_t unknown = begin_block(&f, 0x0bad);
            put_fill(&f.bytes, 10, 150000);
            end_block(&f, unknown);
        }
        put_secrets(&f, "two,");
        put_packet(&f, 20);
        f.big_endian = !f.big_endian;
        put_section(&f);
        put_packet(&f, 30);
        put_secrets(&f, "three,");
        expect(&f, "one,two,three,ppp", "one,ptwo,ppthree,", HL_OK);
        file_free(&f);
    }
}

static void what_is_no_key_log(void **state)
{
    struct file f = file_new(false);

    (void)state;
    put_section(&f);
    put_secrets_of(&f, 0x57474b4c, 3, "no,"); /* WireGuard */
    put_secrets_of(&f, 0x4b534c54, 3, "no,"); /* the other byte order */
    size_t begin = begin_block(&f, 10); /* no room for a length */
    put(&f, 4, TLS_KEY_LOG);
    end_block(&f, begin);
    end_block(&f, begin_block(&f, 10));
    put_packet(&f, 10);
    put_secrets_of(&f, TLS_KEY_LOG, 4, "yes,");
    expect(&f, "yes,p", "pyes,", HL_OK);
    file_free(&f);
}

/* A block that says it has more than it has. */
static void lying_lengths(void **state)
{
    static const uint32_t lengths[] = { 5, 100, 0x7fffffff, UINT32_MAX };

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct file f = file_new(i % 2);
        put_section(&f);
        put_secrets_of(&f, TLS_KEY_LOG, lengths[i], "abcd");
        put_packet(&f, 10);
        expect(&f, "abcdp", "abcdp", HL_OK);
        file_free(&f);
    }
}

/* Secrets behind a damage are not looked for; packets before it come all the same. */
static void damaged_blocks(void **state)
{
    static const uint32_t lengths[] = { 0, 8, 13, HL_SECRETS_BLOCK_MAX + 4, UINT32_MAX - 3 };

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct file f = file_new(false);
        put_section(&f);
        put_packet(&f, 10);
        put_secrets(&f, "one,");
        put(&f, 4, 10);
        put(&f, 4, lengths[i]);
        put_fill(&f.bytes, 0, 40);
        put_secrets(&f, "two,");
        expect(&f, "one,p", "pone,", HL_ERR_FORMAT);
        file_free(&f);
    }
}

/* A key log that is longer than any packet. */
static void a_long_key_log(void **state)
{
    struct file f = file_new(false);
    struct hl_buffer seen = make_buffer();

    (void)state;
    put_section(&f);
    put_packet(&f, 10);
    size_t begin = begin_block(&f, 10);
    put(&f, 4, TLS_KEY_LOG);
    put(&f, 4, HL_PACKET_MAX + 1000);
    put_fill(&f.bytes, 'x', HL_PACKET_MAX + 1000);
    end_block(&f, begin);
    put_packet(&f, 10);
    write_bytes(&f, buf_view(&f.bytes));
    assert_int_equal(read_path(f.path, &seen), HL_OK);
    assert_int_equal(seen.len, HL_PACKET_MAX + 1002);
    buf_cleanup(&seen);
    file_free(&f);
}

/* Cut anywhere: whole blocks only, and never twice. */
static void cut_files(void **state)
{
    struct file f = file_new(true);

    (void)state;
    put_section(&f);
    put_secrets(&f, "one,");
    put_packet(&f, 9);
    put_secrets(&f, "two,");
    put_packet(&f, 3);
    for (size_t n = 4; n < f.bytes.len; n++) {
        struct hl_buffer seen = make_buffer();
        write_bytes(&f, (struct hl_span){ f.bytes.data, n });
        (void)read_path(f.path, &seen);
        buf_char(&seen, '\0');
        const char *text = (const char *)seen.data;
        assert_true(strcmp(text, "") == 0 || strcmp(text, "one,") == 0 || strcmp(text, "one,p") == 0
                    || strcmp(text, "one,two,p") == 0);
        buf_cleanup(&seen);
    }
    file_free(&f);
}

/* Other formats have none. */
static void pcap_files(void **state)
{
    struct file f = file_new(false);

    (void)state;
    put_hex(&f.bytes, "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000");
    put_hex(&f.bytes, "00000000 00000000 02000000 02000000 5555");
    expect(&f, "p", "p", HL_OK);
    file_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wherever_they_stand),
        cmocka_unit_test(what_is_no_key_log),
        cmocka_unit_test(lying_lengths),
        cmocka_unit_test(damaged_blocks),
        cmocka_unit_test(a_long_key_log),
        cmocka_unit_test(cut_files),
        cmocka_unit_test(pcap_files),
    };

    return cmocka_run_group_tests_name("capture_secrets", tests, NULL, NULL);
}
