#include "support/walk_text.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void put_key(struct hl_buffer *out, const char *key)
{
    if (out->len > 0 && out->data[out->len - 1] != '{' && out->data[out->len - 1] != '[')
        buf_char(out, ',');
    if (key != NULL) {
        buf_string(out, key);
        buf_char(out, ':');
    }
}

static void begin_object(void *ctx, const char *key)
{
    put_key(ctx, key);
    buf_char(ctx, '{');
}

static void end_object(void *ctx)
{
    buf_char(ctx, '}');
}

static void begin_array(void *ctx, const char *key)
{
    put_key(ctx, key);
    buf_char(ctx, '[');
}

static void end_array(void *ctx)
{
    buf_char(ctx, ']');
}

static void null(void *ctx, const char *key)
{
    put_key(ctx, key);
    buf_string(ctx, "null");
}

static void boolean(void *ctx, const char *key, bool value)
{
    put_key(ctx, key);
    buf_string(ctx, value ? "true" : "false");
}

static void number(void *ctx, const char *key, int64_t value)
{
    put_key(ctx, key);
    buf_number(ctx, value);
}

static void text(void *ctx, const char *key, struct hl_span value)
{
    put_key(ctx, key);
    buf_char(ctx, '"');
    text_put_json(ctx, value);
    buf_char(ctx, '"');
}

static void bytes(void *ctx, const char *key, struct hl_span value)
{
    put_key(ctx, key);
    buf_char(ctx, '<');
    buf_hex(ctx, value);
    buf_char(ctx, '>');
}

static void code(void *ctx, const char *key, struct hl_code value)
{
    put_key(ctx, key);
    if (value.name != NULL && !value.grease)
        buf_string(ctx, value.name);
    else
        buf_printf(ctx, "%s(0x%0*lx)", value.grease ? "GREASE" : "unknown", (int)value.digits,
                   (unsigned long)value.id);
}

static const struct hl_visitor_ops ops = {
    .begin_object = begin_object,
    .end_object = end_object,
    .begin_array = begin_array,
    .end_array = end_array,
    .null = null,
    .boolean = boolean,
    .number = number,
    .text = text,
    .bytes = bytes,
    .code = code,
};

void walk_text_init(struct walk_text *walk)
{
    buf_init(&walk->out, (size_t)1 << 20);
    walk->visitor = (struct hl_visitor){ .ops = &ops, .ctx = &walk->out };
}

void walk_text_cleanup(struct walk_text *walk)
{
    buf_cleanup(&walk->out);
}

const char *walk_text_string(struct walk_text *walk)
{
    buf_char(&walk->out, '\0');
    if (walk->out.failed)
        abort();
    walk->out.len--;
    return (const char *)walk->out.data;
}

uint8_t *unhex(const char *hex, size_t *length)
{
    uint8_t *bytes_out = malloc(strlen(hex) / 2 + 1);
    unsigned value;
    int used;

    if (bytes_out == NULL)
        abort();
    *length = 0;
    while (sscanf(hex, " %2x%n", &value, &used) == 1) {
        bytes_out[(*length)++] = (uint8_t)value;
        hex += used;
    }
    uint8_t *exact = exact_copy(bytes_out, *length);
    free(bytes_out);
    return exact;
}

uint8_t *exact_copy(const uint8_t *bytes_in, size_t length)
{
    uint8_t *exact = malloc(length > 0 ? length : 1);

    if (exact == NULL)
        abort();
    if (length > 0)
        memcpy(exact, bytes_in, length);
    return exact;
}

void walk_must_say(const char *walk, const char *what)
{
    if (strstr(walk, what) == NULL) {
        print_error("not said: %s\nin: %s\n", what, walk);
        fail();
    }
}
