/* key_exchange.h - what a session needs of ServerKeyExchange, ClientKeyExchange and
 * NewSessionTicket, typed.
 *
 * Nothing is copied: spans point into the message. Each parse reads the whole
 * body from `r` and returns false when it is broken (the reader's fault tells);
 * what was read until then is in `out`. The walks are in message.h. */
#ifndef HL_WIRE_KEY_EXCHANGE_H
#define HL_WIRE_KEY_EXCHANGE_H

#include "wire/message.h"

struct hl_server_key_exchange {
    uint16_t group;            /* of a named curve, else 0 */
    unsigned dh_bits;          /* the length of dh_p or srp_N, else 0 */
    struct hl_span dh_prime, dh_generator; /* dh_p, dh_g */
    unsigned rsa_bits;         /* the length of an export suite's temporary RSA key, else 0 */
    struct hl_span public_key; /* the point, dh_Ys or srp_B */
    uint16_t scheme;           /* 0 before TLS 1.2 and where nothing is signed */
    struct hl_span params;     /* what is signed, after both randoms */
    struct hl_span signature;  /* empty where nothing is signed */
};

struct hl_client_key_exchange {
    struct hl_span psk_identity;
    struct hl_span public_key; /* the point, dh_Yc or srp_A */
    struct hl_span encrypted;  /* the premaster secret, encrypted to the server's RSA key */
};

struct hl_new_session_ticket {
    uint32_t lifetime; /* seconds */
    uint32_t age_add;  /* TLS 1.3, as are nonce and extensions */
    struct hl_span nonce;
    struct hl_span ticket;
    struct hl_span extensions;
};

/* The body's form depends on the cipher suite and the version. */
bool server_key_exchange_parse(struct hl_reader *r, const struct hl_message_context *ctx,
                               struct hl_server_key_exchange *out);
bool client_key_exchange_parse(struct hl_reader *r, const struct hl_message_context *ctx,
                               struct hl_client_key_exchange *out);
bool new_session_ticket_parse(struct hl_reader *r, bool tls13, struct hl_new_session_ticket *out);

#endif
