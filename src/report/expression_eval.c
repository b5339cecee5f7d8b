/* What an expression is worth of a document. */
#include "report/expression.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Of a value that is shown. */
#define SHOWN_MAX 200u
#define SHOWN_VALUES 8u

/* What the walk along a path does with each thing that it leads to. */
struct visit {
    void (*leaf)(struct visit *visit, const cJSON *item);
    const cJSON *document;
    const struct expression_node *test;
    bool found;   /* something that is not null */
    bool fits;    /* one of them */
    bool misused; /* a list that was taken for something else, or the other way round: only where the schema does not say */
    struct hl_buffer *text;
    unsigned count;
};

static void walk_path(struct visit *visit, const cJSON *item, unsigned step)
{
    const struct expression_path *path = &visit->test->path;

    if (item == NULL || cJSON_IsNull(item))
        return;
    if (step == path->count) {
        visit->found = true;
        visit->leaf(visit, item);
        return;
    }
    const struct expression_step *next = &path->steps[step];
    if (next->kind == STEP_NAME ? !cJSON_IsObject(item) : !cJSON_IsArray(item)) {
        visit->misused = true;
    } else if (next->kind == STEP_NAME) {
        walk_path(visit, cJSON_GetObjectItemCaseSensitive(item, next->name), step + 1);
    } else if (next->kind == STEP_NUMBER) {
        walk_path(visit, cJSON_GetArrayItem(item, (int)next->number), step + 1);
    } else {
        for (const cJSON *each = item->child; each != NULL; each = each->next)
            walk_path(visit, each, step + 1);
    }
}

/* --- comparing ---------------------------------------------------------------------------- */

/* A code point, an extension, a group of a key share: {"id", "name"}. */
static const char *name_of(const cJSON *item)
{
    return cJSON_GetStringValue(cJSON_IsObject(item) ? cJSON_GetObjectItemCaseSensitive(item, "name") : item);
}

static struct expression_version version_of(const struct visit *visit, const cJSON *item)
{
    const cJSON *tls = cJSON_GetObjectItemCaseSensitive(visit->document, "tls");
    const char *protocol = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tls, "version_protocol"));
    const char *text = name_of(item);
    char whole[64] = "";

    if (text == NULL || strlen(text) > 40)
        return (struct expression_version){ .valid = false };
    if (visit->test->path.version == VERSION_SPLIT && protocol != NULL && strlen(protocol) < 8) {
        strcat(strcat(strcpy(whole, protocol), " "), text);
        text = whole;
    }
    return expression_version_of(text);
}

/* By how much a number or text is more than the value; false: they are not of a kind. */
static bool compare_scalar(const cJSON *item, const struct expression_value *value, bool order, int *out)
{
    const cJSON *id = cJSON_IsObject(item) && value->is_number ? cJSON_GetObjectItemCaseSensitive(item, "id") : item;
    const char *text = name_of(item);
    char *end = NULL;

    if (cJSON_IsNumber(id) && value->is_number) {
        *out = (id->valuedouble > value->number) - (id->valuedouble < value->number);
        return true;
    }
    if (text == NULL)
        return false;
    if (order && value->is_number) {
        const double number = strtod(text, &end);
        *out = (number > value->number) - (number < value->number);
        return end != text && *end == '\0';
    }
    *out = strcmp(text, value->text);
    return true;
}

static bool compare(struct visit *visit, const cJSON *item, const struct expression_value *value, bool order, int *out)
{
    if (value->kind == VALUE_NULL)
        return false;
    if (value->kind == VALUE_BOOL || cJSON_IsBool(item)) {
        *out = 0;
        return value->kind == VALUE_BOOL && cJSON_IsBool(item) && cJSON_IsTrue(item) == value->truth;
    }
    if (value->version.valid) {
        const struct expression_version version = version_of(visit, item);
        const bool dtls = version.protocol == VERSION_DTLS;
        *out = version.rank - value->version.rank;
        return version.valid && (value->version.protocol != VERSION_TLS || !dtls) && (value->version.protocol != VERSION_DTLS || dtls);
    }
    return compare_scalar(item, value, order, out);
}

static bool equals(struct visit *visit, const cJSON *item, const struct expression_value *value)
{
    int difference;

    return compare(visit, item, value, false, &difference) && difference == 0;
}

