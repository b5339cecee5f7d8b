#include "report/html.h"

#include "analyze/findings.h"
#include "base/text.h"

#define PIECE_MAX ((size_t)1 << 20)

void html_put_safe(struct hl_buffer *out, struct hl_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '&':
            buf_string(out, "&amp;");
            break;
        case '<':
            buf_string(out, "&lt;");
            break;
        case '>':
            buf_string(out, "&gt;");
            break;
        case '"':
            buf_string(out, "&quot;");
            break;
        case '\'':
            buf_string(out, "&#39;");
            break;
        default:
            buf_char(out, (char)text.ptr[i]);
        }
    }
}

void html_put(struct hl_buffer *out, struct hl_span text)
{
    struct hl_buffer safe;

    buf_init(&safe, PIECE_MAX);
    text_put_safe(&safe, text);
    html_put_safe(out, buf_view(&safe));
    buf_cleanup(&safe);
}

void html_put_string(struct hl_buffer *out, const char *text)
{
    html_put(out, span_of(text));
}

void html_put_line(struct hl_buffer *out, plain_line_fn *line, const struct hl_handshake *hs)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    plain_put(&text, line, hs);
    html_put_safe(out, buf_view(&text));
    buf_cleanup(&text);
}

const char *html_class(enum hl_role role)
{
    static const char *const classes[] = {
        [ROLE_PLAIN] = "",    [ROLE_STRONG] = "strong", [ROLE_QUIET] = "quiet", [ROLE_GOOD] = "good",
        [ROLE_BAD] = "bad",   [ROLE_DOUBT] = "doubt",   [ROLE_VALUE] = "value",
    };

    return classes[role];
}

const char *html_outcome(enum hl_outcome outcome)
{
    static const char *const classes[] = { [HL_COMPLETED] = "completed", [HL_FAILED] = "failed",
                                           [HL_INCOMPLETE] = "incomplete", [HL_NOT_TLS] = "failed" };

    return classes[outcome];
}

bool html_has_findings(const struct hl_handshake *hs)
{
    /* The most severe ones come first. */
    return hs->findings != NULL && hs->findings->first != NULL && hs->findings->first->severity > HL_INFO;
}
