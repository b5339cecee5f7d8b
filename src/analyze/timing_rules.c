/* Handshakes that completed, but took long: who kept whom waiting. */
#include "analyze/diagnosis.h"
#include "wire/record.h"

/* An answer that comes later than this after the last word of the other side, and after twice the network's own
 * time, is slow. */
#define SLOW_NS ((int64_t)1000000000)

struct waiting {
    int64_t longest_ns[2]; /* by direction: the longest time that it took to answer */
    struct hl_moment at[2]; /* ... of the answer */
};

static bool is_word(const struct hl_message *m)
{
    return m->content_type == CONTENT_HANDSHAKE || m->content_type == CONTENT_APPLICATION_DATA;
}

static void read_waiting(const struct hl_handshake *hs, struct waiting *out)
{
    const struct hl_message *before = NULL;

    *out = (struct waiting){ .longest_ns = { 0, 0 } };
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (!is_word(m))
            continue;
        if (moment_before(hs->end, m->at)) /* what comes after the handshake is not the handshake */
            break;
        int64_t wait = before != NULL && before->direction != m->direction ? m->at.time_ns - before->at.time_ns : 0;
        if (wait > out->longest_ns[m->direction]) {
            out->longest_ns[m->direction] = wait;
            out->at[m->direction] = m->at;
        }
        before = m;
    }
}

static void slow(struct diagnosing *d, const struct waiting *waiting, unsigned direction)
{
    bool is_client = direction == d->hs->client;

    buf_printf(d->text, "the %s takes %.1f s for one answer; the handshake takes %.1f s in all", is_client ? "client" : "server",
               (double)waiting->longest_ns[direction] / 1e9, (double)(d->hs->end.time_ns - d->hs->start.time_ns) / 1e9);
    struct hl_diagnosis *diagnosis = add_diagnosis(d, is_client ? FINDING_SLOW_CLIENT : FINDING_SLOW_SERVER,
                                                   is_client ? HL_BLAME_CLIENT : HL_BLAME_SERVER, HL_LIKELY);
    add_evidence(d, diagnosis, waiting->at[direction], "the answer that came late");
}

static void lossy(struct diagnosing *d, const struct waiting *waiting, unsigned direction)
{
    const struct hl_connection *connection = &d->hs->connection;

    buf_printf(d->text, "parts of the handshake were sent again (%u %s%s), which cost up to %.1f s",
               connection->retransmitted, connection->carrier == CARRIER_TCP ? "segment" : "datagram",
               connection->retransmitted == 1 ? "" : "s", (double)waiting->longest_ns[direction] / 1e9);
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_LOSSY, HL_BLAME_NETWORK, HL_LIKELY);
    add_evidence(d, diagnosis, waiting->at[direction], "the longest wait ends here");
}

bool diagnose_speed(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    struct waiting waiting;

    if (hs->outcome != HL_COMPLETED)
        return false;
    read_waiting(hs, &waiting);
    unsigned slower = waiting.longest_ns[1] > waiting.longest_ns[0];
    int64_t longest = waiting.longest_ns[slower];
    if (longest < SLOW_NS || longest < 2 * hs->connection.rtt_ns)
        return false;
    if (hs->connection.retransmitted > 0)
        lossy(d, &waiting, slower);
    else
        slow(d, &waiting, slower);
    return true;
}
