/* markdown.h - handshakes for tickets: CommonMark with the tables of GitHub's.
 *
 * Bytes from the wire never become markup: in sentences every special character is escaped, names stand in code spans. */
#ifndef HL_REPORT_MARKDOWN_H
#define HL_REPORT_MARKDOWN_H

#include "base/buffer.h"
#include "session/handshake.h"

#include <handlens/inspect.h>

void markdown_handshake(struct hl_buffer *out, const struct hl_handshake *hs);
/* `shown` is how many of the handshakes were written. */
void markdown_summary(struct hl_buffer *out, const struct hl_counters *counters, uint64_t shown);

/* In a sentence, or in a cell of a table. The bytes of `text` may be any. */
void markdown_put(struct hl_buffer *out, struct hl_span text);
/* The same of text that is safe on a terminal already. */
void markdown_put_safe(struct hl_buffer *out, struct hl_span text);
/* As a code span, for a cell as well; `text` is safe on a terminal already. Nothing when it is empty. */
void markdown_put_code(struct hl_buffer *out, struct hl_span text);

#endif
