/* print.h - handshakes as text: for people, and as JSON.
 *
 * A printer turns handshakes into bytes and hands them to a function of the
 * caller's; it opens no file and writes to none. */
#ifndef HANDLENS_PRINT_H
#define HANDLENS_PRINT_H

#include <handlens/decode.h>
#include <handlens/explain.h>
#include <handlens/export.h>
#include <handlens/handshake.h>
#include <handlens/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

enum hl_format {
    HL_FORMAT_HUMAN,
    HL_FORMAT_JSON, /* one object a line (docs/handshake.schema.json) */
    HL_FORMAT_MARKDOWN, /* for tickets: a section a handshake; what is no handshake is written as for people */
};

/* Everything from the wire is escaped in each format. Zero is a good default for each field. */
struct hl_print_options {
    enum hl_format format;
    int verbosity; /* 0; 1: the ladder of messages; 2: every field (JSON: from 2 on HL_DETAIL_ALL) */
    bool color;    /* ANSI colours, for terminals */
    unsigned width; /* columns to stay within; 0: 80 */
    bool ascii;     /* for terminals that show no UTF-8 (people only) */
    bool files;     /* name the capture file of each handshake (people only) */
};

/* Takes all `n` bytes, or returns false: then nothing more is printed. */
typedef bool hl_write_fn(void *user, const void *bytes, size_t n);

struct hl_printer;

/* NULL when memory has run out. */
HL_API struct hl_printer *hl_printer_new(const struct hl_print_options *options, hl_write_fn *write, void *user);
HL_API void hl_printer_free(struct hl_printer *printer);
/* False when writing failed, now or before. */
HL_API bool hl_printer_handshake(struct hl_printer *printer, const struct hl_handshake *handshake);
/* What a code means, in full: for people, or as JSON. False when there is no such code. */
HL_API bool hl_printer_explanation(struct hl_printer *printer, const char *code);
/* The same in one line. */
HL_API bool hl_printer_code(struct hl_printer *printer, const char *code);
/* The same of any meaning of a word (explain.h), in full or in one line; in JSON always in full. */
HL_API bool hl_printer_meaning(struct hl_printer *printer, const struct hl_meaning *meaning, bool whole);
/* The kinds of words that can be explained, a line each: for people; nothing in JSON. */
HL_API bool hl_printer_word_kinds(struct hl_printer *printer);
/* Something that was decoded outside of a handshake (decode.h). */
HL_API bool hl_printer_item(struct hl_printer *printer, const struct hl_item *item);

/* A certificate in PEM. False when writing failed, or memory has run out. */
HL_API bool hl_print_pem(struct hl_span certificate, hl_write_fn *write, void *user);
/* One JSON object about the certificates of a handshake: who sent them, and each one's SHA-256, subject, issuer and
 * dates; no newline behind it. */
HL_API bool hl_print_chains(const struct hl_handshake *handshake, hl_write_fn *write, void *user);

/* One line about a whole run, for people, with verbosity one more about the work on certificates; nothing in JSON. */
HL_API bool hl_printer_summary(struct hl_printer *printer, const struct hl_counters *counters);

/* What another printer has printed counts in the summary of this one as well. */
HL_API void hl_printer_join(struct hl_printer *printer, const struct hl_printer *other);

#ifdef __cplusplus
}
#endif

#endif
