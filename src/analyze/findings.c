#include "analyze/findings.h"

#include "base/text.h"

/* One sentence, with a few names in it. */
#define SUMMARY_MAX ((size_t)4 << 10)

struct hl_finding *add_finding(struct analysis *a, enum finding_code code, enum hl_severity severity)
{
    struct hl_finding *finding = arena_alloc(a->arena, sizeof *finding), **link = &a->findings->first;

    if (finding == NULL)
        finding = &a->nowhere;
    *finding = (struct hl_finding){
        .code = code,
        .severity = severity,
        .summary = arena_copy(a->arena, buf_view(a->text)),
        .certificate = -1,
    };
    a->text->len = 0;
    if (finding == &a->nowhere)
        return finding;
    while (*link != NULL && (*link)->severity >= severity)
        link = &(*link)->next;
    finding->next = *link;
    *link = finding;
    a->findings->count++;
    return finding;
}

void put_certificate_name(struct hl_buffer *out, const struct hl_x509 *cert)
{
    bool nameless = cert->subject.text.len == 0;

    buf_char(out, '"');
    if (nameless && cert->san.count == 0)
        buf_string(out, "(no name)");
    else
        x509_short_name_put(out, &cert->subject, nameless ? &cert->san : NULL);
    buf_char(out, '"');
}

const struct hl_findings *analyze(const struct hl_handshake *hs, struct hl_arena *arena)
{
    struct hl_findings *findings = arena_alloc(arena, sizeof *findings);
    struct hl_buffer text;
    struct analysis a = { .hs = hs, .arena = arena, .findings = findings, .text = &text };

    if (findings == NULL)
        return NULL;
    buf_init(&text, SUMMARY_MAX);
    find_certificates(&a);
    find_status(&a);
    find_strength(&a);
    find_negotiation(&a);
    find_flight(&a);
    buf_cleanup(&text);
    return findings;
}
