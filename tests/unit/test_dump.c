/* Bytes out of text, in every form that tools print; and what the bytes are then taken for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "inspect/dump.h"
#include "inspect/wire_bytes.h"
#include "support/make_bytes.h"

/* The pieces in hex, a space between them; "H" in front of a handshake message of -msg, and so on. */
struct seen {
    char text[2048];
};

static void on_piece(void *ctx, const struct dump_piece *piece)
{
    static const char labels[][3] = { "", "H", "A", "C" };
    struct seen *seen = ctx;
    size_t at = strlen(seen->text);

    assert_true(piece->bytes.len > 0 && piece->line > 0);
    at += (size_t)snprintf(seen->text + at, sizeof seen->text - at, "%s%s", at > 0 ? " " : "", labels[piece->label]);
    for (size_t i = 0; i < piece->bytes.len && at + 3 < sizeof seen->text; i++, at += 2)
        snprintf(seen->text + at, 3, "%02x", piece->bytes.ptr[i]);
}

struct row {
    const char *name, *text, *bytes, *problem;
    enum dump_form form;
};

#define HELLO "160301000401000000"
#define LONG "000102030405060708090a0b0c0d0e0f10111213"

static const struct row rows[] = {
    { "plain", HELLO, HELLO, "", DUMP_HEX },
    { "capitals", "16 03 01 0A FF", "1603010aff", "", DUMP_HEX },
    { "colons", "16:03:01:00:04", "1603010004", "", DUMP_HEX },
    { "single digits between colons", "16:3:1:0:4", "1603010004", "", DUMP_HEX },
    { "0x and commas", "0x16, 0x03,0x1,\n0x00 0x4", "1603010004", "", DUMP_HEX },
    { "one number", "0x1603010004", "1603010004", "", DUMP_HEX },
    { "odd digits over lines", "160\n301 0\n004", "1603010004", "", DUMP_HEX },
    { "an array", "static const uint8_t pkt1[5] = {\n  0x16, 0x03, /* abc */ 0x01, // def\n 0x00, 0x04 };\n", "1603010004", "",
      DUMP_HEX },
    { "two arrays", "char a[] = { 0x16, 0x03 };\nchar b[] = { 0x01 };", "1603 01", "", DUMP_HEX },
    { "a wrong digit", "16 03 01 00 04 0g 00", "1603010004", "'g' is no hex digit", DUMP_HEX },
    { "a digit is missing", "16 03 01 0", "160301", "an odd number of hex digits: one is missing", DUMP_HEX },
    { "comments", "# record\n16 03 01 00 # header\n04\n", "1603010004", "", DUMP_HEX },
    { "escapes", "\\x16\\x03\\x01\\x00\\x04", "1603010004", "", DUMP_ESCAPES },
    { "a string of C", "\"\\x16\\x03\"\n\"\\x01\\0\\x04A\";", "160301000441", "", DUMP_ESCAPES },
    { "bytes of Python", "b'\\x16\\x03\\x01abc\\n\\\\'", "1603016162630a5c", "", DUMP_ESCAPES },
    { "base64", "FgMBAAQBAAAA", "160301000401000000", "", DUMP_BASE64 },
    { "base64 over lines", "FgMB\nAAQB\nAA==\n", "16030100040100", "", DUMP_BASE64 },
    { "base64 of URLs", "FgMB--__", "160301fbefff", "", DUMP_BASE64 },
    { "xxd", "00000000: 0001 0203 0405 0607 0809 0a0b 0c0d 0e0f  ................\n00000010: 1011 1213      ....\n", LONG, "",
      DUMP_OFFSETS },
    { "xxd, text that looks like bytes",
      "00000000: 0001 0203 0405 0607 0809 0a0b 0c0d 0e0f  abcd ef\n00000010: 1011 1213                                abcd\n", LONG,
      "", DUMP_OFFSETS },
    { "xxd -c8 -g1", "00000000: 00 01 02 03 04 05 06 07  ab cd ef\n00000008: 08 09                    ab\n",
      "00010203040506070809", "", DUMP_OFFSETS },
    { "hexdump -C",
      "00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  |................|\n00000010  10 11 12 13  |....|\n"
      "00000014\n", LONG, "", DUMP_OFFSETS },
    { "hexdump", "0000000 0100 0302 0504 0706 0908 0b0a 0d0c 0f0e\n0000010 1110 1312\n0000014\n", LONG, "", DUMP_OFFSETS },
    { "od -tx1", "0000000 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n0000020 10 11 12 13\n0000024\n", LONG, "",
      DUMP_OFFSETS },
    { "od -A d -tx1", "0000000 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n0000016 10 11 12 13\n0000020\n", LONG, "",
      DUMP_OFFSETS },
    { "lines that are left out", "00000000  aa aa aa aa aa aa aa aa  aa aa aa aa aa aa aa aa  |................|\n*\n00000030  01 |.|\n"
      "00000031\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa01", "",
      DUMP_OFFSETS },
    { "Wireshark", "Frame 1:\n0000   00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f   ................\n0010   10 11 12 13   be ef\n",
      LONG, "", DUMP_OFFSETS },
    { "tcpdump -X", "\t0x0000:  0001 0203 0405 0607 0809 0a0b 0c0d 0e0f  ................\n\t0x0010:  1011 1213                 .x\n",
      LONG, "", DUMP_OFFSETS },
    { "BIO_dump", "0000 - 00 01 02 03 04 05 06 07-08 09 0a 0b 0c 0d 0e 0f   ................\n0010 - 10 11 12 13   ....\n", LONG, "",
      DUMP_OFFSETS },
    { "two packets", "0000   16 03 01   ...\n\n0000   02 28   .(\n", "160301 0228", "", DUMP_OFFSETS },
    { "a short line", "00000000: 0001 0203 0405\n00000010: 1011\n", "0001020304051011",
      "the line has 6 bytes where the next offset asks for 16", DUMP_OFFSETS },
    { "-msg", "CONNECTED\n>>> TLS 1.0, RecordHeader [length 0005]\n    16 03 01 00 04\n"
      ">>> TLS 1.3, Handshake [length 0004], ClientHello\n    01 00 00 00\n<<< TLS 1.3, InnerContent [length 0001]\n    16\n"
      "<<< TLS 1.2, ChangeCipherSpec [length 0001]\n    01\n<<< TLS 1.2, Alert [length 0002], fatal handshake_failure\n    02 28\n"
      "read R BLOCK\n    aa bb\n", "H01000000 C01 A0228", "", DUMP_MSG },
    { "-msg, longer", ">>> TLS 1.2, Handshake [length 0012], X\n    01 00 00 0e 00 00 00 00 00 00 00 00 00 00 00 00\n    00 05\n",
      "H0100000e0000000000000000000000000005", "", DUMP_MSG },
    { "words", "There is nothing here.", "", "", DUMP_NONE },
    { "a few digits", "abc", "", "", DUMP_NONE },
    { "nothing", "", "", "", DUMP_NONE },
};

