#include "probe/attempt.h"

#include "base/hash.h"
#include "base/limits.h"
#include "crypto/prf.h"
#include "probe/answer.h"
#include "probe/attempt_parts.h"
#include "wire/record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Handshakes that one prober keeps. */
#define KEPT_MAX (sizeof((struct prober *)0)->kept / sizeof((struct prober *)0)->kept[0])
/* Bytes that are read of one connection; a flight with the largest certificates that anybody trusts has less. */
#define READ_MAX ((size_t)1 << 20)
#define HELLO_MAX ((size_t)64 << 10)

/* --- what the session tells --------------------------------------------------------------- */

static void on_handshake(void *ctx, struct hl_handshake *hs, struct hl_arena *arena)
{
    struct prober *prober = ctx;
    struct attempt *out = prober->current;

    (void)arena;
    answer_take(out, hs);
    if (prober->keep && hs->server_hello_message != NULL && out->result == ATTEMPT_ANSWERED && prober->kept_count < KEPT_MAX && session_keep(hs)) {
        prober->kept[prober->kept_count++] = hs;
        out->handshake = hs;
    }
}

/* --- feeding it --------------------------------------------------------------------------- */

void running_feed(struct running *running, unsigned direction, struct hl_span bytes)
{
    const struct hl_chunk chunk = { .bytes = bytes, .at = { .time_ns = clock_now() } };

    if (running->session == NULL || bytes.len == 0)
        return;
    running->connection.packets[direction]++;
    running->connection.answered |= direction == SERVER;
    if (!session_data(running->session, direction, &chunk))
        running->session = NULL;
}

/* Records are, up to the end of the handshake: what follows goes as it is (MS-TDS, section 3.2.5.2). */
static bool is_wrapped(const struct running *running)
{
    return running->prober->protocol != NULL && running->prober->protocol->wraps && !running->out->completed;
}

enum socket_result running_send(struct running *running, struct hl_span records)
{
    struct hl_buffer packets;
    enum socket_result result = SOCKET_FAILED;

    if (!is_wrapped(running)) {
        tap_bytes(&running->tap, HL_CLIENT, records);
        return socket_send(running->fd, records, running->deadline);
    }
    buf_init(&packets, 4 * HELLO_MAX);
    starttls_wrap(records, &packets);
    tap_bytes(&running->tap, HL_CLIENT, buf_view(&packets));
    if (!packets.failed)
        result = socket_send(running->fd, buf_view(&packets), running->deadline);
    buf_cleanup(&packets);
    return result;
}

enum socket_result running_send_hello(struct running *running)
{
    struct hl_buffer message, records;
    enum socket_result result = SOCKET_FAILED;

    buf_init(&message, HELLO_MAX);
    buf_init(&records, 2 * HELLO_MAX);
    if (running->request->ssl2) {
        hello_write_ssl2(running->hello.random, &records);
    } else {
        if (running->request->replayed.len > 0)
            buf_span(&message, running->request->replayed);
        else
            hello_write(&running->hello, &message);
        if (running->hello.psk.len > 0 && !resumption_bind(running->request->resumed, &message))
            message.failed = true;
        hello_write_records(buf_view(&message), running->request->record_version, &records);
    }
    errno = ENOMEM;
    if (!message.failed && !records.failed) {
        result = running_send(running, buf_view(&records));
        running_feed(running, CLIENT, buf_view(&records));
    }
    buf_cleanup(&message);
    buf_cleanup(&records);
    return result;
}

/* Bytes of the first record in `bytes`; 0: it is not there yet, or it is none of TLS, and `*foreign`. */
static size_t record_size(const struct running *running, struct hl_span bytes, bool *foreign)
{
    struct hl_record record;

    if (running->request->ssl2 && bytes.len >= 2 && (bytes.ptr[0] & 0x80) != 0)
        return bytes.len;
    if (bytes.len < RECORD_HEADER_LENGTH)
        return 0;
    *foreign = !record_parse((struct hl_span){ bytes.ptr, RECORD_HEADER_LENGTH }, &record) || !content_type_is_known(record.type);
    if (*foreign)
        return 0;
    return bytes.len >= RECORD_HEADER_LENGTH + record.length ? RECORD_HEADER_LENGTH + (size_t)record.length : 0;
}

