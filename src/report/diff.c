/* handlens/diff.h: differences for people and as JSON. */
#include <handlens/diff.h>

#include "base/error.h"
#include "base/text.h"
#include "report/difference.h"
#include "report/line.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX ((size_t)16 << 20)
#define PIECE_MAX ((size_t)4 << 10)
#define INDENT 4u

static const char *string_at(const cJSON *object, const char *path)
{
    const cJSON *item = document_find(object, path);

    return cJSON_IsString(item) ? item->valuestring : NULL;
}

static void put_text(struct hl_line *line, unsigned gap, enum hl_role role, const char *text)
{
    line_put_wire(line, gap, role, span_of(text)); /* documents may hold what the wire held */
}

/* --- for people ------------------------------------------------------------------------- */

static enum hl_role role_of(const char *outcome)
{
    return strcmp(outcome, "completed") == 0 ? ROLE_GOOD : strcmp(outcome, "incomplete") == 0 ? ROLE_DOUBT : ROLE_BAD;
}

static void put_side(struct hl_line *line, const char *letter, const cJSON *side, struct hl_buffer *text)
{
    const cJSON *id = document_find(side, "id"), *port = document_find(side, "destination.port");
    const char *ip = string_at(side, "destination.ip"), *name = string_at(side, "server_name");
    const char *outcome = string_at(side, "outcome");

    line_put(line, 0, ROLE_STRONG, letter);
    put_text(line, 2, ROLE_PLAIN, string_at(side, "name"));
    if (cJSON_IsNumber(id)) {
        buf_printf(text, "#%.0f", id->valuedouble);
        line_put_built(line, 1, ROLE_QUIET, text);
    }
    if (name != NULL)
        put_text(line, 2, ROLE_STRONG, name);
    if (ip != NULL && cJSON_IsNumber(port)) {
        put_text(line, 2, ROLE_QUIET, ip);
        buf_printf(text, "port %.0f", port->valuedouble);
        line_put_built(line, 1, ROLE_QUIET, text);
    }
    if (outcome != NULL)
        put_text(line, 2, role_of(outcome), outcome);
    line_end(line);
}

/* One line a side: "-" is A's, "+" is B's, as in other diffs. */
static void put_value(struct hl_line *line, const char *sign, const cJSON *value)
{
    line_tab(line, INDENT);
    line_put(line, 0, sign[0] == '-' ? ROLE_BAD : ROLE_GOOD, sign);
    if (cJSON_IsString(value))
        line_put_words(line, 1, ROLE_PLAIN, span_of(value->valuestring));
    else
        line_put(line, 1, ROLE_QUIET, "(nothing)");
    line_end(line);
}

static void put_list(struct hl_line *line, const char *sign, const cJSON *list, struct hl_buffer *text)
{
    const cJSON *item;
    bool begins = true;

    cJSON_ArrayForEach(item, list) {
        const bool sentence = strchr(item->valuestring, ' ') != NULL; /* gets a line of its own */
        if (begins) {
            line_tab(line, INDENT);
            line_put(line, 0, sign[0] == '-' ? ROLE_BAD : ROLE_GOOD, sign);
        }
        buf_string(text, item->valuestring);
        if (item->next != NULL && !sentence)
            buf_char(text, ',');
        line_put_words(line, 1, ROLE_PLAIN, buf_view(text));
        text->len = 0;
        begins = sentence;
        if (sentence || item->next == NULL)
            line_end(line);
    }
}

static void put_difference(struct hl_line *line, const cJSON *difference, struct hl_buffer *text)
{
    const cJSON *order = document_find(difference, "order");

    put_text(line, 0, ROLE_PLAIN, string_at(difference, "label"));
    line_end(line);
    if (document_find(difference, "only_a") == NULL) {
        put_value(line, "-", document_find(difference, "a"));
        put_value(line, "+", document_find(difference, "b"));
        return;
    }
    put_list(line, "-", document_find(difference, "only_a"), text);
    put_list(line, "+", document_find(difference, "only_b"), text);
    if (cJSON_IsString(order)) {
        line_tab(line, INDENT);
        line_put_words(line, 0, ROLE_QUIET, span_of(order->valuestring));
        line_end(line);
    }
}

static void put_reason(struct hl_line *line, char failing, const char *label, const char *chosen, struct hl_buffer *text)
{
    line_tab(line, INDENT);
    line_put(line, 0, ROLE_STRONG, "explained by");
    put_text(line, 1, ROLE_PLAIN, label);
    if (chosen != NULL) {
        buf_printf(text, ": %s came to ", failing == 'a' ? "B" : "A");
        buf_string(text, chosen);
        buf_printf(text, ", which %s does not offer", failing == 'a' ? "A" : "B");
        line_put_words(line, 0, ROLE_PLAIN, buf_view(text));
        text->len = 0;
    }
    line_end(line);
}

