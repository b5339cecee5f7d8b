#include "wire/code_text.h"
#include "wire/ext/decoders.h"

#include <stdio.h>

/* How a parameter's value is written: RFC 9000, section 18.2, and who defined it. */
enum kind {
    BYTES,
    VARINT,
    FLAG,               /* empty */
    CONNECTION_ID,      /* up to 20 bytes */
    TOKEN,              /* 16 bytes */
    PREFERRED_ADDRESS,
    VERSIONS,           /* RFC 9368, section 3: the chosen one, and those available */
    TEXT,
};

struct parameter {
    uint32_t id;
    enum kind kind;
    uint64_t least, most; /* of a VARINT; RFC 9000 calls others an error */
};

#define ANY 0, UINT64_MAX

static const struct parameter parameters[] = {
    { 0x00, CONNECTION_ID, ANY },           /* original_destination_connection_id */
    { 0x01, VARINT, ANY },                  /* max_idle_timeout, ms */
    { 0x02, TOKEN, ANY },                   /* stateless_reset_token */
    { 0x03, VARINT, 1200, UINT64_MAX },     /* max_udp_payload_size */
    { 0x04, VARINT, ANY },                  /* initial_max_data */
    { 0x05, VARINT, ANY },                  /* initial_max_stream_data_bidi_local */
    { 0x06, VARINT, ANY },                  /* initial_max_stream_data_bidi_remote */
    { 0x07, VARINT, ANY },                  /* initial_max_stream_data_uni */
    { 0x08, VARINT, 0, UINT64_C(1) << 60 }, /* initial_max_streams_bidi */
    { 0x09, VARINT, 0, UINT64_C(1) << 60 }, /* initial_max_streams_uni */
    { 0x0a, VARINT, 0, 20 },                /* ack_delay_exponent */
    { 0x0b, VARINT, 0, (1 << 14) - 1 },     /* max_ack_delay, ms */
    { 0x0c, FLAG, ANY },                    /* disable_active_migration */
    { 0x0d, PREFERRED_ADDRESS, ANY },
    { 0x0e, VARINT, 2, UINT64_MAX },        /* active_connection_id_limit */
    { 0x0f, CONNECTION_ID, ANY },           /* initial_source_connection_id */
    { 0x10, CONNECTION_ID, ANY },           /* retry_source_connection_id */
    { 0x11, VERSIONS, ANY },                /* version_information */
    { 0x20, VARINT, ANY },                  /* max_datagram_frame_size: RFC 9221, section 3 */
    { 0x3e, VARINT, ANY },                  /* initial_max_path_id */
    { 0x2ab2, FLAG, ANY },                  /* grease_quic_bit: RFC 9287, section 3 */
    { 0x3127, VARINT, ANY },                /* initial_rtt, us */
    { 0x3129, TEXT, ANY },                  /* user_agent */
    { 0xff73db, VERSIONS, ANY },            /* version_information before RFC 9368 */
    { 0xff04de1b, VARINT, ANY },            /* min_ack_delay, us */
};

static const struct parameter *find_parameter(uint64_t id)
{
    static const struct parameter other = { .kind = BYTES };

    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
        if (parameters[i].id == id)
            return &parameters[i];
    return &other;
}

/* Numbers of up to 62 bits: code_fields() is for those that fit a code point. */
static void show_id(uint64_t id, const struct hl_visitor *v)
{
    char text[40];

    if (id <= UINT32_MAX) {
        code_fields(reg_quic_transport_parameter((uint32_t)id), v);
        return;
    }
    bool grease = is_grease_quic_parameter(id);
    v_number(v, "id", (int64_t)id);
    (void)snprintf(text, sizeof text, "%s (0x%llx)", grease ? "GREASE" : "unknown", (unsigned long long)id);
    v_string(v, "name", text);
    if (grease)
        v_bool(v, "grease", true);
}

static void show_varint(struct hl_reader *r, const struct parameter *row, const struct hl_visitor *v)
{
    const char *name = reg_quic_transport_parameter(row->id).name;
    size_t width = rd_left(r);
    uint64_t value = read_varint(r, name);

    width -= rd_left(r);
    if (rd_ok(r))
        v_number(v, "value", (int64_t)value);
    if (value < row->least || value > row->most)
        rd_reject(r, width, (size_t)value, name);
}

