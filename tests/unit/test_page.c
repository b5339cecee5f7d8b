/* Pages and tickets: whatever a capture holds, it stays text. */
#include "base/limits.h"
#include "base/text.h"
#include "report/html.h"
#include "report/markdown.h"
#include "support/make_tls.h"
#include "support/x509_certs.h"

#include <handlens/handlens.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct row {
    const char *name, *text, *html, *markdown, *code;
} rows[] = {
    { "plain", "example.com", "example.com", "example.com", "`example.com`" },
    { "nothing", "", "", "", "" },
    { "a tag", "<script>", "&lt;script&gt;", "\\<script\\>", "`<script>`" },
    { "quotes", "\"'", "&quot;&#39;", "\"'", "`\"'`" },
    { "an entity", "&lt;", "&amp;lt;", "\\&lt;", "`&lt;`" },
    { "control characters", "a\x1b[0m\n", "a\\u{1b}[0m\\u{a}", "a\\\\u\\{1b\\}\\[0m\\\\u\\{a\\}", "`a\\u{1b}[0m\\u{a}`" },
    { "broken UTF-8", "\xff\xc3", "\\xff\\xc3", "\\\\xff\\\\xc3", "`\\xff\\xc3`" },
    { "right to left", "\xe2\x80\xae", "\\u{202e}", "\\\\u\\{202e\\}", "`\\u{202e}`" },
    { "a link", "[a](b)", "[a](b)", "\\[a\\](b)", "`[a](b)`" },
    { "emphasis", "*a* _b_ ~c~", "*a* _b_ ~c~", "\\*a\\* \\_b\\_ \\~c\\~", "`*a* _b_ ~c~`" },
    { "a cell", "a|b", "a|b", "a\\|b", "`a\\|b`" },
    { "backticks", "`a``b", "`a``b", "\\`a\\`\\`b", "``` `a``b ```" },
    { "a list", "- a", "- a", "\\- a", "`- a`" },
    { "a numbered list", "12. a", "12. a", "12\\. a", "`12. a`" },
    { "a heading", "# a", "# a", "\\# a", "`# a`" },
    { "a mention", "me@you #1", "me@you #1", "me@<!-- -->you #<!-- -->1", "`me@you #1`" },
    { "bare addresses", "http://a www.a", "http://a www.a", "http:<!-- -->//a www<!-- -->.a", "`http://a www.a`" },
};

static void text_stays_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct hl_buffer html = make_buffer(), markdown = make_buffer(), safe = make_buffer(), code = make_buffer();
        html_put(&html, span_of(row->text));
        markdown_put(&markdown, span_of(row->text));
        text_put_safe(&safe, span_of(row->text));
        markdown_put_code(&code, buf_view(&safe));
        if (!span_equal(buf_view(&html), span_of(row->html)) || !span_equal(buf_view(&markdown), span_of(row->markdown))
            || !span_equal(buf_view(&code), span_of(row->code)))
            fail_msg("%s: html %.*s markdown %.*s code %.*s", row->name, (int)html.len, (const char *)html.data,
                     (int)markdown.len, (const char *)markdown.data, (int)code.len, (const char *)code.data);
        buf_cleanup(&html);
        buf_cleanup(&markdown);
        buf_cleanup(&safe);
        buf_cleanup(&code);
    }
}

/* --- a whole page ----------------------------------------------------------------- */

struct written {
    struct hl_page *page;
    struct hl_printer *printer;
    struct hl_buffer sections, text;
    bool refuse;
};

static bool write_to(void *user, const void *bytes, size_t n)
{
    buf_put(user, bytes, n);
    return true;
}

static bool write_section(void *user, const void *bytes, size_t n)
{
    struct written *w = user;

    return !w->refuse && write_to(&w->sections, bytes, n);
}

static void on_handshake(void *user, const struct hl_handshake *handshake)
{
    struct written *w = user;

    assert_int_equal(hl_page_handshake(w->page, handshake), !w->refuse);
    if (w->printer != NULL)
        assert_true(hl_printer_handshake(w->printer, handshake));
}

