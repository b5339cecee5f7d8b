/* Groups, signature schemes and versions that a person meets, and what is common to the others. */
#include "analyze/words/words.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

/* --- groups ------------------------------------------------------------------------ */

const struct word_row group_rows[] = {
    { 23, "p-256|p256|prime256v1|nist p-256|curve secp256r1", "the NIST curve P-256: fine",
      "Known everywhere, and asked for where only NIST's curves count.", "", "key-exchange-not-post-quantum",
      "RFC 8446, 4.2.7; RFC 8422, 5.1.1" },
    { 24, "p-384|p384|nist p-384", "the NIST curve P-384: fine", "Slower than P-256 and x25519 with little to gain.",
      "", "key-exchange-not-post-quantum", "RFC 8446, 4.2.7" },
    { 25, "p-521|p521|nist p-521", "the NIST curve P-521: fine, rarely needed",
      "Slow; some browsers do not offer it.", "", "key-exchange-not-post-quantum no-shared-group",
      "RFC 8446, 4.2.7" },
    { 29, "curve25519", "Curve25519: fine",
      "Fast, with little room for mistakes; the usual choice where no hybrid is shared.", "",
      "key-exchange-not-post-quantum", "RFC 7748; RFC 8446, 4.2.7" },
    { 30, "curve448", "Curve448: fine, rarely offered", "Stronger and slower than x25519.", "",
      "key-exchange-not-post-quantum no-shared-group", "RFC 7748; RFC 8446, 4.2.7" },
    { 256, "", "a finite field of 2048 bits: acceptable",
      "Fixed and known to be good, but slow, and many clients do not offer it.",
      "Prefer an elliptic curve or a hybrid.", "key-exchange-not-post-quantum", "RFC 7919" },
    { 4587, "", "a hybrid of P-256 and ML-KEM-768: fine",
      "Safe as long as one of the two is, also against quantum computers.",
      "The share makes the hello longer than a packet.", "large-client-hello-dropped", "draft-ietf-tls-ecdhe-mlkem" },
    { 4588, "", "a hybrid of x25519 and ML-KEM-768: the best choice today",
      "Recorded traffic stays closed to quantum computers, and if ML-KEM should fall x25519 is still there. Browsers "
      "and OpenSSL 3.5 offer it first.",
      "Its share of 1,216 bytes makes the hello longer than a packet: boxes that read one packet only lose it.",
      "large-client-hello-dropped hello-retry", "draft-ietf-tls-ecdhe-mlkem" },
    { 4589, "", "a hybrid of P-384 and ML-KEM-1024: fine", "The larger one, for those who must use it.",
      "The share makes the hello longer than a packet.", "large-client-hello-dropped", "draft-ietf-tls-ecdhe-mlkem" },
    { 25497, "x25519kyber768", "a hybrid of x25519 and a draft of ML-KEM",
      "What Chrome and Cloudflare used before ML-KEM was finished; X25519MLKEM768 has taken its place and the two do "
      "not fit together.", "Update the side that still offers it.", "no-shared-group large-client-hello-dropped",
      "" },
};

const struct word_family group_families[] = {
    { "sect", "a curve that was given up",
      "A curve over a binary field. TLS 1.3 does not have it, and newer rules withdrew it.",
      "group-weak no-shared-group", "RFC 8422, 5.1.1" },
    { "secp", "a curve that was given up", "Short or rarely used; TLS 1.3 does not have it.",
      "group-weak no-shared-group", "RFC 8422, 5.1.1" },
    { "brainpool", "a Brainpool curve: fine, rarely shared",
      "Used by German authorities. Those without tls13 in their name are for TLS 1.2, those with it for TLS 1.3.",
      "no-shared-group", "RFC 7027; RFC 8734" },
    { "ffdhe", "a finite field: acceptable", "A fixed, well-made group. Large ones cost time without need.",
      "key-exchange-not-post-quantum", "RFC 7919" },
    { "GC", "a curve of GOST", "Of Russian standards.", "no-shared-group", "RFC 9189; RFC 9367" },
    { "curveSM2", "a curve of Chinese standards", "Used with the SM suites.", "no-shared-group", "RFC 8998" },
    { "MLKEM", "ML-KEM alone",
      "A key encapsulation that quantum computers do not break, without a classical one beside it.", "", "FIPS 203" },
    { "CECPQ", "an experiment before ML-KEM", "Of Chrome; gone.", "no-shared-group", "" },
    { "X25519Kyber", "a hybrid with a draft of ML-KEM", "Replaced by X25519MLKEM768.", "no-shared-group", "" },
    { "SecP256r1Kyber", "a hybrid with a draft of ML-KEM", "Replaced by SecP256r1MLKEM768.", "no-shared-group", "" },
    { "P256Kyber", "a hybrid with a draft of ML-KEM", "Replaced by SecP256r1MLKEM768.", "no-shared-group", "" },
    { "arbitrary_explicit", "curves with parameters of one's own",
      "Nobody should take curves from a stranger; withdrawn.", "group-weak", "RFC 8422, 5.1.1" },
};

