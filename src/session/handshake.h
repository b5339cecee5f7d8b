/* handshake.h - the model: one handshake, as the wire showed it.
 *
 * Built by session.c, delivered const, valid during the callback. Spans point
 * into the handshake's arena; strings without another word are static. */
#ifndef HL_SESSION_HANDSHAKE_H
#define HL_SESSION_HANDSHAKE_H

#include "base/arena.h"
#include "base/stream.h"
#include "crypto/certificate.h"
#include "crypto/host_name.h"
#include "crypto/ocsp_check.h"
#include "session/content.h"
#include "session/verdicts.h"
#include "wire/hello.h"

#include <handlens/handshake.h>

/* Something the ladder shows: a handshake message, an alert, a change of cipher, an encrypted record. */
struct hl_message {
    struct hl_message *next;
    struct hl_moment at;       /* when its last byte came */
    uint8_t content_type;      /* enum hl_content_type: of the record it came in */
    uint8_t type;              /* HandshakeType; of SSL 2.0 its own message types */
    uint8_t direction;
    bool encrypted;            /* only `length` (of the record's fragment) is known */
    bool decrypted;            /* it came encrypted, and was opened */
    bool cut;                  /* `body` is only the beginning: bytes are missing, or over the cap */
    bool ssl2;
    uint16_t record_version;
    uint32_t length;           /* of the body, as announced */
    struct hl_span body;       /* without the handshake header */
    uint16_t records;          /* records it was spread over */
    bool numbered;             /* DTLS: `message_seq` says its place among those of its direction */
    uint16_t message_seq;
    uint16_t resent;           /* DTLS: times that it was sent again */
    struct hl_fault fault;     /* where the record layer or the message breaks */
    struct hl_span certificate; /* of a CompressedCertificate: the body of the Certificate in it; empty when ... */
    const char *not_expanded;   /* ... it stayed closed: why; static */
    struct hl_span inner;       /* of a ClientHello: the body of the one inside its ECH, where that was opened ... */
    bool inner_counts;          /* ... and the server took it: the transcript has it instead of `body` */
};

struct hl_alert_event {
    struct hl_alert_event *next;
    struct hl_moment at;
    uint8_t direction;
    bool encrypted; /* level and description are not known */
    bool decrypted;
    uint8_t level, description;
    uint32_t length; /* of the record's fragment */
};

/* Bytes that the capture does not have. */
struct hl_gap {
    struct hl_gap *next;
    struct hl_moment at; /* when the bytes behind it came */
    uint8_t direction;
    uint64_t length;
};

struct hl_chain {
    const struct hl_certificate *list[HL_CHAIN_MAX];
    unsigned count;
    unsigned total;         /* certificates sent, also beyond HL_CHAIN_MAX */
    struct hl_moment at;    /* of the Certificate message; frame 0: none */
    const char *why_absent; /* NULL when there is a certificate */
    struct hl_span raw_public_key; /* RFC 7250, instead of a certificate */
};

/* What a handshake can prove. */
enum hl_proof_kind {
    PROOF_SERVER_KEY_EXCHANGE, /* the signature of ServerKeyExchange, up to TLS 1.2 */
    PROOF_SERVER_CERTIFICATE_VERIFY,
    PROOF_SERVER_FINISHED,
    PROOF_CLIENT_CERTIFICATE_VERIFY,
    PROOF_CLIENT_FINISHED,
    PROOF_PSK_BINDER,           /* RFC 8446, section 4.2.11.2 */
    PROOF_HELLO_RETRY,          /* both ClientHellos and the ServerHello fit the HelloRetryRequest */
    PROOF_EXTENDED_MASTER_SECRET, /* the keys come from this transcript (RFC 7627) */
    PROOF_NO_DOWNGRADE,         /* the server's random does not say that it knows a newer version */
    PROOF_RESUMPTION,           /* the session that is resumed was made in this capture */
    PROOF_KINDS
};

