/* What we say as a client is what our own parser reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "probe/hello.h"
#include "probe/lists.h"
#include "wire/hello.h"
#include "wire/record.h"

enum { HEADER = 4, TLS12 = 0x0303, TLS13 = 0x0304 };

static struct hl_client_hello parse(const struct hl_buffer *message)
{
    struct hl_client_hello hello;

    assert_false(message->failed);
    assert_int_equal(message->data[0], 1);
    assert_int_equal(message->data[1] << 16 | message->data[2] << 8 | message->data[3], message->len - HEADER);
    assert_true(client_hello_parse((struct hl_span){ message->data + HEADER, message->len - HEADER }, false, &hello));
    return hello;
}

static void all_of_it(void **state)
{
    static const uint16_t versions[] = { TLS13, TLS12 }, suites[] = { 0x1301, 0xc02f }, groups[] = { 0x11ec, GROUP_X25519 }, schemes[] = { 0x0804 };
    static const char *const protocols[] = { "h2", "http/1.1", NULL };
    static const uint8_t cookie[] = { 1, 2, 3 };
    struct key_share *share = key_share_new(GROUP_X25519);
    struct hello hello = {
        .version = TLS12,
        .versions = { versions, 2 },
        .suites = { suites, 2 },
        .groups = { groups, 2 },
        .schemes = { schemes, 1 },
        .key_share = true,
        .shares = { share },
        .share_count = 1,
        .cookie = { cookie, sizeof cookie },
        .server_name = "host.example",
        .protocols = protocols,
        .extended_master_secret = true,
        .encrypt_then_mac = true,
        .renegotiation_info = true,
        .status_request = true,
        .timestamps = true,
        .session_ticket = true,
        .deflate = true,
        .has_session_id = true,
    };
    struct hl_buffer out;
    struct hl_span list, key;
    uint16_t code, group;

    (void)state;
    assert_non_null(share);
    assert_true(hello_randomize(&hello));
    buf_init(&out, 4096);
    hello_write(&hello, &out);
    const struct hl_client_hello read = parse(&out);
    assert_int_equal(read.legacy_version, TLS12);
    assert_memory_equal(read.random.ptr, hello.random, 32);
    assert_int_equal(read.session_id.len, 32);
    assert_true(span_equal(read.server_name, span_of("host.example")));
    assert_int_equal(read.compression_methods.len, 2);
    list = read.supported_versions;
    assert_true(u16_next(&list, &code) && code == TLS13 && u16_next(&list, &code) && code == TLS12 && !u16_next(&list, &code));
    list = read.cipher_suites;
    assert_true(u16_next(&list, &code) && code == 0x1301 && u16_next(&list, &code) && code == 0xc02f && !u16_next(&list, &code));
    list = read.supported_groups;
    assert_true(u16_next(&list, &code) && code == 0x11ec && u16_next(&list, &code) && code == GROUP_X25519 && !u16_next(&list, &code));
    list = read.key_shares;
    assert_true(key_share_next(&list, &group, &key) && group == GROUP_X25519 && span_equal(key, key_share_public(share)));
    list = read.alpn;
    assert_true(alpn_next(&list, &key) && span_equal(key, span_of("h2")) && alpn_next(&list, &key) && !alpn_next(&list, &key));
    for (size_t i = 0; i < 6; i++) {
        static const uint16_t wanted[] = { 5, 18, 22, 23, 35, 0xff01 };
        assert_true(extension_find(read.extensions, wanted[i], NULL));
    }
    buf_cleanup(&out);
    key_share_free(share);
}

/* A server of SSL 3.0 may not know extensions. */
static void without_extensions(void **state)
{
    struct code_list suites;
    struct hl_buffer out;

    (void)state;
    code_list_suites(&suites, SUITES_OLDER);
    const struct hello hello = { .version = 0x0300, .suites = code_list_view(&suites) };
    buf_init(&out, 4096);
    hello_write(&hello, &out);
    const struct hl_client_hello read = parse(&out);
    assert_false(read.has_extensions);
    assert_int_equal(read.cipher_suites.len, 2 * suites.count);
    buf_cleanup(&out);
}

static void in_records(void **state)
{
    static uint8_t message[40000];
    struct hl_buffer out;
    struct hl_record record;

    (void)state;
    buf_init(&out, sizeof message + 100);
    hello_write_records((struct hl_span){ message, sizeof message }, 0x0301, &out);
    size_t at = 0, content = 0;
    while (at < out.len) {
        assert_true(record_parse((struct hl_span){ out.data + at, RECORD_HEADER_LENGTH }, &record));
        assert_true(record.type == CONTENT_HANDSHAKE && record.version == 0x0301 && record.length <= 16384);
        content += record.length;
        at += RECORD_HEADER_LENGTH + record.length;
    }
    assert_int_equal(content, sizeof message);
    buf_cleanup(&out);
}

static void of_ssl2(void **state)
{
    static const uint8_t challenge[16] = "0123456789abcde";
    struct hl_buffer out;
    struct hl_client_hello read;

    (void)state;
    buf_init(&out, 100);
    hello_write_ssl2(challenge, &out);
    assert_int_equal((out.data[0] & 0x7f) << 8 | out.data[1], out.len - 2);
    assert_true(ssl2_client_hello_parse((struct hl_span){ out.data + 3, out.len - 3 }, false, &read));
    assert_int_equal(read.cipher_specs.len, 21);
    assert_memory_equal(read.random.ptr, challenge, 16);
    buf_cleanup(&out);
}

/* Both halves come to the same; what is no point comes to nothing. */
static void halves_fit(void **state)
{
    static const uint16_t groups[] = { GROUP_X25519, GROUP_SECP256R1, GROUP_SECP384R1, GROUP_SECP521R1 };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct key_share *a = key_share_new(groups[i]), *b = key_share_new(groups[i]);
        uint8_t x[KEY_SHARE_SECRET_MAX], y[KEY_SHARE_SECRET_MAX], wrong[KEY_SHARE_PUBLIC_MAX] = { 4, 1 };
        assert_non_null(a);
        assert_non_null(b);
        const size_t n = key_share_agree(a, key_share_public(b), x);
        assert_int_equal(key_share_agree(b, key_share_public(a), y), n);
        assert_true(n >= 32);
        assert_memory_equal(x, y, n);
        const size_t length = key_share_public(a).len;
        if (groups[i] != GROUP_X25519)
            assert_int_equal(key_share_agree(a, (struct hl_span){ wrong, length }, x), 0);
        memset(wrong, 0, sizeof wrong); /* a point of small order; no point */
        assert_int_equal(key_share_agree(a, (struct hl_span){ wrong, length }, x), 0);
        assert_int_equal(key_share_agree(a, (struct hl_span){ key_share_public(b).ptr, length - 1 }, x), 0);
        key_share_free(a);
        key_share_free(b);
    }
    assert_null(key_share_new(0x11ec));
    assert_false(key_share_is_known(0x0100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_it), cmocka_unit_test(without_extensions), cmocka_unit_test(in_records),
        cmocka_unit_test(of_ssl2),   cmocka_unit_test(halves_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
