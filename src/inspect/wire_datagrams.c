/* DTLS records and QUIC packets, for wire_bytes.c. */
#include "inspect/wire_bytes.h"

#include "base/limits.h"
#include "session/quic.h"
#include "wire/dtls.h"

#include <stdlib.h>

/* --- DTLS ------------------------------------------------------------------------------- */

/* A fragment: a whole message, or the next piece of the one that is being put together (RFC 6347, section 4.2.2). */
static void take_fragment(struct wire_bytes *w, const struct hl_dtls_fragment *fragment, size_t offset)
{
    struct hl_wire_message *pending = &w->pending;
    const bool goes_on = w->held.len > 0 && fragment->message_seq == pending->message_seq
                         && fragment->type == pending->type && fragment->offset <= w->held.len;

    if (!goes_on) {
        w->held.len = 0;
        *pending = (struct hl_wire_message){
            .type = fragment->type,
            .length = fragment->length,
            .offset = offset,
            .has_offset = true,
            .numbered = true,
            .message_seq = fragment->message_seq,
        };
    }
    pending->records++;
    const size_t known = goes_on ? w->held.len - fragment->offset : 0;
    if (known < fragment->bytes.len && (goes_on || fragment->offset == 0))
        buf_put(&w->held, fragment->bytes.ptr + known, fragment->bytes.len - known);
    if (w->held.len < pending->length)
        return;
    pending->body = buf_view(&w->held);
    wire_tell_message(w, pending);
    w->held.len = 0;
    *pending = (struct hl_wire_message){ .type = 0 };
}

/* The bytes end, or another message begins: what there is of one. */
static void tell_pending(struct wire_bytes *w)
{
    if (w->pending.records > 0) {
        w->pending.body = buf_view(&w->held);
        w->pending.cut = true;
        wire_tell_message(w, &w->pending);
    }
    wire_forget_held(w);
    w->pending = (struct hl_wire_message){ .type = 0 };
}

static void take_fragments(struct wire_bytes *w, struct hl_span content, size_t offset)
{
    struct hl_dtls_fragment fragment;
    struct hl_fault fault;
    struct hl_reader r = rd_init_cut(content, &fault);

    while (w->told < HL_DECODE_ITEMS_MAX && rd_more(&r)) {
        const size_t at = content.len - rd_left(&r);
        if (!dtls_fragment_read(&r, true, &fragment))
            break;
        if (w->pending.records > 0 && fragment.message_seq != w->pending.message_seq)
            tell_pending(w);
        take_fragment(w, &fragment, offset + at);
    }
}

size_t wire_tell_dtls(struct wire_bytes *w, struct hl_span bytes)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init_cut(bytes, &fault);
    struct hl_dtls_record record;
    size_t at = 0;

    /* How long connection ids are is said by hellos that may not be here: such a record is the rest. */
    while (w->told < HL_DECODE_ITEMS_MAX && rd_more(&r) && dtls_record_read(&r, DTLS_CID_UNKNOWN, true, &record)
           && (record.unified || (record.type >= CONTENT_CHANGE_CIPHER_SPEC && record.type <= CONTENT_ACK))) {
        const bool sealed = record.unified || record.epoch > 0;
        const bool alert = record.type == CONTENT_ALERT && record.fragment.len == 2;
        struct hl_wire_record told = {
            .protocol = "DTLS",
            .offset = at,
            .type = record.type,
            .version = record.version,
            .length = record.length,
            .cut = record.fragment.len < record.length,
            .encrypted = sealed,
            .numbered = !record.unified,
            .epoch = record.epoch,
            .sequence = record.sequence,
        };
        if (!sealed && alert)
            told.content = record.fragment;
        wire_tell_record(w, &told);
        if (!sealed && record.type == CONTENT_HANDSHAKE)
            take_fragments(w, record.fragment, at + record.header.len);
        at = bytes.len - rd_left(&r);
    }
    tell_pending(w);
    return at;
}

/* --- QUIC ------------------------------------------------------------------------------- */

/* There are no secrets but those that anybody can make. */
static bool no_secret(void *ctx, unsigned direction, enum epoch epoch, struct cipher_spec *spec, struct secret *secret)
{
    (void)ctx;
    (void)direction;
    (void)epoch;
    (void)spec;
    (void)secret;
    return false;
}

static void on_message(void *ctx, unsigned direction, const struct hl_raw_message *raw)
{
    struct hl_wire_message message = {
        .type = raw->type,
        .length = raw->length,
        .body = raw->body,
        .cut = raw->cut,
        .records = raw->records,
        .context = { .version = 0x0304 },
    };

    (void)direction;
    wire_tell_message(ctx, &message);
}

static void on_frame(void *ctx, unsigned direction, const struct quic_frame *frame, bool decrypted, struct hl_moment at)
{
    (void)ctx;
    (void)direction;
    (void)frame;
    (void)decrypted;
    (void)at;
}

static void on_again(void *ctx, unsigned direction)
{
    (void)ctx;
    (void)direction;
}

static void on_packet(void *ctx, unsigned direction, const struct quic_packet *packet, bool opened, struct hl_moment at)
{
    (void)direction;
    (void)at;
    wire_tell_record(ctx, &(struct hl_wire_record){
        .protocol = "QUIC",
        .length = (uint32_t)packet->bytes.len,
        .cut = packet->cut,
        .encrypted = !opened && packet->type != QUIC_RETRY && packet->type != QUIC_VERSION_NEGOTIATION,
        .quic = packet,
    });
}

static struct quic_sink sink_of(struct wire_bytes *w)
{
    return (struct quic_sink){
        .ctx = w,
        .secret = no_secret,
        .message = on_message,
        .frame = on_frame,
        .again = on_again,
        .packet = on_packet,
    };
}

/* One datagram: nothing in the bytes says where another begins. */
size_t wire_tell_quic(struct wire_bytes *w, struct hl_span bytes)
{
    const struct quic_sink sink = sink_of(w);

    if (w->plain == NULL)
        w->plain = malloc(RECORD_LENGTH_MAX);
    if (w->quic == NULL && w->plain != NULL)
        w->quic = quic_new(w->plain);
    if (w->quic != NULL)
        quic_push(w->quic, 0, &(struct hl_chunk){ .bytes = bytes }, &sink);
    return bytes.len;
}

void wire_finish_quic(struct wire_bytes *w)
{
    const struct quic_sink sink = sink_of(w);

    if (w->quic != NULL)
        quic_finish(w->quic, (struct hl_moment){ .time_ns = 0 }, &sink);
}
