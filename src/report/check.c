/* handlens/check.h: what a check came to, for people and as JSON. */
#include "base/text.h"
#include "base/visit.h"
#include "policy/remedies.h"
#include "policy/result.h"
#include "report/format.h"
#include "report/inventory.h"
#include "report/json.h"
#include "report/line.h"

#define DEFAULT_WIDTH 80u
#define TEXT_MAX ((size_t)4 << 20)
#define REMEDY_MAX ((size_t)32 << 10)
#define PIECE_MAX 256u
enum { HASH_SHOWN = 6, TEXT_COLUMN = 8, PROGRAM_COLUMN = 17 };

static const char *const status_words[] = { "passed", "inconclusive", "failed", "unreachable" };
static const char *const result_words[] = { "pass", "warn", "fail", "unknown", "waived" };
static const enum hl_role status_roles[] = { ROLE_GOOD, ROLE_DOUBT, ROLE_BAD, ROLE_BAD };
static const enum hl_role result_roles[] = { ROLE_GOOD, ROLE_DOUBT, ROLE_BAD, ROLE_DOUBT, ROLE_QUIET };

enum hl_check_status hl_check_status(const struct hl_check_result *result)
{
    return result->status;
}

bool hl_check_warned(const struct hl_check_result *result)
{
    bool warned = false;

    for (unsigned i = 0; i < result->verdicts->count; i++)
        warned |= result->verdicts->list[i].result == POLICY_WARN;
    return warned;
}

/* --- for people --------------------------------------------------------------------------- */

static void put_head(struct hl_line *line, const struct hl_check_result *result)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    line_put_wire(line, 0, ROLE_STRONG, span_of(result->target));
    line_put(line, 2, status_roles[result->status], status_words[result->status]);
    line_end(line);
    if (result->policy != NULL) {
        line_tab(line, 2);
        buf_printf(&text, "policy %s@%s", hl_policy_id(result->policy), hl_policy_version(result->policy));
        line_put_built(line, 0, ROLE_PLAIN, &text);
        buf_string(&text, "(sha256 ");
        buf_hex(&text, (struct hl_span){ hl_policy_hash(result->policy), HASH_SHOWN });
        buf_string(&text, "...)");
        line_put_built(line, 1, ROLE_QUIET, &text);
        line_end(line);
    }
    line_tab(line, 2);
    if (result->server.address.length > 0) {
        put_endpoint(&text, &result->server);
        line_put_built(line, 0, ROLE_VALUE, &text);
    }
    if (result->facts != NULL && result->facts->passive) {
        buf_string(&text, "verdict from ");
        put_count(&text, result->facts->seen_handshakes);
        buf_string(&text, result->facts->seen_handshakes == 1 ? " handshake" : " handshakes");
    } else {
        buf_printf(&text, "%s %u connection%s, ", result->policy != NULL ? "verdict in" : "asked in", result->connections, result->connections == 1 ? "" : "s");
        put_duration(&text, result->duration_ns);
    }
    line_put_built(line, line->column > 2 ? 2 : 0, ROLE_QUIET, &text);
    line_end(line);
    if (result->why[0] != '\0') {
        line_tab(line, 2);
        line_put_words(line, 0, ROLE_BAD, span_of(result->why));
        line_end(line);
    }
    buf_cleanup(&text);
}

static void put_remedies(struct hl_line *line, const struct hl_check_result *result, const struct policy_verdict *verdict)
{
    const unsigned indent = line->indent;
    struct hl_buffer text;
    const char *program;

    buf_init(&text, REMEDY_MAX);
    line->indent = PROGRAM_COLUMN;
    for (unsigned i = 0; remedy_put(result->policy, verdict->rule, i, &program, &text); i++, text.len = 0) {
        if (text.len == 0)
            continue;
        line_tab(line, TEXT_COLUMN);
        line_put(line, 0, ROLE_QUIET, program);
        line_tab(line, PROGRAM_COLUMN);
        line_put_words(line, 0, ROLE_VALUE, buf_view(&text));
        line_end(line);
    }
    line->indent = indent;
    buf_cleanup(&text);
}

static void put_verdict(struct hl_line *line, const struct hl_check_result *result, const struct policy_verdict *verdict, bool remedies)
{
    line_tab(line, 2);
    line_put(line, 0, result_roles[verdict->result], verdict->result == POLICY_UNKNOWN ? "?" : result_words[verdict->result]);
    line_tab(line, TEXT_COLUMN);
    line_put(line, 0, ROLE_STRONG, policy_rule_title(verdict->rule));
    line_put(line, 2, ROLE_QUIET, policy_rule_id(verdict->rule));
    line_end(line);
    line_tab(line, TEXT_COLUMN);
    line_put_words(line, 0, ROLE_PLAIN, verdict->text);
    line_end(line);
    if (remedies && (verdict->result == POLICY_FAIL || verdict->result == POLICY_WARN))
        put_remedies(line, result, verdict);
}

