/* facts.h - what people want to know of a handshake first: label and value, the same in every document. */
#ifndef HL_REPORT_FACTS_H
#define HL_REPORT_FACTS_H

#include "session/handshake.h"

/* `value` is plain text, safe on a terminal, and valid during the call; it is never empty. */
typedef void fact_fn(void *ctx, const char *label, struct hl_span value);

/* Only those that are known. */
void facts_tell(const struct hl_handshake *hs, fact_fn *tell, void *ctx);

#endif
