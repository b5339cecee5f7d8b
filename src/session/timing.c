#include "session/timing.h"

#include "wire/record.h"
#include "wire/version.h"

enum { HELLO_VERIFY_REQUEST = 3, MESSAGE_HEADER = 4 };

/* Both ways together must be longer than this to tell them apart: on one machine they are noise. */
#define DISTANCE_MIN_NS ((int64_t)200000)

const char *vantage_name(enum hl_vantage vantage)
{
    static const char *const names[] = { NULL, "client", "server", "between" };

    return names[vantage];
}

static enum hl_vantage vantage_of(const struct hl_connection *c)
{
    const int64_t to_server = c->server_rtt_ns, to_client = c->rtt_ns - to_server;

    if (to_server <= 0 || to_client < 0 || c->rtt_ns < DISTANCE_MIN_NS)
        return VANTAGE_UNKNOWN;
    if (to_client * 5 < c->rtt_ns)
        return VANTAGE_CLIENT;
    return to_client * 5 > c->rtt_ns * 4 ? VANTAGE_SERVER : VANTAGE_BETWEEN;
}

/* --- turns --------------------------------------------------------------------------- */

static bool is_word(const struct hl_message *m)
{
    return m->content_type == CONTENT_HANDSHAKE || m->content_type == CONTENT_APPLICATION_DATA
           || m->content_type == CONTENT_CHANGE_CIPHER_SPEC;
}

static struct hl_turn *add_turn(struct hl_timing *out, const struct hl_message *first)
{
    struct hl_turn *turn = &out->turns[out->turn_count++];

    *turn = (struct hl_turn){ .direction = first->direction, .begin = first->at, .end = first->at, .first = first };
    return turn;
}

static void collect(const struct hl_handshake *hs, struct hl_timing *out)
{
    struct hl_turn *turn = NULL;

    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (moment_before(hs->end, m->at)) /* what comes after the handshake is not the handshake */
            break;
        if (!is_word(m))
            continue;
        if (turn == NULL || (turn->direction != m->direction && out->turn_count < TURNS_MAX))
            turn = add_turn(out, m);
        /* In DTLS they stand in the order of their numbers, whichever came first. */
        if (m->at.time_ns < turn->begin.time_ns)
            turn->begin = m->at;
        if (m->at.time_ns > turn->end.time_ns)
            turn->end = m->at;
        turn->messages++;
        turn->bytes += m->length + MESSAGE_HEADER;
    }
}

/* How far `direction`'s sender is from the capture, there and back; 0: not known. */
static int64_t distance(const struct hl_handshake *hs, unsigned direction)
{
    const struct hl_connection *c = &hs->connection;

    if (c->server_rtt_ns <= 0 || c->rtt_ns < c->server_rtt_ns)
        return 0;
    return direction == hs->client ? c->rtt_ns - c->server_rtt_ns : c->server_rtt_ns;
}

static void share_out(const struct hl_handshake *hs, struct hl_timing *out)
{
    const struct hl_connection *c = &hs->connection;
    const bool connected = c->syn.time_ns != 0 && c->rtt_ns > 0;
    int64_t last = connected ? c->syn.time_ns + c->rtt_ns : hs->start.time_ns;

    out->network_ns = connected ? c->rtt_ns : 0;
    for (unsigned i = 0; i < out->turn_count; i++) {
        struct hl_turn *turn = &out->turns[i];
        const int64_t way = i == 0 ? 0 : distance(hs, turn->direction); /* the first one answers nobody */
        turn->wait_ns = turn->begin.time_ns > last ? turn->begin.time_ns - last : 0;
        turn->network_ns = turn->wait_ns < way ? turn->wait_ns : way;
        turn->think_ns = turn->wait_ns - turn->network_ns;
        out->network_ns += turn->network_ns;
        out->think_ns[turn->direction] += turn->think_ns + (turn->end.time_ns - turn->begin.time_ns);
        last = turn->end.time_ns;
    }
}

/* --- round trips ----------------------------------------------------------------------- */

static void add_round_trip(struct hl_timing *out, const char *reason)
{
    if (out->round_trips < ROUND_TRIPS_MAX)
        out->reasons[out->round_trips] = reason;
    out->round_trips++;
}

/* What the client had to wait for. */
static const char *reason_of(const struct hl_handshake *hs, const struct hl_turn *turn)
{
    const struct hl_message *m = turn->first;

    if (m == hs->retry_message)
        return "HelloRetryRequest: another key share, or a cookie";
    if (m->type == HELLO_VERIFY_REQUEST && !m->encrypted && m->content_type == CONTENT_HANDSHAKE)
        return "HelloVerifyRequest: is the client where it says it is?";
    if (m == hs->server_hello_message)
        return "hellos: version, keys, certificates";
    return version_is_tls13(hs->version) ? "more than the hellos" : "Finished of both sides, before TLS 1.3";
}

static void count_round_trips(const struct hl_handshake *hs, struct hl_timing *out)
{
    bool asked = false;

    if (hs->connection.syn.time_ns != 0 && hs->connection.rtt_ns > 0)
        add_round_trip(out, "TCP: connection");
    if (hs->quic != NULL && hs->quic->retry)
        add_round_trip(out, "QUIC Retry: is the client where it says it is?");
    for (unsigned i = 0; i < out->turn_count; i++) {
        const bool from_client = out->turns[i].direction == hs->client;
        if (!from_client && asked)
            add_round_trip(out, reason_of(hs, &out->turns[i]));
        asked = from_client;
    }
}

void timing_of(const struct hl_handshake *hs, struct hl_timing *out)
{
    *out = (struct hl_timing){ .vantage = vantage_of(&hs->connection) };
    collect(hs, out);
    share_out(hs, out);
    count_round_trips(hs, out);
}
