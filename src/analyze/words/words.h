/* words.h - the tables behind "handlens explain WORD", and how words are compared.
 *
 * A row says what a code point or a message of another program means, what to look at, and which codes of the catalogue
 * belong to it. Numbers and names are the registry's (registry/tables.h): a row adds what a person wants to know.
 * tests/unit/test_words.c checks that names and codes exist and that no key is there twice. */
#ifndef HL_ANALYZE_WORDS_WORDS_H
#define HL_ANALYZE_WORDS_WORDS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "registry/tables.h"

#include <handlens/explain.h>

/* Of a code point. Texts may be "": then there is nothing to say. */
struct word_row {
    uint16_t id;
    const char *also;   /* other names, '|' between them */
    const char *title;  /* a few words */
    const char *why;    /* a paragraph */
    const char *change; /* what to look at or to change */
    const char *codes;  /* of the catalogue, a space between them */
    const char *section;
};

/* Of all code points whose names begin alike, where there is no row of their own. */
struct word_family {
    const char *prefix;
    const char *title, *why, *codes, *section;
};

/* Of a message of another program. */
struct error_row {
    const char *keys;   /* phrases, '|' between them, the usual one first; with '=' in front: only as all of the text */
    const char *source; /* who says it */
    const char *title, *why, *change, *codes;
    unsigned alert; /* the alert that comes with it; 0: none */
};

/* In the place of an alert: the reason stands beside the message, and whatever else is found there says more. */
#define ERROR_GENERIC 256u

/* One of the registries that can be asked. */
struct word_table {
    enum hl_word_kind kind;
    enum reg_table_id registry;
    const char *prefixes; /* words that may stand before a number or a name, '|' between them */
    const struct word_row *rows; /* NULL: none; the number beside it then is, too */
    const size_t *count;
    const struct word_family *families;
    const size_t *family_count;
};

#define WORD_TABLES 6u
extern const struct word_table word_tables[WORD_TABLES];
/* NULL when there is no row. */
const struct word_row *word_row(const struct word_table *table, uint32_t id);

/* The rows, by the file that has them. */
extern const struct word_row alert_rows[], extension_rows[], group_rows[], scheme_rows[], version_rows[];
extern const size_t alert_row_count, extension_row_count, group_row_count, scheme_row_count, version_row_count;
extern const struct word_family group_families[], scheme_families[];
extern const size_t group_family_count, scheme_family_count;

/* Messages, by who says them; `error_tables` has them all. */
struct error_table {
    const struct error_row *rows;
    const size_t *count;
};
#define ERROR_TABLES 5u
extern const struct error_table error_tables[ERROR_TABLES];
extern const struct error_row openssl_errors[], browser_errors[], runtime_errors[], server_errors[], windows_errors[];
extern const size_t openssl_error_count, browser_error_count, runtime_error_count, server_error_count,
    windows_error_count;

/* --- telling ----------------------------------------------------------------------- */

/* Fill in what is known about a code point: meaning.c; text that is made up lives in the arena. */
void meaning_of_code(const struct word_table *table, uint32_t id, struct hl_arena *arena, struct hl_meaning *out);
void meaning_of_error(const struct error_row *row, struct hl_span key, struct hl_arena *arena, struct hl_meaning *out);
void meaning_of_grease(uint32_t id, struct hl_arena *arena, struct hl_meaning *out);
/* The verdict on a cipher suite, and what its parts are: suites.c. */
void meaning_of_suite(uint16_t id, struct hl_arena *arena, struct hl_meaning *out);
/* Texts of the catalogue, and a fact: there is no more room when it does nothing. */
void meaning_add_codes(struct hl_meaning *out, const char *codes, struct hl_arena *arena);
void meaning_add_fact(struct hl_meaning *out, const char *name, const char *value);

/* --- numbers: number.c ------------------------------------------------------------- */

/* A number as it may be meant: 1301 is written in hex by most, 40 is not. */
struct word_number {
    bool decimal, hex;
    bool pair; /* C0,2F: of cipher suites only */
    uint32_t as_decimal, as_hex;
    unsigned hex_digits;
};

/* False when all of `text` is no number. */
bool word_number(struct hl_span text, struct word_number *out);

/* --- messages of other programs: match.c ------------------------------------------- */

/* The best of what was found in a text. */
struct word_match {
    const struct error_row *row; /* NULL: an alert */
    unsigned alert;
    size_t at, length; /* where, and how much of the text */
    bool generic;      /* gives way to anything that is not */
};

/* A message that is all of the text, which is normalised. */
bool match_whole(struct hl_span text, struct word_match *out);
/* The longest message, or alert, somewhere in it. */
bool match_inside(struct hl_span text, struct word_match *out);

/* --- comparing: phrase.c ----------------------------------------------------------- */

/* Letters and digits in lower case; whatever else stands between them counts as one space. */
void phrase_normalise(struct hl_span text, struct hl_buffer *out);
/* How much of `text`, which is normalised, the phrase covers from its beginning on; 0 unless it ends with a word. */
size_t phrase_begins(struct hl_span text, struct hl_span phrase);
/* Is it all of it? */
bool phrase_equal(struct hl_span text, struct hl_span phrase);
/* Take the next of several phrases with '|' between them; false when there is none. */
bool phrase_next(struct hl_span *list, struct hl_span *phrase);
/* Changes of a letter that lead from one to the other (swapped neighbours count once); more than `most`: most + 1. */
unsigned phrase_distance(struct hl_span a, struct hl_span b, unsigned most);

#endif
