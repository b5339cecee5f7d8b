/* Every handshake message but the hellos: what a walk of it shows, where a malformed one breaks,
 * and what the typed parsers take out of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/walk_text.h"
#include "wire/certificate.h"
#include "wire/key_exchange.h"
#include "wire/message.h"

#define VALID HL_FAULT_NONE, NULL, 0

struct row {
    const char *name;
    uint8_t type;
    uint16_t version, cipher_suite;
    const char *hex;
    const char *text; /* without fault */
    enum hl_fault_kind kind;
    const char *field;
    size_t offset;
};

static const struct row rows[] = {
    { "hello_request", 0, 0x0303, 0x0000,
      "",
      "", VALID },
    { "hello_request: not empty", 0, 0x0303, 0x0000,
      "00",
      "", HL_FAULT_TRAILING, "hello_request", 0 },
    { "hello_verify_request", 3, 0x0000, 0x0000,
      "feff 04 c0c1c2c3",
      "server_version:DTLS 1.0,cookie:<c0c1c2c3>", VALID },
    { "hello_verify_request: cookie too long", 3, 0x0000, 0x0000,
      "feff 04 c0c1c2",
      "server_version:DTLS 1.0", HL_FAULT_TRUNCATED, "cookie", 3 },
    { "new_session_ticket", 4, 0x0303, 0x0000,
      "00000e10 0003 a0a1a2",
      "ticket_lifetime_hint:3600,ticket:<a0a1a2>", VALID },
    { "new_session_ticket of TLS 1.3", 4, 0x0304, 0x1301,
      "00000e10 01020304 01 00 0003 a0a1a2 0008 002a 0004 00004000",
      "ticket_lifetime:3600,ticket_age_add:16909060,ticket_nonce:<00>,ticket:<a0a1a2>,"
      "extensions:[{id:42,name:\"early_data\",length:4,max_early_data_size:16384}]", VALID },
    { "new_session_ticket of nobody knows what", 4, 0x0000, 0x0000,
      "00000e10 01020304 00 0001 a0 0000",
      "ticket_lifetime:3600,ticket_age_add:16909060,ticket_nonce:<>,ticket:<a0>,extensions:[]",
      VALID },
    { "new_session_ticket of nobody knows what, without nonce", 4, 0x0000, 0x0000,
      "00000e10 0001 a0",
      "ticket_lifetime_hint:3600,ticket:<a0>", VALID },
    { "new_session_ticket of TLS 1.3: no ticket", 4, 0x0304, 0x1301,
      "00000e10 01020304 00 0000 0000",
      "ticket_lifetime:3600,ticket_age_add:16909060,ticket_nonce:<>",
      HL_FAULT_BOUNDS, "ticket", 11 },
    { "new_session_ticket: no length", 4, 0x0303, 0x0000,
      "00000e10",
      "ticket_lifetime_hint:3600", HL_FAULT_TRUNCATED, "ticket", 4 },
    { "end_of_early_data", 5, 0x0304, 0x0000,
      "",
      "", VALID },
    { "hello_retry_request of draft 18", 6, 0x0000, 0x0000,
      "7f12 0006 0028 0002 0017",
      "server_version:TLS 1.3 draft 18,extensions:[{id:40,name:\"key_share_old\",length:2,"
      "selected_group:secp256r1}]", VALID },
    { "hello_retry_request of draft 20", 6, 0x0000, 0x0000,
      "7f14 1301 0006 0028 0002 0017",
      "server_version:TLS 1.3 draft 20,cipher_suite:TLS_AES_128_GCM_SHA256,extensions:[{id:40,"
      "name:\"key_share_old\",length:2,selected_group:secp256r1}]", VALID },
    { "hello_retry_request: no extensions", 6, 0x0000, 0x0000,
      "7f12 0000",
      "server_version:TLS 1.3 draft 18", HL_FAULT_BOUNDS, "extensions", 4 },
    { "encrypted_extensions", 8, 0x0304, 0x1301,
      "000d 0010 0005 0003 026832 0000 0000",
      "extensions:[{id:16,name:\"application_layer_protocol_negotiation\",length:5,"
      "protocols:[\"h2\"]},{id:0,name:\"server_name\",length:0}]", VALID },
    { "encrypted_extensions: none", 8, 0x0304, 0x1301,
      "0000",
      "extensions:[]", VALID },
    { "encrypted_extensions: one is broken", 8, 0x0304, 0x1301,
      "000b 001c 0001 40 2a2a 0002 abcd",
      "extensions:[{id:28,name:\"record_size_limit\",length:1,fault:{kind:\"overrun\","
      "field:\"record_size_limit\",offset:6,need:2,have:1}},{id:10794,name:\"GREASE (0x2a2a)\","
      "grease:true,length:2,data:<abcd>}]", VALID },
    { "encrypted_extensions: one is too long", 8, 0x0304, 0x1301,
      "000a 0000 0000 001c 0004 4001",
      "extensions:[{id:0,name:\"server_name\",length:0},{id:28,name:\"record_size_limit\","
      "length:4}]", HL_FAULT_OVERRUN, "extension_data", 10 },
    { "encrypted_extensions: half a header", 8, 0x0304, 0x1301,
      "0003 001c 00",
      "extensions:[]", HL_FAULT_OVERRUN, "extension_data", 4 },
    { "request_connection_id", 9, 0x0304, 0x1301,
      "02",
      "num_cids:2", VALID },
    { "new_connection_id", 10, 0x0304, 0x1301,
      "0004 02 c1c2 00 01",
      "cids:[<c1c2>,<>],usage:cid_spare", VALID },
    { "certificate", 11, 0x0303, 0xc02f,
      "00000b 000003 300100 000002 3000",
      "certificates:[{length:3,data:<300100>},{length:2,data:<3000>}]", VALID },
    { "certificate: none", 11, 0x0303, 0xc02f,
      "000000",
      "certificates:[]", VALID },
    { "certificate of TLS 1.3: half an extension", 11, 0x0304, 0x1301,
      "00 000010 000003 300100 0000 000002 3000 0001 00",
      "certificate_request_context:<>,certificates:[{length:3,data:<300100>,extensions:[]},"
      "{length:2,data:<3000>,extensions:[]}]", HL_FAULT_OVERRUN, "extension_type", 19 },
    { "certificate of TLS 1.3: extensions", 11, 0x0304, 0x1301,
      "02 abcd 000014 000003 300100 000c 0005 0008 01 000004 30020500",
      "certificate_request_context:<abcd>,certificates:[{length:3,data:<300100>,"
      "extensions:[{id:5,name:\"status_request\",length:8,status_type:ocsp,"
      "ocsp_response:<30020500>}]}]", VALID },
    { "certificate: raw public key", 11, 0x0303, 0xc02f,
      "000006 3004 01020304",
      "certificates:[{length:6,data:<300401020304>}]", VALID },
    { "certificate of nobody knows what", 11, 0x0000, 0x0000,
      "000005 000002 3000",
      "certificates:[{length:2,data:<3000>}]", VALID },
    { "certificate of TLS 1.3 or so", 11, 0x0000, 0x0000,
      "00 000007 000002 3000 0000",
      "certificate_request_context:<>,certificates:[{length:2,data:<3000>,extensions:[]}]", VALID },
    { "certificate: empty one", 11, 0x0303, 0xc02f,
      "000003 000000",
      "certificates:[{length:0}]", HL_FAULT_BOUNDS, "cert_data", 6 },
    { "certificate: runs past the list", 11, 0x0303, 0xc02f,
      "00000b 000003 300100 000004 3000",
      "certificates:[{length:3,data:<300100>},{length:4}]", HL_FAULT_OVERRUN, "cert_data", 12 },
    { "certificate: list runs past the end", 11, 0x0303, 0xc02f,
      "00000b 000003 300100",
      "", HL_FAULT_TRUNCATED, "certificate_list", 3 },
    { "certificate: bytes after the list", 11, 0x0303, 0xc02f,
      "000005 000002 3000 00",
      "certificates:[{length:2,data:<3000>}]", HL_FAULT_TRAILING, "certificate", 8 },
    { "server_key_exchange: ECDHE", 12, 0x0303, 0xc02f,
      "03 001d 04 b0b1b2b3 0804 0003 d0d1d2",
      "curve_type:named_curve,group:x25519,public_key:<b0b1b2b3>,scheme:rsa_pss_rsae_sha256,"
      "signature:<d0d1d2>", VALID },
    { "server_key_exchange: ECDHE before TLS 1.2", 12, 0x0302, 0xc013,
      "03 0017 04 b0b1b2b3 0003 d0d1d2",
      "curve_type:named_curve,group:secp256r1,public_key:<b0b1b2b3>,signature:<d0d1d2>", VALID },
    { "server_key_exchange: ECDH_anon", 12, 0x0303, 0xc018,
      "03 0017 02 b0b1",
      "curve_type:named_curve,group:secp256r1,public_key:<b0b1>", VALID },
    { "server_key_exchange: explicit prime", 12, 0x0301, 0xc013,
      "01 01 17 01 0a 01 0b 02 0405 01 13 01 01 02 b0b1 0001 d0",
      "curve_type:explicit_prime,prime_p:<17>,a:<0a>,b:<0b>,base:<0405>,order:<13>,"
      "cofactor:<01>,public_key:<b0b1>,signature:<d0>", VALID },
    { "server_key_exchange: explicit trinomial", 12, 0x0301, 0xc013,
      "02 00a3 01 01 07 01 0a 01 0b 02 0405 01 13 01 01 02 b0b1 0001 d0",
      "curve_type:explicit_char2,m:163,basis:ec_basis_trinomial,k:<07>,a:<0a>,b:<0b>,"
      "base:<0405>,order:<13>,cofactor:<01>,public_key:<b0b1>,signature:<d0>", VALID },
    { "server_key_exchange: explicit pentanomial", 12, 0x0301, 0xc013,
      "02 00a3 02 01 03 01 06 01 07 01 0a 01 0b 02 0405 01 13 01 01 02 b0b1 0001 d0",
      "curve_type:explicit_char2,m:163,basis:ec_basis_pentanomial,k1:<03>,k2:<06>,k3:<07>,"
      "a:<0a>,b:<0b>,base:<0405>,order:<13>,cofactor:<01>,public_key:<b0b1>,signature:<d0>",
      VALID },
    { "server_key_exchange: no such basis", 12, 0x0301, 0xc013,
      "02 00a3 03 01 07",
      "curve_type:explicit_char2,m:163,basis:unknown(0x03)", HL_FAULT_VALUE, "basis", 3 },
    { "server_key_exchange: no such curve type", 12, 0x0303, 0xc02f,
      "04 001d 01 b0",
      "curve_type:unknown(0x04)", HL_FAULT_VALUE, "curve_type", 0 },
    { "server_key_exchange: empty point", 12, 0x0303, 0xc02f,
      "03 001d 00 0804 0000",
      "curve_type:named_curve,group:x25519", HL_FAULT_BOUNDS, "public_key", 4 },
    { "server_key_exchange: no signature", 12, 0x0303, 0xc02f,
      "03 001d 01 b0",
      "curve_type:named_curve,group:x25519,public_key:<b0>", HL_FAULT_TRUNCATED, "scheme", 5 },
    { "server_key_exchange: bytes after the signature", 12, 0x0303, 0xc02f,
      "03 001d 01 b0 0804 0001 d0 00",
      "curve_type:named_curve,group:x25519,public_key:<b0>,scheme:rsa_pss_rsae_sha256,"
      "signature:<d0>", HL_FAULT_TRAILING, "server_key_exchange", 10 },
    { "server_key_exchange: DHE", 12, 0x0303, 0x009e,
      "0003 001234 0001 02 0002 b0b1 0401 0001 d0",
      "dh_p:<001234>,dh_bits:13,dh_g:<02>,dh_ys:<b0b1>,scheme:rsa_pkcs1_sha256,signature:<d0>",
      VALID },
    { "server_key_exchange: DH_anon", 12, 0x0301, 0x0018,
      "0002 ffff 0001 02 0002 b0b1",
      "dh_p:<ffff>,dh_bits:16,dh_g:<02>,dh_ys:<b0b1>", VALID },
    { "server_key_exchange: empty prime", 12, 0x0303, 0x009e,
      "0000 0001 02",
      "", HL_FAULT_BOUNDS, "dh_p", 2 },
    { "server_key_exchange: RSA export", 12, 0x0301, 0x0003,
      "0002 8001 0001 03 0001 d0",
      "rsa_modulus:<8001>,rsa_bits:16,rsa_exponent:<03>,signature:<d0>", VALID },
    { "server_key_exchange: PSK", 12, 0x0303, 0x008c,
      "0004 68696e74",
      "psk_identity_hint:\"hint\"", VALID },
    { "server_key_exchange: RSA_PSK", 12, 0x0303, 0x0094,
      "0000",
      "psk_identity_hint:\"\"", VALID },
    { "server_key_exchange: DHE_PSK", 12, 0x0303, 0x00aa,
      "0000 0001 17 0001 02 0001 05",
      "psk_identity_hint:\"\",dh_p:<17>,dh_bits:5,dh_g:<02>,dh_ys:<05>", VALID },
    { "server_key_exchange: ECDHE_PSK", 12, 0x0303, 0xc035,
      "0001 68 03 001d 01 b0",
      "psk_identity_hint:\"h\",curve_type:named_curve,group:x25519,public_key:<b0>", VALID },
    { "server_key_exchange: SRP", 12, 0x0302, 0xc01d,
      "0001 17 0001 02 02 5a5b 0001 05",
      "srp_n:<17>,dh_bits:5,srp_g:<02>,srp_s:<5a5b>,srp_b:<05>", VALID },
    { "server_key_exchange: SRP_RSA", 12, 0x0303, 0xc01e,
      "0001 17 0001 02 02 5a5b 0001 05 0401 0001 d0",
      "srp_n:<17>,dh_bits:5,srp_g:<02>,srp_s:<5a5b>,srp_b:<05>,scheme:rsa_pkcs1_sha256,"
      "signature:<d0>", VALID },
    { "server_key_exchange: ECJPAKE", 12, 0x0303, 0xc0ff,
      "03 0017 01b0 01b1 01b2",
      "curve_type:named_curve,group:secp256r1,x:<b0>,v:<b1>,r:<b2>", VALID },
    { "server_key_exchange: ECCPWD", 12, 0x0303, 0xc0b0,
      "02 5a5b 03 0017 01b0 01b1",
      "salt:<5a5b>,curve_type:named_curve,group:secp256r1,element:<b0>,scalar:<b1>", VALID },
    { "server_key_exchange: TLCP", 12, 0x0101, 0xe013,
      "0003 d0d1d2",
      "signature:<d0d1d2>", VALID },
    { "server_key_exchange: KRB5 has none", 12, 0x0301, 0x001e,
      "abcd",
      "data:<abcd>", VALID },
    { "server_key_exchange: unknown suite, a curve", 12, 0x0000, 0x0000,
      "03 001d 01 b0 0804 0001 d0",
      "curve_type:named_curve,group:x25519,public_key:<b0>,scheme:rsa_pss_rsae_sha256,"
      "signature:<d0>", VALID },
    { "server_key_exchange: unknown suite, numbers", 12, 0x0000, 0x0000,
      "0002 ffff 0001 02 0001 b0 0001 d0",
      "dh_p:<ffff>,dh_bits:16,dh_g:<02>,dh_ys:<b0>,signature:<d0>", VALID },
    { "server_key_exchange: unknown suite", 12, 0x0303, 0x0000,
      "abcdef",
      "data:<abcdef>", VALID },
    { "certificate_request", 13, 0x0303, 0xc02f,
      "02 01 40 0004 0403 0401 0004 0002 3000",
      "certificate_types:[rsa_sign,ecdsa_sign],schemes:[ecdsa_secp256r1_sha256,"
      "rsa_pkcs1_sha256],certificate_authorities:[<3000>]", VALID },
    { "certificate_request before TLS 1.2", 13, 0x0301, 0xc013,
      "01 01 0004 0002 3000",
      "certificate_types:[rsa_sign],certificate_authorities:[<3000>]", VALID },
    { "certificate_request of TLS 1.3", 13, 0x0304, 0x1301,
      "00 0008 000d 0004 0002 0403",
      "certificate_request_context:<>,extensions:[{id:13,name:\"signature_algorithms\","
      "length:4,schemes:[ecdsa_secp256r1_sha256]}]", VALID },
    { "certificate_request of nobody knows what: TLS 1.2", 13, 0x0000, 0x0000,
      "01 01 0002 0403 0000",
      "certificate_types:[rsa_sign],schemes:[ecdsa_secp256r1_sha256],certificate_authorities:[]",
      VALID },
    { "certificate_request of nobody knows what: TLS 1.0", 13, 0x0000, 0x0000,
      "01 01 0004 0002 3000",
      "certificate_types:[rsa_sign],certificate_authorities:[<3000>]", VALID },
    { "certificate_request of nobody knows what: TLS 1.3", 13, 0x0000, 0x0000,
      "00 0008 000d 0004 0002 0403",
      "certificate_request_context:<>,extensions:[{id:13,name:\"signature_algorithms\","
      "length:4,schemes:[ecdsa_secp256r1_sha256]}]", VALID },
    { "certificate_request: no types", 13, 0x0303, 0x0000,
      "00 0002 0403 0000",
      "", HL_FAULT_BOUNDS, "certificate_types", 1 },
    { "certificate_request: empty name", 13, 0x0303, 0x0000,
      "01 01 0002 0403 0002 0000",
      "certificate_types:[rsa_sign],schemes:[ecdsa_secp256r1_sha256],certificate_authorities:[]",
      HL_FAULT_BOUNDS, "distinguished_name", 10 },
    { "certificate_request of TLS 1.3: no extensions", 13, 0x0304, 0x1301,
      "00 0000",
      "certificate_request_context:<>", HL_FAULT_BOUNDS, "extensions", 3 },
    { "server_hello_done", 14, 0x0303, 0x0000,
      "",
      "", VALID },
    { "server_hello_done: not empty", 14, 0x0303, 0x0000,
      "00",
      "", HL_FAULT_TRAILING, "server_hello_done", 0 },
    { "certificate_verify", 15, 0x0304, 0x1301,
      "0804 0003 d0d1d2",
      "scheme:rsa_pss_rsae_sha256,signature:<d0d1d2>", VALID },
    { "certificate_verify before TLS 1.2", 15, 0x0302, 0xc013,
      "0003 d0d1d2",
      "signature:<d0d1d2>", VALID },
    { "certificate_verify of nobody knows what", 15, 0x0000, 0x0000,
      "0403 0003 d0d1d2",
      "scheme:ecdsa_secp256r1_sha256,signature:<d0d1d2>", VALID },
    { "certificate_verify of nobody knows what, bare", 15, 0x0000, 0x0000,
      "0003 d0d1d2",
      "signature:<d0d1d2>", VALID },
    { "certificate_verify: signature runs past the end", 15, 0x0303, 0x0000,
      "0403 0004 d0d1d2",
      "scheme:ecdsa_secp256r1_sha256", HL_FAULT_TRUNCATED, "signature", 4 },
    { "client_key_exchange: RSA", 16, 0x0303, 0x009c,
      "0003 e0e1e2",
      "encrypted_pre_master_secret:<e0e1e2>", VALID },
    { "client_key_exchange: RSA of SSL 3", 16, 0x0300, 0x0005,
      "e0e1e2",
      "encrypted_pre_master_secret:<e0e1e2>", VALID },
    { "client_key_exchange: RSA of nobody knows what", 16, 0x0000, 0x0005,
      "e0e1e2",
      "encrypted_pre_master_secret:<e0e1e2>", VALID },
    { "client_key_exchange: DHE", 16, 0x0303, 0x009e,
      "0003 b0b1b2",
      "dh_yc:<b0b1b2>", VALID },
    { "client_key_exchange: ECDHE", 16, 0x0303, 0xc02f,
      "03 b0b1b2",
      "ecdh_yc:<b0b1b2>", VALID },
    { "client_key_exchange: empty point", 16, 0x0303, 0xc02f,
      "00",
      "", HL_FAULT_BOUNDS, "ecdh_yc", 1 },
    { "client_key_exchange: point runs past the end", 16, 0x0303, 0xc02f,
      "04 b0b1b2",
      "", HL_FAULT_TRUNCATED, "ecdh_yc", 1 },
    { "client_key_exchange: fixed ECDH", 16, 0x0303, 0xc004,
      "",
      "", VALID },
    { "client_key_exchange: ECDH_anon has a point", 16, 0x0303, 0xc018,
      "",
      "", HL_FAULT_TRUNCATED, "ecdh_yc", 0 },
    { "client_key_exchange: PSK", 16, 0x0303, 0x008c,
      "0004 70736b31",
      "psk_identity:\"psk1\"", VALID },
    { "client_key_exchange: RSA_PSK", 16, 0x0303, 0x0094,
      "0004 70736b31 0002 e0e1",
      "psk_identity:\"psk1\",encrypted_pre_master_secret:<e0e1>", VALID },
    { "client_key_exchange: DHE_PSK", 16, 0x0303, 0x00aa,
      "0004 70736b31 0002 b0b1",
      "psk_identity:\"psk1\",dh_yc:<b0b1>", VALID },
    { "client_key_exchange: ECDHE_PSK", 16, 0x0303, 0xc035,
      "0004 70736b31 02 b0b1",
      "psk_identity:\"psk1\",ecdh_yc:<b0b1>", VALID },
    { "client_key_exchange: SRP", 16, 0x0303, 0xc01d,
      "0002 b0b1",
      "srp_a:<b0b1>", VALID },
    { "client_key_exchange: ECJPAKE", 16, 0x0303, 0xc0ff,
      "01b0 01b1 01b2",
      "x:<b0>,v:<b1>,r:<b2>", VALID },
    { "client_key_exchange: ECCPWD", 16, 0x0303, 0xc0b0,
      "01b0 01b1",
      "element:<b0>,scalar:<b1>", VALID },
    { "client_key_exchange: KRB5", 16, 0x0301, 0x001e,
      "0001 a0 0000 0002 e0e1",
      "ticket:<a0>,authenticator:<>,encrypted_pre_master_secret:<e0e1>", VALID },
    { "client_key_exchange: TLCP", 16, 0x0101, 0xe013,
      "0002 e0e1",
      "encrypted_pre_master_secret:<e0e1>", VALID },
    { "client_key_exchange: TLCP with ECDHE", 16, 0x0101, 0xe011,
      "03 0029 02 b0b1",
      "curve_type:named_curve,group:curveSM2,ecdh_yc:<b0b1>", VALID },
    { "client_key_exchange: GOST", 16, 0x0303, 0x0081,
      "300100",
      "data:<300100>", VALID },
    { "client_certificate_request", 17, 0x0304, 0x1301,
      "01 aa 0008 000d 0004 0002 0403",
      "certificate_request_context:<aa>,extensions:[{id:13,name:\"signature_algorithms\","
      "length:4,schemes:[ecdsa_secp256r1_sha256]}]", VALID },
    { "finished", 20, 0x0303, 0xc02f,
      "000102030405060708090a0b",
      "verify_data:<000102030405060708090a0b>", VALID },
    { "finished of TLS 1.3", 20, 0x0304, 0x1301,
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      "verify_data:<000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f>", VALID },
    { "finished: too short", 20, 0x0303, 0xc02f,
      "0001",
      "", HL_FAULT_TRUNCATED, "verify_data", 0 },
    { "certificate_url", 21, 0x0303, 0xc02f,
      "00 001a 0003 612f62 01 000102030405060708090a0b0c0d0e0f10111213",
      "type:individual_certs,url_and_hash_list:[{url:\"a/b\","
      "sha1_hash:<000102030405060708090a0b0c0d0e0f10111213>}]", VALID },
    { "certificate_url: no padding", 21, 0x0303, 0xc02f,
      "00 001a 0003 612f62 00 000102030405060708090a0b0c0d0e0f10111213",
      "type:individual_certs,url_and_hash_list:[{url:\"a/b\"}]", HL_FAULT_VALUE, "padding", 8 },
    { "certificate_status", 22, 0x0303, 0xc02f,
      "01 000003 300100",
      "status_type:ocsp,ocsp_response:<300100>", VALID },
    { "certificate_status: several", 22, 0x0303, 0xc02f,
      "02 00000b 000002 3000 000000 000000",
      "status_type:ocsp_multi,ocsp_responses:[<3000>,<>,<>]", VALID },
    { "certificate_status: another type", 22, 0x0303, 0xc02f,
      "09 abcd",
      "status_type:unknown(0x09),data:<abcd>", VALID },
    { "certificate_status: empty response", 22, 0x0303, 0xc02f,
      "01 000000",
      "status_type:ocsp", HL_FAULT_BOUNDS, "ocsp_response", 4 },
    { "supplemental_data", 23, 0x0303, 0xc02f,
      "00000b 0000 0002 abcd 4002 0001 ff",
      "supp_data:[{supp_data_type:user_mapping_data,data:<abcd>},{supp_data_type:authz_data,"
      "data:<ff>}]", VALID },
    { "supplemental_data: none", 23, 0x0303, 0xc02f,
      "000000",
      "", HL_FAULT_BOUNDS, "supp_data", 3 },
    { "key_update", 24, 0x0304, 0x1301,
      "01",
      "request_update:update_requested", VALID },
    { "key_update: no such request", 24, 0x0304, 0x1301,
      "02",
      "request_update:unknown(0x02)", HL_FAULT_VALUE, "request_update", 0 },
    { "compressed_certificate", 25, 0x0304, 0x1301,
      "0002 000bb8 000003 a0a1a2",
      "algorithm:brotli,uncompressed_length:3000,length:3,"
      "compressed_certificate_message:<a0a1a2>", VALID },
    { "compressed_certificate: empty", 25, 0x0304, 0x1301,
      "0002 000bb8 000000",
      "algorithm:brotli,uncompressed_length:3000,length:0",
      HL_FAULT_BOUNDS, "compressed_certificate_message", 8 },
    { "next_protocol", 67, 0x0303, 0xc02f,
      "02 6832 03 000000",
      "selected_protocol:\"h2\",padding:<000000>", VALID },
    { "channel_id", 203, 0x0303, 0xc02f,
      "7550 0080 1111111111111111111111111111111111111111111111111111111111111111 "
      "2222222222222222222222222222222222222222222222222222222222222222 "
      "3333333333333333333333333333333333333333333333333333333333333333 "
      "4444444444444444444444444444444444444444444444444444444444444444",
      "extension_type:channel_id,"
      "x:<1111111111111111111111111111111111111111111111111111111111111111>,"
      "y:<2222222222222222222222222222222222222222222222222222222222222222>,"
      "r:<3333333333333333333333333333333333333333333333333333333333333333>,"
      "s:<4444444444444444444444444444444444444444444444444444444444444444>", VALID },
    { "channel_id: too short", 203, 0x0303, 0xc02f,
      "7550 0004 11111111",
      "extension_type:channel_id", HL_FAULT_BOUNDS, "extension_data", 4 },
    { "message_hash", 254, 0x0304, 0x1301,
      "abcd",
      "data:<abcd>", VALID },
    { "an unknown type", 99, 0x0303, 0xc02f,
      "abcd",
      "data:<abcd>", VALID },
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static void check_row(void **state)
{
    const struct row *row = *state;
    struct hl_message_context ctx = { .version = row->version, .cipher_suite = row->cipher_suite };
    size_t length;
    uint8_t *body = unhex(row->hex, &length);
    struct walk_text walk;
    struct hl_fault fault;

    walk_text_init(&walk);
    struct hl_span bytes = { body, length };
    bool ok = message_walk(row->type, bytes, false, &ctx, &walk.visitor, &fault);
    if (ok) {
        assert_string_equal(walk_text_string(&walk), row->text);
    } else {
        char expected[1024];

        (void)snprintf(expected, sizeof expected,
                       "%s%sfault:{kind:\"%s\",field:\"%s\",offset:%zu,need:%zu,have:%zu}",
                       row->text, row->text[0] != '\0' ? "," : "", hl_fault_kind_name(row->kind),
                       row->field, row->offset, fault.need, fault.have);
        assert_string_equal(walk_text_string(&walk), expected);
    }
    assert_int_equal(fault.kind, row->kind);
    assert_int_equal(ok, row->kind == HL_FAULT_NONE);
    assert_int_equal(message_walk(row->type, bytes, false, &ctx, NULL, NULL), ok);
    walk_text_cleanup(&walk);
    free(body);
}

static void walk_prefix(const struct row *row, const uint8_t *body, size_t length, bool cut)
{
    struct hl_message_context ctx = { .version = row->version, .cipher_suite = row->cipher_suite };
    uint8_t *exact = exact_copy(body, length);
    struct walk_text walk;
    struct hl_fault fault;

    walk_text_init(&walk);
    struct hl_span bytes = { exact, length };
    bool ok = message_walk(row->type, bytes, cut, &ctx, &walk.visitor, &fault);
    assert_int_equal(ok, fault.kind == HL_FAULT_NONE);
    assert_true(fault.offset <= length);
    if (cut)
        assert_false(ok);
    /* Where a form is guessed, a cut can lead to another one. */
    if (cut && row->version != 0 && row->cipher_suite != 0)
        assert_int_equal(fault.kind, HL_FAULT_TRUNCATED);
    walk_text_cleanup(&walk);
    free(exact);
}

static void every_prefix(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        size_t length;
        uint8_t *body = unhex(rows[i].hex, &length);

        for (size_t cut = 0; rows[i].kind == HL_FAULT_NONE && cut < length; cut++) {
            walk_prefix(&rows[i], body, cut, false);
            walk_prefix(&rows[i], body, cut, true);
        }
        free(body);
    }
}

