/* A page: sections as they come, and what stands around them. */
#include <handlens/handlens.h>

#include "base/text.h"
#include "report/html.h"
#include "report/html_overview.h"
#include "report/human.h"

#include <limits.h>
#include <stdlib.h>

#define TEXT_MAX ((size_t)64 << 20)
#define TITLE_MAX ((size_t)64 << 10)
/* A buffer that grew beyond this is given back. */
#define TEXT_KEEP ((size_t)1 << 20)

struct hl_page {
    hl_write_fn *write; /* of sections */
    void *user;
    struct hl_buffer title, text;
    struct overview overview;
    uint64_t told, shown, bytes; /* handshakes handed in, those with sections, and of these the bytes */
    bool opened; /* a section stands open: that of the first handshake that failed */
    bool failed;
};

struct hl_page *hl_page_new(const char *title, hl_write_fn *write, void *user)
{
    struct hl_page *page = calloc(1, sizeof *page);

    if (page == NULL)
        return NULL;
    page->write = write;
    page->user = user;
    buf_init(&page->title, TITLE_MAX);
    buf_init(&page->text, TEXT_MAX);
    overview_init(&page->overview);
    html_put_string(&page->title, title);
    return page;
}

void hl_page_free(struct hl_page *page)
{
    if (page == NULL)
        return;
    overview_cleanup(&page->overview);
    buf_cleanup(&page->text);
    buf_cleanup(&page->title);
    free(page);
}

static bool send(struct hl_page *page, hl_write_fn *write, void *user)
{
    struct hl_buffer *text = &page->text;

    if (page->failed || text->failed || !write(user, text->data, text->len))
        page->failed = true;
    if (text->size > TEXT_KEEP)
        buf_cleanup(text);
    text->len = 0;
    return !page->failed;
}

bool hl_page_handshake(struct hl_page *page, const struct hl_handshake *hs)
{
    const bool shown = page->shown < HL_PAGE_HANDSHAKES_MAX && page->bytes < HL_PAGE_BYTES_MAX;
    const bool open = !page->opened && (hs->outcome == HL_FAILED || hs->outcome == HL_NOT_TLS);

    page->told++;
    overview_add(&page->overview, hs, shown);
    if (!shown)
        return !page->failed;
    page->shown++;
    page->opened |= open;
    html_handshake(&page->text, hs, open);
    page->bytes += page->text.len;
    return send(page, page->write, page->user);
}

static void put_summary(struct hl_page *page, const struct hl_counters *counters)
{
    const struct hl_print_options options = { .width = UINT_MAX };
    struct hl_buffer *out = &page->text, line;

    buf_init(&line, TITLE_MAX);
    human_summary(&line, counters, page->told, &options);
    html_put_safe(out, buf_view(&line));
    buf_cleanup(&line);
}

bool hl_page_begin(struct hl_page *page, const struct hl_counters *counters, hl_write_fn *write, void *user)
{
    struct hl_buffer *out = &page->text;

    html_put_head(out, buf_view(&page->title));
    buf_string(out, "<body>\n<header>\n<h1>TLS handshakes of ");
    buf_span(out, buf_view(&page->title));
    buf_string(out, "</h1>\n<p>");
    put_summary(page, counters);
    buf_string(out, "</p>\n");
    if (page->told > page->shown)
        buf_printf(out, "<p class=\"doubt\">Only the first %llu handshakes are on this page; causes count all of them. "
                        "With --only, --sni or --port there are fewer.</p>\n",
                   (unsigned long long)page->shown);
    buf_string(out, "</header>\n<main>\n");
    overview_put_causes(&page->overview, out);
    overview_put_table(&page->overview, out);
    buf_string(out, "<section aria-labelledby=\"details\">\n<h2 id=\"details\">One by one</h2>\n");
    page->failed |= page->overview.rows.failed;
    return send(page, write, user);
}

bool hl_page_end(struct hl_page *page, hl_write_fn *write, void *user)
{
    buf_printf(&page->text, "</section>\n</main>\n<footer><p>Written by handlens %s.</p></footer>\n", hl_version());
    buf_string(&page->text, "</body>\n</html>\n");
    return send(page, write, user);
}
