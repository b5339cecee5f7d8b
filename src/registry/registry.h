/* registry.h - what the numbers of TLS are called, and what a cipher suite means.
 *
 * The tables come from IANA's registries (iana_tables.inc, written by
 * scripts/make-registry.py) and are searched by bisection. Every look-up
 * answers: an unassigned number has no name, and GREASE (RFC 8701) is marked.
 * Names are static, and each is there once in its registry, so that a name says
 * which number is meant: a number that was given up for another ends in _old,
 * _deprecated or _draft. tables.h has the registries to walk and to search by
 * name. */
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

/* RFC 8701, section 2: PSK modes 0x0b, 0x2a, 0x49 ... 0xe4. */
static inline bool is_grease_psk_mode(uint8_t id)
{
    return id >= 0x0b && id <= 0xe4 && (id - 0x0b) % 0x1f == 0;
}

/* RFC 8701, section 2: the two bytes of a GREASE value as a protocol name. */
static inline bool is_grease_alpn(struct hl_span name)
{
    return name.len == 2 && is_grease16((uint16_t)(name.ptr[0] << 8 | name.ptr[1]));
}

/* RFC 9000, section 18.1: 31 * N + 27, and N is often large: ask with all 62 bits. */
static inline bool is_grease_quic_parameter(uint64_t id)
{
    return id % 31 == 27;
}

/* RFC 9000, section 15: 0x?a?a?a?a. */
static inline bool is_grease_quic_version(uint32_t id)
{
    return (id & 0x0f0f0f0f) == 0x0a0a0a0a;
}

struct hl_code reg_version(uint16_t id); /* "SSL 2.0" ... "TLS 1.3", "TLS 1.3 draft 23", "DTLS 1.2" */
struct hl_code reg_content_type(uint8_t id);
struct hl_code reg_handshake_type(uint8_t id);
struct hl_code reg_ssl2_message(uint8_t id); /* "client_hello", "server_hello", ... of SSL 2 */
struct hl_code reg_alert_level(uint8_t id);
struct hl_code reg_alert(uint8_t id);
struct hl_code reg_cipher_suite(uint16_t id);
/* 24 bits: SSL_CK_RC4_128_WITH_MD5, ...; 0x00xxxx is the suite 0xxxxx (RFC 5246, appendix E.2). */
struct hl_code reg_ssl2_cipher(uint32_t id);
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
/* One beyond 32 bits has no name; is_grease_quic_parameter() is for all. */
struct hl_code reg_quic_transport_parameter(uint32_t id);
struct hl_code reg_quic_version(uint32_t id); /* "QUIC v1", "QUIC draft 29", ...; 8 digits */
struct hl_code reg_hpke_kem(uint16_t id);
struct hl_code reg_hpke_kdf(uint16_t id);
struct hl_code reg_hpke_aead(uint16_t id);
/* A description of an ALPN protocol ("HTTP/2 over TLS"), or NULL. */
const char *reg_alpn(struct hl_span name);

/* What a cipher suite means. Strings are static, in the words of its name.
 *
 * Where `authentication` is "PSK" a pre-shared key takes part (PSK, DHE_PSK, ECDHE_PSK, RSA_PSK);
 * of these RSA_PSK alone, with `key_exchange` "RSA", also has a server certificate (RFC 4279,
 * section 4). "DH" and "ECDH" use the key of a certificate, except where nobody is
 * authenticated ("anon"): then they are ephemeral. */
struct hl_suite {
    uint16_t id;
    const char *key_exchange;   /* "ECDHE", "DHE", "RSA", "PSK", ...; "any" for TLS 1.3 */
    const char *authentication; /* "RSA", "ECDSA", "PSK", "anon", ...; "any" for TLS 1.3 */
    const char *cipher;         /* "AES_128_GCM", "CHACHA20_POLY1305", "NULL", ... */
    const char *mac;            /* "SHA256" ...; "AEAD" where the cipher authenticates */
    /* The hash of PRF or HKDF where the suite sets it, in TLS 1.2 and later: "SHA256", "SHA384", "SM3";
     * "default" is MD5+SHA1 before TLS 1.2 and SHA256 in it (RFC 5246, section 5). Suites that name a
     * hash and are used before TLS 1.2 all the same (RFC 5487) have the older default there. */
    const char *prf;
    uint16_t bits; /* of the symmetric key's strength: 112 for 3DES, 40 for an export suite */
    bool forward_secrecy;
    bool aead;
    bool export_grade; /* weakened for export: short keys, and an RSA or DH key of 512 or 1024 bits */
};

/* NULL for a suite that is not known, and for signalling values (SCSV). */
const struct hl_suite *reg_suite(uint16_t id);

#endif
