/* span.h - bytes that belong to somebody else.
 *
 * A span borrows: it is valid as long as what it was taken from. `ptr` may be
 * NULL only where `len` is 0. */
#ifndef HANDLENS_SPAN_H
#define HANDLENS_SPAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hl_span {
    const uint8_t *ptr;
    size_t len; /* bytes */
};

#ifdef __cplusplus
}
#endif

#endif
