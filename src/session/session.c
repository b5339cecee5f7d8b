/* The life of sessions: begun, fed, delivered, used again. */
#include "session/session_state.h"

#include "base/limits.h"
#include "crypto/prf.h"
#include "session/dtls_facts.h"
#include "session/judge.h"
#include "session/proofs.h"

#include <stdlib.h>
#include <string.h>

#define SPARE_MAX 64u
#define ARENA_KEEP ((size_t)64 << 10)

void sessions_init(struct hl_sessions *sessions, const struct hl_session_sink *sink, uint64_t seed)
{
    memset(sessions, 0, sizeof *sessions);
    sessions->sink = *sink;
    sessions->numbers = &sessions->own_numbers;
    cert_cache_init(&sessions->certificates, seed);
    verdicts_init(&sessions->verdicts);
    resumables_init(&sessions->resumables, seed);
    fingerprint_cache_init(&sessions->fingerprints);
}

static void session_free(struct hl_session *s)
{
    arena_cleanup(&s->arena);
    opening_free(s->opening);
    quic_free(s->quic);
    dtls_free(s->dtls);
    records_cleanup(&s->records[0]);
    records_cleanup(&s->records[1]);
    free(s);
}

void sessions_cleanup(struct hl_sessions *sessions)
{
    struct hl_session *lists[] = { sessions->open, sessions->spare };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (struct hl_session *s = lists[i], *next; s != NULL; s = next) {
            next = s->next;
            session_free(s);
        }
    }
    verdicts_cleanup(&sessions->verdicts);
    resumables_cleanup(&sessions->resumables);
    wipe(sessions->plain, sizeof sessions->plain);
    cert_cache_cleanup(&sessions->certificates);
    fingerprint_cache_cleanup(&sessions->fingerprints);
}

void session_recycle(struct hl_session *s)
{
    struct hl_sessions *shared = s->shared;

    opening_free(s->opening);
    s->opening = NULL;
    quic_free(s->quic);
    s->quic = NULL;
    dtls_free(s->dtls);
    s->dtls = NULL;
    *s->link = s->next;
    if (s->next != NULL)
        s->next->link = s->link;
    if (shared->spare_count == SPARE_MAX || s->arena.reserved > ARENA_KEEP) {
        session_free(s);
        return;
    }
    arena_reset(&s->arena);
    s->next = shared->spare;
    shared->spare = s;
    shared->spare_count++;
}

static struct hl_session *session_take(struct hl_sessions *sessions)
{
    struct hl_session *s = sessions->spare;

    if (s != NULL) {
        sessions->spare = s->next;
        sessions->spare_count--;
        records_reset(&s->records[0]);
        records_reset(&s->records[1]);
        memset(&s->hs, 0, sizeof s->hs);
        s->progress = (struct hl_progress){ .server_hello = false };
        s->unsettled[0] = s->unsettled[1] = NULL;
        s->cipher_pending[0] = s->cipher_pending[1] = false;
        s->records_after = 0;
        s->again[0] = s->again[1] = 0;
        s->held = (struct held_records){ .first = NULL };
        return s;
    }
    s = calloc(1, sizeof *s);
    if (s != NULL) {
        arena_init(&s->arena, HL_HANDSHAKE_ARENA_MAX);
        records_init(&s->records[0]);
        records_init(&s->records[1]);
    }
    return s;
}

/* What reads the bytes of this kind of connection; false when memory has run out. */
static bool begin_carrier(struct hl_session *s, const struct hl_connection *connection)
{
    if (connection->carrier == CARRIER_QUIC) {
        s->quic = quic_new(s->shared->plain);
        s->hs.quic = arena_alloc(&s->arena, sizeof *s->hs.quic);
        return s->quic != NULL && s->hs.quic != NULL;
    }
    if (connection->carrier != CARRIER_DTLS)
        return true;
    s->dtls = dtls_new(&s->records[0].protection, &s->records[1].protection);
    if (s->dtls != NULL)
        s->dtls->mid_stream = connection->mid_stream;
    return s->dtls != NULL;
}

struct hl_session *session_new(struct hl_sessions *sessions, const struct hl_connection *connection)
{
    struct hl_session *s = session_take(sessions);

    if (s == NULL)
        return NULL;
    s->next = sessions->open;
    s->link = &sessions->open;
    if (s->next != NULL)
        s->next->link = &s->next;
    sessions->open = s;
    s->shared = sessions;
    s->connection = connection;
    s->records[0].keep = s->records[1].keep = sessions->secrets != NULL;
    s->generation = secrets_generation(sessions->secrets);
    if (!begin_carrier(s, connection)) {
        session_recycle(s);
        return NULL;
    }
    s->hs.cipher_suite = UINT32_MAX;
    if (connection->initiator != INITIATOR_UNKNOWN)
        s->hs.client = (unsigned)connection->initiator;
    else
        s->hs.client = connection->ends[0].port < connection->ends[1].port;
    return s;
}

