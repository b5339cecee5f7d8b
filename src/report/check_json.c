/* A check as JSON: one object a target, one line each (docs/check.schema.json). */
#include "base/visit.h"
#include "report/check_report.h"
#include "report/format.h"
#include "report/inventory.h"

#define PIECE_MAX 256u

static void walk_remedy(void *ctx, const char *program, struct hl_span text)
{
    const struct hl_visitor *v = ctx;

    v_object(v, NULL);
    v_string(v, "program", program);
    v_text(v, "line", text);
    v_end_object(v);
}

static void walk_verdict(struct hl_visitor *v, const struct hl_check_result *result, const struct policy_verdict *verdict)
{
    v_object(v, NULL);
    v_string(v, "rule", policy_rule_id(verdict->rule));
    v_string(v, "title", policy_rule_title(verdict->rule));
    v_string(v, "result", policy_result_name(verdict->result));
    v_text(v, "text", verdict->text);
    if (verdict->result == POLICY_FAIL || verdict->result == POLICY_WARN) {
        v_array(v, "remedies");
        check_tell_remedies(result->policy, verdict->rule, walk_remedy, v);
        v_end_array(v);
    }
    v_end_object(v);
}

static void walk_check(struct hl_visitor *v, const struct hl_check_result *result)
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
    v_string(v, "status", check_status_word(result->status));
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

void check_put_json(struct hl_buffer *out, const struct hl_check_result *result)
{
    struct hl_json json = { .out = out };

    walk_check(&(struct hl_visitor){ &json_ops, &json }, result);
    buf_char(out, '\n');
}

static void add_json(struct hl_check_report *report, const struct hl_check_result *result)
{
    check_put_json(&report->out, result);
}

/* That a target is missing cannot be told in lines about one target each: the exit status does. */
static void end_json(struct hl_check_report *report, bool complete)
{
    (void)report;
    (void)complete;
}

const struct check_face check_json = { "json", NULL, add_json, end_json, 0, 0 };
