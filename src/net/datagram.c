#include "net/datagram.h"

#include "base/hash.h"
#include "base/reader.h"

enum { CONTENT_CHANGE_CIPHER_SPEC = 20, CONTENT_ALERT = 21, CONTENT_HANDSHAKE = 22, CONTENT_TLS12_CID = 25 };
enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, HELLO_VERIFY_REQUEST = 3 };

/* QUIC's clients fill up their first datagrams (RFC 9000, section 14.1). */
#define QUIC_INITIAL_MIN 1200u
#define QUIC_CONNECTION_ID_MAX 20u
#define QUIC_2 0x6b3343cfu

/* DTLS inside something that is not a tunnel of IP packets: a header of 4 bytes. */
static struct hl_span peel(struct hl_span payload)
{
    if (payload.len <= 4)
        return payload;
    const struct hl_span rest = { payload.ptr + 4, payload.len - 4 };
    const uint8_t *p = payload.ptr;
    const size_t length = (size_t)p[2] << 8 | p[3];
    if (p[0] >= 0x40 && p[0] <= 0x4f && length > 0 && length <= rest.len && rest.len - length < 4) /* ChannelData (RFC 8656, section 12.4) */
        return (struct hl_span){ rest.ptr, length };
    if (p[0] == 1 && p[1] == 0 && length == 0) /* CAPWAP DTLS Header (RFC 5415, section 4.2) */
        return rest;
    return payload;
}

/* A record's header (RFC 6347, section 4.1), up to its length; 0x0100 is what OpenSSL 0.9.8 and AnyConnect say. */
static bool read_dtls_record(struct hl_reader *r, uint8_t *type, unsigned *epoch, size_t *length)
{
    *type = rd_u8(r, "type");
    const unsigned version = rd_u16(r, "legacy_record_version");
    *epoch = rd_u16(r, "epoch");
    rd_bytes(r, 6, "sequence_number");
    *length = rd_u16(r, "length");
    return rd_ok(r) && *type >= CONTENT_CHANGE_CIPHER_SPEC && *type <= CONTENT_TLS12_CID
           && (version == 0xfeff || version == 0xfefd || version == 0x0100);
}

/* RFC 6347, section 4.2.2: a hello says by its message_seq whether it is the first. */
static void look_at_hello(struct hl_reader *r, struct hl_datagram *out)
{
    const uint8_t type = rd_u8(r, "msg_type");
    rd_u24(r, "length");
    const unsigned message_seq = rd_u16(r, "message_seq");
    const uint32_t fragment_offset = rd_u24(r, "fragment_offset");
    rd_u24(r, "fragment_length");
    const struct hl_span said = rd_bytes(r, 2 + 32, "client_version, random");

    if (type == 0 || type > HELLO_VERIFY_REQUEST)
        return;
    out->client = type == CLIENT_HELLO;
    out->begins = type == CLIENT_HELLO && message_seq == 0 && fragment_offset == 0;
    out->attempt = hash_bytes(said, 0);
}

/* Records to the end of the datagram; application data alone is not worth a flow. */
static struct hl_datagram look_dtls(struct hl_span payload)
{
    struct hl_datagram out = { .carrier = CARRIER_TCP, .tls = peel(payload), .client = -1 };
    struct hl_fault fault;
    struct hl_reader r = rd_init(out.tls, &fault);
    bool worth = false;

    while (rd_more(&r)) {
        uint8_t type;
        unsigned epoch;
        size_t length;
        if (!read_dtls_record(&r, &type, &epoch, &length))
            return out;
        if (!worth && type == CONTENT_HANDSHAKE && epoch == 0) {
            struct hl_reader look = r;
            look_at_hello(&look, &out);
        }
        worth |= type == CONTENT_HANDSHAKE || type == CONTENT_ALERT || type == CONTENT_CHANGE_CIPHER_SPEC;
        if (length > rd_left(&r)) /* cut by the snap length */
            break;
        rd_bytes(&r, length, "fragment");
    }
    if (worth)
        out.carrier = CARRIER_DTLS;
    return out;
}

/* Versions that carry TLS, and what clients and servers say about versions (RFC 9000, sections 15 and 17.2.1; RFC 9369). */
static bool is_quic_version(uint32_t version)
{
    return version == 1 || version == QUIC_2 || version >> 8 == 0xff0000 || version >> 8 == 0xfaceb0
           || (version & 0x0f0f0f0f) == 0x0a0a0a0a;
}

/* RFC 8999, section 5.1: the long header. */
static struct hl_datagram look_quic(struct hl_span payload)
{
    struct hl_datagram out = { .carrier = CARRIER_TCP, .tls = payload, .client = -1 };
    struct hl_fault fault;
    struct hl_reader r = rd_init(payload, &fault);
    const uint8_t first = rd_u8(&r, "first byte");
    const uint32_t version = rd_u32(&r, "Version");
    const struct hl_span destination = rd_bytes(&r, rd_u8(&r, "DCID Length"), "Destination Connection ID");
    const struct hl_span source = rd_bytes(&r, rd_u8(&r, "SCID Length"), "Source Connection ID");

    if (!rd_ok(&r) || (first & 0x80) == 0 || destination.len > QUIC_CONNECTION_ID_MAX
        || source.len > QUIC_CONNECTION_ID_MAX)
        return out;
    if (version == 0) { /* Version Negotiation (RFC 9000, section 17.2.1): a list, nothing else */
        if (rd_left(&r) == 0 || rd_left(&r) % 4 != 0)
            return out;
        out.client = 0;
    } else if ((first & 0x40) == 0 || !is_quic_version(version)) {
        return out;
    }
    out.carrier = CARRIER_QUIC;
    /* An Initial packet as large as a client's. Its Source Connection ID stays, the other changes with the server's
     * first answer (RFC 9000, section 7.2). */
    const unsigned type = first >> 4 & 3, initial = version == QUIC_2 ? 1 : 0;
    if (version != 0 && type == initial + 1) /* 0-RTT: clients only */
        out.client = 1;
    if (version != 0 && type == initial && payload.len >= QUIC_INITIAL_MIN) {
        out.begins = true;
        out.attempt = hash_bytes(source, 0);
    }
    return out;
}

struct hl_datagram datagram_look(struct hl_span payload)
{
    if (payload.len == 0)
        return (struct hl_datagram){ .carrier = CARRIER_TCP, .client = -1 };
    return (payload.ptr[0] & 0x80) != 0 ? look_quic(payload) : look_dtls(payload);
}

struct hl_span datagram_content(struct hl_span payload, enum hl_carrier carrier)
{
    if (carrier == CARRIER_QUIC || payload.len == 0)
        return payload;
    const struct hl_span inner = peel(payload);
    const bool is_dtls = inner.ptr[0] >= 20 && inner.ptr[0] <= 63;
    return is_dtls ? inner : (struct hl_span){ NULL, 0 };
}
