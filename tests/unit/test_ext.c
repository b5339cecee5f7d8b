/* Every extension: what a walk of it shows, and where a malformed one breaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "registry/registry.h"
#include "support/walk_check.h"
#include "support/walk_text.h"
#include "wire/ext/ext.h"

#define CH EXT_CLIENT_HELLO
#define SH EXT_SERVER_HELLO
#define HRR EXT_HELLO_RETRY_REQUEST
#define EE EXT_ENCRYPTED_EXTENSIONS
#define CT EXT_CERTIFICATE
#define CR EXT_CERTIFICATE_REQUEST
#define NST EXT_NEW_SESSION_TICKET

#define VALID HL_FAULT_NONE, NULL, 0

struct row {
    const char *name;
    uint16_t id;
    enum hl_ext_place place;
    const char *hex;
    const char *text; /* without id, name, length, and fault */
    enum hl_fault_kind kind;
    const char *field;
    size_t offset;
};

static const struct row rows[] = {
    { "server_name", 0, CH,
      "000e 00 000b 6578616d706c652e636f6d",
      "server_name:\"example.com\"", VALID },
    { "server_name in an answer", 0, SH,
      "",
      "", VALID },
    { "server_name: two names", 0, CH,
      "000c 00 0003 612e62 01 0003 786d70",
      "server_name:\"a.b\",server_names:[{name_type:host_name,name:\"a.b\"},"
      "{name_type:unknown(0x01),name:\"xmp\"}]", VALID },
    { "server_name: only another type", 0, CH,
      "0006 05 0003 786d70",
      "server_names:[{name_type:unknown(0x05),name:\"xmp\"}]", VALID },
    { "server_name empty in a ClientHello", 0, CH,
      "",
      "", HL_FAULT_OVERRUN, "server_name_list", 0 },
    { "server_name: empty list", 0, CH,
      "0000",
      "", HL_FAULT_BOUNDS, "server_name_list", 2 },
    { "server_name: empty name", 0, CH,
      "0003 00 0000",
      "", HL_FAULT_BOUNDS, "host_name", 5 },
    { "server_name: runs past the list", 0, CH,
      "0005 00 0003 6162",
      "", HL_FAULT_OVERRUN, "host_name", 5 },
    { "server_name: second one broken", 0, CH,
      "0009 00 0003 612e62 00 0009",
      "server_name:\"a.b\"", HL_FAULT_OVERRUN, "host_name", 11 },
    { "server_name: an answer that is not empty", 0, EE,
      "0000",
      "", HL_FAULT_TRAILING, "server_name", 0 },
    { "max_fragment_length", 1, CH,
      "02",
      "max_fragment_length:1024", VALID },
    { "max_fragment_length: no such code", 1, CH,
      "05",
      "", HL_FAULT_VALUE, "max_fragment_length", 0 },
    { "max_fragment_length: bytes after it", 1, CH,
      "0102",
      "max_fragment_length:512", HL_FAULT_TRAILING, "max_fragment_length", 1 },
    { "client_certificate_url", 2, CH,
      "",
      "", VALID },
    { "client_certificate_url: not empty", 2, CH,
      "00",
      "", HL_FAULT_TRAILING, "client_certificate_url", 0 },
    { "trusted_ca_keys", 3, CH,
      "001f 00 01 000102030405060708090a0b0c0d0e0f10111213 02 0006 3004310030aa",
      "trusted_authorities:[{identifier_type:pre_agreed},{identifier_type:key_sha1_hash,"
      "sha1_hash:<000102030405060708090a0b0c0d0e0f10111213>},{identifier_type:x509_name,"
      "distinguished_name:<3004310030aa>}]", VALID },
    { "trusted_ca_keys in an answer", 3, SH,
      "",
      "", VALID },
    { "trusted_ca_keys: unknown type", 3, CH,
      "0003 00 09 00",
      "trusted_authorities:[{identifier_type:pre_agreed},{identifier_type:unknown(0x09)}]",
      HL_FAULT_VALUE, "identifier_type", 3 },
    { "trusted_ca_keys: short hash", 3, CH,
      "0003 01 0000",
      "trusted_authorities:[{identifier_type:key_sha1_hash}]", HL_FAULT_OVERRUN, "sha1_hash", 3 },
    { "truncated_hmac", 4, SH,
      "",
      "", VALID },
    { "status_request", 5, CH,
      "01 0000 0000",
      "status_type:ocsp,responder_ids:[],request_extensions:<>", VALID },
    { "status_request: responders and extensions", 5, CH,
      "01 0005 0003 a10102 0002 3000",
      "status_type:ocsp,responder_ids:[<a10102>],request_extensions:<3000>", VALID },
    { "status_request: another type", 5, CH,
      "07 1234",
      "status_type:unknown(0x07),data:<1234>", VALID },
    { "status_request in an answer", 5, SH,
      "",
      "", VALID },
    { "status_request in a CertificateRequest", 5, CR,
      "",
      "", VALID },
    { "status_request with a certificate", 5, CT,
      "01 000003 300100",
      "status_type:ocsp,ocsp_response:<300100>", VALID },
    { "status_request with a certificate: empty response", 5, CT,
      "01 000000",
      "status_type:ocsp", HL_FAULT_BOUNDS, "ocsp_response", 4 },
    { "status_request: empty responder", 5, CH,
      "01 0002 0000 0000",
      "status_type:ocsp,responder_ids:[]", HL_FAULT_BOUNDS, "responder_id", 5 },
    { "status_request: no extensions", 5, CH,
      "01 0000",
      "status_type:ocsp,responder_ids:[]", HL_FAULT_OVERRUN, "request_extensions", 3 },
    { "user_mapping", 6, CH,
      "02 40 01",
      "user_mapping_types:[upn_domain_hint,unknown(0x01)]", VALID },
    { "user_mapping: empty list", 6, CH,
      "00",
      "", HL_FAULT_BOUNDS, "user_mapping_types", 1 },
    { "client_authz", 7, CH,
      "02 00 03",
      "formats:[x509_attr_cert,saml_assertion_url]", VALID },
    { "server_authz", 8, SH,
      "01 01",
      "formats:[saml_assertion]", VALID },
    { "server_authz: list too long", 8, SH,
      "02 01",
      "", HL_FAULT_OVERRUN, "authz_format_list", 1 },
    { "cert_type", 9, CH,
      "02 01 00",
      "certificate_types:[OpenPGP,X509]", VALID },
    { "cert_type in an answer", 9, SH,
      "01",
      "certificate_type:OpenPGP", VALID },
    { "cert_type: nothing", 9, SH,
      "",
      "", HL_FAULT_OVERRUN, "certificate_type", 0 },
    { "supported_groups", 10, CH,
      "0008 1a1a 001d 0017 11ec",
      "groups:[GREASE(0x1a1a),x25519,secp256r1,X25519MLKEM768]", VALID },
    { "supported_groups: empty list", 10, CH,
      "0000",
      "", HL_FAULT_BOUNDS, "named_group_list", 2 },
    { "supported_groups: odd list", 10, CH,
      "0003 001d 00",
      "groups:[x25519]", HL_FAULT_OVERRUN, "named_group", 4 },
    { "supported_groups: bytes after the list", 10, CH,
      "0002 001d 00",
      "groups:[x25519]", HL_FAULT_TRAILING, "supported_groups", 4 },
    { "supported_groups: list too long", 10, CH,
      "0004 001d",
      "", HL_FAULT_OVERRUN, "named_group_list", 2 },
    { "supported_groups: half a length", 10, CH,
      "00",
      "", HL_FAULT_OVERRUN, "named_group_list", 0 },
    { "ec_point_formats", 11, CH,
      "03 00 01 02",
      "formats:[uncompressed,ansiX962_compressed_prime,ansiX962_compressed_char2]", VALID },
    { "ec_point_formats: empty list", 11, CH,
      "00",
      "", HL_FAULT_BOUNDS, "ec_point_format_list", 1 },
    { "srp", 12, CH,
      "05 616c696365",
      "srp_i:\"alice\"", VALID },
    { "srp: no name", 12, CH,
      "00",
      "", HL_FAULT_BOUNDS, "srp_i", 1 },
    { "signature_algorithms", 13, CH,
      "0006 0403 0804 eeee",
      "schemes:[ecdsa_secp256r1_sha256,rsa_pss_rsae_sha256,gostr34102012_256_gostr34112012_256]",
      VALID },
    { "signature_algorithms: odd list", 13, CH,
      "0003 0403 08",
      "schemes:[ecdsa_secp256r1_sha256]", HL_FAULT_OVERRUN, "signature_scheme", 4 },
    { "use_srtp", 14, CH,
      "0004 0001 0007 00",
      "profiles:[SRTP_AES128_CM_HMAC_SHA1_80,SRTP_AEAD_AES_128_GCM],srtp_mki:<>", VALID },
    { "use_srtp: with an MKI", 14, SH,
      "0002 0007 02 abcd",
      "profiles:[SRTP_AEAD_AES_128_GCM],srtp_mki:<abcd>", VALID },
    { "use_srtp: no MKI", 14, SH,
      "0002 0007",
      "profiles:[SRTP_AEAD_AES_128_GCM]", HL_FAULT_OVERRUN, "srtp_mki", 4 },
    { "heartbeat", 15, CH,
      "01",
      "mode:peer_allowed_to_send", VALID },
    { "heartbeat: no such mode", 15, CH,
      "03",
      "mode:unknown(0x03)", HL_FAULT_VALUE, "mode", 0 },
    { "ALPN", 16, CH,
      "000c 02 6832 08 687474702f312e31",
      "protocols:[\"h2\",\"http/1.1\"]", VALID },
    { "ALPN: GREASE and bytes", 16, CH,
      "0006 02 0a0a 02 80ff",
      "protocols:[\"GREASE (0x0a0a)\",\"\\ufffd\\ufffd\"]", VALID },
    { "ALPN: answer", 16, EE,
      "0003 02 6832",
      "protocols:[\"h2\"]", VALID },
    { "ALPN: answer with two names", 16, SH,
      "0006 02 6832 02 6833",
      "protocols:[\"h2\",\"h3\"]", HL_FAULT_VALUE, "protocol_name_list", 8 },
    { "ALPN: empty name", 16, CH,
      "0004 00 026832",
      "protocols:[]", HL_FAULT_BOUNDS, "protocol_name", 3 },
    { "ALPN: name runs past the list", 16, CH,
      "0006 02 6832 05 6832",
      "protocols:[\"h2\"]", HL_FAULT_OVERRUN, "protocol_name", 6 },
    { "ALPN: empty", 16, CH,
      "",
      "", HL_FAULT_OVERRUN, "protocol_name_list", 0 },
    { "status_request_v2", 17, CH,
      "000e 02 0004 0000 0000 01 0004 0000 0000",
      "requests:[{status_type:ocsp_multi,responder_ids:[],request_extensions:<>},"
      "{status_type:ocsp,responder_ids:[],request_extensions:<>}]", VALID },
    { "status_request_v2: another type", 17, CH,
      "0005 07 0002 abcd",
      "requests:[{status_type:unknown(0x07),data:<abcd>}]", VALID },
    { "status_request_v2: bytes in an item", 17, CH,
      "0008 01 0005 0000 0000 ff",
      "requests:[{status_type:ocsp,responder_ids:[],request_extensions:<>}]",
      HL_FAULT_TRAILING, "certificate_status_request_item", 9 },
    { "signed_certificate_timestamp", 18, CH,
      "",
      "", VALID },
    { "signed_certificate_timestamp: list", 18, CT,
      "003a 0031 00 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f "
      "0000018bcfe56800 0000 0403 0002 aabb 0005 07 01020304",
      "scts:[{version:0,"
      "log_id:<000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f>,"
      "timestamp_ms:1700000000000,extensions:<>,scheme:ecdsa_secp256r1_sha256,"
      "signature:<aabb>},{version:7,data:<01020304>}]", VALID },
    { "signed_certificate_timestamp: later than can be", 18, CT,
      "002b 0029 00 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f "
      "ffffffffffffffff",
      "scts:[{version:0,"
      "log_id:<000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f>,"
      "timestamp_ms:null}]", HL_FAULT_OVERRUN, "extensions", 45 },
    { "signed_certificate_timestamp: bytes in an SCT", 18, SH,
      "0032 0030 00 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f "
      "0000018bcfe56800 0000 0403 0000 ff",
      "scts:[{version:0,"
      "log_id:<000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f>,"
      "timestamp_ms:1700000000000,extensions:<>,scheme:ecdsa_secp256r1_sha256,signature:<>}]",
      HL_FAULT_TRAILING, "serialized_sct", 51 },
    { "client_certificate_type", 19, CH,
      "02 02 00",
      "certificate_types:[RawPublicKey,X509]", VALID },
    { "server_certificate_type", 20, EE,
      "02",
      "certificate_type:RawPublicKey", VALID },
    { "padding", 21, CH,
      "00000000",
      "", VALID },
    { "padding: not zero", 21, CH,
      "000001",
      "", HL_FAULT_VALUE, "padding", 2 },
    { "encrypt_then_mac", 22, CH,
      "",
      "", VALID },
    { "extended_main_secret", 23, SH,
      "",
      "", VALID },
    { "extended_main_secret: not empty", 23, SH,
      "00",
      "", HL_FAULT_TRAILING, "extended_main_secret", 0 },
    { "token_binding", 24, CH,
      "00 0d 02 02 01",
      "major:0,minor:13,key_parameters:[ecdsap256,rsa2048_pss]", VALID },
    { "token_binding: no keys", 24, CH,
      "00 0d 00",
      "major:0,minor:13", HL_FAULT_BOUNDS, "key_parameters_list", 3 },
    { "cached_info", 25, CH,
      "0007 01 02 aabb 02 01 cc",
      "cached_objects:[{type:cert,hash_value:<aabb>},{type:cert_req,hash_value:<cc>}]", VALID },
    { "cached_info in an answer", 25, SH,
      "0001 01",
      "cached_info:[cert]", VALID },
    { "cached_info: empty hash", 25, CH,
      "0002 01 00",
      "cached_objects:[{type:cert}]", HL_FAULT_BOUNDS, "hash_value", 4 },
    { "tls_lts", 26, CH,
      "0102",
      "data:<0102>", VALID },
    { "compress_certificate", 27, CH,
      "04 0002 0003",
      "algorithms:[brotli,zstd]", VALID },
    { "compress_certificate: odd list", 27, CH,
      "03 0002 00",
      "algorithms:[brotli]", HL_FAULT_OVERRUN, "algorithm", 3 },
    { "record_size_limit", 28, CH,
      "4001",
      "record_size_limit:16385", VALID },
    { "record_size_limit: too small", 28, CH,
      "003f",
      "record_size_limit:63", HL_FAULT_VALUE, "record_size_limit", 0 },
    { "pwd_protect", 29, CH,
      "02 beef",
      "pwd_name:<beef>", VALID },
    { "pwd_clear", 30, CH,
      "02 beef",
      "pwd_name:<beef>", VALID },
    { "pwd_clear: no name", 30, CH,
      "00",
      "", HL_FAULT_BOUNDS, "pwd_name", 1 },
    { "ticket_pinning", 32, CH,
      "0002 aabb",
      "ticket:<aabb>", VALID },
    { "ticket_pinning in an answer", 32, EE,
      "01 cc 0002 aabb 00000e10",
      "proof:<cc>,ticket:<aabb>,lifetime:3600", VALID },
    { "ticket_pinning: no lifetime", 32, EE,
      "01 cc 0002 aabb",
      "proof:<cc>,ticket:<aabb>", HL_FAULT_OVERRUN, "lifetime", 6 },
    { "tls_cert_with_extern_psk", 33, CH,
      "",
      "", VALID },
    { "delegated_credential", 34, CH,
      "0002 0403",
      "schemes:[ecdsa_secp256r1_sha256]", VALID },
    { "delegated_credential with a certificate", 34, CT,
      "00015180 0403 000002 3000 0804 0003 010203",
      "valid_time:86400,dc_cert_verify_algorithm:ecdsa_secp256r1_sha256,"
      "subject_public_key_info:<3000>,algorithm:rsa_pss_rsae_sha256,signature:<010203>", VALID },
    { "delegated_credential: no signature", 34, CT,
      "00015180 0403 000002 3000 0804",
      "valid_time:86400,dc_cert_verify_algorithm:ecdsa_secp256r1_sha256,"
      "subject_public_key_info:<3000>,algorithm:rsa_pss_rsae_sha256",
      HL_FAULT_OVERRUN, "signature", 13 },
    { "session_ticket", 35, CH,
      "",
      "", VALID },
    { "session_ticket: one", 35, CH,
      "a0a1a2",
      "ticket:<a0a1a2>", VALID },
    { "session_ticket: an answer that is not empty", 35, SH,
      "00",
      "", HL_FAULT_TRAILING, "session_ticket", 0 },
    { "supported_ekt_ciphers", 39, CH,
      "02 00 01",
      "ciphers:[AESKW128,AESKW256]", VALID },
    { "supported_ekt_ciphers in an answer", 39, SH,
      "01",
      "selected_cipher:AESKW256", VALID },
    { "key_share_old", 40, CH,
      "0006 001d 0002 aabb",
      "shares:[{group:x25519,length:2,key_exchange:<aabb>}]", VALID },
    { "pre_shared_key", 41, CH,
      "000a 0004 70736b31 01020304 0021 20 "
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      "identities:[{length:4,identity:<70736b31>,obfuscated_ticket_age:16909060}],"
      "binders:[<000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f>]", VALID },
    { "pre_shared_key in an answer", 41, SH,
      "0001",
      "selected_identity:1", VALID },
    { "pre_shared_key: no age", 41, CH,
      "0007 0005 70736b3131",
      "identities:[{length:5,identity:<70736b3131>}]",
      HL_FAULT_OVERRUN, "obfuscated_ticket_age", 9 },
    { "pre_shared_key: no binders", 41, CH,
      "000a 0004 70736b31 01020304",
      "identities:[{length:4,identity:<70736b31>,obfuscated_ticket_age:16909060}]",
      HL_FAULT_OVERRUN, "binders", 12 },
    { "pre_shared_key: short binder", 41, CH,
      "000a 0004 70736b31 01020304 0021 1f "
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      "identities:[{length:4,identity:<70736b31>,obfuscated_ticket_age:16909060}],binders:[]",
      HL_FAULT_BOUNDS, "binder", 15 },
    { "early_data", 42, CH,
      "",
      "", VALID },
    { "early_data in a ticket", 42, NST,
      "ffffffff",
      "max_early_data_size:4294967295", VALID },
    { "early_data in a ticket: empty", 42, NST,
      "",
      "", HL_FAULT_OVERRUN, "max_early_data_size", 0 },
    { "supported_versions", 43, CH,
      "08 5a5a 0304 0303 7f1c",
      "versions:[GREASE(0x5a5a),TLS 1.3,TLS 1.2,TLS 1.3 draft 28]", VALID },
    { "supported_versions in an answer", 43, SH,
      "0304",
      "version:TLS 1.3", VALID },
    { "supported_versions: odd list", 43, CH,
      "03 0304 03",
      "versions:[TLS 1.3]", HL_FAULT_OVERRUN, "protocol_version", 3 },
    { "supported_versions: a list in an answer", 43, SH,
      "02 0304",
      "version:unknown(0x0203)", HL_FAULT_TRAILING, "supported_versions", 2 },
    { "supported_versions: empty list", 43, CH,
      "00",
      "", HL_FAULT_BOUNDS, "versions", 1 },
    { "cookie", 44, HRR,
      "0003 c0c1c2",
      "cookie:<c0c1c2>", VALID },
    { "cookie: empty", 44, CH,
      "0000",
      "", HL_FAULT_BOUNDS, "cookie", 2 },
    { "psk_key_exchange_modes", 45, CH,
      "03 01 00 2a",
      "modes:[psk_dhe_ke,psk_ke,GREASE(0x2a)]", VALID },
    { "psk_key_exchange_modes: empty list", 45, CH,
      "00",
      "", HL_FAULT_BOUNDS, "ke_modes", 1 },
    { "ticket_early_data_info", 46, NST,
      "00004000",
      "max_early_data_size:16384", VALID },
    { "certificate_authorities", 47, CR,
      "0008 0002 3000 0002 3100",
      "authorities:[<3000>,<3100>]", VALID },
    { "certificate_authorities: empty", 47, CH,
      "0000",
      "", HL_FAULT_BOUNDS, "authorities", 2 },
    { "oid_filters", 48, CR,
      "0009 03 551d25 0003 300130",
      "filters:[{certificate_extension_oid:<551d25>,certificate_extension_values:<300130>}]",
      VALID },
    { "oid_filters: empty OID", 48, CR,
      "0003 00 0000",
      "filters:[{}]", HL_FAULT_BOUNDS, "certificate_extension_oid", 3 },
    { "post_handshake_auth", 49, CH,
      "",
      "", VALID },
    { "signature_algorithms_cert", 50, CH,
      "0002 0807",
      "schemes:[ed25519]", VALID },
    { "key_share", 51, CH,
      "000b 1a1a 0001 00 001d 0002 aabb",
      "shares:[{group:GREASE(0x1a1a),length:1,key_exchange:<00>},{group:x25519,length:2,"
      "key_exchange:<aabb>}]", VALID },
    { "key_share: none yet", 51, CH,
      "0000",
      "shares:[]", VALID },
    { "key_share in an answer", 51, SH,
      "001d 0002 aabb",
      "share:{group:x25519,length:2,key_exchange:<aabb>}", VALID },
    { "key_share in a retry", 51, HRR,
      "0017",
      "selected_group:secp256r1", VALID },
    { "key_share: empty key", 51, CH,
      "0004 001d 0000",
      "shares:[{group:x25519}]", HL_FAULT_BOUNDS, "key_exchange", 6 },
    { "key_share: key runs past the list", 51, CH,
      "0009 1a1a 0001 00 001d 0020",
      "shares:[{group:GREASE(0x1a1a),length:1,key_exchange:<00>},{group:x25519}]",
      HL_FAULT_OVERRUN, "key_exchange", 11 },
    { "key_share: an answer without key", 51, SH,
      "001d",
      "share:{group:x25519}", HL_FAULT_OVERRUN, "key_exchange", 2 },
    { "transparency_info", 52, CH,
      "",
      "", VALID },
    { "transparency_info: list", 52, CT,
      "001b 0014 0102 02 2a03 0000018bcfe56800 0000 0003 aabbcc 0003 0104 ff",
      "trans_items:[{versioned_type:x509_sct_v2,log_id:<2a03>,timestamp_ms:1700000000000,"
      "sct_extensions:<>,signature:<aabbcc>},{versioned_type:signed_tree_head_v2,data:<ff>}]",
      VALID },
    { "transparency_info: short log id", 52, CT,
      "0006 0004 0102 01 2a",
      "trans_items:[{versioned_type:x509_sct_v2}]", HL_FAULT_BOUNDS, "log_id", 7 },
    { "connection_id_deprecated", 53, CH,
      "02 c1c2",
      "cid:<c1c2>", VALID },
    { "connection_id", 54, SH,
      "00",
      "cid:<>", VALID },
    { "connection_id: runs past the end", 54, SH,
      "05 c1",
      "", HL_FAULT_OVERRUN, "cid", 1 },
    { "external_id_hash", 55, CH,
      "02 abcd",
      "binding_hash:<abcd>", VALID },
    { "external_id_hash: too long", 55, CH,
      "21",
      "", HL_FAULT_BOUNDS, "binding_hash", 1 },
    { "external_session_id", 56, CH,
      "14 000102030405060708090a0b0c0d0e0f10111213",
      "session_id:<000102030405060708090a0b0c0d0e0f10111213>", VALID },
    { "external_session_id: too short", 56, CH,
      "01 00",
      "", HL_FAULT_BOUNDS, "session_id", 1 },
    { "quic_transport_parameters", 57, CH,
      "01 02 7530 0c 00 0f 02 abcd 1b 01 00 7129 03 512f31 11 0c 00000001 1a2a3a4a 6b3343cf "
      "80ff73db 04 00000001",
      "parameters:[{id:1,name:\"max_idle_timeout\",length:2,value:13616},{id:12,"
      "name:\"disable_active_migration\",length:0},{id:15,"
      "name:\"initial_source_connection_id\",length:2,data:<abcd>},{id:27,name:\"GREASE "
      "(0x1b)\",grease:true,length:1,data:<00>},{id:12585,name:\"user_agent\",length:3,"
      "text:\"Q/1\"},{id:17,name:\"version_information\",length:12,chosen_version:QUIC v1,"
      "available_versions:[GREASE(0x1a2a3a4a),QUIC v2]},{id:16741339,"
      "name:\"version_information_draft\",length:4,chosen_version:QUIC v1,"
      "available_versions:[]}]", VALID },
    { "quic_transport_parameters of a server", 57, EE,
      "02 10 000102030405060708090a0b0c0d0e0f 0d 2b c0000201 01bb "
      "20010db8000000000000000000000001 01bb 02 c1c2 101112131415161718191a1b1c1d1e1f "
      "c000000100000003 01 ff",
      "parameters:[{id:2,name:\"stateless_reset_token\",length:16,"
      "data:<000102030405060708090a0b0c0d0e0f>},{id:13,name:\"preferred_address\",length:43,"
      "ipv4_address:<c0000201>,ipv4_port:443,ipv6_address:<20010db8000000000000000000000001>,"
      "ipv6_port:443,connection_id:<c1c2>,"
      "stateless_reset_token:<101112131415161718191a1b1c1d1e1f>},{id:4294967299,name:\"unknown "
      "(0x100000003)\",length:1,data:<ff>}]", VALID },
    { "quic_transport_parameters: GREASE of 62 bits", 57, CH,
      "fffffffffffffff8 00",
      "parameters:[{id:4611686018427387896,name:\"GREASE (0x3ffffffffffffff8)\",grease:true,"
      "length:0,data:<>}]", VALID },
    { "quic_transport_parameters: none", 57, CH,
      "",
      "parameters:[]", VALID },
    { "quic_transport_parameters: value runs past the end", 57, CH,
      "01 04 7530",
      "parameters:[{id:1,name:\"max_idle_timeout\",length:4}]",
      HL_FAULT_OVERRUN, "transport_parameter_value", 2 },
    { "quic_transport_parameters: half a number", 57, CH,
      "01 02 75",
      "parameters:[{id:1,name:\"max_idle_timeout\",length:2}]",
      HL_FAULT_OVERRUN, "transport_parameter_value", 2 },
    { "quic_transport_parameters: number longer than its value", 57, CH,
      "04 01 80 05 01 10",
      "parameters:[{id:4,name:\"initial_max_data\",length:1}]",
      HL_FAULT_OVERRUN, "initial_max_data", 2 },
    { "quic_transport_parameters: bytes after a number", 57, CH,
      "04 02 0505",
      "parameters:[{id:4,name:\"initial_max_data\",length:2,value:5}]",
      HL_FAULT_TRAILING, "transport_parameter_value", 3 },
    { "quic_transport_parameters: datagrams too small", 57, CH,
      "03 02 44af",
      "parameters:[{id:3,name:\"max_udp_payload_size\",length:2,value:1199}]",
      HL_FAULT_VALUE, "max_udp_payload_size", 2 },
    { "quic_transport_parameters: acknowledged too late", 57, CH,
      "0b 04 80004000",
      "parameters:[{id:11,name:\"max_ack_delay\",length:4,value:16384}]",
      HL_FAULT_VALUE, "max_ack_delay", 2 },
    { "quic_transport_parameters: connection id too long", 57, CH,
      "0f 15 000102030405060708090a0b0c0d0e0f1011121314",
      "parameters:[{id:15,name:\"initial_source_connection_id\",length:21}]",
      HL_FAULT_VALUE, "connection_id", 2 },
    { "quic_transport_parameters: short token", 57, EE,
      "02 02 abcd",
      "parameters:[{id:2,name:\"stateless_reset_token\",length:2}]",
      HL_FAULT_OVERRUN, "stateless_reset_token", 2 },
    { "quic_transport_parameters: flag with a value", 57, CH,
      "0c 01 00",
      "parameters:[{id:12,name:\"disable_active_migration\",length:1}]",
      HL_FAULT_TRAILING, "transport_parameter_value", 2 },
    { "quic_transport_parameters: version 0", 57, CH,
      "11 04 00000000",
      "parameters:[{id:17,name:\"version_information\",length:4,chosen_version:Version "
      "Negotiation,available_versions:[]}]", HL_FAULT_VALUE, "chosen_version", 2 },
    { "ticket_request", 58, CH,
      "02 01",
      "new_session_count:2,resumption_count:1", VALID },
    { "ticket_request in an answer", 58, EE,
      "02",
      "expected_count:2", VALID },
    { "ticket_request: one count", 58, CH,
      "02",
      "new_session_count:2", HL_FAULT_OVERRUN, "resumption_count", 1 },
    { "dnssec_chain", 59, CH,
      "01bb",
      "port_number:443", VALID },
    { "dnssec_chain with a certificate", 59, CT,
      "0018 0003 aabbcc",
      "ext_support_lifetime:24,authentication_chain:<aabbcc>", VALID },
    { "dnssec_chain: no chain", 59, CT,
      "0018 0000",
      "ext_support_lifetime:24", HL_FAULT_BOUNDS, "authentication_chain", 4 },
    { "rrc", 61, CH,
      "",
      "", VALID },
    { "tls_flags", 62, CH,
      "02 01 81",
      "flags:[0,8,15]", VALID },
    { "tls_flags: run past the end", 62, CH,
      "02 01",
      "", HL_FAULT_OVERRUN, "flags", 1 },
    { "an extension without decoder", 63, CH,
      "0102",
      "data:<0102>", VALID },
    { "an extension without decoder, empty", 63, CH,
      "",
      "", VALID },
    { "GREASE", 0xdada, CH,
      "00",
      "data:<00>", VALID },
    { "ecjpake_key_kkpp", 0x0100, CH,
      "01a1 01a2 01a3 01b1 01b2 01b3",
      "key_kp_pair:[{x:<a1>,v:<a2>,r:<a3>},{x:<b1>,v:<b2>,r:<b3>}]", VALID },
    { "ecjpake_key_kkpp: one pair", 0x0100, CH,
      "01a1 01a2 01a3",
      "key_kp_pair:[{x:<a1>,v:<a2>,r:<a3>},{}]", HL_FAULT_OVERRUN, "x", 6 },
    { "next_protocol_negotiation", 13172, CH,
      "",
      "", VALID },
    { "next_protocol_negotiation in an answer", 13172, SH,
      "06 737064792f33 02 6832",
      "protocols:[\"spdy/3\",\"h2\"]", VALID },
    { "next_protocol_negotiation: name runs past the end", 13172, SH,
      "06 7370",
      "protocols:[]", HL_FAULT_OVERRUN, "protocol_name", 1 },
    { "application_settings_old", 17513, CH,
      "0003 02 6832",
      "protocols:[\"h2\"]", VALID },
    { "application_settings", 17613, EE,
      "0000ff",
      "settings:<0000ff>", VALID },
    { "application_settings: empty list", 17613, CH,
      "0000",
      "", HL_FAULT_BOUNDS, "supported_protocols", 2 },
    { "channel_id_old", 30031, CH,
      "",
      "", VALID },
    { "channel_id", 30032, SH,
      "",
      "", VALID },
    { "trust_anchors", 0xca34, CH,
      "0006 02 8101 02 8102",
      "trust_anchors:[<8101>,<8102>]", VALID },
    { "trust_anchors with a certificate", 0xca34, CT,
      "",
      "", VALID },
    { "trust_anchors: empty id", 0xca34, CH,
      "0001 00",
      "trust_anchors:[]", HL_FAULT_BOUNDS, "trust_anchor_id", 3 },
    { "ech_outer_extensions", 0xfd00, CH,
      "04 000a 0033",
      "outer_extensions:[supported_groups,key_share]", VALID },
    { "ech_outer_extensions: odd list", 0xfd00, CH,
      "03 000a 00",
      "outer_extensions:[supported_groups]", HL_FAULT_OVERRUN, "extension_type", 3 },
    { "encrypted_client_hello", 0xfe0d, CH,
      "00 0001 0003 2a 0002 e0e1 0003 010203",
      "type:outer,cipher_suite:{kdf_id:HKDF-SHA256,aead_id:ChaCha20Poly1305},config_id:42,"
      "enc:<e0e1>,payload:<010203>", VALID },
    { "encrypted_client_hello: inner", 0xfe0d, CH,
      "01",
      "type:inner", VALID },
    { "encrypted_client_hello in a retry", 0xfe0d, HRR,
      "0001020304050607",
      "confirmation:<0001020304050607>", VALID },
    { "encrypted_client_hello: configurations", 0xfe0d, EE,
      "0026 fe0d 001b 2a 0020 0002 aabb 0004 0001 0001 40 04 612e6262 0006 fa01 0002 abcd fe0a "
      "0003 010203",
      "retry_configs:[{version:RFC 9849,length:27,config_id:42,kem_id:DHKEM(X25519, "
      "HKDF-SHA256),public_key:<aabb>,cipher_suites:[{kdf_id:HKDF-SHA256,aead_id:AES-128-GCM}],"
      "maximum_name_length:64,public_name:\"a.bb\",extensions:[{type:64001,data:<abcd>}]},"
      "{version:unknown(0xfe0a),length:3,data:<010203>}]", VALID },
    { "encrypted_client_hello: no such type", 0xfe0d, CH,
      "02 00",
      "type:unknown(0x02)", HL_FAULT_VALUE, "type", 0 },
    { "encrypted_client_hello: empty payload", 0xfe0d, CH,
      "00 0001 0003 2a 0000 0000",
      "type:outer,cipher_suite:{kdf_id:HKDF-SHA256,aead_id:ChaCha20Poly1305},config_id:42,"
      "enc:<>", HL_FAULT_BOUNDS, "payload", 10 },
    { "encrypted_client_hello: short confirmation", 0xfe0d, HRR,
      "00010203",
      "", HL_FAULT_OVERRUN, "confirmation", 0 },
    { "encrypted_client_hello: bytes in a configuration", 0xfe0d, EE,
      "0019 fe0d 0015 2a 0020 0002 aabb 0004 0001 0001 40 01 61 0000 ffffff",
      "retry_configs:[{version:RFC 9849,length:21,config_id:42,kem_id:DHKEM(X25519, "
      "HKDF-SHA256),public_key:<aabb>,cipher_suites:[{kdf_id:HKDF-SHA256,aead_id:AES-128-GCM}],"
      "maximum_name_length:64,public_name:\"a\",extensions:[]}]",
      HL_FAULT_TRAILING, "ech_config_contents", 24 },
    { "renegotiation_info", 0xff01, CH,
      "00",
      "renegotiated_connection:<>", VALID },
    { "renegotiation_info: verify_data", 0xff01, CH,
      "0c 000102030405060708090a0b",
      "renegotiated_connection:<000102030405060708090a0b>", VALID },
    { "renegotiation_info: empty", 0xff01, CH,
      "",
      "", HL_FAULT_OVERRUN, "renegotiated_connection", 0 },
    { "quic_transport_parameters_draft", 0xffa5, CH,
      "01 02 7530 0c 00",
      "parameters:[{id:1,name:\"max_idle_timeout\",length:2,value:13616},{id:12,"
      "name:\"disable_active_migration\",length:0}]", VALID },
    { "quic_transport_parameters_draft: two-byte numbers", 0xffa5, CH,
      "000a 0001 0002 7530 000c 0000",
      "parameters:[{id:1,name:\"max_idle_timeout\",length:2,value:13616},{id:12,"
      "name:\"disable_active_migration\",length:0}]", VALID },
    { "quic_transport_parameters_draft: value runs past the end", 0xffa5, CH,
      "0006 0001 0004 7530",
      "parameters:[{id:1,name:\"max_idle_timeout\",length:4}]",
      HL_FAULT_OVERRUN, "transport_parameter_value", 6 },
    { "encrypted_server_name", 0xffce, CH,
      "1301 001d 0002 aabb 0001 cc 0002 ddee",
      "suite:TLS_AES_128_GCM_SHA256,group:x25519,key_exchange:<aabb>,record_digest:<cc>,"
      "encrypted_sni:<ddee>", VALID },
    { "encrypted_server_name in an answer", 0xffce, EE,
      "000102030405060708090a0b0c0d0e0f",
      "nonce:<000102030405060708090a0b0c0d0e0f>", VALID },
    { "encrypted_server_name: no name", 0xffce, CH,
      "1301 001d 0002 aabb 0001 cc",
      "suite:TLS_AES_128_GCM_SHA256,group:x25519,key_exchange:<aabb>,record_digest:<cc>",
      HL_FAULT_OVERRUN, "encrypted_sni", 11 },
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static void put_start(struct hl_buffer *out, const struct row *row, size_t length)
{
    struct hl_code code = reg_extension(row->id);

    buf_printf(out, "{id:%u,name:\"", row->id);
    if (code.name != NULL)
        buf_string(out, code.name);
    else
        buf_printf(out, "%s (0x%04x)", code.grease ? "GREASE" : "unknown", row->id);
    buf_printf(out, "\"%s,length:%zu", code.grease ? ",grease:true" : "", length);
    buf_printf(out, "%s%s", row->text[0] != '\0' ? "," : "", row->text);
    if (row->kind != HL_FAULT_NONE)
        buf_printf(out, ",fault:{kind:\"%s\",field:\"%s\",offset:%zu,",
                   hl_fault_kind_name(row->kind), row->field, row->offset);
    else
        buf_char(out, '}');
    buf_char(out, '\0');
}

/* A walk over the body alone. */
static void check_row(void **state)
{
    const struct row *row = *state;
    size_t length;
    uint8_t *body = unhex(row->hex, &length);
    struct hl_buffer expected;
    struct walk_text walk;

    buf_init(&expected, 1 << 16);
    put_start(&expected, row, length);
    walk_text_init(&walk);
    bool ok = ext_walk(row->id, (struct hl_span){ body, length }, 0, row->place, &walk.visitor);
    const char *text = walk_text_string(&walk);
    assert_int_equal(ok, row->kind == HL_FAULT_NONE);
    if (strncmp(text, (const char *)expected.data, expected.len - 1) != 0)
        assert_string_equal(text, (const char *)expected.data); /* which shows both */
    if (ok)
        assert_int_equal(strlen(text), expected.len - 1);
    assert_int_equal(ext_walk(row->id, (struct hl_span){ body, length }, 0, row->place, NULL), ok);
    walk_text_cleanup(&walk);
    buf_cleanup(&expected);
    free(body);
}

/* A list with the row's extension in it, as it stands in a message. */
static size_t as_list(const struct row *row, uint8_t *list, size_t size)
{
    size_t length;
    uint8_t *body = unhex(row->hex, &length);

    assert_true(length + 4 <= size);
    list[0] = (uint8_t)(row->id >> 8);
    list[1] = (uint8_t)row->id;
    list[2] = (uint8_t)(length >> 8);
    list[3] = (uint8_t)length;
    memcpy(list + 4, body, length);
    free(body);
    return length + 4;
}

static void walk_prefix(const struct row *row, const uint8_t *list, size_t cut, bool known_cut)
{
    uint8_t *exact = exact_copy(list, cut);
    struct walk_text walk;
    struct hl_fault fault;
    struct hl_span bytes = { exact, cut };
    struct hl_reader r = known_cut ? rd_init_cut(bytes, &fault) : rd_init(bytes, &fault);

    walk_text_init(&walk);
    ext_walk_list(&r, row->place, NULL, &walk.visitor);
    bool ok = rd_end(&r, "extensions");
    assert_int_equal(ok, cut == 0 && !known_cut);
    if (!ok) {
        assert_int_equal(fault.kind, HL_FAULT_TRUNCATED);
        assert_true(fault.offset <= cut);
    }
    /* The two forms of this one cannot be told apart without its end. */
    const char *own = strstr(walk_text_string(&walk), "fault:");
    if (own != NULL && row->id != 0xffa5)
        assert_non_null(strstr(own, "kind:\"truncated\""));
    walk_text_cleanup(&walk);
    free(exact);
}

static void every_prefix(void **state)
{
    uint8_t list[1024];

    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].kind != HL_FAULT_NONE)
            continue;
        size_t length = as_list(&rows[i], list, sizeof list);
        for (size_t cut = 0; cut < length; cut++) {
            walk_prefix(&rows[i], list, cut, false);
            walk_prefix(&rows[i], list, cut, true);
        }
    }
}

