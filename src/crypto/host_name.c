#include "crypto/host_name.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>

#define NAME_MAX_LENGTH 253u
#define LABEL_MAX_LENGTH 63u

size_t host_name_address(struct hl_span text, uint8_t out[16])
{
    char copy[INET6_ADDRSTRLEN];

    if (text.len == 0 || text.len >= sizeof copy || memchr(text.ptr, '\0', text.len) != NULL)
        return 0;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, out) == 1)
        return 4;
    return inet_pton(AF_INET6, copy, out) == 1 ? 16 : 0;
}

static bool is_alphanumeric(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Take the leftmost label off; false at the end. */
static bool next_label(struct hl_span *rest, struct hl_span *label)
{
    const uint8_t *dot = rest->len > 0 ? memchr(rest->ptr, '.', rest->len) : NULL;

    if (rest->ptr == NULL)
        return false;
    *label = (struct hl_span){ rest->ptr, dot != NULL ? (size_t)(dot - rest->ptr) : rest->len };
    if (dot != NULL)
        *rest = (struct hl_span){ dot + 1, rest->len - label->len - 1 };
    else
        *rest = (struct hl_span){ NULL, 0 };
    return true;
}

static bool is_well_formed_label(struct hl_span label)
{
    if (label.len == 0 || label.len > LABEL_MAX_LENGTH || !is_alphanumeric(label.ptr[0])
        || !is_alphanumeric(label.ptr[label.len - 1]))
        return false;
    for (size_t i = 0; i < label.len; i++) {
        if (!is_alphanumeric(label.ptr[i]) && label.ptr[i] != '-')
            return false;
    }
    return true;
}

static bool is_wildcard(struct hl_span label)
{
    return label.len == 1 && label.ptr[0] == '*';
}

bool host_name_is_well_formed(struct hl_span name, bool wildcard)
{
    struct hl_span label;

    if (name.len == 0 || name.len > NAME_MAX_LENGTH)
        return false;
    for (bool first = true; next_label(&name, &label); first = false) {
        if (!is_well_formed_label(label) && !(wildcard && first && is_wildcard(label)))
            return false;
    }
    return true;
}

static struct hl_span without_final_dot(struct hl_span name)
{
    if (name.len > 1 && name.ptr[name.len - 1] == '.')
        name.len--;
    return name;
}

static bool is_number(struct hl_span label)
{
    for (size_t i = 0; i < label.len; i++) {
        if (label.ptr[i] < '0' || label.ptr[i] > '9')
            return false;
    }
    return true;
}

/* What people use in spite of the standard: underscores, and labels with a hyphen at an end. No top-level
 * domain is a number (RFC 1123, 2.1): "192.0.2.1." and "192.0.2" are ways to write an address, not names. */
static bool is_usable(struct hl_span name)
{
    struct hl_span label = { NULL, 0 };

    if (name.len == 0 || name.len > NAME_MAX_LENGTH)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        if (!is_alphanumeric(name.ptr[i]) && name.ptr[i] != '-' && name.ptr[i] != '_' && name.ptr[i] != '.')
            return false;
    }
    while (next_label(&name, &label)) {
        if (label.len == 0 || label.len > LABEL_MAX_LENGTH)
            return false;
    }
    return !is_number(label);
}

struct host_name host_name_of(struct hl_span text)
{
    struct host_name host = { .text = text };

    if (text.len > 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']')
        host.text = (struct hl_span){ text.ptr + 1, text.len - 2 };
    host.address_length = (uint8_t)host_name_address(host.text, host.address);
    host.is_address = host.address_length > 0;
    if (!host.is_address) {
        host.text = without_final_dot(text);
        host.malformed = !is_usable(host.text);
    }
    return host;
}

/* RFC 9525, 6.3. A wildcard needs two labels behind it: "*.org" would be for everybody. */
static bool matches(struct hl_span host, struct hl_span presented)
{
    struct hl_span label, first, rest = presented;

    if (presented.len == 0 || presented.ptr[0] != '*')
        return span_equal_nocase(host, presented);
    if (!next_label(&rest, &label) || !is_wildcard(label) || rest.len == 0 || memchr(rest.ptr, '.', rest.len) == NULL
        || memchr(rest.ptr, '*', rest.len) != NULL)
        return false;
    return next_label(&host, &first) && first.len > 0 && host.ptr != NULL && span_equal_nocase(host, rest);
}

static bool common_name_matches(const struct host_name *host, const struct hl_x509 *cert)
{
    const struct hl_x509_attribute *cn;

    for (uint32_t i = 0; (cn = x509_next_attribute(&cert->subject, "CN", &i)) != NULL;) {
        if (matches(host->text, cn->value))
            return true;
    }
    return false;
}

enum host_result host_name_match(const struct host_name *host, const struct hl_x509 *cert, struct hl_span *matched)
{
    const enum hl_x509_name_type type = host->is_address ? HL_X509_IP : HL_X509_DNS;
    const struct hl_span address = { host->address, host->address_length };
    struct hl_span name;

    if (host->malformed)
        return HOST_MALFORMED;
    for (uint32_t i = 0; x509_next_name(&cert->san, type, &i, &name);) {
        if (host->is_address ? span_equal(name, address) : matches(host->text, name)) {
            if (matched != NULL)
                *matched = name;
            return HOST_MATCHES;
        }
    }
    return common_name_matches(host, cert) ? HOST_ONLY_COMMON_NAME : HOST_MISMATCH;
}
