/* Capture files: every format and byte order, compressed or not, damaged and cut anywhere. The files are
 * built here and written to temporary ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include "base/limits.h"
#include "base/text.h"
#include "capture/capture.h"
#include "capture/input.h"
#include "support/make_bytes.h"

enum { ENDS = 64 };

/* A file in the making: `ends` are the places where it may end without being cut short. */
struct file {
    struct hl_buffer bytes;
    bool big_endian;
    size_t ends[ENDS];
    size_t count;
    char path[64]; /* once it is written */
};

static struct file file_new(bool big_endian)
{
    return (struct file){ .bytes = make_buffer(), .big_endian = big_endian };
}

static void put(struct file *f, unsigned width, uint64_t value)
{
    if (f->big_endian)
        put_uint(&f->bytes, width, value);
    else
        put_uint_le(&f->bytes, width, value);
}

static void may_end(struct file *f)
{
    assert_true(f->count < ENDS);
    f->ends[f->count++] = f->bytes.len;
}

static const char *write_part(struct file *f, size_t n)
{
    if (f->path[0] != '\0')
        unlink(f->path);
    snprintf(f->path, sizeof f->path, "%s/handlens-test-XXXXXX", P_tmpdir);
    int fd = mkstemp(f->path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, f->bytes.data, n), n);
    close(fd);
    return f->path;
}

static void file_free(struct file *f)
{
    buf_cleanup(&f->bytes);
    if (f->path[0] != '\0')
        unlink(f->path);
}

/* --- reading --------------------------------------------------------------- */

/* What was read, as text: "time length/wire@link " a packet, then "end" or the status of the error. */
struct seen {
    struct hl_buffer text;
    unsigned packets;
    enum hl_status status;
    char message[320];
};

static void read_file(const char *path, struct seen *seen)
{
    struct hl_error error = { .status = HL_OK };
    struct hl_packet packet;
    struct hl_capture *capture = capture_new(path, &error);
    enum hl_capture_result result = CAPTURE_FAILED;

    *seen = (struct seen){ .text = make_buffer() };
    while (capture != NULL
           && ((result = capture_next(capture, &packet, &error)) == CAPTURE_PACKET || result == CAPTURE_SECRETS)) {
        if (result == CAPTURE_SECRETS) {
            buf_printf(&seen->text, "secrets %.*s\n", (int)packet.data.len, (const char *)packet.data.ptr);
            continue;
        }
        assert_int_equal(packet.frame, ++seen->packets);
        assert_true(packet.length >= packet.data.len);
        for (size_t i = 0; i < packet.data.len; i++)
            assert_int_equal(packet.data.ptr[i], (uint8_t)(seen->packets + i));
        buf_number(&seen->text, packet.time_ns);
        buf_printf(&seen->text, " %zu/%u@%u\n", packet.data.len, packet.length, packet.link_type);
    }
    if (capture != NULL)
        assert_true(capture_progress(capture) >= 0 && capture_progress(capture) <= 1);
    seen->status = result == CAPTURE_END ? HL_OK : error.status;
    if (seen->status != HL_OK) {
        assert_true(error.message[0] != '\0');
        snprintf(seen->message, sizeof seen->message, "%s", error.message);
    }
    capture_free(capture);
    put_uint(&seen->text, 1, 0);
    seen->text.len--;
}

/* Whatever is in it. */
static void read_anything(const char *path)
{
    struct hl_error error;
    struct hl_packet packet;
    struct hl_capture *capture = capture_new(path, &error);
    unsigned sum = 0;
    enum hl_capture_result result = CAPTURE_FAILED;

    while (capture != NULL
           && ((result = capture_next(capture, &packet, &error)) == CAPTURE_PACKET || result == CAPTURE_SECRETS)) {
        for (size_t i = 0; i < packet.data.len; i++)
            sum += packet.data.ptr[i];
    }
    assert_true(result == CAPTURE_END || result == CAPTURE_FAILED);
    (void)sum; /* all bytes were there to be read */
    capture_free(capture);
}

static void expect(struct file *f, const char *text, enum hl_status status)
{
    struct seen seen;

    read_file(write_part(f, f->bytes.len), &seen);
    assert_string_equal((const char *)seen.text.data, text);
    assert_int_equal(seen.status, status);
    buf_cleanup(&seen.text);
}

