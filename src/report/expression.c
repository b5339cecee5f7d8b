/* Reading: a descent by hand over the text, which never goes back. */
#include "report/expression.h"

#include "base/error.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)4 << 20)
#define LISTING "handlens read --format json shows what there is, docs/expressions.md how to write it"

/* What the schema says of a field: in which kind of object it is, whether it is a list, and the kind of object it (or each in the list)
 * is; 0: none. "*" is any other name. */
#define ANYTHING 255u
static const struct field {
    uint8_t in;
    const char *name;
    bool list;
    uint8_t holds;
} fields[] = {
#include "document_names.inc"
};
#define DOCUMENT 1u

static const struct {
    const char *name, *path;
} aliases[] = {
    { "version", "tls.version" },
    { "cipher", "tls.cipher" },
    { "group", "tls.curve" },
    { "alpn", "tls.next_protocol" },
    { "sni", "tls.client.server_name" },
    { "outcome", "handlens.outcome" },
    { "code", "handlens.diagnosis[0].code" },
    { "ja3", "handlens.fingerprints.ja3" },
    { "ja4", "handlens.fingerprints.ja4" },
    { "resumed", "tls.resumed" },
};

struct parser {
    struct expression *out;
    const char *text, *at;
    unsigned depth, tests;
    struct expression_node **last_test;
    const char *wrong; /* NULL: nothing yet */
    const char *wrong_at;
    bool out_of_memory;
};

/* The first mistake counts. */
static void *fail(struct parser *parser, const char *at, const char *what)
{
    if (parser->wrong == NULL) {
        parser->wrong = what;
        parser->wrong_at = at;
    }
    return NULL;
}

static bool refuse(struct parser *parser, const char *at, const char *what)
{
    fail(parser, at, what);
    return false;
}

static void *take(struct parser *parser, size_t size)
{
    void *memory = arena_alloc(&parser->out->arena, size);

    parser->out_of_memory |= memory == NULL;
    return memory != NULL ? memory : fail(parser, parser->at, "out of memory");
}

static const char *copy_text(struct parser *parser, const char *begin, size_t length)
{
    char *copy = take(parser, length + 1);

    if (copy != NULL)
        memcpy(copy, begin, length);
    return copy;
}

/* --- characters --------------------------------------------------------------------------- */

static void skip_space(struct parser *parser)
{
    parser->at += strspn(parser->at, " \t\r\n");
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '@';
}

static bool is_bare_char(char c)
{
    return c != '\0' && (isalnum((unsigned char)c) || strchr("_.:/*?@+-", c) != NULL);
}

static size_t word_length(const char *at)
{
    size_t n = 0;

    while (is_bare_char(at[n]))
        n++;
    return n;
}

static bool is_word(const char *at, const char *word)
{
    return word_length(at) == strlen(word) && strncmp(at, word, strlen(word)) == 0;
}

/* Takes the one that is there. */
static bool take_either(struct parser *parser, const char *word, const char *sign)
{
    skip_space(parser);
    if (strncmp(parser->at, sign, strlen(sign)) == 0)
        parser->at += strlen(sign);
    else if (is_word(parser->at, word))
        parser->at += strlen(word);
    else
        return false;
    return true;
}

static bool is_reserved(const char *at)
{
    static const char *const words[] = { "and", "or", "not", "in", "contains", "true", "false", "null" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (is_word(at, words[i]))
            return true;
    }
    return false;
}

/* --- versions ----------------------------------------------------------------------------- */

struct expression_version expression_version_of(const char *text)
{
    static const char *const prefixes[] = { [VERSION_SSL] = "SSL", [VERSION_TLS] = "TLS", [VERSION_DTLS] = "DTLS" };
    struct expression_version version = { .protocol = VERSION_ANY };
    int major = 0, minor = 0;

