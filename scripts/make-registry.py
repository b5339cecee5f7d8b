#!/usr/bin/env python3
"""Write src/registry/iana_tables.inc from IANA's registry files.

usage: make-registry.py DIR

DIR holds the files named in SOURCES. Where IANA's own CSV was not at hand, a
file with the same columns stands in for it. When a file is replaced by a newer
one, change its date in SOURCES: it is the only record of how new a table is.

Values IANA lacks but the field knows (drafts, experiments, vendors' numbers,
small registries that no longer change) are in the tables below. An IANA name
always wins over one of those.
"""

import csv
import json
import os
import re
import sys

# registry key -> (IANA's title, file, state of the file)
SOURCES = {
    "cipher_suite": ("TLS Cipher Suites", "tls-parameters-4.csv", "2026-04-30"),
    "extension": ("TLS ExtensionType Values", "tls-extensiontype-values-1.csv", "2026-04-30"),
    "signature_scheme": ("TLS SignatureScheme", "tls-signaturescheme.csv", "2026-04-30"),
    "group": ("TLS Supported Groups", "tls-parameters-8.csv", "2026-06"),
    "alert": ("TLS Alerts", "tls-parameters-6.csv", "2026-06-16"),
    "handshake_type": ("TLS HandshakeType", "derived-tls-handshaketype.csv", "2026-06-30"),
    "content_type": ("TLS ContentType", "derived-tls-contenttype.csv", "2026-06-30"),
    "small": ("TLS PskKeyExchangeMode, Certificate Compression Algorithm IDs, EC Point Formats",
              "derived-tls-small.csv", "2026-06-30"),
    "quic_transport_parameter": ("QUIC Transport Parameters", "derived-quic-transport-parameters.csv",
                                 "2026-05-04"),
    "quic_version": ("QUIC Versions", "derived-quic-versions.csv", "2026-05-04"),
    "alpn": ("TLS ALPN Protocol IDs", "alpn-protocol-ids.2026-05.json", "2026-05-13"),
}

# In the order of enum reg_table_id in src/registry/tables.h: key, what one entry is, hex digits.
TABLES = [
    ("version", "version", 4),
    ("content_type", "content type", 2),
    ("handshake_type", "handshake message", 2),
    ("ssl2_message", "SSL 2 message", 2),
    ("alert_level", "alert level", 2),
    ("alert", "alert", 2),
    ("cipher_suite", "cipher suite", 4),
    ("ssl2_cipher", "SSL 2 cipher", 6),
    ("compression_method", "compression method", 2),
    ("extension", "extension", 4),
    ("group", "group", 4),
    ("point_format", "point format", 2),
    ("signature_scheme", "signature scheme", 4),
    ("psk_mode", "PSK key exchange mode", 2),
    ("certificate_compression", "certificate compression", 4),
    ("certificate_type", "certificate type", 2),
    ("certificate_status_type", "certificate status type", 2),
    ("client_certificate_type", "client certificate type", 2),
    ("curve_type", "curve type", 2),
    ("name_type", "server name type", 2),
    ("srtp_profile", "SRTP protection profile", 4),
    ("token_binding_key", "token binding key", 2),
    ("quic_transport_parameter", "QUIC transport parameter", 2),
    ("quic_version", "QUIC version", 8),
    ("hpke_kem", "HPKE KEM", 4),
    ("hpke_kdf", "HPKE KDF", 4),
    ("hpke_aead", "HPKE AEAD", 4),
]