static void forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct seen seen = { "" };
        struct dump_result result;
        dump_read(span_of(rows[i].text), false, on_piece, &seen, &result);
        if (result.form != rows[i].form || strcmp(seen.text, rows[i].bytes) != 0
            || strcmp(result.problem, rows[i].problem) != 0)
            fail_msg("%s: form %d, bytes %s, problem '%s'", rows[i].name, (int)result.form, seen.text, result.problem);
        assert_true((result.problem[0] != '\0') == (result.line > 0));
    }
}

static void of_a_log_only_messages(void **state)
{
    struct seen seen = { "" };
    struct dump_result result;

    (void)state;
    dump_read(span_of("    0000 - 16 03 01 00\n<<< TLS 1.2, Handshake [length 0004], ServerHelloDone\n    0e 00 00 00\n"), true, on_piece,
              &seen, &result);
    assert_string_equal(seen.text, "H0e000000");
    seen.text[0] = '\0';
    dump_read(span_of("0000 - 16 03 01 00"), true, on_piece, &seen, &result);
    assert_int_equal(result.form, DUMP_NONE);
    assert_string_equal(seen.text, "");
}

static void text_or_not(void **state)
{
    static const uint8_t record[] = { 0x16, 3, 1, 0, 4 };

    (void)state;
    assert_true(dump_is_text(span_of("16 03\r\n\tab \xc3\xa4")));
    assert_false(dump_is_text((struct hl_span){ record, sizeof record }));
    assert_false(dump_is_text(span_of("")));
}

/* --- what bytes are -------------------------------------------------------------------- */

#define RANDOM "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define BODY "0303" RANDOM "00" "00021301" "0100"
#define MESSAGE "01000029" BODY

static struct hl_buffer made;

/* Valid until the next call. */
static struct hl_span made_hex(const char *hex)
{
    buf_cleanup(&made);
    made = make_buffer();
    put_hex(&made, hex);
    return buf_view(&made);
}

