/* What the registries answer: that their tables can be searched, and samples of all that is in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "registry/registry.h"
#include "registry/tables.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The look-ups take numbers of different widths; one width lets a row name its look-up. */
#define WIDEN(function, type)                                     \
    static struct hl_code look_##function(uint32_t id)            \
    {                                                             \
        return function((type)id);                                \
    }
WIDEN(reg_version, uint16_t)
WIDEN(reg_content_type, uint8_t)
WIDEN(reg_handshake_type, uint8_t)
WIDEN(reg_ssl2_message, uint8_t)
WIDEN(reg_alert_level, uint8_t)
WIDEN(reg_alert, uint8_t)
WIDEN(reg_cipher_suite, uint16_t)
WIDEN(reg_ssl2_cipher, uint32_t)
WIDEN(reg_compression_method, uint8_t)
WIDEN(reg_extension, uint16_t)
WIDEN(reg_group, uint16_t)
WIDEN(reg_point_format, uint8_t)
WIDEN(reg_signature_scheme, uint16_t)
WIDEN(reg_psk_mode, uint8_t)
WIDEN(reg_certificate_compression, uint16_t)
WIDEN(reg_certificate_type, uint8_t)
WIDEN(reg_certificate_status_type, uint8_t)
WIDEN(reg_client_certificate_type, uint8_t)
WIDEN(reg_curve_type, uint8_t)
WIDEN(reg_name_type, uint8_t)
WIDEN(reg_srtp_profile, uint16_t)
WIDEN(reg_token_binding_key, uint8_t)
WIDEN(reg_quic_transport_parameter, uint32_t)
WIDEN(reg_quic_version, uint32_t)
WIDEN(reg_hpke_kem, uint16_t)
WIDEN(reg_hpke_kdf, uint16_t)
WIDEN(reg_hpke_aead, uint16_t)

struct code_row {
    const char *test;
    struct hl_code (*look_up)(uint32_t id);
    uint32_t id;
    uint8_t digits;
    bool grease;
    const char *name;
};