/* The certificate message of a server whose common name is `name`: twelve bytes, in hex. */
static void say_certificate(struct talk *talk, const char *name)
{
    static const char real[] = "6c6561662e6578616d706c65"; /* leaf.example */
    const size_t length = strlen(CERT_LEAF) / 2;
    char *hex = malloc(2 * length + 13);
    assert_non_null(hex);

    snprintf(hex, 2 * length + 13, "%06zx%06zx%s", length + 3, length, CERT_LEAF);
    for (char *at = strstr(hex, real); at != NULL; at = strstr(at, real))
        memcpy(at, name, strlen(real));
    talk_message(talk, HL_SERVER, 11, hex);
    free(hex);
}

static void say_handshake(struct talk *talk)
{
    /* <script>alert(1)</script>"'&, ESC, broken UTF-8 */
    const char *extensions = "0000 0026 0024 00 0021 3c7363726970743e616c6572742831293c2f7363726970743e222726 1b c3 ff 60 7c";

    talk_client_hello(talk, &(struct hello){ .suites = "c02f", .extensions = extensions });
    talk_server_hello(talk, &(struct hello){ .suites = "c02f", .extensions = EXT_TICKET_EMPTY });
    say_certificate(talk, "3c7363726970743e2227ff1b"); /* <script>"', broken UTF-8, ESC */
    talk_hex(talk, HL_CLIENT, "15 0303 0002 02 2d"); /* certificate_expired */
}

static void feed(struct hl_inspector *inspector, const struct talk *talk)
{
    struct hl_tls_stream *stream = hl_stream_open(inspector, (struct hl_end){ .port = 1 }, (struct hl_end){ .port = 443 });

    assert_non_null(stream);
    for (size_t i = 0; i < talk->count; i++) {
        const struct turn *turn = &talk->turns[i];
        const struct hl_span bytes = { talk->bytes[turn->from].data + turn->begin, turn->end - turn->begin };
        hl_stream_bytes(stream, turn->from, bytes, 1000 * (int64_t)i);
    }
    hl_stream_close(stream, HL_CLIENT, false, 9000);
}

static struct hl_span end_page(struct written *w, struct hl_inspector *inspector)
{
    struct hl_counters counters;

    hl_inspector_counters(inspector, &counters);
    w->text.len = 0;
    assert_true(hl_page_begin(w->page, &counters, write_to, &w->text));
    buf_span(&w->text, buf_view(&w->sections));
    assert_true(hl_page_end(w->page, write_to, &w->text));
    assert_false(w->text.failed);
    return buf_view(&w->text);
}

static bool holds(struct hl_span text, const char *word)
{
    const size_t length = strlen(word);

    for (; text.len >= length; text.ptr++, text.len--) {
        if (memcmp(text.ptr, word, length) == 0)
            return true;
    }
    return false;
}

/* Nothing but tags of our own, without handlers; and everything is UTF-8 that may be shown. */
static void check_markup(struct hl_span page)
{
    static const char tags[] = " !DOCTYPE html head meta title style body header h1 h2 h3 h4 p main section ul ol li code "
                               "a span details summary input label table thead tbody tr th td div dl dt dd svg desc path "
                               "text rect strong br pre footer ";

    for (struct hl_span rest = page; rest.len > 0;) {
        uint32_t c;
        size_t n = utf8_next(rest, &c);
        assert_int_not_equal(n, 0);
        assert_true(c == '\n' || !code_point_is_unsafe(c));
        rest.ptr += n;
        rest.len -= n;
        if (c != '<')
            continue;
        char name[16] = " ";
        size_t length = 1;
        for (size_t i = rest.ptr[0] == '/'; i < rest.len && length < 14 && strchr(" >\n/", rest.ptr[i]) == NULL; i++)
            name[length++] = (char)rest.ptr[i];
        name[length] = ' ';
        if (strstr(tags, name) == NULL)
            fail_msg("a tag that is not ours: <%.20s", (const char *)rest.ptr);
        const uint8_t *end = memchr(rest.ptr, '>', rest.len);
        assert_non_null(end);
        assert_false(holds((struct hl_span){ rest.ptr, (size_t)(end - rest.ptr) }, " on"));
    }
}

