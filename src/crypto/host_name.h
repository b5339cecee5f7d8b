/* host_name.h - is this certificate for that name? (RFC 9525, which replaced RFC 6125.)
 *
 * Only subjectAltName counts. A wildcard is the whole leftmost label or nothing,
 * and stands for exactly one label; names are compared as ASCII, upper and lower
 * case the same, so that an internationalised name matches as its A-labels; an
 * IP address matches iPAddress only. The common name never matches. */
#ifndef HL_CRYPTO_HOST_NAME_H
#define HL_CRYPTO_HOST_NAME_H

#include "x509/x509.h"

enum host_result {
    HOST_MATCHES,
    HOST_MISMATCH,
    HOST_ONLY_COMMON_NAME, /* no name in subjectAltName matches, the common name would: clients refuse it */
    HOST_MALFORMED,        /* what is asked for is no host name and no address */
};

struct host_name {
    struct hl_span text; /* as given; an address without brackets */
    bool is_address;
    uint8_t address[16];
    uint8_t address_length; /* 4 or 16 */
    bool malformed;
};

/* What a client connects to: "example.org", "example.org.", "192.0.2.1", "2001:db8::1", "[2001:db8::1]". */
struct host_name host_name_of(struct hl_span text);
/* `matched` (may be NULL): the name of the certificate that matched. */
enum host_result host_name_match(const struct host_name *host, const struct hl_x509 *cert, struct hl_span *matched);

/* LDH labels with a letter or digit at either end (RFC 1034, 3.5; RFC 1123, 2.1), 253 characters at most.
 * `wildcard`: the leftmost label may be "*". */
bool host_name_is_well_formed(struct hl_span name, bool wildcard);
/* An IPv4 address as text (RFC 3986, 3.2.2), or an IPv6 one; its length in bytes, 0 when it is neither. */
size_t host_name_address(struct hl_span text, uint8_t out[16]);

#endif
