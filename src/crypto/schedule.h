/* schedule.h - from what two peers agreed on to the keys of their records, and to what their Finished says.
 *
 * Secrets come in as spans and go out into the caller's storage: whoever holds a secret wipes it, wipe() of
 * prf.h. All return false (or 0) when wolfCrypt lacks the hash or an argument is of no use, with zeros in
 * `out`. Versions and hashes are those of the cipher spec. */
#ifndef HL_CRYPTO_SCHEDULE_H
#define HL_CRYPTO_SCHEDULE_H

#include "crypto/digest.h"
#include "crypto/protection.h"

#define MASTER_SECRET_LENGTH 48
#define FINISHED_LENGTH_MAX DIGEST_LENGTH_MAX /* 36 of SSL 3.0, 12 of TLS 1.0 to 1.2, a digest of TLS 1.3 */

/* The hash of handshake messages as CertificateVerify (TLS 1.3), Finished (TLS 1.0 on) and the extended
 * master secret take them: by the spec's hash, MD5 and SHA-1 (36 bytes) before TLS 1.2. Its length. In
 * DTLS the caller puts the messages together as the RFC of that version says. */
size_t schedule_transcript_hash(const struct cipher_spec *spec, struct hl_span transcript,
                                uint8_t out[DIGEST_LENGTH_MAX]);

/* --- SSL 3.0 to TLS 1.2 --- */

/* RFC 6101, 6.1; RFC 2246 and RFC 5246, 8.1. */
bool schedule_master(const struct cipher_spec *spec, struct hl_span premaster, struct hl_span client_random,
                     struct hl_span server_random, uint8_t master[MASTER_SECRET_LENGTH]);

/* RFC 7627, section 4: `transcript` is ClientHello to ClientKeyExchange, both included. */
bool schedule_extended_master(const struct cipher_spec *spec, struct hl_span premaster,
                              struct hl_span transcript, uint8_t master[MASTER_SECRET_LENGTH]);

/* RFC 4279, section 2: the premaster secret of `other` (of DHE, ECDHE or RSA) and `psk`, each behind its
 * length. An `other` whose ptr is NULL is that of plain PSK: zeros. The number of bytes in `out`
 * (4 + other + psk); 0 when there is no room, or one is over 65535 bytes. */
size_t schedule_psk_premaster(struct hl_span other, struct hl_span psk, uint8_t *out, size_t out_size);

/* Cut the key block (RFC 5246, 6.3) into both directions. `flags`: enum protection_flag. On false there is
 * nothing to clean up. Suites that are unavailable come out as such. */
bool schedule_key_block(const struct cipher_spec *spec, struct hl_span master, struct hl_span client_random,
                        struct hl_span server_random, unsigned flags, struct protection *client,
                        struct protection *server);

/* verify_data of Finished (RFC 6101, 5.6.9; RFC 5246, 7.4.9), of the server's or the client's: `transcript`
 * is all handshake messages before it, the other side's Finished included. Its length. */
size_t schedule_finished(const struct cipher_spec *spec, struct hl_span master, bool server,
                         struct hl_span transcript, uint8_t out[FINISHED_LENGTH_MAX]);

/* --- TLS 1.3 (RFC 8446, section 7.1) --- */

struct secret {
    uint8_t bytes[DIGEST_LENGTH_MAX];
    size_t length; /* that of the hash; 0 where there is none */
};

static inline struct hl_span secret_span(const struct secret *s)
{
    return (struct hl_span){ s->bytes, s->length };
}

/* The three levels. Without a PSK `psk` is empty, without (EC)DHE `shared` is: zeros take their place. The
 * spec of a PSK is one with the PSK's hash. */
bool tls13_early_secret(const struct cipher_spec *spec, struct hl_span psk, struct secret *out);
bool tls13_handshake_secret(const struct cipher_spec *spec, struct hl_span early, struct hl_span shared,
                            struct secret *out);
bool tls13_master_secret(const struct cipher_spec *spec, struct hl_span handshake, struct secret *out);

enum tls13_secret {
    /* of the early secret */
    TLS13_EXTERNAL_BINDER,      /* no transcript: give it an empty span */
    TLS13_RESUMPTION_BINDER,    /* the same */
    TLS13_CLIENT_EARLY_TRAFFIC, /* the transcript is ClientHello */
    TLS13_EARLY_EXPORTER,
    /* of the handshake secret */
    TLS13_CLIENT_HANDSHAKE_TRAFFIC, /* ClientHello to ServerHello */
    TLS13_SERVER_HANDSHAKE_TRAFFIC,
    /* of the master secret */
    TLS13_CLIENT_APPLICATION_TRAFFIC, /* ClientHello to the server's Finished */
    TLS13_SERVER_APPLICATION_TRAFFIC,
    TLS13_EXPORTER,
    TLS13_RESUMPTION, /* ClientHello to the client's Finished */
};

/* Derive-Secret: `transcript_hash` is schedule_transcript_hash() of the messages said above. Before draft 20
 * of TLS 1.3 there were other labels: false. */
bool tls13_derive(const struct cipher_spec *spec, enum tls13_secret which, struct hl_span from,
                  struct hl_span transcript_hash, struct secret *out);

/* The PSK that a ticket stands for (RFC 8446, 4.6.1), of the resumption master secret. */
bool tls13_resumption_psk(const struct cipher_spec *spec, struct hl_span resumption,
                          struct hl_span ticket_nonce, struct secret *out);
/* The traffic secret after a KeyUpdate (7.2). */
bool tls13_next_traffic(const struct cipher_spec *spec, struct hl_span traffic, struct secret *out);
/* Its key and IV (7.3), of early, handshake and application traffic, drafts too. On false there is nothing to
 * clean up. */
bool tls13_protection(const struct cipher_spec *spec, struct hl_span traffic, struct protection *out);
/* verify_data of Finished (4.4.4), of a handshake traffic secret (after the handshake: of the application's);
 * and the value of a PSK binder (4.2.11.2), of a binder key and the hash of the truncated ClientHello. */
bool tls13_finished(const struct cipher_spec *spec, struct hl_span base_key, struct hl_span transcript_hash,
                    struct secret *out);

/* After a HelloRetryRequest the first ClientHello is in the transcript as this (4.4.1): a message_hash with
 * its digest. Its length. */
#define TLS13_MESSAGE_HASH_MAX (4 + DIGEST_LENGTH_MAX)
size_t tls13_message_hash(const struct cipher_spec *spec, struct hl_span client_hello,
                          uint8_t out[TLS13_MESSAGE_HASH_MAX]);

/* What CertificateVerify signs (4.4.3): 64 spaces, a text, 0, the transcript hash. sig_verify() takes it. Its
 * length; 0 when the hash is longer than any. */
#define TLS13_SIGNED_MAX (64 + 33 + 1 + DIGEST_LENGTH_MAX)
size_t tls13_certificate_verify_content(bool server, struct hl_span transcript_hash,
                                        uint8_t out[TLS13_SIGNED_MAX]);

#endif