EXTRA = {
    "version": {
        0x0002: "SSL 2.0", 0x0300: "SSL 3.0",
        0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3",
        0x0100: "DTLS 0.9 (OpenSSL)",  # OpenSSL before 0.9.8f, still spoken by Cisco AnyConnect
        0x0101: "TLCP 1.1",            # GB/T 38636
        0xfeff: "DTLS 1.0", 0xfefd: "DTLS 1.2", 0xfefc: "DTLS 1.3",
        **{0x7f00 + n: f"TLS 1.3 draft {n}" for n in range(1, 29)},
        **{0x7e00 + n: f"TLS 1.3 experiment {n}" for n in range(1, 6)},
        **{0xfb00 + n: f"TLS 1.3 Facebook draft {n}" for n in range(23, 29)},
    },
    "handshake_type": {
        67: "next_protocol",  # draft-agl-tls-nextprotoneg
        203: "channel_id",    # draft-balfanz-tls-channelid calls it encrypted_extensions, as 8 is now
    },
    # The messages of SSL 2 are those of Hickman's draft, section 2.
    "ssl2_message": {
        0: "error", 1: "client_hello", 2: "client_master_key", 3: "client_finished", 4: "server_hello",
        5: "server_verify", 6: "server_finished", 7: "request_certificate", 8: "client_certificate",
    },
    "alert": {1: "end_of_early_data"},  # TLS 1.3 until draft 20, then a handshake message
    "alert_level": {1: "warning", 2: "fatal"},
    "ssl2_cipher": {
        0x010080: "SSL_CK_RC4_128_WITH_MD5",
        0x020080: "SSL_CK_RC4_128_EXPORT40_WITH_MD5",
        0x030080: "SSL_CK_RC2_128_CBC_WITH_MD5",
        0x040080: "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5",
        0x050080: "SSL_CK_IDEA_128_CBC_WITH_MD5",
        0x060040: "SSL_CK_DES_64_CBC_WITH_MD5",
        0x060140: "SSL_CK_DES_64_CBC_WITH_SHA",
        0x0700c0: "SSL_CK_DES_192_EDE3_CBC_WITH_MD5",
        0x0701c0: "SSL_CK_DES_192_EDE3_CBC_WITH_SHA",
        0x080080: "SSL_CK_RC4_64_WITH_MD5",
        0xff0800: "SSL_CK_DES_64_CFB64_WITH_MD5_1",
        0xff0810: "SSL_CK_NULL",
    },
    "cipher_suite": {
        # SSL 3.0; 0x001e was a third Fortezza suite until Kerberos got the number.
        0x001c: "SSL_FORTEZZA_KEA_WITH_NULL_SHA",
        0x001d: "SSL_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA",
        # draft-ietf-tls-56-bit-ciphersuites
        0x0060: "TLS_RSA_EXPORT1024_WITH_RC4_56_MD5",
        0x0061: "TLS_RSA_EXPORT1024_WITH_RC2_CBC_56_MD5",
        0x0062: "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA",
        0x0063: "TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA",
        0x0064: "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA",
        0x0065: "TLS_DHE_DSS_EXPORT1024_WITH_RC4_56_SHA",
        0x0066: "TLS_DHE_DSS_WITH_RC4_128_SHA",
        # draft-chudov-cryptopro-cptls
        0x0080: "TLS_GOSTR341094_WITH_28147_CNT_IMIT",
        0x0081: "TLS_GOSTR341001_WITH_28147_CNT_IMIT",
        0x0082: "TLS_GOSTR341094_WITH_NULL_GOSTR3411",
        0x0083: "TLS_GOSTR341001_WITH_NULL_GOSTR3411",
        # Google's first post-quantum experiment, 2016
        0x16b7: "TLS_CECPQ1_RSA_WITH_CHACHA20_POLY1305_SHA256",
        0x16b8: "TLS_CECPQ1_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        0x16b9: "TLS_CECPQ1_RSA_WITH_AES_256_GCM_SHA384",
        0x16ba: "TLS_CECPQ1_ECDSA_WITH_AES_256_GCM_SHA384",
        0xc0ff: "TLS_ECJPAKE_WITH_AES_128_CCM_8",  # draft-cragie-tls-ecjpake, used by Thread
        # draft-agl-tls-chacha20poly1305: another nonce than RFC 7905's
        0xcc13: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD",
        0xcc14: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256_OLD",
        0xcc15: "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD",
        # GM/T 0024 and GB/T 38636 (TLCP)
        0xe001: "ECDHE_SM1_SM3", 0xe003: "ECC_SM1_SM3", 0xe005: "IBSDH_SM1_SM3", 0xe007: "IBC_SM1_SM3",
        0xe009: "RSA_SM1_SM3", 0xe00a: "RSA_SM1_SHA1",
        0xe011: "ECDHE_SM4_CBC_SM3", 0xe013: "ECC_SM4_CBC_SM3", 0xe015: "IBSDH_SM4_CBC_SM3",
        0xe017: "IBC_SM4_CBC_SM3", 0xe019: "RSA_SM4_CBC_SM3", 0xe01a: "RSA_SM4_CBC_SHA1",
        0xe01c: "RSA_SM4_CBC_SHA256",
        0xe051: "ECDHE_SM4_GCM_SM3", 0xe053: "ECC_SM4_GCM_SM3", 0xe055: "IBSDH_SM4_GCM_SM3",
        0xe057: "IBC_SM4_GCM_SM3", 0xe059: "RSA_SM4_GCM_SM3", 0xe05a: "RSA_SM4_GCM_SHA256",
        # Netscape's FIPS suites; NSS calls the older pair of numbers OLDFIPS
        0xfefe: "SSL_RSA_FIPS_WITH_DES_CBC_SHA",
        0xfeff: "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA",
        0xffe0: "SSL_RSA_OLDFIPS_WITH_3DES_EDE_CBC_SHA",
        0xffe1: "SSL_RSA_OLDFIPS_WITH_DES_CBC_SHA",
        # OpenSSL's GOST engine before RFC 9189; these have OpenSSL's names only
        0xff85: "GOST2012_GOST8912_GOST8912",
        0xff87: "GOST2012_NULL_GOST12",
    },
    "compression_method": {0: "null", 1: "DEFLATE", 64: "LZS"},  # RFC 3749, RFC 3943
    "extension": {
        40: "key_share_old",  # until TLS 1.3 draft 22; before that the extended_random of some BSAFE
        46: "ticket_early_data_info",  # TLS 1.3 drafts 17 and 18
        # IANA's "connection_id (deprecated)": bare, it would have the name of 54
        53: "connection_id_deprecated",
        256: "ecjpake_key_kkpp",  # draft-cragie-tls-ecjpake
        13172: "next_protocol_negotiation",
        17513: "application_settings_old",
        17613: "application_settings",
        30031: "channel_id_old",
        30032: "channel_id",
        0x8a3b: "pake",
        0xca34: "trust_anchors",
        0xfe08: "encrypted_client_hello_draft_08",
        0xfe09: "encrypted_client_hello_draft_09",
        0xfe0a: "encrypted_client_hello_draft_10",
        0xffa5: "quic_transport_parameters_draft",
        0xffce: "encrypted_server_name",
    },
    "group": {
        0x4138: "CECPQ2",  # Google's second post-quantum experiment, 2019
        # Cloudflare's numbers, 2022
        0xfe30: "X25519Kyber512Draft00",
        0xfe31: "X25519Kyber768Draft00Old",
        0xfe32: "P256Kyber768Draft00",
    },
    "signature_scheme": {
        # RFC 9189, section 6: intrinsic hash (8) with the GOST signatures
        0x0840: "gostr34102012_256", 0x0841: "gostr34102012_512",
        # OpenSSL's GOST engine before RFC 9189
        0xeded: "gostr34102001_gostr3411",
        0xeeee: "gostr34102012_256_gostr34112012_256",
        0xefef: "gostr34102012_512_gostr34112012_512",
    },
    "certificate_type": {0: "X509", 1: "OpenPGP", 2: "RawPublicKey", 3: "1609Dot2"},
    "certificate_status_type": {1: "ocsp", 2: "ocsp_multi"},
    "client_certificate_type": {
        1: "rsa_sign", 2: "dss_sign", 3: "rsa_fixed_dh", 4: "dss_fixed_dh",
        5: "rsa_ephemeral_dh", 6: "dss_ephemeral_dh", 20: "fortezza_dms",
        21: "gostr34101994", 22: "gostr34102001",
        64: "ecdsa_sign", 65: "rsa_fixed_ecdh", 66: "ecdsa_fixed_ecdh",
        67: "gost_sign256", 68: "gost_sign512",
        80: "ibc_params",  # GB/T 38636
        238: "gostr34102012_256", 239: "gostr34102012_512",
    },
    "curve_type": {1: "explicit_prime", 2: "explicit_char2", 3: "named_curve"},
    "name_type": {0: "host_name"},
    "srtp_profile": {
        0x0001: "SRTP_AES128_CM_HMAC_SHA1_80", 0x0002: "SRTP_AES128_CM_HMAC_SHA1_32",
        0x0005: "SRTP_NULL_HMAC_SHA1_80", 0x0006: "SRTP_NULL_HMAC_SHA1_32",
        0x0007: "SRTP_AEAD_AES_128_GCM", 0x0008: "SRTP_AEAD_AES_256_GCM",
        0x0009: "DOUBLE_AEAD_AES_128_GCM_AEAD_AES_128_GCM",
        0x000a: "DOUBLE_AEAD_AES_256_GCM_AEAD_AES_256_GCM",
        0x000b: "SRTP_ARIA_128_CTR_HMAC_SHA1_80", 0x000c: "SRTP_ARIA_128_CTR_HMAC_SHA1_32",
        0x000d: "SRTP_ARIA_256_CTR_HMAC_SHA1_80", 0x000e: "SRTP_ARIA_256_CTR_HMAC_SHA1_32",
        0x000f: "SRTP_AEAD_ARIA_128_GCM", 0x0010: "SRTP_AEAD_ARIA_256_GCM",
    },
    "token_binding_key": {0: "rsa2048_pkcs1.5", 1: "rsa2048_pss", 2: "ecdsap256"},
    "quic_transport_parameter": {},
    "quic_version": {
        **{0xff000000 + n: f"QUIC draft {n}" for n in range(1, 35)},
        0x54303530: "Google QUIC T050", 0x54303531: "Google QUIC T051",
    },
    "hpke_kem": {
        0x0010: "DHKEM(P-256, HKDF-SHA256)", 0x0011: "DHKEM(P-384, HKDF-SHA384)",
        0x0012: "DHKEM(P-521, HKDF-SHA512)", 0x0013: "DHKEM(CP-256, HKDF-SHA256)",
        0x0014: "DHKEM(CP-384, HKDF-SHA384)", 0x0015: "DHKEM(CP-521, HKDF-SHA512)",
        0x0016: "DHKEM(secp256k1, HKDF-SHA256)",
        0x0020: "DHKEM(X25519, HKDF-SHA256)", 0x0021: "DHKEM(X448, HKDF-SHA512)",
        0x0030: "X25519Kyber768Draft00",
        0x0040: "ML-KEM-512", 0x0041: "ML-KEM-768", 0x0042: "ML-KEM-1024",
        0x647a: "X-Wing",
    },
    "hpke_kdf": {1: "HKDF-SHA256", 2: "HKDF-SHA384", 3: "HKDF-SHA512"},
    "hpke_aead": {1: "AES-128-GCM", 2: "AES-256-GCM", 3: "ChaCha20Poly1305", 0xffff: "Export-only"},
}

