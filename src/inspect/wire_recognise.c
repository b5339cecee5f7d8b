/* What bytes are, by what they begin with. */
#include "inspect/wire_bytes.h"

#include "base/limits.h"
#include "registry/registry.h"
#include "wire/hello.h"

#include <string.h>

enum { HANDSHAKE_HEADER = 4, CLIENT_HELLO = 1, SERVER_HELLO = 2, CERTIFICATE = 11 };

/* The longest headers of other layers in front of TLS: Ethernet, two VLANs, IPv6 with options, TCP with options. */
#define FRAME_HEADERS_MAX 256u

static bool is_tls(struct hl_span bytes)
{
    struct hl_record header;

    return bytes.len >= RECORD_HEADER_LENGTH
           && record_parse((struct hl_span){ bytes.ptr, RECORD_HEADER_LENGTH }, &header)
           && content_type_is_known(header.type) && header.length > 0;
}

/* RFC 6347, section 4.1: type, version, epoch, sequence number, length. */
static bool is_dtls(struct hl_span bytes)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(bytes, &fault);
    const uint8_t type = rd_u8(&r, "type");
    const uint16_t version = rd_u16(&r, "legacy_record_version");

    (void)rd_bytes(&r, 10, "epoch, sequence_number, length");
    return rd_ok(&r) && type >= CONTENT_CHANGE_CIPHER_SPEC && type <= CONTENT_ACK
           && (version == 0xfeff || version == 0xfefd || version == 0x0100);
}

static bool is_quic(struct hl_span bytes)
{
    struct quic_packet packet;

    return bytes.len > 6 && (bytes.ptr[0] & 0x80) != 0 && quic_packet_next(&bytes, &packet)
           && (packet.version == 0 ? packet.type == QUIC_VERSION_NEGOTIATION
                                   : reg_quic_version(packet.version).name != NULL);
}

/* A chain of messages that ends where the bytes do, or one that is cut and begins as its type should. */
static bool is_handshake(struct hl_span bytes)
{
    static const uint8_t zeros[2 * HANDSHAKE_HEADER];
    uint8_t type;
    uint32_t length;
    size_t at = 0;

    /* Nobody says hello_request twice: that is padding. */
    if (bytes.len >= sizeof zeros && memcmp(bytes.ptr, zeros, sizeof zeros) == 0)
        return false;
    while (wire_message_header((struct hl_span){ bytes.ptr + at, bytes.len - at }, &type, &length)
           && reg_handshake_type(type).name != NULL && length <= bytes.len - at - HANDSHAKE_HEADER)
        at += HANDSHAKE_HEADER + length;
    if (at == bytes.len)
        return at > 0;
    if (at > 0)
        return true;
    if (!wire_message_header(bytes, &type, &length) || length > HL_MESSAGE_MAX || bytes.len < HANDSHAKE_HEADER + 2)
        return false;
    if (type == CLIENT_HELLO || type == SERVER_HELLO)
        return bytes.ptr[HANDSHAKE_HEADER] == 3 || bytes.ptr[HANDSHAKE_HEADER] == 0xfe;
    return type == CERTIFICATE;
}

static bool is_client_hello_body(struct hl_span bytes)
{
    struct hl_client_hello hello;

    return bytes.len > 2 && bytes.ptr[0] == 3 && bytes.ptr[1] <= 4 && client_hello_parse(bytes, false, &hello)
           && hello.cipher_suites.len > 0;
}

static bool is_alert(struct hl_span bytes)
{
    return bytes.len == 2 && (bytes.ptr[0] == 1 || bytes.ptr[0] == 2) && reg_alert(bytes.ptr[1]).name != NULL;
}

enum wire_kind wire_recognise(struct hl_span bytes)
{
    if (is_tls(bytes))
        return WIRE_TLS;
    if (is_dtls(bytes))
        return WIRE_DTLS;
    if (is_client_hello_body(bytes))
        return WIRE_CLIENT_HELLO_BODY;
    if (is_handshake(bytes))
        return WIRE_HANDSHAKE;
    if (is_quic(bytes))
        return WIRE_QUIC;
    return is_alert(bytes) ? WIRE_ALERT : WIRE_UNKNOWN;
}

size_t wire_find_record(struct hl_span bytes)
{
    const size_t most = bytes.len < FRAME_HEADERS_MAX ? bytes.len : FRAME_HEADERS_MAX;
    struct hl_record header;

    for (size_t at = 20; at + RECORD_HEADER_LENGTH < most; at++) {
        const struct hl_span here = { bytes.ptr + at, bytes.len - at };
        if (is_dtls(here) && here.ptr[0] == CONTENT_HANDSHAKE)
            return at;
        /* An encrypted record may be anything: only hellos, and records that end where the frame does, are sure. */
        if (is_tls(here) && record_parse((struct hl_span){ here.ptr, RECORD_HEADER_LENGTH }, &header)
            && ((here.ptr[0] == CONTENT_HANDSHAKE && (here.ptr[5] == CLIENT_HELLO || here.ptr[5] == SERVER_HELLO))
                || header.length + RECORD_HEADER_LENGTH == here.len))
            return at;
    }
    return 0;
}