static bool is_end(const struct file *f, size_t at)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->ends[i] == at)
            return true;
    }
    return false;
}

/* Whatever is cut off: all packets before that, and the right word for it. */
static void expect_cuts(struct file *f, const char *text, enum hl_status status)
{
    size_t last = f->bytes.len;

    for (size_t n = 0; n < last; n++) {
        struct seen seen;
        read_file(write_part(f, n), &seen);
        assert_memory_equal(seen.text.data, text, seen.text.len);
        assert_int_equal(seen.status, n < 4 ? HL_ERR_FORMAT : is_end(f, n) ? HL_OK : status);
        buf_cleanup(&seen.text);
    }
}

/* --- pcap ------------------------------------------------------------------ */

static void put_data(struct file *f, unsigned number, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_uint(&f->bytes, 1, (number + i) & 0xff);
}

static void put_pcap(struct file *f, uint32_t magic, uint32_t link_type, size_t more)
{
    put(f, 4, magic);
    put(f, 2, 2);
    put(f, 2, 4);
    put(f, 8, 0);
    put(f, 4, 65535);
    put(f, 4, link_type);
    may_end(f);
    for (unsigned i = 1; i <= 3; i++) {
        put(f, 4, 1700000000 + i);
        put(f, 4, 123456 + i);
        put(f, 4, 10 * i);
        put(f, 4, i == 2 ? 1500 : 10 * i);
        put_fill(&f->bytes, 0, more);
        put_data(f, i, 10 * i);
        may_end(f);
    }
}

#define MICROSECONDS "1700000001123457000 10/10@1\n1700000002123458000 20/1500@1\n1700000003123459000 30/30@1\n"
#define NANOSECONDS "1700000001000123457 10/10@1\n1700000002000123458 20/1500@1\n1700000003000123459 30/30@1\n"

static void pcap_of(bool big_endian, uint32_t magic, const char *text)
{
    struct file f = file_new(big_endian);

    put_pcap(&f, magic, 1, 0);
    expect(&f, text, HL_OK);
    expect_cuts(&f, text, HL_ERR_TRUNCATED);
    file_free(&f);
}

static void pcap(void **state)
{
    (void)state;
    pcap_of(false, 0xa1b2c3d4, MICROSECONDS);
    pcap_of(true, 0xa1b2c3d4, MICROSECONDS);
    pcap_of(false, 0xa1b23c4d, NANOSECONDS);
    pcap_of(true, 0xa1b23c4d, NANOSECONDS);
}

static void pcap_link_type(void **state)
{
    struct file f = file_new(false);

    (void)state;
    put_pcap(&f, 0xa1b2c3d4, 0x24000071, 0); /* the upper half says how long a checksum is */
    expect(&f, "1700000001123457000 10/10@113\n1700000002123458000 20/1500@113\n1700000003123459000 30/30@113\n",
           HL_OK);
    file_free(&f);
}

/* Kuznetzov's variant: libpcap knows it; 8 bytes more in each packet header. */
static void pcap_kuznetzov(void **state)
{
    struct file f = file_new(false);
    struct seen seen;

    (void)state;
    put_pcap(&f, 0xa1b2cd34, 1, 8);
    expect(&f, MICROSECONDS, HL_OK);
    for (size_t n = 24; n < f.bytes.len; n++) {
        read_file(write_part(&f, n), &seen);
        assert_memory_equal(seen.text.data, MICROSECONDS, seen.text.len);
        assert_int_equal(seen.status, is_end(&f, n) ? HL_OK : HL_ERR_TRUNCATED);
        buf_cleanup(&seen.text);
    }
    file_free(&f);
}

static void pcap_too_large(void **state)
{
    struct file f = file_new(false);

    (void)state;
    put_pcap(&f, 0xa1b2c3d4, 1, 0);
    put(&f, 8, 0);
    put(&f, 4, HL_PACKET_MAX + 1);
    put(&f, 4, HL_PACKET_MAX + 1);
    expect(&f, MICROSECONDS, HL_ERR_FORMAT);
    file_free(&f);
}