/* RFC 9000, section 18.2: PreferredAddress. */
static void show_preferred_address(struct hl_reader *r, const struct hl_visitor *v)
{
    take_bytes(r, v, 4, "ipv4_address");
    take_u16(r, v, "ipv4_port");
    take_bytes(r, v, 16, "ipv6_address");
    take_u16(r, v, "ipv6_port");
    take_opaque8(r, v, 1, 20, "connection_id");
    take_bytes(r, v, 16, "stateless_reset_token");
}

static uint32_t take_version(struct hl_reader *r, const struct hl_visitor *v, const char *key,
                             const char *field)
{
    uint32_t version = rd_u32(r, field);

    if (rd_ok(r))
        v_code(v, key, reg_quic_version(version));
    return version;
}

static void show_versions(struct hl_reader *r, const struct hl_visitor *v)
{
    if (take_version(r, v, "chosen_version", "chosen_version") == 0)
        rd_reject(r, 4, 0, "chosen_version");
    v_array(v, "available_versions");
    while (rd_more(r))
        if (take_version(r, v, NULL, "available_version") == 0)
            rd_reject(r, 4, 0, "available_version");
    v_end_array(v);
}

/* RFC 9000, section 10.3. */
static void show_token(struct hl_reader *r, const struct hl_visitor *v)
{
    struct hl_span token = rd_bytes(r, 16, "stateless_reset_token");

    if (rd_ok(r))
        v_bytes(v, "data", token);
}

static void show_value(struct hl_reader *r, const struct parameter *row, const struct hl_visitor *v)
{
    size_t length = rd_left(r);

    switch (row->kind) {
    case VARINT:
        show_varint(r, row, v);
        break;
    case CONNECTION_ID:
        if (length > 20)
            rd_reject(r, 0, length, "connection_id");
        take_rest(r, v, "data");
        break;
    case TOKEN:
        show_token(r, v);
        break;
    case PREFERRED_ADDRESS:
        show_preferred_address(r, v);
        break;
    case VERSIONS:
        show_versions(r, v);
        break;
    case TEXT:
        v_text(v, "text", rd_rest(r));
        break;
    case BYTES:
        take_rest(r, v, "data");
        break;
    case FLAG:
        break;
    }
    take_end(r, "transport_parameter_value");
}

static void show_content(struct hl_reader *r, uint64_t id, uint64_t length, const struct hl_visitor *v)
{
    if (!rd_ok(r))
        return;
    show_id(id, v);
    v_number(v, "length", (int64_t)length);
    /* Of a message that is cut short the value ends with it. */
    size_t have = r->end == r->cut && length > rd_left(r) ? rd_left(r) : (size_t)length;
    struct hl_reader value = rd_within(r, rd_bytes(r, have, "transport_parameter_value"));
    if (rd_ok(r))
        show_value(&value, find_parameter(id), v);
}

/* RFC 9000, section 18. */
static void show_parameter(struct hl_reader *r, const struct hl_visitor *v)
{
    uint64_t id = read_varint(r, "transport_parameter_id");
    uint64_t length = read_varint(r, "transport_parameter_length");

    show_content(r, id, length, v);
}

/* draft-ietf-quic-transport-26, section 18. */
static void show_draft_parameter(struct hl_reader *r, const struct hl_visitor *v)
{
    uint16_t id = rd_u16(r, "transport_parameter_id");
    uint16_t length = rd_u16(r, "transport_parameter_length");

    show_content(r, id, length, v);
}

/* RFC 9000, section 18: an id, a length, a value, and so on to the end. */
void ext_quic_transport_parameters(struct hl_reader *r, const struct hl_visitor *v, enum hl_ext_place place)
{
    struct hl_reader all = *r;

    (void)place;
    (void)rd_rest(r);
    take_objects(all, v, "parameters", show_parameter);
}

/* Up to draft-ietf-quic-transport-26, section 18, ids and lengths had two bytes each, in a vector;
 * the extension's number stayed when that changed. */
void ext_quic_transport_parameters_draft(struct hl_reader *r, const struct hl_visitor *v,
                                         enum hl_ext_place place)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);
    size_t length = rd_u16(&ahead, "parameters");

    if (!rd_ok(&ahead) || length != rd_left(&ahead)) {
        ext_quic_transport_parameters(r, v, place);
        return;
    }
    take_objects(rd_vec16(r, 0, UINT16_MAX, "parameters"), v, "parameters", show_draft_parameter);
}
