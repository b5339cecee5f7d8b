#include "crypto/name_constraints.h"

#include "base/reader.h"
#include "base/text.h"
#include "crypto/host_name.h"
#include "x509/name_compare.h"

#include <string.h>

enum answer { NO, YES, CANNOT_TELL };

static bool ends_with_nocase(struct hl_span text, struct hl_span end)
{
    return text.len >= end.len
           && span_equal_nocase((struct hl_span){ text.ptr + text.len - end.len, end.len }, end);
}

/* "host.example.com" lies in "example.com" and in ".example.com"; "example.com" only in the first. */
static bool dns_within(struct hl_span name, struct hl_span base)
{
    if (base.len == 0)
        return true;
    if (!ends_with_nocase(name, base))
        return false;
    return name.len == base.len ? true : base.ptr[0] == '.' || name.ptr[name.len - base.len - 1] == '.';
}

static enum answer compare_dns(struct hl_span name, struct hl_span base)
{
    return dns_within(name, base) ? YES : NO;
}

/* A wildcard stands for names that a constraint on one host excludes, too. */
static enum answer compare_excluded_dns(struct hl_span name, struct hl_span base)
{
    if (name.len > 2 && name.ptr[0] == '*' && name.ptr[1] == '.' && base.len > 0) {
        struct hl_span parent = { name.ptr + 2, name.len - 2 };
        const uint8_t *dot = memchr(base.ptr, '.', base.len);
        if (dot != NULL && dot > base.ptr) {
            struct hl_span above = { dot + 1, base.len - (size_t)(dot + 1 - base.ptr) };
            if (span_equal_nocase(parent, above))
                return YES;
        }
    }
    return compare_dns(name, base);
}

/* The iPAddress of a constraint is an address and a mask. */
static enum answer compare_ip(struct hl_span name, struct hl_span base)
{
    if ((name.len != 4 && name.len != 16) || (base.len != 8 && base.len != 32))
        return CANNOT_TELL;
    if (base.len != 2 * name.len)
        return NO;
    struct hl_fault fault;
    struct hl_reader n = rd_init(name, &fault), b = rd_init(base, &fault);
    struct hl_span network = rd_bytes(&b, name.len, "address");
    struct hl_reader w = rd_within(&b, network);
    while (rd_more(&n)) {
        uint8_t mask = rd_u8(&b, "mask");
        if ((rd_u8(&n, "address") & mask) != (rd_u8(&w, "network") & mask))
            return NO;
    }
    return YES;
}

static const uint8_t *last_at_sign(struct hl_span text)
{
    for (size_t i = text.len; i > 0; i--) {
        if (text.ptr[i - 1] == '@')
            return text.ptr + i - 1;
    }
    return NULL;
}

static struct hl_span host_of_mailbox(struct hl_span mailbox)
{
    const uint8_t *at = last_at_sign(mailbox);

    if (at == NULL)
        return (struct hl_span){ NULL, 0 };
    return (struct hl_span){ at + 1, mailbox.len - (size_t)(at + 1 - mailbox.ptr) };
}

bool mailbox_is_well_formed(struct hl_span mailbox)
{
    struct hl_span host = host_of_mailbox(mailbox);

    if (host.ptr == NULL || host.len + 1 >= mailbox.len || !host_name_is_well_formed(host, false))
        return false;
    struct hl_span local = { mailbox.ptr, mailbox.len - host.len - 1 };
    for (size_t i = 0; i < local.len; i++) {
        if (local.ptr[i] <= ' ' || local.ptr[i] >= 0x7f || local.ptr[i] == '@')
            return false;
    }
    return true;
}

/* A mailbox, all mailboxes of a host, or of all hosts in a domain ("." in front). */
static enum answer compare_mailbox(struct hl_span name, struct hl_span base)
{
    struct hl_span host = host_of_mailbox(name), base_host = host_of_mailbox(base);

    if (!mailbox_is_well_formed(name))
        return CANNOT_TELL;
    if (base_host.ptr != NULL) {
        struct hl_span local = { name.ptr, name.len - host.len }, base_local = { base.ptr, base.len - base_host.len };
        return span_equal(local, base_local) && span_equal_nocase(host, base_host) ? YES : NO;
    }
    if (base.len > 0 && base.ptr[0] == '.')
        return host.len > base.len && ends_with_nocase(host, base) ? YES : NO;
    return base.len == 0 || span_equal_nocase(host, base) ? YES : NO;
}