/* "B failed: ..., and this is where the two differ in it". */
static void put_explanation(struct hl_line *line, const cJSON *result, struct hl_buffer *text)
{
    const char *failing = string_at(result, "failing"), *code = string_at(result, "cause.code");
    const cJSON *explanations = document_find(result, "explained_by"), *explanation, *difference;

    if (failing == NULL)
        return;
    line_end(line);
    line_put(line, 0, ROLE_STRONG, failing[0] == 'a' ? "A failed:" : "B failed:");
    if (code == NULL) {
        line_put(line, 1, ROLE_PLAIN, "why is not known");
        line_end(line);
        return;
    }
    put_text(line, 1, ROLE_BAD, code);
    buf_printf(text, "(%s, %s)", string_at(result, "cause.blame"), string_at(result, "cause.confidence"));
    line_put_built(line, 1, ROLE_QUIET, text);
    if (string_at(result, "cause.summary") != NULL)
        line_put_words(line, 2, ROLE_PLAIN, span_of(string_at(result, "cause.summary")));
    line_end(line);
    if (cJSON_GetArraySize(explanations) == 0) {
        line_tab(line, INDENT);
        line_put_words(line, 0, ROLE_PLAIN, span_of("none of the differences explains that: what decided it does not show here"));
        line_end(line);
    }
    cJSON_ArrayForEach(explanation, explanations) {
        cJSON_ArrayForEach(difference, document_find(result, "differences")) {
            if (strcmp(string_at(difference, "field"), string_at(explanation, "field")) == 0)
                put_reason(line, failing[0], string_at(difference, "label"), string_at(explanation, "chosen"), text);
        }
    }
}

static void put_human(struct hl_buffer *out, const cJSON *result, const struct hl_print_options *options)
{
    const cJSON *differences = document_find(result, "differences"), *difference;
    struct hl_buffer text;
    struct hl_line line = line_for(out, options, INDENT + 2);

    buf_init(&text, PIECE_MAX);
    put_side(&line, "A", document_find(result, "a"), &text);
    put_side(&line, "B", document_find(result, "b"), &text);
    line_end(&line);
    if (cJSON_GetArraySize(differences) == 0) {
        line_put(&line, 0, ROLE_GOOD, "no difference");
        line_end(&line);
    }
    cJSON_ArrayForEach(difference, differences)
        put_difference(&line, difference, &text);
    put_explanation(&line, result, &text);
    buf_cleanup(&text);
}

/* --- handlens/diff.h ---------------------------------------------------------------------- */

/* cJSON passes on what it finds. */
static bool is_utf8(struct hl_span text)
{
    uint32_t code_point;

    while (text.len > 0) {
        const size_t n = utf8_next(text, &code_point);
        if (n == 0)
            return false;
        text = (struct hl_span){ text.ptr + n, text.len - n };
    }
    return true;
}

/* NULL with `error` set. */
static cJSON *parse(const struct hl_diff_side *side, struct hl_error *error)
{
    cJSON *document = is_utf8(side->document) ? cJSON_ParseWithLength((const char *)side->document.ptr, side->document.len)
                                               : NULL;

    if (document != NULL && cJSON_IsObject(document_find(document, "handlens")))
        return document;
    error_set(error, HL_ERR_FORMAT, "handlens read --format json writes one a line", "%s: this is no handshake of handlens",
              side->name);
    cJSON_Delete(document);
    return NULL;
}

static void put_json(struct hl_buffer *out, const cJSON *result)
{
    char *text = cJSON_PrintUnformatted(result);

    if (text == NULL) {
        out->failed = true;
        return;
    }
    buf_string(out, text);
    buf_char(out, '\n');
    cJSON_free(text);
}

static enum hl_status write_result(const cJSON *result, const struct hl_print_options *options, hl_write_fn *write, void *user,
                                   struct hl_error *error)
{
    struct hl_buffer out;
    enum hl_status status = HL_OK;

    buf_init(&out, TEXT_MAX);
    if (options->format == HL_FORMAT_JSON)
        put_json(&out, result);
    else
        put_human(&out, result, options);
    if (out.failed)
        status = error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    else if (!write(user, out.data, out.len))
        status = error_set(error, HL_ERR_IO, NULL, "the differences could not be written");
    buf_cleanup(&out);
    return status;
}

enum hl_status hl_diff(const struct hl_diff_side *a, const struct hl_diff_side *b, const struct hl_print_options *options,
                       hl_write_fn *write, void *user, bool *differs, struct hl_error *error)
{
    struct hl_error own;
    enum hl_status status = HL_ERR_FORMAT;

    if (error == NULL)
        error = &own;
    cJSON *in_a = parse(a, error), *in_b = in_a != NULL ? parse(b, error) : NULL;
    if (in_b != NULL) {
        cJSON *result = difference_of(in_a, a->name, in_b, b->name);
        *differs = cJSON_GetArraySize(document_find(result, "differences")) > 0;
        status = result != NULL ? write_result(result, options, write, user, error)
                                : error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        cJSON_Delete(result);
    }
    cJSON_Delete(in_a);
    cJSON_Delete(in_b);
    return status;
}
