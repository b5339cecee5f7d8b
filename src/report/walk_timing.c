/* Where the time went. */
#include "report/walk_parts.h"
#include "session/timing.h"

static void walk_us(const struct walk *w, const char *key, int64_t ns)
{
    if (ns > 0)
        v_number(w->v, key, ns / 1000);
    else
        v_null(w->v, key);
}

static void walk_turn(const struct walk *w, const struct hl_turn *turn)
{
    v_object(w->v, NULL);
    v_string(w->v, "from", walk_side(w, turn->direction));
    walk_frame(w, turn->begin);
    v_number(w->v, "time_us", (turn->begin.time_ns - w->hs->start.time_ns) / 1000);
    v_number(w->v, "messages", turn->messages);
    v_number(w->v, "bytes", (int64_t)turn->bytes);
    v_number(w->v, "network_us", turn->network_ns / 1000);
    v_number(w->v, "think_us", turn->think_ns / 1000);
    v_number(w->v, "sending_us", (turn->end.time_ns - turn->begin.time_ns) / 1000);
    v_end_object(w->v);
}

void walk_timing(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;
    const struct hl_connection *c = &hs->connection;
    struct hl_timing timing;

    timing_of(hs, &timing);
    v_object(w->v, "timing");
    walk_us(w, "tcp_rtt_us", c->rtt_ns);
    walk_us(w, "tcp_server_rtt_us", c->server_rtt_ns);
    v_number(w->v, "duration_us", (hs->end.time_ns - hs->start.time_ns) / 1000);
    if (vantage_name(timing.vantage) != NULL)
        v_string(w->v, "captured_near", vantage_name(timing.vantage));
    else
        v_null(w->v, "captured_near");
    v_number(w->v, "network_us", timing.network_ns / 1000);
    v_number(w->v, "client_us", timing.think_ns[hs->client] / 1000);
    v_number(w->v, "server_us", timing.think_ns[1 - hs->client] / 1000);
    v_array(w->v, "round_trips");
    for (unsigned i = 0; i < timing.round_trips && i < ROUND_TRIPS_MAX; i++)
        v_string(w->v, NULL, timing.reasons[i]);
    v_end_array(w->v);
    if (w->all) {
        v_array(w->v, "turns");
        for (unsigned i = 0; i < timing.turn_count; i++)
            walk_turn(w, &timing.turns[i]);
        v_end_array(w->v);
    }
    v_end_object(w->v);
}
