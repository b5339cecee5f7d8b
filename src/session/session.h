/* session.h - messages to one immutable handshake.
 *
 * Fed with the ordered bytes of a connection from the first byte of TLS on,
 * from wherever they come; delivers the handshake when it is over: completed,
 * failed, or when there is nothing more to come.
 *
 *   sessions_init(&sessions, &sink, seed);
 *   struct hl_session *s = session_new(&sessions, &connection);
 *   while (session_data(s, direction, &chunk)) ...      // false: delivered, and freed
 *   session_close(s, &closing);                         // delivered, and freed
 *   sessions_cleanup(&sessions);
 *
 * `connection` stays the caller's, and up to date, until the session is over. */
#ifndef HL_SESSION_SESSION_H
#define HL_SESSION_SESSION_H

#include "base/stream.h"
#include "crypto/certificate.h"
#include "session/fingerprints.h"
#include "session/handshake.h"
#include "session/resumables.h"
#include "wire/record.h"

#include <handlens/inspect.h>

#include <stdatomic.h>

struct hl_secrets;
struct hl_session;

struct hl_session_sink {
    void *ctx;
    /* The handshake is valid during the call. Only its findings may still be set; their memory comes from `arena`. */
    void (*handshake)(void *ctx, struct hl_handshake *handshake, struct hl_arena *arena);
};

/* What sessions share. */
struct hl_sessions {
    struct hl_session_sink sink;
    struct hl_cert_cache certificates;
    struct hl_verdicts verdicts;
    const struct hl_trust *trust; /* the owner's; may be NULL: nobody is trusted */
    const struct hl_secrets *secrets; /* the owner's; NULL: nothing is opened */
    struct resumables resumables;
    uint8_t plain[RECORD_LENGTH_MAX]; /* the record that was opened last, of any session */
    enum hl_signature_policy signature_policy;
    uint64_t signatures_checked; /* handshakes in which one was */
    struct hl_fingerprint_cache fingerprints;
    char *const *files;       /* names of the capture files, by hl_moment.file; NULL: there are none */
    struct hl_session *open;  /* those that are not over: dropped by sessions_cleanup() */
    struct hl_session *spare; /* ended ones, whose memory is used again */
    unsigned spare_count;
    _Atomic uint64_t own_numbers, *numbers; /* the last one given; those of others may be shared, in other threads */
    uint64_t without_handshake; /* TLS connections of which the capture has no handshake */
};

void sessions_init(struct hl_sessions *sessions, const struct hl_session_sink *sink, uint64_t seed);
void sessions_cleanup(struct hl_sessions *sessions);

/* NULL when memory has run out. */
struct hl_session *session_new(struct hl_sessions *sessions, const struct hl_connection *connection);
/* A connection in which TLS never began, though it was wanted: told as a handshake that failed, without messages. */
void session_missed(struct hl_sessions *sessions, const struct hl_connection *connection,
                    const struct hl_closing *closing, enum hl_no_tls why);
bool session_data(struct hl_session *session, unsigned direction, const struct hl_chunk *chunk);
/* Is the handshake itself over? What may still come are tickets, alerts and content. */
bool session_is_over(const struct hl_session *session);
/* As far as it is known; what is concluded at the end is not there yet. */
const struct hl_handshake *session_handshake(const struct hl_session *session);
const struct hl_connection *session_connection(const struct hl_session *session);
void session_close(struct hl_session *session, const struct hl_closing *closing);

/* In the sink: the handshake stays as it is until session_let_go(), with all that it points to, but for its packets; no longer
 * than the sessions and the names of files are there. False when memory has run out: nothing has changed. */
bool session_keep(const struct hl_handshake *handshake);
void session_let_go(const struct hl_handshake *handshake);

#endif
