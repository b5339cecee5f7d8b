/* The grammar: tests, joined by and, or, not. */
#include "report/expression_parser.h"

#include "base/error.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)4 << 20)
#define LISTING "handlens read --format json shows what there is, docs/expressions.md how to write it"

/* --- tests -------------------------------------------------------------------------------- */

static bool ends_test(const char *at)
{
    return *at == '\0' || *at == ')' || strncmp(at, "&&", 2) == 0 || strncmp(at, "||", 2) == 0 || parser_is_word(at, "and") || parser_is_word(at, "or");
}

static bool read_operator(struct parser *parser, enum expression_operator *op)
{
    static const struct {
        const char *text;
        enum expression_operator op;
    } signs[] = { { "==", OP_EQUAL }, { "!=", OP_UNEQUAL }, { "<=", OP_AT_MOST }, { "<", OP_LESS }, { ">=", OP_AT_LEAST },
                  { ">", OP_GREATER }, { "=~", OP_LIKE } };

    parser_skip_space(parser);
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strncmp(parser->at, signs[i].text, strlen(signs[i].text)) == 0) {
            parser->at += strlen(signs[i].text);
            *op = signs[i].op;
            return true;
        }
    }
    *op = parser_is_word(parser->at, "in") ? OP_IN : parser_is_word(parser->at, "contains") ? OP_CONTAINS : OP_IS_TRUE;
    parser->at += *op == OP_IN ? 2 : *op == OP_CONTAINS ? 8 : 0;
    if (*op == OP_IS_TRUE && !ends_test(parser->at))
        return parser_refuse(parser, parser->at, *parser->at == '=' ? "to compare, write =="
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
        return parser_refuse(parser, end, "this is a list: write [] for any of it, or use contains");
    if (place->holds != 0 && !place_has_a_name(place->holds))
        return parser_refuse(parser, end, "this has fields: name one of them");
    return true;
}

static struct expression_node *new_node(struct parser *parser, enum node_kind kind)
{
    struct expression_node *node = parser_take(parser, sizeof *node);

    if (node != NULL)
        node->kind = kind;
    return node;
}

static struct expression_node *read_test(struct parser *parser)
{
    struct place place;

    if (parser->tests++ == EXPRESSION_TESTS_MAX)
        return parser_fail(parser, parser->at, "there are too many tests");
    struct expression_node *test = new_node(parser, NODE_TEST);
    if (test == NULL || !parser_read_path(parser, &test->path, &place))
        return NULL;
    const char *end = parser->at;
    if (!read_operator(parser, &test->op))
        return NULL;
    if (test->op == OP_IN ? !parser_read_list(parser, test) : test->op != OP_IS_TRUE) {
        test->values = test->op != OP_IN ? parser_take(parser, sizeof *test->values) : NULL;
        if (test->values == NULL || !parser_read_value(parser, test, test->values))
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
        return parser_refuse(parser, parser->at, "this is nested too deeply");
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
    parser_skip_space(parser);
    if (*parser->at != ')')
        return parser_fail(parser, *parser->at == '\0' ? begin : parser->at,
                    *parser->at == '\0' ? "this parenthesis is not closed" : "and, or or ) is expected here");
    parser->at++;
    return node;
}

static struct expression_node *read_not(struct parser *parser)
{
    parser_skip_space(parser);
    if (*parser->at == '(')
        return read_parentheses(parser);
    if (!parser_is_word(parser->at, "not") && *parser->at != '!')
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

    if (first == NULL || !parser_take_either(parser, word, sign))
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
    } while (parser_take_either(parser, word, sign));
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
        parser_fail(&parser, text + EXPRESSION_TEXT_MAX, "the expression is too long");
    } else {
        expression->text = parser_copy(&parser, text, strlen(text));
        if (expression->text != NULL)
            expression->root = read_or(&parser);
        parser_skip_space(&parser);
        if (parser.wrong == NULL && *parser.at != '\0')
            parser_fail(&parser, parser.at, "and, or or the end is expected here");
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