const size_t group_row_count = COUNT(group_rows), group_family_count = COUNT(group_families);

/* --- signature schemes ------------------------------------------------------------- */

#define PKCS1_WHY                                                                                       \
    "RSA with the padding of PKCS #1 v1.5. In certificates it is usual in every version; the handshake " \
    "of TLS 1.3 does not take it."

const struct word_row scheme_rows[] = {
    { 0x0201, "rsa+sha1|rsa-sha1|sha1withrsa", "RSA with SHA-1: not any more",
      "SHA-1 can be made to collide, for a price. Clients and servers of today refuse it; TLS 1.3 has it for "
      "certificates of the past only.", "Use SHA-256.", "signature-weak certificate-weak no-shared-signature-scheme",
      "RFC 9155" },
    { 0x0203, "ecdsa+sha1|ecdsa-sha1|sha1withecdsa", "ECDSA with SHA-1: not any more",
      "SHA-1 can be made to collide, for a price.", "Use SHA-256.",
      "signature-weak certificate-weak no-shared-signature-scheme", "RFC 9155" },
    { 0x0401, "rsa+sha256|rsa-sha256|sha256withrsa", "RSA (PKCS #1) with SHA-256: fine", PKCS1_WHY, "",
      "no-shared-signature-scheme", "RFC 8446, 4.2.3" },
    { 0x0403, "ecdsa+sha256|ecdsa-sha256|ecdsa-secp256r1-sha256|sha256withecdsa",
      "ECDSA with P-256 and SHA-256: fine",
      "In TLS 1.2 the curve is not bound to the scheme; in TLS 1.3 it is P-256.", "", "no-shared-signature-scheme",
      "RFC 8446, 4.2.3" },
    { 0x0501, "rsa+sha384|rsa-sha384|sha384withrsa", "RSA (PKCS #1) with SHA-384: fine", PKCS1_WHY, "",
      "no-shared-signature-scheme", "RFC 8446, 4.2.3" },
    { 0x0503, "ecdsa+sha384|ecdsa-sha384|sha384withecdsa", "ECDSA with P-384 and SHA-384: fine",
      "A certificate with a key on P-384 needs it in TLS 1.3.", "", "no-shared-signature-scheme", "RFC 8446, 4.2.3" },
    { 0x0601, "rsa+sha512|rsa-sha512|sha512withrsa", "RSA (PKCS #1) with SHA-512: fine", PKCS1_WHY, "",
      "no-shared-signature-scheme", "RFC 8446, 4.2.3" },
    { 0x0603, "ecdsa+sha512|ecdsa-sha512|sha512withecdsa", "ECDSA with P-521 and SHA-512: fine",
      "A certificate with a key on P-521 needs it in TLS 1.3, and Chrome does not offer it.", "Use a key on P-256.",
      "no-shared-signature-scheme", "RFC 8446, 4.2.3" },
    { 0x0804, "rsa-pss+sha256|rsa-pss-rsae-sha256|rsapss-sha256", "RSA-PSS with SHA-256, ordinary RSA key: fine",
      "What TLS 1.3 uses with usual RSA certificates. Smart cards and old crypto modules sometimes cannot do it: "
      "then client certificates fail in TLS 1.3 and work in TLS 1.2.", "", "no-shared-signature-scheme",
      "RFC 8446, 4.2.3" },
    { 0x0805, "rsa-pss+sha384|rsa-pss-rsae-sha384", "RSA-PSS with SHA-384, ordinary RSA key: fine", "", "",
      "no-shared-signature-scheme", "RFC 8446, 4.2.3" },
    { 0x0806, "rsa-pss+sha512|rsa-pss-rsae-sha512", "RSA-PSS with SHA-512, ordinary RSA key: fine",
      "An RSA key of 1024 bits is too short for it.", "", "no-shared-signature-scheme", "RFC 8446, 4.2.3" },
    { 0x0807, "eddsa-ed25519", "Ed25519: fine, not everywhere",
      "Fast and simple. Browsers do not take it in certificates.", "", "no-shared-signature-scheme",
      "RFC 8446, 4.2.3; RFC 8032" },
    { 0x0808, "eddsa-ed448", "Ed448: fine, rarely supported", "", "", "no-shared-signature-scheme",
      "RFC 8446, 4.2.3; RFC 8032" },
    { 0x0809, "rsa-pss-sha256", "RSA-PSS with SHA-256, PSS key: fine",
      "For certificates whose key is marked as RSASSA-PSS, which are rare.", "", "no-shared-signature-scheme",
      "RFC 8446, 4.2.3" },
    { 0x0905, "ml-dsa-65", "ML-DSA-65: against quantum computers",
      "Signatures of 3,309 bytes. Few peers know it yet.", "", "no-shared-signature-scheme server-flight-large",
      "draft-ietf-tls-mldsa; FIPS 204" },
};

