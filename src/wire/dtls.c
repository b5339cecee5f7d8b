#include "wire/dtls.h"

#include "wire/record.h"

#include <string.h>

enum { UNIFIED = 0x20, UNIFIED_MASK = 0xe0, HAS_CID = 0x10, LONG_SEQUENCE = 0x08,
       HAS_LENGTH = 0x04, EPOCH_BITS = 0x03 };

static void take_fragment(struct hl_reader *r, bool cut, struct hl_dtls_record *out)
{
    size_t length = cut && out->length > rd_left(r) ? rd_left(r) : out->length;

    out->fragment = rd_bytes(r, length, "fragment");
}

/* RFC 9147, section 4: 001CSLEE, connection id, sequence number, length. Without a length it goes to the end. */
static bool read_unified(struct hl_reader *r, size_t cid_length, bool cut, struct hl_dtls_record *out)
{
    const struct hl_span all = rd_span(r);
    const uint8_t flags = rd_u8(r, "unified_hdr");

    out->unified = true;
    out->type = CONTENT_APPLICATION_DATA; /* what hides the type in TLS 1.3 (RFC 8446, section 5.2) */
    out->version = 0xfefd;
    out->epoch = flags & EPOCH_BITS;
    if ((flags & HAS_CID) != 0 && cid_length == DTLS_CID_UNKNOWN) {
        out->cid_unknown = true;
        out->header = (struct hl_span){ all.ptr, 1 };
        out->fragment = rd_rest(r);
        out->length = (uint32_t)out->fragment.len;
        return rd_ok(r);
    }
    if ((flags & HAS_CID) != 0)
        out->cid = rd_bytes(r, cid_length, "connection_id");
    out->sequence_offset = (size_t)(r->pos - all.ptr);
    out->sequence_length = (flags & LONG_SEQUENCE) != 0 ? 2 : 1;
    out->sequence = rd_uint(r, out->sequence_length, "sequence_number");
    out->length = (flags & HAS_LENGTH) != 0 ? rd_u16(r, "length") : (uint32_t)rd_left(r);
    out->header = (struct hl_span){ all.ptr, (size_t)(r->pos - all.ptr) };
    take_fragment(r, cut, out);
    return rd_ok(r);
}

/* RFC 6347, section 4.1; OpenSSL 0.9.8 and AnyConnect say 0x0100. RFC 9146, section 4: a connection id before the
 * length. */
bool dtls_record_read(struct hl_reader *r, size_t cid_length, bool cut, struct hl_dtls_record *out)
{
    const struct hl_span all = rd_span(r);

    memset(out, 0, sizeof *out);
    if (all.len > 0 && (all.ptr[0] & UNIFIED_MASK) == UNIFIED)
        return read_unified(r, cid_length, cut, out);
    out->type = rd_u8(r, "type");
    out->version = rd_u16(r, "legacy_record_version");
    if (rd_ok(r) && out->version >> 8 != 0xfe && out->version != 0x0100) {
        rd_reject(r, 2, out->version, "legacy_record_version");
        return false;
    }
    out->epoch = rd_u16(r, "epoch");
    out->sequence = rd_uint(r, 6, "sequence_number");
    if (out->type == CONTENT_TLS12_CID && cid_length == DTLS_CID_UNKNOWN) {
        out->cid_unknown = true;
        out->header = (struct hl_span){ all.ptr, (size_t)(r->pos - all.ptr) };
        out->fragment = rd_rest(r);
        out->length = (uint32_t)out->fragment.len;
        return rd_ok(r);
    }
    if (out->type == CONTENT_TLS12_CID)
        out->cid = rd_bytes(r, cid_length, "connection_id");
    out->length = rd_u16(r, "length");
    out->header = (struct hl_span){ all.ptr, (size_t)(r->pos - all.ptr) };
    take_fragment(r, cut, out);
    return rd_ok(r);
}

bool dtls_fragment_read(struct hl_reader *r, bool cut, struct hl_dtls_fragment *out)
{
    memset(out, 0, sizeof *out);
    out->type = rd_u8(r, "msg_type");
    out->length = rd_u24(r, "length");
    out->message_seq = rd_u16(r, "message_seq");
    out->offset = rd_u24(r, "fragment_offset");
    out->fragment_length = rd_u24(r, "fragment_length");
    if (rd_ok(r) && out->offset > out->length) {
        rd_reject(r, 6, out->offset, "fragment_offset");
        return false;
    }
    if (rd_ok(r) && out->fragment_length > out->length - out->offset) {
        rd_reject(r, 3, out->fragment_length, "fragment_length");
        return false;
    }
    size_t n = cut && out->fragment_length > rd_left(r) ? rd_left(r) : out->fragment_length;
    out->bytes = rd_bytes(r, n, "body");
    return rd_ok(r);
}

static uint8_t *put_u24(uint8_t *to, uint32_t value)
{
    *to++ = (uint8_t)(value >> 16);
    *to++ = (uint8_t)(value >> 8);
    *to++ = (uint8_t)value;
    return to;
}

void dtls_message_header(uint8_t type, uint32_t length, uint16_t message_seq, uint8_t out[DTLS_HANDSHAKE_HEADER])
{
    uint8_t *to = out;

    *to++ = type;
    to = put_u24(to, length);
    *to++ = (uint8_t)(message_seq >> 8);
    *to++ = (uint8_t)message_seq;
    to = put_u24(to, 0);
    (void)put_u24(to, length);
}
