/* step_words.h - a step of steps.h in words: role, name, detail and fault. */
#ifndef HL_REPORT_STEP_WORDS_H
#define HL_REPORT_STEP_WORDS_H

#include "report/steps.h"

/* What one side said instead of TLS, and which; empty: nothing is known. */
struct hl_span said_instead(const struct hl_handshake *hs, unsigned *direction);

void tell_message(struct steps *steps, const struct hl_message *m, struct step *step);
void tell_alert(struct steps *steps, const struct hl_alert_event *alert, struct step *step);
void tell_gap(struct steps *steps, const struct hl_gap *gap, struct step *step);
/* These two set the step's direction, too: that of the connection, or -1. */
void tell_said(struct steps *steps, struct step *step);
void tell_closing(struct steps *steps, struct step *step);

/* What TCP and the model only count, number `count` of STEP_COUNTS. False: there is nothing of it. */
#define STEP_COUNTS 5u
bool tell_count(struct steps *steps, unsigned count, struct step *step);

#endif
