#include "report/markdown.h"

#include "analyze/diagnosis.h"
#include "base/text.h"
#include "report/boxes.h"
#include "report/facts.h"
#include "report/human.h"
#include "report/ladder.h"
#include "report/plain.h"

#include <limits.h>

#define PIECE_MAX ((size_t)512 << 10)
/* Columns of the ladder: what a ticket shows without a scroll bar. */
#define LADDER_WIDTH 80u

static void put_line(struct hl_buffer *out, plain_line_fn *line, const struct hl_handshake *hs, bool paragraph)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    plain_put(&text, line, hs);
    markdown_put_safe(out, buf_view(&text));
    if (paragraph && text.len > 0)
        buf_string(out, "\n\n");
    buf_cleanup(&text);
}

/* ## Handshake 1: `server.lab.test`, FAILED */
static void put_heading(struct hl_buffer *out, const struct hl_handshake *hs)
{
    struct hl_buffer name;

    buf_init(&name, PIECE_MAX);
    text_put_safe(&name, handshake_hello(hs)->server_name);
    buf_printf(out, "## Handshake %llu: ", (unsigned long long)hs->id);
    markdown_put_code(out, buf_view(&name));
    buf_printf(out, "%s%s\n\n", name.len > 0 ? ", " : "", outcome_name(hs->outcome));
    buf_cleanup(&name);
}

static void put_cause(struct hl_buffer *out, const struct hl_diagnosis *d, bool primary)
{
    buf_printf(out, "**%s:** `%s` (%s, %s): ", primary ? "Cause" : "Or", finding_info(d->code)->code,
               hl_blame_name(d->blame), hl_confidence_name(d->confidence));
    markdown_put(out, d->summary);
    buf_string(out, "\n\n");
    for (const struct hl_evidence *e = d->evidence; e != NULL; e = e->next) {
        buf_string(out, "- ");
        if (e->at.frame > 0)
            buf_printf(out, "frame %llu: ", (unsigned long long)e->at.frame);
        markdown_put(out, e->what);
        buf_char(out, '\n');
    }
    buf_string(out, d->evidence != NULL ? "\n**What to change:** " : "**What to change:** ");
    markdown_put(out, span_of(finding_info(d->code)->change));
    buf_string(out, "\n\n");
}

static void put_fact(void *ctx, const char *label, struct hl_span value)
{
    struct hl_buffer *out = ctx;

    buf_printf(out, "| %s | ", label);
    markdown_put_code(out, value);
    buf_string(out, " |\n");
}

/* --- certificates ------------------------------------------------------------------- */

static void put_box(void *ctx, const struct box *box)
{
    const struct hl_span cells[] = { box->name, box->issuer, box->validity, box->key };
    struct hl_buffer *out = ctx;

    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        buf_string(out, "| ");
        markdown_put_code(out, cells[i]);
        buf_char(out, ' ');
    }
    buf_printf(out, "| %s%s", box->origin, box->problem.len > 0 ? ": " : "");
    markdown_put_safe(out, box->problem);
    buf_string(out, " |\n");
}

static void put_chain(struct hl_buffer *out, const struct hl_handshake *hs, bool server)
{
    const struct hl_chain *chain = server ? &hs->server_chain : &hs->client_chain;

    if (chain->count == 0)
        return;
    buf_printf(out, "### Certificates of the %s\n\n", server ? "server" : "client");
    buf_string(out, "| name | issued by | valid | key | |\n|---|---|---|---|---|\n");
    boxes_tell(chain, server ? &hs->server_trust : &hs->client_trust, put_box, out);
    buf_char(out, '\n');
    put_line(out, server ? plain_server_trust : plain_client_trust, hs, true);
}

/* --- findings, messages ---------------------------------------------------------------- */

static void put_findings(struct hl_buffer *out, const struct hl_handshake *hs)
{
    const struct hl_finding *finding = hs->findings != NULL ? hs->findings->first : NULL;

    if (finding == NULL)
        return;
    buf_string(out, "### Findings\n\n");
    for (; finding != NULL; finding = finding->next) {
        const struct finding_info *info = finding_info(finding->code);
        buf_printf(out, "- **%s** `%s`: ", hl_severity_name(finding->severity), info->code);
        markdown_put(out, finding->summary);
        if (finding->at.frame > 0)
            buf_printf(out, " (frame %llu)", (unsigned long long)finding->at.frame);
        buf_string(out, "  \n  ");
        markdown_put(out, span_of(info->change));
        buf_char(out, '\n');
    }
    buf_char(out, '\n');
}

/* Each line of a ladder begins with spaces enough: nothing in it ends the fence. */
static void put_ladder(struct hl_buffer *out, const struct hl_handshake *hs)
{
    struct hl_line line = { .out = out, .width = LADDER_WIDTH };

    buf_string(out, "### Messages\n\n```text\n");
    ladder_put(&line, hs);
    buf_string(out, "```\n\n");
}

void markdown_handshake(struct hl_buffer *out, const struct hl_handshake *hs)
{
    const struct hl_diagnosis *d = hs->diagnoses != NULL ? hs->diagnoses->first : NULL;

    put_heading(out, hs);
    put_line(out, human_reason, hs, true);
    for (bool primary = true; d != NULL; d = d->next, primary = false)
        put_cause(out, d, primary);
    buf_string(out, "| | |\n|---|---|\n");
    facts_tell(hs, put_fact, out);
    buf_char(out, '\n');
    put_chain(out, hs, true);
    put_chain(out, hs, false);
    put_findings(out, hs);
    put_ladder(out, hs);
}

void markdown_summary(struct hl_buffer *out, const struct hl_counters *counters, uint64_t shown)
{
    const struct hl_print_options options = { .width = UINT_MAX };
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    human_summary(&text, counters, shown, &options);
    markdown_put_safe(out, buf_view(&text));
    buf_cleanup(&text);
}
