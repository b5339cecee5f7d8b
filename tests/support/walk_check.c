#include "support/walk_check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void value_with(struct walk_check *check, const char *key)
{
    require(check->depth > 0);
    bool in_array = check->level[check->depth - 1].array;

    check->values++;
    require((key == NULL) == in_array);
    if (in_array)
        return;
    size_t *keys = &check->level[check->depth - 1].keys;
    for (size_t i = 0; i < *keys; i++)
        require(strcmp(check->level[check->depth - 1].key[i], key) != 0);
    require(*keys < WALK_CHECK_KEYS);
    check->level[check->depth - 1].key[(*keys)++] = key;
}

static void open_level(struct walk_check *check, const char *key, bool array)
{
    value_with(check, key);
    require(check->depth < WALK_CHECK_DEPTH);
    check->level[check->depth].array = array;
    check->level[check->depth].keys = 0;
    check->depth++;
}

static void close_level(struct walk_check *check, bool array)
{
    require(check->depth > 1);
    check->depth--;
    require(check->level[check->depth].array == array);
}

static void read_all(struct walk_check *check, struct hl_span bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        check->sum += bytes.ptr[i];
}

static void begin_object(void *ctx, const char *key)
{
    open_level(ctx, key, false);
}

static void end_object(void *ctx)
{
    close_level(ctx, false);
}

static void begin_array(void *ctx, const char *key)
{
    open_level(ctx, key, true);
}

static void end_array(void *ctx)
{
    close_level(ctx, true);
}

static void null(void *ctx, const char *key)
{
    value_with(ctx, key);
}

static void boolean(void *ctx, const char *key, bool value)
{
    (void)value;
    value_with(ctx, key);
}

static void number(void *ctx, const char *key, int64_t value)
{
    require(value >= 0);
    value_with(ctx, key);
}

static void text(void *ctx, const char *key, struct hl_span value)
{
    value_with(ctx, key);
    read_all(ctx, value);
}

static void code(void *ctx, const char *key, struct hl_code value)
{
    require(value.digits >= 2 && value.digits <= 8);
    require(value.name == NULL || strlen(value.name) > 0);
    value_with(ctx, key);
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
    .bytes = text,
    .code = code,
};

void walk_check_init(struct walk_check *check, bool in_array)
{
    memset(check, 0, sizeof *check);
    check->visitor = (struct hl_visitor){ .ops = &ops, .ctx = check };
    check->depth = 1;
    check->level[0].array = in_array;
}

void walk_check_finish(const struct walk_check *check)
{
    require(check->depth == 1);
}
