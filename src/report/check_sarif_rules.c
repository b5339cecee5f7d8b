#include "report/check_sarif.h"

#include "base/text.h"
#include "base/visit.h"
#include "report/markdown.h"

#include <ctype.h>
#include <string.h>

#define PIECE_MAX ((size_t)256 << 10)

/* Bytes of a policy's name and version that are shown: of a description GitHub shows 1,024 characters, and each may become seven. */
#define NAME_SHOWN 96u

const char sarif_reachable[] = "reachable";

/* How bad it is when a rule is not kept, as in CVSS: from 7.0 on GitHub shows it as high, from 4.0 on as medium. Rules that are not here are
 * none of security. */
static const struct {
    const char *rule, *severity;
} severities[] = {
    { "versions.allowed", "7.5" },           { "versions.required", "4.0" },
    { "cipher_suites.allowed", "7.5" },      { "cipher_suites.required", "3.7" },
    { "groups.allowed", "5.9" },             { "groups.required", "3.7" },
    { "signature_schemes.allowed", "5.9" },  { "dh_bits_min", "7.4" },
    { "extended_master_secret", "5.9" },     { "secure_renegotiation", "5.9" },
    { "early_data", "4.8" },                 { "client_renegotiation", "5.3" },
    { "heartbeat", "3.7" },                  { "encrypt_then_mac", "3.7" },           { "compression", "5.9" },
    { "certificate.trusted", "7.4" },        { "certificate.name", "7.4" },
    { "certificate.key", "7.4" },            { "certificate.signature_hashes", "7.4" },
    { "certificate.days_left_min", "4.0" },  { "certificate.lifetime_days_max", "3.7" },
    { "certificate.staple", "3.7" },         { "certificate.timestamps", "3.7" },
    { "weakness.heartbleed", "7.5" },        { "weakness.ccs_injection", "7.4" },
    { "weakness.robot", "5.9" },             { "weakness.ticketbleed", "7.5" },
    { "addresses.agree", "3.7" },            { "certificate.lifetime_days_recommended", "2.0" },
};

static const char *severity_of(const char *rule)
{
    for (size_t i = 0; i < sizeof severities / sizeof severities[0]; i++) {
        if (strcmp(severities[i].rule, rule) == 0)
            return severities[i].severity;
    }
    return NULL;
}

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

/* "TlsCertificateDaysLeftMin": what the id is to people (section 3.49.7), and another one than the id. */
static void walk_name(const struct hl_visitor *v, const char *id)
{
    struct hl_buffer name;
    bool begins = true;

    buf_init(&name, PIECE_MAX);
    buf_string(&name, "Tls");
    for (; *id != '\0'; id++) {
        if (isalnum((unsigned char)*id))
            buf_char(&name, (char)(begins ? toupper((unsigned char)*id) : *id));
        begins = !isalnum((unsigned char)*id);
    }
    v_text(v, "name", buf_view(&name));
    buf_cleanup(&name);
}

static void walk_properties(const struct hl_visitor *v, const char *id)
{
    const char *severity = severity_of(id);

    v_object(v, "properties");
    v_array(v, "tags");
    if (severity != NULL)
        v_string(v, NULL, "security");
    v_string(v, NULL, "tls");
    v_end_array(v);
    v_string(v, "precision", "very-high"); /* what was not seen does not fail */
    if (severity != NULL)
        v_string(v, "security-severity", severity);
    v_end_object(v);
}

static void walk_descriptor(const struct hl_visitor *v, const char *id, const char *title, struct hl_buffer *full, const struct help *help)
{
    v_object(v, NULL);
    v_string(v, "id", id);
    walk_name(v, id);
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
    walk_properties(v, id);
    v_end_object(v);
}

/* As much of it as is shown, and no half characters. */
static struct hl_span shown(struct hl_span name)
{
    size_t length = 0;

    while (length < name.len) {
        uint32_t code_point;
        const size_t next = utf8_next((struct hl_span){ name.ptr + length, name.len - length }, &code_point);
        if (length + (next > 0 ? next : 1) > NAME_SHOWN)
            break;
        length += next > 0 ? next : 1;
    }
    return (struct hl_span){ name.ptr, length };
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
    sarif_put(&full, shown(buf_view(&name)));
    buf_string(&full, name.len > NAME_SHOWN ? "... wants it" : " wants it");
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
