/* attempt.h - one connection with one hello, and what the server made of it.
 *
 *     prober_init(&prober);
 *     attempt_run(&prober, &address, &request, &attempt);
 *     ... attempt.result, and the handshake, if it was to be kept ...
 *     prober_cleanup(&prober);           // handshakes that were kept go with it
 *
 * What comes back goes through session/ like the bytes of a capture. Of TLS 1.3 the server's flight is opened with keys that were
 * made here. Nothing is believed: how long it lasts and how much is read has its bounds. */
#ifndef HL_PROBE_ATTEMPT_H
#define HL_PROBE_ATTEMPT_H

#include "crypto/secrets.h"
#include "probe/hello.h"
#include "probe/intrusion.h"
#include "probe/resumption.h"
#include "probe/socket.h"
#include "probe/starttls.h"
#include "session/session.h"

enum attempt_result {
    ATTEMPT_ANSWERED,     /* with a ServerHello, or a HelloRetryRequest */
    ATTEMPT_REFUSED,      /* with one of the alerts that mean it: handshake_failure, protocol_version, insufficient_security */
    ATTEMPT_INCONCLUSIVE, /* another alert, closed, reset, silence: `why` */
    ATTEMPT_NOT_OFFERED,  /* the server chose what was not offered: `why` */
    ATTEMPT_NOT_TLS,
    ATTEMPT_UNREACHABLE,  /* no connection: `why` */
};

struct attempt_request {
    struct hello hello;  /* random and session id are made for it */
    struct hl_span replayed; /* not empty: this handshake message instead; what it offers stands in `hello`, too */
    bool ssl2;           /* a CLIENT-HELLO of SSL 2.0 instead */
    uint16_t record_version;
    bool whole_flight;   /* read on to the server's last message; else to where it is clear what was chosen */
    bool keep;           /* the handshake */
    const struct resumption *resumed; /* a session to go on with; NULL: a new one is made */
    enum resumption_kind resumed_by;
    bool complete;       /* answer the server's flight, so that sessions can be resumed ... */
    struct resumption *given; /* ... by what goes here; NULL: nobody wants it */
    bool renegotiate;    /* before TLS 1.3: ask for another handshake in the completed one; not where `given` gets a session id,
                          * which servers may forget then */
    enum intrusion intrusion; /* instead of that, behind the server's flight before TLS 1.3 */
    enum premaster_form premaster; /* of INTRUSION_PREMASTER ... */
    bool with_finished;            /* ... which is followed by ChangeCipherSpec and Finished */
};

/* What came of asking for another handshake. */
enum renegotiation {
    RENEGOTIATION_NOT_ASKED,
    RENEGOTIATION_TAKEN,   /* with a ServerHello ... */
    RENEGOTIATION_UNBOUND, /* ... that does not say, as it should, which connection it is for (RFC 5746, section 3.5) */
    RENEGOTIATION_REFUSED, /* with a fatal alert, or no_renegotiation */
    RENEGOTIATION_CLOSED,  /* the connection was closed */
    RENEGOTIATION_SILENCE, /* no answer */
};

struct attempt {
    enum attempt_result result;
    char why[160];       /* of other results than ATTEMPT_ANSWERED, and why no ticket of TLS 1.3 came; safe to print */
    bool retry;          /* it was a HelloRetryRequest, which was not followed */
    uint16_t version;
    uint16_t suite;
    uint16_t group;      /* 0: none, or not seen */
    uint16_t scheme;     /* of the server's signature; 0: none, or not seen */
    unsigned dh_bits;    /* of a DHE prime; 0: none */
    char protocol[32];   /* ALPN; empty: none, or a longer one */
    uint8_t alert;       /* of ATTEMPT_REFUSED, and where another one came; 0: none */
    const char *resumed_by; /* "session_id", "session_ticket", "psk": so the server says, which `finished` proves; NULL: a new handshake */
    bool early_data;     /* the server would have taken some */
    bool finished;       /* the server's Finished came under the keys, and is right */
    bool completed;      /* both were sent */
    bool ended;          /* after a handshake of TLS 1.3 that was completed, the server closed: no ticket will come */
    const char *why_incomplete; /* static; NULL: completed, or not asked for, or `why` says it */
    enum renegotiation renegotiation;
    enum reaction reaction; /* to an intrusion, and ... */
    uint8_t reaction_alert; /* ... the AlertDescription of REACTION_ALERT */
    uint8_t session_id[32]; /* of the ServerHello, before TLS 1.3 */
    uint8_t session_id_length;
    bool final;          /* another attempt would end like this: the server said no before TLS, or took its time */
    const struct hl_handshake *handshake; /* NULL: it was not to be kept, or there is none */
};

/* What attempts share. */
struct prober {
    const struct starttls_protocol *protocol; /* what is spoken before; NULL: TLS begins at once */
    const char *host;            /* the server's name, for protocols that want it */
    char behind[280];            /* HOST:PORT that a proxy is asked for, which is where connections go; empty: none */
    struct hl_sessions sessions;
    struct hl_secrets secrets;
    hl_check_connection_fn *on_connection; /* NULL: nobody wants them */
    void *connection_user;
    int64_t timeout_ns;          /* of one connection, from the beginning to its end */
    unsigned connections;        /* so far */
    struct attempt *current;     /* the one that is running */
    bool keep;                   /* its handshake */
    const struct hl_handshake *kept[16];
    unsigned kept_count;
};

/* Can a handshake before TLS 1.3 be completed here that comes to this? */
bool completion_is_possible(uint16_t suite, uint16_t version);
/* `trust` is the owner's; NULL: nobody is trusted. protocol, host and on_connection may be set afterwards. */
void prober_init(struct prober *prober, const struct hl_trust *trust, int64_t timeout_ns);
void prober_cleanup(struct prober *prober);
/* False when memory or randomness has run out. */
bool attempt_run(struct prober *prober, const struct socket_address *address, const struct attempt_request *request,
                 struct attempt *out);

#endif
