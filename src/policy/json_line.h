/* json_line.h - one object of JSON out of a file of anybody's, and what is in it.
 *
 *     struct json_line line;
 *     if (json_line_read(&line, text, length)) {
 *         const cJSON *hello = json_object(&line, line.root, "server_hello");
 *         (void)json_code(&line, hello, "cipher_suite", UINT16_MAX, &suite);
 *         ...
 *     }
 *     if (line.why[0] != '\0')
 *         complain(line.why);
 *     json_line_cleanup(&line);
 *
 * As with the reader of bytes, the first thing that is wrong sticks, and is asked for at the end. A key that is asked for and there twice
 * is wrong; so is a value of another type, or out of range. Absent values, and null, are no mistake: what is returned tells. */
#ifndef HL_POLICY_JSON_LINE_H
#define HL_POLICY_JSON_LINE_H

#include <handlens/span.h>

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stdint.h>

struct json_line {
    cJSON *root;    /* an object */
    char why[160];  /* what is wrong; empty: nothing is */
    bool cut;       /* it ends before the object does */
};

/* False with `why` set. `text` is written to: a NUL in a string, which would end it in cJSON, becomes U+FFFD. */
bool json_line_read(struct json_line *line, uint8_t *text, size_t length);
void json_line_cleanup(struct json_line *line);
/* The first complaint stays. `key` may be NULL. */
void json_complain(struct json_line *line, const cJSON *parent, const char *key, const char *what);

/* `parent` may be NULL in all of these: then there is nothing in it. NULL where it is absent, or null. */
const cJSON *json_member(struct json_line *line, const cJSON *parent, const char *key);
const cJSON *json_object(struct json_line *line, const cJSON *parent, const char *key);
const cJSON *json_array(struct json_line *line, const cJSON *parent, const char *key);
const char *json_text(struct json_line *line, const cJSON *parent, const char *key);
/* True when there is one: a whole number from 0 to `max`. */
bool json_number(struct json_line *line, const cJSON *parent, const char *key, uint32_t max, uint32_t *out);
/* True when there is one: the "id" of a code point. */
bool json_code(struct json_line *line, const cJSON *parent, const char *key, uint16_t max, uint16_t *out);
/* True when there is one: its place in `words`, up to NULL; any other word is wrong. */
bool json_word(struct json_line *line, const cJSON *parent, const char *key, const char *const *words, unsigned *out);
/* True when there is one: "2026-12-31T23:59:59Z", perhaps with nine digits of a fraction; nanoseconds of it are written to `ns`. */
bool json_time(struct json_line *line, const cJSON *parent, const char *key, int64_t *seconds, uint32_t *ns);
/* Digits of hex into `out`, which has room for half of them, rounded down; false where it is none. */
bool json_hex(const char *text, uint8_t *out);

#endif
