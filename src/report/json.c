#include "report/json.h"

#include "base/text.h"
#include "base/code_name.h"

#define EXACT_MAX ((int64_t)1 << 53)

/* Longer than any key: they are static names. */
#define KEY_MAX 64u

static void begin_value(struct hl_json *json, const char *key)
{
    struct hl_buffer *out = json->out;

    if (!buf_reserve(out, KEY_MAX + 4))
        return;
    uint8_t *to = out->data + out->len;
    if (json->need_comma)
        *to++ = ',';
    json->need_comma = true;
    if (key != NULL) {
        *to++ = '"';
        for (size_t i = 0; key[i] != '\0' && i < KEY_MAX; i++)
            *to++ = (uint8_t)key[i];
        *to++ = '"';
        *to++ = ':';
    }
    out->len = (size_t)(to - out->data);
}

static void begin_object(void *ctx, const char *key)
{
    struct hl_json *json = ctx;

    begin_value(json, key);
    buf_char(json->out, '{');
    json->need_comma = false;
}

static void end_object(void *ctx)
{
    struct hl_json *json = ctx;

    buf_char(json->out, '}');
    json->need_comma = true;
}

static void begin_array(void *ctx, const char *key)
{
    struct hl_json *json = ctx;

    begin_value(json, key);
    buf_char(json->out, '[');
    json->need_comma = false;
}

static void end_array(void *ctx)
{
    struct hl_json *json = ctx;

    buf_char(json->out, ']');
    json->need_comma = true;
}

static void put_null(void *ctx, const char *key)
{
    struct hl_json *json = ctx;

    begin_value(json, key);
    buf_put(json->out, "null", 4);
}

static void boolean(void *ctx, const char *key, bool value)
{
    struct hl_json *json = ctx;

    begin_value(json, key);
    buf_string(json->out, value ? "true" : "false");
}

static void number(void *ctx, const char *key, int64_t value)
{
    struct hl_json *json = ctx;
    bool exact = value <= EXACT_MAX && value >= -EXACT_MAX;

    begin_value(json, key);
    if (!exact)
        buf_char(json->out, '"');
    buf_number(json->out, value);
    if (!exact)
        buf_char(json->out, '"');
}

static void text(void *ctx, const char *key, struct hl_span value)
{
    struct hl_json *json = ctx;

    begin_value(json, key);
    buf_char(json->out, '"');
    text_put_json(json->out, value);
    buf_char(json->out, '"');
}

static void bytes(void *ctx, const char *key, struct hl_span value)
{
    struct hl_json *json = ctx;

    begin_value(json, key);
    buf_char(json->out, '"');
    buf_hex(json->out, value);
    buf_char(json->out, '"');
}

static void code(void *ctx, const char *key, struct hl_code value)
{
    struct hl_json *json = ctx;
    struct hl_buffer *out = json->out;

    begin_value(json, key);
    buf_put(out, "{\"id\":", 6);
    buf_number(out, value.id);
    buf_put(out, ",\"name\":\"", 9);
    code_name_put(out, value);
    if (value.grease)
        buf_string(out, "\",\"grease\":true}");
    else
        buf_put(out, "\"}", 2);
}

const struct hl_visitor_ops json_ops = {
    .begin_object = begin_object,
    .end_object = end_object,
    .begin_array = begin_array,
    .end_array = end_array,
    .null = put_null,
    .boolean = boolean,
    .number = number,
    .text = text,
    .bytes = bytes,
    .code = code,
};
