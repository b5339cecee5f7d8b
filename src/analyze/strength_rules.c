/* How strong what was agreed on is: version, cipher suite, groups, signatures. Of handshakes that completed. */
#include "analyze/findings.h"
#include "base/code_name.h"
#include "crypto/cipher_spec.h"
#include "crypto/digest.h"
#include "registry/registry.h"
#include "wire/version.h"

#include <string.h>

enum { SSL2 = 0x0002, SSL3 = 0x0300, TLS12 = 0x0303, EXT_ENCRYPT_THEN_MAC = 22 };

/* Before TLS 1.2 keys of 2048 bits were not asked for (RFC 9325, section 4.1). */
#define DH_BITS_MIN 2048u
#define DH_BITS_BROKEN 1024u

static struct hl_finding *say(struct analysis *a, enum finding_code code, enum hl_severity severity)
{
    struct hl_finding *finding = add_finding(a, code, severity);

    finding->side = "server";
    if (a->hs->server_hello_message != NULL)
        finding->at = a->hs->server_hello_message->at;
    return finding;
}

static void find_version(struct analysis *a)
{
    const uint16_t version = a->hs->server_hello.ssl2 ? SSL2 : version_as_tls(a->hs->version);

    if (version >= TLS12 || version == 0)
        return;
    code_name_put(a->text, reg_version(a->hs->version));
    buf_string(a->text, " was agreed on");
    (void)say(a, FINDING_VERSION_OBSOLETE, version <= SSL3 ? HL_HIGH : HL_MEDIUM);
}

/* --- the cipher suite ---------------------------------------------------------------- */

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_weak_cipher(const char *cipher)
{
    return begins(cipher, "RC4") || begins(cipher, "DES") || begins(cipher, "3DES") || begins(cipher, "RC2") || begins(cipher, "IDEA");
}

static void find_suite(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;
    const struct hl_suite *suite = hs->cipher_suite <= UINT16_MAX ? reg_suite((uint16_t)hs->cipher_suite) : NULL;
    enum hl_severity severity;
    enum finding_code code;

    if (suite == NULL)
        return;
    const bool cbc = strstr(suite->cipher, "_CBC") != NULL, null = strcmp(suite->cipher, "NULL") == 0;
    if (strcmp(suite->authentication, "anon") == 0) {
        buf_string(a->text, "nobody proved who the server is: ");
        code_name_put(a->text, reg_cipher_suite(suite->id));
        (void)say(a, FINDING_CIPHER_ANONYMOUS, HL_CRITICAL);
    }
    if (suite->export_grade) {
        code = FINDING_CIPHER_EXPORT;
        severity = HL_CRITICAL;
    } else if (null) {
        code = FINDING_CIPHER_NULL;
        severity = HL_CRITICAL;
    } else if (is_weak_cipher(suite->cipher)) {
        code = FINDING_CIPHER_WEAK;
        severity = begins(suite->cipher, "3DES") || begins(suite->cipher, "IDEA") ? HL_MEDIUM : HL_HIGH;
    } else if (cbc && !extension_find(hs->server_hello.extensions, EXT_ENCRYPT_THEN_MAC, NULL)) {
        code = FINDING_CIPHER_CBC;
        severity = HL_LOW;
    } else {
        code = FINDING_COUNT;
        severity = HL_INFO;
    }
    if (code != FINDING_COUNT) {
        code_name_put(a->text, reg_cipher_suite(suite->id));
        if (code == FINDING_CIPHER_CBC)
            buf_string(a->text, ", without encrypt-then-MAC");
        (void)say(a, code, severity);
    }
    if (!suite->forward_secrecy && hs->resumed_by == NULL && strcmp(suite->key_exchange, "any") != 0) {
        code_name_put(a->text, reg_cipher_suite(suite->id));
        buf_printf(a->text, ": the keys come from %s",
                   strcmp(suite->authentication, "PSK") == 0 ? "the pre-shared key alone" : "the server's long-term key");
        (void)say(a, FINDING_NO_FORWARD_SECRECY, HL_MEDIUM);
    }
}

/* --- key exchange -------------------------------------------------------------------- */

