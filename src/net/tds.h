/* tds.h - TLS inside the packets of MS-TDS.
 *
 * A client of SQL Server begins with PRELOGIN packets, and the TLS handshake
 * travels inside more of them (MS-TDS, section 2.2.6.5); after it, records lie
 * bare on the connection. This takes the packet headers out. */
#ifndef HL_NET_TDS_H
#define HL_NET_TDS_H

#include "base/buffer.h"

#include <stdbool.h>

struct hl_tds {
    bool active;   /* this direction began with a PRELOGIN packet */
    bool bare;     /* the first bare record was seen: nothing to take out any more */
    uint8_t header[8];
    uint8_t header_have;
    uint32_t left; /* bytes of the current packet's body */
    struct hl_buffer body;
};

void tds_init(struct hl_tds *tds);
void tds_cleanup(struct hl_tds *tds);
/* Do the first bytes of a direction begin a TDS PRELOGIN packet, or, with `answer`, a response to one? */
bool tds_begins(struct hl_span bytes, bool answer);
/* What `bytes` carry inside their packets; valid until the next call. */
struct hl_span tds_unwrap(struct hl_tds *tds, struct hl_span bytes);

#endif
