/* Words of expressions: paths, values, versions. */
#include "report/expression_parser.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* What the schema says of a field: in which kind of object it is, whether it is a list, and the kind of object it (or each in the list)
 * is; 0: none. "*" is any other name. */
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

/* The first mistake counts. */
void *parser_fail(struct parser *parser, const char *at, const char *what)
{
    if (parser->wrong == NULL) {
        parser->wrong = what;
        parser->wrong_at = at;
    }
    return NULL;
}

bool parser_refuse(struct parser *parser, const char *at, const char *what)
{
    parser_fail(parser, at, what);
    return false;
}

void *parser_take(struct parser *parser, size_t size)
{
    void *memory = arena_alloc(&parser->out->arena, size);

    parser->out_of_memory |= memory == NULL;
    return memory != NULL ? memory : parser_fail(parser, parser->at, "out of memory");
}

const char *parser_copy(struct parser *parser, const char *begin, size_t length)
{
    char *copy = parser_take(parser, length + 1);

    if (copy != NULL)
        memcpy(copy, begin, length);
    return copy;
}

/* --- characters --------------------------------------------------------------------------- */

void parser_skip_space(struct parser *parser)
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

bool parser_is_word(const char *at, const char *word)
{
    return word_length(at) == strlen(word) && strncmp(at, word, strlen(word)) == 0;
}

/* Takes the one that is there. */
bool parser_take_either(struct parser *parser, const char *word, const char *sign)
{
    parser_skip_space(parser);
    if (strncmp(parser->at, sign, strlen(sign)) == 0)
        parser->at += strlen(sign);
    else if (parser_is_word(parser->at, word))
        parser->at += strlen(word);
    else
        return false;
    return true;
}

static bool is_reserved(const char *at)
{
    static const char *const words[] = { "and", "or", "not", "in", "contains", "true", "false", "null" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (parser_is_word(at, words[i]))
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
bool place_has_a_name(unsigned kind)
{
    return find_field(kind, "name", 4) != NULL;
}

static struct expression_step *add_step(struct parser *parser, struct expression_path *path, enum step_kind kind, const char *at)
{
    if (path->count == EXPRESSION_STEPS_MAX)
        return parser_fail(parser, at, "this path is too long");
    path->steps[path->count].kind = kind;
    return &path->steps[path->count++];
}

static const char *take_name(struct parser *parser, struct expression_path *path, struct place *place, const char *at)
{
    size_t n = 0;

    while (is_name_char(at[n]))
        n++;
    if (n == 0)
        return parser_fail(parser, at, "the name of a field is expected here");
    if (place->list)
        return parser_fail(parser, at - 1, "this is a list: write [] for any of it, or [0] for the first, before the point");
    if (place->holds == 0)
        return parser_fail(parser, at - 1, "this has no fields");
    const struct field *field = place->holds != ANYTHING ? find_field(place->holds, at, n) : NULL;
    if (field == NULL && place->holds != ANYTHING)
        return parser_fail(parser, at, "no document has a field of this name here");
    struct expression_step *step = add_step(parser, path, STEP_NAME, at);
    if (step == NULL || (step->name = parser_copy(parser, at, n)) == NULL)
        return NULL;
    *place = field != NULL ? (struct place){ field->holds, field->list } : (struct place){ ANYTHING, false };
    return at + n;
}

/* [], [0] */
static const char *take_brackets(struct parser *parser, struct expression_path *path, struct place *place, const char *at)
{
    const size_t digits = strspn(at + 1, "0123456789");

    if (at[1 + digits] != ']' || digits > 5)
        return parser_fail(parser, at + 1, "a number and ], or ] alone, is expected here");
    if (!place->list && place->holds != ANYTHING)
        return parser_fail(parser, at, "this is no list");
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

bool parser_read_path(struct parser *parser, struct expression_path *path, struct place *place)
{
    const char *begin = parser->at;

    *place = (struct place){ DOCUMENT, false };
    if (!is_name_char(*begin) || isdigit((unsigned char)*begin) || is_reserved(begin))
        return parser_refuse(parser, begin, *begin == '\0' ? "an expression is expected here" : "a field, not or ( is expected here");
    const char *end = NULL;
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0] && end == NULL; i++) {
        const size_t n = strlen(aliases[i].name);
        if (strncmp(begin, aliases[i].name, n) != 0 || is_name_char(begin[n]))
            continue;
        if (begin[n] == '.' || begin[n] == '[')
            return parser_refuse(parser, begin + n, "this has no fields, and is no list");
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
    char *text = parser_take(parser, strlen(begin));
    size_t n = 0;

    if (text == NULL)
        return false;
    for (; *parser->at != quote; parser->at++) {
        if (*parser->at == '\\' && (parser->at[1] == '\\' || parser->at[1] == '"' || parser->at[1] == '\''))
            parser->at++;
        if (*parser->at == '\0')
            return parser_refuse(parser, begin, "this quote is not closed");
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
    const bool is_truth = parser_is_word(begin, "true") || parser_is_word(begin, "false");
    char *end;

    if (n == 0 || (is_reserved(begin) && !is_truth && !parser_is_word(begin, "null")))
        return parser_refuse(parser, begin, "a value is expected here: a word, a number or \"text\"");
    parser->at += n;
    value->kind = is_truth ? VALUE_BOOL : parser_is_word(begin, "null") ? VALUE_NULL : VALUE_TEXT;
    value->truth = parser_is_word(begin, "true");
    value->text = parser_copy(parser, begin, n);
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

bool parser_read_value(struct parser *parser, const struct expression_node *test, struct expression_value *value)
{
    parser_skip_space(parser);
    const char *begin = parser->at;
    const bool quoted = *begin == '"' || *begin == '\'';

    if (!(quoted ? read_quoted(parser, value) : read_bare(parser, value)))
        return false;
    if (value->kind != VALUE_TEXT && (is_order(test->op) || test->op == OP_LIKE || test->op == OP_CONTAINS))
        return parser_refuse(parser, begin, "a word, a number or \"text\" is expected behind this operator");
    if (test->path.version == NO_VERSION || value->kind != VALUE_TEXT || test->op == OP_LIKE || test->op == OP_CONTAINS)
        return true;
    value->version = expression_version_of(value->text);
    if (!value->version.valid && !(value->is_number && !is_order(test->op) && test->path.version == VERSION_NAMED && strchr(value->text, '.') == NULL))
        return parser_refuse(parser, begin, "this is no version: 1.0, 1.1, 1.2, 1.3, or SSL 3.0");
    return true;
}

bool parser_read_list(struct parser *parser, struct expression_node *test)
{
    parser_skip_space(parser);
    if (*parser->at != '[')
        return parser_refuse(parser, parser->at, "a list is expected behind in: [a, b]");
    test->values = parser_take(parser, EXPRESSION_VALUES_MAX * sizeof *test->values);
    if (test->values == NULL)
        return false;
    do {
        parser->at++;
        if (test->value_count == EXPRESSION_VALUES_MAX)
            return parser_refuse(parser, parser->at, "this list is too long");
        if (!parser_read_value(parser, test, &test->values[test->value_count++]))
            return false;
        parser_skip_space(parser);
    } while (*parser->at == ',');
    if (*parser->at != ']')
        return parser_refuse(parser, parser->at, ", or ] is expected here");
    parser->at++;
    return true;
}
