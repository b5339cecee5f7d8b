#include "report/html_overview.h"

#include "base/code_name.h"
#include "registry/registry.h"
#include "report/format.h"
#include "report/html.h"
#include "report/human.h"

#define ROWS_MAX ((size_t)16 << 20)
#define PIECE_MAX ((size_t)1 << 10)

void overview_init(struct overview *overview)
{
    *overview = (struct overview){ .unexplained = 0 };
    buf_init(&overview->rows, ROWS_MAX);
}

void overview_cleanup(struct overview *overview)
{
    buf_cleanup(&overview->rows);
}

/* --- a row -------------------------------------------------------------------------- */

/* The time of the day: the date stands in its section. */
static void put_clock(struct hl_buffer *out, int64_t time_ns)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    put_time(&text, time_ns);
    if (text.len > 23)
        buf_put(out, text.data + 11, 12);
    buf_cleanup(&text);
}

static void put_reason(struct hl_buffer *out, const struct hl_handshake *hs)
{
    const struct hl_diagnosis *cause = hs->diagnoses != NULL ? hs->diagnoses->first : NULL;

    if (cause != NULL)
        buf_printf(out, "<code>%s</code> ", finding_info(cause->code)->code);
    else if (hs->reason != NULL)
        html_put_string(out, hs->reason);
    if (html_has_findings(hs) && (cause == NULL || hs->findings->first->code != cause->code)) {
        const struct hl_finding *worst = hs->findings->first;
        const char *severity = hl_severity_name(worst->severity);
        buf_printf(out, " <span class=\"severity %s\">%s</span> <code>%s</code>", severity, severity,
                   finding_info(worst->code)->code);
    }
}

static void put_row(struct hl_buffer *out, const struct hl_handshake *hs)
{
    const struct hl_endpoint *client = &hs->connection.ends[hs->client], *server = &hs->connection.ends[1 - hs->client];
    const unsigned long long id = hs->id;

    buf_printf(out, "<tr class=\"h %s%s\"><th scope=\"row\"><a href=\"#h%llu\">#%llu</a></th><td class=\"wide\">",
               html_outcome(hs->outcome), html_has_findings(hs) ? " found" : "", id, id);
    put_clock(out, hs->start.time_ns);
    buf_string(out, "</td><td class=\"wide\">");
    put_address(out, &client->address);
    buf_string(out, "</td><td>");
    html_put(out, handshake_hello(hs)->server_name);
    buf_string(out, "<span class=\"quiet\"> ");
    put_endpoint(out, server);
    buf_printf(out, "</span></td><td class=\"outcome %s\">%s</td><td class=\"wide\">", html_outcome(hs->outcome),
               outcome_name(hs->outcome));
    if (hs->version != 0)
        code_name_put(out, reg_version(hs->version));
    buf_string(out, "</td><td>");
    put_reason(out, hs);
    buf_string(out, "</td></tr>\n");
}

/* --- causes --------------------------------------------------------------------------- */

static bool is_problem(const struct hl_handshake *hs)
{
    return hs->outcome == HL_FAILED || hs->outcome == HL_NOT_TLS;
}

static void add_cause(struct overview *overview, const struct hl_handshake *hs, bool shown)
{
    const struct hl_diagnosis *d = hs->diagnoses != NULL ? hs->diagnoses->first : NULL;

    if (d == NULL) {
        overview->unexplained += is_problem(hs);
        return;
    }
    causes_add(&overview->causes, hs);
    struct overview_links *links = &overview->links[d->code];
    if (shown && links->count < HL_PAGE_CAUSE_LINKS)
        links->ids[links->count++] = hs->id;
}

void overview_add(struct overview *overview, const struct hl_handshake *hs, bool shown)
{
    add_cause(overview, hs, shown);
    if (!shown)
        return;
    overview->outcomes[hs->outcome]++;
    overview->found += html_has_findings(hs);
    put_row(&overview->rows, hs);
}

