/* The first four bytes: type, version (of a few), cipher suite; the rest is the body. */
#include "support/walk_check.h"
#include "wire/certificate.h"
#include "wire/key_exchange.h"
#include "wire/message.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(uint8_t type, struct hl_span body, bool cut, const struct hl_message_context *ctx)
{
    struct walk_check check;
    struct hl_fault fault;

    walk_check_init(&check, false);
    bool ok = message_walk(type, body, cut, ctx, &check.visitor, &fault);
    walk_check_finish(&check);
    if (ok != (fault.kind == HL_FAULT_NONE) || (ok && cut) || fault.offset > body.len)
        abort();
    if (ok != message_walk(type, body, cut, ctx, NULL, NULL))
        abort();
}

static void take_certificates(struct hl_span body, bool tls13)
{
    struct hl_certificate_list list;
    struct hl_span der, extensions;
    struct hl_fault fault;
    struct hl_reader r = rd_init(body, &fault);

    (void)!certificate_list_parse(&r, tls13, &list);
    while (certificate_list_next(&list, &der, &extensions))
        if (der.ptr < body.ptr || der.len > body.len || extensions.len > body.len)
            abort();
}

static void parse(struct hl_span body, const struct hl_message_context *ctx)
{
    struct hl_server_key_exchange server;
    struct hl_client_key_exchange client;
    struct hl_certificate_status status;
    struct hl_fault fault;
    struct hl_reader r = rd_init(body, &fault);

    if (server_key_exchange_parse(&r, ctx, &server) && server.params.len + server.signature.len > body.len)
        abort();
    r = rd_init(body, &fault);
    if (client_key_exchange_parse(&r, ctx, &client) &&
        client.public_key.len + client.encrypted.len > body.len)
        abort();
    r = rd_init(body, &fault);
    if (certificate_status_parse(&r, &status) && status.response.len > body.len)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t versions[] = { 0, 0x0300, 0x0301, 0x0303, 0x0304, 0x0101 };
    struct hl_message_context ctx = { .version = 0 };
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ data, size }, &fault);
    uint8_t type = rd_u8(&r, "type");
    uint8_t which = rd_u8(&r, "version");

    ctx.version = versions[which % 6];
    ctx.from_client = which >= 128;
    ctx.cipher_suite = rd_u16(&r, "cipher_suite");
    struct hl_span body = rd_rest(&r);
    if (!rd_ok(&r))
        return 0;
    walk(type, body, false, &ctx);
    walk(type, body, true, &ctx);
    take_certificates(body, false);
    take_certificates(body, true);
    parse(body, &ctx);
    return 0;
}
