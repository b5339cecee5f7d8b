/* html.h - text in an HTML document, and the parts of a page.
 *
 * Whatever a capture may hold goes through html_put() or html_put_safe(), in content and in attributes alike; what
 * these leave is never markup. Static words of our own that hold no markup may be put as they are. */
#ifndef HL_REPORT_HTML_H
#define HL_REPORT_HTML_H

#include "base/buffer.h"
#include "report/plain.h"
#include "report/style.h"
#include "session/handshake.h"

/* Bytes from the wire: first made safe to show, as on a terminal. */
void html_put(struct hl_buffer *out, struct hl_span text);
/* Text that is safe on a terminal already. */
void html_put_safe(struct hl_buffer *out, struct hl_span text);
void html_put_string(struct hl_buffer *out, const char *text);
/* A line for people (plain.h). */
void html_put_line(struct hl_buffer *out, plain_line_fn *line, const struct hl_handshake *hs);
/* "good", "bad", ...: the class of a role; "" for ROLE_PLAIN. */
const char *html_class(enum hl_role role);
/* "failed", "completed", ...: the class of an outcome. */
const char *html_outcome(enum hl_outcome outcome);
/* Is there a finding that is more than good to know? */
bool html_has_findings(const struct hl_handshake *hs);

/* The section of one handshake; `open` unfolds it. html_handshake.c */
void html_handshake(struct hl_buffer *out, const struct hl_handshake *hs, bool open);
/* Parts of it. */
void html_ladder(struct hl_buffer *out, const struct hl_handshake *hs);
void html_chain(struct hl_buffer *out, const struct hl_chain *chain, const struct hl_judgement *judgement,
                const char *label);
void html_timing(struct hl_buffer *out, const struct hl_handshake *hs);

/* The style sheet of a page, and the value of a Content-Security-Policy that allows it, and nothing else. */
void html_put_style(struct hl_buffer *out);
void html_put_policy(struct hl_buffer *out);
/* From the document type to the end of <head>; `title` is escaped already. */
void html_put_head(struct hl_buffer *out, struct hl_span title);

#endif
