/* record.h - the header of a TLS record (RFC 8446, section 5.1; RFC 5246, section 6.2). */
#ifndef HL_WIRE_RECORD_H
#define HL_WIRE_RECORD_H

#include <handlens/span.h>

#include <stdbool.h>
#include <stdint.h>

enum hl_content_type {
    CONTENT_CHANGE_CIPHER_SPEC = 20,
    CONTENT_ALERT = 21,
    CONTENT_HANDSHAKE = 22,
    CONTENT_APPLICATION_DATA = 23,
    CONTENT_HEARTBEAT = 24,
    CONTENT_TLS12_CID = 25, /* RFC 9146 */
    CONTENT_ACK = 26,       /* RFC 9147, section 7 */
};

#define RECORD_HEADER_LENGTH 5u
/* 2^14, and what protection and compression may add before TLS 1.3 (RFC 5246, section 6.2.3). */
#define RECORD_LENGTH_MAX (16384u + 2048u)

struct hl_record {
    uint8_t type;
    uint16_t version; /* legacy_record_version */
    uint16_t length;
};

/* From RECORD_HEADER_LENGTH bytes. False when this is no header: another major version, or too long. */
bool record_parse(struct hl_span header, struct hl_record *out);
/* Is it one of those of enum hl_content_type? */
bool content_type_is_known(uint8_t type);

#endif
