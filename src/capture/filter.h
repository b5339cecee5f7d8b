/* filter.h - where a filter in libpcap's language goes wrong, which libpcap does not say. */
#ifndef HL_CAPTURE_FILTER_H
#define HL_CAPTURE_FILTER_H

#include <stdbool.h>
#include <stddef.h>

/* Where in `filter` the first word stands behind which nothing can follow any more; at its end when it ends too early. False when that
 * is not known: it is too long, looking takes too long (names are resolved), or it only does not fit one kind of interface. */
bool filter_fault(const char *filter, size_t *at);

#endif