/* --- typed ----------------------------------------------------------------- */

struct bytes {
    uint8_t *data;
    struct hl_fault fault;
    struct hl_reader r;
};

static void bytes_init(struct bytes *bytes, const char *hex)
{
    size_t length;

    bytes->data = unhex(hex, &length);
    bytes->r = rd_init((struct hl_span){ bytes->data, length }, &bytes->fault);
}

static void assert_span(struct hl_span span, const char *hex)
{
    size_t length;
    uint8_t *expected = unhex(hex, &length);

    assert_int_equal(span.len, length);
    if (length > 0)
        assert_memory_equal(span.ptr, expected, length);
    free(expected);
}

static void certificates(void **state)
{
    struct hl_certificate_list list;
    struct hl_span der, extensions;
    struct bytes b;

    (void)state;
    bytes_init(&b, "00000b 000003 300100 000002 3000");
    assert_true(certificate_list_parse(&b.r, false, &list));
    assert_true(certificate_list_next(&list, &der, &extensions));
    assert_span(der, "300100");
    assert_true(certificate_list_next(&list, &der, &extensions));
    assert_span(der, "3000");
    assert_span(extensions, "");
    assert_false(certificate_list_next(&list, &der, &extensions));
    free(b.data);

    bytes_init(&b, "01 aa 00000b 000002 3000 0004 0012 0000");
    assert_true(certificate_list_parse(&b.r, true, &list));
    assert_span(list.context, "aa");
    assert_true(certificate_list_next(&list, &der, &extensions));
    assert_span(der, "3000");
    assert_span(extensions, "0012 0000");
    assert_false(certificate_list_next(&list, &der, &extensions));
    free(b.data);

    bytes_init(&b, "000006 3004 01020304");
    assert_true(certificate_list_parse(&b.r, false, &list));
    assert_true(list.raw_public_key);
    assert_true(certificate_list_next(&list, &der, &extensions));
    assert_span(der, "3004 01020304");
    assert_false(certificate_list_next(&list, &der, &extensions));
    free(b.data);

    bytes_init(&b, "00000b 000003 300100 000009 3000");
    assert_false(certificate_list_parse(&b.r, false, &list));
    assert_true(certificate_list_next(&list, &der, &extensions)); /* what stood before the fault */
    assert_false(certificate_list_next(&list, &der, &extensions));
    assert_false(certificate_list_next(&list, &der, &extensions));
    free(b.data);
}

