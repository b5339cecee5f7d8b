/* dtls.h - a DTLS connection, from datagrams to messages.
 *
 * What records.h is for TLS. The fragments of handshake messages are put together by their message_seq, in whatever
 * order they come, and told in that order, once: what is sent again is counted. What stands behind a message that is
 * missing waits for it: until it comes, until the other side goes on (so it had it, and the capture does not), until
 * a cap is reached, or until the flow ends; then it is told as lost, and one that was begun as cut.
 *
 *   struct hl_dtls *dtls = dtls_new(&protection_of_0, &protection_of_1);
 *   dtls_push(dtls, direction, &datagram, &sink); ...; dtls_finish(dtls, direction, &sink);
 *   dtls_free(dtls);
 *
 * `sink` may call dtls_push_opened() and dtls_is_resent(); its `settled` is not called. */
#ifndef HL_SESSION_DTLS_H
#define HL_SESSION_DTLS_H

#include "session/records.h"
#include "wire/dtls.h"

struct hl_dtls_message; /* being put together */
struct hl_dtls_waiting; /* a record behind one that is missing */

struct hl_dtls_side {
    const enum hl_protection *protection; /* the session's: of what comes after the first change of cipher */
    size_t cid_length;                    /* of connection ids in records of this direction; set by the session */
    bool begun;                           /* a handshake message was seen */
    uint16_t next_seq;                    /* of the message that is told next */
    uint16_t seen_seq;                    /* of the newest message that was seen, plus one */
    uint16_t handshake_epoch;             /* in which the handshake under way began */
    uint16_t changed;                     /* epochs that a ChangeCipherSpec has ended */
    uint16_t window_epoch;                /* records seen of the newest epoch: the last 64 before `window_next` */
    uint64_t window_next, window;
    bool verify_requested;                /* the last message was a HelloVerifyRequest */
    uint64_t verify_hash;                 /* ... this one */
    uint32_t sealed_length;               /* of a handshake record that stayed closed; 0: none did ... */
    uint16_t sealed_epoch;                /* ... in this epoch */
    struct hl_dtls_message *messages;     /* by message_seq */
    size_t bytes;                         /* of these */
    struct hl_dtls_waiting *waiting, **waiting_end;
    size_t waiting_bytes;
    bool releasing;
    bool fresh, repeated;                 /* the datagram being read brought something new, or something again */
};

struct hl_dtls {
    struct hl_dtls_side side[2]; /* by direction */
    bool mid_stream;             /* set by the session: the capture begins inside the handshake */
    uint32_t resent[2];          /* datagrams with what was there before, and nothing else */
    uint32_t conflicts;          /* fragments whose copy differs from the first one */
    uint32_t gaps;               /* messages that are missing, or not whole */
    uint32_t skipped;            /* datagrams in which something is no record, or no fragment */
};

/* NULL when memory has run out. */
struct hl_dtls *dtls_new(const enum hl_protection *protection0, const enum hl_protection *protection1);
void dtls_free(struct hl_dtls *dtls);
void dtls_push(struct hl_dtls *dtls, unsigned direction, const struct hl_chunk *chunk,
               const struct hl_records_sink *sink);
/* Fragments of handshake messages that `record` held under its encryption. */
void dtls_push_opened(struct hl_dtls *dtls, unsigned direction, const struct hl_raw_record *record,
                      struct hl_span content, const struct hl_records_sink *sink);
/* A handshake record that stays closed: is it one that was there before? What tells is its length. */
bool dtls_is_resent(struct hl_dtls *dtls, unsigned direction, const struct hl_raw_record *record);
/* The flow ends. */
void dtls_finish(struct hl_dtls *dtls, unsigned direction, const struct hl_records_sink *sink);

#endif
