/* decode.h - a single message or certificate, from bytes to fields. */
#ifndef HANDLENS_DECODE_H
#define HANDLENS_DECODE_H

#include <handlens/error.h>
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

/* Something found in a file, or in bytes: certificates, messages, ... It is valid during the callback that delivers it. */
struct hl_item;

enum hl_item_kind {
    HL_ITEM_CHAIN, /* one or more certificates, judged as a chain: the first one's */
    HL_ITEM_REQUEST, /* a certification request (RFC 2986) */
    HL_ITEM_CRL,
    HL_ITEM_OCSP_RESPONSE,
    HL_ITEM_RECORD, /* the header of a TLS or DTLS record or of a QUIC packet; an alert in it is told with it */
    HL_ITEM_MESSAGE, /* a handshake message, with every field */
};

typedef void hl_item_fn(void *user, const struct hl_item *item);
struct hl_trust;
struct hl_handshake;

/* Decode what `bytes` are, in their order:
 *
 * - certificates, requests, CRLs and OCSP responses, in PEM (any number of blocks; private keys are passed over) or DER;
 * - a sequence of TLS or DTLS records, handshake messages without records, the body of a ClientHello, an alert, a
 *   datagram of QUIC (of which Initial packets are opened), in binary;
 * - any of these as text: hex as tools dump it (plain, with colons, commas, 0x or \x, C arrays; xxd, hexdump, od,
 *   Wireshark, tcpdump -X), base64, and what openssl s_client -msg prints. Dumps of frames are searched for the first record.
 *
 * A message that is broken is told up to its fault, which is part of it; what is behind the last thing that was recognised
 * is an error, after all that was told. Certificates that follow each other are a chain when the first one's issuer is among
 * them, else each one is told by itself. Judged at `at` (seconds since 1970) unless `trust` has a time of its own; NULL:
 * nobody is trusted. `name` is for messages. HL_OK; HL_ERR_FORMAT when there is nothing to decode, or something that
 * cannot be read, after all that could be was told; HL_ERR_TRUNCATED when a record or message ends too early. */
HL_API enum hl_status hl_decode_file(struct hl_span bytes, const char *name, const struct hl_trust *trust,
                                     int64_t at, hl_item_fn *on_item, void *user, struct hl_error *error);
HL_API enum hl_item_kind hl_item_kind(const struct hl_item *item);
/* Of HL_ITEM_CHAIN: a handshake of which nothing is known but the server's certificates, for the functions that ask
 * for its certificates and findings; else NULL. */
HL_API const struct hl_handshake *hl_item_chain(const struct hl_item *item);

/* Names of the registries, for programs that show code points. `name` is NULL for unknown ones. */
HL_API struct hl_code hl_version_code(uint16_t version);
HL_API struct hl_code hl_cipher_suite_code(uint16_t cipher_suite);
HL_API struct hl_code hl_group_code(uint16_t group);

#ifdef __cplusplus
}
#endif

#endif