/* --- pcapng ---------------------------------------------------------------- */

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
    size_t length = f->bytes.len - begin + 4;
    put(f, 4, length);
    memcpy(f->bytes.data + begin + 4, f->bytes.data + f->bytes.len - 4, 4);
    may_end(f);
}

static void put_section(struct file *f)
{
    size_t begin = begin_block(f, 0x0a0d0d0a);

    put(f, 4, 0x1a2b3c4d);
    put(f, 2, 1);
    put(f, 2, 0);
    put(f, 8, UINT64_MAX);
    end_block(f, begin);
}

/* `resolution` 0xff: no option says it. */
static void put_interface(struct file *f, unsigned link_type, uint32_t snap, unsigned resolution, int64_t offset)
{
    size_t begin = begin_block(f, 1);

    put(f, 2, link_type);
    put(f, 2, 0);
    put(f, 4, snap);
    put(f, 2, 2); /* if_name */
    put(f, 2, 3);
    put_hex(&f->bytes, "657468 00");
    if (resolution != 0xff) {
        put(f, 2, 9);
        put(f, 2, 1);
        put(f, 1, resolution);
        put_fill(&f->bytes, 0, 3);
    }
    if (offset != 0) {
        put(f, 2, 14);
        put(f, 2, 8);
        put(f, 8, (uint64_t)offset);
    }
    put(f, 4, 0);
    end_block(f, begin);
}

static void put_enhanced(struct file *f, uint32_t interface, uint64_t time, unsigned number, size_t n, size_t wire)
{
    size_t begin = begin_block(f, 6);

    put(f, 4, interface);
    put(f, 4, time >> 32);
    put(f, 4, time & UINT32_MAX);
    put(f, 4, n);
    put(f, 4, wire);
    put_data(f, number, n);
    end_block(f, begin);
}

static void put_simple(struct file *f, unsigned number, size_t n, size_t wire)
{
    size_t begin = begin_block(f, 3);

    put(f, 4, wire);
    put_data(f, number, n);
    end_block(f, begin);
}

static void put_obsolete(struct file *f, unsigned interface, uint64_t time, unsigned number, size_t n, size_t wire)
{
    size_t begin = begin_block(f, 2);

    put(f, 2, interface);
    put(f, 2, 0xffff);
    put(f, 4, time >> 32);
    put(f, 4, time & UINT32_MAX);
    put(f, 4, n);
    put(f, 4, wire);
    put_data(f, number, n);
    end_block(f, begin);
}

static void pcapng_of(bool big_endian)
{
    static const char text[] = "1700000001123457000 10/10@1\n1700000002000000001 21/1500@113\n0 30/30@1\n"
                               "1700000004000001000 40/40@1\n0 5/5@101\n1700000000500000000 7/7@101\n"
                               "1700000005000000000 8/8@113\n";
    struct file f = file_new(big_endian);

    put_section(&f);
    put_interface(&f, 1, 0, 0xff, 0);
    put_enhanced(&f, 0, 1700000001123457u, 1, 10, 10);
    put_interface(&f, 113, 0, 9, 0);
    put_enhanced(&f, 1, 1700000002000000001u, 2, 21, 1500);
    put_simple(&f, 3, 30, 30);
    size_t unknown = begin_block(&f, 0x0bad);
    put_hex(&f.bytes, "0102030405060708");
    end_block(&f, unknown);
    put_obsolete(&f, 0, 1700000004000001u, 4, 40, 40);
    f.big_endian = !f.big_endian; /* another section may be of another machine */
    put_section(&f);
    put_enhanced(&f, 0, 1, 9, 4, 4); /* an interface that nobody described is passed over */
    put_interface(&f, 101, 0, 0x81, 0);
    put_simple(&f, 5, 5, 5);
    put_enhanced(&f, 0, 2 * 1700000000u + 1, 6, 7, 7);
    put_interface(&f, 113, 0, 0, 1000000000);
    put_enhanced(&f, 1, 700000005, 7, 8, 8);
    expect(&f, text, HL_OK);
    expect_cuts(&f, text, HL_ERR_TRUNCATED);
    file_free(&f);
}

static void pcapng(void **state)
{
    (void)state;
    pcapng_of(false);
    pcapng_of(true);
}

