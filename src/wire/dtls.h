/* dtls.h - what DTLS puts around messages: headers of records and of handshake fragments. */
#ifndef HL_WIRE_DTLS_H
#define HL_WIRE_DTLS_H

#include "base/reader.h"

#include <stdbool.h>
#include <stdint.h>

/* How long the connection ids in the records of a direction are is known from the other side's hello. */
#define DTLS_CID_UNKNOWN SIZE_MAX
/* The longest unified header: flags, connection id, sequence number, length. */
#define DTLS_UNIFIED_MAX (1u + 255u + 2u + 2u)

/* One record of a datagram; spans point into it. */
struct hl_dtls_record {
    bool unified;             /* of DTLS 1.3, encrypted (RFC 9147, section 4): no type, no version */
    uint8_t type;
    uint16_t version;         /* legacy_record_version */
    uint16_t epoch;           /* `unified`: its last two bits */
    uint64_t sequence;        /* of 48 bits; `unified`: as it is on the wire, encrypted */
    uint8_t sequence_length;  /* `unified`: 1 or 2 bytes */
    size_t sequence_offset;   /* ... where in `header` */
    struct hl_span cid;       /* with type tls12_cid (RFC 9146), or in a unified header; ptr NULL: none */
    bool cid_unknown;         /* there is one, whose length is not known: `fragment` is the rest of the datagram */
    struct hl_span header;    /* all before `fragment` */
    uint32_t length;          /* of the fragment, as announced */
    struct hl_span fragment;  /* shorter than `length` where the capture cut the datagram */
};

/* The next record. False when there is none, with a fault in `r`, or no DTLS follows. `cut`: the capture lacks the
 * datagram's end, so that a fragment may be short. */
bool dtls_record_read(struct hl_reader *r, size_t cid_length, bool cut, struct hl_dtls_record *out);

/* A piece of a handshake message (RFC 6347, section 4.2.2; RFC 9147, section 5.2). */
struct hl_dtls_fragment {
    uint8_t type;
    uint32_t length; /* of the whole message's body */
    uint16_t message_seq;
    uint32_t offset, fragment_length;
    struct hl_span bytes; /* shorter than `fragment_length` where the capture cut the datagram */
};

#define DTLS_HANDSHAKE_HEADER 12u

/* False with a fault in `r`: cut short, or a piece that reaches beyond its message. */
bool dtls_fragment_read(struct hl_reader *r, bool cut, struct hl_dtls_fragment *out);

/* The header of a whole message as a transcript has it up to DTLS 1.2 (RFC 6347, section 4.2.6). */
void dtls_message_header(uint8_t type, uint32_t length, uint16_t message_seq, uint8_t out[DTLS_HANDSHAKE_HEADER]);

#endif