    for (int i = VERSION_SSL; i <= VERSION_DTLS && version.protocol == VERSION_ANY; i++) {
        const size_t n = strlen(prefixes[i]);
        if (!span_starts_nocase(span_of(text), prefixes[i]))
            continue;
        version.protocol = (enum version_protocol)i;
        text += n;
        text += *text == ' ' || *text == 'v' || *text == 'V';
    }
    if (!isdigit((unsigned char)*text))
        return version;
    major = *text++ - '0';
    if (text[0] == '.' && isdigit((unsigned char)text[1])) {
        minor = text[1] - '0';
        text += 2;
    } else if (version.protocol == VERSION_ANY) {
        return version;
    }
    if (version.protocol == VERSION_ANY && major > 1)
        version.protocol = VERSION_SSL;
    version.rank = 10 * major + minor - (version.protocol == VERSION_SSL ? 100 : 0);
    version.valid = (*text == '\0' || *text == ' ')
                    && (version.protocol == VERSION_SSL ? major == 2 || major == 3 : major == 1) && minor <= 3;
    return version;
}

static bool path_is(const struct expression_path *path, unsigned step, const char *name)
{
    return step < path->count && path->steps[step].kind == STEP_NAME && strcmp(path->steps[step].name, name) == 0;
}

static enum version_path version_path_of(const struct expression_path *path)
{
    static const char *const hellos[] = { "client_hello", "second_client_hello", "inner_client_hello", "server_hello", "hello_retry_request" };
    static const char *const names[] = { "version", "legacy_version", "record_version", "supported_versions" };

    if (path->count == 2 && path_is(path, 0, "tls") && path_is(path, 1, "version"))
        return VERSION_SPLIT;
    for (size_t i = 0; i < sizeof hellos / sizeof hellos[0]; i++) {
        for (size_t j = 0; j < sizeof names / sizeof names[0] && path_is(path, 1, hellos[i]); j++) {
            if (path_is(path, 2, names[j]) && (path->count == 3 || path->steps[path->count - 1].kind != STEP_NAME))
                return VERSION_NAMED;
        }
    }
    return NO_VERSION;
}

/* --- paths -------------------------------------------------------------------------------- */

/* Where a path has come to, by the schema. */
struct place {
    unsigned holds;
    bool list;
};

static const struct field *find_field(unsigned kind, const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const bool any = fields[i].name[0] == '*';
        if (fields[i].in == kind && (any || (strlen(fields[i].name) == length && strncmp(fields[i].name, name, length) == 0)))
            return &fields[i];
    }
    return NULL;
}

/* Code points, extensions and so on are called by it. */
static bool has_a_name(unsigned kind)
{
    return find_field(kind, "name", 4) != NULL;
}

static struct expression_step *add_step(struct parser *parser, struct expression_path *path, enum step_kind kind, const char *at)
{
    if (path->count == EXPRESSION_STEPS_MAX)
        return fail(parser, at, "this path is too long");
    path->steps[path->count].kind = kind;
    return &path->steps[path->count++];
}

static const char *take_name(struct parser *parser, struct expression_path *path, struct place *place, const char *at)
{
    size_t n = 0;

    while (is_name_char(at[n]))
        n++;
    if (n == 0)
        return fail(parser, at, "the name of a field is expected here");
    if (place->list)
        return fail(parser, at - 1, "this is a list: write [] for any of it, or [0] for the first, before the point");
    if (place->holds == 0)
        return fail(parser, at - 1, "this has no fields");
    const struct field *field = place->holds != ANYTHING ? find_field(place->holds, at, n) : NULL;
    if (field == NULL && place->holds != ANYTHING)
        return fail(parser, at, "no document has a field of this name here");
    struct expression_step *step = add_step(parser, path, STEP_NAME, at);
    if (step == NULL || (step->name = copy_text(parser, at, n)) == NULL)
        return NULL;
    *place = field != NULL ? (struct place){ field->holds, field->list } : (struct place){ ANYTHING, false };
    return at + n;
}

/* [], [0] */
static const char *take_brackets(struct parser *parser, struct expression_path *path, struct place *place, const char *at)
{
    const size_t digits = strspn(at + 1, "0123456789");

    if (at[1 + digits] != ']' || digits > 5)
        return fail(parser, at + 1, "a number and ], or ] alone, is expected here");
    if (!place->list && place->holds != ANYTHING)
        return fail(parser, at, "this is no list");
    struct expression_step *step = add_step(parser, path, digits > 0 ? STEP_NUMBER : STEP_EACH, at);
    if (step == NULL)
        return NULL;
    step->number = digits > 0 ? (unsigned)strtoul(at + 1, NULL, 10) : 0;
    place->list = false;
    return at + digits + 2;
}

