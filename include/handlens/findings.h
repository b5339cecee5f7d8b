/* findings.h - what handlens thinks of a handshake: weaknesses and mistakes, each with a stable code.
 *
 * Codes, and what is said about each, are part of the documents
 * (docs/handshake.schema.json) and do not change their meaning. */
#ifndef HANDLENS_FINDINGS_H
#define HANDLENS_FINDINGS_H

#include <handlens/export.h>
#include <handlens/span.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum hl_severity {
    HL_INFO, /* good to know */
    HL_LOW,
    HL_MEDIUM,
    HL_HIGH,
    HL_CRITICAL,
};

/* "info", "low", "medium", "high", "critical". */
HL_API const char *hl_severity_name(enum hl_severity severity);

struct hl_handshake;

/* How many findings a handshake has, the most severe ones first; its code, severity and sentence. The sentence may hold text from the
 * wire: escape it before it is shown. */
HL_API size_t hl_handshake_finding_count(const struct hl_handshake *handshake);
HL_API const char *hl_handshake_finding_code(const struct hl_handshake *handshake, size_t index);
HL_API enum hl_severity hl_handshake_finding_severity(const struct hl_handshake *handshake, size_t index);
HL_API struct hl_span hl_handshake_finding_summary(const struct hl_handshake *handshake, size_t index);

/* What a code means: all static text. */
struct hl_explanation {
    const char *code, *title, *why, *change;
    const char *section; /* the RFC, or who else wrote it down */
    enum hl_severity severity;
};

/* False when there is no such code. */
HL_API bool hl_explain(const char *code, struct hl_explanation *out);
/* Code `index`, in the order of the catalogue; NULL beyond the last. */
HL_API const char *hl_explain_code(size_t index);

#ifdef __cplusplus
}
#endif

#endif
