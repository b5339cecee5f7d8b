/* handlens/clients.h: what a server says to clients of a capture, for people and as JSON. */
#include "policy/clients.h"

#include "base/code_name.h"
#include "base/text.h"
#include "base/visit.h"
#include "registry/registry.h"
#include "report/format.h"
#include "report/json.h"
#include "report/line.h"

#include <inttypes.h>

#define TEXT_MAX ((size_t)4 << 20)
#define PIECE_MAX ((size_t)4 << 10)
enum { JA4_COLUMN = 8, SEEN_COLUMN = 46 };

static const char *const status_words[] = { "passed", "inconclusive", "failed", "unreachable" };
static const enum hl_role status_roles[] = { ROLE_GOOD, ROLE_DOUBT, ROLE_BAD, ROLE_BAD };
static const char *const outcome_words[] = { "accepted", "refused", "inconclusive" };

/* Refused now, and it had worked. */
static bool is_lost(const struct hl_clients_result *result, unsigned number)
{
    return result->list[number].outcome == REPLAY_REFUSED && result->clients->list[number].completed > 0;
}

/* --- for people --------------------------------------------------------------------------- */

static void put_counted(struct hl_buffer *text, uint64_t count, const char *one, const char *more)
{
    put_count(text, count);
    buf_string(text, count == 1 ? one : more);
}

static void put_head(struct hl_line *line, const struct hl_clients_result *result, struct hl_buffer *text)
{
    line_put_wire(line, 0, ROLE_STRONG, span_of(result->target));
    line_put(line, 2, status_roles[result->status], status_words[result->status]);
    line_end(line);
    line_tab(line, 2);
    put_counted(text, result->clients->count, " client, ", " clients, ");
    put_counted(text, result->clients->handshakes, " handshake of ", " handshakes of ");
    text_put_safe(text, span_of(result->clients->path));
    line_put_words(line, 0, ROLE_PLAIN, buf_view(text));
    text->len = 0;
    line_end(line);
    line_tab(line, 2);
    if (result->server.address.length > 0) {
        put_endpoint(text, &result->server);
        line_put_built(line, 0, ROLE_VALUE, text);
    }
    put_counted(text, result->connections, " connection, ", " connections, ");
    put_duration(text, result->duration_ns);
    line_put_built(line, line->column > 2 ? 2 : 0, ROLE_QUIET, text);
    line_end(line);
    if (result->why[0] != '\0') {
        line_tab(line, 2);
        line_put_words(line, 0, ROLE_BAD, span_of(result->why));
        line_end(line);
    }
}

static void put_outcome(struct hl_line *line, const struct replay_result *one, struct hl_buffer *text)
{
    if (one->outcome == REPLAY_ACCEPTED) {
        code_name_put(text, reg_version(one->version));
        line_put_built(line, 0, ROLE_VALUE, text);
        code_name_put(text, reg_cipher_suite(one->suite));
        line_put_built(line, 2, ROLE_VALUE, text);
        if (one->group != 0) {
            code_name_put(text, reg_group(one->group));
            line_put_built(line, 2, ROLE_VALUE, text);
        }
        if (one->retry)
            line_put(line, 2, ROLE_QUIET, "(asked for another share)");
    } else if (one->outcome == REPLAY_REFUSED && one->has_alert) {
        buf_string(text, "refused with the alert ");
        code_name_put(text, reg_alert(one->alert));
        buf_printf(text, " (%u)", one->alert);
        line_put_words(line, 0, ROLE_PLAIN, buf_view(text));
        text->len = 0;
    } else {
        line_put_words(line, 0, ROLE_PLAIN, span_of(one->why));
    }
}

static void put_client(struct hl_line *line, const struct hl_clients_result *result, unsigned number, struct hl_buffer *text)
{
    const struct seen_client *client = &result->clients->list[number];
    const struct replay_result *one = &result->list[number];
    const bool refused = one->outcome == REPLAY_REFUSED, lost = is_lost(result, number);

    line_tab(line, 2);
    line_put(line, 0, lost ? ROLE_BAD : refused ? ROLE_QUIET : one->outcome == REPLAY_ACCEPTED ? ROLE_GOOD : ROLE_DOUBT,
             lost ? "fail" : refused ? "no" : one->outcome == REPLAY_ACCEPTED ? "ok" : "?");
    line_tab(line, JA4_COLUMN);
    line_put(line, 0, ROLE_STRONG, client->ja4);
    line_tab(line, SEEN_COLUMN);
    put_counted(text, client->seen, " time, first ", " times, first ");
    put_address(text, &client->source.address);
    line_put_built(line, 0, ROLE_PLAIN, text);
    line_end(line);
    line_tab(line, JA4_COLUMN);
    put_outcome(line, one, text);
    line_end(line);
    if (refused && !lost) {
        line_tab(line, JA4_COLUMN);
        line_put_words(line, 0, ROLE_QUIET, span_of("it did not complete a handshake in the capture, either"));
        line_end(line);
    }
}