static const char *take_path(struct parser *parser, struct expression_path *path, struct place *place, const char *at)
{
    at = take_name(parser, path, place, at);
    while (at != NULL && (*at == '.' || *at == '['))
        at = *at == '.' ? take_name(parser, path, place, at + 1) : take_brackets(parser, path, place, at);
    return at;
}

static bool read_path(struct parser *parser, struct expression_path *path, struct place *place)
{
    const char *begin = parser->at;

    *place = (struct place){ DOCUMENT, false };
    if (!is_name_char(*begin) || isdigit((unsigned char)*begin) || is_reserved(begin))
        return refuse(parser, begin, *begin == '\0' ? "an expression is expected here" : "a field, not or ( is expected here");
    const char *end = NULL;
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0] && end == NULL; i++) {
        const size_t n = strlen(aliases[i].name);
        if (strncmp(begin, aliases[i].name, n) != 0 || is_name_char(begin[n]))
            continue;
        if (begin[n] == '.' || begin[n] == '[')
            return refuse(parser, begin + n, "this has no fields, and is no list");
        end = take_path(parser, path, place, aliases[i].path) != NULL ? begin + n : NULL;
    }
    if (end == NULL && parser->wrong == NULL)
        end = take_path(parser, path, place, begin);
    if (end == NULL)
        return false;
    path->text = (struct hl_span){ (const uint8_t *)parser->out->text + (begin - parser->text), (size_t)(end - begin) };
    path->version = version_path_of(path);
    parser->at = end;
    return true;
}

/* --- values ------------------------------------------------------------------------------- */

static bool read_quoted(struct parser *parser, struct expression_value *value)
{
    const char quote = *parser->at, *begin = parser->at++;
    char *text = take(parser, strlen(begin));
    size_t n = 0;

    if (text == NULL)
        return false;
    for (; *parser->at != quote; parser->at++) {
        if (*parser->at == '\\' && (parser->at[1] == '\\' || parser->at[1] == '"' || parser->at[1] == '\''))
            parser->at++;
        if (*parser->at == '\0')
            return refuse(parser, begin, "this quote is not closed");
        text[n++] = *parser->at;
    }
    parser->at++;
    value->kind = VALUE_TEXT;
    value->text = text;
    return true;
}

static bool read_bare(struct parser *parser, struct expression_value *value)
{
    const char *begin = parser->at;
    const size_t n = word_length(begin);
    const bool is_truth = is_word(begin, "true") || is_word(begin, "false");
    char *end;

    if (n == 0 || (is_reserved(begin) && !is_truth && !is_word(begin, "null")))
        return refuse(parser, begin, "a value is expected here: a word, a number or \"text\"");
    parser->at += n;
    value->kind = is_truth ? VALUE_BOOL : is_word(begin, "null") ? VALUE_NULL : VALUE_TEXT;
    value->truth = is_word(begin, "true");
    value->text = copy_text(parser, begin, n);
    if (value->text == NULL)
        return false;
    value->number = strtod(value->text, &end);
    value->is_number = isdigit((unsigned char)value->text[value->text[0] == '-']) && *end == '\0';
    return true;
}

static bool is_order(enum expression_operator op)
{
    return op >= OP_LESS && op <= OP_AT_LEAST;
}

static bool read_value(struct parser *parser, const struct expression_node *test, struct expression_value *value)
{
    skip_space(parser);
    const char *begin = parser->at;
    const bool quoted = *begin == '"' || *begin == '\'';

    if (!(quoted ? read_quoted(parser, value) : read_bare(parser, value)))
        return false;
    if (value->kind != VALUE_TEXT && (is_order(test->op) || test->op == OP_LIKE || test->op == OP_CONTAINS))
        return refuse(parser, begin, "a word, a number or \"text\" is expected behind this operator");
    if (test->path.version == NO_VERSION || value->kind != VALUE_TEXT || test->op == OP_LIKE || test->op == OP_CONTAINS)
        return true;
    value->version = expression_version_of(value->text);
    if (!value->version.valid && !(value->is_number && !is_order(test->op) && test->path.version == VERSION_NAMED && strchr(value->text, '.') == NULL))
        return refuse(parser, begin, "this is no version: 1.0, 1.1, 1.2, 1.3, or SSL 3.0");
    return true;
}

