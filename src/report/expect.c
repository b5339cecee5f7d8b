/* handlens/check.h: what the handshakes of a capture are expected to be like, and what they were. */
#include <handlens/check.h>

#include "base/error.h"
#include "base/text.h"
#include "base/visit.h"
#include "report/expression.h"
#include "report/format.h"
#include "report/json.h"
#include "report/line.h"
#include "report/walk.h"
#include "session/handshake.h"

#include <inttypes.h>
#include <stdlib.h>

#define EXPRESSIONS_MAX 256u
#define ARENA_MAX ((size_t)16 << 20)
#define DOCUMENT_MAX ((size_t)64 << 20)
#define TEXT_MAX ((size_t)64 << 20)
#define PIECE_MAX ((size_t)8 << 10)
/* Handshakes that do not fit, of an expression: kept, and shown without -v; others are counted. */
#define FAILURES_KEPT 20u
#define FAILURES_SHOWN 3u
#define VALUES_KEPT 8u
enum { TEXT_COLUMN = 8, VALUE_COLUMN = 10 };

struct failure {
    struct failure *next;
    uint64_t id;
    struct hl_endpoint client, server;
    struct hl_span server_name;
    struct seen {
        struct hl_span path, value; /* value.ptr NULL: nothing */
    } seen[VALUES_KEPT];
    unsigned seen_count;
};

struct expectation {
    struct expression *expression;
    uint64_t met, not_met;
    struct failure *first, **last;
    unsigned kept;
};

struct hl_expectations {
    struct expectation list[EXPRESSIONS_MAX];
    unsigned count;
    uint64_t handshakes;
    struct hl_arena arena; /* failures */
    struct hl_buffer document, scratch;
};

struct hl_expectations *hl_expectations_new(struct hl_error *error)
{
    struct hl_expectations *expectations = calloc(1, sizeof *expectations);

    if (expectations == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    arena_init(&expectations->arena, ARENA_MAX);
    buf_init(&expectations->document, DOCUMENT_MAX);
    buf_init(&expectations->scratch, WALK_SCRATCH_MAX);
    return expectations;
}

void hl_expectations_free(struct hl_expectations *expectations)
{
    if (expectations == NULL)
        return;
    for (unsigned i = 0; i < expectations->count; i++)
        expression_free(expectations->list[i].expression);
    arena_cleanup(&expectations->arena);
    buf_cleanup(&expectations->document);
    buf_cleanup(&expectations->scratch);
    free(expectations);
}

enum hl_status hl_expectations_add(struct hl_expectations *expectations, const char *expression, size_t *offset, struct hl_error *error)
{
    struct expectation *one = &expectations->list[expectations->count];
    struct hl_error own;

