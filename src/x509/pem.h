/* pem.h - DER as text between BEGIN and END lines (RFC 7468).
 *
 *     struct hl_buffer der;
 *     struct hl_span rest = text, label;
 *     buf_init(&der, cap);                  // no body is longer than this
 *     while (pem_next(&rest, &der, &label))
 *         use(label, buf_view(&der));       // until the next call
 *     buf_cleanup(&der);
 *
 * Read as others read it: text around the blocks ("Bag Attributes", comments),
 * spaces, blank lines, any line ending, lines of any length, and the headers of
 * RFC 1421 (Proc-Type, DEK-Info: the body of such a block is encrypted) are
 * passed over. BEGIN and END stand at the start of a line. */
#ifndef HL_X509_PEM_H
#define HL_X509_PEM_H

#include "base/buffer.h"

#include <handlens/span.h>

#include <stdbool.h>

/* Take the next block off the front of `rest`: its body, decoded, is all that is
 * in `out` then, `label` ("CERTIFICATE") lies in the text. False when there is none left.
 *
 * A block that is broken is not passed over in silence: true, with out->len 0.
 * Broken is one whose base64 is; that has no END (it ends where the next BEGIN
 * stands, or the text); whose END has another label; or that does not fit
 * (then out->failed is set as well, until the next call). */
bool pem_next(struct hl_span *rest, struct hl_buffer *out, struct hl_span *label);
/* Write a block, in lines of 64 characters (RFC 7468, section 2). */
void pem_put(struct hl_buffer *out, const char *label, struct hl_span der);
/* RFC 4648, section 4, in one piece. */
void base64_put(struct hl_buffer *out, struct hl_span bytes);
/* Whether there may be a block in it: "-----BEGIN " stands anywhere. */
bool pem_is_text(struct hl_span text);

#endif
