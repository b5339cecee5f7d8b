#include "wire/take.h"

uint8_t take_u8(struct hl_reader *r, const struct hl_visitor *v, const char *key)
{
    uint8_t value = rd_u8(r, key);

    if (rd_ok(r))
        v_number(v, key, value);
    return value;
}

uint16_t take_u16(struct hl_reader *r, const struct hl_visitor *v, const char *key)
{
    uint16_t value = rd_u16(r, key);

    if (rd_ok(r))
        v_number(v, key, value);
    return value;
}

uint32_t take_u24(struct hl_reader *r, const struct hl_visitor *v, const char *key)
{
    uint32_t value = rd_u24(r, key);

    if (rd_ok(r))
        v_number(v, key, value);
    return value;
}

uint32_t take_u32(struct hl_reader *r, const struct hl_visitor *v, const char *key)
{
    uint32_t value = rd_u32(r, key);

    if (rd_ok(r))
        v_number(v, key, value);
    return value;
}

uint8_t take_code8(struct hl_reader *r, const struct hl_visitor *v, const char *key, code8_fn *name)
{
    uint8_t value = rd_u8(r, key);

    if (rd_ok(r))
        v_code(v, key, name(value));
    return value;
}

uint16_t take_code16(struct hl_reader *r, const struct hl_visitor *v, const char *key, code16_fn *name)
{
    uint16_t value = rd_u16(r, key);

    if (rd_ok(r))
        v_code(v, key, name(value));
    return value;
}

static struct hl_span show_bytes(const struct hl_reader *r, const struct hl_visitor *v, const char *key,
                                 struct hl_span bytes)
{
    if (rd_ok(r))
        v_bytes(v, key, bytes);
    return bytes;
}

static struct hl_span show_text(const struct hl_reader *r, const struct hl_visitor *v, const char *key,
                                struct hl_span text)
{
    if (rd_ok(r))
        v_text(v, key, text);
    return text;
}

struct hl_span take_bytes(struct hl_reader *r, const struct hl_visitor *v, size_t n, const char *key)
{
    return show_bytes(r, v, key, rd_bytes(r, n, key));
}

struct hl_span take_rest(struct hl_reader *r, const struct hl_visitor *v, const char *key)
{
    return show_bytes(r, v, key, rd_rest(r));
}

struct hl_span take_opaque8(struct hl_reader *r, const struct hl_visitor *v, size_t floor, size_t ceiling,
                            const char *key)
{
    return show_bytes(r, v, key, rd_opaque8(r, floor, ceiling, key));
}

struct hl_span take_opaque16(struct hl_reader *r, const struct hl_visitor *v, size_t floor, size_t ceiling,
                             const char *key)
{
    return show_bytes(r, v, key, rd_opaque16(r, floor, ceiling, key));
}

struct hl_span take_opaque24(struct hl_reader *r, const struct hl_visitor *v, size_t floor, size_t ceiling,
                             const char *key)
{
    return show_bytes(r, v, key, rd_opaque24(r, floor, ceiling, key));
}

struct hl_span take_text8(struct hl_reader *r, const struct hl_visitor *v, size_t floor, size_t ceiling,
                          const char *key)
{
    return show_text(r, v, key, rd_opaque8(r, floor, ceiling, key));
}

struct hl_span take_text16(struct hl_reader *r, const struct hl_visitor *v, size_t floor, size_t ceiling,
                           const char *key)
{
    return show_text(r, v, key, rd_opaque16(r, floor, ceiling, key));
}

void take_codes8(struct hl_reader list, const struct hl_visitor *v, const char *key, const char *field,
                 code8_fn *name)
{
    if (!rd_ok(&list))
        return;
    v_array(v, key);
    while (rd_more(&list))
        v_code(v, NULL, name(rd_u8(&list, field))); /* one byte is there */
    v_end_array(v);
}

void take_codes16(struct hl_reader list, const struct hl_visitor *v, const char *key, const char *field,
                  code16_fn *name)
{
    if (!rd_ok(&list))
        return;
    v_array(v, key);
    while (rd_more(&list)) {
        uint16_t value = rd_u16(&list, field);

        if (rd_ok(&list))
            v_code(v, NULL, name(value));
    }
    v_end_array(v);
}

void take_opaques8(struct hl_reader list, const struct hl_visitor *v, const char *key, size_t floor,
                   const char *field)
{
    if (!rd_ok(&list))
        return;
    v_array(v, key);
    while (rd_more(&list))
        (void)show_bytes(&list, v, NULL, rd_opaque8(&list, floor, UINT8_MAX, field));
    v_end_array(v);
}

void take_opaques16(struct hl_reader list, const struct hl_visitor *v, const char *key, size_t floor,
                    const char *field)
{
    if (!rd_ok(&list))
        return;
    v_array(v, key);
    while (rd_more(&list))
        (void)show_bytes(&list, v, NULL, rd_opaque16(&list, floor, UINT16_MAX, field));
    v_end_array(v);
}

void take_objects(struct hl_reader list, const struct hl_visitor *v, const char *key, fields_fn *fields)
{
    if (!rd_ok(&list))
        return;
    v_array(v, key);
    while (rd_more(&list)) {
        v_object(v, NULL);
        fields(&list, v);
        v_end_object(v);
    }
    v_end_array(v);
}

void take_end(struct hl_reader *r, const char *what)
{
    bool ok = rd_end(r, what);

    (void)ok; /* the fault is noted: the verdict is up to who reads the whole */
}

uint64_t read_varint(struct hl_reader *r, const char *field)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);
    unsigned width = 1u << (rd_u8(&ahead, field) >> 6);
    struct hl_span raw = rd_bytes(r, width, field); /* all or nothing, so that a fault says how many */
    struct hl_reader bytes = rd_within(r, raw);
    uint64_t value = 0;

    while (rd_more(&bytes))
        value = value << 8 | rd_u8(&bytes, field);
    return value & ((UINT64_C(1) << (8 * width - 2)) - 1);
}

struct hl_code small_code(uint8_t id, const char *const *names, size_t count)
{
    return (struct hl_code){ .id = id, .digits = 2, .name = id < count ? names[id] : NULL };
}

struct hl_reader look_ahead(const struct hl_reader *r, struct hl_fault *scratch)
{
    return rd_init(rd_span(r), scratch);
}