    *offset = 0;
    if (error == NULL)
        error = &own;
    if (expectations->count == EXPRESSIONS_MAX)
        return error_set(error, HL_ERR_USAGE, NULL, "more than %u expressions", EXPRESSIONS_MAX);
    one->expression = expression_new(expression, offset, error);
    if (one->expression == NULL)
        return error->status;
    one->last = &one->first;
    expectations->count++;
    return HL_OK;
}

/* --- holding ------------------------------------------------------------------------------ */

/* cJSON ends a text at a NUL: "a.example\0.b" would be taken for "a.example". */
static void mend_nuls(struct hl_buffer *json)
{
    for (size_t i = 0; i + 6 <= json->len; i++) {
        if (json->data[i] != '\\')
            continue;
        if (memcmp(json->data + i, "\\u0000", 6) == 0)
            memcpy(json->data + i, "\\ufffd", 6);
        i++; /* what is escaped may be a backslash */
    }
}

/* To be deleted; NULL when memory has run out. */
static cJSON *document_of(struct hl_expectations *expectations, const struct hl_handshake *hs)
{
    struct hl_buffer *document = &expectations->document;
    struct hl_json json = { .out = document };

    document->len = 0;
    walk_handshake(hs, HL_DETAIL_ALL, &(struct hl_visitor){ &json_ops, &json }, NULL, &expectations->scratch);
    if (document->failed)
        return NULL;
    mend_nuls(document);
    return cJSON_ParseWithLength((const char *)document->data, document->len);
}

/* False when memory has run out. */
static bool note_failure(struct hl_expectations *expectations, struct expectation *one, const struct hl_handshake *hs, const cJSON *document)
{
    struct failure *failure = one->kept < FAILURES_KEPT ? arena_alloc(&expectations->arena, sizeof *failure) : NULL;
    struct hl_buffer value;

    if (one->kept == FAILURES_KEPT)
        return true;
    if (failure == NULL)
        return false;
    failure->id = hs->id;
    failure->client = hs->connection.ends[hs->client];
    failure->server = hs->connection.ends[1 - hs->client];
    failure->server_name = arena_copy(&expectations->arena, handshake_hello(hs)->server_name);
    buf_init(&value, PIECE_MAX);
    for (unsigned i = 0; i < VALUES_KEPT && expression_seen(one->expression, document, i, &failure->seen[i].path, &value); i++) {
        failure->seen[i].value = arena_copy(&expectations->arena, buf_view(&value));
        failure->seen_count++;
        value.len = 0;
    }
    const bool noted = !value.failed && !expectations->arena.full;
    buf_cleanup(&value);
    *one->last = failure;
    one->last = &failure->next;
    one->kept++;
    return noted;
}

bool hl_expectations_hold(struct hl_expectations *expectations, const struct hl_handshake *handshake)
{
    cJSON *document = document_of(expectations, handshake);
    bool held = document != NULL;

    expectations->handshakes++;
    for (unsigned i = 0; i < expectations->count && held; i++) {
        struct expectation *one = &expectations->list[i];
        if (expression_holds(one->expression, document)) {
            one->met++;
            continue;
        }
        one->not_met++;
        held = note_failure(expectations, one, handshake, document);
    }
    cJSON_Delete(document);
    return held;
}

static bool is_met(const struct expectation *one)
{
    return one->met > 0 && one->not_met == 0;
}

bool hl_expectations_met(const struct hl_expectations *expectations)
{
    bool met = expectations->handshakes > 0;

    for (unsigned i = 0; i < expectations->count; i++)
        met &= is_met(&expectations->list[i]);
    return met;
}

/* --- for people --------------------------------------------------------------------------- */

/* Word by word, as far as there are words. */
static void put_safe_words(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_span wire)
{
    struct hl_buffer safe;

    buf_init(&safe, TEXT_MAX);
    text_put_safe(&safe, wire);
    line_put_words(line, gap, role, buf_view(&safe));
    buf_cleanup(&safe);
}

static void put_failure(struct hl_line *line, const struct failure *failure, struct hl_buffer *text)
{
    line_tab(line, TEXT_COLUMN);
    buf_printf(text, "#%" PRIu64, failure->id);
    line_put_built(line, 0, ROLE_QUIET, text);
    put_endpoint(text, &failure->client);
    buf_string(text, line->ascii ? " -> " : " → ");
    put_endpoint(text, &failure->server);
    line_put_built(line, 1, ROLE_PLAIN, text);
    if (failure->server_name.len > 0)
        line_put_wire(line, 2, ROLE_STRONG, failure->server_name);
    line_end(line);
    for (unsigned i = 0; i < failure->seen_count; i++) {
        const struct hl_span value = failure->seen[i].value;
        line_tab(line, VALUE_COLUMN);
        line_put_wire(line, 0, ROLE_QUIET, failure->seen[i].path);
        line_put_words(line, 1, ROLE_QUIET, span_of("is"));
        if (value.len > 0)
            put_safe_words(line, 1, ROLE_VALUE, value);
        else
            line_put(line, 1, ROLE_QUIET, "not there");
        line_end(line);
    }
}

static void put_expectation(struct hl_line *line, const struct hl_expectations *expectations, const struct expectation *one, bool all,
                            struct hl_buffer *text)
{
    const unsigned shown = all ? FAILURES_KEPT : FAILURES_SHOWN;
    const struct failure *failure = one->first;
    unsigned n = 0;

