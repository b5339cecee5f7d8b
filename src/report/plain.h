/* plain.h - the lines for people as one line of plain text, for faces that lay text out by themselves.
 *
 * What stands in such a line is safe on a terminal; a page or a ticket has to escape it its own way. */
#ifndef HL_REPORT_PLAIN_H
#define HL_REPORT_PLAIN_H

#include "report/line.h"
#include "session/handshake.h"

/* `text` is empty before and after. */
typedef void plain_line_fn(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text);

/* What `put` writes, without indentation, colours and the end of the line; nothing when it writes nothing. */
void plain_put(struct hl_buffer *out, plain_line_fn *put, const struct hl_handshake *hs);

plain_line_fn plain_server_trust, plain_client_trust, plain_proofs;

#endif
