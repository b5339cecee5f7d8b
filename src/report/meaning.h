/* meaning.h - what a word means (handlens/explain.h), for people and as JSON (docs/explain.schema.json). */
#ifndef HL_REPORT_MEANING_H
#define HL_REPORT_MEANING_H

#include "report/json.h"

#include <handlens/explain.h>
#include <handlens/print.h>

void human_meaning(struct hl_buffer *out, const struct hl_meaning *meaning, const struct hl_print_options *options);
/* One of several, in a line. */
void human_meaning_line(struct hl_buffer *out, const struct hl_meaning *meaning,
                        const struct hl_print_options *options);
/* The kinds of words there are, a line each. */
void human_word_kinds(struct hl_buffer *out, const struct hl_print_options *options);
/* As one JSON object, without a newline. */
void json_meaning(struct hl_json *json, const struct hl_meaning *meaning);

#endif