static bool read_list(struct parser *parser, struct expression_node *test)
{
    skip_space(parser);
    if (*parser->at != '[')
        return refuse(parser, parser->at, "a list is expected behind in: [a, b]");
    test->values = take(parser, EXPRESSION_VALUES_MAX * sizeof *test->values);
    if (test->values == NULL)
        return false;
    do {
        parser->at++;
        if (test->value_count == EXPRESSION_VALUES_MAX)
            return refuse(parser, parser->at, "this list is too long");
        if (!read_value(parser, test, &test->values[test->value_count++]))
            return false;
        skip_space(parser);
    } while (*parser->at == ',');
    if (*parser->at != ']')
        return refuse(parser, parser->at, ", or ] is expected here");
    parser->at++;
    return true;
}

/* --- tests -------------------------------------------------------------------------------- */

static bool ends_test(const char *at)
{
    return *at == '\0' || *at == ')' || strncmp(at, "&&", 2) == 0 || strncmp(at, "||", 2) == 0 || is_word(at, "and") || is_word(at, "or");
}

static bool read_operator(struct parser *parser, enum expression_operator *op)
{
    static const struct {
        const char *text;
        enum expression_operator op;
    } signs[] = { { "==", OP_EQUAL }, { "!=", OP_UNEQUAL }, { "<=", OP_AT_MOST }, { "<", OP_LESS }, { ">=", OP_AT_LEAST },
                  { ">", OP_GREATER }, { "=~", OP_LIKE } };

    skip_space(parser);
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strncmp(parser->at, signs[i].text, strlen(signs[i].text)) == 0) {
            parser->at += strlen(signs[i].text);
            *op = signs[i].op;
            return true;
        }
    }
    *op = is_word(parser->at, "in") ? OP_IN : is_word(parser->at, "contains") ? OP_CONTAINS : OP_IS_TRUE;
    parser->at += *op == OP_IN ? 2 : *op == OP_CONTAINS ? 8 : 0;
    if (*op == OP_IS_TRUE && !ends_test(parser->at))
        return refuse(parser, parser->at, *parser->at == '=' ? "to compare, write =="
                                                           : "an operator is expected here: ==, !=, <, <=, >, >=, =~, in or contains");
    return true;
}

/* Is what the path leads to something that can be compared? `end` is behind it. */
static bool check_place(struct parser *parser, const struct expression_node *test, const struct place *place, const char *end)
{
    const bool only_presence = (test->op == OP_EQUAL || test->op == OP_UNEQUAL) && test->values[0].kind == VALUE_NULL;

    if (only_presence || place->holds == ANYTHING)
        return true;
    if (place->list && test->op != OP_CONTAINS)
        return refuse(parser, end, "this is a list: write [] for any of it, or use contains");
    if (place->holds != 0 && !has_a_name(place->holds))
        return refuse(parser, end, "this has fields: name one of them");
    return true;
}

static struct expression_node *new_node(struct parser *parser, enum node_kind kind)
{
    struct expression_node *node = take(parser, sizeof *node);

    if (node != NULL)
        node->kind = kind;
    return node;
}

static struct expression_node *read_test(struct parser *parser)
{
    struct place place;

    if (parser->tests++ == EXPRESSION_TESTS_MAX)
        return fail(parser, parser->at, "there are too many tests");
    struct expression_node *test = new_node(parser, NODE_TEST);
    if (test == NULL || !read_path(parser, &test->path, &place))
        return NULL;
    const char *end = parser->at;
    if (!read_operator(parser, &test->op))
        return NULL;
    if (test->op == OP_IN ? !read_list(parser, test) : test->op != OP_IS_TRUE) {
        test->values = test->op != OP_IN ? take(parser, sizeof *test->values) : NULL;
        if (test->values == NULL || !read_value(parser, test, test->values))
            return NULL;
        test->value_count = 1;
    }
    if (!check_place(parser, test, &place, end))
        return NULL;
    *parser->last_test = test;
    parser->last_test = &test->next_test;
    return test;
}

