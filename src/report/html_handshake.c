/* One handshake on a page: folded to its verdict, unfolded to everything that is known of it. */
#include "report/html.h"

#include "analyze/diagnosis.h"
#include "base/text.h"
#include "report/facts.h"
#include "report/fields.h"
#include "report/format.h"
#include "report/human.h"

#define FIELDS_MAX ((size_t)16 << 20)
#define FIELDS_WIDTH 110u

static const struct hl_diagnosis *first_cause(const struct hl_handshake *hs)
{
    return hs->diagnoses != NULL ? hs->diagnoses->first : NULL;
}

/* Who, how it ended, and in one line why, or what was agreed on. */
static void put_verdict(struct hl_buffer *out, const struct hl_handshake *hs)
{
    const struct hl_span name = handshake_hello(hs)->server_name;

    buf_printf(out, "<summary><h3><span class=\"quiet\">#%llu</span> ", (unsigned long long)hs->id);
    if (name.len > 0)
        html_put(out, name);
    else
        put_endpoint(out, &hs->connection.ends[1 - hs->client]);
    buf_printf(out, " <span class=\"outcome %s\">%s</span></h3><span class=\"verdict\">", html_outcome(hs->outcome),
               outcome_name(hs->outcome));
    if (first_cause(hs) != NULL)
        html_put(out, first_cause(hs)->summary);
    else
        html_put_line(out, hs->outcome == HL_COMPLETED ? human_negotiated : human_reason, hs);
    buf_string(out, "</span></summary>\n");
}

static void put_frame(struct hl_buffer *out, struct hl_moment at)
{
    if (at.frame > 0)
        buf_printf(out, "<span class=\"quiet\">frame %llu</span> ", (unsigned long long)at.frame);
}

static void put_cause(struct hl_buffer *out, const struct hl_diagnosis *d, bool primary)
{
    const struct finding_info *info = finding_info(d->code);

    buf_printf(out, "<div class=\"cause\"><p>%s<code>%s</code> <span class=\"quiet\">%s, %s</span><br>",
               primary ? "" : "or ", info->code, hl_blame_name(d->blame), hl_confidence_name(d->confidence));
    html_put(out, d->summary);
    buf_string(out, "</p>\n<ul>");
    for (const struct hl_evidence *e = d->evidence; e != NULL; e = e->next) {
        buf_string(out, "<li>");
        put_frame(out, e->at);
        html_put(out, e->what);
        buf_string(out, "</li>");
    }
    buf_string(out, "</ul>\n<p><strong>What to change:</strong> ");
    html_put_string(out, info->change);
    buf_string(out, "</p></div>\n");
}

static void put_causes(struct hl_buffer *out, const struct hl_handshake *hs)
{
    const struct hl_diagnosis *d = first_cause(hs);

    if (d == NULL && hs->reason == NULL)
        return;
    buf_printf(out, "<h4>%s</h4>\n", hs->outcome == HL_COMPLETED ? "What is noteworthy" : "Why it did not complete");
    if (hs->reason != NULL) {
        buf_string(out, "<p>");
        html_put_line(out, human_reason, hs);
        buf_string(out, "</p>\n");
    }
    for (bool primary = true; d != NULL; d = d->next, primary = false)
        put_cause(out, d, primary);
}

static void put_fact(void *ctx, const char *label, struct hl_span value)
{
    struct hl_buffer *out = ctx;

    buf_printf(out, "<dt>%s</dt><dd>", label);
    html_put_safe(out, value);
    buf_string(out, "</dd>\n");
}

static void put_chains(struct hl_buffer *out, const struct hl_handshake *hs)
{
    if (hs->server_chain.count > 0) {
        buf_string(out, "<h4>Certificates of the server</h4>\n<p>");
        html_put_line(out, plain_server_trust, hs);
        buf_string(out, "</p>\n");
        html_chain(out, &hs->server_chain, &hs->server_trust, "from the server's certificate to the root");
    }
    if (hs->client_chain.count > 0) {
        buf_string(out, "<h4>Certificates of the client</h4>\n<p>");
        html_put_line(out, plain_client_trust, hs);
        buf_string(out, "</p>\n");
        html_chain(out, &hs->client_chain, &hs->client_trust, "from the client's certificate to the root");
    }
}

static void put_findings(struct hl_buffer *out, const struct hl_handshake *hs)
{
    const struct hl_finding *finding = hs->findings != NULL ? hs->findings->first : NULL;

    if (finding == NULL)
        return;
    buf_string(out, "<h4>Findings</h4>\n<ul class=\"findings\">\n");
    for (; finding != NULL; finding = finding->next) {
        const struct finding_info *info = finding_info(finding->code);
        const char *severity = hl_severity_name(finding->severity);
        buf_printf(out, "<li><span class=\"severity %s\">%s</span> <code>%s</code> ", severity, severity, info->code);
        put_frame(out, finding->at);
        buf_string(out, "<br>");
        html_put(out, finding->summary);
        buf_string(out, "<p class=\"quiet\">");
        html_put_string(out, info->change);
        buf_string(out, "</p></li>\n");
    }
    buf_string(out, "</ul>\n");
}

/* The same as -vv. */
static void put_fields(struct hl_buffer *out, const struct hl_handshake *hs)
{
    struct hl_buffer text;
    struct hl_line line = { .out = &text, .width = FIELDS_WIDTH };

    buf_init(&text, FIELDS_MAX);
    fields_put(&line, hs);
    buf_string(out, "<details class=\"all\"><summary>All fields</summary>\n"
                    "<pre tabindex=\"0\" role=\"region\" aria-label=\"all fields\">\n");
    html_put_safe(out, buf_view(&text));
    buf_string(out, text.failed ? "(cut here: too long for a page)</pre></details>\n" : "</pre></details>\n");
    buf_cleanup(&text);
}

void html_handshake(struct hl_buffer *out, const struct hl_handshake *hs, bool open)
{
    buf_printf(out, "<details class=\"h %s%s\"%s>\n", html_outcome(hs->outcome), html_has_findings(hs) ? " found" : "",
               open ? " open" : "");
    put_verdict(out, hs);
    /* What the summary's link leads to stands inside, so that browsers unfold it. */
    buf_printf(out, "<div class=\"body\" id=\"h%llu\">\n", (unsigned long long)hs->id);
    put_causes(out, hs);
    buf_string(out, "<h4>Facts</h4>\n<dl class=\"facts\">\n");
    facts_tell(hs, put_fact, out);
    buf_string(out, "</dl>\n<h4>Messages</h4>\n");
    html_ladder(out, hs);
    html_timing(out, hs);
    put_chains(out, hs);
    put_findings(out, hs);
    put_fields(out, hs);
    buf_string(out, "</div></details>\n");
}