static void hostile_bytes(void **state)
{
    struct written w = { .sections = make_buffer(), .text = make_buffer() };
    struct hl_buffer ticket = make_buffer();
    const struct hl_print_options options = { .format = HL_FORMAT_MARKDOWN };
    struct hl_inspector *inspector = hl_inspector_new(on_handshake, &w, NULL);
    struct talk talk;

    (void)state;
    talk_init(&talk);
    say_handshake(&talk);
    w.page = hl_page_new("</title><script>alert(2)</script>\xff", write_section, &w);
    w.printer = hl_printer_new(&options, write_to, &ticket);
    feed(inspector, &talk);
    talk_cleanup(&talk);
    talk_init(&talk);
    talk_client_hello(&talk, &(struct hello){ .extensions = EXT_SERVER_NAME });
    talk_bytes(&talk, HL_SERVER, span_of("HTTP/1.1 400 <img src=x onerror=alert(3)>\r\n\r\n"));
    feed(inspector, &talk);

    struct hl_span page = end_page(&w, inspector);
    assert_false(holds(page, "<script"));
    assert_false(holds(page, "<img"));
    assert_true(holds(page, "&lt;/title&gt;&lt;script&gt;alert(2)&lt;/script&gt;\\xff"));
    assert_true(holds(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u{1b}\\xc3\\xff`|"));
    assert_true(holds(page, "<strong>&lt;script&gt;&quot;&#39;"));
    assert_true(holds(page, "no TLS: HTTP/1.1 400 &lt;img src=x onerror=alert(3)&gt;"));
    check_markup(page);
    assert_true(holds(buf_view(&ticket), "## Handshake 1: ``<script>alert(1)</script>\"'&\\u{1b}\\xc3\\xff`\\|``, FAILED"));

    hl_printer_free(w.printer);
    hl_page_free(w.page);
    hl_inspector_free(inspector);
    talk_cleanup(&talk);
    buf_cleanup(&w.sections);
    buf_cleanup(&w.text);
    buf_cleanup(&ticket);
}

/* More handshakes than a page takes are counted, and the page says so. */
static void more_than_a_page_takes(void **state)
{
    struct written w = { .sections = make_buffer(), .text = make_buffer() };
    struct hl_inspector *inspector = hl_inspector_new(on_handshake, &w, NULL);
    struct talk talk;

    (void)state;
    talk_init(&talk);
    talk_client_hello(&talk, &(struct hello){ .suites = "c02f" });
    w.page = hl_page_new("many", write_section, &w);
    for (unsigned i = 0; i < HL_PAGE_HANDSHAKES_MAX; i++) {
        w.sections.len = 0;
        feed(inspector, &talk);
    }
    assert_true(holds(buf_view(&w.sections), "id=\"h5000\""));
    w.sections.len = 0;
    feed(inspector, &talk);
    assert_int_equal(w.sections.len, 0);
    struct hl_span page = end_page(&w, inspector);
    assert_true(holds(page, "Only the first 5000 handshakes are on this page"));
    assert_true(holds(page, "5,001 handshakes"));
    assert_false(holds(page, "#h5001"));

    hl_page_free(w.page);
    hl_inspector_free(inspector);
    talk_cleanup(&talk);
    buf_cleanup(&w.sections);
    buf_cleanup(&w.text);
}

static void no_room_for_sections(void **state)
{
    struct written w = { .sections = make_buffer(), .text = make_buffer(), .refuse = true };
    struct hl_inspector *inspector = hl_inspector_new(on_handshake, &w, NULL);
    struct hl_counters counters;
    struct talk talk;

    (void)state;
    talk_init(&talk);
    say_handshake(&talk);
    w.page = hl_page_new("nothing", write_section, &w);
    feed(inspector, &talk);
    hl_inspector_counters(inspector, &counters);
    assert_false(hl_page_begin(w.page, &counters, write_to, &w.text));
    assert_false(hl_page_end(w.page, write_to, &w.text));
    assert_int_equal(w.text.len, 0);

    hl_page_free(w.page);
    hl_inspector_free(inspector);
    talk_cleanup(&talk);
    buf_cleanup(&w.sections);
    buf_cleanup(&w.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stays_text),
        cmocka_unit_test(hostile_bytes),
        cmocka_unit_test(more_than_a_page_takes),
        cmocka_unit_test(no_room_for_sections),
    };

    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
