#include <handlens/packets.h>
#include <handlens/secrets.h>
#include <handlens/trust.h>

#include "analyze/diagnosis.h"
#include "base/error.h"
#include "base/hash.h"
#include "capture/capture.h"
#include "crypto/secrets.h"
#include "inspect/losses.h"
#include "inspect/tls_ports.h"
#include "net/decode.h"
#include "net/preamble.h"
#include "net/tcp.h"
#include "net/udp.h"
#include "session/session.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Nanoseconds between two looks at key logs that are still written. */
#define SECRETS_INTERVAL 50000000
/* Packets between two looks at the stop flag and calls of the progress function. */
#define PROGRESS_INTERVAL 4096u

/* A connection whose bytes the caller has. */
struct hl_tls_stream {
    struct hl_tls_stream *next, **link; /* in the inspector's list; link NULL once that is gone */
    struct hl_connection connection;
    struct hl_preamble preamble;
    bool begun;                 /* TLS was found */
    struct hl_session *session; /* NULL once the handshake was delivered */
};

struct hl_inspector {
    hl_handshake_fn *on_handshake;
    void *user;
    hl_progress_fn *on_progress;
    void *progress_user;
    struct tls_ports ports;
    struct hl_decoder decoder;
    struct hl_tcp tcp;
    struct hl_udp udp;
    struct hl_sessions sessions;
    struct endpoints endpoints; /* what was learned about them */
    struct losses losses;       /* of the capture */
    int64_t now_ns;             /* of the last packet, or when none came */
    struct hl_secrets *secrets; /* the caller's; may be NULL */
    int64_t next_look; /* at its key logs, on the monotonic clock, ns */
    struct hl_counters counters;
    char **files; /* names, for as long as a handshake may mention them */
    uint32_t file_count;
    struct hl_tls_stream *streams; /* that are open */
    uint64_t fed; /* packets handed over one by one */
    bool recognised;
    atomic_int stop; /* set in signal handlers, and by other threads */
};

/* --- joining the stages ---------------------------------------------------- */

static void *on_opened(void *ctx, const struct hl_connection *connection)
{
    struct hl_inspector *inspector = ctx;

    return session_new(&inspector->sessions, connection);
}

static bool on_data(void *session, unsigned direction, const struct hl_chunk *chunk)
{
    if (!session_data(session, direction, chunk))
        return false;
    struct hl_kept *kept = session_connection(session)->kept;
    if (kept != NULL)
        kept->over |= session_is_over(session);
    return true;
}

static void on_closed(void *session, const struct hl_closing *closing)
{
    session_close(session, closing);
}

/* Where nothing said so, the port has to tell that TLS was meant. */
static void on_missed(void *ctx, const struct hl_connection *connection, const struct hl_closing *closing,
                      enum hl_no_tls why)
{
    struct hl_inspector *inspector = ctx;
    const uint16_t port = connection->ends[1 - connection->initiator].port;
    const bool asked = why == NO_TLS_STARTTLS_REFUSED || why == NO_TLS_PROXY_REFUSED;

    if (!asked && !tls_ports_has(&inspector->ports, port))
        return;
    inspector->counters.missed++;
    session_missed(&inspector->sessions, connection, closing, why);
}

/* One that nobody ended may have waited, for what was lost, until now. */
static void note_losses(const struct hl_inspector *inspector, struct hl_handshake *handshake)
{
    const bool ended = handshake->closing.how == CLOSE_FIN || handshake->closing.how == CLOSE_RESET || handshake->outcome == HL_COMPLETED;
    const int64_t last = handshake->end.time_ns > handshake->closing.at.time_ns ? handshake->end.time_ns : handshake->closing.at.time_ns;

    handshake->connection.dropped = losses_overlap(&inspector->losses, handshake->connection.first.time_ns, ended ? last : inspector->now_ns);
}

static void on_handshake(void *ctx, struct hl_handshake *handshake, struct hl_arena *arena)
{
    struct hl_inspector *inspector = ctx;

    if (handshake->server_hello_message != NULL && handshake->connection.before_tls == NULL
        && handshake->connection.carrier == CARRIER_TCP)
        tls_ports_add(&inspector->ports, handshake->connection.ends[1 - handshake->client].port);
    note_losses(inspector, handshake);
    handshake->findings = analyze(handshake, arena);
    handshake->diagnoses = diagnose(handshake, &inspector->endpoints, arena);
    endpoints_note(&inspector->endpoints, handshake);
    inspector->counters.handshakes++;
    inspector->counters.capped += arena->full;
    inspector->counters.outcomes[handshake->outcome]++;
    inspector->on_handshake(inspector->user, handshake);
}

