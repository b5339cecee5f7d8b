/* enumerate.h - everything that a server takes: each version, suite, group, scheme and protocol, by offering all of them and leaving
 * out what was chosen, again and again. */
#ifndef HL_PROBE_ENUMERATE_H
#define HL_PROBE_ENUMERATE_H

#include "policy/inventory.h"
#include "probe/scan.h"

/* `scan` as for scan_run(), with an empty policy; handshakes with certificates go to its facts. */
void enumerate_run(struct scan *scan, struct inventory *out);

#endif
