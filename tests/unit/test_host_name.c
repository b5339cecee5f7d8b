/* Is this certificate for that name? crypto/host_name.h (RFC 9525; RFC 6125 before it). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "crypto/host_name.h"
#include "support/der_text.h"

#include <stdio.h>

/* A certificate that has nothing but a common name and alternative names, in DER (der_text.h). */
#define KEY "30{ 30{ 06{ 2b6570 } } 03{ 00 R32(11) } }"
#define NAME(cn) "30{ 31{ 30{ 06{ 550403 } 0c{" cn "} } } }"
#define BEGIN                                                                                                \
    "30{ 30{ a0{ 02{ 02 } } 02{ 05 } 30{ 06{ 2b6570 } } " NAME(                                              \
        "'i'") "30{ 17{ '260101000000Z' } 17{ '270101000000Z' } }"
#define END "} 30{ 06{ 2b6570 } } 03{ 00 R64(22) } }"
#define CERT(cn, names) BEGIN NAME(cn) KEY "a3{ 30{ 30{ 06{ 551d11 } 04{ 30{" names "} } } } }" END
#define ONLY_CN(cn)                                                                                          \
    BEGIN NAME(cn)                                                                                           \
    KEY END
#define DNS(name) "82{" name "}"
#define IP(bytes) "87{" bytes "}"
#define CERT_DNS(name) CERT("'x'", DNS(name))
#define CERT_IP(bytes) CERT("'x'", IP(bytes))

/* ::1, 2001:db8::1, ::ffff:192.0.2.1, fe80::1 */
#define LOOPBACK6 "R15(00) 01"
#define DOC6 "20010db8 R11(00) 01"
#define MAPPED6 "R10(00) ffff c0000201"
#define V4 "c0000201"

struct row {
    const char *cert, *asked; /* both in der_text.h's words */
    enum host_result result;
};

