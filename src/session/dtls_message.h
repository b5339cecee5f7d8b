/* dtls_message.h - one handshake message of DTLS that is put together from its fragments, in any order. */
#ifndef HL_SESSION_DTLS_MESSAGE_H
#define HL_SESSION_DTLS_MESSAGE_H

#include "base/buffer.h"
#include "base/stream.h"
#include "wire/dtls.h"

struct hl_dtls_message {
    struct hl_dtls_message *next; /* by `seq` */
    uint16_t seq;
    uint8_t type;
    uint32_t length;       /* as announced */
    uint32_t have;         /* bytes of it that came */
    uint16_t records;      /* with something new of it */
    uint16_t version;
    bool decrypted;
    struct hl_moment at;   /* when something of it came last */
    struct hl_buffer body; /* up to the furthest byte that came; what did not come is anything */
    struct hl_buffer bits; /* of these, a bit each: did it come? */
};

/* Of which this is a fragment; nothing of it is there yet. NULL when memory has run out. */
struct hl_dtls_message *dtls_message_new(const struct hl_dtls_fragment *fragment);
void dtls_message_free(struct hl_dtls_message *m);
/* What is there stays. True when some bytes are new; `*conflict` when others differ from those that are there. */
bool dtls_message_put(struct hl_dtls_message *m, const struct hl_dtls_fragment *fragment, bool *conflict);
bool dtls_message_is_whole(const struct hl_dtls_message *m);
/* Its beginning, as far as there is no hole. */
struct hl_span dtls_message_front(const struct hl_dtls_message *m);

#endif
