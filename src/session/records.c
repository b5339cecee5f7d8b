#include "session/records.h"

#include "base/limits.h"
#include "base/reader.h"
#include "registry/registry.h"

#include <string.h>

#define KEEP_MEMORY ((size_t)64 << 10)

enum { CLIENT_HELLO = 1, CERTIFICATE = 11, COMPRESSED_CERTIFICATE = 25, MESSAGE_HEADER = 4 };

void records_init(struct hl_records *records)
{
    memset(records, 0, sizeof *records);
    buf_init(&records->message, HL_MESSAGE_MAX);
    buf_init(&records->sealed, RECORD_LENGTH_MAX);
}

void records_reset(struct hl_records *records)
{
    struct hl_buffer message = records->message, sealed = records->sealed;

    if (message.size > KEEP_MEMORY)
        buf_cleanup(&message);
    message.len = 0;
    message.failed = false;
    memset(records, 0, sizeof *records);
    records->message = message;
    records->sealed = sealed;
}

void records_cleanup(struct hl_records *records)
{
    buf_cleanup(&records->message);
    buf_cleanup(&records->sealed);
}

/* --- handshake messages ---------------------------------------------------- */

static void message_reset(struct hl_records *records)
{
    records->message_header_have = 0;
    records->message_length = records->message_have = 0;
    records->message_records = 0;
    records->message_cut = false;
    records->message.len = 0;
    records->message.failed = false;
}

static void message_emit(struct hl_records *records, unsigned direction, struct hl_span body, struct hl_moment at,
                         const struct hl_records_sink *sink)
{
    struct hl_raw_message message = {
        .type = records->message_header[0],
        .length = records->message_length,
        .body = body,
        .cut = records->message_cut || body.len < records->message_length,
        .records = records->message_records,
        .record_version = records->record.version,
        .decrypted = records->decrypted,
        .at = at,
    };

    sink->message(sink->ctx, direction, &message);
    message_reset(records);
}

static bool message_pending(const struct hl_records *records)
{
    return records->message_header_have == MESSAGE_HEADER;
}

/* The next message cannot be told any more: tell what there is of the current one. */
static void message_abandon(struct hl_records *records, unsigned direction, struct hl_moment at,
                            const struct hl_records_sink *sink)
{
    if (message_pending(records)) {
        records->message_cut = true;
        message_emit(records, direction, buf_view(&records->message), at, sink);
    }
    message_reset(records);
}

/* Could this be a handshake header, or is the record encrypted? Nothing but certificates is large,
 * and nobody sends those in pieces smaller than the least max_fragment_length (RFC 6066, section 4). */
static bool message_is_plausible(const struct hl_records *records)
{
    uint8_t type = records->message_header[0];
    bool large = records->message_length > 0x20000;

    if (records->protection == PROTECTION_DOUBTFUL)
        return type == CLIENT_HELLO && records->message_length + MESSAGE_HEADER == records->record.length;
    if (reg_handshake_type(type).name == NULL)
        return false;
    bool certificate = type == CERTIFICATE || type == COMPRESSED_CERTIFICATE;
    return !large || (certificate && records->record.length >= 512);
}

/* Take the handshake header from the front of `bytes`; true when it is complete. */
static bool take_message_header(struct hl_records *records, struct hl_span *bytes)
{
    if (records->message_header_have == 0 && bytes->len > 0)
        records->message_records = 1;
    while (records->message_header_have < MESSAGE_HEADER && bytes->len > 0) {
        records->message_header[records->message_header_have++] = *bytes->ptr++;
        bytes->len--;
    }
    if (records->message_header_have < MESSAGE_HEADER)
        return false;
    const uint8_t *h = records->message_header;
    records->message_length = (uint32_t)h[1] << 16 | (uint32_t)h[2] << 8 | h[3];
    return true;
}

