/* Other addresses and names: the same ones for the same, of the same length, and never themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "inspect/pseudonyms.h"
#include "inspect/redact_text.h"
#include "net/checksum.h"

static void addresses(void **state)
{
    struct pseudonyms p;
    uint8_t a[4] = { 192, 0, 2, 1 }, b[4] = { 192, 0, 2, 2 }, again[4] = { 192, 0, 2, 1 }, itself[4] = { 10, 0, 0, 3 };
    uint8_t six[16] = { 0x20, 1, 0x0d, 0xb8 }, mac[6] = { 0, 1, 2, 3, 4, 5 }, all[6];

    (void)state;
    memset(all, 0xff, sizeof all);
    pseudonyms_init(&p, 7);
    pseudonym_address(&p, a, 4);
    pseudonym_address(&p, b, 4);
    pseudonym_address(&p, again, 4);
    pseudonym_address(&p, itself, 4);
    assert_memory_equal(a, "\x0a\0\0\1", 4);
    assert_memory_equal(b, "\x0a\0\0\2", 4);
    assert_memory_equal(again, a, 4);
    assert_memory_equal(itself, "\x0a\0\0\4", 4);
    pseudonym_address(&p, six, 16);
    assert_memory_equal(six, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    pseudonym_address(&p, mac, 6);
    assert_memory_equal(mac, "\2\0\0\0\0\1", 6);
    pseudonym_address(&p, all, 6);
    assert_memory_equal(all, "\xff\xff\xff\xff\xff\xff", 6);
    assert_false(p.failed);
    pseudonyms_cleanup(&p);
}

static void many_addresses(void **state)
{
    struct pseudonyms p;

    (void)state;
    pseudonyms_init(&p, 7);
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 5000; i++) {
            uint8_t bytes[4] = { 172, 16, (uint8_t)(i >> 8), (uint8_t)i };
            pseudonym_address(&p, bytes, 4);
            assert_int_equal((uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3], i + 1);
        }
    }
    pseudonyms_cleanup(&p);
}

static void expect_text(struct pseudonyms *p, const char *from, const char *to)
{
    uint8_t text[64];
    size_t length = strlen(from);

    memcpy(text, from, length);
    pseudonym_text(p, text, length);
    assert_true(span_equal((struct hl_span){ text, length }, span_of(to)));
}

static void words(void **state)
{
    struct pseudonyms p;

    (void)state;
    pseudonyms_init(&p, 7);
    expect_text(&p, "www.example.org", "xxb.xxxxxxb.xxc");
    expect_text(&p, "*.Example.ORG", "*.xxxxxxb.xxc");
    expect_text(&p, "a-b", "b-c"); /* nothing stands for itself */
    expect_text(&p, "xxd", "xxe");
    expect_text(&p, "", "");
    expect_text(&p, "Z\xc3\xbcrich CA", "dxxxxxb xb");
    pseudonyms_cleanup(&p);
}

static void dotted_quads(void **state)
{
    static const char *const rows[] = { "1.1.1.1", "192.0.2.10", "255.255.255.255", "10.20.30.40", "100.0.0.1" };
    struct pseudonyms p;

    (void)state;
    pseudonyms_init(&p, 7);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t once[16], twice[16];
        size_t length = strlen(rows[i]);
        memcpy(once, rows[i], length);
        memcpy(twice, rows[i], length);
        pseudonym_dotted_quad(&p, once, length);
        pseudonym_dotted_quad(&p, twice, length);
        assert_memory_equal(once, twice, length);
        assert_memory_not_equal(once, rows[i], length);
        unsigned number = 0, dots = 0;
        for (size_t at = 0; at < length; at++) {
            dots += once[at] == '.';
            number = once[at] == '.' ? 0 : 10 * number + once[at] - '0';
            assert_true(number <= 255);
        }
        assert_int_equal(dots, 3);
    }
    pseudonyms_cleanup(&p);
}

/* --- in what was said before TLS ------------------------------------------------------ */

