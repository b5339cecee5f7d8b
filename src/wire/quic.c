#include "wire/quic.h"

#include "wire/take.h"

#define QUIC_2 0x6b3343cfu

enum { LONG_HEADER = 0x80, FIXED_BIT = 0x40 };

/* RFC 9000, section 17.2; version 2 has another order (RFC 9369, section 3.2). */
static enum quic_packet_type type_of(uint8_t first, uint32_t version)
{
    const unsigned bits = first >> 4 & 3;

    return (enum quic_packet_type)(version == QUIC_2 ? (bits + 3) & 3 : bits);
}

/* What follows the connection ids. */
static void read_long(struct hl_reader *r, struct quic_packet *out)
{
    enum { RETRY_TAG = 16 };
    uint64_t length;

    switch (out->type) {
    case QUIC_VERSION_NEGOTIATION:
        out->versions = rd_rest(r);
        return;
    case QUIC_RETRY:
        out->token = rd_bytes(r, rd_left(r) > RETRY_TAG ? rd_left(r) - RETRY_TAG : 0, "Retry Token");
        rd_bytes(r, RETRY_TAG, "Retry Integrity Tag");
        return;
    case QUIC_INITIAL:
        length = read_varint(r, "Token Length");
        out->token = rd_bytes(r, length <= SIZE_MAX ? (size_t)length : SIZE_MAX, "Token");
        break;
    default:
        break;
    }
    length = read_varint(r, "Length");
    out->number_offset = (size_t)(r->pos - r->base);
    out->cut = length > rd_left(r);
    rd_bytes(r, out->cut ? rd_left(r) : (size_t)length, "Packet Number, Packet Payload");
}

bool quic_packet_next(struct hl_span *datagram, struct quic_packet *out)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(*datagram, &fault);
    const uint8_t first = rd_u8(&r, "first byte");

    *out = (struct quic_packet){
        .type = QUIC_1RTT, .bytes = *datagram, .number_offset = 1, .fixed_bit = (first & FIXED_BIT) != 0,
    };
    if ((first & LONG_HEADER) == 0) {
        *datagram = (struct hl_span){ r.end, 0 };
        return rd_ok(&r);
    }
    out->version = rd_u32(&r, "Version");
    out->type = out->version == 0 ? QUIC_VERSION_NEGOTIATION : type_of(first, out->version);
    out->destination = rd_bytes(&r, rd_u8(&r, "Destination Connection ID Length"), "Destination Connection ID");
    out->source = rd_bytes(&r, rd_u8(&r, "Source Connection ID Length"), "Source Connection ID");
    if (out->destination.len > QUIC_CONNECTION_ID_MAX || out->source.len > QUIC_CONNECTION_ID_MAX)
        return false;
    read_long(&r, out);
    if (!rd_ok(&r))
        return false;
    out->bytes.len = (size_t)(r.pos - r.base);
    *datagram = rd_span(&r);
    return true;
}

/* --- frames ---------------------------------------------------------------- */

static void skip_varints(struct hl_reader *r, unsigned count, const char *field)
{
    while (count-- > 0)
        (void)read_varint(r, field);
}

static struct hl_span read_counted(struct hl_reader *r, const char *field)
{
    const uint64_t length = read_varint(r, field);

    return rd_bytes(r, length <= SIZE_MAX ? (size_t)length : SIZE_MAX, field);
}

/* RFC 9000, section 19.3. */
static void read_ack(struct hl_reader *r, bool has_ecn)
{
    skip_varints(r, 2, "Largest Acknowledged, ACK Delay");
    uint64_t ranges = read_varint(r, "ACK Range Count");
    skip_varints(r, 1, "First ACK Range");
    for (; ranges > 0 && rd_ok(r); ranges--)
        skip_varints(r, 2, "Gap, ACK Range Length");
    if (has_ecn)
        skip_varints(r, 3, "ECN Counts");
}

/* RFC 9000, section 19.8. */
static void read_stream(struct hl_reader *r, unsigned flags)
{
    enum { LEN = 2, OFF = 4 };

    skip_varints(r, (flags & OFF) != 0 ? 2 : 1, "Stream ID, Offset");
    if ((flags & LEN) != 0)
        (void)read_counted(r, "Stream Data");
    else
        (void)rd_rest(r);
}

