/* dtls_order.h - the inside of dtls.h: handshake messages of a direction, told in the order of their numbers. */
#ifndef HL_SESSION_DTLS_ORDER_H
#define HL_SESSION_DTLS_ORDER_H

#include "session/dtls.h"

/* What fragments came with. */
struct dtls_origin {
    uint16_t epoch, version;
    bool decrypted;
    bool cut;       /* the capture lacks their end */
    bool mac;       /* a MAC follows the one fragment */
    bool duplicate; /* the record itself was there before: a copy that the capture has, or the network made */
    struct hl_moment at;
};

/* Fragments of messages; what is whole and whose turn it is is told. */
void dtls_take_fragments(struct hl_dtls *dtls, unsigned direction, struct hl_span content,
                         const struct dtls_origin *origin, const struct hl_records_sink *sink);
/* What is missing will not come: tell what there is. */
void dtls_give_up(struct hl_dtls *dtls, unsigned direction, const struct hl_records_sink *sink);
/* Something is missing that came without protection, so that nothing that is protected can bring it. */
bool dtls_must_wait(const struct hl_dtls_side *side);
/* Records that waited, as long as nothing is missing before them: dtls.c. */
void dtls_release(struct hl_dtls *dtls, unsigned direction, const struct hl_records_sink *sink);
void dtls_free_messages(struct hl_dtls_side *side);

#endif