    line_tab(line, 2);
    line_put(line, 0, is_met(one) ? ROLE_GOOD : ROLE_BAD, is_met(one) ? "pass" : "fail");
    line_tab(line, TEXT_COLUMN);
    put_safe_words(line, 0, ROLE_STRONG, span_of(expression_text(one->expression)));
    line_end(line);
    if (one->not_met > 0) {
        put_count(text, one->not_met);
        buf_string(text, " of ");
        put_count(text, expectations->handshakes);
        buf_string(text, expectations->handshakes == 1 ? " handshake does not fit:" : one->not_met == 1 ? " handshakes does not fit:" : " handshakes do not fit:");
        line_tab(line, TEXT_COLUMN);
        line_put_built(line, 0, ROLE_PLAIN, text);
        line_end(line);
    }
    for (; failure != NULL && n < shown; failure = failure->next, n++)
        put_failure(line, failure, text);
    if (n < one->not_met) {
        put_count(text, one->not_met - n);
        buf_string(text, " more");
        if (failure != NULL)
            buf_string(text, " (-v shows more of them)");
        line_tab(line, TEXT_COLUMN);
        line_put_built(line, 0, ROLE_QUIET, text);
        line_end(line);
    }
}

static void put_human(struct hl_buffer *out, const struct hl_expectations *expectations, const char *name, const struct hl_print_options *options)
{
    const bool met = hl_expectations_met(expectations);
    struct hl_buffer text;
    struct hl_line line = line_for(out, options, VALUE_COLUMN);

    buf_init(&text, PIECE_MAX);
    line_put_wire(&line, 0, ROLE_STRONG, span_of(name));
    line_put(&line, 2, met ? ROLE_GOOD : ROLE_BAD, met ? "passed" : "failed");
    line_end(&line);
    line_tab(&line, 2);
    if (expectations->handshakes == 0) {
        line_put_words(&line, 0, ROLE_BAD, span_of("there is no handshake in it, or none that was asked for"));
    } else {
        put_count(&text, expectations->handshakes);
        buf_string(&text, expectations->handshakes == 1 ? " handshake" : " handshakes");
        line_put_built(&line, 0, ROLE_QUIET, &text);
    }
    line_end(&line);
    for (unsigned i = 0; i < expectations->count; i++)
        put_expectation(&line, expectations, &expectations->list[i], options->verbosity > 0, &text);
    buf_cleanup(&text);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void walk_endpoint(const struct hl_visitor *v, const char *key, const struct hl_endpoint *end, struct hl_buffer *text)
{
    text->len = 0;
    put_address(text, &end->address);
    v_object(v, key);
    v_text(v, "ip", buf_view(text));
    v_number(v, "port", end->port);
    v_end_object(v);
}

static void walk_failure(const struct hl_visitor *v, const struct failure *failure, struct hl_buffer *text)
{
    v_object(v, NULL);
    v_number(v, "id", (int64_t)failure->id);
    walk_endpoint(v, "source", &failure->client, text);
    walk_endpoint(v, "destination", &failure->server, text);
    if (failure->server_name.len > 0)
        v_text(v, "server_name", failure->server_name);
    v_array(v, "seen");
    for (unsigned i = 0; i < failure->seen_count; i++) {
        v_object(v, NULL);
        v_text(v, "path", failure->seen[i].path);
        if (failure->seen[i].value.len > 0)
            v_text(v, "value", failure->seen[i].value);
        else
            v_null(v, "value");
        v_end_object(v);
    }
    v_end_array(v);
    v_end_object(v);
}

static void walk_expectation(const struct hl_visitor *v, const struct expectation *one, struct hl_buffer *text)
{
    v_object(v, NULL);
    v_string(v, "expression", expression_text(one->expression));
    v_string(v, "result", is_met(one) ? "pass" : "fail");
    v_number(v, "met", (int64_t)one->met);
    v_number(v, "not_met", (int64_t)one->not_met);
    v_array(v, "failures");
    for (const struct failure *failure = one->first; failure != NULL; failure = failure->next)
        walk_failure(v, failure, text);
    v_end_array(v);
    v_end_object(v);
}

static void walk_expectations(const struct hl_visitor *v, const struct hl_expectations *expectations, const char *name)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    v_object(v, NULL);
    v_object(v, "event");
    v_string(v, "kind", "state");
    v_string(v, "dataset", "handlens.expect");
    v_end_object(v);
    v_object(v, "handlens");
    v_number(v, "schema", 1);
    v_object(v, "expect");
    v_string(v, "file", name);
    v_string(v, "status", hl_expectations_met(expectations) ? "passed" : "failed");
    v_number(v, "handshakes", (int64_t)expectations->handshakes);
    v_array(v, "expectations");
    for (unsigned i = 0; i < expectations->count; i++)
        walk_expectation(v, &expectations->list[i], &text);
    v_end_array(v);
    v_end_object(v);
    v_end_object(v);
    v_end_object(v);
    buf_cleanup(&text);
}

bool hl_expectations_print(const struct hl_expectations *expectations, const char *name, const struct hl_print_options *options,
                           hl_write_fn *write, void *user)
{
    struct hl_buffer out;
    struct hl_json json = { .out = &out };

    buf_init(&out, TEXT_MAX);
    if (options->format == HL_FORMAT_JSON) {
        walk_expectations(&(struct hl_visitor){ &json_ops, &json }, expectations, name);
        buf_char(&out, '\n');
    } else {
        put_human(&out, expectations, name, options);
    }
    const bool written = !out.failed && write(user, out.data, out.len);
    buf_cleanup(&out);
    return written;
}
