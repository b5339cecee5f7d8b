#include "report/wire_items.h"

#include "base/code_name.h"
#include "base/text.h"
#include "registry/registry.h"
#include "report/fields.h"
#include "wire/record.h"

#define PIECE_MAX ((size_t)4 << 10)

/* --- fields -------------------------------------------------------------------------- */

/* Level and description (RFC 8446, section 6), of an alert in the clear. */
static void walk_alert(const struct hl_wire_record *record, const struct hl_visitor *v)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(record->content, &fault);
    const uint8_t level = rd_u8(&r, "level"), description = rd_u8(&r, "description");

    if (rd_ok(&r)) {
        v_code(v, "level", reg_alert_level(level));
        v_code(v, "description", reg_alert(description));
    }
    if (!rd_end(&r, "Alert"))
        v_fault(v, "fault", &fault);
}

static const char *direction_name(char from)
{
    return from == '>' ? "sent" : "received";
}

static const char *quic_type_name(enum quic_packet_type type)
{
    static const char *const names[] = {
        [QUIC_INITIAL] = "Initial",  [QUIC_0RTT] = "0-RTT",
        [QUIC_HANDSHAKE] = "Handshake", [QUIC_RETRY] = "Retry",
        [QUIC_VERSION_NEGOTIATION] = "Version Negotiation", [QUIC_1RTT] = "1-RTT",
    };

    return names[type];
}

static void walk_versions(struct hl_span versions, const struct hl_visitor *v)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(versions, &fault);

    v_array(v, "supported_versions");
    while (rd_more(&r)) {
        const uint32_t version = rd_u32(&r, "Supported Version");
        if (rd_ok(&r))
            v_code(v, NULL, reg_quic_version(version));
    }
    v_end_array(v);
}

static void walk_quic(const struct quic_packet *packet, const struct hl_visitor *v)
{
    if (packet->type != QUIC_1RTT) {
        v_bytes(v, "destination_connection_id", packet->destination);
        v_bytes(v, "source_connection_id", packet->source);
    }
    if (packet->token.len > 0)
        v_bytes(v, "token", packet->token);
    if (packet->type == QUIC_VERSION_NEGOTIATION)
        walk_versions(packet->versions, v);
}

/* What the line for people does not have. */
static void walk_details(const struct hl_wire_record *record, const struct hl_visitor *v)
{
    if (record->quic != NULL)
        walk_quic(record->quic, v);
    else if (record->type == CONTENT_ALERT && record->content.len > 0)
        walk_alert(record, v);
    else if (record->content.len > 0 && record->type != CONTENT_CHANGE_CIPHER_SPEC)
        v_bytes(v, "content", record->content);
}

void walk_wire_record(const struct hl_wire_record *record, const struct hl_visitor *v)
{
    if (record->protocol != NULL)
        v_string(v, "protocol", record->protocol);
    if (record->from != 0)
        v_string(v, "direction", direction_name(record->from));
    else
        v_number(v, "offset", (int64_t)record->offset);
    if (record->quic != NULL) {
        v_string(v, "packet_type", quic_type_name(record->quic->type));
        if (record->quic->version != 0)
            v_code(v, "version", reg_quic_version(record->quic->version));
    } else {
        v_code(v, "content_type", reg_content_type(record->type));
        if (record->version != 0)
            v_code(v, "version", reg_version(record->version));
    }
    v_number(v, "length", record->length);
    if (record->numbered) {
        v_number(v, "epoch", record->epoch);
        v_number(v, "sequence_number", (int64_t)record->sequence);
    }
    v_bool(v, "encrypted", record->encrypted);
    if (record->cut)
        v_bool(v, "cut", true);
    walk_details(record, v);
}

static void walk_body(const struct hl_wire_message *message, const struct hl_visitor *v)
{
    (void)message_walk(message->type, message->body, message->cut, &message->context, v, NULL);
}