/* A body may be cut where it is still one; then it is only walked. */
static void every_prefix_of_a_body(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        size_t length;
        uint8_t *body = unhex(rows[i].hex, &length);

        for (size_t cut = 0; cut < length; cut++) {
            uint8_t *exact = exact_copy(body, cut);
            struct walk_check check;

            walk_check_init(&check, true);
            (void)ext_walk(rows[i].id, (struct hl_span){ exact, cut }, 0, rows[i].place,
                           &check.visitor);
            walk_check_finish(&check);
            free(exact);
        }
        free(body);
    }
}

static void assert_list(const char *hex, const char *expected, enum hl_fault_kind kind,
                        size_t offset)
{
    size_t length;
    uint8_t *list = unhex(hex, &length);
    struct walk_text walk;
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ list, length }, &fault);

    walk_text_init(&walk);
    ext_walk_list(&r, EXT_CLIENT_HELLO, "extensions", &walk.visitor);
    (void)!rd_end(&r, "extensions");
    assert_string_equal(walk_text_string(&walk), expected);
    assert_int_equal(fault.kind, kind);
    assert_int_equal(fault.offset, offset);
    walk_text_cleanup(&walk);
    free(list);
}

static void lists(void **state)
{
    (void)state;
    assert_list("", "extensions:[]", HL_FAULT_NONE, 0);
    /* A broken one does not stop the others; its fault counts from the start of the message. */
    assert_list("002d 0001 05 0017 0000",
                "extensions:[{id:45,name:\"psk_key_exchange_modes\",length:1,"
                "fault:{kind:\"overrun\",field:\"ke_modes\",offset:5,need:5,have:0}},"
                "{id:23,name:\"extended_main_secret\",length:0}]",
                HL_FAULT_NONE, 0);
    assert_list("0017 0000 000a 0008 0002",
                "extensions:[{id:23,name:\"extended_main_secret\",length:0},"
                "{id:10,name:\"supported_groups\",length:8}]",
                HL_FAULT_TRUNCATED, 8);
    assert_list("0017 0000 00", "extensions:[{id:23,name:\"extended_main_secret\",length:0}]",
                HL_FAULT_TRUNCATED, 4);
}