struct hl_inspector *hl_inspector_new(hl_handshake_fn *on_handshake_fn, void *user, struct hl_error *error)
{
    struct hl_inspector *inspector = calloc(1, sizeof *inspector);
    const uint64_t seed = hash_seed();

    if (inspector == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    inspector->on_handshake = on_handshake_fn;
    inspector->user = user;
    tls_ports_init(&inspector->ports);
    decoder_init(&inspector->decoder);
    const struct hl_stream_sink sink = { inspector, on_opened, on_data, on_closed, on_missed };
    tcp_init(&inspector->tcp, &sink, seed);
    udp_init(&inspector->udp, &sink, seed);
    endpoints_init(&inspector->endpoints, seed);
    sessions_init(&inspector->sessions, &(struct hl_session_sink){ inspector, on_handshake }, seed);
    return inspector;
}

void hl_inspector_free(struct hl_inspector *inspector)
{
    if (inspector == NULL)
        return;
    inspector->on_handshake = NULL;
    while (inspector->streams != NULL) { /* the caller's, who may still close them */
        struct hl_tls_stream *stream = inspector->streams;
        inspector->streams = stream->next;
        stream->session = NULL;
        stream->link = NULL;
    }
    tcp_cleanup(&inspector->tcp);
    udp_cleanup(&inspector->udp);
    sessions_cleanup(&inspector->sessions);
    endpoints_cleanup(&inspector->endpoints);
    decoder_cleanup(&inspector->decoder);
    for (uint32_t i = 0; i < inspector->file_count; i++)
        free(inspector->files[i]);
    free(inspector->files);
    free(inspector);
}

void hl_inspector_on_progress(struct hl_inspector *inspector, hl_progress_fn *on_progress, void *user)
{
    inspector->on_progress = on_progress;
    inspector->progress_user = user;
}

void hl_inspector_trust(struct hl_inspector *inspector, const struct hl_trust *trust)
{
    inspector->sessions.trust = trust;
}

void hl_inspector_expect_port(struct hl_inspector *inspector, uint16_t port)
{
    tls_ports_add(&inspector->ports, port);
}

void hl_inspector_secrets(struct hl_inspector *inspector, struct hl_secrets *secrets)
{
    inspector->secrets = secrets;
    inspector->sessions.secrets = secrets_any(secrets) ? secrets : NULL; /* what cannot open anything costs nothing */
}

void hl_inspector_keep_packets(struct hl_inspector *inspector, bool keep)
{
    inspector->decoder.keep = keep;
}

void hl_inspector_check_signatures(struct hl_inspector *inspector, enum hl_signature_policy policy)
{
    inspector->sessions.signature_policy = policy;
}

void hl_inspector_stop(struct hl_inspector *inspector)
{
    inspector->stop = 1;
}

bool hl_inspector_stopped(const struct hl_inspector *inspector)
{
    return inspector->stop != 0;
}

/* --- packets --------------------------------------------------------------- */

static void look_for_secrets(struct hl_inspector *inspector)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    if (ns < inspector->next_look)
        return;
    (void)hl_secrets_refresh(inspector->secrets);
    inspector->next_look = ns + SECRETS_INTERVAL;
}

static void push_packet(struct hl_inspector *inspector, const struct hl_packet *packet, uint32_t file)
{
    struct hl_moment at = { .time_ns = packet->time_ns, .frame = packet->frame, .file = file };
    struct hl_segment segment;

    if (secrets_may_come(inspector->secrets))
        look_for_secrets(inspector);
    inspector->now_ns = packet->time_ns;
    inspector->counters.packets++;
    inspector->counters.bytes += packet->data.len;
    inspector->counters.cut += packet->length > packet->data.len;
    if (!decoder_push(&inspector->decoder, packet->data, packet->length, packet->link_type, at, &segment))
        return;
    if (segment.datagram)
        udp_push(&inspector->udp, &segment);
    else
        tcp_push(&inspector->tcp, &segment);
    if (segment.frames != NULL) /* nobody wanted them */
        kept_packets_free(segment.frames);
}

void hl_inspector_packet(struct hl_inspector *inspector, uint32_t link_type, int64_t time_ns, struct hl_span data,
                         uint32_t length)
{
    const struct hl_packet packet = {
        .time_ns = time_ns,
        .frame = ++inspector->fed,
        .data = data,
        .length = length > data.len ? length : (uint32_t)data.len,
        .link_type = link_type,
    };

    push_packet(inspector, &packet, inspector->file_count > 0 ? inspector->file_count - 1 : 0);
}

static enum hl_status remember_file(struct hl_inspector *inspector, const char *path, struct hl_error *error)
{
    char **files = realloc(inspector->files, (inspector->file_count + 1) * sizeof *files);