enum hl_proof_result {
    PROOF_ABSENT, /* there is nothing to check: `why` says what kind of handshake it is */
    PROOF_VERIFIED,
    PROOF_WRONG,
    PROOF_NOT_CHECKABLE, /* `why` */
};

struct hl_proof {
    enum hl_proof_result result;
    const char *why;    /* static; NULL when verified */
    bool needs_secret;  /* not checkable, but a secret would make it so: none was given */
    uint16_t scheme;    /* SignatureScheme; 0: before TLS 1.2, or none */
    struct hl_moment at; /* of the message with the signature; frame 0: none */
    /* Of a Finished or binder that is wrong: what it should have been and what it was, over how many messages. */
    struct hl_span expected, found;
    unsigned messages;
    struct hl_moment origin; /* of a resumption: where the session id or ticket was given out; frame 0: not seen */
};

/* What one side's certificates are worth to the other. */
struct hl_judgement {
    const struct hl_judged_chain *chain; /* NULL: no certificates to judge */
    bool has_anchors;                    /* whom to trust is known: else only the chain's shape is judged */
    bool has_logs;                       /* logs of certificates are known */
    int64_t at;                          /* seconds since 1970: judged as of this time */
    struct hl_span host;                 /* the name it is judged for; empty: none is known */
    bool host_given;                     /* by the user, not by the client's server_name */
    enum host_result host_result;
    struct hl_span matched; /* the name of the certificate that matched */
    bool revoked;           /* a stapled response that counts says so */
};

/* Would a client (or server) accept it? Not a question of the name. */
static inline bool judgement_is_trusted(const struct hl_judgement *judgement)
{
    return judgement->chain != NULL && judgement->chain->verdict.trusted && !judgement->revoked;
}

/* A stapled OCSP response (RFC 6066, section 8; RFC 8446, section 4.4.2.1). */
struct hl_staple {
    struct hl_staple *next;
    struct hl_moment at;
    unsigned certificate;  /* of the chain, it came for */
    struct hl_span response;
    struct hl_ocsp ocsp;
    struct ocsp_answer answer;
};

/* A certificate timestamp that came beside the certificate. */
struct hl_sct_seen {
    struct hl_sct_seen *next;
    enum sct_source source;
    struct hl_x509_sct sct;
    struct sct_answer answer;
};

struct hl_server_key {
    bool known;
    uint16_t group;      /* 0: not an elliptic curve or named group */
    unsigned dh_bits;    /* of a DHE prime; 0: none */
    struct hl_span dh_prime;
    uint16_t scheme;     /* SignatureScheme; 0: none */
};

/* What QUIC itself says, in the clear or in Initial packets (RFC 9000). Spans point into the arena. */
struct hl_quic_facts {
    uint32_t version;            /* of the client's first packet */
    struct hl_span destination_id; /* that the client made up for the server (section 7.2) */
    struct hl_span client_id, server_id; /* that they chose for themselves */
    bool retry;                  /* the server had the address validated (section 8.1) */
    struct hl_span versions;     /* that the server offers instead (section 6): uint32 each; empty: none */
    bool closed;                 /* by a CONNECTION_CLOSE that can be read (section 19.19) */
    bool closed_by_application;
    unsigned closed_by;          /* direction */
    uint64_t error_code, frame_type;
    struct hl_span reason_phrase;
    struct hl_moment closed_at;
};

struct hl_diagnoses;
struct hl_findings;
struct hl_secrets;
struct opening;

struct hl_fingerprints {
    char ja3[33], ja3s[33], ja4[40]; /* empty: no hello of that side */
    struct hl_span ja3_string, ja3s_string, ja4_r;
};