static bool is_like(const char *text, const char *pattern)
{
    const char *star = NULL, *from = NULL; /* the last *, and where what is behind it was tried */

    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            from = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool contains(struct visit *visit, const cJSON *item, const struct expression_value *value)
{
    if (!cJSON_IsArray(item)) {
        const char *text = name_of(item);
        return text != NULL && strstr(text, value->text) != NULL;
    }
    for (const cJSON *each = item->child; each != NULL; each = each->next) {
        if (equals(visit, each, value))
            return true;
    }
    return false;
}

static bool fits(struct visit *visit, const cJSON *item)
{
    const struct expression_node *test = visit->test;
    const char *text = name_of(item);
    int difference;

    switch (test->op) {
    case OP_IS_TRUE: return cJSON_IsTrue(item);
    case OP_LIKE: return text != NULL && is_like(text, test->values[0].text);
    case OP_CONTAINS: return contains(visit, item, &test->values[0]);
    case OP_EQUAL:
    case OP_UNEQUAL:
    case OP_IN:
        for (unsigned i = 0; i < test->value_count; i++) {
            if (equals(visit, item, &test->values[i]))
                return true;
        }
        return false;
    default:
        if (!compare(visit, item, &test->values[0], true, &difference))
            return false;
        return test->op == OP_LESS ? difference < 0 : test->op == OP_AT_MOST ? difference <= 0
               : test->op == OP_GREATER ? difference > 0 : difference >= 0;
    }
}

static void compare_leaf(struct visit *visit, const cJSON *item)
{
    const bool presence = (visit->test->op == OP_EQUAL || visit->test->op == OP_UNEQUAL) && visit->test->values[0].kind == VALUE_NULL;

    visit->misused |= !presence && ((cJSON_IsArray(item) && visit->test->op != OP_CONTAINS) || (cJSON_IsObject(item) && name_of(item) == NULL));
    visit->fits |= fits(visit, item);
}

/* --- the tree ----------------------------------------------------------------------------- */

/* Depth is bounded by EXPRESSION_DEPTH_MAX. */
static bool evaluate(const struct expression_node *node, const cJSON *document, bool *misused)
{
    struct visit visit = { .leaf = compare_leaf, .document = document, .test = node };
    bool wants_null = false;

    switch (node->kind) {
    case NODE_NOT: return !evaluate(node->first, document, misused);
    case NODE_OR:
    case NODE_AND:
        for (const struct expression_node *part = node->first; part != NULL; part = part->next) {
            if (evaluate(part, document, misused) == (node->kind == NODE_OR))
                return node->kind == NODE_OR;
        }
        return node->kind == NODE_AND;
    case NODE_TEST: break;
    }
    walk_path(&visit, document, 0);
    *misused |= visit.misused;
    for (unsigned i = 0; i < node->value_count; i++)
        wants_null |= node->values[i].kind == VALUE_NULL;
    const bool holds = visit.fits || (wants_null && !visit.found);
    return node->op == OP_UNEQUAL ? !holds : holds;
}

bool expression_holds(const struct expression *expression, const cJSON *document)
{
    bool misused = false;
    const bool holds = evaluate(expression->root, document, &misused);

    return holds && !misused; /* whatever stands before it */
}

/* --- what was seen ------------------------------------------------------------------------ */

static void put_shown(struct hl_buffer *out, const cJSON *item)
{
    const char *text = name_of(item);
    char *json = text == NULL ? cJSON_PrintUnformatted(item) : NULL;
    const char *shown = text != NULL ? text : json != NULL ? json : "";
    size_t n = strlen(shown);

    if (n > SHOWN_MAX) {
        n = SHOWN_MAX;
        while (n > 0 && ((unsigned char)shown[n] & 0xc0) == 0x80) /* not within a character */
            n--;
    }
    buf_put(out, shown, n);
    if (shown[n] != '\0')
        buf_string(out, "...");
    cJSON_free(json);
}

static void show_leaf(struct visit *visit, const cJSON *item)
{
    if (visit->count < SHOWN_VALUES) {
        buf_string(visit->text, visit->count > 0 ? ", " : "");
        put_shown(visit->text, item);
    } else if (visit->count == SHOWN_VALUES) {
        buf_string(visit->text, ", ...");
    }
    visit->count++;
}

static bool is_repeated(const struct expression *expression, const struct expression_node *test)
{
    for (const struct expression_node *other = expression->tests; other != test; other = other->next_test) {
        if (span_equal(other->path.text, test->path.text))
            return true;
    }
    return false;
}

bool expression_seen(const struct expression *expression, const cJSON *document, unsigned number, struct hl_span *path, struct hl_buffer *value)
{
    struct visit visit = { .leaf = show_leaf, .document = document, .text = value };
    const struct expression_node *test = expression->tests;

    while (test != NULL && (is_repeated(expression, test) || number-- > 0))
        test = test->next_test;
    if (test == NULL)
        return false;
    visit.test = test;
    *path = test->path.text;
    walk_path(&visit, document, 0);
    if (visit.misused)
        buf_string(value, visit.count > 0 ? " (and a list, or a value, where the other is expected)" : "a list, or a value, where the other is expected");
    return true;
}