/* Bytes of a handshake record's content. */
static void push_handshake(struct hl_records *records, unsigned direction, struct hl_span bytes, struct hl_moment at,
                           const struct hl_records_sink *sink)
{
    while (bytes.len > 0 && !records->opaque) {
        if (!message_pending(records)) {
            if (!take_message_header(records, &bytes))
                return;
            if (!message_is_plausible(records)) {
                message_reset(records);
                records->opaque = true;
                return;
            }
        }
        uint32_t missing = records->message_length - records->message_have;
        size_t n = bytes.len < missing ? bytes.len : missing;
        struct hl_span part = { bytes.ptr, n };
        bytes.ptr += n;
        bytes.len -= n;
        bool whole = records->message_have == 0 && n == missing;
        records->message_have += (uint32_t)n;
        if (whole) {
            message_emit(records, direction, part, at, sink);
            if (records->protection == PROTECTION_MAC)
                return;
            continue;
        }
        if (!records->message_cut) { /* behind a hole nothing is kept */
            size_t room = HL_MESSAGE_MAX - records->message.len;
            records->message_cut = part.len > room;
            buf_put(&records->message, part.ptr, part.len < room ? part.len : room);
            records->message_cut |= records->message.failed;
        }
        if (records->message_have == records->message_length) {
            message_emit(records, direction, buf_view(&records->message), at, sink);
            if (records->protection == PROTECTION_MAC)
                return;
        }
    }
}

/* --- records --------------------------------------------------------------- */

static void record_begin(struct hl_records *records)
{
    records->open = true;
    records->left = records->record.length;
    records->content_have = 0;
    records->skip = false;
    records->opaque = records->record.type != CONTENT_HANDSHAKE || records->protection == PROTECTION_ON;
    records->sealed.len = 0;
    records->fragment = (struct hl_span){ NULL, 0 };
    records->sealed_cut = false;
    records->count++;
    if (!records->opaque && records->message_header_have > 0 && records->message_records < UINT16_MAX)
        records->message_records++;
}

/* No plain alert record is longer: a few alerts in one. */
#define PLAIN_ALERTS_MAX 8u

static bool holds_plain_alerts(const struct hl_records *records)
{
    return records->record.type == CONTENT_ALERT && records->protection == PROTECTION_NONE
           && records->record.length <= PLAIN_ALERTS_MAX;
}

/* Alerts of two bytes each, wherever records begin and end (RFC 5246, section 6.2.1). */
static void push_alerts(struct hl_records *records, unsigned direction, struct hl_span bytes, struct hl_moment at,
                        const struct hl_records_sink *sink)
{
    for (size_t i = 0; i < bytes.len; i++) {
        records->alert[records->alert_have++] = bytes.ptr[i];
        if (records->alert_have < 2)
            continue;
        struct hl_raw_record raw = {
            .header = { .type = CONTENT_ALERT, .version = records->record.version, .length = 2 },
            .content = { records->alert[0], records->alert[1] },
            .content_length = 2,
            .offset = records->offset,
            .at = at,
        };
        records->alert_have = 0;
        sink->record(sink->ctx, direction, &raw);
    }
}

static void record_end(struct hl_records *records, unsigned direction, struct hl_moment at,
                       const struct hl_records_sink *sink)
{
    records->open = false;
    if (records->skip || holds_plain_alerts(records))
        return;
    if (!records->opaque) {
        sink->settled(sink->ctx, direction, at);
        return;
    }
    struct hl_raw_record raw = {
        .header = records->record,
        .encrypted = records->protection == PROTECTION_ON || records->record.type == CONTENT_APPLICATION_DATA
                     || records->record.type == CONTENT_HANDSHAKE,
        .content = { records->content[0], records->content[1] },
        .content_length = records->content_have,
        .fragment = records->sealed.len > 0 ? buf_view(&records->sealed) : records->fragment,
        .offset = records->offset,
        .at = at,
    };
    raw.whole = !records->sealed_cut && raw.fragment.len == raw.header.length;
    sink->record(sink->ctx, direction, &raw);
}

