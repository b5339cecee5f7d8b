/* memo.h - pieces of text that were written before are copied, not made again.
 *
 * Handshakes of real traffic repeat themselves: the same certificates, the
 * same lists of suites and groups, the same extensions. A piece is known by
 * its kind and by the bytes from the wire that it shows. The second time it is
 * seen its text is kept, from then on it is copied. A fixed number of slots,
 * one piece each; a new one takes the slot of an old one, and at
 * MEMO_BYTES_MAX no more are kept. */
#ifndef HL_REPORT_MEMO_H
#define HL_REPORT_MEMO_H

#include "report/json.h"

#include <handlens/span.h>

#define MEMO_SLOTS 16384u
#define MEMO_BYTES_MAX ((size_t)12 << 20)
/* Larger pieces are made each time. */
#define MEMO_PIECE_MAX ((size_t)4 << 10)

enum memo_kind { /* the text depends on where the bytes stand */
    MEMO_SUITES,
    MEMO_SUITE_NAMES,
    MEMO_VERSIONS,
    MEMO_GROUPS,
    MEMO_SCHEMES,
    MEMO_EXTENSIONS, /* plus the place: enum hl_ext_place */
    MEMO_CERTIFICATE = 256,
    MEMO_CERTIFICATE_ECS,
    MEMO_FINGERPRINTS,
    MEMO_VERDICT, /* by the verdict's number */
    MEMO_SCTS,    /* the same: those of the certificate itself */
    MEMO_FINDING, /* what a finding's code means */
};

struct hl_memo;

struct hl_memo *memo_new(struct hl_json *json);
void memo_free(struct hl_memo *memo);
/* True when the caller has to write the piece, and to call memo_end() after it; false when it was
 * copied. `memo` may be NULL: then there is nothing to copy. Pieces may not be nested. */
bool memo_begin(struct hl_memo *memo, unsigned kind, struct hl_span bytes);
void memo_end(struct hl_memo *memo, bool keep);

#endif
