/* registry.h - what the numbers of TLS are called, and what a cipher suite means.
 *
 * The tables come from IANA's registries (iana_tables.inc, written by
 * scripts/make-registry.py) and are searched by bisection. Every look-up
 * answers: an unassigned number has no name, and GREASE (RFC 8701) is marked. */
#ifndef HL_REGISTRY_REGISTRY_H
#define HL_REGISTRY_REGISTRY_H

#include <handlens/visitor.h>

#include <stdbool.h>
#include <stdint.h>

/* RFC 8701: 0x0a0a, 0x1a1a, ... for suites, extensions, groups, versions, schemes. */
static inline bool is_grease16(uint16_t id)
{
    return (id & 0x0f0f) == 0x0a0a && id >> 8 == (id & 0xff);
}

struct hl_code reg_version(uint16_t id); /* "SSL 2.0" ... "TLS 1.3", "TLS 1.3 draft 23", "DTLS 1.2" */
struct hl_code reg_content_type(uint8_t id);
struct hl_code reg_handshake_type(uint8_t id);
struct hl_code reg_ssl2_message(uint8_t id); /* "client_hello", "server_hello", ... of SSL 2 */
struct hl_code reg_alert_level(uint8_t id);
struct hl_code reg_alert(uint8_t id);
struct hl_code reg_cipher_suite(uint16_t id);
struct hl_code reg_ssl2_cipher(uint32_t id); /* 24 bits: SSL_CK_RC4_128_WITH_MD5, ... */
struct hl_code reg_compression_method(uint8_t id);
struct hl_code reg_extension(uint16_t id);
struct hl_code reg_group(uint16_t id);
struct hl_code reg_point_format(uint8_t id);
struct hl_code reg_signature_scheme(uint16_t id); /* TLS 1.2 hash and signature pairs by name too */
struct hl_code reg_psk_mode(uint8_t id);
struct hl_code reg_certificate_compression(uint16_t id);
struct hl_code reg_certificate_type(uint8_t id);
struct hl_code reg_certificate_status_type(uint8_t id);
struct hl_code reg_client_certificate_type(uint8_t id); /* of CertificateRequest before TLS 1.3 */
struct hl_code reg_curve_type(uint8_t id);
struct hl_code reg_name_type(uint8_t id);
struct hl_code reg_srtp_profile(uint16_t id);
struct hl_code reg_token_binding_key(uint8_t id);
struct hl_code reg_quic_transport_parameter(uint32_t id);
struct hl_code reg_hpke_kem(uint16_t id);
struct hl_code reg_hpke_kdf(uint16_t id);
struct hl_code reg_hpke_aead(uint16_t id);
/* A description of an ALPN protocol ("HTTP/2 over TLS"), or NULL. */
const char *reg_alpn(struct hl_span name);

/* What a cipher suite means. Strings are static, in the words of its name. */
struct hl_suite {
    uint16_t id;
    const char *key_exchange;   /* "ECDHE", "DHE", "RSA", "PSK", ...; "any" for TLS 1.3 */
    const char *authentication; /* "RSA", "ECDSA", "PSK", "anon", ...; "any" for TLS 1.3 */
    const char *cipher;         /* "AES_128_GCM", "CHACHA20_POLY1305", "NULL", ... */
    const char *mac;            /* "SHA256" ...; "AEAD" where the cipher authenticates */
    const char *prf;            /* "SHA256", "SHA384"; "MD5+SHA1" is what older versions use by default */
    uint16_t bits;              /* of the symmetric key's strength */
    bool forward_secrecy;
    bool aead;
};

/* NULL for a suite that is not known, and for signalling values (SCSV). */
const struct hl_suite *reg_suite(uint16_t id);

#endif