/* A record that came in one piece is not copied. */
static void keep_sealed(struct hl_records *records, struct hl_span bytes)
{
    if (bytes.len == records->record.length) {
        records->fragment = bytes;
        return;
    }
    records->sealed.failed = false;
    buf_span(&records->sealed, bytes);
    records->sealed_cut |= records->sealed.failed;
}

static void record_content(struct hl_records *records, unsigned direction, struct hl_span bytes, struct hl_moment at,
                           const struct hl_records_sink *sink)
{
    if (holds_plain_alerts(records)) {
        push_alerts(records, direction, bytes, at, sink);
        return;
    }
    if (records->keep && records->opaque)
        keep_sealed(records, bytes);
    for (size_t i = 0; i < bytes.len && records->content_have < sizeof records->content; i++)
        records->content[records->content_have++] = bytes.ptr[i];
    bool mac_only = records->protection == PROTECTION_MAC && records->left < records->record.length
                    && !message_pending(records) && records->message_header_have == 0;
    if (!records->opaque && !mac_only)
        push_handshake(records, direction, bytes, at, sink);
}

static void lose(struct hl_records *records, unsigned direction, struct hl_moment at, const struct hl_records_sink *sink)
{
    message_abandon(records, direction, at, sink);
    records->open = false;
    records->header_have = 0;
    if (!records->lost)
        records->skipped++;
    records->lost = true;
}

/* SSL 2.0 (draft-hickman-netscape-ssl, section 1.1): a length of 15 bits, or of 14 and padding. Only
 * hellos and the client's key are in the clear; a record is as short as its header says. */
static size_t push_ssl2(struct hl_records *records, unsigned direction, struct hl_span bytes, struct hl_moment at,
                        const struct hl_records_sink *sink)
{
    struct hl_buffer *all = &records->message;
    size_t used = 0;

    while (used < bytes.len) {
        size_t length = all->len >= 2 ? (size_t)(all->data[0] & 0x7f) << 8 | all->data[1] : 0;
        size_t need = 2 + length;
        if (all->len >= 2 && length == 0) {
            lose(records, direction, at, sink);
            return bytes.len;
        }
        size_t n = need - all->len < bytes.len - used ? need - all->len : bytes.len - used;
        buf_put(all, bytes.ptr + used, n);
        used += n;
        if (all->len < need || length == 0)
            continue;
        struct hl_span body = { all->data + 3, all->len - 3 };
        struct hl_raw_message message = {
            .type = all->data[2], .length = (uint32_t)body.len, .body = body, .ssl2 = true, .records = 1,
            .record_version = 2, .at = at,
        };
        records->count++;
        all->len = 0;
        sink->message(sink->ctx, direction, &message);
        if (message.type == 1 && body.len >= 2 && body.ptr[0] == 3) { /* a hello for SSL 3.0 or later */
            records->ssl2 = false;
            break;
        }
    }
    return used;
}

/* After a gap: where does a record begin? One that ends where the bytes end, or that another follows. */
static size_t find_record(struct hl_span bytes)
{
    for (size_t i = 0; i + RECORD_HEADER_LENGTH <= bytes.len; i++) {
        struct hl_record record, next;
        if (!record_parse((struct hl_span){ bytes.ptr + i, RECORD_HEADER_LENGTH }, &record) || record.length == 0
            || !content_type_is_known(record.type))
            continue;
        size_t end = i + RECORD_HEADER_LENGTH + record.length;
        if (end == bytes.len || i == 0)
            return i;
        if (end + RECORD_HEADER_LENGTH <= bytes.len
            && record_parse((struct hl_span){ bytes.ptr + end, RECORD_HEADER_LENGTH }, &next)
            && content_type_is_known(next.type))
            return i;
    }
    return bytes.len;
}