static const struct row rows[] = {
    /* the same, whatever the case; a final dot of the asked name is the root and no part of it */
    { CERT_DNS("'example.org'"), "'example.org'", HOST_MATCHES },
    { CERT_DNS("'Example.ORG'"), "'eXAMPLE.org'", HOST_MATCHES },
    { CERT_DNS("'example.org'"), "'example.org.'", HOST_MATCHES },
    { CERT_DNS("'example.org.'"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("'example.org.'"), "'example.org.'", HOST_MISMATCH },
    { CERT_DNS("'localhost'"), "'localhost'", HOST_MATCHES },
    { CERT_DNS("'a'"), "'a'", HOST_MATCHES },
    { CERT_DNS("'example.org'"), "'www.example.org'", HOST_MISMATCH },
    { CERT_DNS("'www.example.org'"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("'example.org'"), "'example.orgx'", HOST_MISMATCH },
    { CERT_DNS("'example.org'"), "'xexample.org'", HOST_MISMATCH },
    { CERT_DNS("'example.org'"), "'example.or'", HOST_MISMATCH },
    { CERT_DNS("'.example.org'"), "'www.example.org'", HOST_MISMATCH },
    { CERT_DNS("'.example.org'"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("' example.org'"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("'example.org '"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS(""), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("'@xample.org'"), "'`xample.org'", HOST_MALFORMED }, /* 0x40 and 0x60 are no letters */
    { CERT_DNS("'exa[ple.org'"), "'exa{ple.org'", HOST_MALFORMED },
    { CERT("'x'", DNS("'a.org'") DNS("'b.org'") IP(V4)), "'b.org'", HOST_MATCHES },
    { CERT("'x'", DNS("'a.org'") DNS("'b.org'")), "'c.org'", HOST_MISMATCH },

    /* wildcards (RFC 9525, 6.3) */
    { CERT_DNS("'*.example.org'"), "'www.example.org'", HOST_MATCHES },
    { CERT_DNS("'*.EXAMPLE.org'"), "'WWW.example.ORG.'", HOST_MATCHES },
    { CERT_DNS("'*.example.org'"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("'*.example.org'"), "'.example.org'", HOST_MALFORMED },
    { CERT_DNS("'*.example.org'"), "'a.b.example.org'", HOST_MISMATCH },
    { CERT_DNS("'*.example.org'"), "'xexample.org'", HOST_MISMATCH },
    { CERT_DNS("'*.example.org'"), "'www.example.com'", HOST_MISMATCH },
    { CERT_DNS("'*.example.org'"), "'*.example.org'", HOST_MALFORMED },
    { CERT_DNS("'*.example.org.'"), "'www.example.org'", HOST_MISMATCH },
    { CERT_DNS("'*.a.example.org'"), "'b.a.example.org'", HOST_MATCHES },
    { CERT_DNS("'f*o.example.org'"), "'foo.example.org'", HOST_MISMATCH },
    { CERT_DNS("'*oo.example.org'"), "'foo.example.org'", HOST_MISMATCH },
    { CERT_DNS("'fo*.example.org'"), "'foo.example.org'", HOST_MISMATCH },
    { CERT_DNS("'**.example.org'"), "'foo.example.org'", HOST_MISMATCH },
    { CERT_DNS("'foo.*.example.org'"), "'foo.bar.example.org'", HOST_MISMATCH },
    { CERT_DNS("'*.*.example.org'"), "'foo.bar.example.org'", HOST_MISMATCH },
    { CERT_DNS("'*.*.org'"), "'foo.bar.org'", HOST_MISMATCH },
    { CERT_DNS("'*.example.*'"), "'foo.example.org'", HOST_MISMATCH },
    { CERT_DNS("'*'"), "'example'", HOST_MISMATCH },
    { CERT_DNS("'*'"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("'*.'"), "'example'", HOST_MISMATCH },
    { CERT_DNS("'*.'"), "'example.'", HOST_MISMATCH },
    { CERT_DNS("'*.org'"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("'*.org.'"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("'*..org'"), "'example..org'", HOST_MALFORMED },
    { CERT_DNS("'*example.org'"), "'xexample.org'", HOST_MISMATCH },
    { CERT_DNS("'xn--*.example.org'"), "'xn--a.example.org'", HOST_MISMATCH },

    /* internationalised names are compared as A-labels (RFC 5890) */
    { CERT_DNS("'xn--bcher-kva.example'"), "'XN--BCHER-KVA.example'", HOST_MATCHES },
    { CERT_DNS("'*.example.org'"), "'xn--bcher-kva.example.org'", HOST_MATCHES },
    { CERT_DNS("'*.xn--bcher-kva.example'"), "'www.xn--bcher-kva.example'", HOST_MATCHES },
    { CERT_DNS("'b' c3bc 'cher.example'"), "'b' c3bc 'cher.example'", HOST_MALFORMED },
    { CERT_DNS("'b' c3bc 'cher.example'"), "'xn--bcher-kva.example'", HOST_MISMATCH },
    { CERT_DNS("c3a4 '.example'"), "c384 '.example'", HOST_MALFORMED },

    /* bytes that end a string for others */
    { CERT_DNS("'example.org' 00 '.evil.com'"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("'example.org' 00"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("00 'example.org'"), "'example.org'", HOST_MISMATCH },
    { CERT_DNS("'*' 00 '.example.org'"), "'a.example.org'", HOST_MISMATCH },
    { CERT_DNS("'example.org'"), "'example.org' 00", HOST_MALFORMED },
    { CERT_DNS("'example.org'"), "'example.org' 00 '.evil.com'", HOST_MALFORMED },
    { CERT_DNS("'example.org' 0a"), "'example.org'", HOST_MISMATCH },
    { CERT_IP(V4), "'192.0.2.1' 00", HOST_MALFORMED },

    /* addresses */
    { CERT_IP(V4), "'192.0.2.1'", HOST_MATCHES },
    { CERT_IP(V4), "'192.0.2.2'", HOST_MISMATCH },
    { CERT_IP(DOC6), "'2001:db8::1'", HOST_MATCHES },
    { CERT_IP(DOC6), "'2001:0DB8:0:0:0:0:0:1'", HOST_MATCHES },
    { CERT_IP(DOC6), "'2001:db8::0:1'", HOST_MATCHES },
    { CERT_IP(DOC6), "'[2001:db8::1]'", HOST_MATCHES },
    { CERT_IP(DOC6), "'[2001:db8::1'", HOST_MALFORMED },
    { CERT_IP(DOC6), "'2001:db8::1]'", HOST_MALFORMED },
    { CERT_IP(DOC6), "'[[2001:db8::1]]'", HOST_MALFORMED },
    { CERT_IP(DOC6), "'2001:db8::2'", HOST_MISMATCH },
    { CERT_IP(LOOPBACK6), "'::1'", HOST_MATCHES },
    { CERT_IP(LOOPBACK6), "'0000:0000:0000:0000:0000:0000:0000:0001'", HOST_MATCHES },
    { CERT_IP("fe80 R13(00) 01"), "'fe80::1'", HOST_MATCHES },
    { CERT_IP("fe80 R13(00) 01"), "'fe80::1%eth0'", HOST_MALFORMED },
    { CERT_IP(MAPPED6), "'::ffff:192.0.2.1'", HOST_MATCHES },
    { CERT_IP(MAPPED6), "'192.0.2.1'", HOST_MISMATCH },
    { CERT_IP(V4), "'::ffff:192.0.2.1'", HOST_MISMATCH },
    { CERT_IP(V4 "ffffffff"), "'192.0.2.1'", HOST_MISMATCH }, /* with a mask, as in constraints */
    { CERT_IP("c00002"), "'192.0.2.1'", HOST_MISMATCH },
    { CERT_IP(""), "'192.0.2.1'", HOST_MISMATCH },
    { CERT_IP("'192.0.2.1'"), "'192.0.2.1'", HOST_MISMATCH },
    { CERT_DNS("'192.0.2.1'"), "'192.0.2.1'", HOST_MISMATCH },
    { CERT_DNS("'192.0.2.1'"), "'192.0.2.1.'", HOST_MALFORMED },
    { CERT_DNS("'192.0.2'"), "'192.0.2'", HOST_MALFORMED },
    { CERT_DNS("'1.2.3.256'"), "'1.2.3.256'", HOST_MALFORMED },
    { CERT_DNS("'2001:db8::1'"), "'2001:db8::1'", HOST_MISMATCH },
    { CERT_DNS("'[2001:db8::1]'"), "'[2001:db8::1]'", HOST_MISMATCH },
    { CERT_DNS("'*.0.2.1'"), "'192.0.2.1'", HOST_MISMATCH },
    { CERT_DNS(V4), "'192.0.2.1'", HOST_MISMATCH },
    { CERT_IP("'abcd'"), "'abcd'", HOST_MISMATCH }, /* four bytes that are a name, too */
    { CERT("'x'", "86{ 'https://example.org/' }"), "'example.org'", HOST_MISMATCH },
    { CERT("'x'", "81{ 'me@example.org' }"), "'example.org'", HOST_MISMATCH },
    { CERT("'x'", "86{ 'example.org' }"), "'example.org'", HOST_MISMATCH },

    /* the common name never matches; that it would is told */
    { ONLY_CN("'example.org'"), "'example.org'", HOST_ONLY_COMMON_NAME },
    { ONLY_CN("'EXAMPLE.org'"), "'example.org.'", HOST_ONLY_COMMON_NAME },
    { ONLY_CN("'*.example.org'"), "'www.example.org'", HOST_ONLY_COMMON_NAME },
    { ONLY_CN("'192.0.2.1'"), "'192.0.2.1'", HOST_ONLY_COMMON_NAME },
    { ONLY_CN("'example.org'"), "'example.com'", HOST_MISMATCH },
    { ONLY_CN("'example.org' 00"), "'example.org'", HOST_MISMATCH },
    { CERT("'example.org'", DNS("'other.org'")), "'example.org'", HOST_ONLY_COMMON_NAME },
    { CERT("'other.org'", DNS("'example.org'")), "'example.org'", HOST_MATCHES },
    { CERT("'example.org'", IP(V4)), "'example.org'", HOST_ONLY_COMMON_NAME },

    /* what people ask for */
    { CERT_DNS("'my_host.example.org'"), "'my_host.example.org'", HOST_MATCHES },
    { CERT_DNS("'*.example.org'"), "'my_host.example.org'", HOST_MATCHES },
    { CERT_DNS("'*.example.org'"), "'_443._tcp.example.org'", HOST_MISMATCH },
    { CERT_DNS("'-a-.example.org'"), "'-a-.example.org'", HOST_MATCHES },
    { CERT_DNS("'example.org'"), "", HOST_MALFORMED },
    { CERT_DNS("'.'"), "'.'", HOST_MALFORMED },
    { CERT_DNS("'example.org'"), "'example.org..'", HOST_MALFORMED },
    { CERT_DNS("'a..b'"), "'a..b'", HOST_MALFORMED },
    { CERT_DNS("'.example.org'"), "'.example.org'", HOST_MALFORMED },
    { CERT_DNS("'example.org'"), "'example.org:443'", HOST_MALFORMED },
    { CERT_DNS("'example.org'"), "'https://example.org'", HOST_MALFORMED },
    { CERT_DNS("'example.org'"), "'user@example.org'", HOST_MALFORMED },
    { CERT_DNS("'example.org'"), "'example.org/'", HOST_MALFORMED },
    { CERT_DNS("'example.org'"), "'exam ple.org'", HOST_MALFORMED },
    { CERT_DNS("'example.org'"), "'[example.org]'", HOST_MALFORMED },
    { CERT_DNS("'example.org'"), "'[]'", HOST_MALFORMED },
    { CERT_DNS("'*.example.org'"), "'%77ww.example.org'", HOST_MALFORMED },

    /* RFC 1035, 2.3.4: 63 octets a label, 253 characters a name */
    { CERT_DNS("R63('a') '.example.org'"), "R63('a') '.example.org'", HOST_MATCHES },
    { CERT_DNS("R64('a') '.example.org'"), "R64('a') '.example.org'", HOST_MALFORMED },
    { CERT_DNS("'*.example.org'"), "R63('a') '.example.org'", HOST_MATCHES },
    { CERT_DNS("'*.example.org'"), "R64('a') '.example.org'", HOST_MALFORMED },
    { CERT_DNS("R126('a.') 'a'"), "R126('a.') 'a'", HOST_MATCHES },
    { CERT_DNS("R126('a.') 'a'"), "R126('a.') 'a.'", HOST_MATCHES },
    { CERT_DNS("R126('a.') 'ab'"), "R126('a.') 'ab'", HOST_MALFORMED },
    { CERT_DNS("'a'"), "R70000('a')", HOST_MALFORMED },
};

static void check_row(const struct row *row)
{
    size_t cert_len = 0, asked_len = 0;
    uint8_t *der = der_text(row->cert, &cert_len), *asked = der_text(row->asked, &asked_len);
    struct hl_arena arena;
    struct hl_x509 cert;
    struct hl_span matched = { NULL, 0 };

    arena_init(&arena, (size_t)1 << 20);
    assert_true(x509_parse((struct hl_span){ der, cert_len }, &arena, &cert));
    const struct host_name host = host_name_of((struct hl_span){ asked, asked_len });
    enum host_result result = host_name_match(&host, &cert, &matched);
    if (result != row->result)
        fail_msg("%s: %s\n is %d, not %d", row->asked, row->cert, (int)result, (int)row->result);
    assert_int_equal(host_name_match(&host, &cert, NULL), result);
    assert_true((matched.ptr != NULL) == (result == HOST_MATCHES));
    assert_true(matched.ptr == NULL || (matched.ptr >= der && matched.ptr + matched.len <= der + cert_len));
    arena_cleanup(&arena);
    free(der);
    free(asked);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(&rows[i]);
}

/* Which of its names matched. */
static void test_matched(void **state)
{
    size_t len = 0;
    uint8_t *der = der_text(CERT("'x'", DNS("'a.org'") DNS("'*.example.org'") IP(V4)), &len);
    struct hl_span matched = { NULL, 0 };
    struct hl_arena arena;
    struct hl_x509 cert;

    (void)state;
    arena_init(&arena, (size_t)1 << 20);
    assert_true(x509_parse((struct hl_span){ der, len }, &arena, &cert));
    struct host_name host = host_name_of(span_of("www.example.org"));
    assert_int_equal(host_name_match(&host, &cert, &matched), HOST_MATCHES);
    assert_true(span_equal(matched, span_of("*.example.org")));
    host = host_name_of(span_of("192.0.2.1"));
    assert_int_equal(host_name_match(&host, &cert, &matched), HOST_MATCHES);
    assert_int_equal(matched.len, 4);
    arena_cleanup(&arena);
    free(der);
}

static const struct {
    const char *name; /* der_text.h */
    bool plain, wildcard;
} forms[] = {
    { "'example.org'", true, true },
    { "'a'", true, true },
    { "'1.2.3.4'", true, true }, /* an address is not told apart here */
    { "'3com.com'", true, true },
    { "'a-b.c-d'", true, true },
    { "'xn--bcher-kva.example'", true, true },
    { "'*.example.org'", false, true },
    { "'*'", false, true },
    { "'a.*.org'", false, false },
    { "'f*.org'", false, false },
    { "''", false, false },
    { "'.'", false, false },
    { "'.org'", false, false },
    { "'org.'", false, false },
    { "'a..b'", false, false },
    { "'-a.org'", false, false },
    { "'a-.org'", false, false },
    { "'-'", false, false },
    { "'a_b.org'", false, false },
    { "'a b.org'", false, false },
    { "'a' 00", false, false },
    { "c3bc", false, false },
    { "R63('a')", true, true },
    { "R64('a')", false, false },
    { "R126('a.') 'a'", true, true },
    { "R126('a.') 'ab'", false, false },
};

static void test_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t len = 0;
        uint8_t *name = der_text(forms[i].name, &len);
        if (host_name_is_well_formed((struct hl_span){ name, len }, false) != forms[i].plain
            || host_name_is_well_formed((struct hl_span){ name, len }, true) != forms[i].wildcard)
            fail_msg("%s", forms[i].name);
        free(name);
    }
    assert_false(host_name_is_well_formed((struct hl_span){ NULL, 0 }, true));
}

static const struct {
    const char *text, *bytes; /* in hex; "" for none */
} addresses[] = {
    { "192.0.2.1", "c0000201" },
    { "0.0.0.0", "00000000" },
    { "255.255.255.255", "ffffffff" },
    { "256.0.0.1", "" },
    { "192.0.2", "" },
    { "192.0.2.1.", "" },
    { "192.0.2.01", "" },
    { "0xc0.0.2.1", "" },
    { "3221225985", "" },
    { " 192.0.2.1", "" },
    { "::", "00000000000000000000000000000000" },
    { "::1", "00000000000000000000000000000001" },
    { "1::", "00010000000000000000000000000000" },
    { "2001:db8::c0a8:1", "20010db80000000000000000c0a80001" },
    { "2001:db8:0:0:0:0:192.0.2.1", "20010db80000000000000000c0000201" },
    { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffffffffffffffffffffffffffffffff" },
    { "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffffffffffffffffffffffffffffffff" },
    { "1::2::3", "" },
    { ":::", "" },
    { "1:2:3:4:5:6:7:8:9", "" },
    { "12345::", "" },
    { "::1%1", "" },
    { "[::1]", "" },
    { "", "" },
    { "0000000000000000000000000000000000000000000000000000000000000001", "" },
};

static void test_addresses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        size_t len = 0;
        uint8_t *bytes = der_text(addresses[i].bytes, &len), out[16];
        size_t text_len = strlen(addresses[i].text);
        uint8_t *text = malloc(text_len > 0 ? text_len : 1);
        memcpy(text, addresses[i].text, text_len);
        size_t got = host_name_address((struct hl_span){ text, text_len }, out);
        if (got != len || memcmp(out, bytes, len) != 0)
            fail_msg("%s", addresses[i].text);
        free(text);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_matched),
        cmocka_unit_test(test_well_formed),
        cmocka_unit_test(test_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