#define NAMED(function, id, digits, name) \
    { #function " " #id, look_##function, id, digits, false, name }
#define UNKNOWN(function, id, digits) \
    { #function " " #id " unknown", look_##function, id, digits, false, NULL }
#define GREASE(function, id, digits) \
    { #function " " #id " GREASE", look_##function, id, digits, true, NULL }

static const struct code_row code_rows[] = {
    NAMED(reg_version, 0x0002, 4, "SSL 2.0"),
    NAMED(reg_version, 0x0300, 4, "SSL 3.0"),
    NAMED(reg_version, 0x0301, 4, "TLS 1.0"),
    NAMED(reg_version, 0x0304, 4, "TLS 1.3"),
    NAMED(reg_version, 0x0100, 4, "DTLS 0.9 (OpenSSL)"),
    NAMED(reg_version, 0x7f17, 4, "TLS 1.3 draft 23"),
    NAMED(reg_version, 0x7f1c, 4, "TLS 1.3 draft 28"),
    NAMED(reg_version, 0x7e02, 4, "TLS 1.3 experiment 2"),
    NAMED(reg_version, 0xfb17, 4, "TLS 1.3 Facebook draft 23"),
    NAMED(reg_version, 0xfeff, 4, "DTLS 1.0"),
    NAMED(reg_version, 0xfefd, 4, "DTLS 1.2"),
    NAMED(reg_version, 0xfefc, 4, "DTLS 1.3"),
    UNKNOWN(reg_version, 0x0305, 4),
    UNKNOWN(reg_version, 0xfefe, 4),
    GREASE(reg_version, 0x0a0a, 4),
    GREASE(reg_version, 0xfafa, 4),

    NAMED(reg_content_type, 20, 2, "change_cipher_spec"),
    NAMED(reg_content_type, 22, 2, "handshake"),
    NAMED(reg_content_type, 25, 2, "tls12_cid"),
    NAMED(reg_content_type, 26, 2, "ack"),
    UNKNOWN(reg_content_type, 19, 2),
    UNKNOWN(reg_content_type, 32, 2),
    UNKNOWN(reg_content_type, 0x0a, 2),

    NAMED(reg_handshake_type, 0, 2, "hello_request"),
    NAMED(reg_handshake_type, 1, 2, "client_hello"),
    NAMED(reg_handshake_type, 3, 2, "hello_verify_request"),
    NAMED(reg_handshake_type, 6, 2, "hello_retry_request"),
    NAMED(reg_handshake_type, 12, 2, "server_key_exchange"),
    NAMED(reg_handshake_type, 20, 2, "finished"),
    NAMED(reg_handshake_type, 22, 2, "certificate_status"),
    NAMED(reg_handshake_type, 25, 2, "compressed_certificate"),
    NAMED(reg_handshake_type, 67, 2, "next_protocol"),
    NAMED(reg_handshake_type, 203, 2, "channel_id"),
    NAMED(reg_handshake_type, 254, 2, "message_hash"),
    UNKNOWN(reg_handshake_type, 7, 2),
    UNKNOWN(reg_handshake_type, 255, 2),

    NAMED(reg_ssl2_message, 0, 2, "error"),
    NAMED(reg_ssl2_message, 4, 2, "server_hello"),
    NAMED(reg_ssl2_message, 8, 2, "client_certificate"),
    UNKNOWN(reg_ssl2_message, 9, 2),

    NAMED(reg_alert_level, 1, 2, "warning"),
    NAMED(reg_alert_level, 2, 2, "fatal"),
    UNKNOWN(reg_alert_level, 0, 2),
    UNKNOWN(reg_alert_level, 3, 2),

    NAMED(reg_alert, 0, 2, "close_notify"),
    NAMED(reg_alert, 21, 2, "decryption_failed"),
    NAMED(reg_alert, 40, 2, "handshake_failure"),
    NAMED(reg_alert, 41, 2, "no_certificate"),
    NAMED(reg_alert, 86, 2, "inappropriate_fallback"),
    NAMED(reg_alert, 120, 2, "no_application_protocol"),
    NAMED(reg_alert, 121, 2, "ech_required"),
    UNKNOWN(reg_alert, 9, 2),
    UNKNOWN(reg_alert, 255, 2),

    NAMED(reg_cipher_suite, 0x0000, 4, "TLS_NULL_WITH_NULL_NULL"),
    NAMED(reg_cipher_suite, 0x000a, 4, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
    NAMED(reg_cipher_suite, 0x001c, 4, "SSL_FORTEZZA_KEA_WITH_NULL_SHA"),
    NAMED(reg_cipher_suite, 0x001e, 4, "TLS_KRB5_WITH_DES_CBC_SHA"),
    NAMED(reg_cipher_suite, 0x0064, 4, "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA"),
    NAMED(reg_cipher_suite, 0x0084, 4, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA"),
    NAMED(reg_cipher_suite, 0x00c6, 4, "TLS_SM4_GCM_SM3"),
    NAMED(reg_cipher_suite, 0x00ff, 4, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"),
    NAMED(reg_cipher_suite, 0x1301, 4, "TLS_AES_128_GCM_SHA256"),
    NAMED(reg_cipher_suite, 0x5600, 4, "TLS_FALLBACK_SCSV"),
    NAMED(reg_cipher_suite, 0xc02f, 4, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    NAMED(reg_cipher_suite, 0xc106, 4, "TLS_GOSTR341112_256_WITH_MAGMA_MGM_S"),
    NAMED(reg_cipher_suite, 0xcc13, 4, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD"),
    NAMED(reg_cipher_suite, 0xcca8, 4, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    NAMED(reg_cipher_suite, 0xfefe, 4, "SSL_RSA_FIPS_WITH_DES_CBC_SHA"),
    NAMED(reg_cipher_suite, 0xfeff, 4, "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA"),
    UNKNOWN(reg_cipher_suite, 0x0047, 4),
    UNKNOWN(reg_cipher_suite, 0x1300, 4),
    UNKNOWN(reg_cipher_suite, 0xffff, 4),
    GREASE(reg_cipher_suite, 0x0a0a, 4),
    GREASE(reg_cipher_suite, 0x8a8a, 4),

    NAMED(reg_ssl2_cipher, 0x010080, 6, "SSL_CK_RC4_128_WITH_MD5"),
    NAMED(reg_ssl2_cipher, 0x0700c0, 6, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"),
    NAMED(reg_ssl2_cipher, 0x00000a, 6, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
    UNKNOWN(reg_ssl2_cipher, 0x090080, 6),
    GREASE(reg_ssl2_cipher, 0x00dada, 6),

    NAMED(reg_compression_method, 0, 2, "null"),
    NAMED(reg_compression_method, 1, 2, "DEFLATE"),
    NAMED(reg_compression_method, 64, 2, "LZS"),
    UNKNOWN(reg_compression_method, 2, 2),

    NAMED(reg_extension, 0, 4, "server_name"),
    NAMED(reg_extension, 10, 4, "supported_groups"),
    NAMED(reg_extension, 21, 4, "padding"),
    NAMED(reg_extension, 23, 4, "extended_main_secret"),
    NAMED(reg_extension, 34, 4, "delegated_credential"),
    NAMED(reg_extension, 35, 4, "session_ticket"),
    NAMED(reg_extension, 40, 4, "key_share_old"),
    NAMED(reg_extension, 51, 4, "key_share"),
    NAMED(reg_extension, 53, 4, "connection_id_deprecated"),
    NAMED(reg_extension, 54, 4, "connection_id"),
    NAMED(reg_extension, 13172, 4, "next_protocol_negotiation"),
    NAMED(reg_extension, 17513, 4, "application_settings_old"),
    NAMED(reg_extension, 17613, 4, "application_settings"),
    NAMED(reg_extension, 30031, 4, "channel_id_old"),
    NAMED(reg_extension, 30032, 4, "channel_id"),
    NAMED(reg_extension, 0xfd00, 4, "ech_outer_extensions"),
    NAMED(reg_extension, 0xfe0d, 4, "encrypted_client_hello"),
    NAMED(reg_extension, 0xff01, 4, "renegotiation_info"),
    NAMED(reg_extension, 0xffa5, 4, "quic_transport_parameters_draft"),
    NAMED(reg_extension, 0xffce, 4, "encrypted_server_name"),
    UNKNOWN(reg_extension, 63, 4),
    UNKNOWN(reg_extension, 0xff00, 4),
    UNKNOWN(reg_extension, 0xffff, 4),
    GREASE(reg_extension, 0x1a1a, 4),

    NAMED(reg_group, 1, 4, "sect163k1"),
    NAMED(reg_group, 23, 4, "secp256r1"),
    NAMED(reg_group, 29, 4, "x25519"),
    NAMED(reg_group, 34, 4, "GC256A"),
    NAMED(reg_group, 41, 4, "curveSM2"),
    NAMED(reg_group, 256, 4, "ffdhe2048"),
    NAMED(reg_group, 512, 4, "MLKEM512"),
    NAMED(reg_group, 0x11ec, 4, "X25519MLKEM768"),
    NAMED(reg_group, 0x4138, 4, "CECPQ2"),
    NAMED(reg_group, 0x6399, 4, "X25519Kyber768Draft00"),
    NAMED(reg_group, 0x639a, 4, "SecP256r1Kyber768Draft00"),
    NAMED(reg_group, 0xff01, 4, "arbitrary_explicit_prime_curves"),
    UNKNOWN(reg_group, 0, 4),
    UNKNOWN(reg_group, 508, 4),
    GREASE(reg_group, 0xeaea, 4),

    NAMED(reg_point_format, 0, 2, "uncompressed"),
    NAMED(reg_point_format, 2, 2, "ansiX962_compressed_char2"),
    UNKNOWN(reg_point_format, 3, 2),

    NAMED(reg_signature_scheme, 0x0101, 4, "rsa_pkcs1_md5"),
    NAMED(reg_signature_scheme, 0x0201, 4, "rsa_pkcs1_sha1"),
    NAMED(reg_signature_scheme, 0x0202, 4, "dsa_sha1"),
    NAMED(reg_signature_scheme, 0x0303, 4, "ecdsa_sha224"),
    NAMED(reg_signature_scheme, 0x0403, 4, "ecdsa_secp256r1_sha256"),
    NAMED(reg_signature_scheme, 0x0602, 4, "dsa_sha512"),
    NAMED(reg_signature_scheme, 0x0708, 4, "sm2sig_sm3"),
    NAMED(reg_signature_scheme, 0x0804, 4, "rsa_pss_rsae_sha256"),
    NAMED(reg_signature_scheme, 0x0807, 4, "ed25519"),
    NAMED(reg_signature_scheme, 0x0840, 4, "gostr34102012_256"),
    NAMED(reg_signature_scheme, 0x0905, 4, "mldsa65"),
    UNKNOWN(reg_signature_scheme, 0x0000, 4),
    UNKNOWN(reg_signature_scheme, 0x0400, 4),
    UNKNOWN(reg_signature_scheme, 0x0404, 4),
    GREASE(reg_signature_scheme, 0x7a7a, 4),

    NAMED(reg_psk_mode, 0, 2, "psk_ke"),
    NAMED(reg_psk_mode, 1, 2, "psk_dhe_ke"),
    UNKNOWN(reg_psk_mode, 2, 2),
    UNKNOWN(reg_psk_mode, 0x0a, 2),
    UNKNOWN(reg_psk_mode, 0x0c, 2),
    GREASE(reg_psk_mode, 0x0b, 2),
    GREASE(reg_psk_mode, 0x2a, 2),
    GREASE(reg_psk_mode, 0x49, 2),
    GREASE(reg_psk_mode, 0x68, 2),
    GREASE(reg_psk_mode, 0x87, 2),
    GREASE(reg_psk_mode, 0xa6, 2),
    GREASE(reg_psk_mode, 0xc5, 2),
    GREASE(reg_psk_mode, 0xe4, 2),

    NAMED(reg_certificate_compression, 1, 4, "zlib"),
    NAMED(reg_certificate_compression, 3, 4, "zstd"),
    UNKNOWN(reg_certificate_compression, 0, 4),

    NAMED(reg_certificate_type, 0, 2, "X509"),
    NAMED(reg_certificate_type, 2, 2, "RawPublicKey"),
    UNKNOWN(reg_certificate_type, 224, 2),

    NAMED(reg_certificate_status_type, 1, 2, "ocsp"),
    NAMED(reg_certificate_status_type, 2, 2, "ocsp_multi"),
    UNKNOWN(reg_certificate_status_type, 0, 2),

    NAMED(reg_client_certificate_type, 1, 2, "rsa_sign"),
    NAMED(reg_client_certificate_type, 64, 2, "ecdsa_sign"),
    NAMED(reg_client_certificate_type, 67, 2, "gost_sign256"),
    UNKNOWN(reg_client_certificate_type, 63, 2),

    NAMED(reg_curve_type, 3, 2, "named_curve"),
    UNKNOWN(reg_curve_type, 0, 2),

    NAMED(reg_name_type, 0, 2, "host_name"),
    UNKNOWN(reg_name_type, 1, 2),

    NAMED(reg_srtp_profile, 0x0001, 4, "SRTP_AES128_CM_HMAC_SHA1_80"),
    NAMED(reg_srtp_profile, 0x0008, 4, "SRTP_AEAD_AES_256_GCM"),
    UNKNOWN(reg_srtp_profile, 0x0003, 4),
    UNKNOWN(reg_srtp_profile, 0x0a0a, 4),

    NAMED(reg_token_binding_key, 2, 2, "ecdsap256"),
    UNKNOWN(reg_token_binding_key, 3, 2),

    NAMED(reg_quic_transport_parameter, 0x00, 2, "original_destination_connection_id"),
    NAMED(reg_quic_transport_parameter, 0x11, 2, "version_information"),
    NAMED(reg_quic_transport_parameter, 0x2ab2, 4, "grease_quic_bit"),
    NAMED(reg_quic_transport_parameter, 0xff04de1b, 8, "min_ack_delay"),
    UNKNOWN(reg_quic_transport_parameter, 0x12, 2),
    GREASE(reg_quic_transport_parameter, 27, 2),
    GREASE(reg_quic_transport_parameter, 27 + 31 * 1000, 4),
    GREASE(reg_quic_transport_parameter, 27u + 31u * 100000000u, 8),

    NAMED(reg_quic_version, 0x00000000, 8, "Version Negotiation"),
    NAMED(reg_quic_version, 0x00000001, 8, "QUIC v1"),
    NAMED(reg_quic_version, 0x6b3343cf, 8, "QUIC v2"),
    NAMED(reg_quic_version, 0xff00001d, 8, "QUIC draft 29"),
    NAMED(reg_quic_version, 0x51303530, 8, "Google QUIC Q050"),
    UNKNOWN(reg_quic_version, 0x00000002, 8),
    GREASE(reg_quic_version, 0x1a2a3a4a, 8),

    NAMED(reg_hpke_kem, 0x0020, 4, "DHKEM(X25519, HKDF-SHA256)"),
    UNKNOWN(reg_hpke_kem, 0x0000, 4),
    UNKNOWN(reg_hpke_kem, 0x0a0a, 4),
    NAMED(reg_hpke_kdf, 0x0001, 4, "HKDF-SHA256"),
    UNKNOWN(reg_hpke_kdf, 0x0000, 4),
    NAMED(reg_hpke_aead, 0x0003, 4, "ChaCha20Poly1305"),
    NAMED(reg_hpke_aead, 0xffff, 4, "Export-only"),
    UNKNOWN(reg_hpke_aead, 0x0004, 4),
};

static void check_code(void **state)
{
    const struct code_row *row = *state;
    struct hl_code code = row->look_up(row->id);

    assert_int_equal(code.id, row->id);
    assert_int_equal(code.digits, row->digits);
    assert_int_equal(code.grease, row->grease);
    if (row->name == NULL) {
        assert_null(code.name);
        return;
    }
    assert_non_null(code.name);
    assert_string_equal(code.name, row->name);
}

struct suite_row {
    const char *test;
    struct hl_suite suite;
};

#define FS true
#define NO_FS false
#define EXPORT true

/* All names are those that reg_cipher_suite() must give: each row also checks that the two agree. */
static const struct suite_row suite_rows[] = {
    { "TLS_NULL_WITH_NULL_NULL",
        { 0x0000, "NULL", "NULL", "NULL", "NULL", "default", 0, NO_FS, false, false } },
    { "TLS_RSA_WITH_NULL_MD5",
        { 0x0001, "RSA", "RSA", "NULL", "MD5", "default", 0, NO_FS, false, false } },
    { "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
        { 0x0003, "RSA", "RSA", "RC4_40", "MD5", "default", 40, NO_FS, false, EXPORT } },
    { "TLS_RSA_WITH_RC4_128_SHA",
        { 0x0005, "RSA", "RSA", "RC4_128", "SHA", "default", 128, NO_FS, false, false } },
    { "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5",
        { 0x0006, "RSA", "RSA", "RC2_CBC_40", "MD5", "default", 40, NO_FS, false, EXPORT } },
    { "TLS_RSA_WITH_IDEA_CBC_SHA",
        { 0x0007, "RSA", "RSA", "IDEA_CBC", "SHA", "default", 128, NO_FS, false, false } },
    { "TLS_RSA_WITH_DES_CBC_SHA",
        { 0x0009, "RSA", "RSA", "DES_CBC", "SHA", "default", 56, NO_FS, false, false } },
    { "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        { 0x000a, "RSA", "RSA", "3DES_EDE_CBC", "SHA", "default", 112, NO_FS, false, false } },
    { "TLS_DH_DSS_WITH_3DES_EDE_CBC_SHA",
        { 0x000d, "DH", "DSS", "3DES_EDE_CBC", "SHA", "default", 112, NO_FS, false, false } },
    { "TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA",
        { 0x0011, "DHE", "DSS", "DES40_CBC", "SHA", "default", 40, FS, false, EXPORT } },
    { "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5",
        { 0x0017, "DH", "anon", "RC4_40", "MD5", "default", 40, FS, false, EXPORT } },
    { "SSL_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA",
        { 0x001d, "FORTEZZA", "FORTEZZA", "FORTEZZA_CBC", "SHA", "default", 80, NO_FS, false, false } },
    { "TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA",
        { 0x0026, "KRB5", "KRB5", "DES_CBC_40", "SHA", "default", 40, NO_FS, false, EXPORT } },
    { "TLS_RSA_WITH_AES_128_CBC_SHA",
        { 0x002f, "RSA", "RSA", "AES_128_CBC", "SHA", "default", 128, NO_FS, false, false } },
    { "TLS_DH_anon_WITH_AES_128_CBC_SHA",
        { 0x0034, "DH", "anon", "AES_128_CBC", "SHA", "default", 128, FS, false, false } },
    { "TLS_RSA_WITH_NULL_SHA256",
        { 0x003b, "RSA", "RSA", "NULL", "SHA256", "SHA256", 0, NO_FS, false, false } },
    { "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA",
        { 0x0064, "RSA", "RSA", "RC4_56", "SHA", "default", 56, NO_FS, false, EXPORT } },
    { "TLS_ASCONAEAD128_SHA256",
        { 0x006f, "any", "any", "ASCONAEAD128", "AEAD", "SHA256", 128, FS, true, false } },
    { "TLS_GOSTR341001_WITH_28147_CNT_IMIT",
        { 0x0081, "GOST", "GOST", "28147_CNT", "IMIT", "GOSTR3411", 256, NO_FS, false, false } },
    { "TLS_DHE_PSK_WITH_RC4_128_SHA",
        { 0x008e, "DHE", "PSK", "RC4_128", "SHA", "default", 128, FS, false, false } },
    { "TLS_RSA_WITH_AES_256_GCM_SHA384",
        { 0x009d, "RSA", "RSA", "AES_256_GCM", "AEAD", "SHA384", 256, NO_FS, true, false } },
    { "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        { 0x009e, "DHE", "RSA", "AES_128_GCM", "AEAD", "SHA256", 128, FS, true, false } },
    { "TLS_PSK_WITH_AES_128_GCM_SHA256",
        { 0x00a8, "PSK", "PSK", "AES_128_GCM", "AEAD", "SHA256", 128, NO_FS, true, false } },
    { "TLS_RSA_PSK_WITH_AES_256_CBC_SHA384",
        { 0x00b7, "RSA", "PSK", "AES_256_CBC", "SHA384", "SHA384", 256, NO_FS, false, false } },
    { "TLS_SM4_CCM_SM3",
        { 0x00c7, "any", "any", "SM4_CCM", "AEAD", "SM3", 128, FS, true, false } },
    { "TLS_AES_256_GCM_SHA384",
        { 0x1302, "any", "any", "AES_256_GCM", "AEAD", "SHA384", 256, FS, true, false } },
    { "TLS_CHACHA20_POLY1305_SHA256",
        { 0x1303, "any", "any", "CHACHA20_POLY1305", "AEAD", "SHA256", 256, FS, true, false } },
    { "TLS_AES_128_CCM_8_SHA256",
        { 0x1305, "any", "any", "AES_128_CCM_8", "AEAD", "SHA256", 128, FS, true, false } },
    { "TLS_AEGIS_128L_SHA256",
        { 0x1307, "any", "any", "AEGIS_128L", "AEAD", "SHA256", 128, FS, true, false } },
    { "TLS_CECPQ1_ECDSA_WITH_AES_256_GCM_SHA384",
        { 0x16ba, "CECPQ1", "ECDSA", "AES_256_GCM", "AEAD", "SHA384", 256, FS, true, false } },
    { "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA",
        { 0xc00e, "ECDH", "RSA", "AES_128_CBC", "SHA", "default", 128, NO_FS, false, false } },
    { "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        { 0xc013, "ECDHE", "RSA", "AES_128_CBC", "SHA", "default", 128, FS, false, false } },
    { "TLS_ECDH_anon_WITH_NULL_SHA",
        { 0xc015, "ECDH", "anon", "NULL", "SHA", "default", 0, FS, false, false } },
    { "TLS_SRP_SHA_WITH_AES_128_CBC_SHA",
        { 0xc01d, "SRP", "SRP", "AES_128_CBC", "SHA", "default", 128, FS, false, false } },
    { "TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA",
        { 0xc022, "SRP", "DSS", "AES_256_CBC", "SHA", "default", 256, FS, false, false } },
    { "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
        { 0xc024, "ECDHE", "ECDSA", "AES_256_CBC", "SHA384", "SHA384", 256, FS, false, false } },
    { "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        { 0xc02f, "ECDHE", "RSA", "AES_128_GCM", "AEAD", "SHA256", 128, FS, true, false } },
    { "TLS_ECDHE_PSK_WITH_CAMELLIA_128_CBC_SHA256",
        { 0xc09a, "ECDHE", "PSK", "CAMELLIA_128_CBC", "SHA256", "SHA256", 128, FS, false, false } },
    { "TLS_RSA_WITH_AES_128_CCM",
        { 0xc09c, "RSA", "RSA", "AES_128_CCM", "AEAD", "SHA256", 128, NO_FS, true, false } },
    { "TLS_PSK_DHE_WITH_AES_128_CCM_8",
        { 0xc0aa, "DHE", "PSK", "AES_128_CCM_8", "AEAD", "SHA256", 128, FS, true, false } },
    { "TLS_ECCPWD_WITH_AES_256_CCM_SHA384",
        { 0xc0b3, "ECCPWD", "ECCPWD", "AES_256_CCM", "AEAD", "SHA384", 256, FS, true, false } },
    { "TLS_SHA256_SHA256",
        { 0xc0b4, "any", "any", "NULL", "SHA256", "SHA256", 0, FS, false, false } },
    { "TLS_ECJPAKE_WITH_AES_128_CCM_8",
        { 0xc0ff, "ECJPAKE", "ECJPAKE", "AES_128_CCM_8", "AEAD", "SHA256", 128, FS, true, false } },
    { "TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC",
        { 0xc100, "GOST", "GOST", "KUZNYECHIK_CTR", "OMAC", "GOSTR341112_256", 256, NO_FS, false, false } },
    { "TLS_GOSTR341112_256_WITH_MAGMA_MGM_L",
        { 0xc104, "any", "any", "MAGMA_MGM_L", "AEAD", "GOSTR341112_256", 256, FS, true, false } },
    { "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD",
        { 0xcc15, "DHE", "RSA", "CHACHA20_POLY1305", "AEAD", "SHA256", 256, FS, true, false } },
    { "ECC_SM4_CBC_SM3",
        { 0xe013, "ECC", "SM2", "SM4_CBC", "SM3", "SM3", 128, NO_FS, false, false } },
    { "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA",
        { 0xfeff, "RSA", "RSA", "3DES_EDE_CBC", "SHA", "default", 112, NO_FS, false, false } },
    { "GOST2012_NULL_GOST12",
        { 0xff87, "GOST", "GOST", "NULL", "GOSTR3411", "GOSTR341112_256", 0, NO_FS, false, false } },
};

static void check_suite(void **state)
{
    const struct suite_row *row = *state;
    const struct hl_suite *suite = reg_suite(row->suite.id);

    assert_non_null(suite);
    assert_string_equal(reg_cipher_suite(row->suite.id).name, row->test);
    assert_int_equal(suite->id, row->suite.id);
    assert_string_equal(suite->key_exchange, row->suite.key_exchange);
    assert_string_equal(suite->authentication, row->suite.authentication);
    assert_string_equal(suite->cipher, row->suite.cipher);
    assert_string_equal(suite->mac, row->suite.mac);
    assert_string_equal(suite->prf, row->suite.prf);
    assert_int_equal(suite->bits, row->suite.bits);
    assert_int_equal(suite->forward_secrecy, row->suite.forward_secrecy);
    assert_int_equal(suite->aead, row->suite.aead);
    assert_int_equal(suite->export_grade, row->suite.export_grade);
}

/* Sorted, apart, and their names exactly used up: what reg_index() relies on. */
static void check_table(void **state)
{
    const struct reg_table *table = *state;
    const struct reg_range *ranges = table->ranges;
    size_t names = 0;

    assert_non_null(table->what);
    assert_true(table->range_count > 0);
    for (size_t i = 0; i < table->range_count; i++) {
        assert_true(ranges[i].first <= ranges[i].last);
        assert_true(i == 0 || ranges[i].first > ranges[i - 1].last + 1);
        assert_int_equal(ranges[i].name, names);
        names += (size_t)ranges[i].last - ranges[i].first + 1;
    }
    assert_int_equal(names, table->name_count);
    /* Its look-up chooses the digits by the number. */
    if (table == &reg_tables[REG_QUIC_TRANSPORT_PARAMETER])
        return;
    assert_true(ranges[table->range_count - 1].last < UINT64_C(1) << 4 * table->digits);
}

/* A name says which number is meant, and is found by it. */
static void check_table_names(void **state)
{
    const struct reg_table *table = *state;
    enum reg_table_id key = (enum reg_table_id)(table - reg_tables);
    size_t position = 0;

    for (size_t i = 0; i < table->range_count; i++) {
        for (uint32_t n = 0; n <= table->ranges[i].last - table->ranges[i].first; n++, position++) {
            uint32_t id = table->ranges[i].first + n, found = ~id;
            size_t index = table->name_count;

            assert_true(strlen(table->names[position]) > 0);
            assert_null(strstr(table->names[position], "RESERVED"));
            assert_null(strstr(table->names[position], "Unassigned"));
            assert_true(reg_index(key, id, &index));
            assert_int_equal(index, position);
            assert_true(reg_find(key, span_of(table->names[position]), &found));
            assert_int_equal(found, id);
        }
    }
}

/* Over all numbers of 16 bits no more is found than the tables hold. */
static void every_suite_number(void **state)
{
    (void)state;
    size_t named = 0, grease = 0, meant = 0;

    for (uint32_t id = 0; id <= 0xffff; id++) {
        struct hl_code code = reg_cipher_suite((uint16_t)id);
        const struct hl_suite *suite = reg_suite((uint16_t)id);

        named += code.name != NULL;
        grease += code.grease;
        meant += suite != NULL;
        assert_false(code.grease && code.name != NULL);
        assert_true(suite == NULL || (code.name != NULL && suite->id == id));
    }
    assert_int_equal(named, reg_tables[REG_CIPHER_SUITE].name_count);
    assert_int_equal(grease, 16);
    assert_int_equal(meant, reg_suite_count - 2); /* all but the two signalling values */
}

static void suite_columns_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < reg_suite_count; i++) {
        const struct hl_suite *suite = &reg_suites[i];

        if (suite->key_exchange == NULL)
            continue;
        assert_int_equal(suite->aead, strcmp(suite->mac, "AEAD") == 0);
        assert_int_equal(suite->bits == 0, strcmp(suite->cipher, "NULL") == 0);
        assert_true(!suite->export_grade || suite->bits < 64);
        assert_true(suite->bits <= 256);
        assert_false(suite->aead && strcmp(suite->prf, "default") == 0);
    }
}

static void suites_without_meaning(void **state)
{
    (void)state;
    assert_null(reg_suite(0x00ff)); /* TLS_EMPTY_RENEGOTIATION_INFO_SCSV */
    assert_null(reg_suite(0x5600)); /* TLS_FALLBACK_SCSV */
    assert_null(reg_suite(0x0a0a)); /* GREASE */
    assert_null(reg_suite(0x1300)); /* unassigned */
    assert_null(reg_suite(0xffff));
}

static void grease16(void **state)
{
    (void)state;
    size_t count = 0;

    for (uint32_t id = 0; id <= 0xffff; id++)
        count += is_grease16((uint16_t)id);
    assert_int_equal(count, 16);
    assert_true(is_grease16(0x0a0a));
    assert_true(is_grease16(0xfafa));
    assert_false(is_grease16(0x1a2a));
    assert_false(is_grease16(0x0b0b));
}

static void grease_of_other_widths(void **state)
{
    (void)state;
    size_t modes = 0;

    for (unsigned id = 0; id <= 0xff; id++)
        modes += is_grease_psk_mode((uint8_t)id);
    assert_int_equal(modes, 8);
    assert_true(is_grease_alpn(span_of("\x1a\x1a")));
    assert_false(is_grease_alpn(span_of("\x1a\x2a")));
    assert_false(is_grease_alpn(span_of("\x1a\x1a\x1a")));
    assert_false(is_grease_alpn((struct hl_span){ NULL, 0 }));
    assert_true(is_grease_quic_parameter(31 * UINT64_C(100000000000000000) + 27));
    assert_false(is_grease_quic_parameter(31 * UINT64_C(100000000000000000) + 28));
    assert_true(is_grease_quic_version(0xfafafafa));
    assert_false(is_grease_quic_version(0xfafafafb));
}

static void find_by_name(void **state)
{
    (void)state;
    uint32_t id = 7;

    assert_true(reg_find(REG_CIPHER_SUITE, span_of("tls_aes_128_gcm_sha256"), &id));
    assert_int_equal(id, 0x1301);
    assert_true(reg_find(REG_EXTENSION, span_of("connection_id"), &id));
    assert_int_equal(id, 54);
    id = 7;
    assert_false(reg_find(REG_CIPHER_SUITE, span_of("TLS_AES_128_GCM"), &id));
    assert_false(reg_find(REG_CIPHER_SUITE, (struct hl_span){ NULL, 0 }, &id));
    assert_false(reg_find(REG_ALERT, span_of("TLS_AES_128_GCM_SHA256"), &id));
    assert_int_equal(id, 7);
}

struct alpn_row {
    const char *test;
    const char *name;
    const char *description;
};

static const struct alpn_row alpn_rows[] = {
    { "ALPN h2", "h2", "HTTP/2 over TLS" },
    { "ALPN h2c", "h2c", "HTTP/2 over TCP" },
    { "ALPN http/1.1", "http/1.1", "HTTP/1.1" },
    { "ALPN h3", "h3", "HTTP/3" },
    { "ALPN h3-29", "h3-29", "HTTP/3 draft 29" },
    { "ALPN spdy/3.1", "spdy/3.1", "SPDY/3.1" },
    { "ALPN xmpp-server", "xmpp-server", "XMPP jabber:server namespace" },
    { "ALPN acme-tls/1", "acme-tls/1", "acme-tls/1" },
    { "ALPN c-webrtc", "c-webrtc", "Confidential WebRTC Media and Data" },
    { "ALPN dot", "dot", "DNS-over-TLS" },
    { "ALPN h", "h", NULL },
    { "ALPN H2", "H2", NULL },
    { "ALPN http/1", "http/1", NULL },
    { "ALPN empty", "", NULL },
    { "ALPN zzz", "zzz", NULL },
    { "ALPN beyond ASCII", "\xff\xff", NULL },
    { "ALPN GREASE", "\x1a\x1a", NULL },
};

static void check_alpn(void **state)
{
    const struct alpn_row *row = *state;
    const char *description = reg_alpn(span_of(row->name));

    if (row->description == NULL) {
        assert_null(description);
        return;
    }
    assert_non_null(description);
    assert_string_equal(description, row->description);
}

static void alpn_is_sorted(void **state)
{
    (void)state;
    assert_true(reg_alpn_count > 30);
    for (size_t i = 1; i < reg_alpn_count; i++)
        assert_true(strcmp(reg_alpns[i - 1].name, reg_alpns[i].name) < 0);
    for (size_t i = 0; i < reg_alpn_count; i++)
        assert_ptr_equal(reg_alpn(span_of(reg_alpns[i].name)), reg_alpns[i].description);
}

/* The bytes of a name come without a NUL, and may hold one. */
static void alpn_bytes(void **state)
{
    (void)state;
    uint8_t *exact = malloc(2);

    assert_non_null(exact);
    memcpy(exact, "h2", 2);
    assert_string_equal(reg_alpn((struct hl_span){ exact, 2 }), "HTTP/2 over TLS");
    free(exact);
    assert_null(reg_alpn((struct hl_span){ (const uint8_t *)"h2\0", 3 }));
    assert_null(reg_alpn((struct hl_span){ NULL, 0 }));
}

static const struct CMUnitTest single_tests[] = {
    cmocka_unit_test(every_suite_number),
    cmocka_unit_test(suite_columns_agree),
    cmocka_unit_test(suites_without_meaning),
    cmocka_unit_test(grease16),
    cmocka_unit_test(grease_of_other_widths),
    cmocka_unit_test(find_by_name),
    cmocka_unit_test(alpn_is_sorted),
    cmocka_unit_test(alpn_bytes),
};

/* cmocka hands the row over as a plain pointer; no check writes to it. */
static struct CMUnitTest row_test(const char *name, CMUnitTestFunction check, const void *row)
{
    return (struct CMUnitTest){ name, check, NULL, NULL, (void *)(uintptr_t)row };
}

int main(void)
{
    enum {
        TESTS = 2 * REG_TABLES + COUNT(code_rows) + COUNT(suite_rows) + COUNT(alpn_rows) +
                COUNT(single_tests)
    };
    static struct CMUnitTest tests[TESTS];
    size_t n = 0;

    for (size_t i = 0; i < REG_TABLES; i++) {
        tests[n++] = row_test(reg_tables[i].what, check_table, &reg_tables[i]);
        tests[n++] = row_test(reg_tables[i].what, check_table_names, &reg_tables[i]);
    }
    for (size_t i = 0; i < COUNT(code_rows); i++)
        tests[n++] = row_test(code_rows[i].test, check_code, &code_rows[i]);
    for (size_t i = 0; i < COUNT(suite_rows); i++)
        tests[n++] = row_test(suite_rows[i].test, check_suite, &suite_rows[i]);
    for (size_t i = 0; i < COUNT(alpn_rows); i++)
        tests[n++] = row_test(alpn_rows[i].test, check_alpn, &alpn_rows[i]);
    for (size_t i = 0; i < COUNT(single_tests); i++)
        tests[n++] = single_tests[i];
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
