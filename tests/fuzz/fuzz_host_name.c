/* Host names against a certificate's names (crypto/host_name.h), and against the names that a CA may issue
 * for (crypto/name_constraints.h).
 *
 *     { u8 length, name } what is asked for; a DNS name, an address, a mailbox, a URI that is permitted and
 *                         excluded; then names of the certificate, their first byte the kind
 *
 * Checked: what matches is one of the names, no wildcard reaches over a dot, an address is matched by an
 * address alone; a name that is both permitted and excluded is not allowed. */
#include "base/text.h"
#include "crypto/host_name.h"
#include "crypto/name_constraints.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NAMES_MAX = 16 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct hl_span take(struct hl_span *rest)
{
    size_t length = rest->len > 0 ? rest->ptr[0] : 0;

    if (rest->len == 0)
        return *rest;
    if (length > rest->len - 1)
        length = rest->len - 1;
    struct hl_span part = { rest->ptr + 1, length };
    *rest = (struct hl_span){ part.ptr + length, rest->len - 1 - length };
    return part;
}

static struct hl_x509_general_name name_of(struct hl_span part)
{
    struct hl_x509_general_name name = { .type = HL_X509_DNS, .value = part };

    if (part.len > 0) {
        name.type = (enum hl_x509_name_type)(part.ptr[0] % (HL_X509_REGISTERED_ID + 1));
        name.value = (struct hl_span){ part.ptr + 1, part.len - 1 };
    }
    name.tag = (uint8_t)(0x80 | (unsigned)name.type);
    return name;
}

static void check_match(const struct host_name *host, const struct hl_x509 *cert)
{
    struct hl_span matched = { NULL, 0 };
    enum host_result result = host_name_match(host, cert, &matched);
    uint8_t address[16];

    if (result != HOST_MATCHES)
        return;
    must(!host->malformed);
    bool found = false;
    for (uint32_t i = 0; i < cert->san.count; i++)
        found |= cert->san.list[i].value.ptr == matched.ptr
                 && cert->san.list[i].type == (host->is_address ? HL_X509_IP : HL_X509_DNS);
    must(found);
    if (host->is_address)
        return;
    must(host_name_address(host->text, address) == 0);
    if (span_equal_nocase(host->text, matched))
        return;
    const uint8_t *dot = memchr(host->text.ptr, '.', host->text.len);
    must(dot != NULL && matched.len > 2 && matched.ptr[0] == '*' && matched.ptr[1] == '.');
    struct hl_span behind = { dot, host->text.len - (size_t)(dot - host->text.ptr) };
    must(span_equal_nocase(behind, (struct hl_span){ matched.ptr + 1, matched.len - 1 }));
    must(memchr(behind.ptr + 1, '.', behind.len - 1) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_span rest = { data, size };
    struct hl_x509_general_name names[NAMES_MAX], base;
    struct hl_x509 cert = { .path_length = -1 }, permits = { .path_length = -1 },
                   excludes = { .path_length = -1 }, both = { .path_length = -1 };
    uint32_t count = 0, budget = 1000;

    const struct host_name host = host_name_of(take(&rest));
    base = name_of(take(&rest));
    while (rest.len > 0 && count < NAMES_MAX)
        names[count++] = name_of(take(&rest));
    cert.san = (struct hl_x509_names){ names, count, 0 };
    check_match(&host, &cert);

    permits.permitted = (struct hl_x509_names){ &base, 1, 0 };
    excludes.excluded = (struct hl_x509_names){ &base, 1, 0 };
    both.permitted = both.excluded = permits.permitted;
    enum nc_result permitted = name_constraints_check(&permits, &cert, &budget, NULL);
    enum nc_result excluded = name_constraints_check(&excludes, &cert, &budget, NULL);
    enum nc_result neither = name_constraints_check(&both, &cert, &budget, NULL);
    bool concerned = false;
    for (uint32_t i = 0; i < count; i++)
        concerned |= names[i].type == base.type;
    must(permitted != NC_EXCLUDED && excluded != NC_NOT_PERMITTED);
    must(concerned ? neither != NC_ALLOWED : permitted == NC_ALLOWED && excluded == NC_ALLOWED);
    (void)name_constraints_are_well_formed(&both);
    return 0;
}
