#include "probe/tap.h"

#include "crypto/prf.h"
#include "probe/socket.h"

#include <stdlib.h>

/* What is read of a connection before TLS, and in TLS, has its bounds, which are less. */
#define BYTES_MAX ((size_t)4 << 20)
#define TURNS_MAX ((size_t)1 << 16)
#define KEY_LOG_MAX ((size_t)4 << 10)

void tap_init(struct tap *tap, bool on)
{
    *tap = (struct tap){ .on = on, .ending = HL_ENDED_BY_CLIENT };
    buf_init(&tap->bytes, BYTES_MAX);
    buf_init(&tap->key_log, KEY_LOG_MAX);
    if (!on)
        return;
    tap->start_ns = clock_now();
    tap->failed = !buf_reserve(&tap->key_log, KEY_LOG_MAX); /* one that grows would leave copies of secrets behind */
}

void tap_cleanup(struct tap *tap)
{
    if (tap->key_log.data != NULL)
        wipe(tap->key_log.data, tap->key_log.size);
    buf_cleanup(&tap->key_log);
    buf_cleanup(&tap->bytes);
    free(tap->turns);
}

static struct hl_check_turn *add_turn(struct tap *tap)
{
    if (tap->count == tap->room) {
        const size_t room = tap->room > 0 ? 2 * tap->room : 8;
        struct hl_check_turn *turns = realloc(tap->turns, room * sizeof *turns);
        if (turns == NULL)
            return NULL;
        tap->turns = turns;
        tap->room = room;
    }
    return &tap->turns[tap->count++];
}

void tap_bytes(struct tap *tap, enum hl_side from, struct hl_span bytes)
{
    if (tap == NULL || !tap->on || tap->failed || bytes.len == 0)
        return;
    struct hl_check_turn *turn = tap->count > 0 ? &tap->turns[tap->count - 1] : NULL;
    if (tap->count >= TURNS_MAX && turn->from == from) { /* byte by byte: as if it had come at once */
        turn->bytes.len += bytes.len;
        buf_span(&tap->bytes, bytes);
        tap->failed = tap->bytes.failed;
        return;
    }
    turn = add_turn(tap);
    if (turn != NULL)
        *turn = (struct hl_check_turn){ .from = from, .bytes = { NULL, bytes.len }, .time_ns = clock_now() };
    buf_span(&tap->bytes, bytes);
    tap->failed = turn == NULL || tap->bytes.failed;
}

static struct hl_end end_of(const struct hl_endpoint *end)
{
    return (struct hl_end){ .address = { end->address.bytes, end->address.length }, .port = end->port };
}

bool tap_tell(struct tap *tap, const struct hl_endpoint *client, const struct hl_endpoint *server, hl_check_connection_fn *tell, void *user)
{
    const uint8_t *at = tap->bytes.data;

    if (!tap->on)
        return true;
    if (tap->failed || tap->key_log.failed)
        return false;
    for (size_t i = 0; i < tap->count; i++) {
        tap->turns[i].bytes.ptr = at;
        at += tap->turns[i].bytes.len;
    }
    const struct hl_check_connection connection = {
        .client = end_of(client),
        .server = end_of(server),
        .start_ns = tap->start_ns,
        .open_ns = tap->open_ns,
        .end_ns = clock_now(),
        .ending = tap->ending,
        .turns = tap->turns,
        .turn_count = tap->count,
        .key_log = buf_view(&tap->key_log),
    };
    tell(user, &connection);
    return true;
}
