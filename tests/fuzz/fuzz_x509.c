/* Any bytes as a certificate: parse, walk, and ask what the model can be asked.
 * What is handed out must lie where it says, so every byte of it is read. */
#include "x509/x509.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct counter {
    long depth, values;
    unsigned sum;
};

static void touch(struct counter *c, struct hl_span span)
{
    for (size_t i = 0; i < span.len; i++)
        c->sum += span.ptr[i];
}

static void begin(void *ctx, const char *key)
{
    struct counter *c = ctx;

    c->depth++;
    c->sum += key != NULL ? (unsigned)key[0] : 0;
}

static void end(void *ctx)
{
    struct counter *c = ctx;

    if (--c->depth < 0)
        abort();
}

static void null(void *ctx, const char *key)
{
    ((struct counter *)ctx)->sum += key != NULL ? (unsigned)key[0] : 0;
}

static void boolean(void *ctx, const char *key, bool value)
{
    null(ctx, key);
    ((struct counter *)ctx)->values += value;
}

static void number(void *ctx, const char *key, int64_t value)
{
    null(ctx, key);
    ((struct counter *)ctx)->values += value != 0;
}

static void bytes(void *ctx, const char *key, struct hl_span span)
{
    null(ctx, key);
    touch(ctx, span);
}

static void code(void *ctx, const char *key, struct hl_code value)
{
    number(ctx, key, value.id);
}

static void ask(const struct hl_x509 *cert, struct counter *c)
{
    struct hl_span span;

    for (uint32_t i = 0; x509_next_name(&cert->san, HL_X509_DNS, &i, &span);)
        touch(c, span);
    for (uint32_t i = 0; x509_next_url(&cert->authority_info, "OCSP", &i, &span);)
        touch(c, span);
    touch(c, cert->tbs);
    touch(c, cert->key.der);
    touch(c, cert->key.bits_raw);
    touch(c, cert->key.modulus);
    touch(c, cert->signature);
    touch(c, cert->subject.text);
    for (size_t i = 0; i < cert->subject.text.len; i++) {
        if (cert->subject.text.ptr[i] < 0x20 || cert->subject.text.ptr[i] > 0x7e)
            abort(); /* RFC 4514 text is printable ASCII here */
    }
    for (uint32_t i = 0; i < cert->scts.count; i++)
        touch(c, cert->scts.list[i].signature);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct hl_visitor_ops ops = { begin, end,    begin,  end,   null,
                                               boolean, number, bytes, bytes, code };
    struct counter counter = { 0 };
    struct hl_visitor visitor = { &ops, &counter };
    struct hl_arena arena;
    struct hl_x509 cert;

    arena_init(&arena, (size_t)1 << 20);
    bool whole = x509_parse((struct hl_span){ data, size }, &arena, &cert);
    if (!whole && cert.fault.kind == HL_FAULT_NONE)
        abort();
    if (cert.fault.offset > size)
        abort();
    x509_walk(&cert, &visitor);
    x509_walk(&cert, NULL);
    ask(&cert, &counter);
    if (counter.depth != 0)
        abort();
    arena_cleanup(&arena);
    return 0;
}
