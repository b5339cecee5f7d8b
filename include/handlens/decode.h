/* decode.h - a single message or certificate, from bytes to fields. */
#ifndef HANDLENS_DECODE_H
#define HANDLENS_DECODE_H

#include <handlens/export.h>
#include <handlens/fault.h>
#include <handlens/span.h>
#include <handlens/visitor.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One handshake message with its header: HandshakeType, 3 bytes of length, body (RFC 8446,
 * section 4). Tells "type", "length" and every field as one object. `version` and `cipher_suite`
 * are those of the connection, 0 when not known: some messages cannot be read without them. False
 * when the message is broken: `fault` (may be NULL) says where, after all that stood before it. */
HL_API bool hl_message_walk(struct hl_span message, uint16_t version, uint16_t cipher_suite,
                            const struct hl_visitor *visitor, struct hl_fault *fault);

/* One certificate in DER, as one object. False when it is broken (then "fault" says where, and what
 * could not be read has its default), or memory has run out. */
HL_API bool hl_certificate_walk(struct hl_span der, const struct hl_visitor *visitor);

/* Names of the registries, for programs that show code points. `name` is NULL for unknown ones. */
HL_API struct hl_code hl_version_code(uint16_t version);
HL_API struct hl_code hl_cipher_suite_code(uint16_t cipher_suite);
HL_API struct hl_code hl_group_code(uint16_t group);

#ifdef __cplusplus
}
#endif

#endif
