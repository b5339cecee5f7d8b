/* handlens/diff.h - what differs between two handshakes, and which of it explains that one of them failed.
 *
 * Both are given as documents: the JSON objects of docs/handshake.schema.json, as hl_printer_handshake() writes them (with
 * verbosity 2 each field of the extensions is there to be compared). What changes from handshake to handshake by nature is not
 * a difference: randoms, session ids, key shares, tickets, cookies, padding, GREASE (RFC 8701), frames and times. */
#ifndef HANDLENS_DIFF_H
#define HANDLENS_DIFF_H

#include <handlens/error.h>
#include <handlens/export.h>
#include <handlens/print.h>
#include <handlens/span.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One of the two. */
struct hl_diff_side {
    const char *name;         /* what to call it: where it came from; borrowed during the call */
    struct hl_span document;  /* JSON text; borrowed during the call */
};

/* Compare `a` and `b`, and write the result: for people, or (HL_FORMAT_JSON) as one JSON object and a newline. HL_OK, with
 * `*differs` set; HL_ERR_FORMAT when a document is none (`error` says which); HL_ERR_IO when `write` refused;
 * HL_ERR_MEMORY. HL_FORMAT_MARKDOWN is as for people. */
HL_API enum hl_status hl_diff(const struct hl_diff_side *a, const struct hl_diff_side *b,
                              const struct hl_print_options *options, hl_write_fn *write, void *user, bool *differs,
                              struct hl_error *error);

#ifdef __cplusplus
}
#endif

#endif
