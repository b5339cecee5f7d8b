/* replay.h - a ClientHello of somebody else's, made fit to be sent again.
 *
 * Random, session id and key shares (of groups that we can make) are new, and as long as they were; pre_shared_key and early_data are left
 * out, a session ticket is asked for instead of shown, the server name may be another. Everything else stays, byte for byte: GREASE,
 * padding, the order, shares of other groups. */
#ifndef HL_PROBE_REPLAY_H
#define HL_PROBE_REPLAY_H

#include "base/buffer.h"

#include <handlens/span.h>

/* `body` is that of a well-formed ClientHello. `server_name` takes the place of the one in it, if there is one; NULL: that stays. The
 * handshake message with its header goes to `out`; false: the body is not well-formed, or there is no randomness. */
bool replay_write(struct hl_span body, const char *server_name, struct hl_buffer *out);

#endif
