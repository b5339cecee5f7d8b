/* session_state.h - the inside of a session, for the files that make one: session.c (its life), session_state.c (how far it
 * came, and what happened in order), session_messages.c (what messages mean), session_records.c (records that are no
 * messages) and session_quic.c (QUIC). */
#ifndef HL_SESSION_SESSION_STATE_H
#define HL_SESSION_SESSION_STATE_H

#include "crypto/secrets.h"
#include "session/conclude.h"
#include "session/dtls.h"
#include "session/held.h"
#include "session/opening.h"
#include "session/quic.h"
#include "session/records.h"
#include "session/session.h"

struct hl_session {
    struct hl_sessions *shared;
    const struct hl_connection *connection; /* the caller's */
    struct hl_session *next, **link; /* in the list of open ones, or of spare ones */
    struct hl_arena arena;
    struct hl_records records[2];
    struct hl_dtls *dtls; /* what stands for them in DTLS; NULL elsewhere */
    struct hl_handshake hs;
    struct hl_progress progress;
    struct hl_moment last; /* when bytes came last */
    struct hl_message *unsettled[2]; /* by direction: the first message of a record that has not ended */
    struct quic *quic;               /* NULL: another carrier */
    uint32_t again[2];               /* by direction: packets of the handshake that were sent again, as QUIC tells */
    struct opening *opening;         /* NULL: no secrets were given, or nothing was encrypted yet */
    bool cipher_pending[2];          /* by direction: a change of cipher whose keys are not known yet */
    uint32_t records_after;          /* encrypted ones, after the handshake was over */
    struct held_records held;        /* that could not be opened when they came */
    uint64_t generation;             /* of the secrets, when they were last tried */
    bool delivering;                 /* it is being told ... */
    bool kept;                       /* ... and wanted for longer: session_keep() */
};

/* --- session.c --- */
/* Its memory is used again. */
void session_recycle(struct hl_session *s);

/* --- session_state.c --- */
bool session_is_tls13(const struct hl_session *s);
/* Nothing that could still come would change the story: or, what comes can be read, but was enough. */
bool session_is_told(const struct hl_session *s);
/* ... nor is anything waited for: it can be delivered. */
bool session_is_settled(const struct hl_session *s);
/* Something of the handshake was seen. */
void session_touch(struct hl_session *s, struct hl_moment at);
/* NULL at a cap. */
struct hl_message *session_add_message(struct hl_session *s, unsigned direction, struct hl_moment at);
/* `content`: level and description, or nothing when they are not known. NULL at a cap. */
struct hl_alert_event *session_add_alert(struct hl_session *s, unsigned direction, const struct hl_raw_record *record,
                                         struct hl_span content, bool decrypted);
void session_on_gap(struct hl_session *s, unsigned direction, const struct hl_chunk *chunk);

/* --- session_messages.c --- */
/* Fits hl_records_sink and quic_sink. */
void session_on_message(void *session, unsigned direction, const struct hl_raw_message *message);
/* The master secret of the exchange that `message` belongs to; NULL: it is not known. */
const uint8_t *session_known_master(const struct hl_session *s, const struct hl_message *message);

/* --- session_records.c --- */
struct hl_records_sink session_records_sink(struct hl_session *s);
/* True when it was not begun before. */
bool session_begin_opening(struct hl_session *s);
/* Keep a record that could not be opened; `message` or `alert` stands for it. */
void session_hold(struct hl_session *s, unsigned direction, const struct hl_raw_record *record, struct hl_message *message,
                  struct hl_alert_event *alert);
/* Try what was held back, in the order in which it came. */
void session_open_held(struct hl_session *s);
/* Secrets that were not there when the first records came: a key log that is still written. */
void session_take_secrets(struct hl_session *s);
/* What was read when the handshake was told goes on: in a record that has begun, behind the last one. */
void session_conclude_content(struct hl_session *s);

/* --- session_quic.c --- */
struct quic_sink session_quic_sink(struct hl_session *s);
/* What opens takes the place of what stood for it. */
bool session_open_held_packet(struct hl_session *s, const struct held_record *held);

#endif