    if (files == NULL)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    inspector->files = files;
    files[inspector->file_count] = strdup(path);
    if (files[inspector->file_count] == NULL)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    inspector->file_count++;
    inspector->sessions.files = files;
    return HL_OK;
}

/* A key log in a capture file; what is wrong with it is not the capture's fault. */
static void take_secrets(struct hl_inspector *inspector, struct hl_span text)
{
    if (inspector->secrets != NULL)
        (void)hl_secrets_key_log_text(inspector->secrets, text, NULL);
    inspector->sessions.secrets = secrets_any(inspector->secrets) ? inspector->secrets : NULL;
}

enum hl_status hl_inspector_read_file(struct hl_inspector *inspector, const char *path, struct hl_error *error)
{
    struct hl_error own;
    struct hl_packet packet;
    enum hl_capture_result result;

    if (error == NULL)
        error = &own;
    error->status = HL_OK;
    inspector->recognised = false;
    struct hl_capture *capture = capture_new(path, error);
    if (capture == NULL)
        return error->status;
    if (remember_file(inspector, path, error) != HL_OK) {
        capture_free(capture);
        return error->status;
    }
    inspector->recognised = true;
    inspector->counters.files++;

    uint32_t file = inspector->file_count - 1;
    uint32_t until_look = PROGRESS_INTERVAL;
    while ((result = capture_next(capture, &packet, error)) == CAPTURE_PACKET || result == CAPTURE_SECRETS) {
        if (result == CAPTURE_SECRETS)
            take_secrets(inspector, packet.data);
        else
            push_packet(inspector, &packet, file);
        if (--until_look > 0)
            continue;
        until_look = PROGRESS_INTERVAL;
        if (inspector->stop)
            break;
        if (inspector->on_progress != NULL)
            inspector->on_progress(inspector->progress_user, path, capture_progress(capture));
    }
    capture_free(capture);
    if (inspector->stop)
        return error_set(error, HL_ERR_STOPPED, NULL, "%s: stopped", path);
    return result == CAPTURE_FAILED ? error->status : HL_OK;
}

bool hl_inspector_file_recognised(const struct hl_inspector *inspector)
{
    return inspector->recognised;
}

void hl_inspector_lost(struct hl_inspector *inspector, int64_t from_ns, int64_t to_ns)
{
    losses_add(&inspector->losses, from_ns, to_ns);
}

bool hl_handshake_keep(const struct hl_handshake *handshake)
{
    return session_keep(handshake);
}

void hl_handshake_let_go(const struct hl_handshake *handshake)
{
    session_let_go(handshake);
}

int64_t hl_inspector_now(const struct hl_inspector *inspector)
{
    return inspector->now_ns;
}

void hl_inspector_share_numbers(struct hl_inspector *inspector, struct hl_inspector *other)
{
    inspector->sessions.numbers = other->sessions.numbers;
}

void hl_inspector_idle(struct hl_inspector *inspector, int64_t time_ns)
{
    if (secrets_may_come(inspector->secrets))
        look_for_secrets(inspector);
    inspector->now_ns = time_ns;
    tcp_idle(&inspector->tcp, time_ns);
    udp_idle(&inspector->udp, time_ns);
}

void hl_inspector_finish(struct hl_inspector *inspector)
{
    if (secrets_may_come(inspector->secrets))
        (void)hl_secrets_refresh(inspector->secrets);
    tcp_finish(&inspector->tcp);
    udp_finish(&inspector->udp);
}

void hl_inspector_counters(const struct hl_inspector *inspector, struct hl_counters *out)
{
    *out = inspector->counters;
    out->tcp_segments = inspector->decoder.tcp;
    out->connections += inspector->tcp.counters.connections + inspector->udp.counters.connections;
    out->open = inspector->tcp.streams + inspector->udp.flows.count;
    out->tls += inspector->tcp.counters.tls + inspector->udp.counters.tls;
    out->evicted = inspector->tcp.counters.evicted + inspector->udp.counters.evicted;
    out->without_handshake = inspector->sessions.without_handshake;
    out->unknown_link = inspector->decoder.unknown_link;
    out->unknown_link_type = inspector->decoder.unknown_link_type;
    out->too_deep = inspector->decoder.too_deep;
    out->certificates = inspector->sessions.certificates.misses;
    out->chains_judged = inspector->sessions.verdicts.judged;
    out->signature_checks = inspector->sessions.verdicts.signatures.checked;
    out->handshake_checks = inspector->sessions.signatures_checked;
}