# Names that IANA writes otherwise than the RFC's enumeration does (RFC 9147, section 4).
RENAMED = {("content_type", "ACK"): "ack"}

EXTRA_ALPN = {
    "spdy/3.1": "SPDY/3.1",
    "h2-14": "HTTP/2 draft 14", "h2-15": "HTTP/2 draft 15", "h2-16": "HTTP/2 draft 16",
    "h3-27": "HTTP/3 draft 27", "h3-28": "HTTP/3 draft 28", "h3-29": "HTTP/3 draft 29",
    "h3-Q050": "HTTP/3 over Google QUIC Q050",
    "hq-interop": "HTTP/0.9 over QUIC (interoperability tests)",
    "hq-29": "HTTP/0.9 over QUIC draft 29",
    "grpc-exp": "gRPC",
    "x-amzn-mqtt-ca": "MQTT with custom authentication (AWS IoT)",
    "apns-security-v3": "Apple push notifications",
}


def fail(message):
    sys.exit(f"make-registry.py: {message}")


def rows_of(folder, key):
    path = os.path.join(folder, SOURCES[key][1])
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    """The value of one entry; None for a range."""
    text = text.strip()
    if re.fullmatch(r"0x[0-9A-Fa-f]{2},0x[0-9A-Fa-f]{2}", text):
        high, low = text.split(",")
        return int(high, 16) << 8 | int(low, 16)
    if re.fullmatch(r"0x[0-9A-Fa-f]+", text):
        return int(text, 16)
    if re.fullmatch(r"[0-9]+", text):
        return int(text)
    if "-" in text or "*" in text:
        return None
    fail(f"not a value: {text!r}")