/* The worst first. */
static void put_human(struct hl_buffer *out, const struct hl_check_result *result, const struct hl_print_options *options)
{
    static const enum policy_result order[] = { POLICY_FAIL, POLICY_UNKNOWN, POLICY_WARN, POLICY_WAIVED, POLICY_PASS };
    struct hl_line line = {
        .out = out,
        .color = options->color,
        .ascii = options->ascii,
        .width = options->width > 0 ? options->width : DEFAULT_WIDTH,
        .indent = TEXT_COLUMN,
    };
    unsigned passed = 0;

    put_head(&line, result);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        for (unsigned j = 0; j < result->verdicts->count; j++) {
            const struct policy_verdict *verdict = &result->verdicts->list[j];
            if (verdict->result == order[i] && (order[i] != POLICY_PASS || options->verbosity > 0))
                put_verdict(&line, result, verdict, true);
            passed += verdict->result == POLICY_PASS && order[i] == POLICY_PASS;
        }
    }
    if (result->verdicts->count > 0 && options->verbosity == 0)
        buf_printf(out, "  %u of %u rules pass%s\n", passed, result->verdicts->count, passed > 0 ? " (-v shows them)" : "");
    if (result->inventory != NULL && result->facts != NULL)
        human_inventory(&line, result->inventory, result->facts);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void walk_remedies(const struct hl_visitor *v, const struct hl_check_result *result, const struct policy_verdict *verdict)
{
    struct hl_buffer text;
    const char *program;

    buf_init(&text, REMEDY_MAX);
    v_array(v, "remedies");
    for (unsigned i = 0; remedy_put(result->policy, verdict->rule, i, &program, &text); i++, text.len = 0) {
        if (text.len == 0)
            continue;
        v_object(v, NULL);
        v_string(v, "program", program);
        v_text(v, "line", buf_view(&text));
        v_end_object(v);
    }
    v_end_array(v);
    buf_cleanup(&text);
}

static void walk_verdict(const struct hl_visitor *v, const struct hl_check_result *result, const struct policy_verdict *verdict)
{
    v_object(v, NULL);
    v_string(v, "rule", policy_rule_id(verdict->rule));
    v_string(v, "title", policy_rule_title(verdict->rule));
    v_string(v, "result", result_words[verdict->result]);
    v_text(v, "text", verdict->text);
    if (verdict->result == POLICY_FAIL || verdict->result == POLICY_WARN)
        walk_remedies(v, result, verdict);
    v_end_object(v);
}

static void walk_check(const struct hl_visitor *v, const struct hl_check_result *result)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    v_object(v, NULL);
    put_time(&text, result->start_ns);
    v_text(v, "@timestamp", buf_view(&text));
    v_object(v, "event");
    v_string(v, "kind", "state");
    v_string(v, "dataset", "handlens.check");
    v_number(v, "duration", result->duration_ns);
    v_end_object(v);
    v_object(v, "destination");
    v_string(v, "address", result->target);
    if (result->server.address.length > 0) {
        text.len = 0;
        put_address(&text, &result->server.address);
        v_text(v, "ip", buf_view(&text));
        v_number(v, "port", result->server.port);
    }
    v_end_object(v);
    v_object(v, "handlens");
    v_number(v, "schema", 1);
    v_object(v, "check");
    v_string(v, "status", status_words[result->status]);
    if (result->why[0] != '\0')
        v_string(v, "why", result->why);
    if (result->policy != NULL) {
        v_object(v, "policy");
        v_string(v, "id", hl_policy_id(result->policy));
        v_string(v, "version", hl_policy_version(result->policy));
        v_bytes(v, "sha256", (struct hl_span){ hl_policy_hash(result->policy), 32 });
        v_end_object(v);
    }
    v_number(v, "connections", result->connections);
    v_array(v, "verdicts");
    for (unsigned i = 0; i < result->verdicts->count; i++)
        walk_verdict(v, result, &result->verdicts->list[i]);
    v_end_array(v);
    if (result->inventory != NULL && result->facts != NULL) {
        v_object(v, "inventory");
        walk_inventory(v, result->inventory, result->facts);
        v_end_object(v);
    }
    v_end_object(v);
    v_end_object(v);
    v_end_object(v);
    buf_cleanup(&text);
}

bool hl_check_print(const struct hl_check_result *result, const struct hl_print_options *options, hl_write_fn *write, void *user)
{
    struct hl_buffer out;
    struct hl_json json = { .out = &out };

    buf_init(&out, TEXT_MAX);
    if (options->format == HL_FORMAT_JSON) {
        walk_check(&(struct hl_visitor){ &json_ops, &json }, result);
        buf_char(&out, '\n');
    } else {
        put_human(&out, result, options);
    }
    const bool written = !out.failed && write(user, out.data, out.len);
    buf_cleanup(&out);
    return written;
}
