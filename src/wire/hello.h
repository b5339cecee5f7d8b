/* hello.h - ClientHello and ServerHello, as far as a handshake is decided by them.
 *
 * The parsers check every vector once and keep spans; what is decided by
 * extensions is taken out of them here, every other extension is decoded when
 * it is shown (wire/ext/ext.h). After a fault, what stood before it is filled
 * in; a bad extension does not spoil the others. */
#ifndef HL_WIRE_HELLO_H
#define HL_WIRE_HELLO_H

#include "base/reader.h"
#include "wire/version.h"

enum hl_extension_type {
    EXT_ID_SERVER_NAME = 0,
    EXT_ID_SUPPORTED_GROUPS = 10,
    EXT_ID_EC_POINT_FORMATS = 11,
    EXT_ID_SIGNATURE_ALGORITHMS = 13,
    EXT_ID_ALPN = 16,
    EXT_ID_SESSION_TICKET = 35,
    EXT_ID_KEY_SHARE_OLD = 40,
    EXT_ID_PRE_SHARED_KEY = 41,
    EXT_ID_EARLY_DATA = 42,
    EXT_ID_SUPPORTED_VERSIONS = 43,
    EXT_ID_COOKIE = 44,
    EXT_ID_KEY_SHARE = 51,
    EXT_ID_ENCRYPTED_CLIENT_HELLO = 0xfe0d,
};

struct hl_client_hello {
    bool ssl2;               /* an SSL 2.0 record; `cipher_specs` instead of `cipher_suites` */
    uint16_t legacy_version; /* client_version before TLS 1.3 */
    struct hl_span random;   /* SSL 2.0: the challenge */
    struct hl_span session_id;
    bool has_cookie;       /* a hello of DTLS, which has one, mostly empty (RFC 6347, section 4.2.1) */
    struct hl_span cookie;
    struct hl_span cipher_suites; /* uint16 each */
    struct hl_span cipher_specs;  /* SSL 2.0: uint24 each */
    struct hl_span compression_methods;
    bool has_extensions;       /* the block is there, even if empty */
    struct hl_span extensions; /* the list, without its length */
    size_t extensions_offset;  /* of the list, from the start of the body */

    /* Out of the extensions; empty when absent or broken. */
    bool has_server_name;
    struct hl_span server_name; /* the first host_name */
    bool has_alpn;
    struct hl_span alpn;                 /* ProtocolName each: alpn_next() */
    struct hl_span supported_versions;   /* uint16 each */
    struct hl_span supported_groups;     /* uint16 each */
    struct hl_span point_formats;        /* uint8 each */
    struct hl_span signature_algorithms; /* uint16 each */
    bool has_key_share;
    struct hl_span key_shares; /* KeyShareEntry each: key_share_next() */
    bool has_ticket;
    size_t ticket_length; /* 0: asks for one */
    bool has_psk, has_early_data;
    struct hl_fault fault;
};

struct hl_server_hello {
    bool ssl2;
    uint16_t legacy_version;
    struct hl_span random;
    struct hl_span session_id;
    bool has_cipher_suite; /* it was read: the message was not cut before it */
    uint16_t cipher_suite;
    uint8_t compression_method;
    bool has_extensions;
    struct hl_span extensions;
    size_t extensions_offset;

    uint16_t version;      /* supported_versions if it is there, else legacy_version; 0: cut before it */
    bool is_retry_request; /* HelloRetryRequest (RFC 8446, section 4.1.3) */
    uint16_t group;        /* of key_share; 0: none */
    struct hl_span alpn;   /* the one protocol; empty: none */
    bool has_alpn, has_psk;

    /* SSL 2.0 */
    bool session_id_hit;
    struct hl_span certificate;
    struct hl_span cipher_specs;
    struct hl_span connection_id;
    struct hl_fault fault;
};

/* The body of a handshake message; with `cut`, only its beginning. True when there is no fault. */
bool client_hello_parse(struct hl_span body, bool cut, struct hl_client_hello *out);
bool server_hello_parse(struct hl_span body, bool cut, struct hl_server_hello *out);
/* The body of an SSL 2.0 message, after msg_type (draft-hickman-netscape-ssl, section 5). */
bool ssl2_client_hello_parse(struct hl_span body, bool cut, struct hl_client_hello *out);
bool ssl2_server_hello_parse(struct hl_span body, bool cut, struct hl_server_hello *out);

/* What counts as the client's random: of an SSL 2.0 hello the challenge, filled up with zeros in front, in `padded`
 * (RFC 5246, appendix E.2). */
#define HELLO_RANDOM_LENGTH 32u
struct hl_span client_hello_random(const struct hl_client_hello *hello, uint8_t padded[HELLO_RANDOM_LENGTH]);

/* Walk lists that were checked: the next element, false at the end. */
bool u16_next(struct hl_span *list, uint16_t *value);
bool u24_next(struct hl_span *list, uint32_t *value);
bool u8_next(struct hl_span *list, uint8_t *value);
bool alpn_next(struct hl_span *list, struct hl_span *name);
bool key_share_next(struct hl_span *list, uint16_t *group, struct hl_span *key_exchange);
/* An extensions list that may be broken at its end: false there, too. */
bool extension_next(struct hl_span *list, uint16_t *type, struct hl_span *data);
/* The first extension of this type in such a list; `data` may be NULL. */
bool extension_find(struct hl_span list, uint16_t wanted, struct hl_span *data);

#endif
