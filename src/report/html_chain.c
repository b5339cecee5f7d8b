/* A chain of certificates as boxes, one below the other, from the leaf to the root. */
#include "report/html.h"

#include "report/boxes.h"

static void put_part(struct hl_buffer *out, const char *label, struct hl_span text)
{
    if (text.len == 0)
        return;
    buf_printf(out, "<dt>%s</dt><dd>", label);
    html_put_safe(out, text);
    buf_string(out, "</dd>");
}

static void put_box(void *ctx, const struct box *box)
{
    struct hl_buffer *out = ctx;
    const bool missing = box->issuer.len == 0;

    buf_printf(out, "<li class=\"%s%s%s\"><strong>", html_class(box->role), missing ? " missing" : "",
               box->beside ? " beside" : "");
    html_put_safe(out, box->name);
    buf_printf(out, "</strong> <span class=\"quiet\">%s</span>", box->origin);
    if (box->problem.len > 0) {
        buf_string(out, "<p class=\"bad\">");
        html_put_safe(out, box->problem);
        buf_string(out, "</p>");
    }
    if (!missing) {
        buf_string(out, "<dl>");
        put_part(out, "for", box->others);
        put_part(out, "issued by", box->issuer);
        put_part(out, "valid", box->validity);
        put_part(out, "key", box->key);
        buf_string(out, "</dl>");
    }
    buf_string(out, "</li>\n");
}

void html_chain(struct hl_buffer *out, const struct hl_chain *chain, const struct hl_judgement *judgement,
                const char *label)
{
    buf_printf(out, "<ol class=\"chain\" role=\"list\" aria-label=\"%s\">\n", label);
    boxes_tell(chain, judgement, put_box, out);
    buf_string(out, "</ol>\n");
}