/* The host of scheme://user@host:port/path; empty when there is none. */
static struct hl_span host_of_uri(struct hl_span uri)
{
    const uint8_t *colon = uri.len > 0 ? memchr(uri.ptr, ':', uri.len) : NULL;
    struct hl_span none = { NULL, 0 }, rest;

    if (colon == NULL)
        return none;
    rest = (struct hl_span){ colon + 1, uri.len - (size_t)(colon + 1 - uri.ptr) };
    if (!span_starts(rest, "//"))
        return none;
    rest = (struct hl_span){ rest.ptr + 2, rest.len - 2 };
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.ptr[i] == '/' || rest.ptr[i] == '?' || rest.ptr[i] == '#')
            rest.len = i;
    }
    const uint8_t *at = last_at_sign(rest);
    if (at != NULL)
        rest = (struct hl_span){ at + 1, rest.len - (size_t)(at + 1 - rest.ptr) };
    const uint8_t *port = rest.len > 0 && rest.ptr[0] != '[' ? memchr(rest.ptr, ':', rest.len) : NULL;
    if (port != NULL)
        rest.len = (size_t)(port - rest.ptr);
    return rest;
}

/* A host, or with "." in front all hosts of a domain. A URI without a host name is refused. */
static enum answer compare_uri(struct hl_span name, struct hl_span base)
{
    struct hl_span host = host_of_uri(name);
    uint8_t address[16];

    if (!host_name_is_well_formed(host, false) || host_name_address(host, address) > 0)
        return CANNOT_TELL;
    if (base.len > 0 && base.ptr[0] == '.')
        return host.len > base.len && ends_with_nocase(host, base) ? YES : NO;
    return base.len == 0 || span_equal_nocase(host, base) ? YES : NO;
}

static enum answer compare_directory(struct hl_span name, struct hl_span base)
{
    return x509_name_within(name, base) ? YES : NO;
}

/* Ones, then zeros. */
static bool is_mask(struct hl_span mask)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(mask, &fault);
    bool ended = false;

    while (rd_more(&r)) {
        uint8_t byte = rd_u8(&r, "mask");
        if (ended ? byte != 0 : (byte & (uint8_t)(0 - byte)) + byte != 0x100 && byte != 0)
            return false;
        ended |= byte != 0xff;
    }
    return true;
}

static struct hl_span without_first_dot(struct hl_span name)
{
    return name.len > 0 && name.ptr[0] == '.' ? (struct hl_span){ name.ptr + 1, name.len - 1 } : name;
}

static bool is_well_formed(const struct hl_x509_general_name *base)
{
    struct hl_span value = base->value;

    switch (base->type) {
    case HL_X509_DNS:
        return value.len == 0 || host_name_is_well_formed(value, false);
    case HL_X509_IP:
        return (value.len == 8 || value.len == 32)
               && is_mask((struct hl_span){ value.ptr + value.len / 2, value.len / 2 });
    case HL_X509_EMAIL:
        if (value.len > 0 && memchr(value.ptr, '@', value.len) != NULL)
            return mailbox_is_well_formed(value);
        return value.len == 0 || host_name_is_well_formed(without_first_dot(value), false);
    case HL_X509_URI:
        return value.len == 0 || host_name_is_well_formed(without_first_dot(value), false);
    case HL_X509_DIRECTORY:
        return x509_name_within(value, value);
    default:
        return true;
    }
}

/* Clients take a DNS name with a dot in front. */
static bool is_comparable(const struct hl_x509_general_name *base)
{
    return is_well_formed(base)
           || (base->type == HL_X509_DNS && host_name_is_well_formed(without_first_dot(base->value), false));
}

