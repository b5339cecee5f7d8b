#include "support/make_tls.h"

#include "base/text.h"
#include "support/x509_certs.h"

#include <stdlib.h>

enum { CHANGE_CIPHER_SPEC = 20, HANDSHAKE = 22, APPLICATION_DATA = 23 };
enum { RECORD_MAX = 16384 };

void talk_init(struct talk *talk)
{
    *talk = (struct talk){ .bytes = { make_buffer(), make_buffer() } };
}

void talk_cleanup(struct talk *talk)
{
    buf_cleanup(&talk->bytes[0]);
    buf_cleanup(&talk->bytes[1]);
}

/* Something was put to the end of what `from` says. */
static void said(struct talk *talk, enum hl_side from, size_t begin)
{
    struct turn *last = talk->count > 0 ? &talk->turns[talk->count - 1] : NULL;

    if (last == NULL || last->from != from) {
        if (talk->count == TALK_TURNS)
            abort();
        last = &talk->turns[talk->count++];
        *last = (struct turn){ .from = from, .begin = begin };
    }
    last->end = talk->bytes[from].len;
}

void talk_bytes(struct talk *talk, enum hl_side from, struct hl_span bytes)
{
    size_t begin = talk->bytes[from].len;

    buf_span(&talk->bytes[from], bytes);
    said(talk, from, begin);
}

void talk_hex(struct talk *talk, enum hl_side from, const char *hex)
{
    size_t begin = talk->bytes[from].len;

    put_hex(&talk->bytes[from], hex);
    said(talk, from, begin);
}

void talk_records(struct talk *talk, enum hl_side from, unsigned type, struct hl_span bytes, size_t piece)
{
    size_t begin = talk->bytes[from].len;

    if (piece == 0)
        piece = RECORD_MAX;
    while (bytes.len > 0) {
        size_t n = bytes.len < piece ? bytes.len : piece;
        put_uint(&talk->bytes[from], 1, type);
        put_uint(&talk->bytes[from], 2, 0x0303);
        put_uint(&talk->bytes[from], 2, n);
        buf_put(&talk->bytes[from], bytes.ptr, n);
        bytes.ptr += n;
        bytes.len -= n;
    }
    said(talk, from, begin);
}

void talk_cipher(struct talk *talk, enum hl_side from, unsigned type, size_t length)
{
    struct hl_buffer body = make_buffer();

    put_pattern(&body, (unsigned)(talk->bytes[from].len + length), length);
    talk_records(talk, from, type, buf_view(&body), 0);
    buf_cleanup(&body);
}

/* --- messages -------------------------------------------------------------- */

static void put_hello_start(struct hl_buffer *out, const struct hello *hello, unsigned seed)
{
    put_uint(out, 2, hello->version != 0 ? hello->version : 0x0303);
    if (hello->random != NULL)
        put_hex(out, hello->random);
    else
        put_pattern(out, seed, 32);
    size_t id = vec_begin(out, 1);
    put_hex(out, hello->session_id != NULL ? hello->session_id : "");
    vec_end(out, 1, id);
}

static void put_extensions(struct hl_buffer *out, const char *extensions)
{
    if (extensions == NULL)
        return;
    size_t list = vec_begin(out, 2);
    put_hex(out, extensions);
    vec_end(out, 2, list);
}

void put_client_hello(struct hl_buffer *out, const struct hello *hello)
{
    put_uint(out, 1, 1);
    size_t body = vec_begin(out, 3);
    put_hello_start(out, hello, 1);
    size_t suites = vec_begin(out, 2);
    put_hex(out, hello->suites != NULL ? hello->suites : "c02f");
    vec_end(out, 2, suites);
    put_hex(out, "01 00");
    put_extensions(out, hello->extensions);
    vec_end(out, 3, body);
}

void put_server_hello(struct hl_buffer *out, const struct hello *hello)
{
    put_uint(out, 1, 2);
    size_t body = vec_begin(out, 3);
    put_hello_start(out, hello, 2);
    put_hex(out, hello->suites != NULL ? hello->suites : "c02f");
    put_hex(out, "00");
    put_extensions(out, hello->extensions);
    vec_end(out, 3, body);
}

void put_message(struct hl_buffer *out, unsigned type, const char *hex)
{
    put_uint(out, 1, type);
    size_t body = vec_begin(out, 3);
    put_hex(out, hex);
    vec_end(out, 3, body);
}

