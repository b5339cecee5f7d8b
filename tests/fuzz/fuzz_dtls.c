/* Datagrams of DTLS, through what puts their messages together, and through the session to the printed document. Pieces
 * follow each other: a byte that says who speaks (bit 0), whether the end was cut off (bit 1), and whether it comes twice
 * (bit 2), two bytes of length, and the bytes. The secrets are those of tests/secrets/made_dtls.py, whose --seeds writes
 * inputs that open. */
#include "base/limits.h"
#include "base/reader.h"
#include "crypto/secrets.h"
#include "session/dtls.h"
#include "session/session.h"

#include <handlens/handlens.h>
#include <handlens/secrets.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SERVER = 1, CUT = 2, TWICE = 4 };

#define RANDOM "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"

static const char key_log[] =
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET " RANDOM " 70f3cbb4785ce6a93c7d476e5079cdf6f290a0554e71b1fae53ad666c812a889\n"
    "CLIENT_TRAFFIC_SECRET_0 " RANDOM " fcda063babe945ae1fafac0a61746fba8e04e5c1caefac88dfdd1492c96959ab\n"
    "SERVER_HANDSHAKE_TRAFFIC_SECRET " RANDOM " 08ebc475e46c90945a82e16322dcb0190ddfc6e74dd8f1a14c1ae0f7e404cc12\n"
    "SERVER_TRAFFIC_SECRET_0 " RANDOM " ad3a5533905076bedb15761b74945fbb146643e6979282682d7fd1c624cc0478\n"
    "CLIENT_RANDOM " RANDOM " 233a0c3b653358b1b07cf093e7b2e36a54bf4c66d5736db1"
    "7ed145b18520c9108bbd9ed53bc74de041e15f1476013b10\n";

/* --- messages put together --------------------------------------------------------------- */

struct told {
    struct hl_dtls *dtls;
    struct hl_records_sink sink;
    unsigned depth;
};

static void on_message(void *ctx, unsigned direction, const struct hl_raw_message *message)
{
    const struct told *told = ctx;
    volatile uint8_t sum = 0;

    if (direction > 1 || message->body.len > message->length || message->body.len > HL_MESSAGE_MAX
        || (!message->cut && message->body.len != message->length))
        abort();
    for (size_t i = 0; i < message->body.len; i++)
        sum = (uint8_t)(sum + message->body.ptr[i]);
    if (told->dtls->side[direction].next_seq != (uint16_t)(message->message_seq + 1))
        abort();
}

/* Encrypted handshake records hold what they say. */
static void on_record(void *ctx, unsigned direction, const struct hl_raw_record *record)
{
    struct told *told = ctx;
    volatile uint8_t sum = 0;

    for (size_t i = 0; i < record->fragment.len; i++)
        sum = (uint8_t)(sum + record->fragment.ptr[i]);
    for (size_t i = 0; i < record->cid.len && record->cid.ptr != NULL; i++)
        sum = (uint8_t)(sum + record->cid.ptr[i]);
    for (size_t i = 0; i < record->dtls_header.len; i++)
        sum = (uint8_t)(sum + record->dtls_header.ptr[i]);
    if (!record->encrypted || (record->header.type != CONTENT_HANDSHAKE && !record->unified))
        return;
    if (++told->depth < 10)
        dtls_push_opened(told->dtls, direction, record, record->fragment, &told->sink);
    (void)dtls_is_resent(told->dtls, direction, record);
    told->depth--;
}

static void on_settled(void *ctx, unsigned direction, struct hl_moment at)
{
    (void)ctx, (void)direction, (void)at;
    abort();
}

static void on_lost(void *ctx, unsigned direction, struct hl_moment at)
{
    (void)ctx, (void)direction, (void)at;
}

static void on_again(void *ctx, unsigned direction, uint16_t message_seq)
{
    (void)ctx, (void)direction, (void)message_seq;
}

static void check_caps(const struct hl_dtls *dtls)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct hl_dtls_side *side = &dtls->side[i];
        if (side->bytes > HL_DTLS_BYTES_MAX || side->waiting_bytes > HL_DTLS_WAITING_MAX)
            abort();
        if (side->messages == NULL && (side->bytes != 0 || side->waiting != NULL))
            abort();
    }
}

/* --- datagrams ------------------------------------------------------------------------------ */

typedef bool push_fn(void *to, unsigned direction, const struct hl_chunk *chunk);

