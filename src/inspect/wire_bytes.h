/* wire_bytes.h - bytes of which nobody says what they are: records, messages, datagrams, taken apart and told as items.
 *
 * What is told is an item each: the header of a record, then the messages that end in it. Versions and suites that a
 * ServerHello chose count for the messages behind it, in later calls, too. */
#ifndef HL_INSPECT_WIRE_BYTES_H
#define HL_INSPECT_WIRE_BYTES_H

#include "analyze/item.h"
#include "base/buffer.h"
#include "inspect/dump.h"
#include "wire/record.h"

struct wire_bytes {
    hl_item_fn *on_item;
    void *user;
    struct hl_message_context context;
    char client;           /* of -msg: what stands for the client's direction; 0: not known */
    bool changed;          /* change_cipher_spec came: what follows is encrypted, up to TLS 1.2 */
    struct hl_buffer held; /* a message whose end is still to come */
    struct hl_wire_message pending; /* what is known of it */
    struct quic *quic;     /* over all datagrams: a hello may be spread over two of them */
    uint8_t *plain;
    size_t base;           /* of what is told next, in the bytes that were given */
    unsigned told;
    unsigned cut;          /* records and messages that end too early */
};

void wire_bytes_init(struct wire_bytes *w, hl_item_fn *on_item, void *user);
/* There are no more bytes: what was begun is told. */
void wire_bytes_finish(struct wire_bytes *w);
void wire_bytes_cleanup(struct wire_bytes *w);

enum wire_kind {
    WIRE_UNKNOWN,
    WIRE_TLS,
    WIRE_DTLS,
    WIRE_QUIC,
    WIRE_HANDSHAKE,         /* messages without records */
    WIRE_CLIENT_HELLO_BODY,
    WIRE_ALERT,             /* two bytes */
};

/* What the bytes begin with. */
enum wire_kind wire_recognise(struct hl_span bytes);
/* Where the first record of a captured frame begins, behind the headers of other layers; 0: there is none. */
size_t wire_find_record(struct hl_span bytes);

/* Take them apart, as far as they go. Returns how many bytes were understood. `from` is of dump.h. */
size_t wire_tell(struct wire_bytes *w, enum wire_kind kind, struct hl_span bytes, char from);

/* --- for the protocols: wire_datagrams.c; wire_recognise.c --------------------------- */

/* Type and length at the front of a message. */
bool wire_message_header(struct hl_span bytes, uint8_t *type, uint32_t *length);
/* What was held of a message is of no use any more. */
void wire_forget_held(struct wire_bytes *w);

void wire_tell_item(struct wire_bytes *w, const struct hl_item *item);
void wire_tell_record(struct wire_bytes *w, const struct hl_wire_record *record);
/* What a message says about those behind it is kept. */
void wire_tell_message(struct wire_bytes *w, struct hl_wire_message *message);
size_t wire_tell_dtls(struct wire_bytes *w, struct hl_span bytes);
size_t wire_tell_quic(struct wire_bytes *w, struct hl_span bytes);
void wire_finish_quic(struct wire_bytes *w);

#endif