/* A gap inside a record whose end is known costs only its content. */
static void push_gap(struct hl_records *records, unsigned direction, uint64_t gap, struct hl_moment at,
                     const struct hl_records_sink *sink)
{
    if (!records->open || gap > records->left || records->ssl2) {
        lose(records, direction, at, sink);
        return;
    }
    uint32_t length = (uint32_t)gap;
    records->left -= length;
    records->sealed_cut = true;
    if (!records->opaque) {
        bool inside = message_pending(records) && records->message_length - records->message_have >= length;
        if (inside) { /* the message's end is known, too */
            records->message_have += length;
            records->message_cut = true;
            if (records->message_have == records->message_length)
                message_emit(records, direction, buf_view(&records->message), at, sink);
        } else {
            message_abandon(records, direction, at, sink);
            records->opaque = records->skip = true; /* where the next message begins is not known */
        }
    }
    if (records->left == 0)
        record_end(records, direction, at, sink);
}

static bool begins_ssl2(const struct hl_records *records, struct hl_span bytes)
{
    return records->ssl2 || (records->count == 0 && records->header_have == 0 && (bytes.ptr[0] & 0x80) != 0);
}

void records_push(struct hl_records *records, unsigned direction, const struct hl_chunk *chunk,
                  const struct hl_records_sink *sink)
{
    struct hl_span bytes = chunk->bytes;
    const uint8_t *end = bytes.len > 0 ? bytes.ptr + bytes.len : bytes.ptr;

    records->pushed += chunk->gap + bytes.len;
    if (chunk->gap > 0)
        push_gap(records, direction, chunk->gap, chunk->at, sink);
    if (bytes.len > 0 && !records->lost && begins_ssl2(records, bytes)) {
        records->ssl2 = true;
        size_t used = push_ssl2(records, direction, bytes, chunk->at, sink);
        bytes = (struct hl_span){ bytes.ptr + used, bytes.len - used };
    }
    if (records->lost && bytes.len > 0) {
        size_t skip = find_record(bytes);
        bytes = (struct hl_span){ bytes.ptr + skip, bytes.len - skip };
        records->lost = bytes.len == 0;
    }
    while (bytes.len > 0) {
        if (!records->open) {
            while (records->header_have < RECORD_HEADER_LENGTH && bytes.len > 0) {
                records->header[records->header_have++] = *bytes.ptr++;
                bytes.len--;
            }
            if (records->header_have < RECORD_HEADER_LENGTH)
                return;
            struct hl_span header = { records->header, RECORD_HEADER_LENGTH };
            if (!record_parse(header, &records->record)) {
                lose(records, direction, chunk->at, sink);
                return;
            }
            records->header_have = 0;
            records->offset = records->pushed - (uint64_t)(end - bytes.ptr) - RECORD_HEADER_LENGTH;
            record_begin(records);
        }
        size_t n = bytes.len < records->left ? bytes.len : records->left;
        record_content(records, direction, (struct hl_span){ bytes.ptr, n }, chunk->at, sink);
        bytes.ptr += n;
        bytes.len -= n;
        records->left -= (uint32_t)n;
        if (records->left == 0)
            record_end(records, direction, chunk->at, sink);
    }
}

void records_push_opened(struct hl_records *records, unsigned direction, const struct hl_raw_record *record,
                         struct hl_span content, const struct hl_records_sink *sink)
{
    const struct hl_record being_read = records->record; /* may be a later one */
    enum hl_protection protection = records->protection;
    bool opaque = records->opaque;

    records->record = record->header;
    records->protection = PROTECTION_NONE;
    records->opaque = false;
    records->decrypted = true;
    if (records->message_header_have > 0 && records->message_records < UINT16_MAX)
        records->message_records++;
    push_handshake(records, direction, content, record->at, sink);
    records->record = being_read;
    records->protection = protection;
    records->opaque = opaque;
}

void records_finish(struct hl_records *records, unsigned direction, struct hl_moment at,
                    const struct hl_records_sink *sink)
{
    message_abandon(records, direction, at, sink);
    records->lost = true;
}
