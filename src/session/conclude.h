/* conclude.h - what the messages of a handshake amount to. */
#ifndef HL_SESSION_CONCLUDE_H
#define HL_SESSION_CONCLUDE_H

#include "session/fingerprints.h"
#include "session/handshake.h"

/* An encrypted Finished of TLS 1.3 is at least this long: header, 32 bytes of HMAC, content type,
 * the shortest tag. An encrypted alert without padding is shorter (RFC 8446, sections 4.4.4, 5.2). */
#define TLS13_FINISHED_MIN (4u + 32u + 1u + 8u)

/* How far the handshake came; arrays by direction. */
struct hl_progress {
    bool server_hello;
    bool fatal_alert; /* that can be read */
    bool rejected;    /* ... of a server of TLS 1.3, to a client that was done: what was wrong is its certificate */
    bool change_cipher_spec[2];
    bool finished[2]; /* a handshake message under the new keys: before TLS 1.3 that is Finished */
    bool application_data[2];
    /* TLS 1.3, told from the lengths of encrypted records: */
    bool server_flight;      /* EncryptedExtensions ... Finished, at least a part */
    bool client_finished;    /* the client's answer to it, longer than an alert */
    uint64_t client_content; /* bytes of records that followed it */
    bool server_content;     /* a record longer than an alert that followed it */
    bool server_alert;       /* a record as short as an alert that followed it */
    bool client_flight;      /* a record of the client's as long as a Finished alone: what follows is content */
    bool client_record;      /* the client has sent an encrypted record ... */
    bool client_authenticates; /* ... that is not just a Finished: a Certificate, even if empty */
};

/* A message of this HandshakeType of `direction` that can be read. */
bool is_message(const struct hl_message *m, uint8_t type, unsigned direction);
/* The first message of this HandshakeType of `direction` that can be read; NULL. */
const struct hl_message *find_message(const struct hl_handshake *hs, uint8_t type, unsigned direction);
/* Its body, to be parsed. */
struct hl_reader message_reader(const struct hl_message *message, struct hl_fault *fault);
/* A ClientHello of any version. True when there is no fault. */
bool parse_client_hello(const struct hl_message *message, struct hl_client_hello *out);
/* The Certificate message of `direction`, or a CompressedCertificate (RFC 8879) that was opened; NULL. */
const struct hl_message *find_certificate(const struct hl_handshake *hs, unsigned direction);
/* The body of its Certificate. */
struct hl_reader certificate_reader(const struct hl_message *message, struct hl_fault *fault);

/* Fill in all that is derived: outcome, version, chains, resumption, fingerprints. */
void conclude(struct hl_handshake *hs, const struct hl_progress *progress, struct hl_cert_cache *cache,
              struct hl_fingerprint_cache *fingerprints, struct hl_arena *arena);

#endif