static void recognised(void **state)
{
    static const struct {
        const char *bytes;
        enum wire_kind kind;
    } cases[] = {
        { "160301002d" MESSAGE, WIRE_TLS },
        { "1603010200" MESSAGE, WIRE_TLS }, /* cut */
        { "15030300020228", WIRE_TLS },
        { "16fefd0000000000000000002d" MESSAGE, WIRE_DTLS },
        { MESSAGE, WIRE_HANDSHAKE },
        { "0e000000", WIRE_HANDSHAKE },
        { "00000000", WIRE_HANDSHAKE },
        { "0000000000000000", WIRE_UNKNOWN },
        { "0100002903030001", WIRE_HANDSHAKE },
        { BODY, WIRE_CLIENT_HELLO_BODY },
        { "0228", WIRE_ALERT },
        { "0100", WIRE_ALERT },
        { "c300000001088394c8f03e51570800", WIRE_UNKNOWN }, /* QUIC, too short */
        { "deadbeef", WIRE_UNKNOWN },
        { "30820122", WIRE_UNKNOWN },
        { "00", WIRE_UNKNOWN },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hl_span bytes = made_hex(cases[i].bytes);
        if (wire_recognise(bytes) != cases[i].kind)
            fail_msg("%s: %d", cases[i].bytes, (int)wire_recognise(bytes));
    }
}

static void record_in_a_frame(void **state)
{
    struct hl_span frame = made_hex(RANDOM "0000000000000000000000000000000000000000" "160301002d" MESSAGE);

    (void)state;
    assert_int_equal(wire_find_record(frame), 52);
    assert_int_equal(wire_find_record(made_hex(RANDOM RANDOM RANDOM)), 0);
}

/* --- what is told ---------------------------------------------------------------------- */

static void count_items(void *user, const struct hl_item *item)
{
    char *text = user;
    const size_t at = strlen(text);

    if (item->kind == HL_ITEM_MESSAGE)
        snprintf(text + at, 512 - at, "m%u/%u@%zu%s ", item->message->type, item->message->records, item->message->offset,
                 item->message->cut ? "!" : "");
    else
        snprintf(text + at, 512 - at, "r%u@%zu%s ", item->record->type, item->record->offset,
                 item->record->cut ? "!" : item->record->encrypted ? "*" : "");
}

static void told(void **state)
{
    static const struct {
        const char *name, *bytes, *items;
        size_t left;
    } cases[] = {
        { "a record", "160301002d" MESSAGE, "r22@0 m1/1@5 ", 0 },
        { "two messages in one", "16030300080e0000000e000000", "r22@0 m14/1@5 m14/1@9 ", 0 },
        { "a message in two", "16030300020e00" "16030300020000", "r22@0 r22@7 m14/2@5 ", 0 },
        { "one and a half", "16030300060e0000000e00" "16030300020000", "r22@0 m14/1@5 r22@11 m14/2@9 ", 0 },
        { "cut", "160301002d" "0100002903030001", "r22@0! m1/1@5! ", 0 },
        { "not even a header", "16030300020e00", "r22@0 ", 0 },
        { "an alert", "15030300020228", "r21@0 ", 0 },
        { "encrypted", "1703030003aabbcc" "15030300040a0b0c0d", "r23@0* r21@8* ", 0 },
        { "after change_cipher_spec", "140303000101" "1603030006aabbccddeeff", "r20@0 r22@6* ", 0 },
        { "something behind", "15030300020228" "ffff", "r21@0 ", 2 },
        { "DTLS fragments", "16fefd0000000000000001000e" "010000040000000000000002" "aabb"
          "16fefd0000000000000002000e" "010000040000000002000002" "ccdd", "r22@0 r22@27 m1/2@13 ", 0 },
        { "a fragment is missing", "16fefd0000000000000001000e" "010000040000000000000002" "aabb", "r22@0 m1/1@13! ", 0 },
        { "messages", "0e000000" "0e000000", "m14/0@0 m14/0@4 ", 0 },
        { "a hello's body", BODY, "m1/0@0 ", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wire_bytes w;
        char text[512] = "";
        const struct hl_span bytes = made_hex(cases[i].bytes);
        wire_bytes_init(&w, count_items, text);
        const size_t used = wire_tell(&w, wire_recognise(bytes), bytes, 0);
        wire_bytes_finish(&w);
        wire_bytes_cleanup(&w);
        if (strcmp(text, cases[i].items) != 0 || bytes.len - used != cases[i].left)
            fail_msg("%s: %s, %zu left", cases[i].name, text, bytes.len - used);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),      cmocka_unit_test(of_a_log_only_messages),
        cmocka_unit_test(text_or_not), cmocka_unit_test(recognised),
        cmocka_unit_test(record_in_a_frame), cmocka_unit_test(told),
    };

    const int failed = cmocka_run_group_tests(tests, NULL, NULL);

    buf_cleanup(&made);
    return failed;
}
