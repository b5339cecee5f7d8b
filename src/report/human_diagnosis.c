/* Why a handshake failed, for people. */
#include "analyze/diagnosis.h"
#include "base/text.h"
#include "report/human_trust.h"

static enum hl_role role_of(enum hl_blame blame)
{
    return blame == HL_BLAME_CAPTURE ? ROLE_DOUBT : ROLE_BAD;
}

static void put_evidence(struct hl_line *line, const struct hl_diagnosis *d, struct hl_buffer *text)
{
    for (const struct hl_evidence *e = d->evidence; e != NULL; e = e->next) {
        line_tab(line, line->indent);
        if (e->at.frame > 0) {
            buf_printf(text, "frame %llu:", (unsigned long long)e->at.frame);
            line_put_built(line, 0, ROLE_QUIET, text);
        }
        line_put_words(line, e->at.frame > 0, ROLE_QUIET, e->what);
        line_end(line);
    }
}

void human_diagnosis(struct hl_line *line, const struct hl_handshake *hs, bool explain, struct hl_buffer *text)
{
    const struct hl_diagnosis *d = hs->diagnoses != NULL ? hs->diagnoses->first : NULL;
    const unsigned indent = line->indent;

    for (bool primary = true; d != NULL; d = d->next, primary = false) {
        line_tab(line, INDENT);
        line->indent = INDENT + 2;
        line_put(line, 0, ROLE_QUIET, primary ? "cause" : "or");
        line_put(line, 1, primary ? role_of(d->blame) : ROLE_DOUBT, finding_info(d->code)->code);
        buf_printf(text, "(%s, %s)", hl_blame_name(d->blame), hl_confidence_name(d->confidence));
        line_put_built(line, 1, ROLE_PLAIN, text);
        line_put_words(line, 2, ROLE_PLAIN, d->summary);
        line_end(line);
        if (explain) {
            put_evidence(line, d, text);
            line_tab(line, line->indent);
            line_put_words(line, 0, ROLE_QUIET, span_of(finding_info(d->code)->change));
            line_end(line);
        }
        line->indent = indent;
    }
}
