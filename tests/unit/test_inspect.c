/* The front of the library where it differs from packets: connections whose bytes the caller has. */
#include "base/text.h"
#include "support/make_tls.h"

#include <handlens/handlens.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct told {
    unsigned count;
    enum hl_outcome outcome;
    const char *before_tls;
};

static void on_handshake(void *user, const struct hl_handshake *handshake)
{
    struct told *told = user;

    told->count++;
    told->outcome = hl_handshake_outcome(handshake);
    told->before_tls = hl_handshake_before_tls(handshake);
}

/* `said` by each side in turn, the client first, in pieces of `piece` bytes. */
static struct told converse(struct hl_span client, struct hl_span server, size_t piece)
{
    struct told told = { 0 };
    struct hl_inspector *inspector = hl_inspector_new(on_handshake, &told, NULL);
    assert_non_null(inspector);
    struct hl_tls_stream *stream = hl_stream_open(inspector, (struct hl_end){ .port = 1 }, (struct hl_end){ .port = 443 });
    assert_non_null(stream);
    struct hl_span sides[] = { client, server };

    for (unsigned side = 0; side < 2; side++) {
        for (size_t at = 0; at < sides[side].len; at += piece) {
            size_t n = sides[side].len - at < piece ? sides[side].len - at : piece;
            hl_stream_bytes(stream, (enum hl_side)side, (struct hl_span){ sides[side].ptr + at, n }, 1000);
        }
    }
    hl_stream_close(stream, HL_SERVER, false, 2000);
    hl_inspector_free(inspector);
    return told;
}

static void not_tls(void **state)
{
    struct hl_span http = span_of("HTTP/1.1 400 Bad Request\r\n\r\n"), get = span_of("GET / HTTP/1.1\r\n\r\n");
    static const uint8_t alert[] = { 21, 3, 3, 0, 2, 2, 10 };
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_client_hello(&talk, &(struct hello){ .extensions = EXT_SERVER_NAME });
    for (size_t piece = 1; piece < 2000; piece *= 3) {
        struct told told = converse(buf_view(&talk.bytes[HL_CLIENT]), http, piece);
        assert_int_equal(told.count, 1);
        assert_int_equal(told.outcome, HL_NOT_TLS);
        told = converse(get, (struct hl_span){ alert, sizeof alert }, piece);
        assert_int_equal(told.count, 1);
        assert_int_equal(told.outcome, HL_NOT_TLS);
    }
    talk_cleanup(&talk);
}

static void closed_after_the_inspector(void **state)
{
    struct told told = { 0 };
    struct hl_inspector *inspector = hl_inspector_new(on_handshake, &told, NULL);
    struct hl_tls_stream *streams[3];
    struct hl_span hello = span_of("\x16\x03\x01");

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        streams[i] = hl_stream_open(inspector, (struct hl_end){ .port = 1 }, (struct hl_end){ .port = 2 });
        assert_non_null(streams[i]);
        assert_true(hl_stream_bytes(streams[i], HL_CLIENT, hello, 0));
    }
    hl_stream_close(streams[1], HL_CLIENT, false, 0);
    hl_inspector_free(inspector);
    assert_false(hl_stream_bytes(streams[0], HL_CLIENT, hello, 0));
    hl_stream_close(streams[0], HL_CLIENT, true, 0);
    hl_stream_close(streams[2], HL_SERVER, false, 0);
    assert_int_equal(told.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(not_tls),
        cmocka_unit_test(closed_after_the_inspector),
    };

    return cmocka_run_group_tests_name("inspect", tests, NULL, NULL);
}
