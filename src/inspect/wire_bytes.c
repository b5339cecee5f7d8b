#include "inspect/wire_bytes.h"

#include "base/limits.h"
#include "registry/registry.h"
#include "session/quic.h"
#include "wire/hello.h"

#include <stdlib.h>
#include <string.h>

enum { HANDSHAKE_HEADER = 4, CLIENT_HELLO = 1, SERVER_HELLO = 2, CLIENT_KEY_EXCHANGE = 16 };

void wire_bytes_init(struct wire_bytes *w, hl_item_fn *on_item, void *user)
{
    *w = (struct wire_bytes){ .on_item = on_item, .user = user };
    buf_init(&w->held, HL_MESSAGE_MAX + HANDSHAKE_HEADER);
}

/* A message that was too long is over, too. */
void wire_forget_held(struct wire_bytes *w)
{
    if (w->held.failed) {
        buf_cleanup(&w->held);
        buf_init(&w->held, HL_MESSAGE_MAX + HANDSHAKE_HEADER);
    }
    w->held.len = 0;
}

void wire_bytes_finish(struct wire_bytes *w)
{
    wire_finish_quic(w);
}

void wire_bytes_cleanup(struct wire_bytes *w)
{
    quic_free(w->quic);
    free(w->plain);
    buf_cleanup(&w->held);
}

/* --- telling ------------------------------------------------------------------------ */

void wire_tell_item(struct wire_bytes *w, const struct hl_item *item)
{
    w->told++;
    w->on_item(w->user, item);
}

void wire_tell_record(struct wire_bytes *w, const struct hl_wire_record *record)
{
    struct hl_wire_record placed = *record;

    placed.offset += w->base;
    w->cut += record->cut;
    wire_tell_item(w, &(struct hl_item){ .kind = HL_ITEM_RECORD, .record = &placed });
}

/* Whose message it is, where its type says so, or the arrow of -msg that the ClientHello had. */
static bool is_from_client(const struct wire_bytes *w, const struct hl_wire_message *message)
{
    if (message->from != 0 && w->client != 0)
        return message->from == w->client;
    return message->type == CLIENT_HELLO || message->type == CLIENT_KEY_EXCHANGE;
}

static void learn(struct wire_bytes *w, const struct hl_wire_message *message)
{
    struct hl_server_hello hello;

    if (message->type == CLIENT_HELLO) {
        w->client = message->from;
        w->context = (struct hl_message_context){ .version = 0 };
        w->changed = false;
    }
    if (message->type != SERVER_HELLO || !server_hello_parse(message->body, message->cut, &hello))
        return;
    w->context.version = version_is_tls13(hello.version) ? 0x0304 : hello.version;
    w->context.cipher_suite = hello.cipher_suite;
}

void wire_tell_message(struct wire_bytes *w, struct hl_wire_message *message)
{
    learn(w, message);
    if (message->context.version == 0)
        message->context.version = w->context.version;
    message->context.cipher_suite = w->context.cipher_suite;
    message->context.from_client = is_from_client(w, message);
    w->cut += message->cut;
    struct hl_wire_message placed = *message;
    placed.offset += w->base;
    wire_tell_item(w, &(struct hl_item){ .kind = HL_ITEM_MESSAGE, .message = &placed });
}

/* --- messages ------------------------------------------------------------------------ */

bool wire_message_header(struct hl_span bytes, uint8_t *type, uint32_t *length)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(bytes, &fault);

    *type = rd_u8(&r, "msg_type");
    *length = rd_u24(&r, "length");
    return rd_ok(&r);
}

/* Messages that are whole, from the front of `bytes`; how many bytes they had. */
static size_t tell_messages(struct wire_bytes *w, struct hl_span bytes, const struct hl_wire_message *like)
{
    size_t at = 0;
    uint8_t type;
    uint32_t length;

    while (w->told < HL_DECODE_ITEMS_MAX
           && wire_message_header((struct hl_span){ bytes.ptr + at, bytes.len - at }, &type, &length)
           && length <= bytes.len - at - HANDSHAKE_HEADER) {
        struct hl_wire_message message = *like;
        message.type = type;
        message.length = length;
        message.body = (struct hl_span){ bytes.ptr + at + HANDSHAKE_HEADER, length };
        message.offset = like->offset + at;
        wire_tell_message(w, &message);
        at += HANDSHAKE_HEADER + length;
    }
    return at;
}

/* The bytes end: what there is of the last message. */
static void tell_beginning(struct wire_bytes *w, struct hl_span bytes, const struct hl_wire_message *like)
{
    struct hl_wire_message message = *like;

    if (!wire_message_header(bytes, &message.type, &message.length)) {
        w->cut++; /* not even its header */
        return;
    }
    message.body = (struct hl_span){ bytes.ptr + HANDSHAKE_HEADER, bytes.len - HANDSHAKE_HEADER };
    message.cut = true;
    wire_tell_message(w, &message);
}

/* --- TLS records --------------------------------------------------------------------- */