/* Time stamps in units of 10^-n and 2^-n seconds, with an offset or not (section 4.2). */
static void pcapng_times(void **state)
{
    static const struct {
        unsigned resolution;
        int64_t offset;
        uint64_t time;
        const char *expect;
    } rows[] = {
        { 0, 0, 1700000000, "1700000000000000000" },
        { 3, 0, 1700000000123u, "1700000000123000000" },
        { 6, 0, 1700000000123456u, "1700000000123456000" },
        { 9, 0, 1700000000123456789u, "1700000000123456789" },
        { 12, 0, 1700000000123456u, "1700000000123" },
        { 0x80, 0, 1700000000, "1700000000000000000" },
        { 0x8a, 0, 1700000000ull * 1024 + 512, "1700000000500000000" },
        { 0xa0, 0, 1700000000ull << 32 | 0x40000000u, "1700000000250000000" },
        { 6, 3600, 1700000000123456u, "1700003600123456000" },
        { 6, -3600, 1700000000123456u, "1699996400123456000" },
        { 9, 1700000000, 5, "1700000000000000005" },
        { 20, 0, 1700000000, "0" }, /* units so small that no number has them */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct file f = file_new(i % 2);
        char text[64];
        put_section(&f);
        put_interface(&f, 1, 0, rows[i].resolution, rows[i].offset);
        put_enhanced(&f, 0, rows[i].time, 1, 4, 4);
        snprintf(text, sizeof text, "%s 4/4@1\n", rows[i].expect);
        expect(&f, text, HL_OK);
        file_free(&f);
    }
}

static void pcapng_simple_with_a_snap_length(void **state)
{
    struct file f = file_new(false);

    (void)state;
    put_section(&f);
    put_interface(&f, 1, 13, 0xff, 0);
    put_simple(&f, 1, 13, 99);
    put_simple(&f, 2, 5, 5);
    expect(&f, "0 13/99@1\n0 5/5@1\n", HL_OK);
    file_free(&f);
}

/* A packet that says it is longer than its block gives what is there. */
static void pcapng_lying_length(void **state)
{
    struct file f = file_new(false);

    (void)state;
    put_section(&f);
    put_interface(&f, 1, 0, 0xff, 0);
    put_enhanced(&f, 0, 0, 1, 8, 8);
    f.bytes.data[f.ends[1] + 20] = 200; /* Captured Packet Length */
    expect(&f, "0 8/8@1\n", HL_OK);
    file_free(&f);
}

static void put_secrets(struct file *f, uint32_t type, uint32_t length, const char *text)
{
    size_t begin = begin_block(f, 10);

    put(f, 4, type);
    put(f, 4, length);
    buf_string(&f->bytes, text);
    while (f->bytes.len % 4 != 0)
        buf_char(&f->bytes, 0);
    end_block(f, begin);
}

/* Decryption secrets: a TLS key log is told, others (WireGuard's) are not; frames are not counted by them. Those that
 * stand behind packets: test_capture_secrets.c. */
static void pcapng_secrets(void **state)
{
    static const char text[] = "secrets KEYS\nsecrets LOG\nsecrets ALL \n1 8/8@1\n";

    (void)state;
    for (int big_endian = 0; big_endian < 2; big_endian++) {
        struct file f = file_new(big_endian != 0);
        put_section(&f);
        put_secrets(&f, 0x544c534b, 4, "KEYS");
        put_interface(&f, 1, 0, 9, 0);
        put_secrets(&f, 0x57474b4c, 4, "wire");
        put_secrets(&f, 0x544c534b, 3, "LOG");
        put_secrets(&f, 0x544c534b, 4000000000u, "ALL "); /* it says that it is longer than its block */
        put_enhanced(&f, 0, 1, 1, 8, 8);
        expect(&f, text, HL_OK);
        expect_cuts(&f, text, HL_ERR_TRUNCATED);
        file_free(&f);
    }
}

static void pcapng_impossible_block(void **state)
{
    static const uint32_t lengths[] = { 0, 8, 11, 13, HL_PACKET_MAX + 4, UINT32_MAX };

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct file f = file_new(false);
        put_section(&f);
        put_interface(&f, 1, 0, 0xff, 0);
        put_enhanced(&f, 0, 0, 1, 8, 8);
        put(&f, 4, 6);
        put(&f, 4, lengths[i]);
        put_fill(&f.bytes, 0, 40);
        expect(&f, "0 8/8@1\n", HL_ERR_FORMAT);
        file_free(&f);
    }
}

