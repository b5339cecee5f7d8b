#include "report/check_sarif.h"

#include "base/text.h"
#include "base/visit.h"
#include "report/markdown.h"

#define PIECE_MAX ((size_t)256 << 10)

const char sarif_reachable[] = "reachable";

/* As a terminal may show it. Braces are placeholders (section 3.11.5) unless there are two; "](" is the middle of a link (3.11.6). */
void sarif_put(struct hl_buffer *out, struct hl_span text)
{
    struct hl_buffer safe;

    buf_init(&safe, PIECE_MAX);
    text_put_safe(&safe, text);
    for (size_t i = 0; i < safe.len; i++) {
        const char c = (char)safe.data[i];
        if (c == '{' || c == '}')
            buf_char(out, c);
        else if (c == '(' && i > 0 && safe.data[i - 1] == ']')
            buf_char(out, ' ');
        buf_char(out, c);
    }
    buf_cleanup(&safe);
}

void sarif_message(const struct hl_visitor *v, const char *key, struct hl_buffer *text)
{
    v_object(v, key);
    v_text(v, "text", buf_view(text));
    v_end_object(v);
    text->len = 0;
}

struct help {
    struct hl_buffer *text, *markdown;
};

/* A line of configuration holds nothing from the wire, and no fence. */
static void add_help(void *ctx, const char *program, struct hl_span line)
{
    const struct help *help = ctx;

    buf_printf(help->text, "%s: ", program);
    buf_span(help->text, line);
    buf_char(help->text, '\n');
    buf_printf(help->markdown, "**%s**\n\n```text\n", program);
    buf_span(help->markdown, line);
    buf_string(help->markdown, "\n```\n\n");
}

static void walk_descriptor(const struct hl_visitor *v, const char *id, const char *title, struct hl_buffer *full, const struct help *help)
{
    v_object(v, NULL);
    v_string(v, "id", id);
    v_object(v, "shortDescription");
    v_string(v, "text", title);
    v_end_object(v);
    sarif_message(v, "fullDescription", full);
    v_object(v, "defaultConfiguration");
    v_string(v, "level", "error");
    v_end_object(v);
    v_object(v, "help");
    v_text(v, "text", buf_view(help->text));
    v_text(v, "markdown", buf_view(help->markdown));
    v_end_object(v);
    v_object(v, "properties");
    v_array(v, "tags");
    v_string(v, NULL, "security");
    v_string(v, NULL, "tls");
    v_end_array(v);
    v_end_object(v);
    v_end_object(v);
}

static void walk_rule(const struct hl_visitor *v, const struct hl_check_report *report, const struct policy_rule *rule)
{
    const struct hl_policy *policy = report->options.policy;
    struct hl_buffer name, full, text, markdown;
    struct help help = { &text, &markdown };

    buf_init(&name, PIECE_MAX);
    buf_init(&full, PIECE_MAX);
    buf_init(&text, PIECE_MAX);
    buf_init(&markdown, PIECE_MAX);
    buf_printf(&full, "%s, as the policy ", policy_rule_title(rule));
    check_put_policy(&name, policy);
    sarif_put(&full, buf_view(&name));
    buf_string(&full, " wants it");
    check_tell_remedies(policy, rule, add_help, &help);
    if (text.len == 0) {
        buf_span(&text, buf_view(&full));
        markdown_put_safe(&markdown, buf_view(&full));
    }
    walk_descriptor(v, policy_rule_id(rule), policy_rule_title(rule), &full, &help);
    buf_cleanup(&name);
    buf_cleanup(&full);
    buf_cleanup(&text);
    buf_cleanup(&markdown);
}

static void walk_reachable(const struct hl_visitor *v)
{
    struct hl_buffer full, text;

    buf_init(&full, PIECE_MAX);
    buf_init(&text, PIECE_MAX);
    buf_string(&full, "The server answers with TLS, so that it can be held against the policy");
    buf_string(&text, "Look at the name, the port, and what lies between.");
    walk_descriptor(v, sarif_reachable, "server can be reached", &full, &(struct help){ &text, &text });
    buf_cleanup(&full);
    buf_cleanup(&text);
}

void sarif_walk_rules(const struct hl_visitor *v, const struct hl_check_report *report)
{
    v_array(v, "rules");
    for (unsigned i = 0; i < report->rule_count; i++)
        walk_rule(v, report, report->rules[i]);
    walk_reachable(v);
    v_end_array(v);
}
