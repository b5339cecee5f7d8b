/* make_tls.h - the two byte streams of a TLS connection, built for a test.
 *
 * A talk is what the two sides say, in turns. Messages are built into a buffer
 * of their own and then said in records of any size. */
#ifndef HL_TESTS_MAKE_TLS_H
#define HL_TESTS_MAKE_TLS_H

#include "support/make_bytes.h"

#include <handlens/inspect.h>

enum { TALK_TURNS = 256 };

struct talk {
    struct hl_buffer bytes[2]; /* by enum hl_side */
    struct turn {
        enum hl_side from;
        size_t begin, end; /* in bytes[from] */
    } turns[TALK_TURNS];
    size_t count;
};

void talk_init(struct talk *talk);
void talk_cleanup(struct talk *talk);
/* Bytes as they are. */
void talk_bytes(struct talk *talk, enum hl_side from, struct hl_span bytes);
void talk_hex(struct talk *talk, enum hl_side from, const char *hex);
/* `bytes` in records of `type`, at most `piece` bytes in each; with `piece` 0, as large as records may be. */
void talk_records(struct talk *talk, enum hl_side from, unsigned type, struct hl_span bytes, size_t piece);
/* A record of `type` with `length` bytes that look encrypted. */
void talk_cipher(struct talk *talk, enum hl_side from, unsigned type, size_t length);

/* A hello: everything in hex. */
struct hello {
    unsigned version;        /* legacy_version; 0: TLS 1.2 */
    const char *session_id;  /* NULL: empty */
    const char *suites;      /* of a server hello: the one chosen; NULL: c02f */
    const char *extensions;  /* one after another, without the length of the list; NULL: no list at all */
    const char *random;      /* NULL: a pattern */
};

#define RETRY_RANDOM "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
#define EXT_SERVER_NAME "0000 0010 000e 00 000b 6578616d706c652e636f6d" /* example.com */
#define EXT_TICKET_EMPTY "0023 0000"
#define EXT_TICKET "0023 0004 aabbccdd"
#define EXT_GROUPS "000a 0006 0004 001d 0017"
#define EXT_OFFER_TLS13 "002b 0005 04 0304 0303"
#define EXT_CHOOSE_TLS13 "002b 0002 0304"
#define X25519_KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define EXT_OFFER_KEY "0033 0026 0024 001d 0020 " X25519_KEY
#define EXT_CHOOSE_KEY "0033 0024 001d 0020 " X25519_KEY

void put_client_hello(struct hl_buffer *out, const struct hello *hello);
void put_server_hello(struct hl_buffer *out, const struct hello *hello);
/* A message of `type` with this body. */
void put_message(struct hl_buffer *out, unsigned type, const char *hex);
/* A Certificate of before TLS 1.3: certificates of so many bytes each (0 ends the list). */
void put_certificate(struct hl_buffer *out, const size_t *sizes);
/* ECDHE with x25519, signed with rsa_pss_rsae_sha256. */
void put_server_key_exchange(struct hl_buffer *out);

/* Messages said by themselves, each in one record. */
void talk_client_hello(struct talk *talk, const struct hello *hello);
void talk_server_hello(struct talk *talk, const struct hello *hello);
void talk_message(struct talk *talk, enum hl_side from, unsigned type, const char *hex);
/* Change of cipher, and an encrypted Finished. */
void talk_finished(struct talk *talk, enum hl_side from);

/* A whole TLS 1.2 handshake with a certificate, and some application data; every message in records
 * of at most `piece` bytes. */
void talk_tls12(struct talk *talk, size_t piece);
/* The same of TLS 1.3. */
void talk_tls13(struct talk *talk);

#endif
