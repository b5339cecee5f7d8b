/* answer.h - what a server's answer means to the one who asked. */
#ifndef HL_PROBE_ANSWER_H
#define HL_PROBE_ANSWER_H

#include "probe/attempt.h"

/* From the handshake, as far as it came: what was chosen, or the alert. Without either `out` stays as it is. */
void answer_take(struct attempt *out, const struct hl_handshake *hs);
/* Why nothing came of a handshake that was to go further; `otherwise` where it does not say. */
const char *answer_why(const struct attempt *attempt, const char *otherwise);
/* A server that takes what it was not offered did not look (RFC 8446, section 4.1.3): then ATTEMPT_NOT_OFFERED. */
void answer_check(struct attempt *out, const struct hello *hello);

#endif