static void pcapng_many_interfaces(void **state)
{
    struct file f = file_new(false);

    (void)state;
    put_section(&f);
    for (unsigned i = 0; i < HL_INTERFACES_MAX + 5; i++) {
        f.count = 0;
        put_interface(&f, i < HL_INTERFACES_MAX ? 1 : 101, 0, 0xff, 0);
    }
    put_enhanced(&f, HL_INTERFACES_MAX - 1, 0, 1, 4, 4);
    put_enhanced(&f, HL_INTERFACES_MAX, 0, 1, 4, 4); /* passed over */
    expect(&f, "0 4/4@1\n", HL_OK);
    file_free(&f);
}

/* --- compressed ------------------------------------------------------------ */

typedef void compress_fn(struct hl_buffer *out, struct hl_span in);

static void compress_gzip(struct hl_buffer *out, struct hl_span in)
{
    z_stream z = { 0 };
    uint8_t room[8192];

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (uint8_t *)(uintptr_t)in.ptr;
    z.avail_in = (uInt)in.len;
    z.next_out = room;
    z.avail_out = sizeof room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    buf_put(out, room, sizeof room - z.avail_out);
    deflateEnd(&z);
}

static void compress_zstd(struct hl_buffer *out, struct hl_span in)
{
    uint8_t room[8192];
    size_t n = ZSTD_compress(room, sizeof room, in.ptr, in.len, 3);

    assert_false(ZSTD_isError(n));
    buf_put(out, room, n);
}

static void compress_lz4(struct hl_buffer *out, struct hl_span in)
{
    uint8_t room[8192];
    size_t n = LZ4F_compressFrame(room, sizeof room, in.ptr, in.len, NULL);

    assert_false(LZ4F_isError(n));
    buf_put(out, room, n);
}

/* In one member, in two, in one for each byte: the same packets. */
static void compressed_with(compress_fn *compress)
{
    struct file plain = file_new(false);

    put_pcap(&plain, 0xa1b2c3d4, 1, 0);
    struct hl_span all = buf_view(&plain.bytes);
    for (size_t step = 1; step <= all.len; step = step < 3 ? step + 1 : step * 3) {
        struct file f = file_new(false);
        struct seen seen;
        for (size_t at = 0; at < all.len; at += step)
            compress(&f.bytes, (struct hl_span){ all.ptr + at, all.len - at < step ? all.len - at : step });
        expect(&f, MICROSECONDS, HL_OK);
        for (size_t n = 4; n < f.bytes.len; n += step < 20 ? 13 : 1) {
            read_file(write_part(&f, n), &seen);
            assert_memory_equal(seen.text.data, MICROSECONDS, seen.text.len);
            if (step >= all.len)
                assert_int_equal(seen.status, HL_ERR_TRUNCATED);
            buf_cleanup(&seen.text);
        }
        file_free(&f);
    }
    file_free(&plain);
}

static void gzip_files(void **state)
{
    (void)state;
    compressed_with(compress_gzip);
}

static void zstd_files(void **state)
{
    (void)state;
    compressed_with(compress_zstd);
}

static void lz4_files(void **state)
{
    (void)state;
    compressed_with(compress_lz4);
}

static void compressed_garbage(void **state)
{
    compress_fn *const all[] = { compress_gzip, compress_zstd, compress_lz4 };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct file plain = file_new(false), f = file_new(false);
        put_pcap(&plain, 0xa1b2c3d4, 1, 0);
        all[i](&f.bytes, buf_view(&plain.bytes));
        put_fill(&f.bytes, 'x', 100); /* behind the last member: damaged, after all packets */
        expect(&f, MICROSECONDS, HL_ERR_FORMAT);
        for (size_t at = 0; at < f.bytes.len; at += at > 40 ? 7 : 1) {
            f.bytes.data[at] ^= 0x5a;
            read_anything(write_part(&f, f.bytes.len));
            f.bytes.data[at] ^= 0x5a;
        }
        file_free(&plain);
        file_free(&f);
    }
}

