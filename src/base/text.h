/* text.h - bytes from the wire made fit for people and documents. */
#ifndef HL_BASE_TEXT_H
#define HL_BASE_TEXT_H

#include "base/buffer.h"

#include <handlens/span.h>
#include <stdbool.h>
#include <stdint.h>

struct hl_span span_of(const char *text); /* without its NUL */
bool span_equal(struct hl_span a, struct hl_span b);
bool span_equal_nocase(struct hl_span a, struct hl_span b); /* ASCII */
bool span_starts(struct hl_span s, const char *prefix);
bool span_starts_nocase(struct hl_span s, const char *prefix); /* ASCII */
bool span_contains_nocase(struct hl_span s, const char *word); /* ASCII */
/* The last line that is not empty, without what ends it. */
struct hl_span span_last_line(struct hl_span s);
/* The last line of `answers` that does not answer a goodbye with which the other side's `words` may end (QUIT, LOGOUT). */
struct hl_span span_last_answer(struct hl_span answers, struct hl_span words);
/* Take one line (without CR and LF) off the front; false when no LF is left. */
bool span_line(struct hl_span *rest, struct hl_span *line);

/* The code point at the front and its length in bytes (1 to 4); 0 when it is
 * not well-formed UTF-8 (RFC 3629). `s` must not be empty. */
size_t utf8_next(struct hl_span s, uint32_t *code_point);
void utf8_put(struct hl_buffer *out, uint32_t code_point);
/* Control characters, and those that reorder or hide text on a terminal (bidi marks, ...). */
bool code_point_is_unsafe(uint32_t code_point);

/* As a terminal may show it: unsafe code points as \u{...}, broken UTF-8 as \x.., backslash doubled. */
void text_put_safe(struct hl_buffer *out, struct hl_span text);
/* The inside of a JSON string: escaped, broken UTF-8 replaced by \ufffd. */
void text_put_json(struct hl_buffer *out, struct hl_span text);

#endif
