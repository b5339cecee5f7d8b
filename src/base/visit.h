/* visit.h - the calls of a walk, short enough to be read as a schema.
 * A NULL visitor is allowed everywhere: then a parser only checks. */
#ifndef HL_BASE_VISIT_H
#define HL_BASE_VISIT_H

#include <handlens/fault.h>
#include <handlens/visitor.h>

#include <string.h>

static inline void v_object(const struct hl_visitor *v, const char *key)
{
    if (v != NULL)
        v->ops->begin_object(v->ctx, key);
}

static inline void v_end_object(const struct hl_visitor *v)
{
    if (v != NULL)
        v->ops->end_object(v->ctx);
}

static inline void v_array(const struct hl_visitor *v, const char *key)
{
    if (v != NULL)
        v->ops->begin_array(v->ctx, key);
}

static inline void v_end_array(const struct hl_visitor *v)
{
    if (v != NULL)
        v->ops->end_array(v->ctx);
}

static inline void v_null(const struct hl_visitor *v, const char *key)
{
    if (v != NULL)
        v->ops->null(v->ctx, key);
}

static inline void v_bool(const struct hl_visitor *v, const char *key, bool value)
{
    if (v != NULL)
        v->ops->boolean(v->ctx, key, value);
}

static inline void v_number(const struct hl_visitor *v, const char *key, int64_t value)
{
    if (v != NULL)
        v->ops->number(v->ctx, key, value);
}

static inline void v_text(const struct hl_visitor *v, const char *key, struct hl_span text)
{
    if (v != NULL)
        v->ops->text(v->ctx, key, text);
}

static inline void v_string(const struct hl_visitor *v, const char *key, const char *text)
{
    if (v != NULL)
        v->ops->text(v->ctx, key, (struct hl_span){ (const uint8_t *)text, strlen(text) });
}

static inline void v_bytes(const struct hl_visitor *v, const char *key, struct hl_span bytes)
{
    if (v != NULL)
        v->ops->bytes(v->ctx, key, bytes);
}

static inline void v_code(const struct hl_visitor *v, const char *key, struct hl_code code)
{
    if (v != NULL)
        v->ops->code(v->ctx, key, code);
}

/* {"kind", "field", "offset", "need", "have"}; nothing when there is no fault. */
static inline void v_fault(const struct hl_visitor *v, const char *key, const struct hl_fault *fault)
{
    if (v == NULL || fault->kind == HL_FAULT_NONE)
        return;
    v_object(v, key);
    v_string(v, "kind", hl_fault_kind_name(fault->kind));
    v_string(v, "field", fault->field);
    v_number(v, "offset", (int64_t)fault->offset);
    v_number(v, "need", (int64_t)fault->need);
    v_number(v, "have", (int64_t)fault->have);
    v_end_object(v);
}

#endif
