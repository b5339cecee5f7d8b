/* hello.h - a ClientHello of our own, as a server gets it: any version, suite, group or scheme may stand in it, whether wolfCrypt
 * knows it or not.
 *
 * A struct hello is filled by the caller; lists are borrowed. What is zero or empty is left out. */
#ifndef HL_PROBE_HELLO_H
#define HL_PROBE_HELLO_H

#include "base/buffer.h"
#include "crypto/key_share.h"

#define HELLO_SHARES_MAX 4u

struct hello_codes {
    const uint16_t *list;
    unsigned count;
};

struct hello {
    uint16_t version;              /* legacy_version: the highest one up to TLS 1.2 */
    struct hello_codes versions;   /* supported_versions (RFC 8446, section 4.2.1) */
    struct hello_codes suites;
    struct hello_codes groups;     /* supported_groups (RFC 8422, section 5.1.1; RFC 8446, section 4.2.7) */
    struct hello_codes schemes;    /* signature_algorithms (RFC 8446, section 4.2.3) */
    bool key_share;                /* key_share (section 4.2.8), empty without shares: the server says which group it wants */
    struct key_share *shares[HELLO_SHARES_MAX]; /* borrowed */
    unsigned share_count;
    struct hl_span cookie;         /* of a HelloRetryRequest (section 4.2.2) */
    const char *server_name;       /* NULL: none (RFC 6066, section 3) */
    const char *const *protocols;  /* ALPN (RFC 7301), up to NULL; NULL: none */
    bool extended_master_secret;   /* RFC 7627 */
    bool encrypt_then_mac;         /* RFC 7366 */
    bool renegotiation_info;       /* RFC 5746, with ... */
    struct hl_span renegotiated;   /* ... what our last Finished said; empty: it is the first handshake */
    bool status_request;           /* RFC 6066, section 8 */
    bool timestamps;               /* signed_certificate_timestamp (RFC 6962, section 3.3.1) */
    bool session_ticket;           /* RFC 5077, with ... */
    struct hl_span ticket;         /* ... this one; empty: it is asked for one */
    bool heartbeat;                /* RFC 6520 */
    bool deflate;                  /* compression method 1 (RFC 3749) beside null */
    bool certificate_compression;  /* RFC 8879: zlib, brotli and zstd */
    struct hl_span psk;            /* identity of a pre-shared key (RFC 8446, section 4.2.11); its binder is zeros. Empty: none */
    uint32_t psk_age;              /* obfuscated_ticket_age */
    unsigned binder_length;        /* bytes, at the end of the message */
    bool early_data;               /* section 4.2.10 */
    uint8_t random[32];
    uint8_t session_id[32];        /* TLS 1.3: for middleboxes (RFC 8446, appendix D.4) */
    bool has_session_id;
    struct hl_span resumed_id;     /* instead of it, the one of a session that is to be resumed; 32 bytes at the most */
};

/* Random and session id are made anew. False when there is no randomness. */
bool hello_randomize(struct hello *hello);
/* The handshake message with its header, behind what is in `out`. A buffer that failed says so itself. */
void hello_write(const struct hello *hello, struct hl_buffer *out);
/* A CLIENT-HELLO of SSL 2.0 with all its ciphers, in its record (draft-hickman-netscape-ssl, section 5.5). */
void hello_write_ssl2(const uint8_t challenge[16], struct hl_buffer *out);
/* Handshake messages in records of this version, of 2^14 bytes at the most. */
void hello_write_records(struct hl_span messages, uint16_t version, struct hl_buffer *out);

#endif
