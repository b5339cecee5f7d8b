/* diagnosis.h - why a handshake failed, whose fault it is, how sure that is, and which frames show it.
 *
 * Codes are those of findings.h (hl_explain()). The first diagnosis is the primary cause; others that
 * fit the same facts follow, the more probable ones first. */
#ifndef HANDLENS_DIAGNOSIS_H
#define HANDLENS_DIAGNOSIS_H

#include <handlens/export.h>
#include <handlens/span.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Who has to change something. */
enum hl_blame {
    HL_BLAME_CLIENT,
    HL_BLAME_SERVER,
    HL_BLAME_NETWORK, /* something between the two */
    HL_BLAME_CAPTURE, /* nobody: it is the capture that lacks something */
    HL_BLAME_PEER_UNKNOWN, /* one of the two; the capture does not tell which */
};

enum hl_confidence {
    HL_POSSIBLE,
    HL_LIKELY,
    HL_CERTAIN, /* the bytes prove it */
};

/* "client", "server", "network", "capture", "peer-unknown". */
HL_API const char *hl_blame_name(enum hl_blame blame);
/* "possible", "likely", "certain". */
HL_API const char *hl_confidence_name(enum hl_confidence confidence);

struct hl_handshake;

/* How many diagnoses a handshake has; 0: there is nothing to say. Code, blame, confidence and sentence of each. The sentence
 * may hold text from the wire: escape it before it is shown. */
HL_API size_t hl_handshake_diagnosis_count(const struct hl_handshake *handshake);
HL_API const char *hl_handshake_diagnosis_code(const struct hl_handshake *handshake, size_t index);
HL_API enum hl_blame hl_handshake_diagnosis_blame(const struct hl_handshake *handshake, size_t index);
HL_API enum hl_confidence hl_handshake_diagnosis_confidence(const struct hl_handshake *handshake, size_t index);
HL_API struct hl_span hl_handshake_diagnosis_summary(const struct hl_handshake *handshake, size_t index);

#ifdef __cplusplus
}
#endif

#endif
