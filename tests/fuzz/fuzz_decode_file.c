/* Any bytes as a file for "handlens decode": PEM or DER, judged and printed in every way. */
#include <handlens/handlens.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct printers {
    struct hl_printer *list[4];
    size_t bytes;
};

static bool count(void *user, const void *bytes, size_t n)
{
    struct printers *printers = user;

    printers->bytes += n;
    return bytes != NULL || n == 0;
}

static void on_item(void *user, const struct hl_item *item)
{
    struct printers *printers = user;
    const struct hl_handshake *chain = hl_item_chain(item);

    if ((chain != NULL) != (hl_item_kind(item) == HL_ITEM_CHAIN))
        abort();
    for (size_t i = 0; i < 4; i++)
        hl_printer_item(printers->list[i], item);
    for (size_t i = 0; chain != NULL && i < hl_handshake_finding_count(chain); i++) {
        struct hl_explanation explanation;
        if (!hl_explain(hl_handshake_finding_code(chain, i), &explanation))
            abort();
    }
    for (size_t i = 0; chain != NULL && i < hl_handshake_certificate_count(chain, HL_SERVER); i++)
        hl_print_pem(hl_handshake_certificate(chain, HL_SERVER, i), count, printers);
    if (chain != NULL)
        hl_print_chains(chain, count, printers);
}

/* The input is also what is trusted, so that chains have an end. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct hl_span bytes = { data, size };
    struct printers printers = { .bytes = 0 };
    struct hl_trust *trust = hl_trust_new(NULL);
    struct hl_error error;

    for (size_t i = 0; i < 4; i++) {
        const struct hl_print_options options = {
            .format = i % 2 == 0 ? HL_FORMAT_HUMAN : HL_FORMAT_JSON,
            .verbosity = (int)i,
        };
        printers.list[i] = hl_printer_new(&options, count, &printers);
    }
    if (size > 0 && data[0] % 2 == 0) {
        (void)hl_trust_add_bytes(trust, HL_TRUST_ANCHORS, bytes, "input", &error);
        (void)hl_trust_add_bytes(trust, HL_TRUST_CRLS, bytes, "input", &error);
        (void)hl_trust_add_bytes(trust, HL_TRUST_CT_LOGS, bytes, "input", &error);
    }
    (void)hl_trust_set_host(trust, "server.lab.test", &error);
    enum hl_status status = hl_decode_file(bytes, "input", trust, 1764547200, on_item, &printers, &error);
    if ((status == HL_OK) != (error.status == HL_OK) && status != HL_OK)
        abort();
    for (size_t i = 0; i < 4; i++)
        hl_printer_free(printers.list[i]);
    hl_trust_free(trust);
    return 0;
}
