#include "report/steps.h"

#include "analyze/diagnosis.h"
#include "report/step_words.h"

#define PIECE_MAX ((size_t)2 << 10)

/* --- where it broke --------------------------------------------------------------- */

static bool is_in_frame(struct hl_moment a, struct hl_moment b)
{
    return a.frame == b.frame && a.file == b.file;
}

/* The last frame that shows the cause; frame 0: there is none. */
static struct hl_moment last_evidence(const struct hl_handshake *hs)
{
    const struct hl_diagnosis *cause = hs->diagnoses != NULL ? hs->diagnoses->first : NULL;
    struct hl_moment last = { 0 };

    for (const struct hl_evidence *e = cause != NULL ? cause->evidence : NULL; e != NULL; e = e->next) {
        if (e->at.frame > 0 && (last.frame == 0 || moment_before(last, e->at)))
            last = e->at;
    }
    return last;
}

/* Whatever happened in the frame of the evidence, an alert before all; else how the connection ended. */
static const void *where_it_broke(const struct steps *steps)
{
    const struct hl_handshake *hs = steps->hs;
    const struct hl_moment at = last_evidence(hs);
    const void *found = NULL;

    if (hs->outcome != HL_FAILED && hs->outcome != HL_NOT_TLS)
        return NULL;
    if (steps->said)
        return &steps->said;
    if (at.frame == 0)
        return NULL;
    for (const struct hl_gap *gap = hs->gaps; gap != NULL; gap = gap->next)
        found = is_in_frame(gap->at, at) ? (const void *)gap : found;
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next)
        found = is_in_frame(m->at, at) ? (const void *)m : found;
    for (const struct hl_alert_event *alert = hs->alerts; alert != NULL; alert = alert->next)
        found = is_in_frame(alert->at, at) ? (const void *)alert : found;
    return found == NULL && steps->closing.at.frame > 0 && steps->closed ? (const void *)&steps->closed : found;
}

/* --- the steps ---------------------------------------------------------------------- */

static struct hl_closing closing_of(const struct hl_handshake *hs)
{
    const struct hl_quic_facts *quic = hs->quic;

    if (quic == NULL || !quic->closed)
        return hs->closing;
    return (struct hl_closing){ .how = CLOSE_FIN, .direction = (int)quic->closed_by, .at = quic->closed_at };
}

void steps_init(struct steps *steps, const struct hl_handshake *hs)
{
    unsigned direction;

    *steps = (struct steps){
        .hs = hs,
        .message = hs->messages,
        .alert = hs->alerts,
        .gap = hs->gaps,
        .closing = closing_of(hs),
        .said = said_instead(hs, &direction).len > 0,
    };
    /* Datagrams end without a word; a TCP connection that does not is worth one where the handshake is not complete. */
    steps->closed = steps->closing.how != CLOSE_END_OF_CAPTURE
                    || (hs->outcome != HL_COMPLETED && hs->connection.carrier == CARRIER_TCP);
    steps->broke = where_it_broke(steps);
    buf_init(&steps->name, PIECE_MAX);
    buf_init(&steps->detail, PIECE_MAX);
    buf_init(&steps->fault, PIECE_MAX);
}

void steps_cleanup(struct steps *steps)
{
    buf_cleanup(&steps->name);
    buf_cleanup(&steps->detail);
    buf_cleanup(&steps->fault);
}

double step_time_ms(const struct hl_handshake *hs, const struct step *step)
{
    return (double)(step->at.time_ns - hs->start.time_ns) / 1e6;
}

static int side_of(const struct hl_handshake *hs, int direction)
{
    return direction < 0 ? -1 : direction == (int)hs->client ? HL_CLIENT : HL_SERVER;
}

/* Start a step of this kind; `where` is what it tells of. */
static void begin(struct steps *steps, struct step *step, enum step_kind kind, struct hl_moment at, unsigned direction,
                  const void *where)
{
    *step = (struct step){ .kind = kind, .at = at, .direction = side_of(steps->hs, (int)direction) };
    step->broke = where != NULL && where == steps->broke;
}

/* Does `a` come before what is `there` at `b`? */
static bool precedes(struct hl_moment a, bool there, struct hl_moment b)
{
    return !there || moment_before(a, b);
}

/* The next of those that have a moment: of two in one frame, messages come first, the connection's end last. */
static bool next_event(struct steps *steps, struct step *step)
{
    const struct hl_message *m = steps->message;
    const struct hl_alert_event *alert = steps->alert;
    const struct hl_gap *gap = steps->gap;
    const struct hl_closing *closing = &steps->closing;
    const struct hl_moment none = { 0 };
    const struct hl_moment m_at = m != NULL ? m->at : none, alert_at = alert != NULL ? alert->at : none;
    const struct hl_moment gap_at = gap != NULL ? gap->at : none;
    const bool timed = steps->closed && closing->how != CLOSE_END_OF_CAPTURE && closing->at.frame > 0;

    if (timed && !steps->said && precedes(closing->at, m != NULL, m_at)
        && precedes(closing->at, alert != NULL, alert_at) && precedes(closing->at, gap != NULL, gap_at)) {
        begin(steps, step, STEP_CLOSE, closing->at, 0, &steps->closed);
        tell_closing(steps, step);
        step->direction = side_of(steps->hs, step->direction);
        steps->closed = false;
    } else if (gap != NULL && precedes(gap->at, m != NULL, m_at) && precedes(gap->at, alert != NULL, alert_at)) {
        begin(steps, step, STEP_GAP, gap->at, gap->direction, gap);
        tell_gap(steps, gap, step);
        steps->gap = gap->next;
    } else if (alert != NULL && precedes(alert->at, m != NULL, m_at)) {
        begin(steps, step, STEP_ALERT, alert->at, alert->direction, alert);
        tell_alert(steps, alert, step);
        steps->alert = alert->next;
    } else if (m != NULL) {
        begin(steps, step, STEP_MESSAGE, m->at, m->direction, m);
        tell_message(steps, m, step);
        steps->message = m->next;
    } else {
        return false;
    }
    return true;
}

/* Those that have none. */
static bool next_word(struct steps *steps, struct step *step)
{
    if (steps->said) {
        begin(steps, step, STEP_SAID, (struct hl_moment){ 0 }, 0, &steps->said);
        tell_said(steps, step);
        steps->said = false;
    } else if (steps->closed) {
        begin(steps, step, STEP_CLOSE, steps->closing.at, 0, &steps->closed);
        tell_closing(steps, step);
        steps->closed = false;
    } else {
        begin(steps, step, STEP_NOTE, (struct hl_moment){ 0 }, 0, NULL);
        while (steps->note < STEP_COUNTS && !tell_count(steps, steps->note, step))
            steps->note++;
        return steps->note++ < STEP_COUNTS;
    }
    step->direction = side_of(steps->hs, step->direction);
    return true;
}

bool steps_next(struct steps *steps, struct step *step)
{
    steps->name.len = steps->detail.len = steps->fault.len = 0;
    if (!next_event(steps, step) && !next_word(steps, step))
        return false;
    step->name = buf_view(&steps->name);
    step->detail = buf_view(&steps->detail);
    step->fault = buf_view(&steps->fault);
    return true;
}