struct hl_handshake {
    uint64_t id; /* counts from 1 */
    enum hl_outcome outcome;
    const char *reason; /* why it is not completed, in a few words; NULL when it is */
    struct hl_connection connection;
    struct hl_closing closing;
    unsigned client; /* the client's direction ... */
    bool client_known; /* ... is told by a hello or by TCP; else it is a guess from the ports */
    struct hl_span foreign; /* what the server said instead of TLS */
    enum hl_no_tls no_tls;  /* why TLS never began: then there are no messages, and connection.foreign has what was said */

    struct hl_quic_facts *quic; /* NULL: another carrier */
    struct hl_message *client_hello_message, *retried_hello_message; /* NULL: not seen */
    const struct hl_message *retry_message, *server_hello_message;
    const struct hl_message *verify_message; /* DTLS: the last HelloVerifyRequest before the hello above; NULL: none */
    struct hl_client_hello client_hello;  /* the first; in DTLS, of those that differ in their cookie only, the last */
    struct hl_client_hello retried_hello; /* the second, after a HelloRetryRequest */
    struct hl_client_hello inner_hello;   /* of the last one, inside its ECH, where that was opened: a random tells */
    bool ech_accepted;                    /* the server went on with the inner hello */
    struct hl_server_hello hello_retry;
    struct hl_server_hello server_hello;

    uint16_t version;      /* 0: not known */
    uint32_t cipher_suite; /* UINT32_MAX: not known */
    uint16_t group;        /* 0: not known, or none */
    struct hl_span alpn;   /* the protocol that the server chose, in ServerHello or EncryptedExtensions; empty: none is known */
    bool early_data_accepted; /* TLS 1.3, as far as EncryptedExtensions can be read */
    bool ticket_offered, psk_offered, session_id_offered, early_data_offered;
    const char *resumed_by; /* "session_id", "session_ticket", "psk"; NULL: a full handshake, or not known */
    struct hl_server_key server_key;
    bool certificate_requested;
    struct hl_chain server_chain, client_chain;
    struct hl_judgement server_trust, client_trust;
    struct hl_staple *staples;
    unsigned staple_count;
    bool staple_requested; /* the client asked for one */
    struct hl_sct_seen *scts;
    struct hl_proof proofs[PROOF_KINDS]; /* by enum hl_proof_kind */
    const struct hl_findings *findings;  /* analyze/ fills this in, before the handshake is delivered; may be NULL */
    const struct hl_diagnoses *diagnoses; /* the same */

    struct hl_message *messages, *last_message;
    unsigned message_count, messages_dropped;
    struct hl_alert_event *alerts, *last_alert;
    unsigned alert_count, alerts_dropped;

    struct hl_gap *gaps, *last_gap; /* the first HL_GAPS_MAX */
    unsigned gap_count;

    struct hl_fingerprints fingerprints;
    char community_id[40];
    struct hl_moment start, end; /* first and last thing seen of the handshake */
    const char *file;            /* of its first packet; NULL: none */
    char *const *files;          /* names, by hl_moment.file; NULL: none */
    uint32_t records_skipped;    /* times the record layer had to find its place again */

    struct hl_content content[2];    /* by direction; where its packets are kept */
    const struct hl_secrets *secrets; /* that were given; NULL: none */
    const struct opening *opening;    /* the keys that it was opened with; NULL: none */
};

/* The hello that the server answered: the second one after a HelloRetryRequest, the one inside ECH if it took that. */
static inline const struct hl_client_hello *handshake_hello(const struct hl_handshake *hs)
{
    return hs->ech_accepted                    ? &hs->inner_hello
           : hs->retried_hello_message != NULL ? &hs->retried_hello
                                               : &hs->client_hello;
}

/* SignatureScheme with which the server signed the handshake; 0: it did not, or that cannot be seen. */
static inline uint16_t handshake_server_scheme(const struct hl_handshake *hs)
{
    return hs->server_key.scheme != 0 ? hs->server_key.scheme : hs->proofs[PROOF_SERVER_CERTIFICATE_VERIFY].scheme;
}

#endif