def named(text):
    """IANA's name without its remarks; None for what is not assigned."""
    text = re.sub(r"\s*\(.*\)$", "", " ".join(text.split()))
    if re.match(r"(Unassigned|Reserved)", text):
        return None
    return re.sub(r"_RESERVED$", "", text)


def read(folder, key, column, rows=None):
    names = {}
    for row in rows if rows is not None else rows_of(folder, key):
        value, name = number(row["Value"]), named(row[column])
        if value is None or name is None:
            continue
        if value in names:
            fail(f"{key}: {value:#x} twice")
        names[value] = RENAMED.get((key, name), name)
    return names


def quic_versions(folder):
    names = {}
    for row in rows_of(folder, "quic_version"):
        note = row["Notes"].strip()
        note = {"Reserved for Version Negotiation": "Version Negotiation",
                "QUIC version 1": "QUIC v1", "QUIC version 2": "QUIC v2",
                "QUIC v2 draft codepoint": "QUIC v2 draft"}.get(note, note)
        names[int(row["Value"], 16)] = note
    return names


def hash_and_signature_pairs():
    """RFC 5246, section 7.4.1.4.1, in the words of RFC 8446 where a signature is PKCS #1.

    Neither the hash 'none' nor the signature 'anonymous' may stand in signature_algorithms."""
    hashes = {1: "md5", 2: "sha1", 3: "sha224", 4: "sha256", 5: "sha384", 6: "sha512"}
    signatures = {1: "rsa_pkcs1", 2: "dsa", 3: "ecdsa"}
    return {h << 8 | s: f"{signatures[s]}_{hashes[h]}" for h in hashes for s in signatures}


