/* records.h - one direction of a TLS connection, from bytes to messages.
 *
 * Bytes may come in any pieces. Handshake messages are put together over any
 * number of records; what is encrypted is counted, what is application data is
 * stepped over. After a gap the next record is found again.
 *
 * With `keep`, encrypted records are put together, too, and told with their bytes:
 * who can open one gives its content back to records_push_opened(). */
#ifndef HL_SESSION_RECORDS_H
#define HL_SESSION_RECORDS_H

#include "base/buffer.h"
#include "base/stream.h"
#include "wire/record.h"

#include <stdbool.h>

enum hl_protection {
    PROTECTION_NONE,
    PROTECTION_DOUBTFUL, /* a change of cipher was seen, but the version is not known */
    PROTECTION_MAC, /* a NULL cipher: content can be read, and a MAC follows it */
    PROTECTION_ON,
};

/* A handshake message; `body` is valid during the call. */
struct hl_raw_message {
    uint8_t type;
    uint32_t length;    /* of the body, as announced */
    struct hl_span body;
    bool cut;           /* `body` is only the beginning */
    bool ssl2;
    bool decrypted;     /* it came in an encrypted record that was opened */
    uint16_t records;   /* it was spread over */
    uint16_t record_version;
    uint16_t message_seq; /* DTLS */
    struct hl_moment at;
};

/* A record that is not plain handshake messages. */
struct hl_raw_record {
    struct hl_record header;
    bool encrypted;
    uint8_t content[2]; /* the first bytes ... */
    uint8_t content_length; /* ... as many as there were */
    struct hl_span fragment; /* with `keep`: all of an encrypted record; valid during the call */
    bool whole;             /* `fragment` is */
    uint64_t offset;        /* where its header begins in the bytes of the direction */
    struct hl_moment at;
    /* DTLS: it says its own number (RFC 6347, section 4.1) */
    bool numbered;
    bool unified;           /* with the header of DTLS 1.3: the number is encrypted, and only a part of it */
    uint8_t sequence_offset, sequence_length; /* ... where it is in `dtls_header` */
    uint16_t epoch;         /* ... and of this there are two bits */
    uint64_t sequence;
    struct hl_span cid;         /* connection id; ptr NULL: none */
    struct hl_span dtls_header; /* all before `fragment`; valid during the call */
};

struct hl_records_sink {
    void *ctx;
    void (*message)(void *ctx, unsigned direction, const struct hl_raw_message *message);
    void (*record)(void *ctx, unsigned direction, const struct hl_raw_record *record);
    /* The record that the last messages came in is there as a whole: a receiver acts on records. */
    void (*settled)(void *ctx, unsigned direction, struct hl_moment at);
    /* DTLS: before what comes next, messages are missing that will not come any more. */
    void (*lost)(void *ctx, unsigned direction, struct hl_moment at);
    /* DTLS: the beginning of a message that was told came again. */
    void (*again)(void *ctx, unsigned direction, uint16_t message_seq);
};

struct hl_records {
    enum hl_protection protection; /* set by the session */
    bool keep;                     /* set by the session: tell encrypted records with their bytes */
    uint64_t count;                /* records so far */
    uint64_t pushed;               /* bytes so far, and those in gaps */
    uint64_t offset;               /* where the header of the record being read begins among them */
    uint32_t skipped;              /* times the next record had to be searched for */
    bool ssl2;                     /* the direction speaks SSL 2.0 */

    /* the record being read */
    uint8_t header[RECORD_HEADER_LENGTH];
    uint8_t header_have;
    bool open;
    bool opaque; /* its content is encrypted, or of no interest */
    bool skip;   /* ... or cannot be understood behind a gap */
    bool lost;   /* where the next record begins is not known */
    struct hl_record record;
    uint32_t left;
    uint8_t content[2];
    uint8_t content_have;
    struct hl_buffer sealed; /* with `keep`: what came of an encrypted record in pieces */
    struct hl_span fragment; /* the same, where it came in one */
    bool sealed_cut;

    /* the alert being put together, while nothing is encrypted */
    uint8_t alert[2];
    uint8_t alert_have;

    /* the message being put together */
    uint8_t message_header[4];
    uint8_t message_header_have;
    bool message_cut;
    bool decrypted; /* messages come out of opened records: from the first one on, all of the direction */
    uint32_t message_length, message_have;
    uint16_t message_records;
    struct hl_buffer message;
};

void records_init(struct hl_records *records);
/* Ready for another connection; keeps its memory unless it is large. */
void records_reset(struct hl_records *records);
void records_cleanup(struct hl_records *records);
void records_push(struct hl_records *records, unsigned direction, const struct hl_chunk *chunk,
                  const struct hl_records_sink *sink);
/* Handshake messages, or the beginning of one, that `record` held under its encryption. */
void records_push_opened(struct hl_records *records, unsigned direction, const struct hl_raw_record *record,
                         struct hl_span content, const struct hl_records_sink *sink);
/* The direction ends: a message that was begun is told as cut. */
void records_finish(struct hl_records *records, unsigned direction, struct hl_moment at,
                    const struct hl_records_sink *sink);

#endif