/* Curves of less than 224 bits (RFC 8422, section 5.1.1, withdrew them). */
static bool is_weak_group(uint16_t group)
{
    return (group >= 1 && group <= 5) || (group >= 15 && group <= 19);
}

/* Primes that many servers share, by the beginning of their SHA-256: what is computed against one breaks all of them. */
static const char *common_prime(struct hl_span prime)
{
    static const struct {
        uint8_t digest[8];
        const char *name;
    } known[] = {
        { { 0xb5, 0x2b, 0xa6, 0xa3, 0x02, 0x65, 0x20, 0xa6 }, "group 1 of RFC 2409" },
        { { 0x3f, 0x35, 0xa3, 0xf5, 0xf6, 0xc4, 0x37, 0x6a }, "group 2 of RFC 2409" },
        { { 0x64, 0xfc, 0xc8, 0x3e, 0xc4, 0x03, 0x93, 0x0b }, "group 5 of RFC 3526" },
        { { 0x44, 0xc5, 0x5c, 0xfe, 0xe5, 0xc0, 0x75, 0x92 }, "section 2.1 of RFC 5114" },
        { { 0x62, 0x15, 0xd4, 0x1b, 0xb6, 0x17, 0xb3, 0x90 }, "SKIP, which programs of OpenSSL had built in" },
        { { 0xbf, 0x91, 0x0d, 0x9d, 0xf4, 0xe0, 0xb2, 0xe7 }, "Apache httpd, which had it built in" },
    };
    uint8_t digest[SHA256_LENGTH];

    digest_sha256(prime, digest);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (memcmp(digest, known[i].digest, sizeof known[i].digest) == 0)
            return known[i].name;
    }
    return NULL;
}

static void find_key_exchange(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;
    const unsigned bits = hs->server_key.dh_bits;

    if (is_weak_group(hs->group)) {
        code_name_put(a->text, reg_group(hs->group));
        buf_string(a->text, " was agreed on");
        (void)say(a, FINDING_GROUP_WEAK, HL_HIGH);
    }
    if (bits == 0 || bits >= DH_BITS_MIN)
        return;
    const char *name = common_prime(hs->server_key.dh_prime);
    buf_printf(a->text, "the prime has %u bits", bits);
    if (name != NULL)
        buf_printf(a->text, "; many servers have the same: it is that of %s", name);
    (void)say(a, FINDING_DH_WEAK, bits <= DH_BITS_BROKEN ? HL_HIGH : HL_MEDIUM);
}

/* --- signatures of the handshake ----------------------------------------------------- */

/* Hashes by the first byte before TLS 1.3 (RFC 5246, section 7.4.1.4.1): 1 is MD5, 2 is SHA-1. */
static void find_scheme(struct analysis *a, uint16_t scheme, const char *side, struct hl_moment at)
{
    const unsigned hash = scheme >> 8;

    if (hash != 1 && hash != 2)
        return;
    buf_printf(a->text, "the %s signed with ", side);
    code_name_put(a->text, reg_signature_scheme(scheme));
    struct hl_finding *finding = add_finding(a, FINDING_SIGNATURE_WEAK, hash == 1 ? HL_HIGH : HL_MEDIUM);
    finding->side = side;
    finding->at = at;
}

static void find_signatures(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;
    const struct hl_proof *client = &hs->proofs[PROOF_CLIENT_CERTIFICATE_VERIFY];
    const struct hl_proof *server = &hs->proofs[PROOF_SERVER_CERTIFICATE_VERIFY];

    find_scheme(a, hs->server_key.scheme != 0 ? hs->server_key.scheme : server->scheme, "server",
                hs->server_key.scheme != 0 ? hs->proofs[PROOF_SERVER_KEY_EXCHANGE].at : server->at);
    find_scheme(a, client->scheme, "client", client->at);
}

void find_strength(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;

    if (hs->outcome != HL_COMPLETED || hs->server_hello_message == NULL)
        return;
    find_version(a);
    find_suite(a);
    find_key_exchange(a);
    find_signatures(a);
    if (hs->server_hello.compression_method != 0 && !hs->server_hello.ssl2) {
        buf_string(a->text, "records are compressed with ");
        code_name_put(a->text, reg_compression_method(hs->server_hello.compression_method));
        (void)say(a, FINDING_COMPRESSION, HL_HIGH);
    }
}
