/* walk_text.h - a walk as one line of text, for tests to compare.
 *
 * Like JSON, with less around it: {key:value,...}, [value,...], "text", 12, true, null, bytes as <0a0b>,
 * codes by their name alone: x25519, GREASE(0x1a1a), unknown(0x1234). */
#ifndef HL_TESTS_WALK_TEXT_H
#define HL_TESTS_WALK_TEXT_H

#include "base/buffer.h"

#include <handlens/visitor.h>

struct walk_text {
    struct hl_buffer out;
    struct hl_visitor visitor; /* to hand to the walk */
};

void walk_text_init(struct walk_text *walk);
void walk_text_cleanup(struct walk_text *walk);
/* What was written until now, NUL-terminated; valid until the next call of the walk. */
const char *walk_text_string(struct walk_text *walk);

/* A cmocka assertion: `what` stands in what was written. */
void walk_must_say(const char *walk, const char *what);

/* Bytes of a hex string (spaces are passed over) in an allocation of their exact size, so that the
 * sanitizer sees the first byte read too far; to be freed by the caller. */
uint8_t *unhex(const char *hex, size_t *length);
/* The first `length` bytes of `bytes` in an allocation of their exact size. */
uint8_t *exact_copy(const uint8_t *bytes, size_t length);

#endif
