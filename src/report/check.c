/* handlens/check.h: what a check came to, for people; and what all faces ask. */
#include "report/check.h"

#include "base/text.h"
#include "policy/remedies.h"
#include "report/check_report.h"
#include "report/format.h"
#include "report/inventory.h"
#include "report/line.h"

#define TEXT_MAX ((size_t)4 << 20)
#define REMEDY_MAX ((size_t)32 << 10)
#define PIECE_MAX ((size_t)64 << 10)
enum { HASH_SHOWN = 6, TEXT_COLUMN = 8, PROGRAM_COLUMN = 17, TIME_SECONDS = 19 };

static const char *const status_words[] = { "passed", "inconclusive", "failed", "unreachable" };
static const enum hl_role status_roles[] = { ROLE_GOOD, ROLE_DOUBT, ROLE_BAD, ROLE_BAD };
static const enum hl_role result_roles[] = { ROLE_GOOD, ROLE_DOUBT, ROLE_BAD, ROLE_DOUBT, ROLE_QUIET };

const enum policy_result check_order[CHECK_RESULTS] = { POLICY_FAIL, POLICY_UNKNOWN, POLICY_WARN, POLICY_WAIVED, POLICY_PASS };

const char *check_status_word(enum hl_check_status status)
{
    return status_words[status];
}

enum hl_role check_status_role(enum hl_check_status status)
{
    return status_roles[status];
}

enum hl_role check_result_role(enum policy_result result)
{
    return result_roles[result];
}

void check_tell_remedies(const struct hl_policy *policy, const struct policy_rule *rule, remedy_fn *tell, void *ctx)
{
    struct hl_buffer text;
    const char *program;

    buf_init(&text, REMEDY_MAX);
    for (unsigned i = 0; remedy_put(policy, rule, i, &program, &text); i++, text.len = 0) {
        if (text.len > 0)
            tell(ctx, program, buf_view(&text));
    }
    buf_cleanup(&text);
}

void check_put_policy(struct hl_buffer *out, const struct hl_policy *policy)
{
    buf_printf(out, "%s@%s", hl_policy_id(policy), hl_policy_version(policy));
}

void check_put_second(struct hl_buffer *out, int64_t time_ns)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    put_time(&text, time_ns);
    buf_put(out, text.data, text.len < TIME_SECONDS ? text.len : TIME_SECONDS);
    buf_cleanup(&text);
}

void check_put_work(struct hl_buffer *out, const struct hl_check_result *result)
{
    if (result->server.address.length > 0) {
        put_endpoint(out, &result->server);
        buf_string(out, ", ");
    }
    buf_printf(out, "%u connection%s, ", result->connections, result->connections == 1 ? "" : "s");
    put_duration(out, result->duration_ns);
}

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
        line_put(line, 0, ROLE_PLAIN, "policy");
        check_put_policy(&text, result->policy);
        line_put_wire(line, 1, ROLE_PLAIN, buf_view(&text));
        text.len = 0;
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

static void put_remedy(void *ctx, const char *program, struct hl_span text)
{
    struct hl_line *line = ctx;

    line_tab(line, TEXT_COLUMN);
    line_put(line, 0, ROLE_QUIET, program);
    line_tab(line, PROGRAM_COLUMN);
    line_put_words(line, 0, ROLE_VALUE, text);
    line_end(line);
}

static void put_remedies(struct hl_line *line, const struct hl_check_result *result, const struct policy_verdict *verdict)
{
    const unsigned indent = line->indent;

    line->indent = PROGRAM_COLUMN;
    check_tell_remedies(result->policy, verdict->rule, put_remedy, line);
    line->indent = indent;
}

static void put_verdict(struct hl_line *line, const struct hl_check_result *result, const struct policy_verdict *verdict)
{
    line_tab(line, 2);
    line_put(line, 0, result_roles[verdict->result], verdict->result == POLICY_UNKNOWN ? "?" : policy_result_name(verdict->result));
    line_tab(line, TEXT_COLUMN);
    line_put(line, verdict->result == POLICY_WAIVED ? 1 : 0 /* which is as long as there is room */, ROLE_STRONG, policy_rule_title(verdict->rule));
    line_put(line, 2, ROLE_QUIET, policy_rule_id(verdict->rule));
    line_end(line);
    line_tab(line, TEXT_COLUMN);
    line_put_words(line, 0, ROLE_PLAIN, verdict->text);
    line_end(line);
    if (verdict->result == POLICY_FAIL || verdict->result == POLICY_WARN)
        put_remedies(line, result, verdict);
}

void check_put_human(struct hl_buffer *out, const struct hl_check_result *result, const struct hl_print_options *options)
{
    struct hl_line line = line_for(out, options, TEXT_COLUMN);
    unsigned passed = 0;

    put_head(&line, result);
    for (size_t i = 0; i < CHECK_RESULTS; i++) {
        for (unsigned j = 0; j < result->verdicts->count; j++) {
            const struct policy_verdict *verdict = &result->verdicts->list[j];
            if (verdict->result == check_order[i] && (check_order[i] != POLICY_PASS || options->verbosity > 0))
                put_verdict(&line, result, verdict);
            passed += verdict->result == POLICY_PASS && check_order[i] == POLICY_PASS;
        }
    }
    if (result->verdicts->count > 0 && options->verbosity == 0)
        buf_printf(out, "  %u of %u rules pass%s\n", passed, result->verdicts->count, passed > 0 ? " (-v shows them)" : "");
    if (result->inventory != NULL && result->facts != NULL)
        human_inventory(&line, result->inventory, result->facts);
}

/* --- both ----------------------------------------------------------------------------------- */

bool hl_check_print(const struct hl_check_result *result, const struct hl_print_options *options, hl_write_fn *write, void *user)
{
    struct hl_buffer out;

    buf_init(&out, TEXT_MAX);
    if (options->format == HL_FORMAT_JSON)
        check_put_json(&out, result);
    else
        check_put_human(&out, result, options);
    const bool written = !out.failed && write(user, out.data, out.len);
    buf_cleanup(&out);
    return written;
}

/* --- as reports of several targets -------------------------------------------------------- */

static void add_human(struct hl_check_report *report, const struct hl_check_result *result)
{
    if (check_report_total(report) > 0)
        buf_char(&report->out, '\n');
    check_put_human(&report->out, result, &report->options.print);
}

static void end_human(struct hl_check_report *report, bool complete)
{
    if (check_report_total(report) == 0 || (check_report_total(report) < 2 && complete))
        return; /* what was told says it all */
    buf_char(&report->out, '\n');
    check_report_put_headline(report, &report->out);
    buf_string(&report->out, complete ? "\n" : "; not every target was checked\n");
}

const struct check_face check_human = { "human", NULL, add_human, end_human, 0, 0 };
