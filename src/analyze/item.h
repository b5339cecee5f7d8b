/* item.h - what is decoded outside of a handshake: handlens/decode.h makes them, report/ shows them. */
#ifndef HL_ANALYZE_ITEM_H
#define HL_ANALYZE_ITEM_H

#include "session/handshake.h"
#include "wire/message.h"
#include "wire/quic.h"
#include "x509/crl.h"
#include "x509/csr.h"
#include "x509/ocsp.h"

#include <handlens/decode.h>

/* The header of a record or of a QUIC packet, and what of its content is no handshake message. */
struct hl_wire_record {
    const char *protocol; /* "TLS", "DTLS", "QUIC" */
    size_t offset;        /* of the header, in the bytes that were given */
    uint8_t type;         /* ContentType */
    uint16_t version;     /* legacy_record_version */
    uint32_t length;      /* of the fragment, as announced */
    bool cut;             /* the bytes end before it does */
    bool encrypted;
    bool numbered;        /* DTLS: `epoch` and `sequence` are there */
    uint16_t epoch;
    uint64_t sequence;
    struct hl_span content;         /* of an alert, or a record of unknown type, in the clear */
    char from;                      /* of openssl -msg: '>' sent, '<' received; else 0 */
    const struct quic_packet *quic; /* QUIC; else NULL */
};

/* A handshake message, by itself or out of records. */
struct hl_wire_message {
    uint8_t type;
    uint32_t length;         /* of the body, as announced */
    struct hl_span body;
    bool cut;                /* `body` is only the beginning */
    bool without_header;     /* the bytes were a body, known by what is in it */
    size_t offset;           /* of its first byte, in the bytes that were given ... */
    bool has_offset;         /* ... unless it came out of QUIC's frames */
    unsigned records;        /* it was spread over; 0: none were around it */
    char from;               /* of openssl -msg: '>' sent, '<' received; else 0 */
    bool numbered;           /* DTLS: */
    uint16_t message_seq;
    struct hl_message_context context;
};

struct hl_item {
    enum hl_item_kind kind;
    const struct hl_handshake *chain; /* of HL_ITEM_CHAIN: only server_chain, server_trust and findings are filled in */
    const struct hl_csr *request;
    const struct hl_crl *crl;
    const struct hl_ocsp *ocsp;
    const struct hl_wire_record *record;
    const struct hl_wire_message *message;
};

#endif
