#include "registry/suite_names.h"

#include <stdio.h>
#include <string.h>

/* A part of IANA's name, and what stands in its place. */
struct part {
    const char *iana, *other;
};

static const struct part openssl_exchanges[] = {
    { "RSA", "" },
    { "DHE_RSA", "DHE-RSA-" },
    { "DHE_DSS", "DHE-DSS-" },
    { "DH_RSA", "DH-RSA-" },
    { "DH_DSS", "DH-DSS-" },
    { "DH_anon", "ADH-" },
    { "ECDHE_RSA", "ECDHE-RSA-" },
    { "ECDHE_ECDSA", "ECDHE-ECDSA-" },
    { "ECDH_RSA", "ECDH-RSA-" },
    { "ECDH_ECDSA", "ECDH-ECDSA-" },
    { "ECDH_anon", "AECDH-" },
    { "PSK", "PSK-" },
    { "DHE_PSK", "DHE-PSK-" },
    { "PSK_DHE", "DHE-PSK-" }, /* so in two names of RFC 6655 */
    { "RSA_PSK", "RSA-PSK-" },
    { "ECDHE_PSK", "ECDHE-PSK-" },
    { "SRP_SHA", "SRP-" },
    { "SRP_SHA_RSA", "SRP-RSA-" },
    { "SRP_SHA_DSS", "SRP-DSS-" },
    { "RSA_EXPORT", "EXP-" },
    { "DHE_RSA_EXPORT", "EXP-DHE-RSA-" },
    { "DHE_DSS_EXPORT", "EXP-DHE-DSS-" },
    { "DH_anon_EXPORT", "EXP-ADH-" },
};

/* By the beginning of what stands behind "_WITH_"; what follows it stays. */
static const struct part openssl_ciphers[] = {
    { "AES_128_GCM_", "AES128-GCM-" },
    { "AES_256_GCM_", "AES256-GCM-" },
    { "AES_128_CBC_", "AES128-" },
    { "AES_256_CBC_", "AES256-" },
    { "AES_128_CCM_8", "AES128-CCM8" },
    { "AES_256_CCM_8", "AES256-CCM8" },
    { "AES_128_CCM", "AES128-CCM" },
    { "AES_256_CCM", "AES256-CCM" },
    { "CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305" },
    { "CAMELLIA_128_CBC_", "CAMELLIA128-" },
    { "CAMELLIA_256_CBC_", "CAMELLIA256-" },
    { "ARIA_128_GCM_", "ARIA128-GCM-" },
    { "ARIA_256_GCM_", "ARIA256-GCM-" },
    { "3DES_EDE_CBC_", "DES-CBC3-" },
    { "SEED_CBC_", "SEED-" },
    { "IDEA_CBC_", "IDEA-CBC-" },
    { "RC4_128_", "RC4-" },
    { "RC4_40_", "RC4-" },
    { "RC2_CBC_40_", "RC2-CBC-" },
    { "DES40_CBC_", "DES-CBC-" },
    { "DES_CBC_40_", "DES-CBC-" },
    { "DES_CBC_", "DES-CBC-" },
    { "NULL_", "NULL-" },
};

/* Behind a pre-shared key, and behind SRP, the names of AES keep more of theirs. */
static const struct part openssl_psk_ciphers[] = {
    { "AES_128_CBC_", "AES128-CBC-" },
    { "AES_256_CBC_", "AES256-CBC-" },
};

static const struct part openssl_srp_ciphers[] = {
    { "AES_128_CBC_", "AES-128-CBC-" },
    { "AES_256_CBC_", "AES-256-CBC-" },
};

static const struct part gnutls_ciphers[] = {
    { "CHACHA20_POLY1305_SHA256", "CHACHA20_POLY1305" },
    { "RC4_128_", "ARCFOUR_128_" },
    { "AES_", "AES_" },
    { "CAMELLIA_", "CAMELLIA_" },
    { "3DES_EDE_CBC_", "3DES_EDE_CBC_" },
    { "NULL_", "NULL_" },
};

