/* message.h - handshake messages decoded to their fields.
 *
 * One row a message type in message.c. A decoder reads the body (without the
 * type and length of the handshake header) field by field and hands each to
 * the visitor, inside an object the caller has opened. */
#ifndef HL_WIRE_MESSAGE_H
#define HL_WIRE_MESSAGE_H

#include "base/reader.h"
#include "base/visit.h"

/* What must be known from elsewhere to understand a body. 0: not known. */
struct hl_message_context {
    uint16_t version;      /* negotiated: 0x0301 ... 0x0304; drafts of 1.3 count as 0x0304 */
    uint16_t cipher_suite; /* selected */
    bool from_client;
};

typedef void message_decode_fn(struct hl_reader *r, const struct hl_visitor *v, const struct hl_message_context *ctx);

/* The messages, by the file that has them. */
message_decode_fn message_client_hello, message_server_hello;                             /* hello.c */
message_decode_fn message_certificate, message_certificate_request, message_certificate_verify,
    message_certificate_status, message_certificate_url, message_compressed_certificate;  /* certificate.c */
message_decode_fn message_server_key_exchange, message_client_key_exchange;              /* key_exchange.c */
message_decode_fn message_new_session_ticket, message_encrypted_extensions, message_hello_verify_request,
    message_finished, message_key_update, message_supplemental_data, message_empty,
    message_next_protocol, message_opaque;                                               /* small.c */

/* Decode a body. Emits "fault" when it is broken, after what could be read, and returns false.
 * With `cut`, `body` is known to be only the beginning. `fault` may be NULL. */
bool message_walk(uint8_t type, struct hl_span body, bool cut, const struct hl_message_context *ctx,
                  const struct hl_visitor *v, struct hl_fault *fault);

#endif