/* Is there anything of a handshake? Else it is a connection whose handshake the capture does not have. */
static bool is_handshake(const struct hl_handshake *hs)
{
    const struct hl_quic_facts *quic = hs->quic;

    if (hs->alerts != NULL || hs->no_tls != NO_TLS_NONE
        || (quic != NULL && quic->version != 0 && (quic->versions.len > 0 || quic->closed)))
        return true;
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->content_type == CONTENT_HANDSHAKE)
            return true;
    }
    return false;
}

/* What the carrier knows of itself, with what only the session could see of it. */
static void fill_connection(struct hl_session *s)
{
    struct hl_connection *connection = &s->hs.connection;

    *connection = *s->connection;
    for (unsigned i = 0; i < 2; i++) {
        connection->retransmitted += s->again[i];
        connection->resent[i] += s->again[i];
    }
    if (s->dtls != NULL)
        dtls_fill_connection(connection, s->dtls);
}

/* Nothing could be read, as of a version of QUIC that is not known: the connection's times. */
static void fill_times(struct hl_session *s, const struct hl_closing *closing)
{
    struct hl_handshake *hs = &s->hs;

    if (hs->start.time_ns != 0 || hs->start.frame != 0)
        return;
    hs->start = s->connection->first;
    hs->end = closing->how == CLOSE_END_OF_CAPTURE ? s->connection->first : closing->at;
}

static void deliver(struct hl_session *s, const struct hl_closing *closing)
{
    struct hl_sessions *shared = s->shared;
    struct hl_handshake *hs = &s->hs;

    if (is_handshake(hs)) {
        hs->id = atomic_fetch_add_explicit(shared->numbers, 1, memory_order_relaxed) + 1;
        fill_connection(s);
        fill_times(s, closing);
        hs->closing = *closing;
        hs->files = shared->files;
        hs->file = shared->files != NULL ? shared->files[s->connection->first.file] : NULL;
        hs->secrets = shared->secrets;
        hs->opening = s->opening;
        if (s->connection->kept != NULL)
            session_conclude_content(s);
        hs->records_skipped = s->dtls != NULL ? s->dtls->skipped : s->records[0].skipped + s->records[1].skipped;
        conclude(hs, &s->progress, &shared->certificates, &shared->fingerprints, &s->arena);
        judge(hs, shared, &s->arena);
        prove(hs, shared, s->opening, &s->arena);
        s->delivering = true;
        shared->sink.handshake(shared->sink.ctx, hs, &s->arena);
        s->delivering = false;
    } else {
        shared->without_handshake++;
    }
    if (!s->kept)
        session_recycle(s);
}

void session_missed(struct hl_sessions *sessions, const struct hl_connection *connection,
                    const struct hl_closing *closing, enum hl_no_tls why)
{
    struct hl_session *s = session_new(sessions, connection);

    if (s == NULL)
        return;
    s->hs.no_tls = why;
    s->hs.client_known = true;
    deliver(s, closing);
}

const struct hl_handshake *session_handshake(const struct hl_session *s)
{
    return &s->hs;
}

const struct hl_connection *session_connection(const struct hl_session *s)
{
    return s->connection;
}

static void push_datagram(struct hl_session *s, unsigned direction, const struct hl_chunk *chunk)
{
    const struct quic_sink sink = session_quic_sink(s);

    quic_push(s->quic, direction, chunk, &sink);
}

static void push_bytes(struct hl_session *s, unsigned direction, const struct hl_chunk *chunk)
{
    const struct hl_records_sink sink = session_records_sink(s);

    if (s->dtls != NULL) {
        dtls_push(s->dtls, direction, chunk, &sink);
        return;
    }
    if (chunk->gap > 0)
        session_on_gap(s, direction, chunk);
    records_push(&s->records[direction], direction, chunk, &sink);
}

bool session_data(struct hl_session *s, unsigned direction, const struct hl_chunk *chunk)
{
    s->last = chunk->at;
    session_take_secrets(s);
    if (s->quic != NULL)
        push_datagram(s, direction, chunk);
    else
        push_bytes(s, direction, chunk);
    if (!session_is_settled(s))
        return true;
    deliver(s, &(struct hl_closing){ .how = CLOSE_END_OF_CAPTURE, .direction = -1, .at = chunk->at });
    return false;
}

void session_close(struct hl_session *s, const struct hl_closing *closing)
{
    const struct hl_records_sink sink = session_records_sink(s);

    session_take_secrets(s);
    if (s->quic != NULL) {
        const struct quic_sink quic_sink = session_quic_sink(s);
        quic_finish(s->quic, s->last, &quic_sink);
    }
    for (unsigned direction = 0; direction < 2; direction++) {
        if (s->dtls != NULL)
            dtls_finish(s->dtls, direction, &sink);
        else
            records_finish(&s->records[direction], direction, s->last, &sink);
    }
    deliver(s, closing);
}