static void server_key_exchanges(void **state)
{
    struct hl_message_context ctx = { .version = 0x0303, .cipher_suite = 0xc02f };
    struct hl_server_key_exchange kx;
    struct bytes b;

    (void)state;
    bytes_init(&b, "03 001d 04 b0b1b2b3 0804 0003 d0d1d2");
    assert_true(server_key_exchange_parse(&b.r, &ctx, &kx));
    assert_int_equal(kx.group, 29);
    assert_int_equal(kx.dh_bits, 0);
    assert_int_equal(kx.scheme, 0x0804);
    assert_span(kx.public_key, "b0b1b2b3");
    assert_span(kx.params, "03 001d 04 b0b1b2b3");
    assert_span(kx.signature, "d0d1d2");
    free(b.data);

    ctx = (struct hl_message_context){ .version = 0x0301, .cipher_suite = 0x0033 };
    bytes_init(&b, "0003 001234 0001 02 0002 b0b1 0001 d0");
    assert_true(server_key_exchange_parse(&b.r, &ctx, &kx));
    assert_int_equal(kx.group, 0);
    assert_int_equal(kx.dh_bits, 13);
    assert_int_equal(kx.scheme, 0);
    assert_span(kx.public_key, "b0b1");
    assert_span(kx.params, "0003 001234 0001 02 0002 b0b1");
    assert_span(kx.signature, "d0");
    free(b.data);

    ctx.cipher_suite = 0x0003;
    bytes_init(&b, "0002 8001 0001 03 0001 d0");
    assert_true(server_key_exchange_parse(&b.r, &ctx, &kx));
    assert_int_equal(kx.rsa_bits, 16);
    free(b.data);

    ctx = (struct hl_message_context){ .version = 0x0303, .cipher_suite = 0xc02f };
    bytes_init(&b, "03 0017 02 b0b1 0804 0009 d0");
    assert_false(server_key_exchange_parse(&b.r, &ctx, &kx));
    assert_int_equal(kx.group, 23);
    assert_span(kx.public_key, "b0b1");
    free(b.data);
}