static void faults_count_from_the_message(void **state)
{
    static const uint8_t body[] = { 5 };
    struct walk_text walk;

    (void)state;
    walk_text_init(&walk);
    assert_false(ext_walk(45, (struct hl_span){ body, 1 }, 100, EXT_CLIENT_HELLO, &walk.visitor));
    assert_non_null(strstr(walk_text_string(&walk), "offset:101"));
    walk_text_cleanup(&walk);
}

static void the_table_is_sorted(void **state)
{
    size_t found = 0;

    (void)state;
    for (unsigned id = 0; id <= UINT16_MAX; id++) {
        const struct hl_ext_row *row = ext_row((uint16_t)id);

        if (row == NULL)
            continue;
        assert_int_equal(row->id, id);
        assert_true(row->messages != 0);
        assert_true(row->decode != NULL);
        assert_non_null(reg_extension(row->id).name);
        found++;
    }
    for (size_t i = 0; i < found; i++) /* the bisection reaches every row */
        assert_int_equal(ext_row(ext_row(0)[i].id) - ext_row(0), i);
    assert_true(found > 60);
}

int main(void)
{
    struct CMUnitTest tests[ROWS + 5] = {
        cmocka_unit_test(every_prefix),
        cmocka_unit_test(every_prefix_of_a_body),
        cmocka_unit_test(lists),
        cmocka_unit_test(faults_count_from_the_message),
        cmocka_unit_test(the_table_is_sorted),
    };

    for (size_t i = 0; i < ROWS; i++)
        tests[5 + i] = (struct CMUnitTest){ .name = rows[i].name,
                                            .test_func = check_row,
                                            .initial_state = (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("ext", tests, NULL, NULL);
}