static void hold(struct wire_bytes *w, struct hl_span fragment, size_t offset)
{
    if (w->held.len == 0)
        w->pending = (struct hl_wire_message){ .offset = offset, .has_offset = true };
    if (fragment.len == 0) /* not allowed (RFC 8446, section 5.1), and nothing to do about it */
        return;
    w->pending.records++;
    buf_span(&w->held, fragment);
    const struct hl_span all = buf_view(&w->held);
    const size_t taken = tell_messages(w, all, &w->pending);
    if (taken == 0)
        return;
    memmove(w->held.data, w->held.data + taken, all.len - taken);
    w->held.len -= taken;
    /* What is left began in this record. */
    const size_t left = w->held.len;
    w->pending = (struct hl_wire_message){
        .offset = offset + fragment.len - left,
        .has_offset = true,
        .records = left > 0,
    };
}

/* After change_cipher_spec what is called a handshake record is encrypted (RFC 5246, section 7.1), unless it is exactly
 * one message: a renegotiation that was decrypted, say. */
static bool is_sealed(const struct wire_bytes *w, struct hl_span fragment)
{
    uint8_t type;
    uint32_t length;

    return w->changed && w->context.version < 0x0304
           && !(wire_message_header(fragment, &type, &length) && length == fragment.len - HANDSHAKE_HEADER
                && reg_handshake_type(type).name != NULL);
}

static void tell_content(struct wire_bytes *w, const struct hl_wire_record *record, struct hl_span fragment)
{
    if (record->type == CONTENT_CHANGE_CIPHER_SPEC)
        w->changed = true;
    if (record->type == CONTENT_HANDSHAKE && !record->encrypted)
        hold(w, fragment, record->offset + RECORD_HEADER_LENGTH);
}

static size_t tell_tls(struct wire_bytes *w, struct hl_span bytes)
{
    struct hl_record header;
    size_t at = 0;

    while (w->told < HL_DECODE_ITEMS_MAX && bytes.len - at >= RECORD_HEADER_LENGTH
           && record_parse((struct hl_span){ bytes.ptr + at, RECORD_HEADER_LENGTH }, &header)
           && content_type_is_known(header.type)) {
        const size_t left = bytes.len - at - RECORD_HEADER_LENGTH;
        const struct hl_span fragment = { bytes.ptr + at + RECORD_HEADER_LENGTH,
                                          header.length < left ? header.length : left };
        struct hl_wire_record record = {
            .protocol = "TLS",
            .offset = at,
            .type = header.type,
            .version = header.version,
            .length = header.length,
            .cut = header.length > left,
            .encrypted = header.type == CONTENT_APPLICATION_DATA
                         || (header.type == CONTENT_HANDSHAKE && is_sealed(w, fragment))
                         || (header.type == CONTENT_ALERT && header.length != 2),
        };
        if (!record.encrypted && header.type != CONTENT_HANDSHAKE)
            record.content = fragment;
        wire_tell_record(w, &record);
        tell_content(w, &record, fragment);
        at += RECORD_HEADER_LENGTH + fragment.len;
    }
    if (w->held.len > 0)
        tell_beginning(w, buf_view(&w->held), &w->pending);
    wire_forget_held(w);
    return at;
}

/* --- what has no records --------------------------------------------------------------- */

static size_t tell_handshake(struct wire_bytes *w, struct hl_span bytes, char from)
{
    struct hl_wire_message like = { .has_offset = from == 0, .from = from }; /* -msg: each is a piece of its own */
    size_t at = tell_messages(w, bytes, &like);
    uint8_t type;
    uint32_t length;

    const struct hl_span rest = { bytes.ptr + at, bytes.len - at };
    if (wire_message_header(rest, &type, &length) && reg_handshake_type(type).name != NULL) {
        like.offset = at;
        tell_beginning(w, rest, &like);
        at = bytes.len;
    }
    return at;
}

static size_t tell_body(struct wire_bytes *w, struct hl_span bytes)
{
    struct hl_wire_message message = {
        .type = CLIENT_HELLO,
        .length = (uint32_t)bytes.len,
        .body = bytes,
        .without_header = true,
        .has_offset = true,
    };

    wire_tell_message(w, &message);
    return bytes.len;
}

static size_t tell_alert(struct wire_bytes *w, struct hl_span bytes, char from)
{
    wire_tell_record(w, &(struct hl_wire_record){
        .type = CONTENT_ALERT,
        .length = (uint32_t)bytes.len,
        .content = bytes,
        .from = from,
    });
    return bytes.len;
}

size_t wire_tell(struct wire_bytes *w, enum wire_kind kind, struct hl_span bytes, char from)
{
    switch (kind) {
    case WIRE_TLS:
        return tell_tls(w, bytes);
    case WIRE_DTLS:
        return wire_tell_dtls(w, bytes);
    case WIRE_QUIC:
        return wire_tell_quic(w, bytes);
    case WIRE_HANDSHAKE:
        return tell_handshake(w, bytes, from);
    case WIRE_CLIENT_HELLO_BODY:
        return tell_body(w, bytes);
    case WIRE_ALERT:
        return tell_alert(w, bytes, from);
    case WIRE_UNKNOWN:
        break;
    }
    return 0;
}