static void client_key_exchanges(void **state)
{
    struct hl_message_context ctx = { 0x0303, 0xc035, true };
    struct hl_client_key_exchange kx;
    struct bytes b;

    (void)state;
    bytes_init(&b, "0004 70736b31 02 b0b1");
    assert_true(client_key_exchange_parse(&b.r, &ctx, &kx));
    assert_span(kx.psk_identity, "70736b31");
    assert_span(kx.public_key, "b0b1");
    assert_span(kx.encrypted, "");
    free(b.data);
}

static void certificate_verifies(void **state)
{
    struct hl_certificate_verify verify;
    struct bytes b;

    (void)state;
    bytes_init(&b, "0804 0003 d0d1d2");
    assert_true(certificate_verify_parse(&b.r, 0x0304, &verify));
    assert_int_equal(verify.scheme, 0x0804);
    assert_span(verify.signature, "d0d1d2");
    b.r = rd_init((struct hl_span){ b.data, 7 }, &b.fault);
    assert_false(certificate_verify_parse(&b.r, 0x0302, &verify));
    free(b.data);
}

static void tickets(void **state)
{
    struct hl_new_session_ticket ticket;
    struct bytes b;

    (void)state;
    bytes_init(&b, "00000e10 0003 a0a1a2");
    assert_true(new_session_ticket_parse(&b.r, false, &ticket));
    assert_int_equal(ticket.lifetime, 3600);
    assert_span(ticket.ticket, "a0a1a2");
    free(b.data);

    bytes_init(&b, "00000e10 01020304 01 00 0003 a0a1a2 0004 fafa 0000");
    assert_true(new_session_ticket_parse(&b.r, true, &ticket));
    assert_int_equal(ticket.lifetime, 3600);
    assert_int_equal(ticket.age_add, 0x01020304);
    assert_span(ticket.nonce, "00");
    assert_span(ticket.ticket, "a0a1a2");
    assert_span(ticket.extensions, "fafa 0000");
    free(b.data);
}

