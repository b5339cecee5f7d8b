#include "analyze/diagnosis.h"
#include "report/walk_parts.h"

static void walk_evidence(const struct walk *w, const struct hl_diagnosis *diagnosis)
{
    v_array(w->v, "evidence");
    for (const struct hl_evidence *e = diagnosis->evidence; e != NULL; e = e->next) {
        v_object(w->v, NULL);
        walk_frame(w, e->at);
        v_text(w->v, "what", e->what);
        v_end_object(w->v);
    }
    v_end_array(w->v);
}

void walk_diagnosis(const struct walk *w)
{
    const struct hl_diagnosis *d = w->hs->diagnoses != NULL ? w->hs->diagnoses->first : NULL;

    v_array(w->v, "diagnosis");
    for (; d != NULL; d = d->next) {
        const struct finding_info *info = finding_info(d->code);
        v_object(w->v, NULL);
        v_string(w->v, "code", info->code);
        v_string(w->v, "blame", hl_blame_name(d->blame));
        v_string(w->v, "confidence", hl_confidence_name(d->confidence));
        v_text(w->v, "summary", d->summary);
        walk_evidence(w, d);
        walk_explanation(w, info);
        v_end_object(w->v);
    }
    v_end_array(w->v);
}
