/* explain.h - what a word means that stands in a report, a configuration or a log: an alert, a cipher suite, an
 * extension, a group, a signature scheme, a version, a code of handlens (findings.h), or an error message of another
 * program.
 *
 * Nothing is read or written, and nothing is kept. */
#ifndef HANDLENS_EXPLAIN_H
#define HANDLENS_EXPLAIN_H

#include <handlens/export.h>
#include <handlens/span.h>
#include <handlens/visitor.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum hl_word_kind {
    HL_WORD_FINDING, /* a code of handlens: hl_explain() has the same */
    HL_WORD_ALERT,
    HL_WORD_CIPHER_SUITE,
    HL_WORD_EXTENSION,
    HL_WORD_GROUP,
    HL_WORD_SIGNATURE_SCHEME,
    HL_WORD_VERSION,
    HL_WORD_GREASE, /* reserved by RFC 8701 in most registries */
    HL_WORD_ERROR,  /* what another program says */
};

/* "finding", "alert", "cipher suite", "extension", "group", "signature scheme", "version", "reserved number",
 * "error". */
HL_API const char *hl_word_kind_name(enum hl_word_kind kind);
/* One line about a kind, with examples. NULL beyond the last kind. */
HL_API const char *hl_word_kind_about(enum hl_word_kind kind);

#define HL_MEANING_CODES_MAX 8u
#define HL_MEANING_FACTS_MAX 16u

/* Something that is known by the registries, in snake_case: "forward_secrecy", "yes". */
struct hl_meaning_fact {
    const char *name, *value;
};

/* Text is NUL-terminated and safe to show; it is valid during the callback that delivers it. */
struct hl_meaning {
    enum hl_word_kind kind;
    const char *name;     /* as its registry, or handlens, writes it; of an error: the message itself */
    bool numbered;        /* is `code` set? Not of findings and errors */
    struct hl_code code;  /* the number and its name */
    const char *severity; /* of HL_WORD_FINDING; else NULL */
    const char *source;   /* of HL_WORD_ERROR: the programs that say so; else NULL */
    const char *matched;  /* what was recognised inside a longer text; NULL when all of it was */
    const char *title;    /* a few words */
    const char *why;      /* a paragraph: what it means; may be NULL */
    const char *change;   /* what to look at, or to change; may be NULL */
    const char *section;  /* where it is written; may be NULL */
    struct hl_meaning_fact facts[HL_MEANING_FACTS_MAX];
    size_t fact_count;
    /* Codes of handlens that it may belong to, the more usual ones first: hl_explain() has more about each. */
    const char *codes[HL_MEANING_CODES_MAX];
    size_t code_count;
};

typedef void hl_meaning_fn(void *user, const struct hl_meaning *meaning);

/* How a text is searched. */
enum hl_word_scope {
    HL_WORD_WHOLE, /* it is one word: "40", "alert 40", "0xc02f", "TLS 1.2", "no shared cipher" */
    HL_WORD_INSIDE, /* the longest error message, or alert, that is known stands somewhere in it: a line of a log */
    HL_WORD_PARTS, /* every word of it that is known by name */
};

/* Every meaning of a text: a number may have several. Case does not matter, nor whether words are parted by spaces,
 * hyphens or underscores. Texts of more than 64 KiB are cut there. Returns how many meanings were told. */
HL_API size_t hl_explain_text(struct hl_span text, enum hl_word_scope scope, hl_meaning_fn *on_meaning, void *user);

#define HL_WORD_SIZE 120u

/* Known words that are spelled nearly like this one, the nearest first, NUL-terminated. Returns how many there are, at
 * most `max`. */
HL_API size_t hl_similar_words(struct hl_span text, char (*words)[HL_WORD_SIZE], size_t max);

#ifdef __cplusplus
}
#endif

#endif
