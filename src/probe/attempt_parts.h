/* attempt_parts.h - for the files that run an attempt: connection and bytes (attempt.c), what comes next
 * (server_flight.c, server_finished.c, attempt_steps.c, renegotiation.c), and our answer to the server's flight (completion.c,
 * completion_tls13.c). */
#ifndef HL_PROBE_ATTEMPT_PARTS_H
#define HL_PROBE_ATTEMPT_PARTS_H

#include "probe/attempt.h"
#include "probe/flight_keys.h"
#include "probe/tap.h"

/* Directions. */
enum { CLIENT = 0, SERVER = 1 };
/* HandshakeType (IANA). */
enum { NEW_SESSION_TICKET = 4, CERTIFICATE = 11, SERVER_KEY_EXCHANGE = 12, SERVER_HELLO_DONE = 14, CLIENT_KEY_EXCHANGE = 16, FINISHED = 20 };
enum { TLS13 = 0x0304 };

enum running_state {
    READING_FLIGHT,   /* of the server, up to where it is clear what was asked */
    AWAITING_FINISHED, /* before TLS 1.3: our answer is sent */
    RENEGOTIATING,    /* another ClientHello is sent */
    AWAITING_TICKET,  /* in TLS 1.3 */
    AWAITING_REACTION, /* to an intrusion */
    CLOSING,          /* the handshake is completed, and we said that nothing more comes */
};

/* One that is running. */
struct running {
    struct prober *prober;
    const struct attempt_request *request;
    struct hello hello;         /* the one that was sent last */
    struct attempt *out;
    struct hl_connection connection;
    struct hl_session *session; /* NULL once it was delivered */
    struct key_share *second;   /* for the group that a HelloRetryRequest asked for */
    int fd;
    int64_t round_trip_ns;      /* of TCP's handshake */
    int64_t latest, deadline;   /* of the attempt, and of what it waits for */
    struct hl_buffer received;  /* what was not yet fed */
    struct hl_buffer packets;   /* of a protocol that wraps records: what was not yet unwrapped */
    struct tap tap;
    size_t read;                /* bytes in all */
    uint8_t record_type;        /* of the server's record that came last */
    bool keys_known, retried, foreign;
    bool resumes;               /* before TLS 1.3: `master` is that of the session, which the server goes on with */
    unsigned alerts_before;     /* of the server, when it was asked for what comes next */
    enum running_state state;
    struct flight_keys flight;  /* of TLS 1.3 */
    /* Our side of a handshake that is completed: */
    struct cipher_spec spec;
    struct protection keys;     /* of what we send; zeros: there are none */
    uint8_t master[MASTER_SECRET_LENGTH]; /* before TLS 1.3 */
    struct secret resumption_master;      /* TLS 1.3 */
    uint8_t verify_data[FINISHED_LENGTH_MAX]; /* of our Finished */
    size_t verify_length;
};

/* To the server, wrapped where its protocol wants that. */
enum socket_result running_send(struct running *running, struct hl_span records);
/* The hello, to the server and the session. */
enum socket_result running_send_hello(struct running *running);
/* Behind each record: is anything still of interest? What is to be sent now, is. */
bool attempt_goes_on(struct running *running);
/* The deadline is over: is there more to wait for? Then there is a new one. */
bool attempt_is_patient(struct running *running);
/* To the session. */
void running_feed(struct running *running, unsigned direction, struct hl_span bytes);
/* NULL: nobody wants it. */
struct hl_buffer *running_key_log(struct running *running);
/* A message of this HandshakeType from the server that can be read; NULL. */
const struct hl_message *running_message(const struct hl_handshake *hs, uint8_t type);

enum flight {
    FLIGHT_GOES_ON,
    FLIGHT_IS_ENOUGH, /* what was asked is known, or it cannot be gone on with */
    FLIGHT_IS_WHOLE,
};
/* How far is the server with it? What it asks for meanwhile is answered, and what opens it is made. */
enum flight server_flight(struct running *running, const struct hl_handshake *hs);
enum finished_state { FINISHED_AWAITED, FINISHED_RIGHT, FINISHED_WRONG };
/* Of the server. A wrong one stands in running->out->why_incomplete, a right one in running->out->finished. */
enum finished_state server_finished(struct running *running, const struct hl_handshake *hs);
/* Our answer, in records behind what is in `out`; the session is fed with it. False when it cannot be made: why stands in
 * running->out->why_incomplete. */
bool completion_answer_older(struct running *running, const struct hl_handshake *hs, struct hl_buffer *out);
bool completion_answer_tls13(struct running *running, const struct hl_handshake *hs, struct hl_buffer *out);
/* The key of the server's certificate; false when there is none. */
bool completion_server_key(const struct running *running, const struct hl_handshake *hs, struct hl_x509_key *key);
/* What running->request->intrusion says, in records; the session is fed with them. False when it cannot be made. */
bool intrusion_put(struct running *running, const struct hl_handshake *hs, struct hl_buffer *out);
/* The server goes on with the session that we know: what it encrypts may be opened. False when its suite is another one. */
bool completion_resume(struct running *running, const struct hl_handshake *hs);
/* Another ClientHello, under the keys of the handshake that is completed (RFC 5746). */
bool completion_renegotiate(struct running *running, struct hl_buffer *out);
/* What came of it up to now; RENEGOTIATION_SILENCE: no ServerHello. */
enum renegotiation renegotiation_answer(const struct running *running, const struct hl_handshake *hs);
/* close_notify (RFC 8446, section 6.1): without it servers forget a session. */
bool completion_close(struct running *running, struct hl_buffer *out);

#endif