static void compressed_something_else(void **state)
{
    struct file f = file_new(false);

    (void)state;
    compress_gzip(&f.bytes, span_of("this is a letter, not a capture"));
    expect(&f, "", HL_ERR_FORMAT);
    file_free(&f);
    f = file_new(false);
    compress_zstd(&f.bytes, span_of(""));
    expect(&f, "", HL_ERR_FORMAT);
    file_free(&f);
}

/* --- no captures ----------------------------------------------------------- */

static void no_captures(void **state)
{
    static const char *const contents[] = {
        "", "a", "abc", "abcd", "-----BEGIN CERTIFICATE-----\n", "CLIENT_RANDOM 00 11\n", "PK\x03\x04", "\x16\x03\x01",
        "BZh91AY", "\x1f", "\x0a\x0d\x0d",
    };
    struct hl_error error;

    (void)state;
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        struct file f = file_new(false);
        buf_string(&f.bytes, contents[i]);
        assert_null(capture_new(write_part(&f, f.bytes.len), &error));
        assert_int_equal(error.status, HL_ERR_FORMAT);
        assert_true(strlen(error.hint) > 10);
        file_free(&f);
    }
    assert_null(capture_new("/nonexistent/capture.pcap", &error));
    assert_int_equal(error.status, HL_ERR_IO);
    assert_null(capture_new(P_tmpdir, &error));
    assert_int_equal(error.status, HL_ERR_IO);
    assert_non_null(strstr(error.message, "directory"));
    capture_free(NULL);
}

/* --- the stream under it --------------------------------------------------- */

/* More than the window holds, in pieces of every size. */
static void window(compress_fn *compress)
{
    struct file f = file_new(false);
    struct hl_buffer all = make_buffer();
    struct hl_error error;
    uint32_t random = 5;

    put_pattern(&all, 1, 1500000);
    for (size_t at = 0; at < all.len; at += 4000) {
        struct hl_span part = { all.data + at, 4000 };
        if (compress != NULL)
            compress(&f.bytes, part);
        else
            buf_span(&f.bytes, part);
    }
    struct hl_input *input = input_new(write_part(&f, f.bytes.len), &error);
    assert_non_null(input);
    assert_int_equal(input_size(input), f.bytes.len);
    for (size_t at = 0; at < all.len;) {
        size_t n = next_random(&random) % (next_random(&random) % 4 == 0 ? 600000 : 5000);
        struct hl_span got = input_peek(input, n);
        assert_int_equal(got.len, n < all.len - at ? n : all.len - at);
        assert_memory_equal(got.ptr, all.data + at, got.len);
        size_t taken = got.len > 0 ? next_random(&random) % (got.len + 1) : 0;
        input_skip(input, taken);
        at += taken;
        assert_int_equal(input_offset(input), at);
        if (all.len - at < 10) {
            input_skip(input, input_peek(input, 10).len);
            break;
        }
    }
    assert_int_equal(input_peek(input, 1).len, 0);
    assert_int_equal(input_consumed(input), f.bytes.len);
    assert_false(input_failed(input, &error));
    input_free(input);
    input_free(NULL);
    buf_cleanup(&all);
    file_free(&f);
}

static void windows(void **state)
{
    (void)state;
    window(NULL);
    window(compress_gzip);
    window(compress_zstd);
    window(compress_lz4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pcap),
        cmocka_unit_test(pcap_link_type),
        cmocka_unit_test(pcap_kuznetzov),
        cmocka_unit_test(pcap_too_large),
        cmocka_unit_test(pcapng),
        cmocka_unit_test(pcapng_times),
        cmocka_unit_test(pcapng_simple_with_a_snap_length),
        cmocka_unit_test(pcapng_lying_length),
        cmocka_unit_test(pcapng_secrets),
        cmocka_unit_test(pcapng_impossible_block),
        cmocka_unit_test(pcapng_many_interfaces),
        cmocka_unit_test(gzip_files),
        cmocka_unit_test(zstd_files),
        cmocka_unit_test(lz4_files),
        cmocka_unit_test(compressed_garbage),
        cmocka_unit_test(compressed_something_else),
        cmocka_unit_test(no_captures),
        cmocka_unit_test(windows),
    };

    return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
