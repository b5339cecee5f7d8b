/* human_trust.h - for people: whether certificates can be trusted, and what was found. */
#ifndef HL_REPORT_HUMAN_TRUST_H
#define HL_REPORT_HUMAN_TRUST_H

#include "report/line.h"
#include "session/handshake.h"

#include <handlens/findings.h>

/* Columns in front of what is said about a handshake. */
#define INDENT 4u

/* One line on one side's certificates; nothing when there are none. `text` is empty before and after. */
void human_trust(struct hl_line *line, const struct hl_judgement *judgement, const char *label,
                 struct hl_buffer *text);
/* One line on what the handshake proves: "proved server key, both Finished", and what is missing, and why. */
void human_proofs(struct hl_line *line, const struct hl_handshake *hs);
/* One line on the timestamps in the first certificate; nothing when it has none. */
void human_timestamps(struct hl_line *line, const struct hl_judgement *judgement, struct hl_buffer *text);
/* Why it failed, the primary cause first; with `explain`, also the frames that show it, and what to do. human_diagnosis.c */
void human_diagnosis(struct hl_line *line, const struct hl_handshake *hs, bool explain, struct hl_buffer *text);
/* The findings from `least` on, each from a line of its own on; with `explain`, also what to do. */
void human_findings(struct hl_line *line, const struct hl_handshake *hs, enum hl_severity least, bool explain,
                    struct hl_buffer *text);
/* The name people know a certificate by: its common name, else the first name, else the whole subject. */
void line_put_certificate_name(struct hl_line *line, unsigned gap, enum hl_role role, const struct hl_x509_name *name,
                               const struct hl_x509_names *names, struct hl_buffer *text);

#endif