/* Feed what is complete, record by record: keys must be known before what they open. */
static bool feed_records(struct running *running)
{
    struct hl_span rest = buf_view(&running->received);
    bool more = true;
    size_t n;

    while (more && (n = record_size(running, rest, &running->foreign)) > 0) {
        running->record_type = rest.ptr[0];
        running_feed(running, SERVER, (struct hl_span){ rest.ptr, n });
        rest = (struct hl_span){ rest.ptr + n, rest.len - n };
        more = attempt_goes_on(running);
    }
    if (rest.len > 0)
        memmove(running->received.data, rest.ptr, rest.len);
    running->received.len = rest.len;
    return more && !running->foreign;
}

/* True when there is nothing more to wait for. */
static bool take(struct running *running, struct hl_span bytes)
{
    bool unwrapped = true;

    if (is_wrapped(running)) {
        buf_span(&running->packets, bytes);
        unwrapped = starttls_unwrap(&running->packets, &running->received);
    } else {
        buf_span(&running->received, bytes);
    }
    bool more = feed_records(running);
    if (more && !is_wrapped(running) && running->packets.len > 0) { /* behind the last packet */
        buf_span(&running->received, buf_view(&running->packets));
        running->packets.len = 0;
        more = feed_records(running);
    }
    running->foreign |= !unwrapped && is_wrapped(running);
    return !more || running->foreign;
}

static enum socket_result receive(struct running *running)
{
    uint8_t bytes[16384];
    size_t n;

    for (;;) {
        const enum socket_result result = socket_receive(running->fd, bytes, sizeof bytes, running->deadline, &n);
        if (result == SOCKET_TIMEOUT && attempt_is_patient(running))
            continue;
        if (result != SOCKET_OK)
            return result;
        tap_bytes(&running->tap, HL_SERVER, (struct hl_span){ bytes, n });
        running->read += n;
        if (running->read > READ_MAX) {
            snprintf(running->out->why, sizeof running->out->why, "more than %zu bytes came, and it was not over", READ_MAX);
            return SOCKET_OK;
        }
        if (take(running, (struct hl_span){ bytes, n }))
            return SOCKET_OK;
    }
}

/* --- the end of it ------------------------------------------------------------------------ */

static void close_session(struct running *running, enum socket_result result)
{
    struct hl_closing closing = { .how = CLOSE_FIN, .direction = CLIENT, .at = { .time_ns = clock_now() } };

    if (running->session == NULL)
        return;
    if (result == SOCKET_RESET)
        closing.how = CLOSE_RESET;
    if (result == SOCKET_RESET || result == SOCKET_CLOSED)
        closing.direction = SERVER;
    session_close(running->session, &closing);
    running->session = NULL;
}

/* How the connection ends, for who sees it; unless the server ended it, we do. */
static void note_ending(struct running *running, enum socket_result result)
{
    if (result == SOCKET_CLOSED)
        running->tap.ending = HL_ENDED_BY_SERVER;
    else if (result == SOCKET_RESET)
        running->tap.ending = HL_RESET_BY_SERVER;
    else
        running->tap.ending = socket_has_more(running->fd) ? HL_RESET_BY_CLIENT : HL_ENDED_BY_CLIENT;
}