static void put_rest(struct hl_line *line, uint64_t count, const char *one, const char *more, struct hl_buffer *text)
{
    if (count == 0)
        return;
    put_counted(text, count, one, more);
    line_tab(line, 2);
    line_put_words(line, 0, ROLE_QUIET, buf_view(text));
    text->len = 0;
    line_end(line);
}

/* Those that would stop working first. */
static unsigned rank(const struct hl_clients_result *result, unsigned number)
{
    const enum replay_outcome outcome = result->list[number].outcome;

    return is_lost(result, number) ? 0 : outcome == REPLAY_INCONCLUSIVE ? 1 : outcome == REPLAY_REFUSED ? 2 : 3;
}

static void put_human(struct hl_buffer *out, const struct hl_clients_result *result, const struct hl_print_options *options)
{
    struct hl_buffer text;
    struct hl_line line = line_for(out, options, JA4_COLUMN);

    buf_init(&text, PIECE_MAX);
    put_head(&line, result, &text);
    for (unsigned wanted = 0; wanted < 4 && result->status != HL_CHECK_UNREACHABLE; wanted++) {
        for (unsigned i = 0; i < result->clients->count; i++) {
            if (rank(result, i) == wanted)
                put_client(&line, result, i, &text);
        }
    }
    put_rest(&line, result->clients->beyond, " handshake of other clients was left out: there are too many",
             " handshakes of other clients were left out: there are too many", &text);
    put_rest(&line, result->clients->left_out, " handshake was left out: its hello cannot be sent again",
             " handshakes were left out: their hellos cannot be sent again", &text);
    buf_cleanup(&text);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void walk_destination(const struct hl_visitor *v, const struct hl_clients_result *result, struct hl_buffer *text)
{
    v_object(v, "destination");
    v_string(v, "address", result->target);
    if (result->server.address.length > 0) {
        put_address(text, &result->server.address);
        v_text(v, "ip", buf_view(text));
        v_number(v, "port", result->server.port);
        text->len = 0;
    }
    v_end_object(v);
}

static void walk_outcome(const struct hl_visitor *v, const struct hl_clients_result *result, unsigned number)
{
    const struct replay_result *one = &result->list[number];

    if (result->status == HL_CHECK_UNREACHABLE) {
        v_string(v, "outcome", outcome_words[REPLAY_INCONCLUSIVE]);
        v_string(v, "why", result->why);
        return;
    }
    v_string(v, "outcome", outcome_words[one->outcome]);
    if (one->outcome == REPLAY_ACCEPTED) {
        v_code(v, "version", reg_version(one->version));
        v_code(v, "cipher_suite", reg_cipher_suite(one->suite));
        if (one->group != 0)
            v_code(v, "group", reg_group(one->group));
        v_bool(v, "hello_retry_request", one->retry);
        return;
    }
    if (one->has_alert)
        v_code(v, "alert", reg_alert(one->alert));
    v_string(v, "why", one->why);
}

static void walk_client(const struct hl_visitor *v, const struct hl_clients_result *result, unsigned number)
{
    const struct seen_client *client = &result->clients->list[number];
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    v_object(v, NULL);
    put_time(&text, result->start_ns);
    v_text(v, "@timestamp", buf_view(&text));
    text.len = 0;
    v_object(v, "event");
    v_string(v, "kind", "state");
    v_string(v, "dataset", "handlens.client");
    v_end_object(v);
    walk_destination(v, result, &text);
    v_object(v, "handlens");
    v_number(v, "schema", 1);
    v_object(v, "client");
    v_string(v, "ja4", client->ja4);
    v_string(v, "file", result->clients->path);
    v_number(v, "seen", (int64_t)client->seen);
    v_number(v, "completed", (int64_t)client->completed);
    v_object(v, "source");
    put_address(&text, &client->source.address);
    v_text(v, "ip", buf_view(&text));
    v_number(v, "port", client->source.port);
    v_end_object(v);
    if (client->server_name.len > 0)
        v_text(v, "server_name", client->server_name);
    walk_outcome(v, result, number);
    v_bool(v, "stops_working", result->status != HL_CHECK_UNREACHABLE && is_lost(result, number));
    v_end_object(v);
    v_end_object(v);
    v_end_object(v);
    buf_cleanup(&text);
}

bool hl_clients_print(const struct hl_clients_result *result, const struct hl_print_options *options, hl_write_fn *write, void *user)
{
    struct hl_buffer out;
    struct hl_json json = { .out = &out };

    buf_init(&out, TEXT_MAX);
    for (unsigned i = 0; i < result->clients->count && options->format == HL_FORMAT_JSON; i++) {
        json.need_comma = false;
        walk_client(&(struct hl_visitor){ &json_ops, &json }, result, i);
        buf_char(&out, '\n');
    }
    if (options->format != HL_FORMAT_JSON)
        put_human(&out, result, options);
    const bool written = !out.failed && write(user, out.data, out.len);
    buf_cleanup(&out);
    return written;
}