/* RFC 9000, section 19.15. */
static void read_new_connection_id(struct hl_reader *r)
{
    enum { RESET_TOKEN = 16 };

    skip_varints(r, 2, "Sequence Number, Retire Prior To");
    rd_bytes(r, rd_u8(r, "Length"), "Connection ID");
    rd_bytes(r, RESET_TOKEN, "Stateless Reset Token");
}

static void read_close(struct hl_reader *r, struct quic_frame *out)
{
    out->error_code = read_varint(r, "Error Code");
    if (out->type == QUIC_FRAME_CONNECTION_CLOSE)
        out->frame_type = read_varint(r, "Frame Type");
    out->data = read_counted(r, "Reason Phrase");
}

/* Frames that are a number of varints and nothing else, by type; 0: others. */
static unsigned varints_of(uint64_t type)
{
    static const uint8_t counts[] = {
        [0x04] = 3, [0x05] = 2, [0x10] = 1, [0x11] = 2, [0x12] = 1, [0x13] = 1,
        [0x14] = 1, [0x15] = 2, [0x16] = 1, [0x17] = 1, [0x19] = 1,
    };

    return type < sizeof counts ? counts[type] : 0;
}

static void skip_padding(struct hl_reader *r)
{
    struct hl_reader next = *r;

    while (rd_more(&next) && rd_u8(&next, "PADDING") == 0)
        *r = next;
}

bool quic_frame_next(struct hl_reader *r, struct quic_frame *out)
{
    *out = (struct quic_frame){ .type = 0 };
    skip_padding(r);
    if (!rd_more(r))
        return false;
    const uint64_t type = out->type = read_varint(r, "Frame Type");
    if (type >= 0x08 && type <= 0x0f) {
        out->type = 0x08;
        read_stream(r, (unsigned)type);
        return rd_ok(r);
    }
    if (varints_of(type) > 0) {
        skip_varints(r, varints_of(type), "fields");
        return rd_ok(r);
    }
    switch (type) {
    case 0x01: /* PING */
    case QUIC_FRAME_HANDSHAKE_DONE: break;
    case 0x02:
    case 0x03: read_ack(r, type == 0x03); break;
    case QUIC_FRAME_CRYPTO:
        out->offset = read_varint(r, "Offset");
        out->data = read_counted(r, "Crypto Data");
        break;
    case 0x07: (void)read_counted(r, "Token"); break; /* NEW_TOKEN */
    case 0x18: read_new_connection_id(r); break;
    case 0x1a: /* PATH_CHALLENGE */
    case 0x1b: rd_bytes(r, 8, "Data"); break;
    case QUIC_FRAME_CONNECTION_CLOSE:
    case QUIC_FRAME_APPLICATION_CLOSE: read_close(r, out); break;
    case 0x30: (void)rd_rest(r); break; /* DATAGRAM: RFC 9221, section 4 */
    case 0x31: (void)read_counted(r, "Datagram Data"); break;
    default: return false;
    }
    return rd_ok(r);
}

const char *quic_error_name(uint64_t code)
{
    static const char *const names[] = {
        "NO_ERROR",                "INTERNAL_ERROR",          "CONNECTION_REFUSED",        "FLOW_CONTROL_ERROR",
        "STREAM_LIMIT_ERROR",      "STREAM_STATE_ERROR",      "FINAL_SIZE_ERROR",          "FRAME_ENCODING_ERROR",
        "TRANSPORT_PARAMETER_ERROR", "CONNECTION_ID_LIMIT_ERROR", "PROTOCOL_VIOLATION",    "INVALID_TOKEN",
        "APPLICATION_ERROR",       "CRYPTO_BUFFER_EXCEEDED",  "KEY_UPDATE_ERROR",          "AEAD_LIMIT_REACHED",
        "NO_VIABLE_PATH",          "VERSION_NEGOTIATION_ERROR",
    };

    if (code >> 8 == 1)
        return "CRYPTO_ERROR";
    return code < sizeof names / sizeof names[0] ? names[code] : NULL;
}
