/* redact_text.h - the names in what one direction of a connection said in the clear.
 *
 * A text is the bytes of the direction without the headers of records, so that a name lies in one piece; `where` leads
 * each byte back. What was replaced is marked, and not replaced again. */
#ifndef HL_INSPECT_REDACT_TEXT_H
#define HL_INSPECT_REDACT_TEXT_H

#include "inspect/pseudonyms.h"
#include "session/handshake.h"

struct redact_text {
    uint8_t *bytes;
    uint8_t *done;   /* 1: replaced */
    size_t length;
    size_t preamble; /* so many of them came before TLS, or are no TLS */
    bool from_client;
};

#define REDACT_NAMES_MAX 2048u

/* The names that a handshake is about, the longest first; spans of the handshake's. */
struct redact_names {
    struct hl_span list[REDACT_NAMES_MAX];
    size_t count;
    bool full; /* there were more */
};

void redact_names_collect(struct redact_names *names, const struct hl_handshake *hs);
/* False when there are too many names for so long a text. */
bool redact_text(struct pseudonyms *p, const struct redact_names *names, const struct hl_handshake *hs,
                 struct redact_text *text);

#endif