def read_all(folder):
    small = rows_of(folder, "small")

    def small_one(registry):
        return read(folder, "small", "Description", [r for r in small if r["Registry"] == registry])

    iana = {
        "cipher_suite": read(folder, "cipher_suite", "Description"),
        "extension": read(folder, "extension", "Extension Name"),
        "group": read(folder, "group", "Description"),
        "alert": read(folder, "alert", "Description"),
        "handshake_type": read(folder, "handshake_type", "Description"),
        "content_type": read(folder, "content_type", "Description"),
        "signature_scheme": read(folder, "signature_scheme", "Description"),
        "psk_mode": small_one("psk_key_exchange_mode"),
        "certificate_compression": small_one("certificate_compression"),
        "point_format": small_one("ec_point_format"),
        # A code point wider than 32 bits does not fit struct hl_code.
        "quic_transport_parameter": {
            value: name.replace(" ", "_")
            for value, name in read(folder, "quic_transport_parameter", "Parameter Name").items()
            if value <= 0xffffffff},
        "quic_version": quic_versions(folder),
    }
    del iana["extension"][53]  # see EXTRA
    tables = {}
    for key, _, _ in TABLES:
        names = dict(hash_and_signature_pairs()) if key == "signature_scheme" else {}
        names.update(EXTRA.get(key, {}))
        names.update(iana.get(key, {}))
        if not names:
            fail(f"{key}: no entries")
        if len(set(names.values())) != len(names):
            fail(f"{key}: a name is there twice")
        tables[key] = dict(sorted(names.items()))
    return tables


# --- what a cipher suite means ---

