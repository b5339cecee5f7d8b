#include "analyze/offer.h"

#include "registry/registry.h"

#include <string.h>

enum { TLS11 = 0x0302, TLS12 = 0x0303, TLS13 = 0x0304, EMPTY_RENEGOTIATION_INFO_SCSV = 0x00ff, FALLBACK_SCSV = 0x5600 };
enum { P256 = 23, X25519 = 29 };

/* Older ones than SSL 3.0, and 0x0100 of OpenSSL, are below all others as they are. */
static uint16_t as_tls(uint16_t version)
{
    return version_as_tls(version) != 0 ? version_as_tls(version) : version;
}

uint16_t offer_version(const struct offer *offer, uint16_t version)
{
    if (!offer->dtls)
        return version;
    return version == TLS13 ? 0xfefc : version == TLS12 ? 0xfefd : version == TLS11 ? 0xfeff : version;
}

static void read_versions(const struct hl_client_hello *hello, struct offer *out)
{
    struct hl_span list = hello->supported_versions;
    uint16_t version;

    out->dtls = version_is_dtls(hello->legacy_version);
    out->highest = hello->supported_versions.len > 0 ? 0 : as_tls(hello->legacy_version);
    while (u16_next(&list, &version)) {
        if (is_grease16(version))
            continue;
        version = as_tls(version); /* drafts, too */
        if (version > out->highest)
            out->highest = version;
        if (out->lowest == 0 || version < out->lowest)
            out->lowest = version;
    }
}

static bool is_usable(const struct offer *out, const struct hl_suite *suite)
{
    bool tls13 = strcmp(suite->key_exchange, "any") == 0;

    return tls13 ? out->highest >= TLS13 : out->lowest < TLS13;
}

static void read_suites(const struct hl_client_hello *hello, struct offer *out)
{
    struct hl_span list = hello->cipher_suites;
    unsigned psk = 0, ecdsa = 0, rsa = 0;
    uint16_t id;

    while (u16_next(&list, &id)) {
        const struct hl_suite *suite = reg_suite(id);
        if (suite == NULL || id == EMPTY_RENEGOTIATION_INFO_SCSV || id == FALLBACK_SCSV || !is_usable(out, suite))
            continue;
        out->suites++;
        out->one_suite = id;
        out->modern_suite |= suite->forward_secrecy && suite->aead;
        psk += strcmp(suite->authentication, "PSK") == 0;
        ecdsa += strcmp(suite->authentication, "ECDSA") == 0;
        rsa += strcmp(suite->authentication, "RSA") == 0;
    }
    out->only_psk = out->suites > 0 && psk == out->suites;
    out->only_ecdsa = out->suites > 0 && ecdsa == out->suites;
    out->only_rsa = out->suites > 0 && rsa == out->suites;
}

static void read_groups(const struct hl_client_hello *hello, struct offer *out)
{
    struct hl_span list = hello->supported_groups;
    uint16_t group;

    while (u16_next(&list, &group)) {
        if (is_grease16(group))
            continue;
        out->groups++;
        out->one_group = group;
        out->common_group |= group == P256 || group == X25519;
    }
}

/* The kind of key that a scheme goes with, as a bit. */
static unsigned kind_of(uint16_t scheme)
{
    enum { RSA = 1, ECDSA = 2, EDWARDS = 4, RSA_PSS = 8, OTHER = 16 };

    switch (scheme) {
    case 0x0804: case 0x0805: case 0x0806: return RSA; /* rsa_pss_rsae_* */
    case 0x0809: case 0x080a: case 0x080b: return RSA_PSS;
    case 0x0807: case 0x0808: return EDWARDS;
    default: break;
    }
    if (scheme >> 8 > 6)
        return OTHER;
    return (scheme & 0xff) == 1 ? RSA : (scheme & 0xff) == 3 ? ECDSA : OTHER;
}

static void read_schemes(const struct hl_client_hello *hello, struct offer *out)
{
    enum { ECDSA_SECP256R1_SHA256 = 0x0403 };
    struct hl_span list = hello->signature_algorithms;
    unsigned kinds = 0;
    uint16_t scheme;

    while (u16_next(&list, &scheme)) {
        if (is_grease16(scheme))
            continue;
        out->schemes++;
        out->one_scheme = scheme;
        out->common_scheme |= kind_of(scheme) == 1 || scheme == ECDSA_SECP256R1_SHA256;
        kinds |= kind_of(scheme);
    }
    for (; kinds > 0; kinds &= kinds - 1)
        out->scheme_kinds++;
}

void offer_read(const struct hl_client_hello *hello, struct offer *out)
{
    *out = (struct offer){ .lowest = 0 };
    read_versions(hello, out);
    if (hello->ssl2) {
        out->suites = (unsigned)(hello->cipher_specs.len / 3);
        return;
    }
    read_suites(hello, out);
    read_groups(hello, out);
    read_schemes(hello, out);
}