/* The part whose name is all of `text`, or with `beginning` starts it. */
static const struct part *find(const struct part *parts, size_t count, const char *text, size_t length, bool beginning)
{
    for (size_t i = 0; i < count; i++) {
        const size_t n = strlen(parts[i].iana);
        if ((beginning ? n <= length : n == length) && memcmp(parts[i].iana, text, n) == 0)
            return &parts[i];
    }
    return NULL;
}

#define FIND(parts, text, length, beginning) find(parts, sizeof(parts) / sizeof(parts)[0], text, length, beginning)

/* TLS_(exchange)_WITH_(cipher and hash) taken apart. */
static bool split(const char *iana, const char **exchange, size_t *length, const char **cipher)
{
    const char *with = strstr(iana, "_WITH_");

    if (with == NULL || strncmp(iana, "TLS_", 4) != 0)
        return false;
    *exchange = iana + 4;
    *length = (size_t)(with - *exchange);
    *cipher = with + strlen("_WITH_");
    return true;
}

/* RFC 8446, appendix B.4: names of TLS 1.3 have no key exchange in them. */
static bool is_tls13(const char *iana)
{
    return strncmp(iana, "TLS_AES_", 8) == 0 || strncmp(iana, "TLS_CHACHA20_", 13) == 0;
}

bool suite_openssl_name(const char *iana, char out[SUITE_NAME_SIZE])
{
    const char *exchange, *cipher;
    size_t length;

    out[0] = '\0';
    if (is_tls13(iana))
        return snprintf(out, SUITE_NAME_SIZE, "%s", iana) > 0;
    if (!split(iana, &exchange, &length, &cipher))
        return false;
    const struct part *a = FIND(openssl_exchanges, exchange, length, false);
    const struct part *b = NULL;
    if (a != NULL && strstr(a->iana, "PSK") != NULL)
        b = FIND(openssl_psk_ciphers, cipher, strlen(cipher), true);
    else if (a != NULL && strncmp(a->iana, "SRP", 3) == 0)
        b = FIND(openssl_srp_ciphers, cipher, strlen(cipher), true);
    if (b == NULL)
        b = FIND(openssl_ciphers, cipher, strlen(cipher), true);
    if (a == NULL || b == NULL)
        return false;
    /* The one exception of OpenSSL's table: ECDHE-ARIA128-GCM-SHA256, with no RSA in it. */
    const bool aria = strncmp(cipher, "ARIA", 4) == 0 && strcmp(a->iana, "ECDHE_RSA") == 0;
    snprintf(out, SUITE_NAME_SIZE, "%s%s%s", aria ? "ECDHE-" : a->other, b->other, cipher + strlen(b->iana));
    return true;
}

bool suite_gnutls_name(const char *iana, char out[SUITE_NAME_SIZE])
{
    const char *exchange, *cipher;
    size_t length;

    out[0] = '\0';
    if (is_tls13(iana))
        return snprintf(out, SUITE_NAME_SIZE, "%s", iana) > 0;
    if (!split(iana, &exchange, &length, &cipher))
        return false;
    const struct part *b = FIND(gnutls_ciphers, cipher, strlen(cipher), true);
    if (b == NULL || memchr(exchange, 'K', length) == exchange) /* Kerberos: KRB5 */
        return false;
    const bool anon = length > 5 && memcmp(exchange + length - 5, "_anon", 5) == 0;
    const char *rest = cipher + strlen(b->iana);
    const size_t n = strlen(rest);
    const bool sha1 = (n == 3 || (n > 3 && rest[n - 4] == '_')) && strcmp(rest + n - 3, "SHA") == 0;
    if (length == 7 && memcmp(exchange, "PSK_DHE", 7) == 0)
        exchange = "DHE_PSK";
    snprintf(out, SUITE_NAME_SIZE, "TLS_%.*s%s_%s%s%s", (int)(anon ? length - 4 : length), exchange, anon ? "ANON" : "",
             b->other, rest, sha1 ? "1" : ""); /* GnuTLS says which SHA */
    return true;
}
