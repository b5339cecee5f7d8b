/* tap.h - the bytes of a connection, kept until it is over, for who asked to see them (hl_check_options.on_connection).
 *
 * One that is off keeps nothing, and costs nothing. */
#ifndef HL_PROBE_TAP_H
#define HL_PROBE_TAP_H

#include "base/buffer.h"
#include "base/stream.h"

#include <handlens/check.h>

struct tap {
    bool on, failed; /* failed: memory has run out, or it is too much */
    enum hl_check_ending ending;
    int64_t start_ns, open_ns;
    struct hl_buffer bytes;        /* of all turns, one behind the other */
    struct hl_check_turn *turns;   /* without where their bytes are */
    size_t count, room;
    struct hl_buffer key_log;
};

void tap_init(struct tap *tap, bool on);
void tap_cleanup(struct tap *tap);
/* NULL is allowed. */
void tap_bytes(struct tap *tap, enum hl_side from, struct hl_span bytes);
/* It is over. False when memory has run out. */
bool tap_tell(struct tap *tap, const struct hl_endpoint *client, const struct hl_endpoint *server, hl_check_connection_fn *tell, void *user);

#endif