const struct word_family scheme_families[] = {
    { "rsa_pkcs1_md5", "RSA with MD5: broken", "MD5 signatures can be forged.", "signature-weak certificate-weak",
      "RFC 9155" },
    { "ecdsa_md5", "ECDSA with MD5: broken", "MD5 signatures can be forged.", "signature-weak", "RFC 9155" },
    { "dsa_", "DSA: gone", "No client of today offers DSA.", "no-shared-signature-scheme signature-weak",
      "RFC 9325, 4" },
    { "rsa_pkcs1_sha224", "RSA with SHA-224: of TLS 1.2", "Rarely offered.", "no-shared-signature-scheme",
      "RFC 5246, 7.4.1.4.1" },
    { "ecdsa_sha224", "ECDSA with SHA-224: of TLS 1.2", "Rarely offered.", "no-shared-signature-scheme",
      "RFC 5246, 7.4.1.4.1" },
    { "rsa_pkcs1_", "RSA (PKCS #1) for client certificates of TLS 1.3", "For cards and modules that lack RSA-PSS.",
      "no-shared-signature-scheme", "" },
    { "rsa_pss_pss_", "RSA-PSS with a PSS key: fine",
      "For certificates whose key is marked as RSASSA-PSS, which are rare.", "no-shared-signature-scheme",
      "RFC 8446, 4.2.3" },
    { "ecdsa_brainpool", "ECDSA on a Brainpool curve: fine, rarely shared", "", "no-shared-signature-scheme",
      "RFC 8734" },
    { "mldsa", "ML-DSA: against quantum computers", "Few peers know it yet.",
      "no-shared-signature-scheme server-flight-large", "draft-ietf-tls-mldsa; FIPS 204" },
    { "slhdsa", "SLH-DSA: against quantum computers", "Built of hashes; signatures of 8 to 50 kilobytes.",
      "no-shared-signature-scheme server-flight-large", "FIPS 205" },
    { "gostr", "a signature of GOST", "Of Russian standards.", "no-shared-signature-scheme", "RFC 9189; RFC 9367" },
    { "sm2", "a signature of SM2", "Of Chinese standards.", "no-shared-signature-scheme", "RFC 8998" },
};

const size_t scheme_row_count = COUNT(scheme_rows), scheme_family_count = COUNT(scheme_families);

/* --- versions ---------------------------------------------------------------------- */

const struct word_row version_rows[] = {
    { 0x0002, "sslv2|ssl2", "broken, and gone",
      "Anything that speaks it can be read and changed, and endangers TLS on the same key (DROWN).", "Switch it off.",
      "version-obsolete no-shared-version", "RFC 6176" },
    { 0x0300, "sslv3|ssl3", "broken (POODLE)", "Padding of CBC is not checked, and the only other cipher is RC4.",
      "Switch it off.", "version-obsolete no-shared-version", "RFC 7568" },
    { 0x0301, "tlsv1|tlsv1.0|tls1.0|tls1", "old: deprecated since 2021",
      "Signatures need MD5 and SHA-1, and there are no AEAD ciphers. Browsers and libraries no longer offer it. In "
      "the header of the first record 0x0301 is usual and means nothing.", "Allow TLS 1.2 and 1.3 only.",
      "version-obsolete no-shared-version", "RFC 8996" },
    { 0x0302, "tlsv1.1|tls1.1", "old: deprecated since 2021", "As TLS 1.0, but for the IVs of CBC.",
      "Allow TLS 1.2 and 1.3 only.", "version-obsolete no-shared-version", "RFC 8996" },
    { 0x0303, "tlsv1.2|tls1.2", "fine with ECDHE and AEAD suites",
      "Also what every hello of TLS 1.3 has as legacy_version: there the version is in supported_versions.",
      "Leave only suites with ECDHE and GCM or ChaCha20.", "no-shared-version version-downgrade",
      "RFC 5246; RFC 9325" },
    { 0x0304, "tlsv1.3|tls1.3", "the version of today",
      "One round trip, forward secrecy always, and certificates are encrypted.", "",
      "no-shared-version key-exchange-not-post-quantum", "RFC 8446" },
    { 0xfeff, "dtlsv1|dtlsv1.0|dtls1.0|dtls1", "old: TLS 1.1 over UDP; deprecated", "",
      "Allow DTLS 1.2 and later only.", "version-obsolete", "RFC 4347; RFC 8996" },
    { 0xfefd, "dtlsv1.2|dtls1.2", "TLS 1.2 over UDP: fine with ECDHE and AEAD suites", "There is no DTLS 1.1.", "",
      "no-shared-version", "RFC 6347" },
    { 0xfefc, "dtlsv1.3|dtls1.3", "TLS 1.3 over UDP", "", "", "no-shared-version", "RFC 9147" },
};

const size_t version_row_count = COUNT(version_rows);
