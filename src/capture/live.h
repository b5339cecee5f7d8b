/* live.h - one interface, through libpcap; handlens/live.h is made of them. */
#ifndef HL_CAPTURE_LIVE_H
#define HL_CAPTURE_LIVE_H

#include "capture/capture.h"

#include <handlens/live.h>

struct hl_interface;

/* NULL with `error` set. */
struct hl_interface *interface_open(const char *name, const struct hl_live_options *options, struct hl_error *error);
void interface_close(struct hl_interface *interface);
const char *interface_name(const struct hl_interface *interface);
/* To wait for packets with poll(2). */
int interface_descriptor(const struct hl_interface *interface);
/* CAPTURE_PACKET; CAPTURE_END: there is none for now; CAPTURE_FAILED: there will be none any more. Without packet->frame. */
enum hl_capture_result interface_next(struct hl_interface *interface, struct hl_packet *packet, struct hl_error *error);
/* Spread what comes by these interfaces, which are one, among them: both directions of a connection go to the same one. What came
 * before goes to nobody. False with `error` set. */
bool interfaces_spread(struct hl_interface *const *interfaces, unsigned count, struct hl_error *error);
/* Adds to `out`. */
void interface_counters(struct hl_interface *interface, struct hl_live_counters *out);

#endif
