/* scan_parts.h - for the files that ask what a policy needs: code points and certificates (scan.c), and sessions (scan_sessions.c). */
#ifndef HL_PROBE_SCAN_PARTS_H
#define HL_PROBE_SCAN_PARTS_H

#include "probe/questions.h"

/* Is a version spoken that is TLS 1.3, or older than it? As far as it is known: where nobody asked, it may be. */
bool scan_speaks(const struct scan *scan, bool tls13);
/* Of a handshake that shows certificates: what the policy asks about sessions. */
void scan_want_session(struct scan *scan, struct attempt_request *request, uint16_t version);
/* Once versions are known. */
void scan_ask_for_sessions(struct scan *scan);

#endif