static enum answer compare(const struct hl_x509_general_name *name, const struct hl_x509_general_name *base,
                           bool excluded)
{
    if (!is_comparable(base))
        return CANNOT_TELL;
    switch (base->type) {
    case HL_X509_DNS:
        return excluded ? compare_excluded_dns(name->value, base->value) : compare_dns(name->value, base->value);
    case HL_X509_IP: return compare_ip(name->value, base->value);
    case HL_X509_EMAIL: return compare_mailbox(name->value, base->value);
    case HL_X509_URI: return compare_uri(name->value, base->value);
    case HL_X509_DIRECTORY: return compare_directory(name->value, base->value);
    default: return CANNOT_TELL;
    }
}

/* One name against the permitted or the excluded subtrees: NC_ALLOWED when it lies in none of them. */
static enum nc_result look_in(const struct hl_x509_names *trees, const struct hl_x509_general_name *name,
                              bool excluded, bool *any, uint32_t *comparisons)
{
    *any = false;
    for (uint32_t i = 0; i < trees->count; i++) {
        if (trees->list[i].type != name->type)
            continue;
        if (trees->list[i].tag != name->tag) /* one of them constructed: no DER, but read as that kind elsewhere */
            return NC_UNPROCESSED;
        *any = true;
        if (*comparisons == 0)
            return NC_BUDGET;
        --*comparisons;
        enum answer answer = compare(name, &trees->list[i], excluded);
        if (answer == CANNOT_TELL)
            return NC_UNPROCESSED;
        if (answer == YES)
            return NC_EXCLUDED;
    }
    return NC_ALLOWED;
}

static enum nc_result check_name(const struct hl_x509 *issuer, const struct hl_x509_general_name *name,
                                 uint32_t *comparisons)
{
    bool any;
    enum nc_result result = look_in(&issuer->excluded, name, true, &any, comparisons);

    if (result != NC_ALLOWED)
        return result;
    result = look_in(&issuer->permitted, name, false, &any, comparisons);
    if (result == NC_EXCLUDED) /* lies in a permitted one */
        return NC_ALLOWED;
    if (result != NC_ALLOWED)
        return result;
    return any ? NC_NOT_PERMITTED : NC_ALLOWED;
}

/* The names of a certificate that are constrained: its subject as a directory name, the alternative names, and,
 * where those hold no mailbox, the mailboxes of the subject. */
enum nc_result name_constraints_check(const struct hl_x509 *issuer, const struct hl_x509 *subject,
                                      uint32_t *comparisons, struct hl_x509_general_name *culprit)
{
    const struct hl_x509_attribute *mail;
    struct hl_x509_general_name name = {
        .type = HL_X509_DIRECTORY,
        .tag = 0xa0 | HL_X509_DIRECTORY,
        .value = subject->subject.der,
    };
    enum nc_result result = NC_ALLOWED;
    bool has_mailbox = false;

    if (issuer->permitted.dropped > 0 || issuer->excluded.dropped > 0 || subject->san.dropped > 0
        || subject->subject.dropped > 0)
        return NC_BUDGET;
    if (subject->subject.count > 0)
        result = check_name(issuer, &name, comparisons);
    for (uint32_t i = 0; result == NC_ALLOWED && i < subject->san.count; i++) {
        name = subject->san.list[i];
        has_mailbox |= name.type == HL_X509_EMAIL;
        result = check_name(issuer, &name, comparisons);
    }
    for (uint32_t i = 0; result == NC_ALLOWED && !has_mailbox
                         && (mail = x509_next_attribute(&subject->subject, "emailAddress", &i)) != NULL;) {
        name = (struct hl_x509_general_name){ .type = HL_X509_EMAIL, .tag = 0x80 | HL_X509_EMAIL, .value = mail->value };
        result = check_name(issuer, &name, comparisons);
    }
    if (result != NC_ALLOWED && culprit != NULL)
        *culprit = name;
    return result;
}

bool name_constraints_are_well_formed(const struct hl_x509 *issuer)
{
    const struct hl_x509_names *lists[] = { &issuer->permitted, &issuer->excluded };

    for (size_t l = 0; l < 2; l++) {
        for (uint32_t i = 0; i < lists[l]->count; i++) {
            if (!is_well_formed(&lists[l]->list[i]))
                return false;
        }
    }
    return !issuer->constraint_bounds && issuer->permitted.count + issuer->excluded.count > 0;
}
