/* handlens/live.h: interfaces, and their packets into an inspector. */
#include <handlens/live.h>

#include "base/error.h"
#include "base/limits.h"
#include "capture/filter.h"
#include "capture/live.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>

/* How long is waited for packets before the tick; and how many are taken of one interface before the others have
 * their turn. */
#define WAIT_MS 50
#define BATCH 1024u
/* At the end: the kernel hands over within this time what came before; and what there is to take may last so long. */
#define REST_MS 50
#define REST_NS ((int64_t)2000000000)

struct hl_live {
    struct hl_interface *interfaces[HL_LIVE_INTERFACES_MAX];
    bool failed[HL_LIVE_INTERFACES_MAX];
    unsigned count;
    uint64_t dropped;      /* packets, until ... */
    int64_t looked_at_ns;
};

struct hl_live *hl_live_new(void)
{
    return calloc(1, sizeof(struct hl_live));
}

void hl_live_free(struct hl_live *live)
{
    for (unsigned i = 0; live != NULL && i < live->count; i++)
        interface_close(live->interfaces[i]);
    free(live);
}

enum hl_status hl_live_add(struct hl_live *live, const char *name, const struct hl_live_options *options,
                           struct hl_error *error)
{
    if (live->count == HL_LIVE_INTERFACES_MAX)
        return error_set(error, HL_ERR_USAGE, "\"any\" captures on all of them", "more than %u interfaces", HL_LIVE_INTERFACES_MAX);
    live->interfaces[live->count] = interface_open(name, options, error);
    if (live->interfaces[live->count] == NULL)
        return error->status;
    live->count++;
    return HL_OK;
}

enum hl_status hl_live_spread(struct hl_live *const *lives, unsigned count, struct hl_error *error)
{
    struct hl_interface *alike[HL_LIVE_WORKERS_MAX];

    for (unsigned i = 1; i < count; i++) {
        if (count > HL_LIVE_WORKERS_MAX || lives[i]->count != lives[0]->count)
            return error_set(error, HL_ERR_USAGE, NULL, "captures that are not alike cannot be spread");
    }
    for (unsigned i = 0; i < lives[0]->count; i++) {
        for (unsigned j = 0; j < count; j++)
            alike[j] = lives[j]->interfaces[i];
        if (!interfaces_spread(alike, count, error))
            return error->status;
    }
    return HL_OK;
}

bool hl_live_filter_fault(const char *filter, size_t *at)
{
    return filter_fault(filter, at);
}

const char *hl_live_name(const struct hl_live *live, unsigned i)
{
    return i < live->count ? interface_name(live->interfaces[i]) : NULL;
}

void hl_live_counters(struct hl_live *live, struct hl_live_counters *out)
{
    *out = (struct hl_live_counters){ 0 };
    for (unsigned i = 0; i < live->count; i++)
        interface_counters(live->interfaces[i], out);
}

/* True when there may be more at once. */
static bool take_batch(struct hl_inspector *inspector, struct hl_live *live, unsigned i, struct hl_error *error)
{
    struct hl_packet packet;

    for (unsigned n = 0; n < BATCH; n++) {
        const enum hl_capture_result result = interface_next(live->interfaces[i], &packet, error);
        live->failed[i] = result == CAPTURE_FAILED;
        if (result != CAPTURE_PACKET)
            return false;
        hl_inspector_packet(inspector, packet.link_type, packet.time_ns, packet.data, packet.length);
    }
    return true;
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Before the packets behind what was lost are taken. */
static void look_for_losses(struct hl_inspector *inspector, struct hl_live *live)
{
    const int64_t now = now_ns();
    struct hl_live_counters counters;

    hl_live_counters(live, &counters);
    if (counters.dropped + counters.interface_dropped > live->dropped)
        hl_inspector_lost(inspector, live->looked_at_ns, now);
    live->dropped = counters.dropped + counters.interface_dropped;
    live->looked_at_ns = now;
}

static void wait_for_packets(const struct hl_live *live)
{
    struct pollfd wanted[HL_LIVE_INTERFACES_MAX];
    nfds_t n = 0;

    for (unsigned i = 0; i < live->count; i++) {
        if (!live->failed[i])
            wanted[n++] = (struct pollfd){ .fd = interface_descriptor(live->interfaces[i]), .events = POLLIN };
    }
    (void)poll(wanted, n, WAIT_MS); /* a signal is as good a reason to look */
}

static unsigned left_to_capture(const struct hl_live *live)
{
    unsigned n = 0;

    for (unsigned i = 0; i < live->count; i++)
        n += !live->failed[i];
    return n;
}

/* What came before the end is not lost because it was not yet looked at. */
static void take_rest(struct hl_inspector *inspector, struct hl_live *live, struct hl_error *error)
{
    const int64_t end = now_ns();
    bool more = true;

    (void)poll(NULL, 0, REST_MS);
    while (more && now_ns() - end < REST_NS) {
        more = false;
        look_for_losses(inspector, live);
        for (unsigned i = 0; i < live->count; i++)
            more |= !live->failed[i] && take_batch(inspector, live, i, error) && hl_inspector_now(inspector) < end;
    }
}

enum hl_status hl_live_run(struct hl_inspector *inspector, struct hl_live *live, hl_tick_fn *on_tick, void *user,
                           struct hl_error *error)
{
    struct hl_error own;
    bool more = false;

    if (error == NULL)
        error = &own;
    error->status = HL_OK;
    live->looked_at_ns = now_ns();
    while (left_to_capture(live) > 0) {
        if (!more)
            wait_for_packets(live);
        more = false;
        look_for_losses(inspector, live);
        for (unsigned i = 0; i < live->count; i++)
            more |= !live->failed[i] && take_batch(inspector, live, i, error);
        if (!more)
            hl_inspector_idle(inspector, now_ns());
        if (hl_inspector_stopped(inspector) || !on_tick(user)) {
            take_rest(inspector, live, error);
            return HL_OK;
        }
    }
    return error->status;
}
