/* printers.h - several printers, each in a thread of its own: texts come out in the order of the handshakes all the same.
 *
 * Handshakes are kept (hl_handshake_keep) in batches until a thread has made text of them; the caller's thread writes that, and
 * lets them go. Without threads it is one printer. */
#ifndef HL_CLI_PRINTERS_H
#define HL_CLI_PRINTERS_H

#include "cli/output.h"

#include <handlens/handlens.h>

struct printers;

/* `threads`: 0 to 63. NULL with one line on standard error. */
struct printers *printers_new(const struct hl_print_options *options, struct cli_output *output, unsigned threads);
/* In the callback that delivers the handshake. False when writing failed, now or before. */
bool printers_handshake(struct printers *printers, const struct hl_handshake *handshake);
/* Everything is written, and no handshake kept any more. The same. */
bool printers_drain(struct printers *printers);
/* Fits behind printers_drain(). */
bool printers_summary(struct printers *printers, const struct hl_counters *counters);
/* NULL is allowed. After printers_drain(), or when the inspector is still there. */
void printers_free(struct printers *printers);

#endif