/* TLS 1.3: no ticket came, and this is why; or none will come, which is more. */
static void note_no_ticket(struct running *running, enum socket_result result)
{
    struct attempt *out = running->out;
    const bool closed = result == SOCKET_CLOSED || result == SOCKET_RESET;

    if (out->why[0] != '\0')
        return;
    out->ended = running->state == CLOSING && result == SOCKET_CLOSED;
    if (result == SOCKET_TIMEOUT)
        snprintf(out->why, sizeof out->why, "no ticket came within a second, and the server did not close");
    else if (closed)
        snprintf(out->why, sizeof out->why, "%s before a ticket came", socket_result_words(result));
    else
        snprintf(out->why, sizeof out->why, "more than %u records came, and no ticket", HL_RECORDS_AFTER_MAX);
}

static void conclude_attempt(struct running *running, enum socket_result result)
{
    struct attempt *out = running->out;
    const int error = errno; /* of SOCKET_FAILED */

    close_session(running, result);
    errno = error;
    if (out->renegotiation == RENEGOTIATION_SILENCE && (result == SOCKET_CLOSED || result == SOCKET_RESET))
        out->renegotiation = RENEGOTIATION_CLOSED;
    if (out->completed && out->version == TLS13 && running->request->given != NULL && running->request->given->version == 0)
        note_no_ticket(running, result);
    if (out->reaction == REACTION_CLOSED && result != SOCKET_CLOSED && result != SOCKET_RESET)
        out->reaction = REACTION_SILENCE;
    out->final = result == SOCKET_TIMEOUT || result == SOCKET_OK;
    if (out->result == ATTEMPT_ANSWERED && !running->request->ssl2)
        answer_check(out, &running->hello);
    else if (out->result == ATTEMPT_INCONCLUSIVE && running->foreign) {
        out->result = ATTEMPT_NOT_TLS;
        snprintf(out->why, sizeof out->why, "the answer is not TLS");
    } else if (out->result == ATTEMPT_INCONCLUSIVE && out->why[0] == '\0') {
        snprintf(out->why, sizeof out->why, "%s", result == SOCKET_OK ? "the answer ended too early" : socket_result_words(result));
    }
    if (out->result == ATTEMPT_NOT_OFFERED && running->request->given != NULL)
        resumption_wipe(running->request->given);
    note_ending(running, result);
}

/* What comes before TLS. False: it does not come to that, and the result is told. */
static bool begin_tls(struct running *running)
{
    const struct prober *prober = running->prober;
    const bool asked = prober->protocol != NULL && prober->protocol->talk != NULL;
    const char *what = prober->behind[0] != '\0' ? "proxy" : asked ? prober->protocol->name : "";
    struct starttls_talk talk = { .fd = running->fd, .deadline = running->deadline, .host = prober->host, .proxy = prober->behind[0] != '\0',
                                  .tap = &running->tap };
    struct attempt *out = running->out;
    enum starttls_result result = STARTTLS_AGREED;

    buf_init(&talk.received, READ_MAX);
    if (prober->behind[0] != '\0')
        result = starttls_connect(&talk, prober->behind);
    if (result == STARTTLS_AGREED && asked) {
        what = prober->protocol->name;
        talk.proxy = false;
        result = prober->protocol->talk(&talk);
    }
    if (result == STARTTLS_AGREED) {
        running->connection.before_tls = what[0] != '\0' ? what : NULL;
        running->received = talk.received;
        return true;
    }
    out->result = ATTEMPT_UNREACHABLE;
    out->final = result == STARTTLS_REFUSED || talk.socket == SOCKET_TIMEOUT;
    if (result == STARTTLS_REFUSED)
        snprintf(out->why, sizeof out->why, "%s", talk.why);
    else
        snprintf(out->why, sizeof out->why, "before TLS, in %s: %s", what, socket_result_words(talk.socket));
    note_ending(running, result == STARTTLS_REFUSED ? SOCKET_OK : talk.socket);
    buf_cleanup(&talk.received);
    return false;
}