static void statuses(void **state)
{
    struct hl_certificate_status status;
    struct hl_compressed_certificate compressed;
    struct bytes b;

    (void)state;
    bytes_init(&b, "01 000003 300100");
    assert_true(certificate_status_parse(&b.r, &status));
    assert_int_equal(status.type, 1);
    assert_span(status.response, "300100");
    free(b.data);

    bytes_init(&b, "02 000008 000002 3000 000000");
    assert_true(certificate_status_parse(&b.r, &status));
    assert_int_equal(status.type, 2);
    assert_span(status.response, "3000");
    free(b.data);

    bytes_init(&b, "0002 000bb8 000003 a0a1a2");
    assert_true(compressed_certificate_parse(&b.r, &compressed));
    assert_int_equal(compressed.algorithm, 2);
    assert_int_equal(compressed.uncompressed_length, 3000);
    assert_span(compressed.data, "a0a1a2");
    free(b.data);
}

int main(void)
{
    struct CMUnitTest tests[ROWS + 7] = {
        cmocka_unit_test(every_prefix),         cmocka_unit_test(certificates),
        cmocka_unit_test(server_key_exchanges), cmocka_unit_test(client_key_exchanges),
        cmocka_unit_test(certificate_verifies), cmocka_unit_test(tickets),
        cmocka_unit_test(statuses),
    };

    for (size_t i = 0; i < ROWS; i++)
        tests[7 + i] = (struct CMUnitTest){ .name = rows[i].name,
                                            .test_func = check_row,
                                            .initial_state = (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