static void put_cause(struct hl_buffer *out, const struct cause *cause, const struct overview_links *links,
                      const struct finding_info *info)
{
    buf_printf(out, "<li><h3>%llu \xc3\x97 ", (unsigned long long)cause->count);
    html_put_string(out, info->title);
    buf_printf(out, " <code>%s</code></h3>\n<p><span class=\"quiet\">to change by</span> ", info->code);
    cause_put_blamed(out, cause);
    buf_string(out, " <span class=\"quiet\">from</span> ");
    extent_put(out, &cause->clients, false);
    buf_string(out, " <span class=\"quiet\">to</span> ");
    extent_put(out, &cause->servers, true);
    buf_string(out, " <span class=\"quiet\">in</span>");
    for (unsigned i = 0; i < links->count; i++) {
        const unsigned long long id = links->ids[i];
        buf_printf(out, " <a href=\"#h%llu\">#%llu</a>", id, id);
    }
    if (cause->count > links->count)
        buf_printf(out, " and %llu more", (unsigned long long)(cause->count - links->count));
    buf_string(out, "</p>\n<details><summary>What to change</summary><p>");
    html_put_string(out, info->change);
    buf_string(out, "</p></details></li>\n");
}

void overview_put_causes(const struct overview *overview, struct hl_buffer *out)
{
    enum finding_code order[FINDING_COUNT];
    const unsigned count = causes_sort(&overview->causes, 1, order);

    if (count == 0 && overview->unexplained == 0)
        return;
    buf_string(out, "<section aria-labelledby=\"causes\">\n<h2 id=\"causes\">Causes</h2>\n<ul class=\"causes\">\n");
    for (unsigned i = 0; i < count; i++)
        put_cause(out, &overview->causes.of[order[i]], &overview->links[order[i]], finding_info(order[i]));
    if (overview->unexplained > 0)
        buf_printf(out, "<li><h3>%llu \xc3\x97 no cause is known</h3></li>\n",
                   (unsigned long long)overview->unexplained);
    buf_string(out, "</ul>\n</section>\n");
}

/* --- the table ------------------------------------------------------------------------ */

/* Beside the sections that it chooses of, as a style sheet reaches those only. (:has() would reach anything, but
 * costs a browser seconds for thousands of rows.) */
static void put_choice(struct hl_buffer *out, const char *id, const char *label, uint64_t count, bool checked)
{
    buf_printf(out, "<input type=\"radio\" name=\"show\" id=\"show-%s\" aria-label=\"show handshakes: %s\"%s>", id, label,
               checked ? " checked" : "");
    buf_printf(out, "<label for=\"show-%s\">%s ", id, label);
    put_count(out, count);
    buf_string(out, "</label>\n");
}

void overview_put_table(const struct overview *overview, struct hl_buffer *out)
{
    const uint64_t *n = overview->outcomes;

    buf_string(out, "<h2 id=\"handshakes\">Handshakes</h2>\n<span class=\"choice quiet\">Show</span>\n");
    put_choice(out, "all", "all", n[HL_COMPLETED] + n[HL_FAILED] + n[HL_NOT_TLS] + n[HL_INCOMPLETE], true);
    put_choice(out, "failed", "failed", n[HL_FAILED] + n[HL_NOT_TLS], false);
    put_choice(out, "incomplete", "incomplete", n[HL_INCOMPLETE], false);
    put_choice(out, "completed", "completed", n[HL_COMPLETED], false);
    put_choice(out, "found", "with findings", overview->found, false);
    buf_string(out, "<section aria-labelledby=\"handshakes\">\n<table class=\"handshakes\">\n"
                    "<thead><tr><th scope=\"col\">#</th><th scope=\"col\" class=\"wide\">time</th>"
                    "<th scope=\"col\" class=\"wide\">client</th><th scope=\"col\">server</th>"
                    "<th scope=\"col\">outcome</th><th scope=\"col\" class=\"wide\">version</th>"
                    "<th scope=\"col\">cause, findings</th></tr></thead>\n<tbody>\n");
    buf_span(out, buf_view(&overview->rows));
    buf_string(out, "</tbody></table>\n</section>\n");
}
