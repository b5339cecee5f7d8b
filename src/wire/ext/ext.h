/* ext.h - the extensions of TLS, each decoded to its fields.
 *
 * One row an extension in ext.c: code point, the messages it may stand in, a
 * decoder. A decoder reads like the definition in its RFC: it takes each field
 * from the reader and hands it to the visitor (which may be NULL). What it
 * cannot read is noted in the reader's fault, after all that could be read. */
#ifndef HL_WIRE_EXT_EXT_H
#define HL_WIRE_EXT_EXT_H

#include "base/reader.h"
#include "base/visit.h"

/* Where an extension stands: a message, and a bit each in a row's `messages`. */
enum hl_ext_place {
    EXT_CLIENT_HELLO = 1,
    EXT_SERVER_HELLO = 2,
    EXT_HELLO_RETRY_REQUEST = 4,
    EXT_ENCRYPTED_EXTENSIONS = 8,
    EXT_CERTIFICATE = 16,
    EXT_CERTIFICATE_REQUEST = 32,
    EXT_NEW_SESSION_TICKET = 64,
};

typedef void ext_decode_fn(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place);

struct hl_ext_row {
    uint16_t id;
    unsigned messages; /* enum hl_ext_place, or'ed: RFC 8446, section 4.2, and its own RFC */
    ext_decode_fn *decode;
};

/* NULL when its syntax is not known here. */
const struct hl_ext_row *ext_row(uint16_t id);

/* One extension: "id", "name", "length", its fields, and "fault" when it is broken; inside an
 * object that is opened and closed here (key NULL: an element of an array). Extensions of
 * unknown syntax show their "data". Returns false when it is broken. `offset` is where `body`
 * begins in its message, for the fault. */
bool ext_walk(uint16_t id, struct hl_span body, size_t offset, enum hl_ext_place place, const struct hl_visitor *v);

/* Is it whole? Else `fault` tells where not, counted from the start of `body`. */
bool ext_check(uint16_t id, struct hl_span body, enum hl_ext_place place, struct hl_fault *fault);

/* A whole extensions vector's content (without its length): an array of them. Stops at the first
 * one that does not fit; `r`'s fault tells. */
void ext_walk_list(struct hl_reader *r, enum hl_ext_place place, const char *key, const struct hl_visitor *v);

#endif