void walk_wire_message(const struct hl_wire_message *message, const struct hl_visitor *v)
{
    v_code(v, "type", reg_handshake_type(message->type));
    v_number(v, "length", message->length);
    if (message->has_offset)
        v_number(v, "offset", (int64_t)message->offset);
    if (message->from != 0)
        v_string(v, "direction", direction_name(message->from));
    if (message->records > 1)
        v_number(v, "records", message->records);
    if (message->numbered)
        v_number(v, "message_seq", message->message_seq);
    if (message->without_header)
        v_bool(v, "without_header", true);
    if (message->cut)
        v_number(v, "present", (int64_t)message->body.len);
    v_object(v, "body");
    walk_body(message, v);
    v_end_object(v);
}

/* --- for people ---------------------------------------------------------------------- */

static void details_of_record(const void *subject, const struct hl_visitor *v)
{
    walk_details(subject, v);
}

static void body_of_message(const void *subject, const struct hl_visitor *v)
{
    walk_body(subject, v);
}

static void put_number(struct hl_line *line, struct hl_buffer *text, const char *format, uint64_t number)
{
    buf_printf(text, format, (unsigned long long)number);
    line_put_built(line, 2, ROLE_QUIET, text);
}

static void put_record_name(struct hl_line *line, const struct hl_wire_record *record, struct hl_buffer *text)
{
    if (record->quic != NULL) {
        line_put(line, 0, ROLE_QUIET, "QUIC packet");
        line_put(line, 2, ROLE_STRONG, quic_type_name(record->quic->type));
        if (record->quic->version != 0)
            code_name_put(text, reg_quic_version(record->quic->version));
    } else {
        if (record->protocol != NULL) {
            line_put(line, 0, ROLE_QUIET, record->protocol);
            line_put(line, 1, ROLE_QUIET, "record  ");
        }
        code_name_put(text, reg_content_type(record->type));
        line_put_built(line, 0, ROLE_STRONG, text);
        if (record->version != 0)
            code_name_put(text, reg_version(record->version));
    }
    if (text->len > 0)
        line_put_built(line, 2, ROLE_VALUE, text);
}

void human_record(struct hl_line *line, const struct hl_wire_record *record)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    put_record_name(line, record, &text);
    put_number(line, &text, "%llu bytes", record->length);
    if (record->from != 0)
        line_put(line, 2, ROLE_QUIET, direction_name(record->from));
    else
        put_number(line, &text, "offset %llu", record->offset);
    if (record->numbered) {
        put_number(line, &text, "epoch %llu", record->epoch);
        put_number(line, &text, "sequence %llu", record->sequence);
    }
    if (record->encrypted)
        line_put(line, 2, ROLE_DOUBT, "encrypted");
    if (record->encrypted && record->quic != NULL && record->quic->type == QUIC_INITIAL)
        line_put_words(line, 2, ROLE_QUIET, span_of("(its keys come from the first packet of the client)"));
    if (record->cut)
        line_put(line, 2, ROLE_BAD, "cut");
    line_end(line);
    fields_put_walk(line, details_of_record, record);
    buf_cleanup(&text);
}

void human_message(struct hl_line *line, const struct hl_wire_message *message)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    code_name_put(&text, reg_handshake_type(message->type));
    line_put_built(line, 0, ROLE_STRONG, &text);
    put_number(line, &text, "%llu bytes", message->length);
    if (message->has_offset)
        put_number(line, &text, "offset %llu", message->offset);
    if (message->from != 0)
        line_put(line, 2, ROLE_QUIET, direction_name(message->from));
    if (message->records > 1)
        put_number(line, &text, "in %llu records", message->records);
    if (message->numbered)
        put_number(line, &text, "message_seq %llu", message->message_seq);
    if (message->without_header)
        line_put(line, 2, ROLE_QUIET, "only its body");
    if (message->cut)
        put_number(line, &text, "cut: %llu bytes are there", message->body.len);
    line_end(line);
    fields_put_walk(line, body_of_message, message);
    buf_cleanup(&text);
}
