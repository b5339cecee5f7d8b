/* resumption.h - what a server gives out so that a session can be resumed, and hellos that try it.
 *
 * A struct resumption is in the caller's storage and has secrets: whoever has it calls resumption_wipe(). */
#ifndef HL_PROBE_RESUMPTION_H
#define HL_PROBE_RESUMPTION_H

#include "crypto/schedule.h"
#include "probe/hello.h"
#include "session/handshake.h"

/* A longer ticket is told, and not tried. */
#define RESUMPTION_TICKET_MAX 8192u

enum resumption_kind {
    RESUMPTION_NONE,
    RESUMPTION_BY_ID,     /* RFC 5246, section 7.3 */
    RESUMPTION_BY_TICKET, /* RFC 5077 */
    RESUMPTION_BY_PSK,    /* RFC 8446, section 2.2 */
};

struct resumption {
    uint16_t version, suite, group; /* 0: the handshake was not completed */
    uint8_t id[32];                 /* session id, before TLS 1.3 */
    size_t id_length;               /* 0: none was given */
    uint8_t ticket[RESUMPTION_TICKET_MAX];
    size_t ticket_length;           /* 0: none was given, or none that can be tried: */
    const char *ticket_fault;       /* what is the matter with it, static; NULL: nothing */
    /* Of TLS 1.3 (RFC 8446, section 4.6.1): */
    bool has_ticket;                /* a well-formed one came, whether it can be tried or not */
    bool ticket_is_void;            /* its lifetime is 0: it is to be discarded at once */
    uint32_t age_add, early_data_max; /* bytes; 0: no early data */
    int64_t received_ns;            /* monotonic */
    uint8_t master[MASTER_SECRET_LENGTH]; /* before TLS 1.3 */
    struct secret psk;              /* of TLS 1.3 */
};

/* Of a completed handshake: its session id, and its ticket, if there was one before the server's Finished. */
void resumption_take_older(struct resumption *out, const struct hl_handshake *hs, const uint8_t master[MASTER_SECRET_LENGTH]);
/* A NewSessionTicket of TLS 1.3, of which the first one counts; `secret` is the resumption master secret. */
void resumption_take_ticket(struct resumption *out, const struct hl_handshake *hs, const struct hl_message *ticket,
                            const struct cipher_spec *spec, const struct secret *secret);
/* Is there something to resume by? */
bool resumption_offers(const struct resumption *resumption, enum resumption_kind kind);
/* Put it into a hello, which borrows it. Its suites and groups are the caller's. */
void resumption_put(const struct resumption *resumption, enum resumption_kind kind, struct hello *hello);
/* The ClientHello with a pre-shared key is written: fill in its binder (section 4.2.11.2). False when wolfCrypt cannot. */
bool resumption_bind(const struct resumption *resumption, struct hl_buffer *message);
void resumption_wipe(struct resumption *resumption);

#endif
