/* opening.h - the encrypted records of one connection, opened where the secrets are known.
 *
 * Made only where secrets were given. Keys are derived when the first record needs
 * them: by then all that they depend on was seen. A record that cannot be opened
 * yet is the caller's to hold back and to try again.
 *
 * It finds what it needs in the messages of `hs`, and is told of those that change
 * keys. All that it keeps is wiped when it is freed. */
#ifndef HL_SESSION_OPENING_H
#define HL_SESSION_OPENING_H

#include "crypto/dtls13_keys.h"
#include "crypto/schedule.h"
#include "crypto/secrets.h"
#include "session/exchange.h"
#include "session/handshake.h"
#include "session/records.h"
#include "session/resumables.h"

/* Keys of TLS 1.3, in the order in which a direction uses them. */
enum epoch { EPOCH_EARLY, EPOCH_HANDSHAKE, EPOCH_APPLICATION, EPOCHS };

/* DTLS 1.3: records say their epoch, so that keys of several stand side by side (RFC 9147, section 4.2.1). */
struct dtls13_epoch {
    bool known;
    struct dtls13_keys keys;
    uint64_t next; /* the number after the highest one that was opened */
};

struct opening_side {
    struct protection current;
    bool has_current;
    bool wrong; /* keys were there, but a record did not open */
    bool lost;  /* bytes are missing: how many records came before the next one is not known */
    uint64_t opened; /* records */
    /* TLS 1.3: */
    enum epoch epoch;
    struct secret secrets[EPOCHS];
    struct secret first_traffic; /* of the application, before any KeyUpdate */
    /* DTLS 1.3: */
    struct dtls13_epoch dtls13[4]; /* by the two bits of it that records say */
    uint16_t updates;              /* KeyUpdates of this side */
};

struct opening {
    struct exchange_sources from;
    struct exchange exchanges[HL_EXCHANGES_MAX];
    unsigned exchange_count;
    struct opening_side side[2]; /* by direction */
    struct cipher_spec spec;     /* TLS 1.3: once the secrets were looked up */
    bool looked_up;
    struct secret psk_master;    /* ... of a pre-shared key without (EC)DHE, until the server's Finished was seen */
    uint8_t *plain;              /* RECORD_LENGTH_MAX bytes of the owner's: what was opened last */
};

/* All that is given stays the caller's. NULL when memory has run out. */
struct opening *opening_new(const struct hl_secrets *secrets, struct resumables *resumables,
                            struct hl_cert_cache *certificates, uint8_t plain[RECORD_LENGTH_MAX]);
void opening_free(struct opening *opening);

/* Open a record: true, its content type and content (valid until the next call). */
bool opening_open(struct opening *opening, const struct hl_handshake *hs, unsigned direction,
                  const struct hl_raw_record *record, uint8_t *type, struct hl_span *content);
/* `direction` changes to the keys of the exchange that is under way (SSL 3.0 to TLS 1.2); false when they are not known. */
bool opening_change_cipher(struct opening *opening, const struct hl_handshake *hs, unsigned direction);
/* A message of TLS 1.3 that was opened: after a Finished, an EndOfEarlyData and a KeyUpdate its side has other keys. */
void opening_message(struct opening *opening, const struct hl_handshake *hs, const struct hl_message *message);
/* TLS 1.3: a traffic secret, for who opens what is no record (QUIC); false when it is not known. */
bool opening_traffic_secret(struct opening *opening, const struct hl_handshake *hs, unsigned direction, enum epoch epoch,
                            struct cipher_spec *spec, struct secret *secret);
/* More secrets were given: what was not found is looked for again. */
void opening_new_secrets(struct opening *opening);
/* Bytes of `direction` are missing. */
void opening_gap(struct opening *opening, unsigned direction);

/* The exchange that a message belongs to, with its master secret where that is known; NULL. */
const struct exchange *opening_exchange(const struct opening *opening, const struct hl_handshake *hs,
                                        const struct hl_message *message);
/* TLS 1.3: the secret that this Finished is made with; false when it is not known. */
bool opening_finished_secret(const struct opening *opening, const struct hl_handshake *hs,
                             const struct hl_message *finished, struct secret *out);
/* Why records of `direction` stay closed; static, never NULL. */
const char *opening_why_closed(const struct opening *opening, const struct hl_handshake *hs, unsigned direction);

#endif
