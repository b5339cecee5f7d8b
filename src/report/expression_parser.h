/* expression_parser.h - for the files that read expressions: the grammar (expression.c), and the words it is made of
 * (expression_words.c). A descent by hand over the text, which never goes back. */
#ifndef HL_REPORT_EXPRESSION_PARSER_H
#define HL_REPORT_EXPRESSION_PARSER_H

#include "report/expression.h"

struct parser {
    struct expression *out;
    const char *text, *at;
    unsigned depth, tests;
    struct expression_node **last_test;
    const char *wrong; /* NULL: nothing yet */
    const char *wrong_at;
    bool out_of_memory;
};

/* Where a path has come to, by the schema. */
#define ANYTHING 255u /* where the schema is open */
struct place {
    unsigned holds; /* the kind of object; 0: none */
    bool list;
};

/* The first mistake counts; `what` is static. NULL, and false. */
void *parser_fail(struct parser *parser, const char *at, const char *what);
bool parser_refuse(struct parser *parser, const char *at, const char *what);
/* From the arena; NULL, and a mistake, when memory has run out. */
void *parser_take(struct parser *parser, size_t size);
const char *parser_copy(struct parser *parser, const char *begin, size_t length);

void parser_skip_space(struct parser *parser);
bool parser_is_word(const char *at, const char *word);
/* Takes the one that is there: the word, or the sign for it. */
bool parser_take_either(struct parser *parser, const char *word, const char *sign);

/* Are such objects called by a name: code points, extensions and so on? */
bool place_has_a_name(unsigned kind);
/* These return false after a mistake. */
bool parser_read_path(struct parser *parser, struct expression_path *path, struct place *place);
bool parser_read_value(struct parser *parser, const struct expression_node *test, struct expression_value *value);
bool parser_read_list(struct parser *parser, struct expression_node *test);

#endif