void hl_counters_add(struct hl_counters *counters, const struct hl_counters *more)
{
    counters->files += more->files;
    counters->packets += more->packets;
    counters->bytes += more->bytes;
    counters->tcp_segments += more->tcp_segments;
    counters->connections += more->connections;
    counters->open += more->open;
    counters->tls += more->tls;
    counters->without_handshake += more->without_handshake;
    counters->missed += more->missed;
    counters->handshakes += more->handshakes;
    for (int i = HL_COMPLETED; i <= HL_NOT_TLS; i++)
        counters->outcomes[i] += more->outcomes[i];
    counters->evicted += more->evicted;
    counters->capped += more->capped;
    counters->cut += more->cut;
    counters->unknown_link += more->unknown_link;
    if (more->unknown_link > 0)
        counters->unknown_link_type = more->unknown_link_type;
    counters->too_deep += more->too_deep;
    counters->certificates += more->certificates;
    counters->chains_judged += more->chains_judged;
    counters->signature_checks += more->signature_checks;
    counters->handshake_checks += more->handshake_checks;
}

/* --- connections of the caller's ------------------------------------------- */

static void set_end(struct hl_endpoint *out, struct hl_end end)
{
    size_t length = end.address.len == 16 ? 16 : end.address.len == 4 ? 4 : 0;

    memset(out, 0, sizeof *out);
    if (length > 0)
        memcpy(out->address.bytes, end.address.ptr, length);
    out->address.length = (uint8_t)(length > 0 ? length : 4);
    out->port = end.port;
}

struct hl_tls_stream *hl_stream_open(struct hl_inspector *inspector, struct hl_end client, struct hl_end server)
{
    struct hl_tls_stream *stream = calloc(1, sizeof *stream);

    if (stream == NULL)
        return NULL;
    set_end(&stream->connection.ends[HL_CLIENT], client);
    set_end(&stream->connection.ends[HL_SERVER], server);
    stream->connection.initiator = INITIATOR_0;
    stream->session = session_new(&inspector->sessions, &stream->connection);
    if (stream->session == NULL) {
        free(stream);
        return NULL;
    }
    preamble_init(&stream->preamble, false);
    stream->next = inspector->streams;
    stream->link = &inspector->streams;
    if (stream->next != NULL)
        stream->next->link = &stream->next;
    inspector->streams = stream;
    inspector->counters.connections++;
    inspector->counters.tls++;
    return stream;
}

static bool push_session(struct hl_tls_stream *stream, enum hl_side from, const struct hl_chunk *chunk)
{
    if (stream->session != NULL && !session_data(stream->session, from, chunk))
        stream->session = NULL;
    return stream->session != NULL;
}

static bool push_chunk(struct hl_tls_stream *stream, enum hl_side from, const struct hl_chunk *chunk)
{
    struct hl_chunk tls = *chunk;
    struct hl_span found[2];

    if (stream->session == NULL)
        return false;
    stream->connection.packets[from]++;
    stream->connection.answered |= from == HL_SERVER;
    stream->connection.gaps += chunk->gap > 0;
    if (chunk->gap > 0) { /* behind it, records are found by what they look like */
        stream->preamble.side[from].state = SEARCH_FOUND;
        return push_session(stream, from, chunk);
    }
    if (preamble_push(&stream->preamble, from, chunk->bytes, found) != SEARCH_FOUND)
        return true;
    if (!stream->begun)
        stream->connection.before_tls = preamble_name(&stream->preamble, HL_CLIENT);
    stream->begun = true;
    for (unsigned i = 0; i < 2 && found[i].len > 0; i++) {
        tls.bytes = found[i];
        if (!push_session(stream, from, &tls))
            return false;
    }
    return true;
}

bool hl_stream_bytes(struct hl_tls_stream *stream, enum hl_side from, struct hl_span bytes, int64_t time_ns)
{
    return push_chunk(stream, from, &(struct hl_chunk){ .bytes = bytes, .at = { .time_ns = time_ns } });
}

bool hl_stream_gap(struct hl_tls_stream *stream, enum hl_side from, uint64_t length, int64_t time_ns)
{
    return push_chunk(stream, from, &(struct hl_chunk){ .gap = length, .at = { .time_ns = time_ns } });
}

void hl_stream_close(struct hl_tls_stream *stream, enum hl_side by, bool reset, int64_t time_ns)
{
    if (by == HL_SERVER && stream->connection.packets[HL_CLIENT] > 0)
        stream->connection.answered = true;
    if (stream->session != NULL) {
        for (unsigned i = 0; i < 2; i++)
            stream->connection.foreign[i] = preamble_foreign(&stream->preamble, i);
        session_close(stream->session, &(struct hl_closing){ .how = reset ? CLOSE_RESET : CLOSE_FIN,
                                                             .direction = (int)by,
                                                             .at = { .time_ns = time_ns } });
    }
    if (stream->link != NULL) {
        *stream->link = stream->next;
        if (stream->next != NULL)
            stream->next->link = stream->link;
    }
    preamble_cleanup(&stream->preamble);
    free(stream);
}
