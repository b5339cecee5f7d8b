/* pcapng files that are written: byte by byte, and what a reader makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/text.h"
#include "capture/pcapng_writer.h"

struct sink {
    struct hl_buffer bytes;
    size_t room;
};

static bool take(void *ctx, const void *bytes, size_t n)
{
    struct sink *sink = ctx;

    if (n > sink->room)
        return false;
    sink->room -= n;
    buf_put(&sink->bytes, bytes, n);
    return !sink->bytes.failed;
}

static void begin(struct sink *sink, struct pcapng_writer *writer, size_t room)
{
    buf_init(&sink->bytes, (size_t)1 << 20);
    sink->room = room;
    pcapng_writer_init(writer, take, sink);
}

static void expect_hex(const struct sink *sink, const char *hex)
{
    struct hl_buffer text;

    buf_init(&text, (size_t)1 << 16);
    buf_hex(&text, buf_view(&sink->bytes));
    buf_char(&text, '\0');
    assert_string_equal((const char *)text.data, hex);
    buf_cleanup(&text);
}

static const struct hl_packet packet = {
    .time_ns = 0x0123456789abcdef,
    .data = { (const uint8_t *)"\x01\x02\x03\x04\x05", 5 },
    .length = 9,
    .link_type = 101,
};

#define SECTION "0a0d0d0a28000000" "4d3c2b1a01000000" "ffffffffffffffff" "040005003132333435000000" "28000000"
#define INTERFACE "0100000020000000" "6500000000000000" "090001000900000000000000" "20000000"
#define PACKET "0600000028000000" "00000000" "67452301" "efcdab89" "05000000" "09000000" "0102030405000000" "28000000"

static void blocks(void **state)
{
    struct pcapng_writer writer;
    struct sink sink;

    (void)state;
    begin(&sink, &writer, SIZE_MAX);
    assert_true(pcapng_writer_begin(&writer, "12345"));
    expect_hex(&sink, SECTION);
    sink.bytes.len = 0;
    assert_true(pcapng_writer_secrets(&writer, span_of("RSA a b\n#")));
    expect_hex(&sink, "0a00000020000000" "4b534c54" "09000000" "525341206120620a23000000" "20000000");
    sink.bytes.len = 0;
    assert_true(pcapng_writer_packet(&writer, &packet));
    expect_hex(&sink, INTERFACE PACKET);
    sink.bytes.len = 0;
    assert_true(pcapng_writer_packet(&writer, &packet)); /* the interface is known */
    expect_hex(&sink, PACKET);
    buf_cleanup(&sink.bytes);
}

static void interfaces(void **state)
{
    struct pcapng_writer writer;
    struct sink sink;
    struct hl_packet other = packet;

    (void)state;
    begin(&sink, &writer, SIZE_MAX);
    for (uint32_t i = 0; i < PCAPNG_WRITER_INTERFACES_MAX; i++) {
        other.link_type = i;
        assert_true(pcapng_writer_packet(&writer, &other));
    }
    other.link_type++;
    assert_false(pcapng_writer_packet(&writer, &other));
    other.link_type = 3;
    assert_true(pcapng_writer_packet(&writer, &other));
    assert_false(writer.failed);
    buf_cleanup(&sink.bytes);
}

/* Whatever does not fit: it is told, and stays so. */
static void full(void **state)
{
    (void)state;
    for (size_t room = 0; room < 40 + 32 + 32 + 40; room++) {
        struct pcapng_writer writer;
        struct sink sink;
        begin(&sink, &writer, room);
        bool written = pcapng_writer_begin(&writer, "12345");
        written = pcapng_writer_secrets(&writer, span_of("RSA a b\n#")) && written;
        written = pcapng_writer_packet(&writer, &packet) && written;
        assert_false(written);
        assert_true(writer.failed);
        sink.room = SIZE_MAX;
        assert_false(pcapng_writer_packet(&writer, &packet));
        buf_cleanup(&sink.bytes);
    }
}

/* Our own reader gives back what was written. */
static void read_again(void **state)
{
    char path[] = "/tmp/handlens-test-XXXXXX";
    struct pcapng_writer writer;
    struct hl_error error;
    struct hl_packet found;
    struct sink sink;
    int fd = mkstemp(path);

    (void)state;
    begin(&sink, &writer, SIZE_MAX);
    struct hl_packet early = packet;
    early.time_ns = -1;
    assert_true(pcapng_writer_begin(&writer, "") && pcapng_writer_secrets(&writer, span_of("CLIENT_RANDOM\n"))
                && pcapng_writer_packet(&writer, &packet) && pcapng_writer_packet(&writer, &early));
    assert_int_equal(write(fd, sink.bytes.data, sink.bytes.len), sink.bytes.len);
    close(fd);
    struct hl_capture *capture = capture_new(path, &error);
    assert_non_null(capture);
    assert_int_equal(capture_next(capture, &found, &error), CAPTURE_SECRETS);
    assert_true(span_equal(found.data, span_of("CLIENT_RANDOM\n")));
    assert_int_equal(capture_next(capture, &found, &error), CAPTURE_PACKET);
    assert_true(span_equal(found.data, packet.data));
    assert_true(found.time_ns == packet.time_ns && found.length == 9 && found.link_type == 101);
    assert_int_equal(capture_next(capture, &found, &error), CAPTURE_PACKET);
    assert_true(found.time_ns == 0);
    assert_int_equal(capture_next(capture, &found, &error), CAPTURE_END);
    capture_free(capture);
    unlink(path);
    buf_cleanup(&sink.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks),
        cmocka_unit_test(interfaces),
        cmocka_unit_test(full),
        cmocka_unit_test(read_again),
    };

    return cmocka_run_group_tests_name("pcapng_writer", tests, NULL, NULL);
}
