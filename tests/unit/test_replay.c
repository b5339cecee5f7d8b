/* A ClientHello that is sent again: what is made anew, what is left out, what stays byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "probe/replay.h"
#include "support/make_bytes.h"
#include "wire/hello.h"

enum { SERVER_NAME = 0, ALPN = 16, PADDING = 21, TICKET = 35, PSK = 41, EARLY_DATA = 42, VERSIONS = 43, KEY_SHARE = 51, GREASE = 0x2a2a };
enum { X25519 = 0x001d, SECP256R1 = 0x0017, X25519MLKEM768 = 0x11ec };

static void put_extension(struct hl_buffer *out, unsigned type, const char *hex)
{
    put_uint(out, 2, type);
    const size_t begin = vec_begin(out, 2);
    put_hex(out, hex);
    vec_end(out, 2, begin);
}

static void put_share(struct hl_buffer *out, unsigned group, size_t length)
{
    put_uint(out, 2, group);
    put_uint(out, 2, length);
    put_pattern(out, group, length);
}

static void put_shares(struct hl_buffer *out)
{
    put_uint(out, 2, KEY_SHARE);
    const size_t extension = vec_begin(out, 2), list = vec_begin(out, 2);
    put_share(out, GREASE, 1);
    put_share(out, X25519MLKEM768, 1216);
    put_share(out, X25519, 32);
    put_share(out, SECP256R1, 64); /* one byte short: no share of ours is like that */
    vec_end(out, 2, list);
    vec_end(out, 2, extension);
}

/* A body as a browser's that comes back with early data. */
static struct hl_buffer resuming_hello(void)
{
    struct hl_buffer out = make_buffer();

    put_uint(&out, 2, 0x0303);
    put_pattern(&out, 1, 32);
    put_uint(&out, 1, 32);
    put_pattern(&out, 2, 32);
    put_hex(&out, "0006 2a2a 1301 c02f 01 00");
    const size_t extensions = vec_begin(&out, 2);
    put_extension(&out, GREASE, "");
    put_extension(&out, SERVER_NAME, "0006 00 0003 612e62"); /* a.b */
    put_extension(&out, TICKET, "0102030405");
    put_extension(&out, ALPN, "0003 02 6832");
    put_extension(&out, EARLY_DATA, "");
    put_extension(&out, VERSIONS, "04 0304 0303");
    put_shares(&out);
    put_extension(&out, PADDING, "00000000");
    put_extension(&out, 0x3a3a, "00");
    put_extension(&out, PSK, "000a 0004 01020304 00000000 0021 20 0000000000000000000000000000000000000000000000000000000000000000");
    vec_end(&out, 2, extensions);
    return out;
}

static struct hl_buffer replayed(const struct hl_buffer *body, const char *name, struct hl_client_hello *out)
{
    struct hl_buffer message = make_buffer();

    assert_true(replay_write(buf_view(body), name, &message));
    assert_true(message.len > 4 && message.data[0] == 1);
    assert_int_equal((size_t)message.data[1] << 16 | (size_t)message.data[2] << 8 | message.data[3], message.len - 4);
    (void)client_hello_parse((struct hl_span){ message.data + 4, message.len - 4 }, false, out);
    assert_int_equal(out->fault.kind, HL_FAULT_NONE);
    return message;
}

static void what_changes(void **state)
{
    static const unsigned types[] = { GREASE, SERVER_NAME, TICKET, ALPN, VERSIONS, KEY_SHARE, PADDING, 0x3a3a };
    struct hl_buffer body = resuming_hello();
    struct hl_client_hello before, after;
    struct hl_span data, theirs, rest;
    uint16_t type, group;

    (void)state;
    (void)client_hello_parse(buf_view(&body), false, &before);
    assert_int_equal(before.fault.kind, HL_FAULT_NONE);
    assert_true(before.has_psk && before.has_early_data && before.ticket_length == 5);
    struct hl_buffer message = replayed(&body, "www.example.org", &after);
    assert_true(!after.has_psk && !after.has_early_data && after.has_ticket && after.ticket_length == 0);
    assert_true(span_equal(after.server_name, span_of("www.example.org")));
    assert_true(span_equal(after.cipher_suites, before.cipher_suites) && span_equal(after.alpn, before.alpn));
    assert_true(span_equal(after.supported_versions, before.supported_versions));
    assert_false(span_equal(after.random, before.random));
    assert_int_equal(after.session_id.len, 32);
    assert_false(span_equal(after.session_id, before.session_id));
    rest = after.extensions;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        assert_true(extension_next(&rest, &type, &data));
        assert_int_equal(type, types[i]);
    }
    assert_false(extension_next(&rest, &type, &data));
    assert_true(extension_find(after.extensions, PADDING, &data) && data.len == 4);
    assert_int_equal(after.key_shares.len, before.key_shares.len);
    rest = before.key_shares;
    for (struct hl_span own = after.key_shares; key_share_next(&own, &group, &data);) {
        uint16_t same;
        assert_true(key_share_next(&rest, &same, &theirs) && same == group && theirs.len == data.len);
        assert_int_equal(span_equal(theirs, data), group != X25519);
    }
    buf_cleanup(&message);
    message = replayed(&body, NULL, &after);
    assert_true(span_equal(after.server_name, span_of("a.b")));
    buf_cleanup(&message);
    buf_cleanup(&body);
}

static void as_little_as_there_may_be(void **state)
{
    struct hl_buffer body = make_buffer();
    struct hl_client_hello after;

    (void)state;
    put_uint(&body, 2, 0x0300);
    put_pattern(&body, 1, 32);
    put_hex(&body, "00 0002 0005 01 00");
    struct hl_buffer message = replayed(&body, "www.example.org", &after);
    assert_int_equal(message.len, body.len + 4);
    assert_true(!after.has_extensions && after.session_id.len == 0 && after.server_name.len == 0);
    buf_cleanup(&message);
    put_hex(&body, "0000");
    message = replayed(&body, "www.example.org", &after);
    assert_true(after.has_extensions && after.server_name.len == 0);
    buf_cleanup(&message);
    buf_cleanup(&body);
}

static void cut_anywhere(void **state)
{
    struct hl_buffer body = resuming_hello();
    unsigned written = 0;

    (void)state;
    for (size_t n = 0; n < body.len; n++) {
        struct hl_buffer message = make_buffer();
        uint8_t *cut = malloc(n > 0 ? n : 1);
        assert_non_null(cut);
        memcpy(cut, body.data, n);
        written += replay_write((struct hl_span){ cut, n }, "www.example.org", &message);
        buf_cleanup(&message);
        free(cut);
    }
    assert_int_equal(written, 1); /* the one that ends before its extensions */
    buf_cleanup(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_changes), cmocka_unit_test(as_little_as_there_may_be), cmocka_unit_test(cut_anywhere) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
