/* boxes.h - a chain of certificates, from the server's (or client's) own to the root, as what a picture of it shows.
 *
 * The path that was judged comes first, then what was sent for nothing; where nothing was judged, what was sent. */
#ifndef HL_REPORT_BOXES_H
#define HL_REPORT_BOXES_H

#include "report/style.h"
#include "session/handshake.h"

/* All text is plain, safe on a terminal, and valid during the call. */
struct box {
    struct hl_span name;     /* what people know it by */
    struct hl_span others;   /* more names that it is for; may be empty */
    struct hl_span issuer;   /* empty for a missing certificate */
    struct hl_span validity; /* "2026-01-01 to 2027-01-01"; may be empty */
    struct hl_span key;      /* "RSA 2048"; empty when it is missing */
    struct hl_span problem;  /* the checks that it fails; may be empty */
    const char *origin;      /* "sent", "trust store", ... */
    enum hl_role role;       /* good: trusted; bad: refused, expired or missing */
    bool beside;             /* not on the path */
};

typedef void box_fn(void *ctx, const struct box *box);

void boxes_tell(const struct hl_chain *chain, const struct hl_judgement *judgement, box_fn *tell, void *ctx);

#endif
