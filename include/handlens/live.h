/* live.h - packets as they pass, on interfaces of this machine.
 *
 *   struct hl_live *live = hl_live_new();
 *   hl_live_add(live, "eth0", &options, &error);
 *   ... privileges may be given up here: nothing has been parsed yet ...
 *   hl_live_run(inspector, live, on_tick, user, &error);
 *   hl_live_free(live);
 *
 * Opening an interface needs CAP_NET_RAW; nothing after that does. */
#ifndef HANDLENS_LIVE_H
#define HANDLENS_LIVE_H

#include <handlens/error.h>
#include <handlens/export.h>
#include <handlens/inspect.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How many may share the packets, with hl_live_spread(). */
#define HL_LIVE_WORKERS_MAX 64u

struct hl_live;

/* Zero is a good default for each field. */
struct hl_live_options {
    const char *filter;    /* in libpcap's language (pcap-filter(7)); NULL: every packet */
    unsigned snap_length;  /* bytes kept of a packet; 0: all */
    unsigned buffer_mib;   /* of the kernel's buffer, each interface; 0: 32 */
    bool promiscuous;      /* packets for other machines, too */
};

/* What the kernel says of all interfaces together. */
struct hl_live_counters {
    uint64_t received; /* packets that fitted the filter */
    uint64_t dropped;  /* ... but not the buffer: lost, as they came faster than they were read */
    uint64_t interface_dropped; /* by the interface or its driver, where it tells */
};

/* NULL when memory has run out. */
HL_API struct hl_live *hl_live_new(void);
HL_API void hl_live_free(struct hl_live *live);
/* Capture on interface `name` as well ("any" is all of them, where the system has that; NULL: the first that is up and no
 * loopback). HL_OK; HL_ERR_IO when it cannot be opened (`error` says why, and which right is missing); HL_ERR_USAGE when the
 * filter is wrong. */
HL_API enum hl_status hl_live_add(struct hl_live *live, const char *name, const struct hl_live_options *options,
                                  struct hl_error *error);
/* Where a filter that was refused goes wrong: the offset of the first word behind which nothing can follow, or its length when it
 * ends too early. False: that is not known. */
HL_API bool hl_live_filter_fault(const char *filter, size_t *at);
/* Spread the packets among `count` of them, 2 or more, each with the same interfaces in the same order and an inspector of its own:
 * all packets of a connection go to the same one. HL_OK; HL_ERR_IO; HL_ERR_USAGE: they are not alike. */
HL_API enum hl_status hl_live_spread(struct hl_live *const *lives, unsigned count, struct hl_error *error);
/* The name of the interface that was added as number `i`, from 0; NULL: there are fewer. */
HL_API const char *hl_live_name(const struct hl_live *live, unsigned i);
/* An interface, and a few words about it (may be empty). */
typedef void hl_interface_fn(void *user, const char *name, const char *about);
/* Call `visit` for each that could be captured on. HL_OK; HL_ERR_IO. */
HL_API enum hl_status hl_live_interfaces(hl_interface_fn *visit, void *user, struct hl_error *error);

/* Called after each batch of packets, and at least every 50 ms; false: that is enough. */
typedef bool hl_tick_fn(void *user);
/* Feed the inspector until `on_tick` returns false or hl_inspector_stop() was called: HL_OK. HL_ERR_IO when no interface is
 * left to capture on; one of several that fails is told in `error` at the end only. Deliver what is open with
 * hl_inspector_finish() afterwards. */
HL_API enum hl_status hl_live_run(struct hl_inspector *inspector, struct hl_live *live, hl_tick_fn *on_tick, void *user,
                                  struct hl_error *error);
HL_API void hl_live_counters(struct hl_live *live, struct hl_live_counters *out);

#ifdef __cplusplus
}
#endif

#endif