SIGNALLING = {"TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "TLS_FALLBACK_SCSV"}

STRENGTH = [  # the first pattern that fits the cipher's name, and its effective key bits
    (r"NULL", 0), (r"(DES40|DES_CBC_40|RC2_CBC_40|RC4_40)", 40), (r"(RC2_CBC_56|RC4_56)", 56),
    (r"3DES", 112),  # NIST SP 800-57 part 1, table 2
    (r"DES_CBC", 56), (r"FORTEZZA", 80), (r"CHACHA20", 256),
    (r"AEGIS_128L", 128), (r"ASCONAEAD128", 128),
    (r"(IDEA|SEED|SM4|SM1|RC4_128)", 128), (r"(28147|KUZNYECHIK|MAGMA)", 256),
    (r"(AES|CAMELLIA|ARIA|AEGIS)_128", 128), (r"(AES|CAMELLIA|ARIA|AEGIS)_256", 256),
]
HASHES = "SHA256|SHA384|SHA512|SHA1|SHA|MD5|SM3|ASCONHASH256|GOSTR3411"
AEAD = r"(_GCM|_CCM|_CCM_8|_OCB|POLY1305|_MGM_[LS]|^AEGIS_.*|^ASCONAEAD.*)$"


def key_exchange(words):
    """Key exchange and authentication from what stands between TLS_ and _WITH_."""
    if words.startswith("GOST"):
        return "GOST", "GOST"
    if words.startswith("FORTEZZA"):
        return "FORTEZZA", "FORTEZZA"
    if words == "RSA_FIPS" or words == "RSA_OLDFIPS":
        return "RSA", "RSA"
    if words == "PSK_DHE":  # RFC 6655 turned the words of this one around
        return "DHE", "PSK"
    if words.startswith("SRP_SHA"):
        return "SRP", words[len("SRP_SHA_"):] or "SRP"
    exchange, _, authentication = words.partition("_")
    return exchange, authentication or exchange


def meaning(name):
    """The columns of struct hl_suite after the id, or None where there is nothing to negotiate."""
    if name in SIGNALLING:
        return None
    old_gost = {"GOST2012_GOST8912_GOST8912": "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT",
                "GOST2012_NULL_GOST12": "TLS_GOSTR341112_256_WITH_NULL_GOSTR3411"}
    text = re.sub(r"_OLD$", "", old_gost.get(name, name))
    export = "_EXPORT" in text
    text = re.sub(r"_EXPORT(1024)?", "", text)
    # GB/T 38636 writes ECDHE_SM4_CBC_SM3: the certificates' keys are SM2, unless RSA or identity-based.
    tlcp = re.fullmatch(r"(ECDHE|ECC|IBSDH|IBC|RSA)_(SM[14].*)", text)
    if tlcp:
        exchange = tlcp.group(1)
        authentication = {"RSA": "RSA", "IBSDH": "IBC", "IBC": "IBC"}.get(exchange, "SM2")
        protection = tlcp.group(2)
    elif "_WITH_" in text:
        words, protection = text.split("_", 1)[1].split("_WITH_")
        exchange, authentication = key_exchange(words)
    else:
        exchange = authentication = "any"  # RFC 8446, appendix B.4: negotiated apart from the suite
        protection = text.split("_", 1)[1]
    if name == "TLS_NULL_WITH_NULL_NULL":
        protection = "NULL_NULL"

    gost = protection.startswith(("28147", "KUZNYECHIK", "MAGMA")) or exchange == "GOST"
    ending = re.search(rf"^(.*)_({HASHES})$", protection)
    if exchange == "any" and re.fullmatch(r"SHA(256|384)", protection.split("_")[0]):
        cipher, mac = "NULL", protection.split("_")[0]  # RFC 9150: integrity only
        digest = mac
    elif protection == "NULL_NULL":
        cipher, mac, digest = "NULL", "NULL", None
    elif gost and ending is None:
        cipher, mac = re.fullmatch(r"(.*?)(?:_(IMIT|OMAC))?", protection).groups()
        digest = "GOSTR3411"
        if exchange == "GOST" and "_256_" in text:
            digest = "GOSTR341112_256"
        # RFC 9367: TLS 1.3 suites, though their names have a _WITH_.
        if "_MGM_" in cipher:
            exchange = authentication = "any"
    elif ending:
        cipher, mac = ending.groups()
        digest = mac
        if gost and "_256_" in text:
            digest = "GOSTR341112_256"
    else:
        cipher, mac, digest = protection, None, None  # RFC 6655's CCM suites name no hash: SHA-256
    aead = re.search(AEAD, cipher) is not None
    if mac is None and not aead:
        fail(f"{name}: no MAC")
    if aead:
        prf = digest or "SHA256"
        mac = "AEAD"
    else:
        prf = "default" if digest in (None, "SHA", "SHA1", "MD5") else digest
    for pattern, bits in STRENGTH:
        if re.match(pattern, cipher):
            break
    else:
        fail(f"{name}: strength of {cipher}?")
    # DH_anon and ECDH_anon are ephemeral for all that their names lack an E (RFC 5246, section 7.4.3;
    # RFC 8422, section 2). SRP draws a new secret on both sides each time (RFC 5054, section 2.6).
    ephemeral = (exchange in ("any", "ECDHE", "DHE", "CECPQ1", "ECCPWD", "ECJPAKE", "SRP", "IBSDH")
                 or authentication == "anon")
    return exchange, authentication, cipher, mac, prf, bits, ephemeral, aead, export


# --- writing ---

def identifier(value, digits):
    return f"0x{value:0{digits}x}"


def quoted(text):
    if text is None:
        return "NULL"
    if not re.fullmatch(r"[ -~]*", text) or '"' in text or "\\" in text:
        fail(f"cannot quote {text!r}")
    return f'"{text}"'


def write_table(out, key, digits, names):
    out.append(f"static const char *const {key}_names[] = {{")
    for value, name in names.items():
        out.append(f"    {quoted(name)}, /* {identifier(value, digits)} */")
    out.append("};\n")
    out.append(f"static const struct reg_range {key}_ranges[] = {{")
    first = last = None
    start = 0
    for index, value in enumerate([*names, None]):
        if first is not None and value == last + 1:
            last = value
            continue
        if first is not None:
            out.append(f"    {{ {identifier(first, digits)}, {identifier(last, digits)}, {start} }},")
        first = last = value
        start = index
    out.append("};\n")


def write_suites(out, suites):
    out.append("/* In the order of cipher_suite_names; a signalling value has no key exchange. */")
    out.append("static const struct hl_suite suite_rows[] = {")
    for value, name in suites.items():
        columns = meaning(name)
        if columns is None:
            columns = (None,) * 5 + (0, False, False, False)
        words = ", ".join(quoted(column) for column in columns[:5])
        flags = ", ".join(str(column).lower() for column in columns[6:])
        out.append(f"    {{ 0x{value:04x}, {words}, {columns[5]}, {flags} }},")
    out.append("};\n")


def write_alpn(out, folder):
    with open(os.path.join(folder, SOURCES["alpn"][1]), encoding="utf-8") as file:
        entries = json.load(file)
    protocols = {name.encode(): text for name, text in EXTRA_ALPN.items()}
    for entry in entries:
        if not entry.get("reserved"):
            protocols[bytes.fromhex(entry["bytes"])] = " ".join(entry["protocol"].split())
    out.append("/* By the bytes of the name; a prefix comes before what it begins. */")
    out.append("static const struct reg_alpn_row alpn_rows[] = {")
    for name in sorted(protocols):
        out.append(f"    {{ {quoted(name.decode('ascii'))}, {quoted(protocols[name])} }},")
    out.append("};\n")


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print("usage: make-registry.py DIR", file=sys.stderr)
        return 2
    folder = sys.argv[1]
    try:
        tables = read_all(folder)
    except OSError as error:
        fail(error)
    out = ["/* iana_tables.inc - generated by scripts/make-registry.py; do not edit.", " *",
           " * The names and numbers are those of these IANA registries, in the state of:"]
    for title, _, state in SOURCES.values():
        out.append(f" *   {state:<10}  {title}")
    out += [" * and of drafts, experiments and vendors, which the script lists. */", ""]
    for key, _, digits in TABLES:
        write_table(out, key, digits, tables[key])
    write_suites(out, tables["cipher_suite"])
    write_alpn(out, folder)
    out.append("const struct reg_table reg_tables[REG_TABLES] = {")
    for key, what, digits in TABLES:
        out.append(f"    [REG_{key.upper()}] = REG_TABLE({key}, {quoted(what)}, {digits}),")
    out.append("};")
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    target = os.path.join(root, "src", "registry", "iana_tables.inc")
    with open(target, "w", encoding="ascii", newline="\n") as file:
        file.write("\n".join(out) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