static const struct {
    const char *name;
    const char *from;
    size_t length; /* 0: that of the string */
    const char *to;
    bool from_client;
} preambles[] = {
    { "CONNECT", "CONNECT a.bcd.org:443 HTTP/1.1\r\nHost: a.bcd.org\r\nProxy-Authorization: Basic QQ==\r\n\r\n", 0,
      "CONNECT b.xxb.xxc:443 HTTP/1.1\r\nHost: b.xxb.xxc\r\nProxy-Authorization: xxxxb xb==\r\n\r\n", true },
    { "a greeting", "220 mx.abc.net ESMTP v1.2.3 ready\r\n250-Hello [192.0.2.1]\r\n", 0,
      "220 xb.xxb.xxc ESMTP v1.2.3 ready\r\n250-Hello [100.0.0.1]\r\n", false },
    { "PROXY TCP6", "PROXY TCP6 2001:db8::1 ::2 1 443\r\n", 0, "PROXY TCP6 xxxb:xxb::b ::c 1 443\r\n", true },
    { "a name space", "<stream xmlns='http://etherx.jabber.org/streams' to='ab.cd'>", 0,
      "<stream xmlns='http://etherx.jabber.org/streams' to='xb.xc'>", true },
    { "SOCKS 5", "\5\2\0\1\5\1\0\1\xc0\0\2\1\1\xbb", 14, "\5\2\0\1\5\1\0\1\x0a\0\0\1\1\xbb", true },
    { "SOCKS 5, its answer", "\5\0\5\0\0\1\xc0\0\2\1\1\xbb", 12, "\5\0\5\0\0\1\x0a\0\0\1\1\xbb", false },
    { "SOCKS 5, a login", "\5\1\2\1\2me\3abc\5\1\0\3\4home\1\xbb", 22, "\5\1\2\1\2xb\3xxb\5\1\0\3\4xxxb\1\xbb", true },
    { "SOCKS 4", "\4\1\1\xbb\xc0\0\2\1me\0", 11, "\4\1\1\xbb\x0a\0\0\1me\0", true },
    { "PROXY 2", "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\1\2\1\xbb", 28,
      "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x0a\0\0\1\x0a\0\0\2\1\2\1\xbb", true },
};

static void before_tls(void **state)
{
    static struct hl_handshake hs;
    static struct redact_names names;

    (void)state;
    for (size_t i = 0; i < sizeof preambles / sizeof preambles[0]; i++) {
        const size_t length = preambles[i].length > 0 ? preambles[i].length : strlen(preambles[i].from);
        for (size_t cut = 0; cut <= length; cut++) { /* any prefix, in a block of its own */
            struct redact_text text = { malloc(cut + 1), calloc(cut + 1, 1), cut, cut, preambles[i].from_client };
            struct pseudonyms p;
            text.bytes = realloc(text.bytes, cut > 0 ? cut : 1);
            memcpy(text.bytes, preambles[i].from, cut);
            pseudonyms_init(&p, 7);
            assert_true(redact_text(&p, &names, &hs, &text));
            if (cut == length && memcmp(text.bytes, preambles[i].to, length) != 0)
                fail_msg("%s: %.*s", preambles[i].name, (int)length, (const char *)text.bytes);
            pseudonyms_cleanup(&p);
            free(text.bytes);
            free(text.done);
        }
    }
}

/* --- checksums --------------------------------------------------------------------------- */

static void checksums(void **state)
{
    /* RFC 1071's sum is zero over what has the right checksum in it. */
    uint8_t header[20] = { 0x45, 0, 0, 41, 0, 1, 0, 0, 64, 6, 0xde, 0xad, 192, 0, 2, 1, 192, 0, 2, 2 };
    uint8_t tcp[21] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x50, 16, 1, 1, 0xde, 0xad, 0, 0, 'x' };
    uint32_t sum = 0;

    (void)state;
    checksum_ipv4(header, sizeof header);
    for (size_t i = 0; i < 20; i += 2)
        sum += (uint32_t)header[i] << 8 | header[i + 1];
    assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
    checksum_tcp(tcp, sizeof tcp, header + 12, 8);
    sum = 6 + 21 + ((uint32_t)'x' << 8);
    for (size_t i = 12; i < 20; i += 2)
        sum += (uint32_t)header[i] << 8 | header[i + 1];
    for (size_t i = 0; i < 20; i += 2)
        sum += (uint32_t)tcp[i] << 8 | tcp[i + 1];
    assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),   cmocka_unit_test(many_addresses), cmocka_unit_test(words),
        cmocka_unit_test(dotted_quads), cmocka_unit_test(before_tls),     cmocka_unit_test(checksums),
    };

    return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
