/* expression.h - an expression over the document of a handshake (docs/expressions.md).
 *
 *     struct expression *expression = expression_new("version >= 1.2 and alpn in [h2, http/1.1]", &offset, &error);
 *     if (expression_holds(expression, document)) ...
 *     expression_free(expression);
 *
 * Every path is held against the schema when the expression is read: what no document can have is a mistake then, not something that is
 * absent later. It is not changed once it was read. */
#ifndef HL_REPORT_EXPRESSION_H
#define HL_REPORT_EXPRESSION_H

#include "base/arena.h"
#include "base/buffer.h"

#include <handlens/error.h>

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stdint.h>

/* Bytes of a text; parentheses and negations inside each other; tests; steps of a path; values of a list. */
#define EXPRESSION_TEXT_MAX 4096u
#define EXPRESSION_DEPTH_MAX 32u
#define EXPRESSION_TESTS_MAX 128u
#define EXPRESSION_STEPS_MAX 24u
#define EXPRESSION_VALUES_MAX 128u

/* NULL: HL_ERR_USAGE, and `*offset` is the byte where it goes wrong (as many as the text has: at its end); HL_ERR_MEMORY. */
struct expression *expression_new(const char *text, size_t *offset, struct hl_error *error);
/* NULL is allowed. */
void expression_free(struct expression *expression);
const char *expression_text(const struct expression *expression);
bool expression_holds(const struct expression *expression, const cJSON *document);
/* What its paths lead to, from 0 on, each path once: the path as it was written, and a short text. False: there are no more. */
bool expression_seen(const struct expression *expression, const cJSON *document, unsigned number, struct hl_span *path,
                     struct hl_buffer *value);

/* --- for the two files of expressions --- */

enum version_protocol { VERSION_ANY, VERSION_SSL, VERSION_TLS, VERSION_DTLS };

struct expression_version {
    bool valid;
    enum version_protocol protocol; /* VERSION_ANY: TLS or DTLS */
    int rank;                       /* SSL's are below 0 */
};

/* "1.2", "TLS 1.2", "TLSv1.2", "SSL 3.0", "3.0", "DTLS 1.2"; a draft is the version that it is a draft of. */
struct expression_version expression_version_of(const char *text);

enum step_kind { STEP_NAME, STEP_EACH, STEP_NUMBER };

struct expression_step {
    enum step_kind kind;
    const char *name;
    unsigned number;
};

enum version_path { NO_VERSION, VERSION_NAMED /* "TLS 1.2" */, VERSION_SPLIT /* "1.2", and the protocol beside it */ };

struct expression_path {
    struct hl_span text; /* as it was written */
    struct expression_step steps[EXPRESSION_STEPS_MAX];
    unsigned count;
    enum version_path version;
};

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_TEXT };

struct expression_value {
    enum value_kind kind;
    bool truth;
    const char *text;
    bool is_number; /* bare digits */
    double number;
    struct expression_version version;
};

enum expression_operator { OP_IS_TRUE, OP_EQUAL, OP_UNEQUAL, OP_LESS, OP_AT_MOST, OP_GREATER, OP_AT_LEAST, OP_LIKE, OP_IN, OP_CONTAINS };
enum node_kind { NODE_OR, NODE_AND, NODE_NOT, NODE_TEST };

struct expression_node {
    enum node_kind kind;
    struct expression_node *first, *next; /* parts; the next part of what this is a part of */
    enum expression_operator op;          /* of a test, as what follows */
    struct expression_path path;
    struct expression_value *values;
    unsigned value_count;
    struct expression_node *next_test;    /* in the order of the text */
};

struct expression {
    struct hl_arena arena;
    const char *text;
    struct expression_node *root, *tests;
};

#endif
