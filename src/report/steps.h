/* steps.h - what happened in a handshake, one thing after another: what every ladder draws.
 *
 *     steps_init(&steps, hs);
 *     while (steps_next(&steps, &step))
 *         ...
 *     steps_cleanup(&steps);
 *
 * Messages, alerts, missing bytes, what was said instead of TLS and how the connection ended, in the order of the
 * capture. A step says it in words that are safe on a terminal; a face only lays them out. */
#ifndef HL_REPORT_STEPS_H
#define HL_REPORT_STEPS_H

#include "report/style.h"
#include "session/handshake.h"

enum step_kind { STEP_MESSAGE, STEP_ALERT, STEP_GAP, STEP_SAID, STEP_CLOSE, STEP_NOTE };

struct step {
    enum step_kind kind;
    struct hl_moment at;   /* frame and time 0: not known */
    int direction;         /* enum hl_side that it came from; -1: of neither */
    enum hl_role role;     /* of the name */
    bool sealed;           /* encrypted, and not opened */
    bool broke;            /* here the handshake failed */
    /* Valid until the next call: */
    struct hl_span name;   /* never empty */
    struct hl_span detail; /* size and the like; may be empty */
    struct hl_span fault;  /* what is malformed in it; may be empty */
};

struct steps {
    const struct hl_handshake *hs;
    const struct hl_message *message;
    const struct hl_alert_event *alert;
    const struct hl_gap *gap;
    struct hl_closing closing; /* of the connection, or of QUIC */
    bool said;        /* what was said instead of TLS */
    bool closed;
    unsigned note;    /* those at the end, that have no moment */
    const void *broke; /* the message, alert or gap at which it failed; or one of `said`, `closed` */
    struct hl_buffer name, detail, fault;
};

void steps_init(struct steps *steps, const struct hl_handshake *hs);
bool steps_next(struct steps *steps, struct step *step);
void steps_cleanup(struct steps *steps);
/* Since the handshake's first message, in milliseconds; may be negative. */
double step_time_ms(const struct hl_handshake *hs, const struct step *step);
/* A fault in words: "extensions: truncated at byte 97 (needs 40 bytes, has 12)". */
void fault_text(struct hl_buffer *out, const struct hl_fault *fault);

#endif