void put_certificate(struct hl_buffer *out, const size_t *sizes)
{
    put_uint(out, 1, 11);
    size_t body = vec_begin(out, 3);
    size_t list = vec_begin(out, 3);
    for (; *sizes > 0; sizes++) {
        size_t certificate = vec_begin(out, 3);
        put_pattern(out, (unsigned)*sizes, *sizes);
        vec_end(out, 3, certificate);
    }
    vec_end(out, 3, list);
    vec_end(out, 3, body);
}

void put_server_key_exchange(struct hl_buffer *out)
{
    put_uint(out, 1, 12);
    size_t body = vec_begin(out, 3);
    put_hex(out, "03 001d 20" X25519_KEY "0804");
    size_t signature = vec_begin(out, 2);
    put_pattern(out, 12, 256);
    vec_end(out, 2, signature);
    vec_end(out, 3, body);
}

/* --- flights --------------------------------------------------------------- */

static void talk_buffer(struct talk *talk, enum hl_side from, struct hl_buffer *messages, size_t piece)
{
    talk_records(talk, from, HANDSHAKE, buf_view(messages), piece);
    buf_cleanup(messages);
}

void talk_client_hello(struct talk *talk, const struct hello *hello)
{
    struct hl_buffer message = make_buffer();

    put_client_hello(&message, hello);
    talk_buffer(talk, HL_CLIENT, &message, 0);
}

void talk_server_hello(struct talk *talk, const struct hello *hello)
{
    struct hl_buffer message = make_buffer();

    put_server_hello(&message, hello);
    talk_buffer(talk, HL_SERVER, &message, 0);
}

void talk_message(struct talk *talk, enum hl_side from, unsigned type, const char *hex)
{
    struct hl_buffer message = make_buffer();

    put_message(&message, type, hex);
    talk_buffer(talk, from, &message, 0);
}

void talk_finished(struct talk *talk, enum hl_side from)
{
    talk_hex(talk, from, "14 0303 0001 01");
    talk_cipher(talk, from, HANDSHAKE, 40);
}

static void put_real_certificate(struct hl_buffer *out)
{
    put_uint(out, 1, 11);
    size_t body = vec_begin(out, 3);
    size_t list = vec_begin(out, 3);
    size_t certificate = vec_begin(out, 3);
    put_hex(out, CERT_LEAF);
    vec_end(out, 3, certificate);
    vec_end(out, 3, list);
    vec_end(out, 3, body);
}

void talk_tls12(struct talk *talk, size_t piece)
{
    struct hl_buffer flight = make_buffer();

    put_client_hello(&flight, &(struct hello){ .suites = "c02f c030",
                                               .extensions = EXT_SERVER_NAME EXT_GROUPS EXT_TICKET_EMPTY });
    talk_buffer(talk, HL_CLIENT, &flight, piece);
    flight = make_buffer();
    put_server_hello(&flight, &(struct hello){ .session_id = "0102030405060708", .extensions = EXT_TICKET_EMPTY });
    put_real_certificate(&flight);
    put_server_key_exchange(&flight);
    put_message(&flight, 14, "");
    talk_buffer(talk, HL_SERVER, &flight, piece);
    flight = make_buffer();
    put_message(&flight, 16, "20" X25519_KEY);
    talk_buffer(talk, HL_CLIENT, &flight, piece);
    talk_finished(talk, HL_CLIENT);
    talk_message(talk, HL_SERVER, 4, "00000e10 0004 d0d1d2d3");
    talk_finished(talk, HL_SERVER);
    talk_cipher(talk, HL_CLIENT, APPLICATION_DATA, 600);
    talk_cipher(talk, HL_SERVER, APPLICATION_DATA, 5000);
}

void talk_tls13(struct talk *talk)
{
    talk_client_hello(talk, &(struct hello){ .suites = "1301 1302", .session_id = X25519_KEY,
                                             .extensions = EXT_SERVER_NAME EXT_GROUPS EXT_OFFER_TLS13 EXT_OFFER_KEY });
    talk_server_hello(talk, &(struct hello){ .suites = "1301", .session_id = X25519_KEY,
                                             .extensions = EXT_CHOOSE_TLS13 EXT_CHOOSE_KEY });
    talk_hex(talk, HL_SERVER, "14 0303 0001 01");
    talk_cipher(talk, HL_SERVER, APPLICATION_DATA, 1500);
    talk_hex(talk, HL_CLIENT, "14 0303 0001 01");
    talk_cipher(talk, HL_CLIENT, APPLICATION_DATA, 53);
    talk_cipher(talk, HL_CLIENT, APPLICATION_DATA, 200);
    talk_cipher(talk, HL_SERVER, APPLICATION_DATA, 5000);
}