/* --- and, or, not ------------------------------------------------------------------------- */

static struct expression_node *read_or(struct parser *parser);

static bool go_deeper(struct parser *parser)
{
    if (parser->depth == EXPRESSION_DEPTH_MAX)
        return refuse(parser, parser->at, "this is nested too deeply");
    parser->depth++;
    return true;
}

static struct expression_node *read_parentheses(struct parser *parser)
{
    const char *begin = parser->at++;

    if (!go_deeper(parser))
        return NULL;
    struct expression_node *node = read_or(parser);
    parser->depth--;
    if (node == NULL)
        return NULL;
    skip_space(parser);
    if (*parser->at != ')')
        return fail(parser, *parser->at == '\0' ? begin : parser->at,
                    *parser->at == '\0' ? "this parenthesis is not closed" : "and, or or ) is expected here");
    parser->at++;
    return node;
}

static struct expression_node *read_not(struct parser *parser)
{
    skip_space(parser);
    if (*parser->at == '(')
        return read_parentheses(parser);
    if (!is_word(parser->at, "not") && *parser->at != '!')
        return read_test(parser);
    parser->at += *parser->at == '!' ? 1 : 3;
    struct expression_node *node = new_node(parser, NODE_NOT);
    if (node == NULL || !go_deeper(parser))
        return NULL;
    node->first = read_not(parser);
    parser->depth--;
    return node->first != NULL ? node : NULL;
}

/* Parts with `word` between them; one alone stays what it is. */
static struct expression_node *read_parts(struct parser *parser, struct expression_node *(*read)(struct parser *), enum node_kind kind,
                                          const char *word, const char *sign)
{
    struct expression_node *first = read(parser), *node, **last;

    if (first == NULL || !take_either(parser, word, sign))
        return first;
    node = new_node(parser, kind);
    if (node == NULL)
        return NULL;
    node->first = first;
    last = &first->next;
    do {
        *last = read(parser);
        if (*last == NULL)
            return NULL;
        last = &(*last)->next;
    } while (take_either(parser, word, sign));
    return node;
}

static struct expression_node *read_and(struct parser *parser)
{
    return read_parts(parser, read_not, NODE_AND, "and", "&&");
}

static struct expression_node *read_or(struct parser *parser)
{
    return read_parts(parser, read_and, NODE_OR, "or", "||");
}

/* --- the whole ---------------------------------------------------------------------------- */

struct expression *expression_new(const char *text, size_t *offset, struct hl_error *error)
{
    struct expression *expression = calloc(1, sizeof *expression);
    struct parser parser = { .out = expression, .text = text, .at = text };

    *offset = 0;
    if (expression == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    arena_init(&expression->arena, ARENA_MAX);
    parser.last_test = &expression->tests;
    if (strlen(text) > EXPRESSION_TEXT_MAX) {
        fail(&parser, text + EXPRESSION_TEXT_MAX, "the expression is too long");
    } else {
        expression->text = copy_text(&parser, text, strlen(text));
        if (expression->text != NULL)
            expression->root = read_or(&parser);
        skip_space(&parser);
        if (parser.wrong == NULL && *parser.at != '\0')
            fail(&parser, parser.at, "and, or or the end is expected here");
    }
    if (parser.wrong == NULL)
        return expression;
    *offset = (size_t)(parser.wrong_at - text);
    error_set(error, parser.out_of_memory ? HL_ERR_MEMORY : HL_ERR_USAGE, LISTING, "%s", parser.wrong);
    expression_free(expression);
    return NULL;
}

void expression_free(struct expression *expression)
{
    if (expression == NULL)
        return;
    arena_cleanup(&expression->arena);
    free(expression);
}

const char *expression_text(const struct expression *expression)
{
    return expression->text;
}
