#include "inspect/check_documents.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "inspect/check_seen.h"
#include "policy/document.h"

#include <stdlib.h>
#include <string.h>

#define PIECE ((size_t)64 << 10)
/* Spaces before the first brace. */
#define LOOK ((size_t)4 << 10)
/* Lines that cannot be used whose numbers are told; more are counted. */
#define NUMBERS_MAX 5u

struct documents_check {
    struct seen_servers servers;
    struct document_terms terms;
    struct hl_buffer line;
    uint64_t number, bad;      /* lines so far; those that cannot be used */
    uint64_t numbers[NUMBERS_MAX];
    struct document_failure first; /* of them */
    bool out_of_memory;
};

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool check_holds_documents(struct hl_input *input)
{
    static const uint8_t pcapng[] = { '\n', '\r', '\r', '\n' }; /* which begins with what looks like empty lines */
    struct hl_span start = input_peek(input, LOOK);

    if (start.len >= sizeof pcapng && memcmp(start.ptr, pcapng, sizeof pcapng) == 0)
        return false;
    while (start.len > 0 && is_space(*start.ptr)) {
        start.ptr++;
        start.len--;
    }
    return start.len > 0 && *start.ptr == '{';
}

/* --- lines -------------------------------------------------------------------------------------- */

static void note_failure(struct documents_check *check, const struct document_failure *failure)
{
    if (check->bad == 0)
        check->first = *failure;
    if (check->bad < NUMBERS_MAX)
        check->numbers[check->bad] = check->number;
    check->bad++;
}

static void take_line(struct documents_check *check, bool ended)
{
    struct hl_buffer *line = &check->line;
    struct document_failure failure = { .why = "is too long", .hint = "let handlens read write it again" };
    struct document *document = NULL;

    check->number++;
    while (line->len > 0 && is_space(line->data[line->len - 1]))
        line->len--;
    if (line->len == 0 && !line->failed)
        return;
    if (!line->failed)
        document = document_read(&check->terms, line->data, line->len, &failure);
    if (document == NULL && failure.passed_over)
        return;
    if (document == NULL) {
        failure.cut = failure.cut && !ended;
        check->out_of_memory |= failure.why[0] == '\0';
        note_failure(check, &failure);
        return;
    }
    struct seen_server *server = seen_add(&check->servers, &document->hs);
    if (server != NULL)
        seen_keep(server, &document->hs, &document->unclear);
    else
        document_free(document);
}

/* What is behind the cap of a line is left out, up to its end. */
static void read_lines(struct documents_check *check, struct hl_input *input)
{
    struct hl_span piece;

    while (!check->out_of_memory && (piece = input_peek(input, PIECE)).len > 0) {
        const uint8_t *lf = memchr(piece.ptr, '\n', piece.len);
        const size_t n = lf != NULL ? (size_t)(lf - piece.ptr) : piece.len;
        buf_put(&check->line, piece.ptr, n);
        input_skip(input, n + (lf != NULL));
        if (lf == NULL)
            continue;
        take_line(check, true);
        check->line.len = 0;
        check->line.failed = false;
    }
    if (check->line.len > 0 || check->line.failed)
        take_line(check, false);
}

/* --- what came of it ----------------------------------------------------------------------------- */

/* "nor could lines 5 and 9, and 3 more, be used" */
static void put_others(const struct documents_check *check, struct hl_buffer *out)
{
    const uint64_t told = check->bad < NUMBERS_MAX ? check->bad : NUMBERS_MAX;

    if (check->bad < 2)
        return;
    buf_string(out, check->bad == 2 ? "; nor could line" : "; nor could lines");
    for (uint64_t i = 1; i < told; i++)
        buf_printf(out, "%s%llu", i == 1 ? " " : i + 1 == check->bad ? " and " : ", ", (unsigned long long)check->numbers[i]);
    if (check->bad > told)
        buf_printf(out, " and %llu more", (unsigned long long)(check->bad - told));
    buf_string(out, " be used");
}

static enum hl_status complain(const struct documents_check *check, const char *path, struct hl_error *error)
{
    const enum hl_status status = check->first.cut && check->bad == 1 ? HL_ERR_TRUNCATED : HL_ERR_FORMAT;
    struct hl_buffer others;

    buf_init(&others, 512);
    put_others(check, &others);
    buf_char(&others, '\0');
    error_set(error, status, check->first.hint, "%s: line %llu %s%s%s", path, (unsigned long long)check->numbers[0], check->first.why,
              check->first.cut ? ": the file was cut, or is still written" : "", others.failed ? "" : (const char *)others.data);
    buf_cleanup(&others);
    return status;
}

static void let_go(const struct hl_handshake *hs)
{
    document_free(document_of(hs));
}

static enum hl_status conclude(struct documents_check *check, const struct hl_check_options *options, struct hl_input *input,
                               const char *path, hl_check_fn *on_result, void *user, struct hl_error *error)
{
    struct hl_error reading;

    if (check->out_of_memory)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    const enum hl_status judged = seen_judge(&check->servers, options, path, "no line has a certificate of it (handlens read --keylog)",
                                             on_result, user, error);
    if (judged == HL_ERR_MEMORY)
        return judged;
    if (input_failed(input, &reading)) {
        *error = reading;
        return reading.status;
    }
    return check->bad > 0 ? complain(check, path, error) : judged;
}

enum hl_status check_documents(const struct hl_check_options *options, struct hl_input *input, const char *path, hl_check_fn *on_result,
                               void *user, struct hl_error *error)
{
    static const struct hl_trust nobody = { .profile = PROFILE_CLIENT };
    struct documents_check *check = calloc(1, sizeof *check);
    struct hl_verdicts *verdicts = calloc(1, sizeof *verdicts);
    enum hl_status status = HL_ERR_MEMORY;

    if (check == NULL || verdicts == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    } else {
        check->terms = (struct document_terms){ options->trust != NULL ? options->trust : &nobody, verdicts };
        seen_init(&check->servers);
        verdicts_init(verdicts);
        buf_init(&check->line, HL_DOCUMENT_LINE_MAX);
        read_lines(check, input);
        status = conclude(check, options, input, path, on_result, user, error);
        buf_cleanup(&check->line);
        seen_cleanup(&check->servers, let_go);
        verdicts_cleanup(verdicts);
    }
    free(verdicts);
    free(check);
    return status;
}