static bool push_dtls(void *to, unsigned direction, const struct hl_chunk *chunk)
{
    struct told *told = to;

    dtls_push(told->dtls, direction, chunk, &told->sink);
    check_caps(told->dtls);
    return true;
}

static bool push_session(void *to, unsigned direction, const struct hl_chunk *chunk)
{
    return session_data(to, direction, chunk);
}

/* False when it was told meanwhile. */
static bool feed(struct hl_reader r, push_fn *push, void *to)
{
    struct hl_moment at = { .time_ns = 1700000000000000000 };

    while (rd_more(&r)) {
        unsigned kind = rd_u8(&r, "kind");
        size_t length = rd_u16(&r, "length");
        struct hl_chunk chunk = { .bytes = rd_bytes(&r, length < rd_left(&r) ? length : rd_left(&r), "bytes") };
        uint8_t *exact = malloc(chunk.bytes.len > 0 ? chunk.bytes.len : 1);
        bool goes_on = exact != NULL;
        if (exact == NULL)
            return true;
        if (chunk.bytes.len > 0)
            memcpy(exact, chunk.bytes.ptr, chunk.bytes.len);
        chunk.bytes.ptr = exact;
        chunk.gap = kind & CUT ? 1 : 0;
        for (unsigned i = 0; i < (kind & TWICE ? 2u : 1u) && goes_on; i++) {
            at.frame++;
            at.time_ns += 1000000;
            chunk.at = at;
            goes_on = push(to, kind & SERVER, &chunk);
        }
        free(exact);
        if (!goes_on)
            return false;
    }
    return true;
}

static void put_together(struct hl_reader r)
{
    const enum hl_protection protection[2] = { PROTECTION_NONE, PROTECTION_NONE };
    struct told told = { .depth = 0 };

    told.sink = (struct hl_records_sink){ &told, on_message, on_record, on_settled, on_lost, on_again };
    told.dtls = dtls_new(&protection[0], &protection[1]);
    if (told.dtls == NULL)
        return;
    (void)feed(r, push_dtls, &told);
    dtls_finish(told.dtls, 0, &told.sink);
    dtls_finish(told.dtls, 1, &told.sink);
    check_caps(told.dtls);
    dtls_free(told.dtls);
}

/* --- handshakes ------------------------------------------------------------------------------ */

static bool discard(void *user, const void *bytes, size_t n)
{
    (void)user;
    return bytes != NULL && n > 0;
}

static void print(void *ctx, struct hl_handshake *handshake, struct hl_arena *arena)
{
    struct hl_printer **printers = ctx;

    (void)arena;
    for (unsigned i = 0; i < 2; i++) {
        if (!hl_printer_handshake(printers[i], handshake))
            abort();
    }
}

static void tell(struct hl_reader r, bool with_secrets, bool mid_stream)
{
    static struct hl_printer *printers[2];
    static struct hl_secrets *secrets;
    struct hl_connection connection = { .carrier = CARRIER_DTLS, .initiator = INITIATOR_0, .mid_stream = mid_stream };
    struct hl_sessions sessions;

    if (secrets == NULL) {
        struct hl_print_options options = { .format = HL_FORMAT_JSON, .verbosity = 2 };
        printers[0] = hl_printer_new(&options, discard, NULL);
        options.format = HL_FORMAT_HUMAN;
        printers[1] = hl_printer_new(&options, discard, NULL);
        secrets = hl_secrets_new(NULL);
        if (secrets == NULL
            || hl_secrets_key_log_text(secrets, (struct hl_span){ (const uint8_t *)key_log, sizeof key_log - 1 }, NULL) != HL_OK)
            abort();
    }
    connection.ends[0].address.length = connection.ends[1].address.length = 4;
    sessions_init(&sessions, &(struct hl_session_sink){ printers, print }, 1);
    sessions.secrets = with_secrets ? secrets : NULL;
    struct hl_session *session = session_new(&sessions, &connection);
    if (session != NULL && feed(r, push_session, session))
        session_close(session, &(struct hl_closing){ .how = CLOSE_END_OF_CAPTURE, .direction = -1 });
    sessions_cleanup(&sessions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ data, size }, &fault);
    const unsigned how = rd_u8(&r, "how");

    put_together(r);
    if ((how & 4) == 0) /* which takes most of the time */
        tell(r, (how & 1) == 0, (how & 2) != 0);
    return 0;
}