static void run(struct running *running)
{
    struct prober *prober = running->prober;

    prober->current = running->out;
    prober->keep = running->request->keep;
    running->session = session_new(&prober->sessions, &running->connection);
    enum socket_result result = running_send_hello(running);
    if (result == SOCKET_OK)
        result = receive(running);
    conclude_attempt(running, result);
    prober->current = NULL;
}

/* Nobody was there. Where no packet was sent there is nothing to tell, either. */
static void note_failed_connect(struct running *running, enum socket_result result)
{
    struct hl_endpoint *client = &running->connection.ends[CLIENT];

    running->tap.ending = result == SOCKET_REFUSED ? HL_CONNECTION_REFUSED : HL_CONNECTION_UNANSWERED;
    running->tap.on &= result != SOCKET_FAILED || client->address.length > 0;
    if (client->address.length == 0) /* not known any more: refused at once */
        client->address.length = running->connection.ends[SERVER].address.length;
}

/* --- life --------------------------------------------------------------------------------- */

void prober_init(struct prober *prober, const struct hl_trust *trust, int64_t timeout_ns)
{
    const uint64_t seed = hash_seed();

    *prober = (struct prober){ .timeout_ns = timeout_ns };
    secrets_init(&prober->secrets, seed);
    sessions_init(&prober->sessions, &(struct hl_session_sink){ prober, on_handshake }, seed);
    prober->sessions.trust = trust;
    prober->sessions.secrets = &prober->secrets;
    prober->sessions.signature_policy = HL_SIGNATURES_ALL_CHECKED;
}

void prober_cleanup(struct prober *prober)
{
    for (unsigned i = 0; i < prober->kept_count; i++)
        session_let_go(prober->kept[i]);
    sessions_cleanup(&prober->sessions);
    secrets_cleanup(&prober->secrets);
}

static bool end_tap(struct running *running)
{
    const struct prober *prober = running->prober;
    const struct hl_endpoint *ends = running->connection.ends;
    const bool told = tap_tell(&running->tap, &ends[CLIENT], &ends[SERVER], prober->on_connection, prober->connection_user);

    tap_cleanup(&running->tap);
    return told;
}

bool attempt_run(struct prober *prober, const struct socket_address *address, const struct attempt_request *request,
                 struct attempt *out)
{
    struct running running = { .prober = prober, .request = request, .hello = request->hello, .out = out };
    struct hl_connection *connection = &running.connection;

    *out = (struct attempt){ .result = ATTEMPT_INCONCLUSIVE };
    if (!hello_randomize(&running.hello))
        return false;
    if (request->resumed != NULL)
        resumption_put(request->resumed, request->resumed_by, &running.hello);
    running.latest = running.deadline = clock_monotonic() + prober->timeout_ns;
    prober->connections++;
    connection->ends[SERVER] = socket_endpoint(address);
    connection->initiator = INITIATOR_0;
    connection->first.time_ns = clock_now();
    tap_init(&running.tap, prober->on_connection != NULL);
    const int64_t begin = clock_monotonic();
    const enum socket_result result = socket_connect(address, running.deadline, &running.fd, &connection->ends[CLIENT]);
    if (result != SOCKET_OK) {
        out->result = ATTEMPT_UNREACHABLE;
        out->final = result == SOCKET_TIMEOUT;
        snprintf(out->why, sizeof out->why, "%s", socket_result_words(result));
        note_failed_connect(&running, result);
        return end_tap(&running);
    }
    running.round_trip_ns = clock_monotonic() - begin;
    running.tap.open_ns = clock_now();
    buf_init(&running.received, READ_MAX);
    buf_init(&running.packets, READ_MAX);
    if (begin_tls(&running))
        run(&running);
    close(running.fd);
    buf_cleanup(&running.received);
    buf_cleanup(&running.packets);
    key_share_free(running.second);
    flight_keys_wipe(&running.flight);
    protection_cleanup(&running.keys);
    wipe(running.master, sizeof running.master);
    wipe(&running.resumption_master, sizeof running.resumption_master);
    return end_tap(&running);
}
